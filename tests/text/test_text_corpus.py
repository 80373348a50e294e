"""Hundreds of answers as models write them: readable, whole, and never refused by Telegram."""

import re
import unicodedata
from functools import cache

import pytest
from corpus_kit import Answer, answers
from corpus_lossless import SURROGATES, addresses, codes, missing, named_symbols, seen

from kotodom.demo.botapi.text import accept
from kotodom.model import Content, Entity
from kotodom.text import LIMIT, render, render_draft

every_answer = pytest.mark.parametrize("answer", answers(), ids=lambda answer: answer.name)
FOREIGN = ("russian/", "asian/", "rtl/", "languages/")
_BLANK = ("Zs", "Zl", "Zp", "Cc", "Cf")
_CONTROL = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])


@cache
def rendered(answer: Answer) -> tuple[Content, ...]:
    return tuple(render(answer.text))


def shown(answer: Answer) -> str:
    return "\n".join(part.text for part in rendered(answer))


def packed(text: str) -> str:
    """The text without its white space and control characters."""
    return "".join(text.split()).translate(_CONTROL)


def size(text: str) -> int:
    """UTF-16 units; raises for what is not text."""
    return len(text.encode("utf-16-le")) // 2


def covered(content: Content, entity: Entity) -> str:
    """The text of an entity; raises when it begins or ends inside a character."""
    data = content.text.encode("utf-16-le")
    start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
    return data[start:end].decode("utf-16-le")


def check(content: Content) -> None:
    """Fail unless Telegram takes the message and keeps it to the letter."""
    assert 1 <= size(content.text) <= LIMIT
    assert any(unicodedata.category(char) not in _BLANK for char in content.text), "blank"
    check_entities(content)
    sent = [entity.to_dict() for entity in content.entities]
    text, entities = accept(content.text, sent)
    assert text == content.text
    assert sorted(entities, key=str) == sorted(sent, key=str)


def check_entities(content: Content) -> None:
    """Fail unless entities are inside the text, about something, whole characters, and nested."""
    assert len(content.entities) <= 100
    around: list[int] = []
    for entity in sorted(content.entities, key=lambda entity: (entity.offset, -entity.length)):
        start, end = entity.offset, entity.offset + entity.length
        assert 0 <= start < end <= size(content.text)
        assert covered(content, entity).strip(), "about nothing"
        around = [outer for outer in around if outer > start]
        assert not around or end <= around[-1], "entities overlap"
        around.append(end)


def test_the_corpus_is_large_and_varied() -> None:
    texts = [answer.text for answer in answers()]
    assert len(set(texts)) == len(texts) >= 220
    assert len({answer.name for answer in answers()}) == len(texts)
    assert sum(answer.name.startswith(FOREIGN) for answer in answers()) >= 120
    assert sum(size(answer.text) > LIMIT for answer in answers() if is_text(answer.text)) >= 12
    assert sum(len(text) > 30_000 for text in texts) >= 3


def is_text(text: str) -> bool:
    return not re.search("[\ud800-\udfff]", text)


@every_answer
def test_nothing_is_lost(answer: Answer) -> None:
    """Letters, digits and signs beyond ASCII come in order; formulas and tables may be redrawn."""
    assert missing(answer.text, shown(answer)) is None


@every_answer
def test_code_arrives_with_every_sign(answer: Answer) -> None:
    there = packed(shown(answer))
    for code in codes(answer.text):
        assert packed(code) in there


@every_answer
def test_every_address_can_be_reached_or_read(answer: Answer) -> None:
    links = {entity.url for part in rendered(answer) for entity in part.entities}
    for url in addresses(answer.text):
        url = url.translate(SURROGATES)
        assert url in links or packed(url) in packed(shown(answer))


demanding = [answer for answer in answers() if answer.demands]


@pytest.mark.parametrize("answer", demanding, ids=lambda answer: answer.name)
def test_what_a_reader_must_find_is_there(answer: Answer) -> None:
    there = " ".join(shown(answer).split())
    styled = [
        (entity.type, covered(part, entity))
        for part in rendered(answer)
        for entity in part.entities
    ]
    for kind, words in answer.demands:
        if kind == "shows":
            assert words in there
        elif kind == "hides":
            assert words not in there
        elif kind == "has":
            assert set(words.split(", ")) <= {style for style, _ in styled}
        else:
            assert (kind, words) in styled


@every_answer
def test_symbols_of_formulas_are_shown(answer: Answer) -> None:
    """Each as itself, or by the name that the formula gives it."""
    there = seen(shown(answer))
    for names, symbols, count in named_symbols(answer.text):
        assert sum(map(there.count, {*names, *map(seen, symbols)})) >= count, symbols


@every_answer
def test_telegram_takes_every_part(answer: Answer) -> None:
    """Within the limit, never blank or a lone fence, with entities that are valid and nest."""
    for part in rendered(answer):
        check(part)
        if seen(answer.text):
            assert not re.fullmatch(r"\s*(`{3,}|~{3,})\w*\s*", part.text)
    assert rendered(answer) or not seen(answer.text)


@every_answer
def test_a_draft_of_any_length_is_valid(answer: Answer) -> None:
    for sevenths in range(1, 8):
        draft = render_draft(answer.text[: len(answer.text) * sevenths // 7])
        if draft is not None:
            check(draft)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("two **words** here", "two words her"),
        ("two **words** here", "two here words"),
        ("1. one\n2. two", "1. one\n3. two"),
        ("see [page](https://example.com)", "see"),
        ("| a | b |\n|---|---|\n| c | d |", "a b\nc"),
        ("| a | b |\n|---|---|\n| c | d |", "a b\nd c"),
        ("so $x_1 + y_2$ is", "so x₁ + y is"),
        ("```py\nx = 1\n```\nend", "py\nx = 1"),
        ("漢字 and 😀", "漢 and 😀"),
        ("once", "once once"),
    ],
)
def test_the_check_for_losses_notices_them(source: str, shown: str) -> None:
    assert missing(source, shown) is not None
