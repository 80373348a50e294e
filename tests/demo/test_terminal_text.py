"""A message's entities become styles, and its lines fit the terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotodom.demo.terminal.text import ACCENT, Run, ansi, clean, plain, runs, width, wrap


def _entity(kind: str, offset: int, length: int, **more: str) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length, **more}


def test_entities_become_styles_with_offsets_in_utf16_units() -> None:
    found = runs("😀 bold", [_entity("bold", 3, 4)])
    assert found == [Run("😀 "), Run("bold", "1")]
    assert ansi(found) == "😀 \x1b[1mbold\x1b[0m"
    assert plain(found) == "😀 bold"


def test_styles_inside_each_other_add_up() -> None:
    found = runs("a b c", [_entity("bold", 0, 5), _entity("italic", 2, 1)])
    assert found == [Run("a ", "1"), Run("b", "1;3"), Run(" c", "1")]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("underline", "4"),
        ("strikethrough", "9"),
        ("spoiler", "2"),
        ("code", ACCENT),
        ("pre", ACCENT),
    ],
)
def test_every_style_has_its_code(kind: str, code: str) -> None:
    assert ansi(runs("x", [_entity(kind, 0, 1)])) == f"\x1b[{code}mx\x1b[0m"


def test_a_link_shows_its_address_unless_that_is_its_text() -> None:
    link = _entity("text_link", 0, 4, url="https://a.example/")
    assert plain(runs("here!", [link])) == "here (https://a.example/)!"
    same = _entity("text_link", 0, 9, url="https://a")
    assert plain(runs("https://a", [same])) == "https://a"


def test_every_line_of_a_quote_is_marked() -> None:
    assert plain(runs("a\nb\nc", [_entity("blockquote", 0, 3)])) == "> a\n> b\nc"


def test_without_colour_only_the_colour_is_left_out() -> None:
    assert ansi([Run("x", f"1;{ACCENT}")], colour=False) == "\x1b[1mx\x1b[0m"
    assert ansi([Run("x", ACCENT)], colour=False) == "x"


def test_nothing_in_a_text_can_steer_the_terminal() -> None:
    assert clean("a\x1b[2Jb\x9b2Jc\x07\rd\n\te") == "a[2Jb2Jcd\n    e"
    link = _entity("text_link", 0, 1, url="x\x1b]0;owned")
    assert "\x1b" not in plain(runs("a", [link]))


def test_wide_and_combining_characters_are_measured_as_terminals_do() -> None:
    assert width("abc") == 3
    assert width("猫ねこ") == 6
    assert width("e\u0301") == 1
    assert width("😀") == 2


def test_words_stay_whole_where_they_can() -> None:
    lines = wrap([Run("one two three four")], 9, words=True)
    assert [plain(line) for line in lines] == ["one two ", "three ", "four"]


def test_the_space_where_a_line_ends_is_dropped_but_indentation_is_kept() -> None:
    assert [plain(line) for line in wrap([Run("aaaa bbb")], 4, words=True)] == ["aaaa", "bbb"]
    assert [plain(line) for line in wrap([Run("a\n  b")], 4, words=True)] == ["a", "  b"]


def test_code_is_cut_where_it_must_be_and_loses_no_space() -> None:
    lines = wrap([Run("ab cd  ef", ACCENT)], 5, words=True)
    assert [plain(line) for line in lines] == ["ab cd", "  ef"]


@given(
    st.lists(
        st.builds(Run, st.text("ab 猫é\n😀", max_size=30), st.sampled_from(["", "1", ACCENT]))
    ),
    st.integers(2, 12),
    st.booleans(),
)
def test_no_line_is_too_wide_and_nothing_but_spaces_is_lost(
    pieces: list[Run], columns: int, words: bool
) -> None:
    lines = wrap(pieces, columns, words=words)
    assert all(width(plain(line)) <= columns for line in lines)
    joined = "".join(plain(line) for line in lines)
    whole = plain(pieces).replace("\n", "")
    if not words:
        assert joined == whole
    assert joined.replace(" ", "") == whole.replace(" ", "")
