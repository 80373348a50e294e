"""Whatever a model writes: nothing lost, limits kept, entities valid, nothing raised."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_checks import KNOWN, check, check_rich, check_stored, check_whole, letters

from kotodom.text import plain, render, render_draft, rich
from kotodom.text.fidelity import kept
from kotodom.text.markdown import parse
from kotodom.text.nesting import nest
from kotodom.text.split import split
from kotodom.text.units import Span, Styled

HOSTILE = [
    "*", "**", "***", "_", "~~", "~", "`", "```", "~~~", "```py\n", "\n```\n", "> ", ">", "- ",
    "1. ", "* ", "+ ", "- [ ] ", "- [x] ", "# ", "## ", "---", "===", "|", "|---|", "\n| a | b |\n",
    "\n|---|:-:|\n", "[", "]", "(", ")", "](", "[a](https://x.y)", "[a]: http://x.y\n", "[^1]", "!",
    "![i](", "<", ">", "<b>", "</b>", "<br>", "<!--", "-->", "<div>\n", "<https://x.y>", "&amp;",
    "&#65;", "&", "\\", "\\(", "\\)", "\\[", "\\]", "$", "$$", "$x_1$", "\t", "    ", "  \n", "\n",
    "\n\n", "\r\n", "\r", "\x00", "\x0b", "\u200d", "\u200f", "\u202e", "\u2028", "\ufeff",
    "\u0301", "\ud800", "\udc00", "😀", "👩‍👩‍👧", "🇩🇪", "漢字", "ру́сский", "שלום", "word", "a",
    "1", " ", ". ", "x" * 50, "&#13;", "&#x0b;", "&#x202e;", "&#x30a;", "&#x200e;", "&nbsp;",
    "\u200e", "\u00a0", "\u00ad", "a\u030a", "\u0333", "\u202a", "\n1. ", "\n2. ", "\n9) ", "\n   ",
    "\n\t>", "\n- ", "||", "||s||", "\n<details>\n", "\n</details>\n", "<summary>s</summary>\n",
    "```math\n", "\\begin{align}", "\\end{align}", "\\frac{a}{b}", "$x^2$", "$$y$$", "{", "}", "^",
    "&", "<sub>2</sub>", "<a href='https://x.y'>", "</a>", "https://x.y/__a__/b_c",
    "\ufdd0", "\ufdd1", "__init__", "2*3*4", "«**«a»**b", "\n[^1]: note\n", "| ", " |\n",
]  # fmt: skip
hostile = st.lists(st.sampled_from(HOSTILE), max_size=60).map("".join)
anything = st.one_of(
    st.text(max_size=300),
    st.text(st.characters(blacklist_categories=()), max_size=100),
    hostile,
)
limits = st.sampled_from([2, 3, 7, 20, 64, 300, 4096])

word = st.text("abcdefghijkXYZ0123456789äя漢", min_size=1, max_size=8)
words = st.lists(word, min_size=1, max_size=8).map(" ".join)
inline = st.recursive(
    st.one_of(
        words,
        words.map(lambda w: f"`{w}`"),
        words.map(lambda w: f"\\({w}_{{1}}\\)"),
        words.map(lambda w: f"<u>{w}</u>"),
        words.map(lambda w: f"||{w}||"),
        st.tuples(word, word).map(lambda p: f"$\\frac{{{p[0]}}}{{{p[1]}^2}}$"),
    ),
    lambda inner: st.one_of(
        inner.map(lambda w: f"**{w}**"),
        inner.map(lambda w: f"*{w}*"),
        inner.map(lambda w: f"~~{w}~~"),
        st.tuples(inner, word).map(lambda p: f"[{p[0]}](https://example.com/{p[1]})"),
        st.lists(inner, min_size=1, max_size=3).map(" ".join),
    ),
    max_leaves=6,
)


numbers = st.sampled_from(["1", "1", "2", "3", "007", "9", "10", "999999999"])


def indent(text: str, first: str, later: str) -> str:
    return first + text.replace("\n", "\n" + later)


def table(rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|" + "---|" * len(rows[0]))
    return "\n".join(lines)


block = st.recursive(
    st.one_of(
        inline,
        st.tuples(st.integers(1, 6), inline).map(lambda p: "#" * p[0] + " " + p[1]),
        st.tuples(word, st.lists(words, max_size=5)).map(
            lambda p: f"```{p[0]}\n" + "\n".join(p[1]) + "\n```"
        ),
        st.just("---"),
        st.lists(st.lists(inline, min_size=2, max_size=2), min_size=1, max_size=4).map(table),
        words.map(lambda w: f"\\[\n{w} = \\alpha_1\n\\]"),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(
            lambda items: "\n".join(indent(item, "- ", "  ") for item in items)
        ),
        st.lists(st.tuples(numbers, inner), min_size=1, max_size=3).map(
            lambda items: "\n".join(
                indent(item, f"{number}. ", " " * (len(number) + 2)) for number, item in items
            )
        ),
        inner.map(lambda text: indent(text, "> ", "> ")),
        inner.map(lambda text: f"<details>\n<summary>Title</summary>\n\n{text}\n\n</details>"),
        st.lists(inner, min_size=1, max_size=3).map("\n\n".join),
    ),
    max_leaves=8,
)


@given(anything, limits)
@settings(max_examples=400, deadline=None)
def test_any_text_becomes_valid_messages_with_every_letter(text: str, limit: int) -> None:
    parts = render(text, limit=limit)
    for part in parts:
        check(part, limit)
    check_whole(text, parts)


@given(block, st.sampled_from([40, 300, 4096]))
@settings(max_examples=300, deadline=None)
def test_written_markdown_loses_nothing(markdown: str, limit: int) -> None:
    """And it is never given up and sent plain: rendering itself keeps every letter."""
    assert kept(markdown, parse(markdown).everything)
    parts = render(markdown, limit=limit)
    for part in parts:
        check(part, limit)
    check_whole(markdown, parts)


@given(anything, limits)
@settings(max_examples=300, deadline=None)
def test_plain_text_comes_back_in_order(text: str, limit: int) -> None:
    parts = plain(text, limit=limit)
    for part in parts:
        check(part, limit)
        assert part.entities == ()
    assert letters("".join(part.text for part in parts)) == letters(text)


@given(anything, limits)
@settings(max_examples=300, deadline=None)
def test_any_unfinished_text_can_be_drafted(text: str, limit: int) -> None:
    content = render_draft(text, limit=limit)
    if content is not None:
        check(content, limit)


@given(st.one_of(hostile, block))
@settings(max_examples=300, deadline=None)
def test_a_rich_message_keeps_every_letter_and_telegram_s_limits(markdown: str) -> None:
    content = rich(markdown)
    if content is not None:
        check_rich(content, markdown)


KINDS = sorted(KNOWN)
spans = st.builds(
    lambda kind, start, size, name: Span(
        kind,
        start,
        min(start + size, 40),
        url="https://x.y" if kind == "text_link" else None,
        language=name if kind == "pre" else None,
    ),
    st.sampled_from(KINDS),
    st.integers(0, 39),
    st.integers(0, 40),
    st.sampled_from([None, "py"]),
)
texts = st.text(" ab\n😀", min_size=40, max_size=40)


@given(texts, st.lists(spans, max_size=30), limits)
@settings(max_examples=400, deadline=None)
def test_whatever_formatting_is_asked_for_what_is_sent_nests(
    text: str, wanted: list[Span], limit: int
) -> None:
    """Even if the renderer should be wrong one day: no message is refused for its entities."""
    for part in split(Styled(text, tuple(nest(wanted))), limit):
        check(part, limit)
    crossing = sorted(wanted, key=lambda span: (span.start, -span.end))
    for part in split(Styled(text, tuple(crossing)), limit):
        check_stored(part)


@given(st.lists(spans, max_size=12))
def test_formatting_that_nests_stays_as_it_is(wanted: list[Span]) -> None:
    once = nest(wanted)
    assert nest(once) == once
    for span in once:
        assert any(
            span.type == other.type and other.start <= span.start and span.end <= other.end
            for other in wanted
        )


EXTREME = {
    "stars": "*" * 100_000,
    "open stars": "*a " * 33_000,
    "mixed stars": "**a *b _c " * 10_000,
    "quotes": ">" * 100_000,
    "deep quotes": ">" * 1000 + " deep",
    "deep list": "".join("  " * depth + "- x\n" for depth in range(300)),
    "list in a line": "- " * 50_000 + "x",
    "brackets": "[" * 100_000,
    "nested links": "[a " * 500 + "](https://x.y)" * 500,
    "images": "![" * 50_000,
    "ticks": " ".join("`" * size for size in range(1, 440)),
    "fences": "```\n" * 25_001,
    "wide table": "|a" * 1000 + "|\n" + "|-" * 1000 + "|\n" + "|b|\n" * 1000,
    "word": "x" * 100_000,
    "comments": "<!--" * 20_000,
    "definitions": "".join(f"[a{number}]: b\n" for number in range(10_000)),
    "formulas": "\\(" * 50_000,
    "dollars": "$a_" * 33_000,
    "joiners": "\u200d" * 100_000,
    "clusters": "e" + "\u0301" * 100_000,
    "families": "👩‍👩‍👧‍👦" * 10_000,
    "chinese": "漢" * 100_000,
    "spaces": " " * 100_000 + "x",
    "tabs": "\t" * 20_000 + "x",
    "lines": "\n" * 100_000 + "x",
    "code spans": "`a` " * 20_000,
    "bold code": "**" + "`a` " * 20_000 + "**",
    "bold around code": "**a `b` c** " * 15_800,
    "backslashes": "\\" * 100_001,
    "details": "<details>\n" * 10_000,
    "closed details": "<details>\n" * 100 + "x\n" + "</details>\n" * 100,
    "summaries": "<summary>" * 10_000,
    "spoilers": "||a" * 30_000,
    "fractions": "$" + "\\frac" * 300 + "$ " + "$" + "{" * 199 + "_$",
    "environments": "\\begin{align}" * 7_000,
    "addresses": "https://x.y/_" * 8_000,
    "tags": "<b>" * 20_000 + "</b>" * 10_000,
    "list tables": "\n\n".join(["| a | b |\n|---|---|\n| " + "word " * 20 + "| c |"] * 300),
    "pipes in a draft": "| a |\n" * 15_000,
}


@pytest.mark.parametrize("name", EXTREME)
def test_an_extreme_text_is_survived(name: str) -> None:
    """A hang would stop the suite: each of these takes well under a second."""
    text = EXTREME[name]
    parts = render(text)
    for part in parts:
        check(part)
    check_whole(text, parts)
    draft = render_draft(text)
    if draft is not None:
        check(draft)
