"""What the items of numbered lists begin with."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

# An item's place includes its indentation; where there are tabs, it begins some bytes too early.
_NUMBER = re.compile(rb"(?:|[^\n]{0,3}\n)[ \t>]*(\d{1,9})([.)])")


@dataclass(frozen=True, slots=True)
class Number:
    """What an item of a numbered list begins with."""

    written: str
    shown: str
    sign: str


def numbers(source: bytes, events: Sequence[Any]) -> list[Number | None]:
    """The numbers of all items of all lists, in their order; None for a bullet.

    They stay as written; only a list that repeats one number, as in ``1. 1. 1.``, is counted.
    """
    found: list[Number | None] = []
    lists: list[tuple[int | None, list[int]]] = []
    for event, where in events:
        if not isinstance(event, dict):
            continue
        tag = event.get("Start", event.get("End"))
        if tag == "Item" and "Start" in event:
            first, places = lists[-1]
            expected = None if first is None else first + len(places)
            places.append(len(found))
            found.append(_written(source, where["start"], expected))
        elif isinstance(tag, dict) and "List" in tag:
            if "Start" in event:
                lists.append((tag["List"], []))
            else:
                _count(found, lists.pop()[1])
    return found


def _written(source: bytes, start: int, expected: int | None) -> Number | None:
    if expected is None:
        return None
    match = _NUMBER.match(source, start)
    written, sign = (match[1].decode(), match[2].decode()) if match else (str(expected), ".")
    return Number(written, written, sign)


def _count(found: list[Number | None], places: Sequence[int]) -> None:
    """Number the items of one list on from its first, if they all say the same."""
    items = [item for place in places if (item := found[place]) is not None]
    if len({int(item.written) for item in items}) != 1:
        return
    for index, (place, item) in enumerate(zip(places, items, strict=True)):
        if index:
            found[place] = replace(item, shown=str(int(item.written) + index))
