"""Formulas are shown in Unicode when nothing of them is lost, else as code."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_checks import check, piece

from kotodom.text import render
from kotodom.text.fidelity import formula_kept
from kotodom.text.mathematics import convert

LINES: list[tuple[str, str]] = [
    (r"\frac{a+b}{c+d}", "(a+b)/(c+d)"),
    (r"x_1^2 + y_{ij}^{2n}", "x₁² + yᵢⱼ²ⁿ"),
    (r"\sum_{i=1}^{n} i = \frac{n(n+1)}{2}", "∑ᵢ₌₁ⁿ i = n(n+1)/2"),
    (r"\mathbb{R} \to \mathcal{L}", "ℝ → ℒ"),
    (r"\left( \frac{1}{2} \right)", "(1/2)"),
    (r"e^{i\pi}+1=0", "e^(iπ)+1=0"),
    (r"\sqrt[3]{x+1} \sqrt{2}", "∛(x+1) √2"),
    (r"2\frac{1}{2}x", "2(1/2)x"),
    (r"\frac{1}{2} + \frac{x}{xy}", "1/2 + x/(xy)"),
    (r"\frac{dy}{dx} = \frac{\partial f}{\partial x}", "dy/dx = ∂f/∂x"),
    (r"x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}", "x = (-b ± √(b² - 4ac))/(2a)"),
    (r"\lim_{x \to 0} \frac{\sin x}{x} = 1", "lim_(x→0) (sin x)/x = 1"),
    (r"\int_0^\infty e^{-x^2}\,dx", "∫₀^∞ e^(-x²) dx"),
    (r"\hat{y} = \vec{w} \cdot \overline{AB}", "ŷ = w⃗ · A̅B̅"),
    (r"\boxed{42} \quad 90^\circ f'(x)", "42 90° f′(x)"),
    (r"O(n \log n), \log_2 n", "O(n log n), log₂ n"),
    (r"\text{if } x \not\in \left\{ 1 \right.", "if x ∉ { 1"),
    (r"x^q x^* C_{\text{max}}", "x^(q) x^* Cₘₐₓ"),
    (r"\operatorname*{arg\,max}_x f", "arg maxₓ f"),
    (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", "(a, b; c, d)"),
    (r"\begin{aligned} a &= b \\ &= c \end{aligned}", "a = b; = c"),
    (r"\begin{cases} x, & \text{if } x > 0 \\ -x \end{cases}", "{x, if x > 0; -x}"),
    (r"5 \% \times 3 \le 2", "5 % × 3 ≤ 2"),
    (r"\binom{n}{k} \pmod{m}", "C(n, k) (mod m)"),
]


@pytest.mark.parametrize(("source", "shown"), LINES)
def test_a_formula_becomes_a_line_of_unicode(source: str, shown: str) -> None:
    result = convert(source)
    assert result is not None
    assert result.text == shown
    assert formula_kept(source, shown)


@pytest.mark.parametrize(
    "source",
    [r"\unknown{x}", r"{x", r"x}", r"\frac{1}", r"x^", r"\sqrt[", r"\begin{foo}x\end{foo}", "",
     r"\begin{pmatrix}x", r"\hat{xyz}", r"\left", "{" * 50, r"\frac" * 400, r"\color{red}{x}", "^"],
)  # fmt: skip
def test_what_cannot_be_shown_faithfully_is_not_tried(source: str) -> None:
    assert convert(source) is None


def test_matrices_and_cases_on_display_are_drawn() -> None:
    drawn = convert(r"A = \begin{bmatrix} 1 & 20 \\ 3 & 4 \end{bmatrix}", display=True)
    assert drawn is not None
    assert drawn.monospace
    assert drawn.text == "A = ⎡ 1  20 ⎤\n    ⎣ 3  4  ⎦"
    wide = convert(
        r"\begin{pmatrix}" + " & ".join("abcdefghij") * 2 + r"\\ 1 \end{pmatrix}", display=True
    )
    assert wide is not None
    assert "\n" not in wide.text


FORMULAS: list[tuple[str, str, list[tuple[str, str]]]] = [
    (r"So \(x^2\) and $y_1$.", "So x² and y₁.", []),
    ("Where $n$ is even", "Where n is even", []),
    ("It costs $5 and $10, or $5-$10.", "It costs $5 and $10, or $5-$10.", []),
    ("A $20 + $5 = $25 bill", "A $20 + $5 = $25 bill", []),
    ("Set $HOME and ${x}${y}", "Set $HOME and ${x}${y}", []),
    ("From $ to $$ or $$ stars", "From $ to $$ or $$ stars", []),
    (r"An escaped \(bracket\) here", "An escaped (bracket) here", []),
    (r"See $\foo{x_1}$ here", r"See \foo{x_1} here", [("code", r"\foo{x_1}")]),
    ("\\[\n\\foo{x}\n\\]", r"\foo{x}", [("pre", r"\foo{x}")]),
    ("We get\n$$\nx^2\n$$.\nDone", "We get\nx².\nDone", []),
    ("> \\[\n> a_1\n> = b\n> \\]", "a₁ = b", [("blockquote", "a₁ = b")]),
    ("```math\n\\frac{1}{x}\n```", "1/x", []),
    ("```math\n\\foo\n```", "\\foo", [("pre", "\\foo")]),
    ("```latex\n\\frac{1}{x}\n```", "\\frac{1}{x}", [("pre", "\\frac{1}{x}")]),
    ("\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}", "a = b\nc = d", []),
    ("`$x^2$` and `\\(y\\)`", "$x^2$ and \\(y\\)", [("code", "$x^2$"), ("code", "\\(y\\)")]),
    ("**Area $a^2$**", "Area a²", [("bold", "Area a²")]),
    ("# Why $$a^2$$", "Why a²", [("bold", "Why a²")]),
    ("- a \\[ x^2 \\]\n- b", "• a\n  x²\n• b", []),
    ("| $|a|$ | b |\n|--|--|\n| $x_1$ | 1 |", "|a| │ b\n────┼──\nx₁  │ 1",
     [("pre", "|a| │ b\n────┼──\nx₁  │ 1")]),
]  # fmt: skip


@pytest.mark.parametrize(("markdown", "text", "expected"), FORMULAS)
def test_formulas_are_found_and_money_is_left_alone(
    markdown: str, text: str, expected: list[tuple[str, str]]
) -> None:
    [content] = render(markdown)
    check(content)
    assert content.text == text
    assert [(e.type, piece(content, e.offset, e.length)) for e in content.entities] == expected


def test_a_formula_left_as_it_is_says_that_it_is_latex() -> None:
    [content] = render("$$\\foo{x}$$")
    assert [(e.type, e.language) for e in content.entities] == [("pre", "latex")]


@pytest.mark.parametrize(
    ("source", "shown"),
    [("x^2", "x"), (r"\alpha", "a"), ("a+b", "ab"), (r"\frac{1}{2}", "1/"), (r"a \le b", "a < b")],
)
def test_a_missing_letter_digit_or_symbol_is_a_loss(source: str, shown: str) -> None:
    assert not formula_kept(source, shown)


PIECES = [
    "x", "y", "1", "23", "+", "-", "=", "(", ")", "{", "}", "^", "_", "&", "\\\\", " ", "'", ",",
    r"\frac", r"\sqrt", r"\alpha ", r"\to ", r"\text{if }", r"\left(", r"\right)", r"\hat",
    "[", "]", r"\mathbb{R}", r"\sum", r"\sin ", r"\begin{pmatrix}", r"\end{pmatrix}",
    r"\begin{cases}", r"\end{cases}", r"\begin{align}", r"\end{align}", r"\,", r"\not",
    r"\operatorname{f}", "{a}", "^{2}", "_{i}", r"\tag{1}", r"\overset", r"\pmod", "π", "²",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.booleans())
@settings(max_examples=400, deadline=None)
def test_whatever_is_converted_keeps_every_sign(source: str, display: bool) -> None:
    shown = convert(source, display=display)
    if shown is not None:
        assert shown.text.strip()
        assert formula_kept(source, shown.text)
