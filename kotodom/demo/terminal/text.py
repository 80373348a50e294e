"""A message's text and entities as a terminal shows them: styled runs, cut to a width."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any

BOLD = "1"
DIM = "2"
ACCENT = "36"
"""SGR parameters; ACCENT is cyan, which reads on light and dark backgrounds alike."""

_STYLES = {
    "bold": BOLD,
    "italic": "3",
    "underline": "4",
    "text_link": "4",
    "url": "4",
    "strikethrough": "9",
    "spoiler": DIM,
    "code": ACCENT,
    "pre": ACCENT,
    "blockquote": DIM,
    "expandable_blockquote": DIM,
}
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_TAB = "    "


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style: SGR parameters, empty for none."""

    text: str
    style: str = ""


def runs(text: str, entities: Iterable[Any] = ()) -> list[Run]:
    """Cut *text* into runs by its Bot API entities (dicts; offsets in UTF-16 units).

    Quotes get a ``> `` before each line and links their address behind them, so that nothing is
    lost where styles are not shown.
    """
    place = _places(text)
    spans: list[tuple[int, int, str]] = []
    marks: dict[int, str] = {}
    for entity in entities:
        kind = str(entity["type"])
        start = place[entity["offset"]]
        end = place[entity["offset"] + entity["length"]]
        if kind in _STYLES:
            spans.append((start, end, _STYLES[kind]))
        if kind in _QUOTES:
            for at in _line_starts(text, start, end):
                marks[at] = marks.get(at, "") + "> "
        elif kind == "text_link" and entity["url"] != text[start:end]:
            marks[end] = f" ({clean(entity['url'])})" + marks.get(end, "")
    cuts = sorted({0, len(text), *marks, *(at for a, b, _ in spans for at in (a, b))})
    found: list[Run] = []
    for start, end in pairwise([*cuts, len(text)]):
        if start in marks:
            found.append(Run(marks[start], DIM))
        style = ";".join(dict.fromkeys(code for a, b, code in spans if a <= start and end <= b))
        if end > start:
            found.append(Run(clean(text[start:end]), style))
    return found


def _places(text: str) -> Sequence[int]:
    """The index of each UTF-16 unit's character, and of the end."""
    if text.isascii():
        return range(len(text) + 1)
    places: list[int] = []
    for index, char in enumerate(text):
        places += [index] * (2 if ord(char) > 0xFFFF else 1)
    return [*places, len(text)]


def _line_starts(text: str, start: int, end: int) -> list[int]:
    return [start, *(at + 1 for at in range(start, end - 1) if text[at] == "\n")]


def clean(text: str) -> str:
    """The text without anything that a terminal would obey instead of show."""
    text = text.replace("\t", _TAB)
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) != "Cc")


def plain(pieces: Iterable[Run]) -> str:
    """The text alone."""
    return "".join(run.text for run in pieces)


def ansi(pieces: Iterable[Run], *, colour: bool = True) -> str:
    """The text with its styles as escape sequences."""
    found = []
    for text, style in ((run.text, run.style) for run in pieces):
        codes = [code for code in style.split(";") if code and (colour or code != ACCENT)]
        found.append(f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if codes and text else text)
    return "".join(found)


@lru_cache(maxsize=4096)
def _char_width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def width(text: str) -> int:
    """Columns that *text*, a single line, takes."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def wrap(pieces: Iterable[Run], columns: int, *, words: bool = False) -> list[list[Run]]:
    """Cut into lines of at most *columns*: with *words* between words where there is a place.

    Code is never cut between words: there every space counts.
    """
    lines: list[list[Run]] = []
    line: list[tuple[str, str]] = []
    used = 0
    for char, style in ((char, run.style) for run in pieces for char in run.text):
        if char == "\n":
            lines.append(_joined(line))
            line, used = [], 0
            continue
        wide = _char_width(char)
        gap = words and char == " " and ACCENT not in style
        if gap and used + wide > columns:
            lines.append(_joined(line))
            line, used = [], 0
            continue
        # A word that moves to the next line may fill it so far that it must be cut there.
        while line and used + wide > columns:
            place = _place_to_cut(line) if words else len(line)
            lines.append(_joined(line[:place]))
            line = line[place:]
            used = sum(_char_width(char) for char, _ in line)
        line.append((char, style))
        used += wide
    return [*lines, _joined(line)]


def _place_to_cut(line: list[tuple[str, str]]) -> int:
    """Behind the last space outside of code, in the last two thirds of the line; else its end."""
    for place in range(len(line), len(line) // 3, -1):
        char, style = line[place - 1]
        if char == " " and ACCENT not in style:
            return place
    return len(line)


def _joined(line: list[tuple[str, str]]) -> list[Run]:
    groups = groupby(line, key=lambda cell: cell[1])
    return [Run("".join(char for char, _ in cells), style) for style, cells in groups]
