"""Pure: one raw update → what is to be done with it.

Only what intake needs is read here, and every field is distrusted: an update that cannot be read
becomes a poison row, so that nothing Telegram handed over disappears without a trace.
"""

import json
from dataclasses import dataclass
from typing import Any

from kotodom.model import Bot, ChatRef, ChatType, Edit, Incoming, Kind, Person
from kotodom.reading.content import CONTENT, Carried, carried, count
from kotodom.reading.groups import for_bot, may_follow
from kotodom.reading.people import (
    IDS,
    author_of,
    chat_of,
    id_of,
    person_of,
    speaks_as_group,
    title_of,
)
from kotodom.reading.reply import told
from kotodom.reading.words import string as string
from kotodom.reading.words import table as table
from kotodom.text.units import utf16_len

LONG = 2048
"""UTF-16 units. Clients split what is longer than 4,096; Telegram Desktop does it at the last empty
line of the second half, if there is one, else at a line's end, a sentence's, a word's."""

GUEST_THREAD = -1
"""Keeps what is asked as a guest apart from a conversation with the chat of the same id."""

LIVELY = frozenset({"location", "poll", "game"})
"""What changes by itself: an edit of it says nothing that its sender said."""


@dataclass(frozen=True, slots=True)
class Interactive:
    """An update for the dispatcher, right after the commit: it is worth nothing later."""

    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unwelcome:
    """Something happened in a group in which the bot is not to stay."""

    chat: ChatRef
    by: Person | None
    """Who caused it, when it was a person."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A group became a supergroup, which has another id."""

    old_chat_id: int
    new_chat_id: int


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that stands for a command."""

    query_id: str
    message_id: int
    """The message under which it is; 0 when Telegram does not say."""


Read = Incoming | Edit | Interactive | Unwelcome | Moved | None


def read_update(raw: dict[str, Any], bot: Bot) -> Read:
    """Say what is to be done with *raw*; None when it concerns nobody.

    *raw* has an integer ``update_id``: without one it could not even be confirmed.
    """
    try:
        return _read(raw, bot)
    except (
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        return Incoming(
            update_id=raw["update_id"],
            raw=_dump_anyhow(raw),
            kind=Kind.QUESTION,
            chat=None,
            sender=None,
            text="",
            telegram_message_id=0,
            poison=f"unreadable update: {type(error).__name__}",
        )


def storable_id(value: Any) -> bool:
    """Whether *value* can be an update's id in the database."""
    return isinstance(value, int) and -IDS <= value < IDS


def parse_command(text: str, username: str) -> tuple[str, str] | None:
    """Split ``/name@bot args`` into (name, args); None when it is no command for this bot."""
    if not text.startswith("/"):
        return None
    head, _, args = text[1:].partition(" ")
    if "\n" in head:
        head, _, rest = head.partition("\n")
        args = f"{rest} {args}".strip()
    name, _, addressee = head.partition("@")
    if not name or not name.replace("_", "").isalnum() or not name.isascii():
        return None
    if addressee and addressee.lower() != username.lower():
        return None
    return name.lower(), args.strip()


def pressed(raw_json: str) -> Pressed | None:
    """The button press that a stored update is; None when it is something else."""
    query = table(_load(raw_json).get("callback_query"))
    query_id = string(query.get("id"))
    message_id = count(table(query.get("message")).get("message_id"))
    return Pressed(query_id, message_id) if query_id else None


def speaks_for_chat(raw_json: str) -> bool:
    """Whether a stored message was sent in the name of a chat: nobody knows by whom."""
    raw = _load(raw_json)
    return bool(table(raw.get("message")).get("sender_chat"))


def guest_query(raw_json: str) -> str:
    """The id by which a stored guest message can be answered; empty when it is none."""
    return string(table(_load(raw_json).get("guest_message")).get("guest_query_id"))


def _read(raw: dict[str, Any], bot: Bot) -> Read:
    if (message := raw.get("message")) is not None:
        return _read_message(raw, message, bot)
    if (message := raw.get("edited_message")) is not None:
        return _read_edit(message, bot)
    if (query := raw.get("callback_query")) is not None:
        return _read_press(raw, query, bot)
    if (message := raw.get("guest_message")) is not None:
        return _read_guest(raw, message, bot) if bot.guest else None
    if (managed := raw.get("managed_bot")) is not None:
        return _read_managed(raw, managed)
    if "inline_query" in raw:
        return Interactive(raw) if bot.inline else None
    if "my_chat_member" in raw or "stopped_message_generation" in raw:
        return Interactive(raw)
    return None


def _read_message(raw: dict[str, Any], message: dict[str, Any], bot: Bot) -> Read:
    chat = chat_of(message)
    if "migrate_to_chat_id" in message:
        return Moved(chat.telegram_chat_id, id_of(message["migrate_to_chat_id"]))
    if "migrate_from_chat_id" in message:
        return Moved(id_of(message["migrate_from_chat_id"]), chat.telegram_chat_id)
    if not _welcome(chat, bot):
        return _unwelcome(chat, message, bot)
    sender = author_of(message, bot)
    if chat.type is ChatType.CHANNEL or CONTENT.isdisjoint(message):
        return None
    if sender is None and not (_is_group(chat) and speaks_as_group(message, bot)):
        return None
    text = _text(message)
    if _is_group(chat) and chat.telegram_chat_id == bot.inbox_id:
        return _for_inbox(raw, message, chat, sender)
    if _is_command(message, text):
        command = parse_command(text, bot.username)
        if _is_group(chat) and (command is None or not for_bot(message, text, command, bot)):
            return None
        return Incoming(
            update_id=raw["update_id"],
            raw=_dump(raw),
            kind=Kind.COMMAND,
            chat=chat,
            sender=sender,
            text=text,
            telegram_message_id=id_of(message["message_id"]),
        )
    content = carried(message)
    meant = not _is_group(chat) or for_bot(message, content.words, None, bot)
    if not meant and (sender is None or not may_follow(message)):
        return None
    return _question(raw, message, chat, sender, content, bot, follows_only=not meant)


def _for_inbox(
    raw: dict[str, Any], message: dict[str, Any], chat: ChatRef, sender: Person | None
) -> Incoming | None:
    """In its inbox nobody asks the bot anything: what is written there is for whoever it shows."""
    if sender is None:
        return None
    return Incoming(
        update_id=raw["update_id"],
        raw=_dump(raw),
        kind=Kind.COMMAND,
        chat=chat,
        sender=sender,
        text=carried(message).text,
        telegram_message_id=id_of(message["message_id"]),
    )


def _read_edit(message: dict[str, Any], bot: Bot) -> Edit | Unwelcome | None:
    chat = chat_of(message)
    if not _welcome(chat, bot):
        return _unwelcome(chat, message, bot)
    if table(message.get("from")).get("is_bot") and not speaks_as_group(message, bot):
        return None
    if not LIVELY.isdisjoint(message):
        return None
    if _is_command(message, _text(message)):
        return None
    # An edit cannot say where to look something up, so all that the update repeats is taken.
    content, context = carried(message), told(message, bot, stored=False)
    if not content.text and not content.attachments:
        return None
    return Edit(
        chat=chat,
        telegram_message_id=id_of(message["message_id"]),
        text=content.text,
        raw_message=message,
        preface=context.preface,
        attachments=content.attachments + context.attachments,
    )


def _read_press(raw: dict[str, Any], query: Any, bot: Bot) -> Incoming | Interactive | Unwelcome:
    """A button stands for a command: pressing it does what typing that would do."""
    data, message = string(table(query).get("data")), table(query).get("message")
    if not isinstance(message, dict) or parse_command(data, bot.username) is None:
        return Interactive(raw)
    chat, sender = chat_of(message), person_of(query["from"])
    if not _welcome(chat, bot):
        return Unwelcome(chat, sender)
    return Incoming(
        update_id=raw["update_id"],
        raw=_dump(raw),
        kind=Kind.COMMAND,
        chat=chat,
        sender=sender,
        text=data,
        telegram_message_id=0,
    )


def _read_managed(raw: dict[str, Any], managed: Any) -> Incoming:
    """Somebody created a bot that this one manages, or it got another token: as if they said so."""
    user = person_of(managed["user"])
    return Incoming(
        update_id=raw["update_id"],
        raw=_dump(raw),
        kind=Kind.COMMAND,
        chat=ChatRef(user.id, 0, ChatType.PRIVATE, user.full_name),
        sender=user,
        text=f"/admin bots created {id_of(managed['bot']['id'])}",
        telegram_message_id=0,
    )


def managed_bot(raw_json: str) -> int:
    """Telegram's id of the managed bot that a stored update tells of; 0 when it tells of none."""
    return count(table(table(_load(raw_json).get("managed_bot")).get("bot")).get("id"))


def _read_guest(raw: dict[str, Any], message: dict[str, Any], bot: Bot) -> Incoming | None:
    sender = author_of(message, bot)
    if sender is None or CONTENT.isdisjoint(message):
        return None
    if not string(message["guest_query_id"]):
        raise ValueError("guest_query_id")
    _text(message)
    place = ChatRef(id_of(message["chat"]["id"]), GUEST_THREAD, ChatType.GUEST, title_of(message))
    return _question(raw, message, place, sender, carried(message), bot)


def _question(
    raw: dict[str, Any],
    message: dict[str, Any],
    chat: ChatRef,
    sender: Person | None,
    content: Carried,
    bot: Bot,
    *,
    follows_only: bool = False,
) -> Incoming:
    guest = chat.type is ChatType.GUEST
    context = told(message, bot, stored=not guest)
    return Incoming(
        update_id=raw["update_id"],
        raw=_dump(raw),
        kind=Kind.QUESTION,
        chat=chat,
        sender=sender,
        text=content.text,
        # As a guest the bot knows no message of that chat, and the ids are not of its sequence.
        telegram_message_id=0 if guest else id_of(message["message_id"]),
        preface=context.preface,
        reply_to=context.reply_to,
        attachments=content.attachments + context.attachments,
        media_group=string(message.get("media_group_id")),
        long=utf16_len(content.words) >= LONG,
        follows_only=follows_only,
    )


def _is_group(chat: ChatRef) -> bool:
    return chat.type in (ChatType.GROUP, ChatType.SUPERGROUP)


def _welcome(chat: ChatRef, bot: Bot) -> bool:
    return not _is_group(chat) or bot.stays_in(chat.telegram_chat_id)


def _unwelcome(chat: ChatRef, message: dict[str, Any], bot: Bot) -> Unwelcome | None:
    if table(message.get("left_chat_member")).get("id") == bot.telegram_id:
        return None  # it has just left, or was removed
    return Unwelcome(chat, author_of(message, bot))


def _text(message: dict[str, Any]) -> str:
    text = message.get("text") or message.get("caption") or ""
    if not isinstance(text, str):
        raise TypeError("text")
    return text


def _is_command(message: dict[str, Any], text: str) -> bool:
    entities = message.get("entities") or message.get("caption_entities") or ()
    return text.startswith("/") and any(
        e["type"] == "bot_command" and e["offset"] == 0 for e in entities
    )


def _dump(raw: dict[str, Any]) -> str:
    return json.dumps(raw, ensure_ascii=False, separators=(",", ":"))


def _dump_anyhow(raw: dict[str, Any]) -> str:
    """The update as JSON; when it is too deep or too strange for that, its id alone."""
    try:
        return _dump(raw)
    except (TypeError, ValueError, RecursionError):
        return _dump({"update_id": raw["update_id"]})


def _load(raw_json: str) -> dict[str, Any]:
    try:
        return table(json.loads(raw_json))
    except (ValueError, RecursionError):
        return {}
