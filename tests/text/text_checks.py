"""What every message must be, whatever the answer was."""

import re
from collections.abc import Sequence

from kotodom.model import Content
from kotodom.text import utf16_len
from kotodom.text.units import clean, visible

STYLES = {"bold", "italic", "strikethrough"}
KNOWN = {*STYLES, "code", "pre", "text_link", "blockquote"}


def units(text: str) -> bytes:
    """UTF-16 as Telegram counts it; raises for what is not text."""
    return text.encode("utf-16-le")


def piece(content: Content, offset: int, length: int) -> str:
    """The text of an entity; raises when it begins or ends inside a surrogate pair."""
    return units(content.text)[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def check(content: Content, limit: int = 4096) -> None:
    """Fail unless Telegram would take *content* and show exactly it."""
    text = content.text
    assert 1 <= utf16_len(text) <= limit
    assert len(units(text)) == 2 * utf16_len(text)
    assert visible(text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff]", text)
    assert text == text.rstrip()
    if text != text.lstrip():  # Telegram keeps the indentation that code begins with
        assert text.lstrip(" ") == text.lstrip()
        assert (content.entities[0].type, content.entities[0].offset) == ("pre", 0)
    check_entities(content)


def check_entities(content: Content) -> None:
    """Fail unless the entities are what Telegram's own order and nesting allow."""
    assert len(content.entities) <= 100
    order = [(entity.offset, -entity.length) for entity in content.entities]
    assert order == sorted(order)
    around: list[tuple[int, int, str]] = []
    for entity in content.entities:
        start, end = entity.offset, entity.offset + entity.length
        assert entity.type in KNOWN
        assert 0 <= start < end <= utf16_len(content.text)
        shown = piece(content, entity.offset, entity.length)
        assert shown.strip()
        if entity.type != "pre":
            assert shown == shown.strip()
        assert (entity.url is not None) == (entity.type == "text_link")
        if entity.url is not None:
            assert len(entity.url) <= 2048
            assert re.match(r"(https?|tg)://\S+\Z", entity.url, re.IGNORECASE)
        around = [outer for outer in around if outer[1] > start]
        for _, outer_end, outer_type in around:
            assert end <= outer_end, "entities overlap"
            assert outer_type not in ("code", "pre"), "code contains nothing"
            assert outer_type != entity.type, "nothing contains its like"
            if entity.type in ("code", "pre"):
                assert outer_type == "blockquote", "code is part of nothing but quotes"
            if entity.type == "blockquote":
                raise AssertionError("a quote is part of nothing")
        around.append((start, end, entity.type))


def letters(text: str) -> str:
    """Only what a reader would miss: letters and digits, in order."""
    return re.sub(r"[\W_]+", "", clean(text))


def shown(parts: Sequence[Content]) -> str:
    """All that the messages show or link to."""
    pieces: list[str] = []
    for part in parts:
        pieces.append(part.text)
        pieces += [e.url or e.language or "" for e in part.entities]
    return "".join(pieces)
