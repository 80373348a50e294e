"""Markdown to one text with spans, through pyromark (CommonMark, tables, task lists, ~~).

pyromark was chosen on evidence. telegramify-markdown, which is built on it, drops raw HTML and
the links of tables, rewrites formulas and adds emoji to headings; markdown-it-py drops what is
nested too deeply, takes eight times as long to import and much longer to parse. pyromark gives
events for everything, with their place in the source, at the speed of Rust.
"""

from itertools import islice, pairwise
from typing import Any

import pyromark

from kotodom.text import html, islands, items
from kotodom.text.islands import Hidden
from kotodom.text.spans import Rendered, linkable
from kotodom.text.walker import DEEPEST, TooComplex, Walker

__all__ = ["DEEPEST", "OPTIONS", "Rendered", "TooComplex", "parse", "read"]

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_FOOTNOTES
)
LONGEST = 200_000
"""Characters; far more than any model answers."""
MOST_EVENTS = 100_000
"""Steps of the parser; the longest answers take a tenth of it."""


def parse(markdown: str) -> Rendered:
    """Parse a cleaned text; raises TooComplex for one built to hurt."""
    if len(markdown) > LONGEST:
        raise TooComplex
    hidden = islands.hide(markdown)
    walker = _walk(hidden)
    if "]:" in hidden.source:
        definitions = pyromark.reference_definitions(hidden.source, options=OPTIONS)
        # A definition that serves no link would vanish: it was meant as text.
        lost = [
            definition["span"]["start"]
            for label, definition in definitions.items()
            if label.casefold() not in walker.references
            or not linkable(hidden.restored(definition["dest"]))
        ]
        if lost:
            walker = _walk(Hidden(_escape_at(hidden.source, lost), hidden.islands))
    return walker.finish()


def _walk(hidden: Hidden) -> Walker:
    events = read(hidden.source)
    data = hidden.source.encode()
    tags = html.tags(events) if "</" in hidden.source else {}
    walker = Walker(data, items.numbers(data, events), hidden, tags)
    for event, where in events:
        if walker.depth > DEEPEST:
            raise TooComplex
        walker.take(event, where["start"], where["end"])
    return walker


def read(source: str) -> list[Any]:
    """The parser's events, each with its place in the source in bytes."""
    stream = pyromark.events_with_range(source, options=OPTIONS, merge_text=True)
    events = list(islice(stream, MOST_EVENTS + 1))
    if len(events) > MOST_EVENTS:
        raise TooComplex
    return events


def _escape_at(source: str, offsets: list[int]) -> str:
    data = source.encode()
    bounds = [0, *sorted(offsets), len(data)]
    return b"\\".join(data[a:b] for a, b in pairwise(bounds)).decode()
