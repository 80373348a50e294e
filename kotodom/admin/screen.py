"""What a command of /admin shows: a screen as a value, and how Telegram draws it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kotodom.admin.words.common import CommonWords
from kotodom.i18n import say
from kotodom.model import Button, Buttons, Content, Entity
from kotodom.text.units import utf16_len

PAGE = 8
"""Entries on a page of a list."""
LONGEST = 4000
"""UTF-16 units of a screen: Telegram takes 4,096."""
PRESS = 64
"""Bytes of what a button stands for (Bot API, callback_data)."""
PREFIX = "/admin"
HOME = "home"
"""The command of the first screen: above every screen that names none."""


class Refused(Exception):
    """A command that is not carried out, with words for whoever gave it."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One view: it takes the place of the message whose button was pressed."""

    title: str
    lines: tuple[str, ...] = ()
    code: str = ""
    """Shown below the lines with letters of one width: a difference, a table, a chart."""
    buttons: Buttons = ()
    back: str = ""
    """The command (without /admin) of the screen above; empty: the first one."""
    refresh: str = ""
    """The command that shows this screen again."""
    awaits: str = ""
    """A command whose last argument is the next message of whoever sees this."""
    files: tuple[Content, ...] = ()
    """Sent after it."""
    fresh: bool = False
    """It stands below, as a new message, even when a button was pressed."""


def go(label: str, command: str) -> Button:
    """A button that opens a screen: *command* is written without /admin."""
    return Button(label, f"{PREFIX} {command}".rstrip())


def columns(buttons: Sequence[Button], count: int = 2) -> Buttons:
    """The buttons in rows of *count*."""
    return tuple(tuple(buttons[at : at + count]) for at in range(0, len(buttons), count))


def pages(command: str, page: int, more: bool) -> Buttons:
    """The row that turns pages: *page* counts from 1, *command* takes the number at its end."""
    row = []
    if page > 1:
        row.append(go(f"◀ {page - 1}", f"{command} {page - 1}"))
    if more:
        row.append(go(f"{page + 1} ▶", f"{command} {page + 1}"))
    return (tuple(row),) if row else ()


def draw(screen: Screen, language: str) -> list[Content]:
    """The messages that show a screen."""
    title = _cut(screen.title or "…", 200)
    text, entities = title, [Entity("bold", 0, utf16_len(title))]
    lines = "\n".join(screen.lines).strip("\n")
    if lines:
        text = f"{text}\n\n{_cut(lines, LONGEST - utf16_len(text) - 2)}"
    room = LONGEST - utf16_len(text) - 2
    if screen.code.strip() and room > 80:
        code = _cut(screen.code.strip("\n"), room)
        entities.append(Entity("pre", utf16_len(text) + 2, utf16_len(code)))
        text = f"{text}\n\n{code}"
    rows = [row for row in map(_usable, (*screen.buttons, _frame(screen, language))) if row]
    return [Content(text, tuple(entities), buttons=tuple(rows)), *screen.files]


def _frame(screen: Screen, language: str) -> tuple[Button, ...]:
    row = []
    if screen.back:
        row.append(go(say(CommonWords.BACK, language), screen.back))
    if screen.refresh:
        row.append(go(say(CommonWords.REFRESH, language), screen.refresh))
    return tuple(row)


def _usable(row: tuple[Button, ...]) -> tuple[Button, ...]:
    return tuple(
        replace(button, label=_cut(button.label, 60))
        for button in row
        if button.url or button.creates or 0 < len(button.command.encode()) <= PRESS
    )


def _cut(text: str, units: int) -> str:
    """The beginning of *text* that has at most so many UTF-16 units."""
    if utf16_len(text) <= units:
        return text
    kept = text.encode("utf-16-le")[: max(units - 1, 0) * 2].decode("utf-16-le", "ignore")
    return f"{kept.rstrip()}…"
