"""Markdown becomes what a person expects to read in Telegram."""

import pytest
from text_checks import check, piece

from kotodom.model import Content
from kotodom.text import plain, render, utf16_len
from kotodom.text.fidelity import kept
from kotodom.text.markdown import DEEPEST, TooComplex, parse


def one(markdown: str) -> Content:
    [content] = render(markdown)
    check(content)
    return content


def styles(content: Content) -> list[tuple[str, str]]:
    return [(e.type, piece(content, e.offset, e.length)) for e in content.entities]


CASES: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("just words", "just words", []),
    ("**b** *i* ~~s~~ `c`", "b i s c",
     [("bold", "b"), ("italic", "i"), ("strikethrough", "s"), ("code", "c")]),
    ("# Title\nbody", "Title\n\nbody", [("bold", "Title")]),
    ("### A **b** c", "A b c", [("bold", "A b c")]),
    ("**a `c` b**", "a c b", [("bold", "a"), ("code", "c"), ("bold", "b")]),
    ("***both***", "both", [("bold", "both"), ("italic", "both")]),
    ("~5 to ~6", "~5 to ~6", []),
    ("- a\n- b\n  - c\n    - d\n- e", "• a\n• b\n  ◦ c\n    ▪ d\n• e", []),
    ("1. a\n1. b\n1. c", "1. a\n2. b\n3. c", []),
    ("3) a\n7) b", "3) a\n7) b", []),
    ("10. ten\n9. nine\n8. eight", "10. ten\n9. nine\n8. eight", []),
    ("3. c\n2. b\n1. a", "3. c\n2. b\n1. a", []),
    ("1. a\n1. b\n2. c", "1. a\n1. b\n2. c", []),
    ("1. a\n5. b\n2. c", "1. a\n5. b\n2. c", []),
    ("0. a\n0. b", "0. a\n1. b", []),
    ("007. a\n08. b", "007. a\n08. b", []),
    ("5. a\n5. b\n   9. x\n   8. y\n5. c", "5. a\n6. b\n   9. x\n   8. y\n7. c", []),
    (" 4. a\n 3. b", "4. a\n3. b", []),
    ("> 2. a\n> 1. b", "2. a\n1. b", [("blockquote", "2. a\n1. b")]),
    ("- 3. a\n\t1. b", "• 3. a\n  1. b", []),
    (">\t 7. a", "7. a", [("blockquote", "7. a")]),
    ("1. a\n\n   more\n2. b", "1. a\n\n   more\n\n2. b", []),
    ("- [ ] open\n- [x] done", "☐ open\n☑ done", []),
    ("- \n- x", "• \n• x", []),
    ("> q\n> r", "q\nr", [("blockquote", "q\nr")]),
    ("> a\n>\n> > b", "a\n\n> b", [("blockquote", "a\n\n> b")]),
    ("> - x\n> - y\n\nafter", "• x\n• y\n\nafter", [("blockquote", "• x\n• y")]),
    ("> ```\n> c\n> ```", "c", [("blockquote", "c"), ("pre", "c")]),
    ("a\n\n---\n\nb", "a\n\n———\n\nb", []),
    ("a  \nb\\\nc\nd", "a\nb\nc\nd", []),
    ("- y\n\t>*z\np*!", "• y\n  z\n  p!", [("blockquote", "z\n  p!"), ("italic", "z\n  p")]),
    ("1. y:\n   ```\n   c\n   ```\n2. z", "1. y:\nc\n2. z", [("pre", "c")]),
    ("- y\n  > q\n- z", "• y\n  q\n\n• z", [("blockquote", "q")]),
    ("- y\n  # h", "• y\n  h", [("bold", "h")]),
    ("- y\n  ***", "• y\n  ———", []),
    ("- y\n  <div>", "• y\n  <div>", []),
    ("- ```\n  code\n  ```", "• \ncode", [("pre", "code")]),
    ("<div>*x*</div>\n\na <b> <!-- c -->", "<div>*x*</div>\n\na <b> <!-- c -->", []),
    ("<b>b</b> <em>i</em> <u>u</u> <del>s</del> <kbd>c</kbd> <q>q</q>", "b i u s c <q>q</q>",
     [("bold", "b"), ("italic", "i"), ("underline", "u"), ("strikethrough", "s"), ("code", "c")]),
    ("H<sub>2</sub>O x<sup>q</sup>", "H₂O x^(q)", []),
    ("*a <b>b* c</b>", "a <b>b c</b>", [("italic", "a <b>b")]),
    ("- <u>a</u>\n- <u>b", "• a\n• <u>b", [("underline", "a")]),
    ("<details>\n<summary>More</summary>\nhid **den**\n</details>\n\nx", "More\n\nhid den\n\nx",
     [("expandable_blockquote", "More\n\nhid den"), ("bold", "More"), ("bold", "den")]),
    ("<details>\n\nx", "<details>\n\nx", []),
    ("a ||secret **b**|| c", "a secret b c", [("spoiler", "secret b"), ("bold", "b")]),
    ("if (a || b) a||b||c", "if (a || b) a||b||c", []),
    ("in __init__.py: 2*3*4", "in __init__.py: 2*3*4", []),
    ("これは**「引用」**の**文。**", "これは「引用」の文。",
     [("bold", "「引用」"), ("bold", "文。")]),
    ("see https://x.y/__init__/a_b_c.", "see https://x.y/__init__/a_b_c.", []),
    ("a<br>b", "a\nb", []),
    ("&copy; &amp; `&amp;`", "© & &amp;", [("code", "&amp;")]),
    ("a&#13;b &#x202e;evil&#x0b;x&#x30a; `&#x202e;`", "a\nb evil\nx &#x202e;",
     [("code", "&#x202e;")]),
    ("*a&#x200e;*&#x200f;b", "a\u200c\u200fb", [("italic", "a\u200c")]),
    ("```py&#x202e;&#9;title\nx\n```", "title\nx", [("pre", "x")]),
    ("```py\n\u200f\n```\nx", "py\n\u200f\n\nx", []),
    (r"\*not\* _em_", "*not* em", [("italic", "em")]),
    ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4", []),
    ("note[^1]\n\n[^1]: the note", "note[1]\n\n[1] the note", []),
    ("a[^b]\n\n[^b]: one\n[^2]: two\n\n    more", "a[b]\n\n[b] one\n[2] two\n\n    more", []),
    (r"\( a_1 * b_1 \) and \[ x_{1}*y*z \]", "a₁ * b₁ and\nx₁*y*z", []),
    (r"$x_1*y*z$ but $5 and **$6**", "x₁*y*z but $5 and $6", [("bold", "$6")]),
    (r"$$\frac{a}{b}\\c$$", "a/b\nc", []),
    (r"`\(a_b\)`", r"\(a_b\)", [("code", r"\(a_b\)")]),
    ("***", "———", []),
    ("```python\n```", "python", []),
]  # fmt: skip


@pytest.mark.parametrize(("markdown", "text", "expected"), CASES)
def test_markdown_is_rendered_as_people_read_it(
    markdown: str, text: str, expected: list[tuple[str, str]]
) -> None:
    content = one(markdown)
    assert content.text == text
    assert styles(content) == expected


def test_code_keeps_its_language_and_its_indentation() -> None:
    content = one("Look:\n```python title=app.py\ndef f():\n\treturn 1\n```\nDone")
    assert content.text == "Look:\n\ntitle=app.py\ndef f():\n    return 1\n\nDone"
    [entity] = content.entities
    assert (entity.type, entity.language) == ("pre", "python")
    assert piece(content, entity.offset, entity.length) == "def f():\n    return 1"


def test_code_that_begins_a_message_may_begin_with_spaces() -> None:
    """Telegram trims white space only up to the first entity."""
    content = one("```\n    a\nb\n```")
    assert content.text == "    a\nb"
    assert (content.entities[0].offset, content.entities[0].length) == (0, 7)


LINKS: list[tuple[str, str, list[tuple[str, str | None]]]] = [
    ("[a](https://x.y/z?q=1)", "a", [("a", "https://x.y/z?q=1")]),
    ("[`a`](https://x.y)", "a", [("a", "https://x.y")]),
    ('[a](https://x.y "T")', "a (T)", [("a", "https://x.y")]),
    ("[a][r]\n\n[r]: https://x.y", "a", [("a", "https://x.y")]),
    ("[a](tg://user?id=1)", "a", [("a", "tg://user?id=1")]),
    ("<https://x.y>", "https://x.y", [("https://x.y", "https://x.y")]),
    ("<a@x.y>", "a@x.y", []),
    ("[a](mailto:a@x.y)", "a (mailto:a@x.y)", []),
    ("[a](tel:+1)", "a (tel:+1)", []),
    ("[a](javascript:x)", "a (javascript:x)", []),
    ("[a](http://localhost:8080/)", "a (http://localhost:8080/)", []),
    ("[a](https://x.y:99999)", "a (https://x.y:99999)", []),
    ("[a](https://x.y/&#x202e;z)", "a", [("a", "https://x.y/z")]),
    ("[a]()", "a", []),
    ("[](https://x.y)", "https://x.y", [("https://x.y", "https://x.y")]),
    ("![pic](https://x.y/i.png)", "pic", [("pic", "https://x.y/i.png")]),
    ("[![i](https://a.b/i)](https://c.d)", "i (https://a.b/i)",
     [("i (https://a.b/i)", "https://c.d")]),
    ("[unused]: https://x.y", "[unused]: https://x.y", []),
    ("[INFO]: started\n\n[INFO] again", "[INFO]: started\n\n[INFO] again", []),
]  # fmt: skip


@pytest.mark.parametrize(("markdown", "text", "expected"), LINKS)
def test_no_link_is_lost(markdown: str, text: str, expected: list[tuple[str, str | None]]) -> None:
    content = one(markdown)
    assert content.text == text
    links = [
        (piece(content, e.offset, e.length), e.url)
        for e in content.entities
        if e.type == "text_link"
    ]
    assert links == expected


def test_a_link_longer_than_telegram_keeps_is_shown() -> None:
    url = "https://x.y/" + "a" * 2048
    assert one(f"[a]({url})").text == f"a ({url})"


def test_a_table_is_aligned_and_its_links_stay_usable() -> None:
    content = one(
        "| Name | Qty |\n|:--|--:|\n| **Ä** | 1 |\n| 漢字 | 22 |\n"
        "| [home](https://x.y) | 3 | more |"
    )
    assert content.text.splitlines() == [
        "Name │ Qty │",
        "─────┼─────┼─────",
        "Ä    │   1 │",
        "漢字 │  22 │",
        "home │   3 │ more",
        "",
        "home",
    ]
    assert styles(content)[0][0] == "pre"
    assert content.entities[1].url == "https://x.y"


def test_entities_count_utf16_units() -> None:
    content = one("😀 **bold** 👩‍👩‍👧 `code`")
    assert styles(content) == [("bold", "bold"), ("code", "code")]


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\t\n", "\x00", "\u200b\u200d", "\u00a0", "\ufeff", "\u202a\u202e", "\u2060\u00ad",
     "\u3164", "\ufe0f", "\u030a", "\U000e0041"],
)  # fmt: skip
def test_nothing_to_see_gives_no_message(text: str) -> None:
    assert render(text) == []
    assert plain(text) == []


def test_what_telegram_would_refuse_or_change_is_changed_before() -> None:
    assert plain("a\x00b\x1bc\ud800d\r\ne\rf\u2028g\u202eh") == [Content("abc\ufffdd\ne\nf\ngh")]
    assert plain("A\u030a u\u0333 \u200e\u200f\u200ei") == [Content("Å u \u200c\u200c\u200ei")]


def test_a_number_lost_is_a_loss() -> None:
    assert kept("10. ten\n9. nine", "10. ten\n9. nine")
    assert not kept("10. ten\n9. nine", "10. ten\n11. nine")
    assert not kept("> - 3. x", "• 1. x")
    assert kept("- [x] done\n> 1. [X] so", "☑ done\n1. ☑ so")


def test_utf16_len_counts_like_telegram() -> None:
    assert [utf16_len(text) for text in ("", "a", "я", "漢", "😀", "\ud800")] == [0, 1, 1, 1, 2, 1]


def test_a_loss_in_rendering_sends_the_answer_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a parser may do one day, the words arrive."""
    lossy = parse("only half")
    monkeypatch.setattr("kotodom.text.markdown.parse", lambda _: lossy)
    assert render("**only half** of it") == [Content("**only half** of it")]


@pytest.mark.parametrize("error", [ValueError, RecursionError, BaseException, TooComplex])
def test_a_failing_parser_sends_the_answer_plain(
    monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def fail(_: str) -> None:
        raise error

    monkeypatch.setattr("kotodom.text.markdown.parse", fail)
    assert render("**a**") == [Content("**a**")]


@pytest.mark.parametrize(
    "markdown",
    [">" * (DEEPEST + 1) + " x", "- " * 1000 + "x", "x" * 200_001, "*a* " * 40_000],
    ids=["quotes", "lists", "long", "events"],
)
def test_what_costs_too_much_is_given_up_early(markdown: str) -> None:
    with pytest.raises(TooComplex):
        parse(markdown)
    parts = render(markdown)
    assert "".join("".join(part.text for part in parts).split()) == "".join(markdown.split())
