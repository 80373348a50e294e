"""A message's text and entities as lines of styled spans that fit a width."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from tests.pictures.measure import width

SIZE = 15.0
MONO_SIZE = 12.5
"""Pixels."""

_BLOCKS = {"pre": "pre", "blockquote": "quote", "expandable_blockquote": "quote"}
_LINKS = frozenset({"text_link", "url", "mention", "text_mention", "bot_command", "email"})


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line in one style."""

    text: str
    styles: frozenset[str] = frozenset()
    """``bold``, ``italic``, ``code``, ``link``, ``strikethrough``, ``underline``, ``spoiler``."""

    @property
    def size(self) -> float:
        return MONO_SIZE if "code" in self.styles else SIZE

    @property
    def width(self) -> float:
        code = "code" in self.styles
        return width(self.text, self.size, bold="bold" in self.styles, mono=code)


Line = list[Span]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand together."""

    kind: str
    """``text``, ``pre`` or ``quote``."""
    lines: list[Line]
    language: str = ""


def blocks(text: str, entities: Iterable[Any], room: float) -> list[Block]:
    """Cut a text into blocks, and these into lines of at most *room* pixels."""
    styles: list[set[str]] = [set() for _ in text]
    kinds: list[tuple[str, int, str]] = [("text", 0, "")] * len(text)
    for number, entity in enumerate(entities, 1):
        start, end = (
            _place(text, entity["offset"]),
            _place(text, entity["offset"] + entity["length"]),
        )
        kind = str(entity["type"])
        for at in range(start, end):
            if kind in _BLOCKS:
                kinds[at] = _BLOCKS[kind], number, str(entity.get("language", ""))
            else:
                styles[at].add("link" if kind in _LINKS else kind)
    found = []
    at = 0
    for (kind, _, language), chars in groupby(kinds):
        length = len(list(chars))
        piece, style = text[at : at + length], styles[at : at + length]
        at += length
        if kind == "text" and not piece.strip("\n"):
            continue
        found.append(Block(kind, _lines(kind, piece, style, room), language))
    return found


def _place(text: str, units: int) -> int:
    """The index of the character that begins at that UTF-16 unit."""
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le"))


def _lines(kind: str, text: str, styles: Sequence[set[str]], room: float) -> list[Line]:
    start = len(text) - len(text.lstrip("\n"))
    end = len(text.rstrip("\n"))
    cells = [
        (char, frozenset(style | {"code"} if kind == "pre" else style))
        for char, style in zip(text[start:end], styles[start:end], strict=True)
    ]
    rows: list[list[tuple[str, frozenset[str]]]] = [[]]
    for cell in cells:
        if cell[0] == "\n":
            rows.append([])
        else:
            rows[-1].append(cell)
    if kind == "pre":
        return [_spans(row) for row in rows]
    return [line for row in rows for line in _wrapped(row, room)]


def _spans(cells: Iterable[tuple[str, frozenset[str]]]) -> Line:
    return [
        Span("".join(char for char, _ in group), style)
        for style, group in groupby(cells, key=lambda cell: cell[1])
    ]


def _wrapped(cells: list[tuple[str, frozenset[str]]], room: float) -> list[Line]:
    """Between words, as long as a word fits."""
    text = "".join(char for char, _ in cells)
    lines: list[Line] = []
    line: list[tuple[str, frozenset[str]]] = []
    for found in re.finditer(r"\S+\s*|\s+", text):
        word = cells[found.start() : found.end()]
        longer = [*line, *word]
        fitting = longer[: len(longer) - (len(found[0]) - len(found[0].rstrip()))]
        if line and line_width(_spans(fitting)) > room:
            lines.append(_spans(line))
            line = word
        else:
            line = longer
    return [*lines, _spans(line)]


def line_width(line: Line) -> float:
    """Pixels."""
    return sum(span.width for span in line)
