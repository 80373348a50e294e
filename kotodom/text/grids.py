"""Matrices and cases: drawn over several lines of monospace, or written in one."""

import re
from collections.abc import Sequence

from kotodom.text.table import WIDEST, width

Grid = tuple[str, ...]
"""Lines of the same width."""
Piece = str | Grid

BRACKETS = {
    "matrix": "", "smallmatrix": "", "array": "", "pmatrix": "()", "bmatrix": "[]",
    "Bmatrix": "{}", "vmatrix": "||", "Vmatrix": "‖‖", "cases": "{", "dcases": "{",
}  # fmt: skip
"""By kind of environment; cases are open to the right."""
_TALL = {
    "(": "⎛⎜⎝", ")": "⎞⎟⎠", "[": "⎡⎢⎣", "]": "⎤⎥⎦", "|": "│││", "‖": "‖‖‖", "{": "⎧⎨⎩", "}": "⎫⎬⎭",
}  # fmt: skip

_INNER_SPACE = re.compile(r"(?<=[(\[⟨⌊⌈]) +| +(?=[)\]⟩⌋⌉,;])")


def tight(text: str) -> str:
    """The text without spaces inside of its brackets."""
    return _INNER_SPACE.sub("", text)


def line(rows: Sequence[Sequence[str]], kind: str) -> str:
    """The rows one after another: ``(a, b; c, d)``."""
    between = " " if kind.endswith("cases") else ", "
    written = "; ".join(between.join(filter(None, row)) for row in rows)
    brackets = BRACKETS[kind]
    return f"{brackets[:1]}{written}{'}' if brackets == '{' else brackets[1:]}"


def grid(rows: Sequence[Sequence[str]], kind: str) -> Piece:
    """The rows under each other in tall brackets; a single one, or one without any, is a line."""
    brackets = BRACKETS[kind]
    if len(rows) < 2 or not brackets:
        return line(rows, kind)
    columns = max(map(len, rows))
    full = [[*row, *[""] * (columns - len(row))] for row in rows]
    sizes = [max(width(row[i]) for row in full) for i in range(columns)]
    lines = []
    for index, row in enumerate(full):
        cells = "  ".join(
            cell + " " * (size - width(cell)) for cell, size in zip(row, sizes, strict=True)
        )
        left = _bracket(brackets[0], index, len(full))
        right = _bracket(brackets[1], index, len(full)) if len(brackets) > 1 else ""
        lines.append(f"{left} {cells} {right}")
    return tuple(lines)


def _bracket(bracket: str, index: int, count: int) -> str:
    top, middle, bottom = tuple(_TALL[bracket])
    if index in (0, count - 1):
        return bottom if index else top
    if bracket in "{}" and index != count // 2:
        return "⎪"
    return middle


def lines_of(pieces: Sequence[Piece]) -> list[str]:
    """The pieces beside each other, each in the middle of the height."""
    height = max((len(piece) for piece in pieces if isinstance(piece, tuple)), default=1)
    lines = [""] * height
    for piece in pieces:
        block = (piece,) if isinstance(piece, str) else piece
        above = (height - len(block)) // 2
        size = max(map(width, block))
        for index in range(height):
            here = block[index - above] if 0 <= index - above < len(block) else " " * size
            lines[index] += here
    return lines


def join(pieces: Sequence[Piece]) -> str:
    """The pieces as text, of several lines when a grid is among them."""
    if all(isinstance(piece, str) for piece in pieces):
        written = "".join(piece for piece in pieces if isinstance(piece, str))
        return "\n".join(tight(" ".join(line.split())) for line in written.split("\n"))
    merged: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    tidy = [f" {' '.join(piece.split())} " if isinstance(piece, str) else piece for piece in merged]
    if isinstance(tidy[0], str):
        tidy[0] = tidy[0].lstrip()
    return "\n".join(row.rstrip() for row in lines_of(tidy))


def narrow(text: str) -> bool:
    """Whether every line fits beside the others on a phone."""
    return all(width(row) <= WIDEST for row in text.split("\n"))
