"""A message as the terminal shows it: its words, its file, its buttons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kotodom.demo.botapi import Shown
from kotodom.demo.terminal.text import ACCENT, DIM, Run, clean, runs

_KB = 1_000
_EXCERPT = 40


@dataclass(frozen=True, slots=True)
class Key:
    """A button below a message; they are counted from 1, row by row."""

    label: str
    data: str
    """What the bot is told; empty for a button that opens a link."""
    url: str
    tapped: bool = False
    """It stands in place of the person's own keyboard."""


def keys(markup: Mapping[str, Any] | None) -> list[Key]:
    """The buttons of a message."""
    found = [
        Key(button["text"], button.get("callback_data", ""), button.get("url", ""))
        for row in (markup or {}).get("inline_keyboard", ())
        for button in row
    ]
    rows = (markup or {}).get("keyboard", ())
    return found + [Key(button["text"], "", "", tapped=True) for row in rows for button in row]


def words(shown: Shown) -> list[Run]:
    """The text alone; of a rich message what it was written in."""
    if shown.rich:
        return [Run(clean(shown.markdown or shown.html or shown.text))]
    return runs(shown.text, shown.entities)


def pieces(shown: Shown, number: int) -> list[Run]:
    """A whole message; *number* is that of its file, if it has one."""
    found = words(shown)
    if shown.media is not None:
        name = clean(shown.media.name or shown.media.kind)
        file = [Run(f"📎 {name} ({size(shown.media.size)})", ACCENT)]
        file.append(Run(f" – /open {number} shows it", DIM))
        found = [*file, Run("\n"), *found] if found else file
    if buttons := keys(shown.reply_markup):
        labels = (_labelled(number, key) for number, key in enumerate(buttons, 1))
        found += [Run("\n"), Run("  ".join(labels), ACCENT), Run(" – /press N", DIM)]
    return found


def _labelled(number: int, key: Key) -> str:
    link = f" ({clean(key.url)})" if key.url else ""
    return f"[{number}] {clean(key.label)}{link}"


def excerpt(shown: Shown, length: int = _EXCERPT) -> str:
    """The beginning of a message, in one line."""
    said = " ".join(clean(f"{shown.media or ''} {shown.text}").split()) or "(no text)"
    return said if len(said) <= length else said[: length - 1].rstrip() + "…"


def size(octets: int) -> str:
    """A file's size as people read it."""
    if octets < _KB:
        return f"{octets} bytes"
    return f"{round(octets / _KB)} kB" if octets < _KB * _KB else f"{octets / _KB / _KB:.1f} MB"
