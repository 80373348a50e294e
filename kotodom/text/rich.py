"""Answers as rich messages: Markdown in the dialect that Telegram reads itself.

The dialect is GFM with formulas, footnotes, ``==marks==``, ``||spoilers||`` and a little HTML
(rules and limits: "Rich message formatting options" of the Bot API 10.2). Telegram refuses a
message as a whole for one empty block, so what it is known to refuse is cleaned away or the answer
is left to the plain way.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kotodom.model import Content, ContentKind
from kotodom.text import islands
from kotodom.text.ending import closed, literal
from kotodom.text.html import Tag, tags
from kotodom.text.islands import MARK, Hidden, Island
from kotodom.text.items import numbers
from kotodom.text.markdown import read
from kotodom.text.parts import attempt
from kotodom.text.spans import linkable
from kotodom.text.units import clean, visible

LONGEST = 32_768
"""Characters."""
MOST_BLOCKS = 500
"""With nested ones, items and rows."""
DEEPEST = 16
MOST_COLUMNS = 20

_INLINE = frozenset(["Emphasis", "Strong", "Strikethrough", "Link", "Image"])
_CELLS = frozenset(["TableCell", "TableHead", "TableRow"])
_REFERENCES = frozenset(
    re.findall(r"\w+", "lt gt amp quot apos nbsp hellip mdash ndash lsquo rsquo ldquo rdquo")
)
"""The named ones that Telegram knows."""
_REFERENCE = re.compile(r"&(?:([A-Za-z]\w*)|#\w+);")
_SPECIAL = re.compile(r"(?<!\\)(?:\$|==+|\|\|+)")
_KEPT_TAG = re.compile(r"</?(?:u|sub|sup)>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BARE_DOLLAR = re.compile(r"(?<!\\)\$")
_DETAILS_TITLE = re.compile(r"(<details[^>\n]*>)\s+<summary>", re.IGNORECASE)
_UNTITLED = re.compile(r"<details[^>\n]*>(?!<summary>)", re.IGNORECASE)


class _NotRich(Exception):
    """The answer does not need a rich message, or cannot be one."""


def rich(markdown: str, *, mark: str = "") -> Content | None:
    """The answer as one rich message; None when it does not need one or Telegram would refuse it.

    Tables, formulas and ``<details>`` need one. *mark*, no Markdown, becomes its last paragraph.
    """
    source = clean(markdown)
    if not visible(source) or len(source) > LONGEST:
        return None
    payload = attempt(lambda: _cleaned(_marked(source, clean(mark))))
    if payload is None:
        return None
    return Content("", kind=ContentKind.RICH, payload=payload)


def _marked(source: str, mark: str) -> str:
    return f"{closed(source)}\n\n{literal(mark)}" if visible(mark) else source


def _cleaned(source: str) -> str | None:
    hidden = islands.hide(source)
    try:
        first = _Cleaner(hidden)
        if not first.needed:
            return None
        payload = first.payload()
        again = _Cleaner(islands.hide(payload))
    except _NotRich:
        return None
    if len(payload) > LONGEST or again.emptied or not visible(payload):
        return None
    return payload


@dataclass(slots=True)
class _Node:
    """An open block, and whether anything in it can be seen."""

    name: str
    full: bool = False
    info: str = ""


class _Cleaner:
    """Reads a document once and notes what must be changed in it, by place in bytes."""

    def __init__(self, hidden: Hidden) -> None:
        self.needed = False
        self.emptied = False
        self._hidden = hidden
        self._source = hidden.source.encode()
        self._edits: list[tuple[int, int, str]] = []
        self._nodes: list[_Node] = [_Node("")]
        self._blocks = 0
        self._forms: dict[int, str] = {}
        """What each mark becomes, by its number."""
        events = read(hidden.source)
        self._numbers = iter(numbers(self._source, events))
        self._lists: list[int | None] = []
        """For each open list, the number that its next item will be given; None for bullets."""
        self._tags: Mapping[int, Tag] = tags(events) if "</" in hidden.source else {}
        for index, (event, where) in enumerate(events):
            before = events[index - 1][0] if index else None
            after = events[index + 1][0] if index + 1 < len(events) else None
            self._take(event, where["start"], where["end"], before, after)

    def payload(self) -> str:
        """The document with all changes made."""
        pieces: list[bytes] = []
        at = 0
        for start, end, text in sorted(self._edits, key=lambda edit: (edit[0], -edit[1])):
            if start < at:
                continue
            pieces += [self._source[at:start], text.encode()]
            at = end
        pieces.append(self._source[at:])
        text = b"".join(pieces).decode()
        text = MARK.sub(lambda match: self._forms.get(int(match[1])) or self._written(match), text)
        text = _DETAILS_TITLE.sub(r"\1<summary>", text).strip()
        if _UNTITLED.search(text) and any(i.kind == "details" for i in self._hidden.islands):
            raise _NotRich
        return text

    def _written(self, match: re.Match[str]) -> str:
        return self._hidden.island(match).source

    # -- events -------------------------------------------------------------------------------

    def _take(self, event: Any, start: int, end: int, before: Any, after: Any) -> None:
        if isinstance(event, str):
            self._mark_full()
            if event == "Rule":
                self._count()
            elif event == "SoftBreak" and not self._within("Heading"):
                self._edits.append((start, start, "  "))  # else the lines would join
            return
        [(kind, value)] = event.items()
        if kind == "Start":
            self._start(value, start, end, after)
        elif kind == "End":
            self._end(value, start, end)
        elif kind == "Text":
            self._text(value, start, end, before, after)
        elif kind == "InlineHtml":
            self._mark_full()
            self._tag(value, start, end)
        elif kind == "Html":
            raise _NotRich
        elif kind != "TaskListMarker":
            self._mark_full()

    def _start(self, tag: Any, start: int, end: int, after: Any) -> None:
        name: str
        data: Any
        name, data = (tag, None) if isinstance(tag, str) else next(iter(tag.items()))
        if name in ("Link", "Image"):
            self._link(name, data, start, end, empty=isinstance(after, dict) and "End" in after)
        if name in _INLINE:
            return
        info = data.get("Fenced", "").strip() if name == "CodeBlock" and data != "Indented" else ""
        self._nodes.append(_Node(name, info=info))
        self._count(2 if name == "Item" else 0 if name == "TableCell" else 1)
        if name == "List":
            self._lists.append(data)
        elif name == "Item":
            self._number()
        elif name == "Table":
            self.needed = True
            if len(data) > MOST_COLUMNS:
                raise _NotRich
        if info == "math":
            self.needed = True
        if len(self._nodes) - 1 > DEEPEST:
            raise _NotRich

    def _end(self, tag: Any, start: int, end: int) -> None:
        name = tag if isinstance(tag, str) else next(iter(tag))
        if name in _INLINE:
            return
        node = self._nodes.pop()
        if name == "List":
            self._lists.pop()
        if node.full or name in _CELLS or name == "Table":
            self._mark_full()
            return
        if node.info or (name == "Item" and self._lists[-1] is not None):
            raise _NotRich  # a language or a number would be lost
        self.emptied = True
        self._edits.append((start, end, "" if name == "Item" else "\n"))

    def _number(self) -> None:
        """Telegram counts the items of a list by itself: other numbers would be lost."""
        given = self._lists[-1]
        number = next(self._numbers)
        if given is None or number is None:
            return
        if int(number.shown) != given:
            raise _NotRich
        self._lists[-1] = given + 1

    def _count(self, blocks: int = 1) -> None:
        self._blocks += blocks
        if self._blocks > MOST_BLOCKS:
            raise _NotRich

    def _mark_full(self) -> None:
        self._nodes[-1].full = True

    def _within(self, name: str) -> bool:
        return any(node.name == name for node in self._nodes)

    def _link(self, name: str, data: Any, start: int, end: int, *, empty: bool) -> None:
        self._mark_full()
        url = self._hidden.restored(data["dest_url"])
        usable = linkable(url) or url.startswith(("mailto:", "tel:"))
        if empty and usable and name + data["link_type"] != "LinkAutolink":
            self._edits.append((start, end, f"<{url}>"))
        elif name == "Image":
            # A picture would be fetched and shown: people get the link.
            self._edits.append((start, start + 1, "" if usable else "!\\"))
        elif not usable and "mail" not in data["link_type"]:
            self._edits.append((start, start, "\\"))

    def _tag(self, value: str, start: int, end: int) -> None:
        if _BREAK.fullmatch(value):
            joined = self._within("Table") or self._within("Heading")
            self._edits.append((start, end, " " if joined else "  \n"))
        elif start not in self._tags or not _KEPT_TAG.fullmatch(value):
            self._edits.append((start, start + 1, "&lt;"))

    # -- text ---------------------------------------------------------------------------------

    def _text(self, value: str, start: int, end: int, before: Any, after: Any) -> None:
        if visible(value):
            self._mark_full()
        if self._nodes[-1].name == "CodeBlock":
            return
        written = self._source[start:end].decode()
        # A sign that is escaped already begins a text of its own.
        before_it = "\\" if self._source[max(0, start - 1) : start] == b"\\" else ""
        escaped = _SPECIAL.sub(
            lambda match: "\\" + "\\".join(match[0]), before_it + written
        ).removeprefix(before_it)
        escaped = _REFERENCE.sub(_decoded, escaped)
        first = not (isinstance(before, dict) and ("Text" in before or "InlineHtml" in before))
        if first and escaped.startswith("#") and not before_it:
            escaped = "\\" + escaped  # Telegram takes "#174" for a heading
        if escaped != written:
            self._edits.append((start, end, escaped))
        paragraph = {"Start": "Paragraph"}, {"End": "Paragraph"}
        alone = (before, after) == paragraph
        for match in MARK.finditer(value):
            island = self._hidden.island(match)
            self._forms[int(match[1])] = self._form(island, alone and match[0] == value.strip())

    def _form(self, island: Island, alone: bool) -> str:
        """How Telegram spells what the mark stands for."""
        if island.kind in ("details", "end"):
            self.needed = True
            self._count()
            if len(self._nodes) != 2:
                raise _NotRich
        if island.kind == "raw":
            return f"<{island.source}>" if linkable(island.source) else island.source
        if island.formula is None:
            return island.source
        self.needed = True
        body = " ".join(island.formula.body.split())
        if _BARE_DOLLAR.search(body):
            raise _NotRich
        if self._within("Table"):
            body = re.sub(r"(?<!\\)\|", r"\\vert ", body).replace("\\|", "\\Vert ")
        if not (island.formula.display and alone):
            return f"${body}$"
        self._count()
        return f"$${body}$$"


def _decoded(match: re.Match[str]) -> str:
    """A character reference that Telegram does not know, as what it stands for."""
    if match[1] is None or match[1] in _REFERENCES:
        return match[0]
    return html.unescape(match[0])
