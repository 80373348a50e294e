"""Markdown to one text with spans, through pyromark (CommonMark, tables, task lists, ~~).

pyromark was chosen on evidence. telegramify-markdown, which is built on it, drops raw HTML and
the links of tables, rewrites formulas and adds emoji to headings; markdown-it-py drops what is
nested too deeply, takes eight times as long to import and much longer to parse. pyromark gives
events for everything, with their place in the source, at the speed of Rust.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any

import pyromark

from kotodom.text import items, latex, table
from kotodom.text.items import Number
from kotodom.text.spans import Builder, Rendered, linkable
from kotodom.text.units import drop_controls, visible

__all__ = ["Rendered", "TooComplex", "parse"]

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
)
LONGEST = 200_000
"""Characters; far more than any model answers."""
DEEPEST = 60
"""Containers within each other; people stop at five."""
MOST_EVENTS = 100_000
"""Steps of the parser; the longest answers take a tenth of it."""

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_STYLES = {"Strong": "bold", "Emphasis": "italic"}


class TooComplex(Exception):
    """Nobody writes such a text by hand; rendering it would take too long."""


def parse(markdown: str) -> Rendered:
    """Parse a cleaned text; raises TooComplex for one built to hurt."""
    if len(markdown) > LONGEST:
        raise TooComplex
    source = latex.protect(markdown)
    walker = _walk(source)
    if "]:" in source:
        definitions = pyromark.reference_definitions(source, options=OPTIONS)
        # A definition that serves no link would vanish: it was meant as text.
        lost = [
            definition["span"]["start"]
            for label, definition in definitions.items()
            if label.casefold() not in walker.references or not linkable(definition["dest"])
        ]
        if lost:
            walker = _walk(_escape_at(source, lost))
    return walker.out.finish()


def _walk(source: str) -> "_Walker":
    stream = pyromark.events_with_range(source, options=OPTIONS, merge_text=True)
    events = list(islice(stream, MOST_EVENTS + 1))
    if len(events) > MOST_EVENTS:
        raise TooComplex
    data = source.encode()
    walker = _Walker(data, items.numbers(data, events))
    for event, where in events:
        if walker.depth > DEEPEST:
            raise TooComplex
        walker.take(event, where["start"], where["end"])
    return walker


def _escape_at(source: str, offsets: list[int]) -> str:
    data = source.encode()
    bounds = [0, *sorted(offsets), len(data)]
    return b"\\".join(data[a:b] for a, b in pairwise(bounds)).decode()


@dataclass(slots=True)
class _Table:
    alignments: tuple[str, ...]
    rows: list[list[str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    row_end: int = 0
    cell_end: int = 0


class _Walker:
    """Turns the parser's events into text; one instance renders one document."""

    def __init__(self, source: bytes, numbers: Sequence[Number | None]) -> None:
        self.out = Builder()
        self.depth = 0
        self.references: set[str] = set()
        self._source = source
        self._numbers = iter(numbers)
        self._loose: list[bool] = []
        """For each open list, whether blank lines part its items."""
        self._table: _Table | None = None
        self._links: list[dict[str, Any]] = []
        self._tildes: list[bool] = []
        self._info: str | None = None
        """The info string of the code block we are in; None outside of code."""

    def take(self, event: Any, start: int, end: int) -> None:
        """Render one event; *start* and *end* are its place in the source, in bytes."""
        if isinstance(event, str):
            if event == "Rule":
                self._block("———")
            else:
                self._break()
            return
        [(kind, value)] = event.items()
        if kind == "Start":
            self.depth += 1
            self._start(value, start, end)
        elif kind == "End":
            self.depth -= 1
            self._end(value)
        elif kind == "Code":
            self.out.code(drop_controls(value), style=not self._links)
        elif kind == "TaskListMarker":
            self.out.mark("☑ " if value else "☐ ")
        elif kind == "InlineHtml" and _BREAK.fullmatch(value):
            self._break()
        else:  # Text, Html, InlineHtml, and whatever a later parser may add
            # References such as &#13; are decoded by now.
            self.out.write(
                drop_controls(value) if isinstance(value, str) else self._slice(start, end)
            )

    def _slice(self, start: int, end: int) -> str:
        return self._source[start:end].decode(errors="replace")

    def _break(self) -> None:
        if self.out.collecting:
            self.out.write(" ")
        else:
            self.out.newline()

    def _block(self, text: str) -> None:
        self.out.block()
        self.out.write(text)
        self.out.gap(2)

    def _start(self, tag: Any, start: int, end: int) -> None:
        name: str
        data: Any
        name, data = (tag, None) if isinstance(tag, str) else next(iter(tag.items()))
        if name in _STYLES:
            self.out.open(_STYLES[name])
        elif name == "Strikethrough":
            # A single tilde reads as "about": only two of them strike out.
            double = self._source[start : start + 2] == b"~~"
            self._tildes.append(double)
            self.out.open("strikethrough") if double else self.out.write("~")
        elif name in ("Link", "Image"):
            self.references.add(data["id"].casefold())
            self._links.append({**data, "at": self.out.here()})
        elif name == "Item":
            self._start_item()
        elif self._table is not None:
            self._start_in_table(name, end)
        else:
            self._start_block(name, data)

    def _start_block(self, name: str, data: Any) -> None:
        self.out.block()
        if name == "Heading":
            self.out.open("bold")
        elif name == "Paragraph":
            if self._loose:
                self._loose[-1] = True
        elif name == "List":
            self._loose.append(False)
        elif name == "BlockQuote":
            self.out.open_quote()
        elif name == "CodeBlock":
            fenced = drop_controls(data["Fenced"]) if isinstance(data, dict) else ""
            self._info = " ".join(fenced.split())
            self.out.collect()
        elif name == "Table":
            self._table = _Table(data)

    def _end(self, tag: Any) -> None:
        name = tag if isinstance(tag, str) else next(iter(tag))
        if name in _STYLES:
            self.out.close(_STYLES[name])
        elif name == "Strikethrough":
            self.out.close("strikethrough") if self._tildes.pop() else self.out.write("~")
        elif name in ("Link", "Image"):
            self._end_link()
        elif name == "Heading":
            self.out.close("bold")
            self.out.gap(2)
        elif name in ("Paragraph", "HtmlBlock"):
            self.out.gap(2)
        elif name == "List":
            self._loose.pop()
            self.out.gap(1 if self._loose else 2)
        elif name == "Item":
            self.out.pop_prefix()
            self.out.gap(2 if self._loose[-1] else 1)
        elif name == "BlockQuote":
            self.out.close_quote()
            self.out.gap(2)
        elif name == "CodeBlock":
            self._end_code()
        elif self._table is not None:
            self._end_in_table(self._table, name)

    def _start_item(self) -> None:
        number = next(self._numbers)
        if number is None:
            self.out.push_prefix("• ", "  ")
            return
        if number.shown != number.written:
            self.out.note(number.written)
        self.out.push_prefix(f"{number.shown}{number.sign} ", "   ")

    def _end_link(self) -> None:
        link = self._links.pop()
        url, title = drop_controls(link["dest_url"]), drop_controls(link["title"])
        shown = self.out.since(link["at"])
        if not shown.strip():
            self.out.write(url)
            shown = url
        bare = url.removeprefix("mailto:") == shown or not url
        if linkable(url) and not self._links:
            if self._table is not None and self.out.collecting:
                self._table.links.append((shown, url))
            else:
                self.out.link(link["at"], url, hidden=not bare)
        elif not bare:
            self.out.write(f" ({url})")
        if title:
            self.out.write(f" ({title})")

    def _end_code(self) -> None:
        code = self.out.collected()
        info, self._info = self._info or "", None
        language, _, rest = info.partition(" ")
        if len(language) > 64 or not visible(code):
            language, rest = "", info
        if rest.strip():
            self.out.write(rest.strip())
            self.out.gap(1)
        self.out.pre(code, language)

    def _start_in_table(self, name: str, end: int) -> None:
        assert self._table is not None
        if name in ("TableHead", "TableRow"):
            self._table.rows.append([])
            self._table.row_end = self._table.cell_end = end
        elif name == "TableCell":
            self._table.cell_end = end
            self.out.collect()

    def _end_in_table(self, current: _Table, name: str) -> None:
        if name == "TableCell":
            current.rows[-1].append(" ".join(self.out.collected().split()))
        elif name in ("TableHead", "TableRow"):
            # Cells beyond the header's last are not announced, only left in the source.
            more = self._slice(current.cell_end, current.row_end).strip("|\n ")
            if more:
                current.rows[-1] += [cell.strip() for cell in more.split("|")]
        elif name == "Table":
            self._table = None
            self.out.pre(table.layout(current.rows, current.alignments), "")
            for shown, url in current.links:
                at = self.out.here()
                self.out.write(shown)
                self.out.link(at, url, hidden=shown != url)
                self.out.gap(1)
            self.out.gap(2)
