"""What is said behind an answer is seen, as it is, whatever the answer left open."""

import pytest
from text_checks import check

from kotodom.model import ContentKind
from kotodom.text import LIMIT, compose, opening, render, rich

CUT, STOPPED = "(Cut.)", "(Stopped.)"
TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n\n"


def test_an_answer_that_fits_is_whole_and_has_its_marks() -> None:
    said = opening("**Because**", cut=CUT, marks=[STOPPED])
    assert said is not None
    assert said.text == f"Because\n\n{STOPPED}"
    assert opening("\u200b", cut=CUT, marks=[STOPPED]) is not None
    assert opening("\u200b", cut=CUT) is None


@pytest.mark.parametrize("size", [*range(LIMIT - 15, LIMIT + 2), 9 * LIMIT])
def test_where_an_answer_and_its_marks_do_not_fit_its_end_is_not_lost_in_silence(size: int) -> None:
    said = opening("x" * size, cut=CUT, marks=[STOPPED])
    assert said is not None
    check(said)
    begin, _, end = said.text.partition("\n\n")
    assert end == (STOPPED if len(begin) == size else f"{CUT}\n{STOPPED}")


def test_the_same_is_not_said_twice() -> None:
    said = opening("x" * 5_000, cut=CUT, marks=[CUT])
    assert said is not None
    assert said.text.endswith(f"x\n\n{CUT}")


@pytest.mark.parametrize("size", [4_000, 4_096, 90_000])
def test_marks_of_any_length_leave_room_for_the_answer(size: int) -> None:
    said = opening("word " * 2_000, cut=CUT, marks=["y" * size])
    assert said is not None
    check(said)
    assert said.text.startswith("word word")
    for content in compose("word " * 9_000, mark="m", note="y" * size, caption="c")[:1]:
        check(content)


def test_an_outline_is_not_torn_into_its_headings() -> None:
    parts = render("\n\n".join(f"## Heading {number} " + "word " * 10 for number in range(200)))
    assert all(len(part.text) > LIMIT / 2 for part in parts[:-1])


@pytest.mark.parametrize("fence", ["```py", "~~~", "  `````", "```py\nx\n```\n\n```"])
def test_the_mark_of_a_rich_message_is_not_code(fence: str) -> None:
    said = rich(f"{TABLE}{fence}\nx = 1\n", mark=STOPPED)
    assert said is not None
    parts = compose(said.payload, note="n", caption="c")
    assert parts[-1].text.endswith(f"x = 1\n\n{STOPPED}")
    units = len(parts[-1].text) - len(STOPPED)
    assert all(entity.offset + entity.length <= units for entity in parts[-1].entities)


@pytest.mark.parametrize("code", ["```\nx\n```", "- ```\n  x", "> ```\n> x", "    x", "text"])
def test_nothing_is_closed_that_ends_by_itself(code: str) -> None:
    said = rich(f"{TABLE}{code}", mark="over")
    assert said is not None
    assert said.payload == f"{TABLE}{code}\n\nover"


@pytest.mark.parametrize(
    "name",
    ["a_b_c", "*x*", "**", "[a](http://b.c)", "`x`", "$x^2$", "\\(x\\)", "<b>y</b>", "a & b", "a|b",
     "# x", "- x", "1. x", "+ x", "> x", "||x||", "==x==", "~~x~~", "![", "\\", "1\n---\n2"],
)  # fmt: skip
@pytest.mark.parametrize("around", ["%s", "(of “%s”)"])
def test_a_name_in_the_mark_of_a_rich_message_is_no_markdown(name: str, around: str) -> None:
    mark = around % name
    said = rich(f"{TABLE}text", mark=mark)
    assert said is not None
    assert said.kind is ContentKind.RICH
    (shown,) = compose(said.payload, note="n", caption="c")
    assert shown.text.endswith(f"text\n\n{mark}")
    assert [entity.type for entity in shown.entities] == ["pre"]


def test_what_is_escaped_at_the_beginning_of_a_text_stays_so() -> None:
    said = rich(f"{TABLE}\\$5 and \\$6, *\\$7*")
    assert said is not None
    assert said.payload.endswith("\n\n\\$5 and \\$6, *\\$7*")


def test_the_mark_in_the_file_of_a_long_answer_is_not_code() -> None:
    _, file = compose("```\n" + "x = 1\n" * 9_000, mark=STOPPED, note="n", caption="c")
    assert file.payload.endswith(f"x = 1\n```\n\n{STOPPED}\n")
