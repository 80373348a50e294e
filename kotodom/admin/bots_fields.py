"""The fields of a bot as people type and read them; the configuration says what they may be."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kotodom.admin.words.bots import BotsWords
from kotodom.config.bots import field_value
from kotodom.i18n import LANGUAGES
from kotodom.model import AccessMode, Bot, Groups, Rich

ON, OFF = "on", "off"
_YES = frozenset({ON, "yes", "true", "1", "да", "вкл"})
_NO = frozenset({OFF, "no", "false", "0", "нет", "выкл"})
_HEADING = re.compile(r"\[([a-z][a-z0-9-]*(?:\.[a-z]{2})?)\]\s*")
"""``[stopped]`` or ``[stopped.ru]`` on a line of its own."""


def _flag(said: str) -> object:
    word = said.casefold()
    return True if word in _YES else False if word in _NO else said


def _list(said: str) -> list[str]:
    return [item.strip() for item in re.split(r"[,\n]", said) if item.strip()]


def _numbers(said: str) -> list[object]:
    return [_number(item) for item in _list(said)]


def _number(said: str) -> object:
    said = said.replace("−", "-")  # phones like to write a minus
    return int(said) if re.fullmatch(r"-?\d{1,19}", said, re.ASCII) else said


def _texts(said: str) -> object:
    """Texts of its own: a line ``[id]`` before each."""
    found: dict[str, list[str]] = {}
    lines: list[str] | None = None
    for line in said.splitlines():
        if heading := _HEADING.fullmatch(line):
            lines = found.setdefault(heading[1], [])
        elif lines is not None:
            lines.append(line)
        elif line.strip():
            return said
    return {name: "\n".join(lines).strip() for name, lines in found.items()}


def _shown_texts(texts: Mapping[str, str]) -> str:
    return "\n".join(f"[{name}]\n{words}" for name, words in texts.items())


KEEPS = object()


class Shape(StrEnum):
    """How a field is entered."""

    LINE = "line"
    TEXT = "text"
    """Long: it is shown beside the old one before it is saved."""
    CHOICE = "choice"


@dataclass(frozen=True)
class Field:
    """One field."""

    name: str
    shape: Shape = Shape.LINE
    choices: tuple[str, ...] = ()
    """What may be chosen, as it is typed; ``auto``, ``none``, ``default`` stand for nothing."""
    read: Callable[[str], object] = str
    """What was typed → what the configuration's rule takes."""
    show: Callable[[Any], str] = str
    """The value as it would be typed."""
    empty: object = KEEPS
    """What it is when it is cleared; KEEPS: it cannot be."""

    @property
    def label(self) -> BotsWords:
        """What it is called."""
        return BotsWords(f"bots-field-{self.name.replace('_', '-')}")

    @property
    def about(self) -> BotsWords:
        """What it means, and what may be typed."""
        return BotsWords(f"bots-about-{self.name.replace('_', '-')}")

    def of(self, bot: Bot) -> str:
        """What the bot has, as it would be typed."""
        return self.show(getattr(bot, self.name))

    def value(self, said: str, bot: Bot) -> Any:
        """The value that somebody typed; raises kotodom.config.bots.WrongField."""
        if self.empty is not KEEPS and said in _NOTHING and said in self.choices:
            return self.empty
        beside = {"groups": bot.groups, "group_ids": bot.group_ids}
        return field_value(self.name, self.read(said), beside)


_NOTHING = ("auto", "none", "default")


def _items(value: Any) -> str:
    return ", ".join(map(str, value))


def _flag_word(value: Any) -> str:
    return ON if value else OFF


def _or(nothing: str) -> Callable[[Any], str]:
    """Shows the value, or that word where there is none."""
    return lambda value: str(value or nothing)


def _days(value: Any) -> str:
    return "default" if value is None else str(value)


def _switch(name: str) -> Field:
    return Field(name, Shape.CHOICE, (ON, OFF), read=_flag, show=_flag_word)


_ALL = (
    Field("name"),
    Field("prompt", Shape.TEXT, empty=""),
    Field("model", choices=("default",), show=_or("default"), empty=""),
    Field("models", read=_list, show=_items, empty=()),
    Field("fallback_model", choices=("none",), show=_or("none"), empty=""),
    Field("start_message", Shape.TEXT, empty=""),
    Field("help_message", Shape.TEXT, empty=""),
    Field("error_message", Shape.TEXT, empty=""),
    Field("access", Shape.CHOICE, tuple(AccessMode)),
    Field("language", Shape.CHOICE, ("auto", *LANGUAGES), show=_or("auto"), empty=""),
    Field("rich", Shape.CHOICE, tuple(Rich)),
    _switch("link_previews"),
    Field("groups", Shape.CHOICE, tuple(Groups)),
    Field("group_ids", read=_numbers, show=_items, empty=()),
    Field("name_pattern", empty=""),
    _switch("guest"),
    _switch("inline"),
    Field("inbox_id", choices=("none",), read=_number, show=_or("none"), empty=0),
    Field("keep_days", choices=("default",), read=_number, show=_days, empty=None),
    Field("texts", Shape.TEXT, read=_texts, show=_shown_texts, empty={}),
)
FIELDS: Mapping[str, Field] = {field.name: field for field in _ALL}
"""Every field that can be set, in the order it is shown."""
