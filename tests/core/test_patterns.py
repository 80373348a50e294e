"""No name pattern and no message can keep the process searching."""

import re
import time

import pytest

from kotodom.patterns import LONG, SHORT, reach
from kotodom.reading.groups import named

HOSTILE = [
    r"(a+)+!", r"(\w+\s?)+!", r"(kit|kot|k\w+)+\d", r"(a?){30}a{30}", r"(a|a)+!", r"(a|ab|b)*c",
    r"(\w{1,50}){1,50}!", r"\w+ \w+ \w+!", r".*.*.*!", r"((a{0,9}){0,9}){0,9}!", r"(?:a|aa)+?!",
    r"(?=(a+)+!)a", r"(?>(a+)+!)", r"(?:(?i:a+))+!", r"(a)?(?(1)(b+)+|c)!", r"a)|(?:(b+)+!",
]  # fmt: skip
SEARCHABLE = [
    (r"\bcat\b", LONG),
    (r"cat|kitty|кот[аику]?", LONG),
    (r"kot\w*", LONG),
    (r"(?:big |small )?cat", LONG),
    (r"(?:cat){2,5}", LONG),
    (r"kot\w{0,10}\s{1,3}bot\w{0,10}", LONG),
    (r".*[!?].*", SHORT),
    (r"kot\w*\s+bot", SHORT),
]


@pytest.mark.parametrize("pattern", HOSTILE)
def test_a_pattern_that_could_search_for_hours_is_not_searched_with(pattern: str) -> None:
    assert reach(rf"(?:{pattern})") == 0
    for words in ("a" * 60, "k" * 60, "b" * 60):
        assert not named(pattern, f"{words} {words}")


@pytest.mark.parametrize(("pattern", "characters"), SEARCHABLE)
def test_a_pattern_that_names_something_is(pattern: str, characters: int) -> None:
    assert reach(pattern) == characters


def test_a_name_is_found_as_far_as_its_pattern_may_look() -> None:
    assert named("kot", "x " * 2_000 + "kot")
    assert not named("kot", "x " * 3_000 + "kot")
    assert named(r"kot\w*\s+bot", "x " * 200 + "kotik bot")
    assert not named(r"kot\w*\s+bot", "x " * 300 + "kotik bot")


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in SEARCHABLE])
def test_no_message_makes_it_slow(pattern: str) -> None:
    for unit in ("a", ". ", "kot ", "kot", "cat ", "K\u212a", "!?"):
        began = time.process_time()
        named(pattern, unit * 4_096)
        assert time.process_time() - began < 2


@pytest.mark.parametrize("pattern", ["(", "[", "*", "a{99999999999}"])
def test_what_is_no_pattern_is_said_to_be_none(pattern: str) -> None:
    with pytest.raises((re.error, OverflowError)):
        reach(pattern)
