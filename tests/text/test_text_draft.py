"""An unfinished answer is shown as it will look, not as it is spelled."""

import pytest
from text_checks import check, piece

from kotodom.text import render, render_draft

CASES: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("Some **bo", "Some bo", [("bold", "bo")]),
    ("Some **bold *both", "Some bold both", [("bold", "bold both"), ("italic", "both")]),
    ("Some **", "Some", []),
    ("Some `co", "Some co", [("code", "co")]),
    ("Done `x` and **y**", "Done x and y", [("code", "x"), ("bold", "y")]),
    ("See [the page](https://exam", "See the page", []),
    ("Text\n-", "Text", []),
    ("Text\n- item\n-", "Text\n\n• item", []),
    ("Text\n1.", "Text", []),
    ("Text\n#", "Text", []),
    ("Text\n```py", "Text", []),
    ("Text\n```py\nx = 1", "Text\n\nx = 1", [("pre", "x = 1")]),
    ("Text\n```py\nx = 1\n``", "Text\n\nx = 1", [("pre", "x = 1")]),
    ("Text\n```py\nx = '**'", "Text\n\nx = '**'", [("pre", "x = '**'")]),
    ("```\na\n```\n**b", "a\n\nb", [("pre", "a"), ("bold", "b")]),
    ("2 * 3 is", "2 * 3 is", []),
]


@pytest.mark.parametrize(("markdown", "text", "expected"), CASES)
def test_what_is_open_is_closed_or_left_out(
    markdown: str, text: str, expected: list[tuple[str, str]]
) -> None:
    content = render_draft(markdown)
    assert content is not None
    check(content)
    assert content.text == text
    assert [(e.type, piece(content, e.offset, e.length)) for e in content.entities] == expected


@pytest.mark.parametrize("markdown", ["", "  \n", "#", "```", "```py", "**", "- "])
def test_there_is_no_draft_before_there_is_something_to_see(markdown: str) -> None:
    assert render_draft(markdown) is None


def test_a_draft_shows_the_last_message_of_a_long_answer() -> None:
    answer = "\n\n".join(f"Paragraph {i}. " + "word " * 50 for i in range(40))
    parts = render(answer)
    assert len(parts) > 1
    assert render_draft(answer) == parts[-1]


def test_every_prefix_of_an_answer_can_be_drafted() -> None:
    answer = (
        "# Title\n\nSome **bold** and `code`, see [this](https://x.y/z).\n\n"
        "1. one\n2. two\n   - [x] three\n\n> quote\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "```py\nx = [1]\n```\n\nEnd \\( a_b \\) 👩‍👩‍👧."
    )
    for size in range(len(answer) + 1):
        content = render_draft(answer[:size])
        if content is not None:
            check(content)
