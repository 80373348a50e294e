"""The Bot API methods that write to a chat, with Telegram's own words for every refusal.

Simplifications: formatting comes as entities (``parse_mode`` is refused in words), entities in a
bot's own text are not detected, and every topic and every person's message is visible to deletes.
"""

from typing import Any

from kotodom.demo.botapi.calls import NOT_MODIFIED, Invocation, Method
from kotodom.demo.botapi.chats import Chat
from kotodom.demo.botapi.forwarding import FORWARDING_METHODS
from kotodom.demo.botapi.media_methods import MEDIA_METHODS
from kotodom.demo.botapi.messages import Draft, Message
from kotodom.demo.botapi.topic_methods import TOPIC_METHODS
from kotodom.demo.botapi.values import Json, bad_request

ACTIONS = frozenset(
    {
        *("typing", "upload_photo", "record_video", "upload_video", "record_voice"),
        *("upload_voice", "upload_document", "choose_sticker", "find_location"),
        *("record_video_note", "upload_video_note"),
    }
)
DELETABLE_FOR = 48 * 3600
"""Seconds."""


def send_message(call: Invocation) -> Json:
    """sendMessage."""
    text, entities = call.content()
    chat = call.chat_to_send("can_send_messages", "text messages")
    return call.post(chat, text, entities, link_preview=call.link_preview())


def send_rich_message(call: Invocation) -> Json:
    """sendRichMessage."""
    rich = call.rich(uploads=True)
    chat = call.chat_to_send("can_send_messages", "the rich message")
    return call.post(chat, "", [], rich=rich)


def edit_message_text(call: Invocation) -> Json | bool:
    """editMessageText, for the bot's own texts and rich messages, in chats and inline.

    Without a ``reply_markup`` the keyboard goes away.
    """
    is_rich = call.params.given("rich_message")
    if is_rich and call.params.given("text"):
        raise bad_request("text and rich_message can't be used at the same time")
    inline = call.params.given("inline_message_id")
    rich = call.rich(uploads=not inline) if is_rich else None
    text, entities = ("", []) if rich else call.content()
    chat, message = call.message_to_edit()
    if message.media is not None:
        raise bad_request("there is no text in the message to edit")
    markup = call.markup()
    now = message.text, message.entities, message.rich, message.reply_markup
    if (text, entities, rich, markup) == now:
        raise bad_request(NOT_MODIFIED)
    message.reply_markup, message.link_preview = markup, call.link_preview()
    chat.edit(message, text, entities, rich)
    return call.edited(chat, message)


def edit_message_caption(call: Invocation) -> Json | bool:
    """editMessageCaption, for the bot's own documents and photos."""
    text, entities = call.caption()
    chat, message = call.message_to_edit()
    if message.media is None or not message.media.captioned:
        raise bad_request("there is no caption in the message to edit")
    markup = call.markup()
    now = message.text, message.entities, message.reply_markup
    if (text, entities, markup) == now:
        raise bad_request(NOT_MODIFIED)
    message.reply_markup = markup
    chat.edit(message, text, entities)
    return call.edited(chat, message)


def edit_message_reply_markup(call: Invocation) -> Json | bool:
    """editMessageReplyMarkup: other buttons under any message of the bot's own."""
    chat, message = call.message_to_edit()
    markup = call.markup()
    if markup == message.reply_markup:
        raise bad_request(NOT_MODIFIED)
    message.reply_markup = markup
    chat.edit(message, message.text, message.entities, message.rich)
    return call.edited(chat, message)


def delete_message(call: Invocation) -> bool:
    """deleteMessage."""
    chat = call.chat()
    message = call.named_message(chat, "message to delete not found")
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


def _deletable(call: Invocation, chat: Chat, message: Message) -> bool:
    admin = chat.standing.get(call.bot.id, {})
    may = message.sender is call.bot or chat.kind == "private" or admin.get("can_delete_messages")
    return bool(may) and message.date > call.world.now() - DELETABLE_FOR


def send_message_draft(call: Invocation) -> bool:
    """sendMessageDraft: an unfinished answer in a private chat."""
    text, entities = call.content(may_be_empty=True)
    return _draft(call, text=text, entities=tuple(entities))


def send_rich_message_draft(call: Invocation) -> bool:
    """sendRichMessageDraft: the same with formatting; it takes no new files."""
    rich = call.rich(uploads=False, draft=True)
    return _draft(call, text="", entities=(), rich=rich)


def _draft(call: Invocation, **shown: Any) -> bool:
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
            thread_id=thread_id,
            can_stop=call.params.flag("can_stop"),
            keep_on_stop=call.params.flag("keep_on_stop"),
            at=call.world.clock.monotonic(),
            **shown,
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


CHAT_METHODS: dict[str, Method] = {
    **MEDIA_METHODS,
    **FORWARDING_METHODS,
    **TOPIC_METHODS,
    "sendmessage": send_message,
    "sendrichmessage": send_rich_message,
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "sendmessagedraft": send_message_draft,
    "sendrichmessagedraft": send_rich_message_draft,
    "sendchataction": send_chat_action,
}
