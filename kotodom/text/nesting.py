"""Formatting as Telegram takes it: nothing crosses anything, code contains nothing.

Quotes lie in nothing, links and code in quotes only, styles go around code (TDLib's
``are_entities_valid``). What is not so is cut; a piece that has no place is dropped.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from kotodom.text.units import Span

_CODE = ("code", "pre")
_SOLID = ("text_link", *_CODE)
_QUOTES = ("blockquote", "expandable_blockquote")
_ORDER = (*_QUOTES, *_SOLID, "bold", "italic", "underline", "strikethrough", "spoiler")


def nest(spans: Iterable[Span]) -> list[Span]:
    """The same spans, properly nested, outermost first; the time it takes grows as n log n."""
    ordered = sorted((span for span in spans if span.start < span.end), key=_outermost_first)
    quotes = _apart(span for span in ordered if span.type in _QUOTES)
    walls = [edge for quote in quotes for edge in (quote.start, quote.end)]
    solid = _apart(piece for span in ordered if span.type in _SOLID for piece in _cut(span, walls))
    code = [span for span in solid if span.type in _CODE]
    links = [span for span in solid if span.type == "text_link"]
    styles = [
        piece
        for span in ordered
        if span.type not in _SOLID and span.type not in _QUOTES
        for outside in _around(span, code)
        for within in _cut(outside, walls)
        for piece in _cut(within, _crossed(within, links))
    ]
    return sorted([*quotes, *solid, *_stacked(styles)], key=_outermost_first)


def _outermost_first(span: Span) -> tuple[int, int, int]:
    return span.start, -span.end, _ORDER.index(span.type)


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Those that begin after the one before has ended; *spans* are sorted."""
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _cut(span: Span, edges: Sequence[int]) -> Iterator[Span]:
    """The pieces of *span* between the sorted *edges*."""
    start = span.start
    for edge in edges[bisect_right(edges, start) : bisect_left(edges, span.end)]:
        if edge > start:
            yield span.between(start, edge)
            start = edge
    yield span.between(start, span.end) if start > span.start else span


def _around(span: Span, code: Sequence[Span]) -> Iterator[Span]:
    """The pieces of *span* outside of *code*, whose spans are sorted and apart."""
    start = span.start
    index = bisect_right(code, start, key=lambda block: block.end)
    while index < len(code) and code[index].start < span.end:
        if code[index].start > start:
            yield span.between(start, code[index].start)
        start = code[index].end
        index += 1
    if start < span.end:
        yield span.between(start, span.end) if start > span.start else span


def _crossed(span: Span, links: Sequence[Span]) -> list[int]:
    """Where the one link ends that *span* begins in, and the one begins that it ends in."""
    edges: list[int] = []
    if not links:
        return edges
    first = bisect_right(links, span.start, key=lambda link: link.end)
    if first < len(links) and links[first].start < span.start and links[first].end < span.end:
        edges.append(links[first].end)
    last = bisect_left(links, span.end, key=lambda link: link.start) - 1
    if last >= 0 and links[last].end > span.end and links[last].start > span.start:
        edges.append(links[last].start)
    return edges


def _stacked(styles: Iterable[Span]) -> Iterator[Span]:
    """Styles cut where one would end after another it began in; none within its like."""
    around: list[Span] = []
    for span in sorted(styles, key=_outermost_first):
        while around and around[-1].end <= span.start:
            around.pop()
        if around and around[-1].end < span.end:
            span = span.between(span.start, around[-1].end)
        if all(outer.type != span.type for outer in around):
            around.append(span)
            yield span
