"""What rendering costs, counted in lines of Python executed: the same on every machine."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from kotodom.text import render, render_draft


def steps(work: Callable[[str], object], text: str) -> int:
    """How many lines are executed."""
    count = 0

    def trace(frame: FrameType, event: str, arg: object) -> object:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work(text)
    finally:
        sys.settrace(before)
    return count


UNITS = {
    "bold around code": "**a `b` c** ",
    "styles in links": "[**a** *b*](https://x.y) ",
    "quotes": "> **a** [b](https://x.y)\n\n",
    "numbers": "1. a\n   2. b\n",
    "fences": "```py\nx\n```\n\n",
    "prose": "word " * 10 + "\n\n",
}


@pytest.mark.parametrize("name", UNITS)
def test_a_text_four_times_as_long_costs_four_times_as_much(name: str) -> None:
    assert steps(render, UNITS[name] * 1600) < 5 * steps(render, UNITS[name] * 400)


@pytest.mark.parametrize("name", UNITS)
def test_a_draft_of_a_long_answer_costs_no_more_than_one_of_sixteen_thousand(name: str) -> None:
    unit = UNITS[name]
    most = steps(render_draft, (unit * 16_000)[:15_999])
    assert steps(render_draft, (unit * 16_000)[:150_000]) < 1.5 * most
