"""An unfinished answer is shown as it will look, not as it is spelled."""

import pytest
from text_checks import check, piece

from kotodom.text import render, render_draft
from kotodom.text.draft import REACH, WINDOW, tail

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
    ("- ```py\n  x = '**", "• \nx = '**", [("pre", "x = '**")]),
    ("```a``` is **b", "a is b", [("code", "a"), ("bold", "b")]),
    ("Text\n\n| a |", "Text", []),
    ("Text\n\n| a | b |\n|--", "Text", []),
    ("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4", "a │ b\n──┼──\n1 │ 2",
     [("pre", "a │ b\n──┼──\n1 │ 2")]),
    ("It is \\( x_1 +", "It is", []),
    ("It is \\( x_1 \\) **b", "It is x₁ b", [("bold", "b")]),
    ("It is $x_1 + \\fr", "It is", []),
    ("It costs $5 and", "It costs $5 and", []),
    ("So:\n\n\\[\n\\frac{a}{", "So:", []),
    ("A ||sec", "A sec", [("spoiler", "sec")]),
    ("<details><summary>S</summary>\n\n**x", "S\n\nx",
     [("expandable_blockquote", "S\n\nx"), ("bold", "S"), ("bold", "x")]),
    ("- ```\n  a\n  ```\n**b", "• \na\n\nb", [("pre", "a"), ("bold", "b")]),
]  # fmt: skip


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


def test_a_draft_of_a_very_long_answer_shows_its_end() -> None:
    answer = "\n\n".join(f"Paragraph **{i}**. " + "word " * 50 for i in range(400))
    content = render_draft(answer + " the very end")
    assert content is not None
    check(content)
    assert content.text.endswith("the very end")
    assert content.text.startswith("Paragraph ")
    assert content.entities[0].type == "bold"


@pytest.mark.parametrize("opening", ["```py", "> ~~~", "- ```c++ title"])
def test_a_draft_within_long_code_is_code(opening: str) -> None:
    prefix = "> " if opening.startswith(">") else "  "
    lines = "\n".join(f"{prefix}line_{i} = '**{i}'" for i in range(2000))
    content = render_draft(f"Text\n\n{opening}\n{lines}")
    assert content is not None
    check(content)
    assert content.text.endswith("line_1999 = '**1999'")
    [block] = [e for e in content.entities if e.type == "pre"]
    assert len(content.text) - 10 <= block.length <= len(content.text)


def test_a_draft_after_long_code_is_none() -> None:
    code = "```\n" + "x = 1\n" * 3000 + "```\n\n"
    content = render_draft(code + "Some **words**. " * 200)
    assert content is not None
    assert "bold" in {entity.type for entity in content.entities}


@pytest.mark.parametrize("unit", ["word " * 40 + "\n\n", "x", "- item\n", "> a\n", "```\nx\n```\n"])
def test_what_a_draft_looks_at_is_bounded_and_seldom_moves(unit: str) -> None:
    whole = unit * (60_000 // len(unit) + 1)
    beginnings = set()
    for size in range(1_000, 60_000, 250):
        seen = tail(whole[:size])
        assert len(seen) <= 2 * WINDOW + len("```\n")
        assert len(seen) >= min(size, WINDOW - REACH - len(unit))
        assert whole[:size].endswith(seen.removeprefix("```\n"))
        beginnings.add(size - len(seen))
    assert len(beginnings) <= 2 + 60_000 // WINDOW
