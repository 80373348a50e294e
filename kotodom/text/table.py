"""A table as aligned monospace text."""

import unicodedata
from collections.abc import Sequence

WIDEST = 40
"""Columns are padded up to this many cells; what is longer sticks out instead of padding all."""


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
    widths = [min(WIDEST, max(width(row[i]) for row in full)) for i in range(columns)]
    sides = [*alignments, *["None"] * (columns - len(alignments))]
    lines = [" │ ".join(map(_pad, row, widths, sides)).rstrip() for row in full]
    if len(lines) > 1:
        lines.insert(1, "─┼─".join("─" * size for size in widths))
    return "\n".join(lines)


def _pad(text: str, size: int, side: str) -> str:
    free = max(0, size - width(text))
    left = free if side == "Right" else free // 2 if side == "Center" else 0
    return " " * left + text + " " * (free - left)
