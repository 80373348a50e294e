"""Where a message was said and by whom: what it cannot be stored without.

Whatever is missing or odd here raises, and makes the update poison.
"""

from typing import Any

from kotodom.model import Bot, ChatRef, ChatType, Person
from kotodom.reading.reply import said_by
from kotodom.reading.words import table

IDS = 2**63
"""Telegram ids, and the columns they are kept in, are signed 64-bit integers."""


def chat_of(message: dict[str, Any]) -> ChatRef:
    """The conversation a message belongs to."""
    chat = message["chat"]
    type_ = ChatType(chat["type"])
    if type_ is ChatType.GUEST:
        raise ValueError("guest is our own type of a chat")
    # The thread id of a message outside a topic cannot be sent to ("message thread not found").
    thread = id_of(message.get("message_thread_id") or 0) if message.get("is_topic_message") else 0
    return ChatRef(id_of(chat["id"]), thread, type_, title_of(message))


def title_of(message: dict[str, Any]) -> str:
    """What its chat is called; a private one by the person."""
    chat = message["chat"]
    names = (chat.get("first_name"), chat.get("last_name"))
    return str(chat.get("title") or " ".join(name for name in names if name))


def author_of(message: dict[str, Any], bot: Bot) -> Person | None:
    """The person whose words these are; None when they are a bot's or a chat's."""
    sender = message.get("from")
    if sender is None or sender.get("is_bot", False) or said_by(message, bot):
        return None
    return person_of(sender)


def speaks_as_group(message: dict[str, Any], bot: Bot) -> bool:
    """Whether an anonymous admin says it: in their group's name, so that nobody knows who it is.

    A linked channel's posts are said in the name of another chat than the one they are in.
    """
    as_chat = table(message.get("sender_chat")).get("id")
    return as_chat is not None and as_chat == message["chat"]["id"] and not said_by(message, bot)


def person_of(sender: dict[str, Any]) -> Person:
    """A user of an update."""
    name = " ".join(w for w in (sender.get("first_name"), sender.get("last_name")) if w)
    return Person(
        id=id_of(sender["id"]),
        username=str(sender.get("username") or ""),
        full_name=name,
        language_code=str(sender.get("language_code") or ""),
    )


def id_of(value: Any) -> int:
    """A Telegram id: a whole number that a database column can hold."""
    number = int(value)
    if not -IDS <= number < IDS:
        raise ValueError("id")
    return number
