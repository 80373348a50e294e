"""A table: what is in it, and how it looks as aligned monospace text."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Event = tuple[Any, int, int]
"""An event of the parser's with its place in the source, in bytes."""

WIDEST = 40
"""Cells in a line of a phone; a table that takes more is shown as a list."""


@dataclass(slots=True)
class Row:
    """The events of each cell, and the place in the source of what follows the last cell."""

    cells: list[list[Event]] = field(default_factory=list)
    beyond: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Table:
    """A table being read; the first row is the header."""

    alignments: Sequence[str]
    rows: list[Row] = field(default_factory=list)

    def take(self, event: Any, start: int, end: int) -> bool:
        """Read one event; whether the table ends with it."""
        began = event.get("Start") if isinstance(event, dict) else None
        ended = event.get("End") if isinstance(event, dict) else None
        if began in ("TableHead", "TableRow"):
            self.rows.append(Row(beyond=(end, end)))
        elif began == "TableCell":
            row = self.rows[-1]
            row.cells.append([])
            row.beyond = (end, row.beyond[1])
        elif ended == "Table" or (isinstance(ended, dict) and "Table" in ended):
            return True
        elif ended not in ("TableCell", "TableHead", "TableRow"):
            self.rows[-1].cells[-1].append((event, start, end))
        return False


def width(text: str) -> int:
    """How many monospace cells the text takes."""
    if text.isascii():
        return len(text)
    return sum(_cells(char) for char in text)


def _cells(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def layout(rows: Sequence[Sequence[str]], alignments: Sequence[str]) -> str:
    """Lay the rows out under each other; the first is the header.

    ``alignments`` holds one of ``None``, ``Left``, ``Center``, ``Right`` a column and may be
    shorter than a row.
    """
    columns = max(map(len, rows), default=0)
    full = [[*row, *[""] * (columns - len(row))] for row in rows]
    widths = [max(width(row[i]) for row in full) for i in range(columns)]
    sides = [*alignments, *["None"] * (columns - len(alignments))]
    lines = [" │ ".join(map(_pad, row, widths, sides)).rstrip() for row in full]
    if len(lines) > 1:
        lines.insert(1, "─┼─".join("─" * size for size in widths))
    return "\n".join(lines)


def _pad(text: str, size: int, side: str) -> str:
    free = max(0, size - width(text))
    left = free if side == "Right" else free // 2 if side == "Center" else 0
    return " " * left + text + " " * (free - left)


def widest(text: str) -> int:
    """The cells that the longest line takes."""
    return max(map(width, text.split("\n")), default=0)
