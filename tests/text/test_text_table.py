"""A table is aligned where a phone has room for it, else a list; nothing of it is lost."""

from text_checks import check, piece

from kotodom.model import Content
from kotodom.text import render
from kotodom.text.table import WIDEST, widest


def one(markdown: str) -> Content:
    [content] = render(markdown)
    check(content)
    return content


def table(*rows: str) -> str:
    header, *rest = rows
    return "\n".join([header, "|" + "---|" * (header.count("|") - 1), *rest])


LONG = "words that go on and on for quite a long while"


def test_a_table_as_wide_as_a_phone_is_aligned() -> None:
    exact = one(table(f"| a | {'b' * (WIDEST - 4)} |", "| 1 | 2 |"))
    assert widest(exact.text) == WIDEST
    assert [e.type for e in exact.entities] == ["pre"]
    wider = one(table(f"| a | {'b' * (WIDEST - 3)} |", "| 1 | 2 |"))
    assert wider.text.startswith("a:\n• 1\n")


def test_a_wider_table_is_a_list_with_its_formatting() -> None:
    content = one(
        table(
            "| Name | [Docs](https://d.x) | What |",
            f"| **Py** | `pip` | {LONG} |",
            f"| [Rust](https://r.x) |  | $x_1$ {LONG} | more |",
            f"| | a<br>b | {LONG} |",
        )
    )
    assert content.text == (
        f"Name:\n• Py\n  Docs: pip\n  What: {LONG}\n\n"
        f"• Rust\n  Docs: —\n  What: x₁ {LONG}\n  more\n\n"
        f"• —\n  Docs: a\n  b\n  What: {LONG}"
    )
    assert [(e.type, piece(content, e.offset, e.length), e.url) for e in content.entities] == [
        ("bold", "Py", None),
        ("text_link", "Docs", "https://d.x"),
        ("code", "pip", None),
        ("text_link", "Rust", "https://r.x"),
        ("bold", "Rust", None),
        ("bold", "—", None),
    ]


def test_a_table_of_nothing_but_titles_keeps_them() -> None:
    assert one(table(f"| a | {LONG} |")).text == f"• a\n• {LONG}"


def test_a_wide_table_within_an_item_is_indented() -> None:
    rows = table(f"| a | {LONG} |", "| 1 | 2 |").replace("\n", "\n  ")
    assert one(f"- see\n\n  {rows}").text == f"• see\n\n  a:\n  • 1\n    {LONG}: 2"


def test_wide_characters_count_twice() -> None:
    assert one(table("| 漢字 | b |", f"| {'漢' * 20} | c |")).text.startswith("漢字:\n")
