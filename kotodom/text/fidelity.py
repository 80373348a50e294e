"""Did rendering lose anything? A cheap check of every answer, before it is shown.

It compares how often each letter and digit occurs. What Markdown itself spends on markup, such as
the boxes of tasks and the names of references, is taken out first; more than there was (a table's
link repeated under it) is no loss.
"""

import re
from collections import Counter

_SIGNS = re.compile(r"[\W_\u115f\u1160\u3164\uffa0]+")
"""And the fillers of Hangul, which count as letters but have nothing to show."""
_CHARACTER_REFERENCE = re.compile(r"&(?:\w{1,40}|#\w{1,10});")
_MARKUP = re.compile(
    r"^((?:[ \t>]|(?:[-*+]|\d{1,9}[.)])[ \t])*)(?:\[x\](?=\s)|\[[^\]\n]*\]:)"
    r"|\]\[[^\]\n]*\]"
    r"|<br\s*/?>",
    re.MULTILINE | re.IGNORECASE,
)


def kept(source: str, shown: str) -> bool:
    """Whether *shown* holds every letter and digit of the Markdown *source*."""
    wanted = _MARKUP.sub(r"\1 ", _CHARACTER_REFERENCE.sub(" ", source))
    there = _CHARACTER_REFERENCE.sub(" ", shown)
    return Counter(_SIGNS.sub("", wanted)) <= Counter(_SIGNS.sub("", there))
