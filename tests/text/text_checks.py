"""What every message must be, whatever the answer was."""

import re
from collections.abc import Sequence

from kotodom.demo.botapi.text import accept
from kotodom.model import Content, ContentKind
from kotodom.text import utf16_len
from kotodom.text.fidelity import kept
from kotodom.text.markdown import TooComplex, parse, read
from kotodom.text.units import clean, visible

STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler"}
QUOTES = {"blockquote", "expandable_blockquote"}
KNOWN = {*STYLES, *QUOTES, "code", "pre", "text_link"}


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
    if text != text.lstrip(" \n"):  # Telegram keeps the indentation that code begins with
        assert not text.lstrip(" ").startswith("\n")
        assert content.entities
        assert (content.entities[0].type, content.entities[0].offset) == ("pre", 0)
    check_entities(content)
    check_stored(content)


def check_stored(content: Content) -> None:
    """Fail unless the emulator takes the message and keeps it to the letter."""
    sent = [entity.to_dict() for entity in content.entities]
    text, entities = accept(content.text, sent)
    assert text == content.text
    assert sorted(entities, key=str) == sorted(sent, key=str)


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
                assert outer_type in QUOTES, "code is part of nothing but quotes"
            if entity.type in QUOTES:
                raise AssertionError("a quote is part of nothing")
        around.append((start, end, entity.type))


def letters(text: str) -> str:
    """Only what a reader would miss: letters and digits, in order."""
    return re.sub(r"[\W_\u115f\u1160\u3164\uffa0]+", "", clean(text))


def check_whole(source: str, parts: Sequence[Content]) -> None:
    """Fail unless the messages show every letter, in order.

    What is shown is the parsed text where parsing loses nothing, else the source itself.
    """
    shown = letters("".join(part.text for part in parts))
    if shown == letters(source):
        return
    try:
        rendered = parse(clean(source))
    except TooComplex:
        raise AssertionError("too complex, and not shown as it is") from None
    assert kept(clean(source), rendered.everything)
    assert shown == letters(rendered.styled.text)


def check_rich(content: Content, source: str) -> None:
    """Fail unless this is Markdown that Telegram is not known to refuse, with every letter."""
    assert (content.kind, content.text, content.entities) == (ContentKind.RICH, "", ())
    payload = content.payload
    assert visible(payload)
    assert len(payload) <= 32_768
    assert kept(clean(source), re.sub(r"\\vert|&lt;", "", payload))
    before: object = None
    for event, _ in read(payload):
        name = next(iter(event.values())) if isinstance(event, dict) else event
        if isinstance(event, dict) and "End" in event and isinstance(before, dict):
            opened = before.get("Start")
            assert opened is None or opened in ("TableCell",) or "Link" in opened, "empty"
        assert not (isinstance(name, dict) and "Image" in name)
        before = event
    assert not re.search(r"^#\w", re.sub(r"```.*?(```|\Z)", "", payload, flags=re.DOTALL), re.M)
