"""Writing a text with its spans: line beginnings, gaps between blocks, styles, quotes."""

import re
import textwrap
from dataclasses import dataclass

from kotodom.text.nesting import nest
from kotodom.text.units import Span, Styled

LONGEST_URL = 2048
"""Characters of a link Telegram keeps."""

# A dotted host is what TDLib's check_link asks for; it drops every other link without a word.
_LINK = re.compile(
    r"(?:https?://[\w-]+(?:\.[\w-]+)+\.?(?::(\d{1,5}))?(?:[/?#]\S*)?|tg://\S+)", re.I
)


def linkable(url: str) -> bool:
    """Whether Telegram keeps this link behind a text."""
    if len(url) > LONGEST_URL:
        return False
    match = _LINK.fullmatch(url)
    return match is not None and int(match.group(1) or 0) <= 65_535


@dataclass(frozen=True, slots=True)
class Rendered:
    """The parsed answer, and all that it shows or links to, for the check for losses."""

    styled: Styled
    everything: str


@dataclass(slots=True)
class _Prefix:
    """What the lines of a container begin with: the next one, and those after it."""

    next: str
    later: str
    start: int = -1
    """Where its first line begins; -1 before that is written."""


BULLETS = "•◦▪"
"""By how deep the list lies; the last serves all deeper ones."""


class Builder:
    """A text being written, piece by piece.

    Line ends are written only when something follows, so the text never ends on any. While
    collecting (code, table cells), text goes into a buffer without styles.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._at = 0
        self._spans: list[Span] = []
        self._hidden: list[str] = []
        self._prefixes: list[_Prefix] = []
        self._line_ends = 0
        self._fresh = True
        self._styles: dict[str, list[int]] = {}
        self._items: list[tuple[int, int]] = []
        self._headings: list[tuple[int, int]] = []
        self._quotes = 0
        self._quote_type = ""
        self._quote_start: int | None = None
        self._buffer: list[str] | None = None

    # -- text -------------------------------------------------------------------------------

    @property
    def collecting(self) -> bool:
        return self._buffer is not None

    def write(self, text: str) -> None:
        """Write inline text; its line ends begin new lines of the same container."""
        if self._buffer is not None:
            self._buffer.append(text)
            return
        for index, line in enumerate(text.split("\n")):
            if index:
                self.newline()
            if line:
                self._begin_line()
                self._put(line.replace("\t", " "))

    def newline(self) -> None:
        """End the line."""
        self._line_ends = self._line_ends + 1 if self._fresh else 1
        self._fresh = True

    def block(self) -> None:
        """Begin a block on a line of its own; nothing ends the text before it in a tight list."""
        if not self._fresh:
            self.gap(1)

    def note(self, text: str) -> None:
        """Count *text* as shown, for the check for losses: something else stands for it."""
        self._hidden.append(text)

    def gap(self, line_ends: int) -> None:
        """End the block: the next one begins after exactly so many line ends."""
        self._line_ends = line_ends
        self._fresh = True

    def _begin_line(self) -> None:
        if not self._fresh:
            return
        self._end_lines()
        start = self._at
        for prefix in self._prefixes:
            if prefix.start < 0:
                prefix.start = start
            self._put(prefix.next)
            prefix.next = prefix.later

    def _end_lines(self) -> None:
        if self._at:
            self._put("\n" * self._line_ends)
        self._fresh = False
        if self._quotes and self._quote_start is None:
            self._quote_start = self._at

    def _put(self, text: str) -> None:
        self._pieces.append(text)
        self._at += len(text)

    # -- code and cells -----------------------------------------------------------------------

    def collect(self) -> None:
        """Keep what is written from here on aside."""
        self._buffer = []

    def collected(self) -> str:
        """What was written since :meth:`collect`, which ends here."""
        text = "".join(self._buffer or ())
        self._buffer = None
        return text

    def pre(self, code: str, language: str) -> None:
        """A block of code, without the indentation that all its lines share."""
        code = textwrap.dedent(code.expandtabs(4)).rstrip()
        code = re.sub(r"\A(?:[ ]*\n)+", "", code)
        if not code:
            return
        if any(prefix.next != prefix.later for prefix in self._prefixes):
            self._begin_line()
            self.gap(1)
        self._end_lines()
        self._spans.append(Span("pre", self._at, self._at + len(code), language=language or None))
        self._hidden.append(language)
        self._put(code)
        self.gap(2)

    def code(self, text: str, *, style: bool) -> None:
        """A piece of code within a line."""
        if self._buffer is None and style:
            self._begin_line()
            start = self._at
            self.write(text)
            self._spans.append(Span("code", start, self._at))
        else:
            self.write(text)

    # -- styles -------------------------------------------------------------------------------

    def open(self, style: str) -> None:
        """Begin a style; within itself it changes nothing."""
        if self._buffer is None:
            self._begin_line()
        self._styles.setdefault(style, []).append(self._at)

    def close(self, style: str) -> None:
        """End the style opened last."""
        starts = self._styles.get(style)
        if not starts:
            return
        start = starts.pop()
        if not starts and self._buffer is None:
            self._spans.append(Span(style, start, self._at))

    def here(self) -> int:
        """A mark for :meth:`since` and :meth:`link`."""
        if self._buffer is not None:
            return len(self._buffer)
        self._begin_line()
        return self._at

    def since(self, mark: int) -> str:
        """What was written after *mark*."""
        if self._buffer is not None:
            return "".join(self._buffer[mark:])
        size = self._at - mark
        found: list[str] = []
        for piece in reversed(self._pieces):
            if size <= 0:
                break
            found.append(piece[-size:])
            size -= len(piece)
        return "".join(reversed(found))

    def link(self, mark: int, url: str, *, hidden: bool) -> None:
        """Make what was written after *mark* a link; *hidden* when the text is not the URL."""
        self._spans.append(Span("text_link", mark, self._at, url=url))
        if hidden:
            self._hidden.append(url)

    # -- containers ---------------------------------------------------------------------------

    def push_prefix(self, first: str, later: str) -> None:
        """Begin a list item: its first line begins with its marker, the others are indented."""
        self._prefixes.append(_Prefix(first, later))

    def pop_prefix(self) -> None:
        """End a list item; an empty one still shows its marker."""
        if self._prefixes[-1].next != self._prefixes[-1].later:
            self._begin_line()
        start = self._prefixes.pop().start
        if start >= 0:
            self._items.append((start, self._at))

    def mark(self, box: str) -> None:
        """Put a task's box where the bullet is, or after the number."""
        prefix = self._prefixes[-1]
        prefix.next = box if prefix.next[:1] in BULLETS else prefix.next + box

    def heading(self, mark: int) -> None:
        """What was written after *mark* is a heading."""
        if self._buffer is None and self._at > mark:
            self._headings.append((mark, self._at))

    def open_quote(self, kind: str = "blockquote") -> None:
        """Begin a quote; Telegram has one level, the others keep their sign."""
        self._prefixes.append(_Prefix("> ", "> ") if self._quotes else _Prefix("", ""))
        if not self._quotes:
            self._quote_type = kind
        self._quotes += 1

    def close_quote(self) -> None:
        """End a quote."""
        self._prefixes.pop()
        self._quotes -= 1
        if not self._quotes and self._quote_start is not None:
            self._spans.append(Span(self._quote_type, self._quote_start, self._at))
            self._quote_start = None

    # -- the end ------------------------------------------------------------------------------

    def finish(self) -> Rendered:
        """The text with its spans in Telegram's own order."""
        text = "".join(self._pieces)
        styled = Styled(
            text, tuple(nest(self._spans)), tuple(sorted(self._items)), tuple(self._headings)
        )
        return Rendered(styled, "\n".join([text, *self._hidden]))
