"""HTML within a line that has an equal in Telegram: ``<b>``, ``<a href>``, ``<sub>`` and such.

Only a tag that is closed in the same place counts; everything else is shown as it was written.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kotodom.text.symbols import script

_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)((?:\s[^>]*)?)/?>", re.IGNORECASE)
_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "code": "code", "kbd": "code", "samp": "code", "tt": "code", "tg-spoiler": "spoiler",
}  # fmt: skip
_SCRIPTS = {"sub": "_", "sup": "^"}


@dataclass(frozen=True, slots=True)
class Tag:
    """What becomes of one piece of source: a style begins or ends, a link, or other text."""

    style: str = ""
    closing: bool = False
    url: str | None = None
    shown: str = ""


def tags(events: Sequence[Any]) -> dict[int, Tag]:
    """By the place of the event in the source, what is not shown as it was written."""
    found: dict[int, Tag] = {}
    opened: list[list[tuple[int, str, str]]] = [[]]
    for index, (event, _) in enumerate(events):
        if not isinstance(event, dict):
            continue
        if "Start" in event:
            opened.append([])
        elif "End" in event:
            opened.pop()
        elif "InlineHtml" in event and (match := _TAG.fullmatch(event["InlineHtml"])):
            name = match[2].lower()
            if not match[1]:
                opened[-1].append((index, name, match[3]))
            elif (at := _last(opened[-1], name)) is not None:
                first, _, attributes = opened[-1][at]
                del opened[-1][at:]
                _pair(found, events, first, index, name, attributes)
    return found


def _last(opened: Sequence[tuple[int, str, str]], name: str) -> int | None:
    """The innermost open tag of that name."""
    for at in range(len(opened) - 1, max(-1, len(opened) - 20), -1):
        if opened[at][1] == name:
            return at
    return None


def _pair(
    found: dict[int, Tag], events: Sequence[Any], first: int, last: int, name: str, attributes: str
) -> None:
    start, end = events[first][1]["start"], events[last][1]["start"]
    if name in _STYLES:
        found[start] = Tag(_STYLES[name])
        found[end] = Tag(_STYLES[name], closing=True)
    elif name == "a" and (match := _HREF.search(attributes)):
        url = html.unescape(match[1] or match[2] or match[3] or "")
        found[start] = Tag(url=url)
        found[end] = Tag(url=url, closing=True)
    elif name in _SCRIPTS and last == first + 2 and "Text" in events[first + 1][0]:
        text = events[first + 1][0]["Text"]
        found[start] = found[end] = Tag()
        found[events[first + 1][1]["start"]] = Tag(shown=script(text, _SCRIPTS[name]))
