"""An answer that needs it becomes a rich message in Telegram's dialect, or none at all."""

import pytest
from text_checks import check_rich

from kotodom.text import rich

TABLE = "| a | b |\n|---|---|\n| 1 | 2 |"


@pytest.mark.parametrize(
    "markdown",
    ["", "word", "# Head\n\n- **a**\n- `b`\n\n```py\nx\n```", "It costs $5 and $10", "`$x^2$`",
     "a | b", "```\n| a |\n|---|\n```"],
)  # fmt: skip
def test_an_answer_without_tables_formulas_or_details_needs_no_rich_message(markdown: str) -> None:
    assert rich(markdown) is None


@pytest.mark.parametrize(
    "markdown",
    [
        TABLE + "\n\n" + "x" * 32_768,
        "|" + "a|" * 21 + "\n|" + "-|" * 21,
        TABLE + "\n\n" + "a\n\n" * 500,
        TABLE + "\n\n" + "\n".join("- a" for _ in range(250)),
        TABLE + "\n\n" + ">" * 17 + " a",
        TABLE + "\n\n<div>\nx\n</div>",
        TABLE + "\n\n```py\n```",
        TABLE + "\n\n1. a\n2.\n3. c",
        TABLE + "\n\n10. a\n9. b",
        TABLE + "\n\n<details>\n\nx\n\n</details>",
        "$x = \\text{a $y$}$ \\(x = \\text{a $y$}\\)",
        "\x00",
    ],
    ids=[
        "long",
        "columns",
        "blocks",
        "items",
        "depth",
        "html",
        "fence",
        "number",
        "order",
        "title",
        "dollar",
        "none",
    ],
)
def test_what_telegram_would_refuse_is_left_to_the_plain_way(markdown: str) -> None:
    assert rich(markdown) is None


CASES: list[tuple[str, str]] = [
    ("#174 is\n#2 it", "\\#174 is  \n\\#2 it"),
    ("\\#174", "\\#174"),
    ("one\ntwo", "one  \ntwo"),
    ("- a\n-\n- b", "- a\n- b"),
    ("5. a\n5. b\n   1. c\n   2. d", "5. a\n5. b\n   1. c\n   2. d"),
    ("a\n\n#\n\nb", "a\n\n\n\nb"),
    ("a\n\n>\n\nb", "a\n\n\n\nb"),
    ("a\n\n```\n```\n\nb", "a\n\n\n\n\nb"),
    ("a <b>x</b> <u>y</u> H<sub>2</sub>O", "a &lt;b>x&lt;/b> <u>y</u> H<sub>2</sub>O"),
    ("a <u> b", "a &lt;u> b"),
    ("a<br>b", "a  \nb"),
    ("![pic](https://x.y/i.png)", "[pic](https://x.y/i.png)"),
    ("![](https://x.y/i.png) [](https://x.y)", "<https://x.y/i.png> <https://x.y>"),
    ("[a](javascript:x)", "\\[a](javascript:x)"),
    ("It costs $5 and $10", "It costs \\$5 and \\$10"),
    ("a == b == c", "a \\=\\= b \\=\\= c"),
    ("a || b", "a \\|\\| b"),
    ("||hid||", "||hid||"),
    ("&copy; &amp;", "© &amp;"),
    ("`$5 #1 <b>`", "`$5 #1 <b>`"),
    ("```\n#1 $5\n```", "```\n#1 $5\n```"),
    (r"\(a_1\) and $b^2$", "$a_1$ and $b^2$"),
    ("\\[\na =\nb\n\\]", "$$a = b$$"),
    (r"text \[a = b\] text", "text $a = b$ text"),
    ("\\begin{align}\na\n\\end{align}", "$$\\begin{align} a \\end{align}$$"),
    ("```math\na_1\n```", "```math\na_1\n```"),
    ("<details>\n<summary>S</summary>\n\nx\n\n</details>",
     "<details><summary>S</summary>\n\n\n\nx\n\n\n\n</details>\n\n"),
    ("| x | $|a|$ |\n|---|---|\n| p \\| q<br>r | ![i](https://x.y) |",
     "| x | $\\vert a\\vert $ |\n|---|---|\n| p \\| q r | [i](https://x.y) |"),
    ("a[^1]\n\n[^1]: note", "a[^1]\n\n[^1]: note"),
]  # fmt: skip


@pytest.mark.parametrize(("markdown", "payload"), CASES)
def test_an_answer_is_cleaned_for_telegram(markdown: str, payload: str) -> None:
    content = rich(f"{markdown}\n\n{TABLE}")
    assert content is not None
    check_rich(content, f"{markdown}\n\n{TABLE}")
    assert content.payload == f"{payload}\n\n{TABLE}"


@pytest.mark.parametrize(
    "markdown",
    [TABLE, "$x^2$", "\\[x\\]", "```math\nx\n```", "<details><summary>s</summary>\nx\n</details>"],
)  # fmt: skip
def test_tables_formulas_and_details_need_a_rich_message(markdown: str) -> None:
    content = rich(markdown)
    assert content is not None
    check_rich(content, markdown)
