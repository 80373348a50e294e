"""One text with spans, cut into messages."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence

from kotodom.model import Content, Entity
from kotodom.text.nesting import nest
from kotodom.text.units import Span, Styled, astral_positions, settle_directions, visible

MOST_ENTITIES = 100
"""In one message; the server drops what is beyond (TDLib's MAX_USER_ENTITY_COUNT)."""
LONGEST_CLUSTER = 64
"""Characters to step back at most so as not to tear a grapheme cluster apart."""

_SENTENCE_END = re.compile(r"[.!?…]['\")\]»”]*\s|[。！？]")
_BLANK_LINES = re.compile(r"\s*\n")


def split(styled: Styled, limit: int) -> list[Content]:
    """Cut into messages of at most *limit* UTF-16 units (2 at least), none of them blank.

    The best place in the last three quarters of a message wins: between paragraphs, then lines,
    sentences, words, then anywhere but inside a character.
    """
    limit = max(limit, 2)
    cutter = _Cutter(styled, limit)
    return [content for content in cutter.contents() if content is not None]


class _Cutter:
    def __init__(self, styled: Styled, limit: int) -> None:
        self._text = settle_directions(styled.text)
        self._spans = styled.spans
        self._limit = limit
        self._astral = astral_positions(styled.text)
        self._pre = [(span.start, span.end) for span in styled.spans if span.type == "pre"]
        self._pre_starts = [start for start, _ in self._pre]
        quotes = [(span.start, span.end) for span in styled.spans if "blockquote" in span.type]
        # Telegram moves the beginning of a quote past its white space, and code keeps its
        # indentation: in a quote the two would overlap, so there code loses it.
        self._quoted = {
            start
            for start, end in self._pre
            if (at := bisect_right(quotes, (start, len(self._text))) - 1) >= 0
            and end <= quotes[at][1]
        }
        self._items = self._keepable(styled.items)
        self._item_starts = [start for start, _ in self._items]
        self._headings = {end: start for start, end in styled.headings}

    def _keepable(self, items: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """The outermost of the items that fit into a message; *items* are sorted by start."""
        kept: list[tuple[int, int]] = []
        for start, end in sorted(items, key=lambda item: (item[0], -item[1])):
            inside = kept and end <= kept[-1][1]
            if not inside and self._units(end) - self._units(start) <= self._limit:
                kept.append((start, end))
        return kept

    def contents(self) -> Iterator[Content | None]:
        at, next_span = 0, 0
        running: list[Span] = []
        while True:
            at = self._skip_space(at)
            if at >= len(self._text):
                return
            running = [span for span in running if span.end > at]
            end = self._fit(at)
            room = MOST_ENTITIES - len(running)
            crowded = next_span + room
            if crowded < len(self._spans) and at < self._spans[crowded].start < end:
                end = self._spans[crowded].start
            if end < len(self._text):
                end = self._cut(at, end)
            while next_span < len(self._spans) and self._spans[next_span].start < end:
                running.append(self._spans[next_span])
                next_span += 1
            yield self._content(at, end, running)
            at = end

    def _units(self, index: int) -> int:
        """How many UTF-16 units lie before *index*."""
        return index + bisect_left(self._astral, index)

    def _fit(self, at: int) -> int:
        """The furthest end that a message beginning at *at* may have."""
        end = min(len(self._text), at + self._limit)
        over = self._units(end) - self._units(at) - self._limit
        while over > 0:
            end -= (over + 1) // 2
            over = self._units(end) - self._units(at) - self._limit
        return end

    def _pre_at(self, index: int) -> tuple[int, int] | None:
        """The block of code that *index* lies inside of (its beginning does not count)."""
        nearest = bisect_left(self._pre_starts, index) - 1
        if nearest >= 0 and index < self._pre[nearest][1]:
            return self._pre[nearest]
        return None

    def _skip_space(self, at: int) -> int:
        """The next place that is not white space; indentation of code counts as something."""
        while at < len(self._text) and self._text[at] == "\n":
            at += 1
        start = at
        while start < len(self._text) and self._text[start].isspace():
            start += 1
        if start >= len(self._text):
            return start
        nearest = bisect_right(self._pre_starts, start) - 1
        if (
            nearest >= 0
            and start < self._pre[nearest][1]
            and self._pre_starts[nearest] not in self._quoted
        ):
            line = self._text.rfind("\n", at, start) + 1
            return max(line, at, self._pre[nearest][0])
        return start

    # -- where to cut ---------------------------------------------------------------------------

    def _cut(self, at: int, end: int) -> int:
        """The best place to cut in the message that begins at *at* and ends at *end* at most."""
        low = at + max(1, (end - at) // 4)
        finders: tuple[Callable[[int, int], int], ...] = (
            self._paragraph,
            self._code_line,
            self._line,
            self._sentence,
            self._word,
        )
        for find in finders:
            cut = find(low, end)
            if cut > at:
                return self._before_heading(at, self._whole_item(at, cut))
        return self._whole_item(at, self._character(at, end))

    def _whole_item(self, at: int, cut: int) -> int:
        """Where the item begins that *cut* would tear, though it fits into a message."""
        nearest = bisect_left(self._item_starts, cut) - 1
        if nearest < 0:
            return cut
        start, end = self._items[nearest]
        if not at < start < cut < end:
            return cut
        return start if visible(self._text[at:start]) else cut

    def _before_heading(self, at: int, cut: int) -> int:
        """Where the headings begin that would be the end of the message.

        More of them than half of the message stay: an outline is not torn into its headings.
        """
        first, least = cut, at + (cut - at) // 2
        while (start := self._headings.get(self._end(at, first))) is not None:
            if start < least:
                return cut
            first = start
        return first if visible(self._text[at:first]) else cut

    def _end(self, at: int, end: int) -> int:
        """Where the text between *at* and *end* ends without the white space behind it."""
        while end > at and self._text[end - 1].isspace():
            end -= 1
        return end

    def _paragraph(self, low: int, end: int) -> int:
        return self._last("\n\n", low, end, in_code=False)

    def _line(self, low: int, end: int) -> int:
        return self._last("\n", low, end, in_code=True)

    def _word(self, low: int, end: int) -> int:
        return self._last(" ", low, end, in_code=True)

    def _last(self, separator: str, low: int, end: int, *, in_code: bool) -> int:
        """The last place after *low* where *separator* begins; 0 when there is none."""
        while (found := self._text.rfind(separator, low, end + len(separator))) >= low:
            block = None if in_code else self._pre_at(found)
            if block is None:
                return found
            end = block[0] - 1
        return 0

    def _code_line(self, low: int, end: int) -> int:
        """Inside code: the last line that is not indented, so that the next part begins well.

        Cutting right before the block is better still; :meth:`_paragraph` has tried that.
        """
        block = self._pre_at(end)
        if block is None:
            return 0
        found = end + 1
        while (found := self._text.rfind("\n", max(low, block[0]), found)) >= low:
            if found + 1 < len(self._text) and self._text[found + 1] not in " \n})]":
                return found
        return 0

    def _sentence(self, low: int, end: int) -> int:
        cut = 0
        for match in _SENTENCE_END.finditer(self._text, low, end):
            cut = match.end()
        return cut

    def _character(self, at: int, end: int) -> int:
        """Anywhere, but not within what people see as one character, if that can be had."""
        for cut in range(end, max(at, end - LONGEST_CLUSTER), -1):
            if not self._inside_cluster(at, cut):
                return cut
        return max(end, at + 1)

    def _inside_cluster(self, at: int, cut: int) -> bool:
        before, after = self._text[cut - 1], self._text[cut]
        if before == "\u200d" or _extends(after):
            return True
        if not (_is_flag_letter(before) and _is_flag_letter(after)):
            return False
        first = cut - 1
        while first > at and _is_flag_letter(self._text[first - 1]):
            first -= 1
        return (cut - first) % 2 == 1

    # -- one message ----------------------------------------------------------------------------

    def _content(self, at: int, end: int, running: list[Span]) -> Content | None:
        end = at + len(self._text[at:end].rstrip())
        if not visible(self._text[at:end]):
            return None
        clipped = (self._clip(span, at, end) for span in running)
        # They are nested already; but clipping moves ends, and Telegram takes no crossing ones.
        spans = nest(span for span in clipped if span is not None)[:MOST_ENTITIES]
        if not spans or spans[0].start > at:  # Telegram trims up to the first entity
            at = end - len(self._text[at:end].lstrip())
        base = self._units(at)
        entities: list[Entity] = []
        for span in spans:
            offset = self._units(span.start) - base
            length = self._units(span.end) - base - offset
            entities.append(Entity(span.type, offset, length, span.url, span.language))
        return Content(self._text[at:end], tuple(entities))

    def _clip(self, span: Span, at: int, end: int) -> Span | None:
        """The piece of *span* in this message, without white space at its ends."""
        start, stop = max(span.start, at), min(span.end, end)
        piece = self._text[start:stop]
        if not visible(piece):
            return None
        stop -= len(piece) - len(piece.rstrip())
        if span.type != "pre" or span.start in self._quoted:
            start += len(piece) - len(piece.lstrip())
        elif blank := _BLANK_LINES.match(self._text, start, stop):
            start = blank.end()
        return span.between(start, stop)


def _extends(char: str) -> bool:
    """Whether the character belongs to the one before it."""
    return char >= "\u0300" and (
        char == "\u200d"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
        or unicodedata.category(char) in ("Mn", "Me", "Mc")
    )


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
