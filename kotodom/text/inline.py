"""Turning the parser's events within a line into text: styles, links, code, HTML, formulas."""

import re
from collections.abc import Mapping
from typing import Any

from kotodom.text import mathematics
from kotodom.text.fidelity import unseen
from kotodom.text.html import Tag
from kotodom.text.islands import MARK, OPENING, Hidden, Island
from kotodom.text.latex import Formula
from kotodom.text.spans import Builder, linkable
from kotodom.text.units import drop_controls

DEEPEST = 60
"""Containers within each other; people stop at five."""

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_STYLES = {"Strong": "bold", "Emphasis": "italic"}
_FULL_STOP = re.compile(r"\s*([.,;:])(?=\s|\Z)")


class TooComplex(Exception):
    """Nobody writes such a text by hand; rendering it would take too long."""


class Inline:
    """What stands within paragraphs, headings and cells; one instance renders one document."""

    def __init__(self, source: bytes, hidden: Hidden, tags: Mapping[int, Tag]) -> None:
        self.out = Builder()
        self.depth = 0
        self.references: set[str] = set()
        self._source = source
        self._hidden = hidden
        self._tags = tags
        self._links: list[dict[str, Any]] = []
        self._tildes: list[bool] = []
        self._details = 0
        self._apart = False
        """Whether the last thing written was a formula on lines of its own."""
        self._heading: int | None = None
        self._cell_links: list[tuple[str, str]] = []
        """The links of cells that are being collected: shown text and address."""

    def _slice(self, start: int, end: int) -> str:
        return self._hidden.restored(self._source[start:end].decode(errors="replace"))

    def _as_written(self, text: str) -> str:
        """Text of the parser's, without what Telegram drops, its marks restored."""
        return drop_controls(self._hidden.restored(text))

    def _break(self) -> None:
        if self.out.collecting:
            self.out.write(" ")
        elif not self._apart:
            self.out.newline()
        self._apart = False

    def _leaf(self, kind: str, value: Any, start: int, end: int) -> None:
        """Render an event that contains no others."""
        if kind in ("Text", "InlineHtml") and start in self._tags:
            self._tag(self._tags[start], value)
        elif kind == "Text":
            # References such as &#13; are decoded by now.
            self._text(drop_controls(value))
        elif kind == "Code":
            self.out.code(self._as_written(value), style=not self._links)
        elif kind == "TaskListMarker":
            self.out.mark("☑ " if value else "☐ ")
        elif kind == "FootnoteReference":
            self.out.write(f"[{self._as_written(value)}]")
        elif kind == "InlineHtml" and _BREAK.fullmatch(value):
            self._break()
        else:  # Html, InlineHtml, and whatever a later parser may add
            known = isinstance(value, str)
            self.out.write(self._as_written(value) if known else self._slice(start, end))

    # -- styles and links ---------------------------------------------------------------------

    def _start_inline(self, name: str, data: Any, start: int) -> bool:
        """Begin a style or a link; whether it was one."""
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
        else:
            return False
        return True

    def _end_inline(self, name: str) -> bool:
        if name in _STYLES:
            self.out.close(_STYLES[name])
        elif name == "Strikethrough":
            self.out.close("strikethrough") if self._tildes.pop() else self.out.write("~")
        elif name in ("Link", "Image"):
            self._end_link()
        else:
            return False
        return True

    def _end_link(self) -> None:
        link = self._links.pop()
        url, title = self._as_written(link["dest_url"]), self._as_written(link["title"])
        shown = self.out.since(link["at"])
        if not shown.strip():
            self.out.write(url)
            shown = url
        bare = url.removeprefix("mailto:") == shown or not url
        if linkable(url) and not self._links:
            if self.out.collecting:
                self._cell_links.append((shown, url))
            else:
                self.out.link(link["at"], url, hidden=not bare)
        elif not bare:
            self.out.write(f" ({url})")
        if title:
            self.out.write(f" ({title})")

    def _tag(self, tag: Tag, source: str) -> None:
        self.out.note(unseen(source, tag.shown))
        if tag.shown:
            self.out.write(tag.shown)
        elif tag.style:
            self.out.close(tag.style) if tag.closing else self.out.open(tag.style)
        elif tag.url is not None and tag.closing:
            self._end_link()
        elif tag.url is not None:
            self._links.append({"dest_url": tag.url, "title": "", "at": self.out.here()})

    # -- what was hidden from the parser ------------------------------------------------------

    def _text(self, text: str) -> None:
        self._apart = False
        if OPENING not in text:
            self.out.write(text)
            return
        at = 0
        for match in MARK.finditer(text):
            island = self._hidden.island(match)
            apart = island.formula is not None and self._stands_apart(island.formula)
            before = text[at : match.start()]
            self.out.write(before.rstrip() if apart else before)
            at = match.end()
            if not apart:
                self._island(island)
                continue
            stop = _FULL_STOP.match(text, at)
            self._display(island, stop[1] if stop else "")
            at = stop.end() if stop else at
            at += len(text[at:]) - len(text[at:].lstrip(" "))
            self._apart = at == len(text)
        self.out.write(text[at:])

    def _island(self, island: Island) -> None:
        if island.formula is not None:
            self._inline_formula(island.formula, island.source)
        elif island.kind == "open":
            self.out.note(island.source)
            self.out.open(island.style)
        elif island.kind == "close":
            self.out.note(island.source)
            self.out.close(island.style)
        elif self._may_fold(island):
            self.out.note(island.source)
            self._fold(island.kind == "details")
        else:
            self.out.write(island.source)

    def _may_fold(self, island: Island) -> bool:
        return self.depth == 1 and (
            island.kind == "details" or (island.kind == "end" and self._details > 0)
        )

    def _fold(self, begin: bool) -> None:
        """Begin or end what a reader may unfold."""
        self._details += 1 if begin else -1
        if self._details > DEEPEST:
            raise TooComplex
        if begin:
            self.out.open_quote("expandable_blockquote")
        else:
            self.out.close_quote()
            self.out.gap(2)

    def _stands_apart(self, formula: Formula) -> bool:
        inside = self.out.collecting or self._links or self._heading is not None
        return formula.display and not inside

    def _inline_formula(self, formula: Formula, source: str) -> None:
        shown = mathematics.convert(formula.body)
        if shown is None:
            self.out.code(" ".join(formula.body.split()), style=not self._links)
            return
        self.out.note(unseen(source, shown.text))
        self.out.write(shown.text)

    def _display(self, island: Island, stop: str) -> None:
        """A formula on lines of its own, and the full *stop* that ends its sentence."""
        assert island.formula is not None
        self.out.block()
        self._formula_block(island.formula.body, island.source, stop)
        self.out.gap(1)

    def _formula_block(self, body: str, source: str, stop: str = "") -> None:
        shown = mathematics.convert(body, display=True)
        if shown is None:
            self.out.pre(body.strip("\n"), "latex")
            self.out.write(stop)
            return
        self.out.note(unseen(source, shown.text))
        if shown.monospace:
            self.out.pre(shown.text + stop, "")
        else:
            self.out.write(shown.text + stop)
