r"""Where formulas are: between ``\( \)``, ``\[ \]``, ``$ $`` and ``$$ $$``, or in an environment.

One dollar is more often money, and ``\(`` may be an escaped bracket: what is between must look
like mathematics.
"""

import re
from dataclasses import dataclass

LONGEST = 2_000
"""Characters of a formula; what is longer is not one."""

_BODY = rf"(?:[^\\\n]|\\[^()\[\]]|\n(?![ \t>]*\n)){{1,{LONGEST}}}+"
_NO_DOLLARS = rf"(?:[^\\\n$]|\\.|\n(?![ \t>]*\n)){{1,{LONGEST}}}+"
FORMULA = re.compile(
    rf"(?<!\\)\\\((?P<round>{_BODY})\\\)"
    rf"|(?<!\\)\\\[(?P<square>{_BODY}\n?)\\\]"
    rf"|(?<![\\$])\$\$(?P<double>{_NO_DOLLARS})\$\$(?!\$)"
    rf"|(?<!\\)(?P<environment>\\begin\{{(?P<name>(?:align|equation|gather|multline)\*?)\}}"
    rf"(?:(?!\\end)[^\n]|\n(?![ \t>]*\n)){{1,{LONGEST}}}+\\end\{{(?P=name)\}})"
    r"|(?<![\\$\w])\$(?P<single>(?=\S)(?:[^$\n\\]|\\.){1,200}+(?<=\S))\$(?![\w${])"
)
_SIGN = re.compile(r"[\\^_{}=+*/<>|-]")
_STRONG = re.compile(r"[\\^_={<>]")
# Words of a language: a formula has them in \text only.
_WORDS = re.compile(
    r"(?<![\\^\W\d_])(?!(?:sin|cos|tan|log|lim|max|min|exp|det|dim)\b)[^\W\d_A-Z]{3,}"
)
_SMALL_WORDS = re.compile(r"\b(?:or|to|in|is|and|as|at|by|if|of|on)\b")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula without its delimiters."""

    body: str
    display: bool


def formula_of(match: re.Match[str]) -> Formula | None:
    """The formula that FORMULA found; None when it is none after all."""
    kind = match.lastgroup
    if kind in ("name", "environment"):
        return Formula(match["environment"], display=True)
    if kind == "single":
        body = match["single"]
        return Formula(body, display=False) if _is_single(body) else None
    body = match[kind or "round"]
    if not _SIGN.search(body) and (_WORDS.search(body) or _SMALL_WORDS.search(body)):
        return None
    return Formula(body, display=kind != "round") if body.strip() else None


def _is_single(body: str) -> bool:
    """Whether this between two single dollars is a formula rather than an amount of money."""
    if len(body) == 1:
        return body.isalpha()
    if "\\" in body:
        return True
    if len(_WORDS.findall(body)) > 1:
        return False
    if _STRONG.search(body):
        return True
    return (
        _SIGN.search(body) is not None and any(map(str.isalpha, body)) and not _WORDS.search(body)
    )
