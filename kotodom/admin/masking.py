"""Secrets in what people write, before it is stored: what they look like, what stands for them."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from kotodom.admin.screen import PREFIX
from kotodom.model import Bot, Edit, Incoming
from kotodom.reading import parse_command
from kotodom.sealing import HIDDEN

TOKEN = re.compile(r"(?<![0-9A-Za-z_-])\d{5,19}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])", re.ASCII)
"""A bot's token wherever it stands in a text."""
ENDING = re.compile(r":[A-Za-z0-9_-]{35}", re.ASCII)
"""What every token ends with, however its beginning is written in JSON."""
KEY = re.compile(r"(?<![0-9A-Za-z_-])sk-[A-Za-z0-9_-]{16,}", re.ASCII)
"""What looks like a provider's key wherever it stands in a text."""
HIDDEN_KEY = "[key]"
"""Stands for one."""

TAKES_KEY = re.compile(r'bot\s+(?:"[^"\n]*"|\S+)\s+key', re.ASCII | re.IGNORECASE)
"""The command that a provider's key completes: whatever follows it is one, or OFF."""
OFF = "off"

_Said = TypeVar("_Said", Incoming, Edit)


def masked(said: _Said, bot: Bot) -> _Said:
    """What was said to a group or by a stranger: a token is nobody's to keep.

    Nor is a key in a command of /admin, which is carried out in private chats alone.
    """
    if ENDING.search(_raw(said)):
        said = changed(said, lambda text: TOKEN.sub(HIDDEN, text))
    name, line = parse_command(said.text, bot.username) or ("", "")
    if f"/{name}" != PREFIX:
        return said
    return without_keys(with_end(said, key_given(line), HIDDEN_KEY))


def key_given(line: str) -> str:
    """What a command of /admin gives as a key; empty for none."""
    given = TAKES_KEY.match(line)
    return line[given.end() :].strip() if given is not None else ""


def with_end(said: _Said, end: str, instead: str) -> _Said:
    """The same with something else where the message says *end* at its end."""
    if not end:
        return said

    def change(text: str) -> str:
        # Only there: a short one may stand in other texts as a word like any other.
        bare = text.rstrip()
        return bare.removesuffix(end) + instead if bare.endswith(end) else text

    return changed(said, change)


def without_keys(said: _Said) -> _Said:
    """The same with a mark instead of whatever looks like a key."""
    if "sk-" not in _raw(said):
        return said
    return changed(said, lambda text: KEY.sub(HIDDEN_KEY, text))


def _raw(said: Incoming | Edit) -> str:
    return said.raw if isinstance(said, Incoming) else json.dumps(said.raw_message)


def changed(said: _Said, change: Callable[[str], str]) -> _Said:
    """The same with every text in it changed: nobody may find a secret in the database.

    In the values, not in the JSON text: there a line break before a token is a letter n.
    """
    text, preface = change(said.text), change(said.preface)
    if isinstance(said, Edit):
        message = _everywhere(said.raw_message, change)
        return replace(said, raw_message=message, text=text, preface=preface)
    try:
        raw = _everywhere(json.loads(said.raw), change)
    except (ValueError, RecursionError):
        raw = {"update_id": said.update_id}
    stored = json.dumps(raw, ensure_ascii=False, separators=(",", ":"))
    return replace(said, raw=stored, text=text, preface=preface)


def _everywhere(value: Any, change: Callable[[str], str]) -> Any:
    """A text, or what was read from JSON, with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_everywhere(item, change) for item in value]
    if isinstance(value, dict):
        return {name: _everywhere(item, change) for name, item in value.items()}
    return value
