"""An answer longer than a message is cut where people would cut it."""

from text_checks import check, piece, units

from kotodom.model import Content
from kotodom.text import plain, render


def texts(parts: list[Content], limit: int) -> list[str]:
    for part in parts:
        check(part, limit)
    return [part.text for part in parts]


def test_a_message_that_fits_is_not_cut() -> None:
    assert texts(plain("a" * 4096), 4096) == ["a" * 4096]
    assert len(plain("😀" * 2048)) == 1
    assert len(plain("😀" * 2049)) == 2


def test_paragraphs_come_before_lines_sentences_and_words() -> None:
    assert texts(plain("One. Two\nthree\n\nfour five. Six", limit=24), 24) == [
        "One. Two\nthree",
        "four five. Six",
    ]
    assert texts(plain("One. Two\nthree four. Five six", limit=16), 16) == [
        "One. Two",
        "three four.",
        "Five six",
    ]
    assert texts(plain("One two. Three four", limit=12), 12) == ["One two.", "Three four"]
    assert texts(plain("one two three four", limit=12), 12) == ["one two", "three four"]


def test_a_word_too_long_is_cut_anywhere_but_in_a_character() -> None:
    assert texts(plain("abcdefgh", limit=3), 3) == ["abc", "def", "gh"]
    assert texts(plain("😀😀😀", limit=3), 3) == ["😀", "😀", "😀"]
    family = "👩‍👩‍👧"
    assert texts(plain(family * 3, limit=10), 10) == [family] * 3
    assert texts(plain("ee\u0301e\u0301", limit=3), 3) == ["ee\u0301", "e\u0301"]
    assert texts(plain("🇩🇪🇫🇷🇯🇵", limit=7), 7) == ["🇩🇪", "🇫🇷", "🇯🇵"]


def test_a_cluster_longer_than_any_patience_is_cut_all_the_same() -> None:
    parts = plain("e" + "\u0301" * 500, limit=100)
    assert sum(len(part.text) for part in parts) >= 1
    assert "".join(texts([parts[0]], 100)).startswith("e")


def test_code_across_messages_is_code_in_each_with_its_language() -> None:
    code = "\n".join(f"line_{i} = {i}" for i in range(40))
    parts = render(f"Before\n\n```python\n{code}\n```\n\nAfter", limit=200)
    blocks = []
    for part in parts:
        check(part, 200)
        for entity in part.entities:
            assert (entity.type, entity.language) == ("pre", "python")
            blocks.append(piece(part, entity.offset, entity.length))
    assert len(blocks) > 2
    assert "\n".join(blocks) == code
    assert parts[0].text.startswith("Before")
    assert parts[-1].text.endswith("After")


def test_code_that_fits_into_the_next_message_is_not_cut() -> None:
    parts = render("word " * 20 + "\n\n```\n" + "code\n" * 20 + "```", limit=150)
    assert [part.text for part in parts] == [("word " * 20).strip(), ("code\n" * 20).strip()]


def test_code_is_cut_before_a_line_that_is_not_indented() -> None:
    function = "def f():\n    a = 1\n    return a\n"
    parts = render("```py\n" + function * 20 + "```", limit=120)
    assert len(parts) > 3
    assert all(part.text.startswith("def f():") for part in parts)


def test_code_keeps_its_indentation_where_it_must_be_cut_inside() -> None:
    body = "\n".join(f"    step_{i}()" for i in range(30))
    parts = render(f"```py\ndef f():\n{body}\n```", limit=100)
    texts(parts, 100)
    assert "\n".join(part.text for part in parts) == f"def f():\n{body}"


def test_styles_and_links_go_on_in_the_next_message() -> None:
    parts = render("**" + "bold " * 30 + "end** [" + "link " * 30 + "end](https://x.y)", limit=100)
    texts(parts, 100)
    assert {e.type for e in parts[0].entities} == {"bold"}
    assert parts[-1].entities[-1].url == "https://x.y"
    covered = sum(e.length for part in parts for e in part.entities)
    assert covered >= sum(len(units(p.text)) // 2 for p in parts) - 2 * len(parts)


def test_a_message_has_at_most_a_hundred_entities() -> None:
    parts = render("`a` " * 250)
    assert [len(part.entities) for part in parts] == [100, 100, 50]
    texts(parts, 4096)


def test_plain_text_keeps_its_signs_and_its_lines() -> None:
    text = "**not bold** <b> `x`\n    indented\n\n\n- item"
    assert plain(text) == [Content(text)]


def items_torn(parts: list[Content], items: list[str]) -> list[str]:
    return [item for item in items if not any(item in part.text for part in parts)]


def test_a_list_item_that_fits_is_not_torn() -> None:
    items = [f"{i}. " + f"word{i} " * (5 + i % 7) for i in range(1, 60)]
    parts = render("Intro\n\n" + "\n".join(items), limit=120)
    texts(parts, 120)
    assert items_torn(parts, [item.strip() for item in items]) == []


def test_an_item_of_several_paragraphs_and_its_sublist_stay_together() -> None:
    item = "- **Head {0}**\n\n  " + "word " * 12 + "end\n\n  - sub {0}\n  - sub"
    parts = render("\n".join(item.format(i) for i in range(12)), limit=250)
    texts(parts, 250)
    assert len(parts) > 3
    assert all(part.text.startswith("• Head ") and part.text.endswith("◦ sub") for part in parts)


def test_an_item_too_long_for_a_message_is_cut_inside() -> None:
    parts = render("- " + "word " * 60 + "\n- short", limit=100)
    assert len(texts(parts, 100)) >= 3
    assert parts[-1].text.endswith("• short")


def test_a_row_of_a_wide_table_is_not_torn() -> None:
    rows = [f"| row {i} | " + "word " * 8 + f"| end {i} |" for i in range(20)]
    parts = render("| a | b | c |\n|---|---|---|\n" + "\n".join(rows), limit=200)
    texts(parts, 200)
    for i in range(20):
        assert any(f"• row {i}\n" in part.text and f"c: end {i}" in part.text for part in parts)


def test_a_heading_is_not_left_alone_at_the_end() -> None:
    for size in range(1, 90):
        parts = render(f"{'x' * size}\n\n# Head\n\n## Sub\n\n{'word ' * 30}", limit=100)
        texts(parts, 100)
        assert not any(part.text.endswith(("Head", "Sub")) for part in parts)


def test_the_first_message_is_not_tiny_where_the_item_is_torn_anyway() -> None:
    parts = render("Intro:\n\n- " + "word " * 40 + "end", limit=100)
    assert len(texts(parts, 100)[0]) > 25


def test_a_long_list_item_that_fits_is_not_torn_however_short_what_stands_before_it() -> None:
    item = "word " * 815
    first, second = render(f"Two things:\n\n- short\n- {item.strip()}\n")[:2]
    assert first.text.endswith("short")
    assert second.text.removeprefix("• ") == item.strip()
