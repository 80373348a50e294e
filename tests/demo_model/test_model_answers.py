"""The offline model: honest, deterministic, and with a memory made of its history alone."""

import contextlib
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotodom.demo.model_answers import answer


def say(*turns, instructions=""):
    """Ask after *turns* of alternating user and assistant texts."""
    roles = ("user", "assistant")
    items = [{"role": roles[i % 2], "content": text} for i, text in enumerate(turns)]
    return answer(items, {"instructions": instructions})


@pytest.mark.parametrize("greeting", ["hello", "Hi!", "hey there", "привет"])
def test_it_greets_and_says_that_it_is_offline(greeting):
    assert "offline" in say(greeting)


@pytest.mark.parametrize("given_as", ["my name is Ada", "Hi, call me Ada!", "меня зовут Ada"])
@pytest.mark.parametrize("asked_as", ["what is my name?", "What's my name", "как меня зовут?"])
def test_it_knows_the_name_it_was_told(given_as, asked_as):
    assert "**Ada**" in say(given_as, "hello", asked_as)


def test_it_does_not_invent_a_name():
    assert "not told" in say("what is my name?")


def test_the_last_name_counts():
    assert "Bob" in say("my name is Ada", "ok", "my name is Bob", "ok", "what is my name")


def test_it_repeats_what_was_said_and_nothing_else():
    said = say("remember that the cat is grey", "ok", "I like tea", "ok", "what did I say?")
    assert "the cat is grey" in said
    assert "I like tea" in said
    assert "first message" in say("what did I say?")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("what is 12 * (3 + 4)?", "84"),
        ("2+2", "4"),
        ("10 / 4", "2.5"),
        ("2^10", "1024"),
        ("7 × 8", "56"),
        ("0.1 + 0.2", "0.3"),
        ("10 / 3", "3.333333333…"),
        ("-5 + 3 * 2", "1"),
        ("17 % 5", "2"),
    ],
)
def test_it_can_count(question, value):
    assert f"**{value}**" in say(question)


@pytest.mark.parametrize("question", ["1/0", "9**9**9", "2^999999999", "1+", "((((1+1"])
def test_impossible_sums_are_survived(question):
    assert say(question)


def test_code_runs_and_prints_what_it_claims():
    for topic in ("python code", "a fibonacci function", "prime numbers in python"):
        said = say(topic)
        code = re.search(r"```python\n(.*?)\n```", said, re.DOTALL)[1]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, topic, "exec"), {})
        assert f"`{printed.getvalue().strip()}`" in said


def test_lists_tables_and_help_are_markdown():
    assert re.search(r"^1\. ", say("give me a list"), re.MULTILINE)
    assert "|---:|" in say("a table please")
    assert say("help").count("\n- ") >= 4


@pytest.mark.parametrize("length", [1, 100, 4096, 9000, 100_000])
def test_a_text_has_exactly_the_length_that_was_asked_for(length):
    said = say(f"write {length} characters")
    assert len(said) == length
    assert said == said.strip()


def test_long_counts_and_huge_wishes_are_bounded():
    assert say("count to 12").split(", ") == [str(n) for n in range(1, 13)]
    assert len(say("count to 999999999999").split(", ")) == 5_000
    assert len(say("write 99999999999 characters")) == 100_000
    assert len(say("something long please")) == 9_000


def test_everything_else_is_quoted_with_the_size_of_its_memory():
    said = say("one", "ok", "two", "ok", "Why is the sky blue?", instructions="You are a cat.")
    assert "> Why is the sky blue?" in said
    assert "2 earlier messages" in said
    assert "You are a cat." in said


def test_parts_of_a_message_are_read_like_a_text():
    parts = [{"type": "input_text", "text": "2"}, {"type": "input_text", "text": "+3"}]
    assert "**5**" in answer([{"role": "user", "content": parts}], {})


@given(st.lists(st.text(max_size=80), max_size=5), st.text(max_size=40))
def test_any_conversation_gets_the_same_answer_twice_and_never_none(turns, instructions):
    first = say(*turns, instructions=instructions)
    assert first.strip()
    assert first == say(*turns, instructions=instructions)
