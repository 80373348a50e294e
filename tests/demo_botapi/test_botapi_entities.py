"""Entities: what is refused, what passes, and what is found in people's texts."""

import pytest

from kotodom.demo.botapi.text import accept, detect, split_for_sending, utf16_length, utf16_slice
from kotodom.demo.botapi.values import ApiError


def entity(kind: str, offset: int, length: int, **more: object) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("text", "entities", "why"),
    [
        ("hello", [entity("bold", 0, 6)], "outside the text"),
        ("hello", [entity("bold", -1, 2)], "outside the text"),
        ("hello", [entity("bold", 0, 0)], "outside the text"),
        ("😀x", [entity("bold", 1, 2)], "splits a surrogate pair"),
        ("😀x", [entity("bold", 0, 1)], "splits a surrogate pair"),
        ("hello", [entity("sparkle", 0, 5)], "unknown entity type"),
        ("hello", [entity("bold", 0.0, 5)], "integer offset"),  # type: ignore[arg-type]
        ("hello", [entity("bold", True, 1)], "integer offset"),
        ("hello", [entity("text_link", 0, 5)], "needs url"),
        ("hello", [entity("text_link", 0, 5, url="not a link")], "wrong url"),
        ("hello", [entity("bold", 0, 5, url="https://a.b")], "url does not belong"),
        ("hello", [entity("code", 0, 5, language="c")], "language does not belong"),
        ("hello", [entity("custom_emoji", 0, 5)], "needs custom_emoji_id"),
        ("hello", [entity("bold", 0, 3), entity("italic", 2, 3)], "overlap"),
        ("hello", [entity("pre", 0, 5), entity("bold", 1, 2)], "inside pre"),
        ("hello", [entity("code", 0, 5), entity("pre", 0, 5)], "inside"),
        ("hello", [entity("bold", 0, 5), entity("bold", 1, 2)], "inside bold"),
        ("hello", [entity("blockquote", 0, 5), entity("expandable_blockquote", 0, 2)], "inside"),
        ("hello", "nonsense", "Array of Objects"),
        ("x" * 101, [entity("bold", index, 1) for index in range(101)], "at most 100"),
    ],
)
def test_faulty_entities_are_refused(text, entities, why):
    with pytest.raises(ApiError, match=why) as refused:
        accept(text, entities)
    assert refused.value.status == 400
    assert refused.value.description.startswith("Bad Request: can't parse entities: ")


@pytest.mark.parametrize(
    "entities",
    [
        [],
        [entity("bold", 0, 5), entity("italic", 0, 5), entity("underline", 1, 2)],
        [entity("bold", 0, 2), entity("bold", 2, 3)],
        [entity("blockquote", 0, 5), entity("pre", 1, 4, language="rust")],
        [entity("text_link", 0, 5, url="https://example.org/a?b=c"), entity("bold", 0, 5)],
        [entity("text_link", 0, 5, url="example.org"), entity("code", 0, 5)],
        [entity("text_link", 0, 5, url="tg://user?id=7")],
        [entity("bold", 0, 5, url=None)],
    ],
)
def test_sound_entities_pass(entities):
    text, checked = accept("hello", entities)
    assert text == "hello"
    assert len(checked) == len(entities)


def test_a_lone_surrogate_is_no_text():
    with pytest.raises(ApiError, match="encoded in UTF-8"):
        accept("\ud83d", None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n",
        "\u200b",
        "\u00a0",
        " \u00a0\u200d",
        "\u3000\u2800\ufffc\ufeff",
        "\u202e",
        "\U000e0041",
        "\u030a",
        "\r\u2028",
    ],
)
def test_a_text_without_anything_to_see_is_empty(text):
    with pytest.raises(ApiError, match="message text is empty"):
        accept(text, None)
    accept(text, None, may_be_empty=True)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\tb\x0bc\x1fd", "a b c d"),
        ("a\rb\u2028c\u202ed", "abcd"),
        ("e\u030a u\u0333 o\u033f", "e u o"),
        ("a\u200e\u200f\u200eb\u200f", "a\u200c\u200c\u200eb\u200f"),
        (" a\u00a0", "a\u00a0"),
        ("x\u200b", "x\u200b"),
    ],
)
def test_a_text_is_kept_as_telegram_cleans_it(sent, kept):
    assert accept(sent, None)[0] == kept


def test_entities_move_with_what_is_dropped():
    text, entities = accept("x\u0333 y\u030az", [entity("bold", 3, 3)])
    assert (text, entities) == ("x yz", [entity("bold", 2, 2)])


def test_an_entity_that_covers_only_trimmed_space_vanishes():
    assert accept("hello  ", [entity("bold", 5, 2)]) == ("hello", [])


def test_entities_in_people_texts_are_found_in_utf16_units():
    text = "😀 /help@cat_bot ask @cat_bot or me@example.org at https://a.b/c, #tag not a/b"
    found = {
        item["type"]: utf16_slice(text, item["offset"], item["length"]) for item in detect(text)
    }
    assert found == {
        "bot_command": "/help@cat_bot",
        "mention": "@cat_bot",
        "email": "me@example.org",
        "url": "https://a.b/c",
        "hashtag": "#tag",
    }


@pytest.mark.parametrize("text", ["x" * 5000, "😀" * 5000, "x" + "😀" * 4096, "short", ""])
def test_a_long_text_is_cut_at_the_limit_without_loss(text):
    pieces = split_for_sending(text)
    assert "".join(pieces) == text
    assert all(utf16_length(piece) <= 4096 for piece in pieces)
    assert all(utf16_length(piece) >= 4095 for piece in pieces[:-1])
