"""What the model is told before a message's own words: what it replies to, whose words it is.

Nothing here raises: what cannot be read is left out.
"""

from dataclasses import dataclass
from typing import Any

from kotodom.model import Attachment, Bot
from kotodom.reading.content import Carried, carried, count, quoted
from kotodom.reading.words import called, inside, name_of, string, table, titled

QUOTED = 1000
"""Characters of what is replied to; a person quotes at most 1,024."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told about a message beside its own content."""

    preface: str = ""
    reply_to: int = 0
    """A message of the same chat whose words are not in the update. For the bot's own the preface
    does not say so."""
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class _Author:
    """Who said what is replied to."""

    whose: str
    """As in "Ann's picture"."""
    name: str = ""
    """Empty for the bot, the person themselves, and nobody knows who."""


_BOT = _Author("your own")
_SELF = _Author("their own")
_UNKNOWN = _Author("somebody's")


def told(message: dict[str, Any], bot: Bot, *, stored: bool = True) -> Told:
    """Read what the message replies to and was forwarded from.

    *stored*: earlier messages of its chat may be looked up by their ids.
    """
    reply = _reply(message, bot, stored)
    lines = filter(None, (_forwarded(message, bot), reply.preface))
    return Told("\n".join(lines), reply.reply_to, reply.attachments)


def replied(message: dict[str, Any]) -> dict[str, Any] | None:
    """The message of the same chat that this one replies to.

    In a topic every message that replies to nothing seems to reply to the topic's beginning.
    """
    reply = message.get("reply_to_message")
    if not isinstance(reply, dict) or "forum_topic_created" in reply:
        return None
    root = message.get("is_topic_message") and message.get("message_thread_id")
    return None if root and reply.get("message_id") == root else reply


def replies_to(message: dict[str, Any], bot: Bot) -> bool:
    """Whether it answers something that the bot said in this chat."""
    if (reply := replied(message)) is not None:
        return said_by(reply, bot)
    external = table(message.get("external_reply"))
    return _same_chat(external, message) and _origin_id(external) == bot.telegram_id


def said_by(message: dict[str, Any], bot: Bot) -> bool:
    """Whether the words are the bot's, also when a person sent them through inline mode."""
    return bot.telegram_id in (
        table(message.get("from")).get("id"),
        table(message.get("via_bot")).get("id"),
    )


def _forwarded(message: dict[str, Any], bot: Bot) -> str:
    if not message.get("forward_origin"):
        return ""
    name = _origin_name(message["forward_origin"], bot)
    return f"[Forwarded from {name}]" if name else "[Forwarded]"


def _origin_name(origin: Any, bot: Bot) -> str:
    """By the four types of a forward's origin; which it is shows in the field it has."""
    origin = table(origin)
    if table(origin.get("sender_user")).get("id") == bot.telegram_id:
        return "yourself"
    name = (
        called(origin.get("sender_user"))
        or name_of(string(origin.get("sender_user_name")))
        or titled(origin.get("sender_chat") or origin.get("chat"))
    )
    signature = name_of(string(origin.get("author_signature")))
    return f"{name} ({signature})" if name and signature else name or signature


def _reply(message: dict[str, Any], bot: Bot, stored: bool) -> Told:
    quote = string(table(message.get("quote")).get("text"))
    if (reply := replied(message)) is not None:
        message_id = count(reply.get("message_id")) if stored else 0
        return _replying(_author(reply, message, bot), reply, quote, message_id, bot)
    if isinstance(external := message.get("external_reply"), dict):
        author = _external_author(external, message, bot)
        here = stored and _same_chat(external, message)
        message_id = count(external.get("message_id")) if here else 0
        return _replying(author, external, quote, message_id, bot, place=" elsewhere")
    if story := message.get("reply_to_story"):
        name = titled(table(story).get("chat"))
        return Told(f"[In reply to a story of {name}]" if name else "[In reply to a story]")
    return Told(_line(_UNKNOWN, Carried(), quote)) if quote else Told()


def _replying(
    author: _Author,
    message: dict[str, Any],
    quote: str,
    message_id: int,
    bot: Bot,
    *,
    place: str = "",
) -> Told:
    content = carried(message)
    if author is _BOT and message_id and _is_whole_elsewhere(message):
        content = Carried()
    origin = ""
    if message.get("forward_origin"):
        origin = f", forwarded from {_origin_name(message['forward_origin'], bot) or 'somebody'}"
    known = quote or content.text or content.attachments
    if author is _BOT and message_id and not known:
        return Told(reply_to=message_id)  # whoever looks the words up says whose they are
    return Told(
        _line(author, content, quote, origin + place),
        0 if known else message_id,
        quoted(content.attachments),
    )


def _is_whole_elsewhere(message: dict[str, Any]) -> bool:
    """Whether the store has this message of the bot as the model wrote it."""
    return "via_bot" not in message and ("rich_message" in message or "document" in message)


def _line(author: _Author, content: Carried, quote: str, place: str = "") -> str:
    body = inside(quote or "\n".join(filter(None, (content.words, *content.notes))), QUOTED)
    if quote:
        head = f"a part of {author.whose} message"
    elif body and author.name and content.noun == "message" and not place:
        head = author.name
    else:
        head = f"{author.whose} {content.noun}"
    return f'[In reply to {head}{place}: "{body}"]' if body else f"[In reply to {head}{place}]"


def _author(reply: dict[str, Any], message: dict[str, Any], bot: Bot) -> _Author:
    if said_by(reply, bot):
        return _BOT
    if name := titled(reply.get("sender_chat")):
        return _named(name)
    sender = table(reply.get("from"))
    if sender and sender.get("id") == table(message.get("from")).get("id"):
        return _SELF
    return _named(called(sender))


def _external_author(external: dict[str, Any], message: dict[str, Any], bot: Bot) -> _Author:
    sender = _origin_id(external)
    if sender == bot.telegram_id:
        return _BOT
    if sender is not None and sender == table(message.get("from")).get("id"):
        return _SELF
    return _named(_origin_name(external.get("origin"), bot))


def _named(name: str) -> _Author:
    return _Author(f"{name}'s", name) if name else _UNKNOWN


def _origin_id(external: dict[str, Any]) -> Any:
    return table(table(external.get("origin")).get("sender_user")).get("id")


def _same_chat(external: dict[str, Any], message: dict[str, Any]) -> bool:
    chat_id = table(external.get("chat")).get("id")
    return chat_id is not None and chat_id == table(message.get("chat")).get("id")
