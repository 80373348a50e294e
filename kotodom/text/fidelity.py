"""Did rendering lose anything? A cheap check of every answer, before it is shown.

It compares how often each letter and digit occurs. What Markdown itself spends on markup, such as
the boxes of tasks and the names of references, is taken out first; more than there was (a table's
link repeated under it) is no loss.
"""

import re
import unicodedata
from collections import Counter

from kotodom.text.symbols import FUNCTIONS, LETTERS, OPERATORS

_SIGNS = re.compile(r"[\W_\u115f\u1160\u3164\uffa0]+")
"""And the fillers of Hangul, which count as letters but have nothing to show."""
_CHARACTER_REFERENCE = re.compile(r"&(?:\w{1,40}|#\w{1,10});")
_MARKUP = re.compile(
    r"^((?:[ \t>]|(?:[-*+]|\d{1,9}[.)])[ \t])*)(?:\[x\](?=\s)|\[[^\]\n]*\]:)"
    r"|\]\[[^\]\n]*\]"
    r"|<br\s*/?>",
    re.MULTILINE | re.IGNORECASE,
)
_LAYOUT = re.compile(
    r"\\(?:begin|end)\s*\{[^{}]*\}(?:\s*(?:\[[^\]]*\])?\{[lcr|@ \d]*\})?|\\\\\s*\[[^\]]*\]"
    r"|\\(?:left|right)\s*\.|\\operatorname\*|\\\\"
)
"""What a formula spends on the form of its rows."""
_COMMAND = re.compile(r"\\([a-zA-Z]+|.)", re.DOTALL)
_SYNTAX = re.compile(r"[\s{}()\[\]^_&~.,\u0300-\u036f\u20d7]+")
_SAME = str.maketrans({"−": "-", "°": "∘", "'": "′", "∛": "3√", "∜": "4√", "¦": "|"})


def kept(source: str, shown: str) -> bool:
    """Whether *shown* holds every letter and digit of the Markdown *source*."""
    wanted = _MARKUP.sub(r"\1 ", _CHARACTER_REFERENCE.sub(" ", source))
    there = _CHARACTER_REFERENCE.sub(" ", shown)
    return Counter(_SIGNS.sub("", wanted)) <= Counter(_SIGNS.sub("", there))


def formula_kept(source: str, shown: str) -> bool:
    r"""Whether *shown* holds every letter, digit and symbol of the LaTeX formula *source*.

    A command that names a symbol counts as that symbol, wherever and in whatever form it is shown:
    ``x^2`` is kept by ``x²``, ``\mathbb{R}`` by ``ℝ``. Commands that say only how things are put
    (``\frac``, ``\left``, fonts, spaces, environments), brackets, dots and accents do not count.
    """
    return Counter(_atoms(_COMMAND.sub(_named, _LAYOUT.sub(" ", source)))) <= Counter(_atoms(shown))


def unseen(source: str, shown: str) -> str:
    """The letters and digits of *source* that *shown* has not, for what stands for them."""
    lost = Counter(_SIGNS.sub("", source)) - Counter(_SIGNS.sub("", shown))
    return "".join(lost.elements())


def _named(command: re.Match[str]) -> str:
    name = command[1]
    if name in FUNCTIONS:
        return f" {name} "
    return LETTERS.get(name) or OPERATORS.get(name) or " "


def _atoms(text: str) -> str:
    even = text.translate(_SAME)
    return _SYNTAX.sub("", unicodedata.normalize("NFKD", even).translate(_SAME))
