"""One call of a method: who calls, with what, and the checks that several methods share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.chats import Chat
from kotodom.demo.botapi.files import Part
from kotodom.demo.botapi.keyboards import check_keyboard, check_markup
from kotodom.demo.botapi.messages import Message
from kotodom.demo.botapi.params import Params
from kotodom.demo.botapi.rich import Resolve, Rich
from kotodom.demo.botapi.rich import accept as accept_rich
from kotodom.demo.botapi.text import accept, utf16_length
from kotodom.demo.botapi.values import Json, bad_request
from kotodom.demo.botapi.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
MAX_QUOTE = 1024


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call of a method: who calls, with what."""

    world: World
    bot: EmulatedBot
    params: Params

    def chat(self) -> Chat:
        """The chat it is about, or Telegram's reason why the bot cannot write there."""
        if not self.params.given("chat_id"):
            raise bad_request("chat_id is empty")
        return self.world.writable(self.bot, self.params.chat_id)

    def chat_to_send(self, right: str, what: str) -> Chat:
        """The chat it sends *what* to; a restricted bot needs the right."""
        chat = self.chat()
        standing = chat.standing.get(self.bot.id, {})
        if standing.get("status") == "restricted" and not standing.get(right):
            raise bad_request(f"not enough rights to send {what} to the chat")
        return chat

    def content(self, *, may_be_empty: bool = False) -> tuple[str, list[Json]]:
        """The text and entities to show, checked and trimmed."""
        refuse_parse_mode(self.params)
        entities = self.params.value("entities")
        return accept(self.params.text("text"), entities, may_be_empty=may_be_empty)

    def caption(self) -> tuple[str, list[Json]]:
        """The same for a caption, which may be empty."""
        refuse_parse_mode(self.params)
        entities = self.params.value("caption_entities")
        return accept(self.params.text("caption"), entities, is_caption=True)

    def rich(self, *, uploads: bool, draft: bool = False) -> Rich:
        """The rich message to show, checked; without *uploads* only known files may be in it."""
        raw = self.params.value("rich_message")
        return accept_rich(raw, self.resolver(uploads=uploads), draft=draft)

    def resolver(self, *, uploads: bool) -> Resolve:
        """Finds the media of rich messages among the bot's own files."""

        def resolve(kind: str, address: str) -> Any:
            file = self.world.files.find(self.bot, address)
            if file is None and uploads and address.startswith(("http://", "https://")):
                # Telegram would fetch it now; the emulator only has a file to show for it.
                file = self.world.files.put(b"", "photos", ".jpg")
            if file is None:
                raise bad_request("wrong file identifier/HTTP URL specified")
            if kind == "photo":
                return [Part(file, {"width": 640, "height": 480})]
            moving = {"duration": 1} if kind != "document" else {}
            flat = {"width": 640, "height": 480} if kind in ("video", "animation") else {}
            return Part(file, moving | flat)

        return resolve

    def thread(self, chat: Chat) -> tuple[int, bool]:
        """The topic it writes to, and whether it is one."""
        thread_id = self.params.number("message_thread_id", 0) or 0
        if thread_id and thread_id not in chat.topics:
            raise bad_request("message thread not found")
        if thread_id in chat.closed:
            manages = chat.standing.get(self.bot.id, {}).get("can_manage_topics")
            if not manages and chat.topics[thread_id].sender is not self.bot:
                raise bad_request("TOPIC_CLOSED")
        return thread_id, bool(thread_id)

    def markup(self, chat: Chat | None = None) -> Json | None:
        """The keyboard, checked; without a *chat* to send it to it must be an inline one."""
        markup = self.params.object("reply_markup")
        if chat is not None and "keyboard" in markup:
            return check_keyboard(markup, self.bot, private=chat.kind == "private")
        return check_markup(markup, inline=chat is None)

    def link_preview(self) -> Json | None:
        """The options of the link preview, if any are given."""
        return self.params.object("link_preview_options") or None

    def reply(self, chat: Chat) -> tuple[int, Json | None]:
        """The message it replies to (0 for none), and the quote taken from it."""
        given = Params(self.params.object("reply_parameters"))
        wanted = given.number("message_id") or self.params.number("reply_to_message_id")
        if not wanted:
            return 0, None
        message = chat.get(wanted, self.bot)
        if message is not None:
            return message.id, _quote(given, message)
        if any(it.flag("allow_sending_without_reply") for it in (given, self.params)):
            return 0, None
        raise bad_request("message to be replied not found")

    def post(self, chat: Chat, text: str, entities: list[Json], **what: Any) -> Json:
        """Send it with everything that all messages have in common."""
        thread_id, is_topic = self.thread(chat)
        markup = self.markup(chat)
        if self.params.given("ephemeral_message_parameters"):
            return self._whisper(chat, text)
        reply_to, quote = self.reply(chat)
        message = chat.post(
            self.bot,
            text,
            entities,
            reply_to=reply_to,
            quote=quote,
            thread_id=thread_id,
            is_topic=is_topic,
            reply_markup=markup,
            silent=self.params.flag("disable_notification"),
            **what,
        )
        return chat.render(message, self.bot)

    def _whisper(self, chat: Chat, text: str) -> Json:
        """Show it to one member of a group only."""
        given = Params(self.params.object("ephemeral_message_parameters"))
        if chat.kind == "private":
            raise bad_request("ephemeral messages can be sent only to groups and supergroups")
        receiver = self.world.known_user(given.number("receiver_user_id") or 0)
        if receiver is None or receiver not in chat.people:
            raise bad_request("user not found")
        return {
            "message_id": 0,
            "ephemeral_message_id": chat.whisper(receiver, text),
            "receiver_user": receiver.to_dict(),
            "from": self.bot.to_dict(),
            "chat": chat.to_dict(),
            "date": self.world.now(),
            "text": text,
        }

    def named_message(self, chat: Chat, missing: str) -> Message:
        """The message that ``message_id`` names."""
        message_id = self.params.number("message_id")
        if not message_id:
            raise bad_request("message identifier is not specified")
        message = chat.get(message_id, self.bot)
        if message is None:
            raise bad_request(missing)
        return message

    def message_to_edit(self) -> tuple[Chat, Message]:
        """The bot's own message that an edit is about, in a chat or inline."""
        inline_id = self.params.text("inline_message_id")
        if inline_id:
            return self.world.queries.find(self.bot, inline_id)
        chat = self.chat()
        message = self.named_message(chat, "message to edit not found")
        replied_to = message.reply_markup is not None and "keyboard" in message.reply_markup
        if message.sender is not self.bot or message.is_service or replied_to:
            raise bad_request("message can't be edited")
        return chat, message

    def edited(self, chat: Chat, message: Message) -> Json | bool:
        """What an edit returns."""
        inline = self.params.given("inline_message_id")
        return True if inline else chat.render(message, self.bot)


Method = Callable[[Invocation], Any]


def refuse_parse_mode(params: Params, name: str = "parse_mode") -> None:
    """The emulator takes entities only."""
    if params.given(name):
        raise bad_request("can't parse entities: the emulator takes entities, not parse_mode")


def _quote(given: Params, message: Message) -> Json | None:
    quote = given.text("quote")
    if not quote:
        return None
    refuse_parse_mode(given, "quote_parse_mode")
    place = message.words.find(quote)
    if place < 0 or utf16_length(quote) > MAX_QUOTE:
        raise bad_request("QUOTE_TEXT_INVALID")
    position = utf16_length(message.words[:place])
    return {"text": quote, "position": position, "is_manual": True}
