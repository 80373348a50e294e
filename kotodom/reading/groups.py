"""Who is meant: in a group a bot answers those who address it, and nobody else."""

import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from loguru import logger

from kotodom import patterns
from kotodom.model import Bot
from kotodom.reading.reply import replied, replies_to
from kotodom.reading.rich import runs
from kotodom.reading.words import string


def for_bot(message: dict[str, Any], words: str, command: tuple[str, str] | None, bot: Bot) -> bool:
    """Whether a group's message is meant for the bot.

    It is a command with the bot's name, mentions it, replies to what it said, or has its name in
    it. *command* is what *words* say when they are one for this bot or for nobody by name; Telegram
    hands the latter to every bot of the group.
    """
    if command is not None:
        return "@" in words.split(maxsplit=1)[0] or replies_to(message, bot)
    return (
        replies_to(message, bot)
        or _mentioned(message, words, bot)
        or named(bot.name_pattern, words)
    )


def may_follow(message: dict[str, Any]) -> bool:
    """Whether it could be the rest of a message that was meant for the bot.

    That is another item of an album, or plain text: clients split a long text into several.
    """
    if string(message.get("media_group_id")):
        return True
    plain = "text" in message and "forward_origin" not in message
    return plain and replied(message) is None and "external_reply" not in message


def named(pattern: str, words: str) -> bool:
    """Whether the pattern is found among the words, as whole words and in any case."""
    expression = name_expression(pattern) if pattern else None
    # A pattern that also matches nothing would find that in every text.
    return expression is not None and any(
        found.group() for found in expression.finditer(words[: patterns.reach(expression.pattern)])
    )


@lru_cache(maxsize=1024)
def name_expression(pattern: str) -> re.Pattern[str] | None:
    """A bot's name pattern, ready to search with; None when it is none to search with."""
    with warnings.catch_warnings():
        # Such as "possible nested set": what the owner means is for the owner to see.
        warnings.simplefilter("ignore")
        try:
            expression = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
        except (re.error, OverflowError, RecursionError):
            return None
    if patterns.reach(expression.pattern):
        return expression
    logger.warning("a bot's name_pattern is not used, for it could search for hours: {}", pattern)
    return None


def _mentioned(message: dict[str, Any], words: str, bot: Bot) -> bool:
    mention = f"@{bot.username}".lower() if bot.username else ""
    for entity, piece in _entities(message, words):
        if entity["type"] == "text_mention" and entity["user"]["id"] == bot.telegram_id:
            return True
        if entity["type"] == "mention" and mention and piece.lower() == mention:
            return True
    return False


def _entities(message: dict[str, Any], words: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Each entity with its piece of the text; offsets count UTF-16 units."""
    units = words.encode("utf-16-le", "surrogatepass")
    for entity in message.get("entities") or message.get("caption_entities") or ():
        start = 2 * entity["offset"]
        piece = units[start : start + 2 * entity["length"]]
        yield entity, piece.decode("utf-16-le", "replace")
    for run in runs(message.get("rich_message")):
        if run.get("type") in ("mention", "text_mention"):
            yield run, f"@{string(run.get('username')).removeprefix('@')}"
