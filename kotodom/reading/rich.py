"""Rich messages as text: people forward them, and reply to them.

A rich message has blocks, which hold other blocks and runs of text. They are walked without
knowing every kind there is, because Telegram adds new ones.
"""

from collections.abc import Iterator
from typing import Any

from kotodom.reading.words import entries, string, table

DEPTH = 32
"""Levels that are looked into; Telegram allows 16 of blocks, and runs nest within the last."""
LENGTH = 32_768
"""Characters in a rich message, by Telegram's limit."""


def flatten(rich: Any) -> str:
    """The words of a rich message, a line for each block."""
    lines: list[str] = []
    label = ""
    for block in blocks(rich):
        label = string(block.get("label")) or label
        for value in _texts(block):
            if line := _text(value, DEPTH).strip():
                lines.append(f"{label} {line}".lstrip())
                label = ""
    return "\n".join(lines).strip()[:LENGTH]


def blocks(rich: Any) -> Iterator[dict[str, Any]]:
    """Every block in reading order, the outer ones before those within."""
    return _blocks(table(rich).get("blocks"), DEPTH)


def runs(rich: Any) -> Iterator[dict[str, Any]]:
    """Every formatted run of text, as Telegram describes it."""
    for block in blocks(rich):
        for value in _texts(block):
            yield from _runs(value, DEPTH)


def _blocks(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth == 0:
        return
    for block in filter(None, map(table, entries(value))):
        yield block
        yield from _blocks(block.get("blocks"), depth - 1)
        yield from _blocks(block.get("items"), depth - 1)


def _texts(block: dict[str, Any]) -> list[Any]:
    """The block's own pieces of text, not those of blocks within."""
    caption = block.get("caption")
    if isinstance(caption, dict) and "type" not in caption:
        caption = [caption.get("text"), " ", caption.get("credit")]
    rows = [
        [[table(cell).get("text"), "\t"] for cell in entries(row)]
        for row in entries(block.get("cells"))
    ]
    own = [block.get(name) for name in ("summary", "text", "expression")]
    return [*own, *rows, *entries(block.get("buttons")), caption, block.get("credit")]


def _text(value: Any, depth: int) -> str:
    if isinstance(value, str) or depth == 0:
        return string(value)
    if isinstance(value, list):
        return "".join(_text(item, depth - 1) for item in value)
    run = table(value)
    for name in ("text", "expression", "alternative_text", "button"):
        if name in run:
            return _text(run[name], depth - 1)
    return ""


def _runs(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth == 0:
        return
    if isinstance(value, list):
        for item in value:
            yield from _runs(item, depth - 1)
    elif isinstance(value, dict):
        yield value
        yield from _runs(value.get("text"), depth - 1)
