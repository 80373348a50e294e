"""The model sees the newest history that fits, in order, and always the question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotodom.context import (
    LEAST,
    LEFT_OUT,
    OVERHEAD,
    beginning,
    build,
    estimate_tokens,
    fixed_tokens,
    history_tokens,
    without_middle,
)
from kotodom.model import Turn


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("", 0, 0),
        ("a", 1, 1),
        ("The quick brown fox jumps over the lazy dog.", 10, 12),
        ("Съешь же ещё этих мягких французских булок", 18, 28),
        ("你好世界", 4, 4),
        ("😀😀", 2, 2),
        ("\ud800", 1, 1),
    ],
)
def test_tokens_are_estimated_by_script(text: str, least: int, most: int) -> None:
    assert least <= estimate_tokens(text) <= most


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("2zqK8aXbYt" * 400, 2723),
        ("9f86d081884c7d65" * 250, 2250),
        ("4721,93,8605,1177\n" * 200, 2332 * 3600 // 3925),
        ('{"id":7,"name":"user7","ok":true},' * 100, 3400 * 1602 // 4221),
    ],
    ids=["base64", "hex", "numbers", "minified"],
)
def test_dense_text_is_not_taken_for_prose(text: str, tokens: int) -> None:
    """The counts are those of OpenAI's o200k for random text of each kind."""
    assert tokens <= estimate_tokens(text) <= 2 * tokens


def test_a_long_run_costs_more_than_words_of_its_length() -> None:
    assert estimate_tokens("a" * 4000) > 2 * estimate_tokens("word " * 800)


def words(size: int) -> str:
    """Text of so many characters, four to a token."""
    return ("some more words " * (size // 16 + 1))[:size]


def turn(name: str, *, size: int = 400, sent: int = 0, answered: int = 0) -> Turn:
    return Turn(f"{name} {words(size - 2)}", f"{name} {words(size - 2)}", sent, answered)


def fits(*turns: Turn, text: str = "now?", instructions: str = "", budget: int) -> list[str]:
    """Which turns go along, by their names; *turns* are given oldest first."""
    built = build(list(reversed(turns)), text=text, instructions=instructions, budget=budget)
    return [found.question[0] for found in built]


def test_the_newest_turns_that_fit_are_sent_oldest_first() -> None:
    a, b, c = turn("a"), turn("b"), turn("c")
    assert fits(a, b, c, budget=10_000) == ["a", "b", "c"]
    assert fits(a, b, c, budget=450) == ["b", "c"]
    assert fits(a, b, c, budget=250) == ["c"]
    assert fits(a, b, c, budget=200) == []


def test_of_a_newest_turn_too_large_the_middle_is_left_out() -> None:
    document = "Слово и дело. " * 4_300
    asked = Turn(f"[File a.txt]\n{document}\n[End of the file]\nО чём это?", "О слове.", 0, 0)
    (kept,) = build([asked, turn("a")], text="А ещё?", instructions="Ты кот.", budget=20_000)
    assert kept.question.startswith("[File a.txt]\nСлово и дело.")
    assert LEFT_OUT in kept.question
    assert kept.question.endswith("[End of the file]\nО чём это?")
    assert kept.answer == "О слове."
    cost = fixed_tokens("А ещё?", "Ты кот.") + history_tokens([kept])
    assert 18_000 < cost <= 20_000


def test_of_a_long_answer_the_middle_is_left_out_only_as_far_as_it_must() -> None:
    (kept,) = build([Turn("Why?", words(40_000), 0, 0)], text="", instructions="", budget=1_000)
    assert kept.question == "Why?"
    assert LEFT_OUT in kept.answer
    assert 900 < history_tokens([kept]) <= 992


def test_a_turn_too_large_hides_what_is_older() -> None:
    assert fits(turn("a", size=4), turn("b", size=40_000), turn("c", size=4), budget=1000) == ["c"]


@pytest.mark.parametrize("budget", [0, -5, 1])
def test_a_question_over_the_budget_goes_alone(budget: int) -> None:
    assert fits(turn("a"), text=words(1000), budget=budget) == []


def test_instructions_and_question_take_their_room_first() -> None:
    assert fits(turn("a"), turn("b"), instructions=words(800), budget=450) == ["b"]
    assert fits(turn("a"), turn("b"), text=words(800), budget=450) == ["b"]


def test_what_the_provider_counted_wins_over_the_estimate() -> None:
    a = turn("a", sent=1000)
    assert history_tokens([turn("b", sent=1130), a]) == history_tokens([turn("b"), a]) - 78
    assert history_tokens([turn("b", answered=60)]) == history_tokens([turn("b")]) - 40


@pytest.mark.parametrize("sent", [0, 500, 999, 1010, 9000])
def test_a_count_that_makes_no_sense_is_not_believed(sent: int) -> None:
    """The history was forgotten or cut in between, or the instructions changed."""
    a = turn("a", sent=1000)
    assert history_tokens([turn("b", sent=sent), a]) == history_tokens([turn("b"), a])


def test_reasoning_is_not_paid_again() -> None:
    thought_long = turn("a", answered=50_000)
    assert history_tokens([thought_long]) <= 2 * history_tokens([turn("a")])


turns = st.lists(
    st.builds(
        Turn,
        question=st.text(max_size=60),
        answer=st.text(max_size=200),
        input_tokens=st.one_of(st.just(0), st.integers(0, 2000)),
        output_tokens=st.one_of(st.just(0), st.integers(0, 500)),
    ),
    max_size=12,
)


@given(turns, st.text(max_size=50), st.text(max_size=50), st.integers(-10, 2000))
def test_the_history_is_the_longest_run_of_newest_turns_within_the_budget(
    newest_first: list[Turn], text: str, instructions: str, budget: int
) -> None:
    built = build(newest_first, text=text, instructions=instructions, budget=budget)
    count = len(built)
    fixed = fixed_tokens(text, instructions)
    if built:
        assert fixed + history_tokens(built[::-1]) <= budget
    if count == 1 and built[0] != newest_first[0]:
        # It alone is too long, and stands there without its middle.
        assert fixed + history_tokens(newest_first[:1]) > budget
        assert LEFT_OUT in built[0].question + built[0].answer
        return
    assert list(built) == newest_first[:count][::-1]
    if count < len(newest_first):
        assert fixed + history_tokens(newest_first[: count + 1]) > budget


@given(turns, st.integers(0, 2000), st.integers(0, 500))
def test_a_larger_budget_never_sends_less(newest_first: list[Turn], budget: int, more: int) -> None:
    small = build(newest_first, text="q", instructions="", budget=budget)
    large = build(newest_first, text="q", instructions="", budget=budget + more)
    if [*small] == newest_first[: len(small)][::-1]:
        assert large[len(large) - len(small) :] == small
    assert len(large) >= len(small)


@given(st.integers(0, 40_000), st.integers(0, 40_000), st.integers(-50, 5_000))
def test_the_newest_turn_is_never_forgotten_where_there_is_room(
    asked: int, answered: int, room: int
) -> None:
    newest = Turn(words(asked), words(answered), 0, 0)
    budget = fixed_tokens("q", "i") + room
    built = build([newest, turn("a")], text="q", instructions="i", budget=budget)
    assert built or room < LEAST + 2 * OVERHEAD
    assert fixed_tokens("q", "i") + history_tokens(built[::-1]) <= max(
        budget, fixed_tokens("q", "i")
    )


@given(st.text("ab1é字😀 \n", max_size=3_000), st.integers(-5, 800))
def test_a_shortened_text_never_costs_more_than_it_may(text: str, tokens: int) -> None:
    for short in (beginning(text, tokens), without_middle(text, tokens)):
        assert estimate_tokens(short) <= max(tokens, 0)
        assert short == text or estimate_tokens(text) > tokens
    assert text.startswith(beginning(text, tokens))


@given(st.text(), st.text())
def test_more_text_never_costs_less(text: str, more: str) -> None:
    assert 0 <= estimate_tokens(text) <= estimate_tokens(text + more)
    assert estimate_tokens(text) <= max(1, len(text))
