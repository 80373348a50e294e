"""How commands are written, found and guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotodom.admin.grammar import Pattern, best, nearest
from kotodom.admin.nouns import all_commands

SET = Pattern("bot BOT set FIELD [VALUE…]")
PAGES = Pattern("bots [PAGE]")


@pytest.mark.parametrize(
    ("pattern", "words", "found"),
    [
        (
            SET,
            "bot cat set model gpt-6-luna",
            {"BOT": "cat", "FIELD": "model", "VALUE": "gpt-6-luna"},
        ),
        (SET, 'BOT "my cat" Set model x', {"BOT": "my cat", "FIELD": "model", "VALUE": "x"}),
        (
            SET,
            "bot cat set prompt a\n  b\nc",
            {"BOT": "cat", "FIELD": "prompt", "VALUE": "a\n  b\nc"},
        ),
        (SET, "bot cat set prompt", {"BOT": "cat", "FIELD": "prompt", "VALUE": ""}),
        (SET, "bot cat", None),
        (SET, "bots cat set model x", None),
        (PAGES, "bots", {}),
        (PAGES, "bots 3", {"PAGE": "3"}),
        (PAGES, "bots x", None),
        (PAGES, "bots 3 4", None),
        (Pattern("message MESSAGE"), "message #12", {"MESSAGE": "#12"}),
        (Pattern("message MESSAGE"), "message ١٢", None),
        (Pattern("say TEXT…"), "say", None),
        (Pattern(""), "", {}),
        (Pattern(""), "x", None),
    ],
)
def test_words_fit_a_pattern_or_do_not(
    pattern: Pattern, words: str, found: dict[str, str] | None
) -> None:
    assert pattern.match(words) == found


def test_of_two_patterns_that_fit_the_one_with_more_words_of_its_own_wins() -> None:
    patterns = [Pattern("bots NAME"), Pattern("bots add"), SET]
    fit = best(patterns, "bots add")
    assert fit is not None
    assert fit[0].text == "bots add"


def test_a_mistyped_command_finds_the_one_that_was_meant() -> None:
    patterns = [SET, PAGES, Pattern("money limits"), Pattern("health")]
    assert nearest(patterns, "helth")[0].text == "health"
    assert nearest(patterns, "mony limit")[0].text == "money limits"
    assert nearest(patterns, "zzz qqq") == []


@given(st.text(max_size=60))
def test_no_text_is_too_odd_for_the_grammar(words: str) -> None:
    patterns = [declared.pattern for declared in all_commands()]
    fit = best(patterns, words)
    assert fit is None or set(fit[1]) <= set(fit[0].parameters)
    nearest(patterns, words)


@given(st.text(min_size=1, max_size=200))
def test_what_the_last_argument_takes_is_what_was_written(value: str) -> None:
    found = SET.match(f"bot 3 set prompt {value}")
    assert found is not None
    assert found["VALUE"] == value.strip()


def test_no_two_commands_are_written_alike() -> None:
    texts = [declared.pattern.text for declared in all_commands()]
    assert len(texts) == len(set(texts))
