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


@pytest.mark.parametrize("question", ["write 9000 words", "напиши 9000 слов"])
def test_a_text_has_exactly_as_many_words_as_were_asked_for(question):
    said = say(question)
    assert len(said.split()) == 9_000
    assert "\n\n" in said


@pytest.mark.parametrize("count", [1, 3, 11, 12, 60])
def test_few_words_are_counted_too(count):
    assert len(say(f"write {count} words").split()) == count


def test_words_are_bounded():
    assert len(say("write 99999999 words")) < 150_000
    assert say("write 0 words")


@pytest.mark.parametrize("question", ["a table please", "сделай таблицу"])
def test_tables_are_short_unless_asked_otherwise(question):
    assert say(question).count("\n|") == 7


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("a table of 50 rows", 50),
        ("таблица на 50 строк", 50),
        ("a long table", 100),
        ("длинная таблица", 100),
    ],
)
def test_tables_have_as_many_rows_as_were_asked_for(question, rows):
    assert say(question).count("\n|") == rows + 2


@pytest.mark.parametrize("question", ["a wide table", "широкая таблица"])
def test_a_wide_table_is_wider_than_a_phone(question):
    rows = [line for line in say(question).splitlines() if line.startswith("|")]
    assert len(rows) == 10
    assert {line.count("|") for line in rows} == {8}
    assert max(map(len, rows)) > 80


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ("200 lines of code", 200),
        ("200 строк кода", 200),
        ("a long program", 300),
        ("длинный код", 300),
    ],
)
def test_long_code_is_code_of_that_length(question, lines):
    code = re.search(r"```python\n(.*?)\n```", say(question), re.DOTALL)[1]
    assert abs(len(code.splitlines()) - lines) <= 4
    scope = {}
    exec(compile(code, question, "exec"), scope)
    assert scope["multiply_by_7"](6) == 42


@pytest.mark.parametrize("question", ["some formulas", "mathematics, please", "напиши формулы"])
def test_mathematics_comes_as_latex(question):
    said = say(question)
    assert r"\frac{-b \pm \sqrt{b^2 - 4ac}}{2a}" in said
    assert said.count("$$") == 2


@pytest.mark.parametrize("question", ["show me formatting", "покажи форматирование"])
def test_all_kinds_of_formatting_come_at_once(question):
    said = say(question)
    for mark in ("# ", "**", "||", "- [x]", "> ", "```python", "| left |", "$E = mc^2$"):
        assert mark in said


@pytest.mark.parametrize("question", ["details please", "расскажи подробности"])
def test_details_can_be_folded(question):
    assert "<details>" in say(question)


@pytest.mark.parametrize("question", ["count to 4", "посчитай до 4", "считай до 4"])
def test_counting_is_asked_for_in_both_languages(question):
    assert say(question) == "1, 2, 3, 4"


def test_files_and_notes_beside_a_persons_words_are_not_taken_for_them():
    note = '[In reply to your own message: "a table"]'
    file = "[File code.py]\nprint('a list')\n[End of the file]"
    assert say(f"{note}\n{file}\ncount to 3") == "1, 2, 3"
    assert "> [File code.py]" in say(file)
