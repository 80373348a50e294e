"""The Bot API methods that write to a chat, with Telegram's own words for every refusal.

Simplifications: formatting comes as entities (``parse_mode`` is refused in words), entities in a
bot's own text are not detected, and every topic and every person's message is visible to deletes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kotodom.clock import SECOND
from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.chats import Chat, Draft, Message
from kotodom.demo.botapi.params import Params
from kotodom.demo.botapi.text import accept
from kotodom.demo.botapi.values import Json, bad_request
from kotodom.demo.botapi.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
DELETABLE_FOR = 48 * 3600
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One call of a method: who calls, with what."""

    world: World
    bot: EmulatedBot
    params: Params

    def chat(self) -> Chat:
        """The chat it writes to, or Telegram's reason why not."""
        if not self.params.given("chat_id"):
            raise bad_request("chat_id is empty")
        return self.world.writable(self.bot, self.params.chat_id)

    def content(self, *, may_be_empty: bool = False) -> tuple[str, list[Json]]:
        """The text and entities to show, checked and trimmed."""
        if self.params.given("parse_mode"):
            raise bad_request("can't parse entities: the emulator takes entities, not parse_mode")
        entities = self.params.value("entities")
        return accept(self.params.text("text"), entities, may_be_empty=may_be_empty)

    def thread(self, chat: Chat) -> tuple[int, bool]:
        """The topic it writes to, and whether it is one."""
        thread_id = self.params.number("message_thread_id", 0) or 0
        if thread_id and thread_id not in chat.topics:
            raise bad_request("message thread not found")
        return thread_id, bool(thread_id)

    def markup(self) -> Json | None:
        """The keyboard, checked."""
        markup = self.params.object("reply_markup")
        for row in Params(markup).array("inline_keyboard", of=list) or ():
            for button in row:
                _check_button(button)
        return markup or None

    def reply_to(self, chat: Chat) -> int:
        """The message it replies to; 0 for none."""
        reply = Params(self.params.object("reply_parameters"))
        wanted = reply.number("message_id") or self.params.number("reply_to_message_id")
        if not wanted:
            return 0
        message = chat.get(wanted, self.bot)
        if message is not None:
            return message.id
        if any(it.flag("allow_sending_without_reply") for it in (reply, self.params)):
            return 0
        raise bad_request("message to be replied not found")


Method = Callable[[Invocation], Any]


def _check_button(button: Any) -> None:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    if not button.get("text"):
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")


def send_message(call: Invocation) -> Json:
    """sendMessage."""
    text, entities = call.content()
    chat = call.chat()
    thread_id, is_topic = call.thread(chat)
    message = chat.post(
        call.bot,
        text,
        entities,
        reply_to=call.reply_to(chat),
        thread_id=thread_id,
        is_topic=is_topic,
        reply_markup=call.markup(),
    )
    return chat.render(message, call.bot)


def edit_message_text(call: Invocation) -> Json:
    """editMessageText, for the bot's own messages."""
    if call.params.given("rich_message"):
        raise bad_request("the emulator has no rich messages")
    text, entities = call.content()
    chat = call.chat()
    message = _named_message(call, chat, "message to edit not found")
    if message.sender is not call.bot or message.extra:
        raise bad_request("message can't be edited")
    markup = call.markup()
    if (text, entities, markup) == (message.text, message.entities, message.reply_markup):
        raise bad_request(NOT_MODIFIED)
    message.reply_markup = markup
    chat.edit(message, text, entities)
    return chat.render(message, call.bot)


def delete_message(call: Invocation) -> bool:
    """deleteMessage."""
    chat = call.chat()
    message = _named_message(call, chat, "message to delete not found")
    if not _deletable(call, chat, message):
        raise bad_request("message can't be deleted")
    chat.delete(message, by_bot=True)
    return True


def delete_messages(call: Invocation) -> bool:
    """deleteMessages: those that cannot be deleted are skipped."""
    chat = call.chat()
    ids = call.params.array("message_ids", of=int)
    if not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > 100:
        raise bad_request("too many message identifiers specified")
    for message_id in ids:
        message = chat.get(message_id, call.bot)
        if message is not None and _deletable(call, chat, message):
            chat.delete(message, by_bot=True)
    return True


def send_message_draft(call: Invocation) -> bool:
    """sendMessageDraft: an unfinished answer in a private chat."""
    text, entities = call.content(may_be_empty=True)
    draft_id = call.params.number("draft_id")
    if not draft_id:
        raise bad_request("RANDOM_ID_INVALID")
    chat = call.chat()
    if chat.kind != "private":
        raise bad_request("TEXTDRAFT_PEER_INVALID")
    thread_id, _ = call.thread(chat)
    chat.show_draft(
        Draft(
            id=draft_id,
            bot=call.bot,
            text=text,
            entities=tuple(entities),
            thread_id=thread_id,
            can_stop=call.params.flag("can_stop"),
            keep_on_stop=call.params.flag("keep_on_stop"),
            at=call.world.clock.monotonic(),
        )
    )
    return True


def send_chat_action(call: Invocation) -> bool:
    """sendChatAction."""
    action = call.params.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = call.chat()
    call.thread(chat)
    chat.show_typing(action)
    return True


def answer_callback_query(call: Invocation) -> bool:
    """answerCallbackQuery."""
    bot, chat = call.world.callbacks.get(call.params.text("callback_query_id"), (None, None))
    if bot is not call.bot or chat is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    del call.world.callbacks[call.params.text("callback_query_id")]
    if call.params.given("text"):
        chat.toasts.append((call.params.text("text"), call.params.flag("show_alert")))
    chat.touch()
    return True


def _named_message(call: Invocation, chat: Chat, missing: str) -> Message:
    message_id = call.params.number("message_id")
    if not message_id:
        raise bad_request("message identifier is not specified")
    message = chat.get(message_id, call.bot)
    if message is None:
        raise bad_request(missing)
    return message


def _deletable(call: Invocation, chat: Chat, message: Message) -> bool:
    mine = message.sender is call.bot or chat.kind == "private"
    return mine and message.date > call.world.clock.now() // SECOND - DELETABLE_FOR


CHAT_METHODS: dict[str, Method] = {
    "sendmessage": send_message,
    "editmessagetext": edit_message_text,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "sendmessagedraft": send_message_draft,
    "sendchataction": send_chat_action,
    "answercallbackquery": answer_callback_query,
}
