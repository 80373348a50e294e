"""Turning the parser's events into text: blocks, lists, quotes, code, tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from kotodom.text import table
from kotodom.text.html import Tag
from kotodom.text.inline import DEEPEST, Inline, TooComplex
from kotodom.text.islands import Hidden
from kotodom.text.items import Number
from kotodom.text.spans import BULLETS, Rendered
from kotodom.text.table import Event, Table
from kotodom.text.units import visible

__all__ = ["DEEPEST", "TooComplex", "Walker"]


class Walker(Inline):
    """Renders one document, event by event."""

    def __init__(
        self,
        source: bytes,
        numbers: Sequence[Number | None],
        hidden: Hidden,
        tags: Mapping[int, Tag],
    ) -> None:
        super().__init__(source, hidden, tags)
        self._numbers = iter(numbers)
        self._loose: list[bool] = []
        """For each open list, whether blank lines part its items."""
        self._bullets = 0
        """How many open items have a bullet."""
        self._bulleted: list[bool] = []
        self._table: Table | None = None
        self._noted = False
        """Whether the last block was a footnote."""
        self._info: str | None = None
        """The info string of the code block we are in; None outside of code."""

    def take(self, event: Any, start: int, end: int) -> None:
        """Render one event; *start* and *end* are its place in the source, in bytes."""
        if self._table is not None:
            if self._table.take(event, start, end):
                current, self._table = self._table, None
                self.depth -= 1
                self._show_table(current)
            return
        if isinstance(event, str):
            if event == "Rule":
                self._rule()
            else:
                self._break()
            return
        [(kind, value)] = event.items()
        if kind == "Start":
            self.depth += 1
            self._apart = False
            self._start(value, start)
        elif kind == "End":
            self.depth -= 1
            self._end(value)
        else:
            self._leaf(kind, value, start, end)

    def finish(self) -> Rendered:
        """The whole text, after the last event."""
        while self._details:
            self._fold(begin=False)
        return self.out.finish()

    def _rule(self) -> None:
        self.out.block()
        self.out.write("———")
        self.out.gap(2)

    def _start(self, tag: Any, start: int) -> None:
        name: str
        data: Any
        name, data = (tag, None) if isinstance(tag, str) else next(iter(tag.items()))
        if self._start_inline(name, data, start):
            return
        if name == "Item":
            self._start_item()
            return
        self.out.block()
        if name == "FootnoteDefinition":
            if self._noted:
                self.out.gap(1)
            self.out.push_prefix(f"[{self._as_written(data)}] ", "    ")
        self._noted = False
        if name == "Heading":
            self._heading = self.out.here()
            self.out.open("bold")
        elif name == "Paragraph":
            if self._loose:
                self._loose[-1] = True
        elif name == "List":
            self._loose.append(False)
        elif name == "BlockQuote":
            self.out.open_quote()
        elif name == "CodeBlock":
            fenced = self._as_written(data["Fenced"]) if isinstance(data, dict) else ""
            self._info = " ".join(fenced.split())
            self.out.collect()
        elif name == "Table":
            self._table = Table(data)

    def _end(self, tag: Any) -> None:
        name = tag if isinstance(tag, str) else next(iter(tag))
        if self._end_inline(name):
            return
        if name == "Heading":
            self._end_heading()
        elif name in ("Paragraph", "HtmlBlock"):
            self.out.gap(2)
        elif name == "List":
            self._loose.pop()
            self.out.gap(1 if self._loose else 2)
        elif name == "Item":
            self.out.pop_prefix()
            self._bullets -= self._bulleted.pop()
            self.out.gap(2 if self._loose[-1] else 1)
        elif name == "BlockQuote":
            self.out.close_quote()
            self.out.gap(2)
        elif name == "CodeBlock":
            self._end_code()
        elif name == "FootnoteDefinition":
            self.out.pop_prefix()
            self.out.gap(2)
            self._noted = True

    def _end_heading(self) -> None:
        self.out.close("bold")
        if self._heading is not None:
            self.out.heading(self._heading)
            self._heading = None
        self.out.gap(2)

    def _start_item(self) -> None:
        number = next(self._numbers)
        self._bulleted.append(number is None)
        if number is None:
            self._bullets += 1
            bullet = BULLETS[min(self._bullets, len(BULLETS)) - 1]
            self.out.push_prefix(f"{bullet} ", "  ")
            return
        if number.shown != number.written:
            self.out.note(number.written)
        self.out.push_prefix(f"{number.shown}{number.sign} ", "   ")

    def _end_code(self) -> None:
        code = self.out.collected()
        info, self._info = self._info or "", None
        if info == "math" and visible(code):
            self.out.note(info)
            self._formula_block(code, code)
            self.out.gap(2)
            return
        language, _, rest = info.partition(" ")
        if len(language) > 64 or not visible(code):
            language, rest = "", info
        if rest.strip():
            self.out.write(rest.strip())
            self.out.gap(1)
        self.out.pre(code, language)

    # -- tables -------------------------------------------------------------------------------

    def _show_table(self, current: Table) -> None:
        self._cell_links = []
        rows = [
            [*(self._plain(cell) for cell in row.cells), *self._beyond(row.beyond)]
            for row in current.rows
        ]
        drawn = table.layout(rows, current.alignments)
        if table.widest(drawn) > table.WIDEST and len(rows[0]) > 1:
            self._list_table(current, rows[0])
            self.out.gap(2)
            return
        self.out.pre(drawn, "")
        for shown, url in self._cell_links:
            at = self.out.here()
            self.out.write(shown)
            self.out.link(at, url, hidden=shown != url)
            self.out.gap(1)
        self.out.gap(2)

    def _plain(self, cell: Sequence[Event]) -> str:
        self.out.collect()
        self._replay(cell)
        return " ".join(self.out.collected().split())

    def _replay(self, cell: Sequence[Event]) -> None:
        for event, start, end in cell:
            self.take(event, start, end)

    def _beyond(self, place: tuple[int, int]) -> list[str]:
        """Cells beyond the header's last are not announced, only left in the source."""
        more = self._slice(*place).strip("|\n ")
        return [cell.strip() for cell in more.split("|")] if more else []

    def _list_table(self, current: Table, titles: Sequence[str]) -> None:
        """A table too wide for a phone: its rows as items, headed by their first cells."""
        head, *rows = current.rows
        if titles[0] and rows:
            self._replay(head.cells[0])
            self.out.write(":")
            self.out.gap(1)
        for index, row in enumerate(rows):
            self.out.push_prefix(f"{BULLETS[0]} ", "  ")
            self.out.open("bold")
            self._replay(row.cells[0]) if row.cells[0] else self.out.write("—")
            self.out.close("bold")
            for column, cell in enumerate(row.cells[1:], 1):
                self.out.newline()
                if titles[column]:
                    # The links of a title are given once.
                    self.out.write(titles[column]) if index else self._replay(head.cells[column])
                    self.out.write(": ")
                self._replay(cell) if cell else self.out.write("—")
            for extra in self._beyond(row.beyond):
                self.out.newline()
                self.out.write(extra)
            self.out.pop_prefix()
            self.out.gap(2 if len(titles) > 2 else 1)
        for cell in head.cells if not rows else ():
            self.out.push_prefix(f"{BULLETS[0]} ", "  ")
            self._replay(cell)
            self.out.pop_prefix()
            self.out.gap(1)
