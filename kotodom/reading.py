"""Pure: one raw update → what to store of it.

Only what intake needs is read here, and every field is distrusted: an update that cannot be read
becomes a poison row, so that nothing Telegram handed over disappears without a trace.
"""

import json
from dataclasses import dataclass
from typing import Any

from kotodom.commands import NAMES
from kotodom.model import Bot, ChatRef, ChatType, Edit, Incoming, Kind, Person

INTERACTIVE = frozenset(
    {
        "callback_query",
        "stopped_message_generation",
        "my_chat_member",
        "inline_query",
        "chosen_inline_result",
    }
)
"""Updates that are handled at once and not persisted: they are worth nothing later."""

CONTENT = frozenset(
    {
        *("text", "caption", "rich_message", "photo", "voice", "audio", "video", "video_note"),
        *("animation", "sticker", "document", "story", "paid_media", "location", "venue"),
        *("contact", "poll", "dice", "checklist", "game"),
    }
)
"""Message fields a person can put there; a message without any of them is a service message."""


IDS = 2**63
"""Telegram ids, and the columns they are kept in, are signed 64-bit integers."""


@dataclass(frozen=True, slots=True)
class Interactive:
    """An update for the dispatcher, right after the commit."""

    raw: dict[str, Any]


def read_update(raw: dict[str, Any], bot: Bot) -> Incoming | Edit | Interactive | None:
    """Say what is to be done with *raw*; None when it concerns nobody.

    *raw* has an integer ``update_id``: without one it could not even be confirmed.
    """
    try:
        if (message := raw.get("message")) is not None:
            return _read_message(raw, message, bot)
        if (message := raw.get("edited_message")) is not None:
            return _read_edit(message)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        return Incoming(
            update_id=raw["update_id"],
            raw=_dump(raw),
            kind=Kind.QUESTION,
            chat=None,
            sender=None,
            text="",
            telegram_message_id=0,
            poison=f"unreadable update: {type(error).__name__}",
        )
    if not INTERACTIVE.isdisjoint(raw):
        return Interactive(raw)
    return None


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


def _read_message(raw: dict[str, Any], message: dict[str, Any], bot: Bot) -> Incoming | None:
    chat = _chat(message)
    sender = _person(message)
    if chat.type is ChatType.CHANNEL or CONTENT.isdisjoint(message):
        return None
    if sender is None or message["from"].get("is_bot", False):
        return None
    text = _text(message)
    kind = Kind.COMMAND if text.startswith("/") and _is_command(message) else Kind.QUESTION
    command = parse_command(text, bot.username) if kind is Kind.COMMAND else None
    if kind is Kind.COMMAND and command is None:
        return None
    if chat.type is not ChatType.PRIVATE and not _addressed(message, text, command, bot):
        return None
    return Incoming(
        update_id=raw["update_id"],
        raw=_dump(raw),
        kind=kind,
        chat=chat,
        sender=sender,
        text=text,
        telegram_message_id=_id(message["message_id"]),
    )


def _read_edit(message: dict[str, Any]) -> Edit | None:
    text = _text(message)
    if not text:
        return None
    return Edit(_chat(message), _id(message["message_id"]), text, message)


def _chat(message: dict[str, Any]) -> ChatRef:
    chat = message["chat"]
    name = chat.get("title") or " ".join(
        word for word in (chat.get("first_name"), chat.get("last_name")) if word
    )
    # The thread id of a message outside a topic cannot be sent to ("message thread not found").
    thread = _id(message.get("message_thread_id") or 0) if message.get("is_topic_message") else 0
    return ChatRef(_id(chat["id"]), thread, ChatType(chat["type"]), str(name))


def _person(message: dict[str, Any]) -> Person | None:
    sender = message.get("from")
    if sender is None:
        return None
    name = " ".join(w for w in (sender.get("first_name"), sender.get("last_name")) if w)
    return Person(
        id=_id(sender["id"]),
        username=str(sender.get("username") or ""),
        full_name=name,
        language_code=str(sender.get("language_code") or ""),
    )


def _text(message: dict[str, Any]) -> str:
    text = message.get("text") or message.get("caption") or ""
    if not isinstance(text, str):
        raise TypeError("text")
    return text


def _is_command(message: dict[str, Any]) -> bool:
    entities = message.get("entities") or message.get("caption_entities") or ()
    return any(e["type"] == "bot_command" and e["offset"] == 0 for e in entities)


def _addressed(
    message: dict[str, Any], text: str, command: tuple[str, str] | None, bot: Bot
) -> bool:
    """In a group: a command of this bot, a mention of it, or a reply to what it said."""
    if command is not None:
        return command[0] in NAMES or "@" in text.split(maxsplit=1)[0]
    replied = (message.get("reply_to_message") or {}).get("from") or {}
    if replied.get("id") == bot.telegram_id:
        return True
    mention = f"@{bot.username}".lower()
    units = text.encode("utf-16-le")
    for entity in message.get("entities") or message.get("caption_entities") or ():
        if entity["type"] == "text_mention" and entity["user"]["id"] == bot.telegram_id:
            return True
        if entity["type"] == "mention":
            start = 2 * entity["offset"]
            piece = units[start : start + 2 * entity["length"]].decode("utf-16-le", "replace")
            if bot.username and piece.lower() == mention:
                return True
    return False


def _id(value: Any) -> int:
    """A Telegram id: a whole number that a database column can hold."""
    number = int(value)
    if not -IDS <= number < IDS:
        raise ValueError("id")
    return number


def _dump(raw: dict[str, Any]) -> str:
    return json.dumps(raw, ensure_ascii=False, separators=(",", ":"))
