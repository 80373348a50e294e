"""What Markdown must not see: formulas, spoilers, ``<details>``, the signs of bare addresses.

The parser would take the signs of a formula for its own, and knows neither of the others. Each is
replaced by a mark of two characters that no text has, with a number between them, and found again
in what the parser gives back.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

import pyromark

from kotodom.text.latex import FORMULA, Formula, formula_of

OPENING, CLOSING = "\ufdd0", "\ufdd1"
"""Noncharacters: Unicode promises that they never mean anything."""
MARK = re.compile(f"{OPENING}(\\d+){CLOSING}")

Kind = Literal["formula", "open", "close", "details", "end", "raw"]

_HINT = re.compile(
    r"[$]|\\[(\[]|\\begin|\|\||<details|<summary|://|__[a-z]"
    r"|\d\*\d|\w\*\*[^\w\s*]|[^\w\s*]\*\*\w"
)
_SPOILER = re.compile(r"(?<![\w|\\])\|\|(?=[^\s|])([^|\n]+)(?<=[^\s|])\|\|(?![\w|])")
_TABLE_LINE = re.compile(r"[ \t>]*\|[^|]")
# An address that stands by itself. It looks no further than it reaches: else text full of them
# would take the square of its length.
_ADDRESS = re.compile(
    r"(?<![\w<\"'=/])(?<!\]\()(?<!\]:)(?<!\]: )https?://[^\s<>\[\]()|\"'`\\]*"
    r"[^\s<>\[\]()|\"'`\\*_~.,:;!?]"
)
_EMPHASIS = re.compile(r"[*_~]")
# Python's names, and products: 2*3*4.
_NO_EMPHASIS = re.compile(r"(?<![\w*\\])__[a-z][a-z0-9]*(?:_[a-z0-9]+)*__(?!\w)|(?<=\d)\*(?=\d)")
# CommonMark sees no emphasis where a sign stands inside of the stars and a letter outside, which
# in Chinese and Japanese, without spaces, is every quotation.
_BOLD = re.compile(r"(?<![*\\])\*\*(?![\s*])([^*\n]+)(?<![\s\\])\*\*(?!\*)")
_DETAILS = re.compile(
    r"^(?:(?P<open><details(?:\s[^>\n]*)?>)|(?P<close></details>))[ \t]*(?=\n|\Z|<)"
    r"|(?:^|(?<=>))[ \t]*<summary>(?P<summary>(?:(?!</?summary)[^\n]){1,300})</summary>[ \t]*",
    re.MULTILINE | re.IGNORECASE,
)
_LEADING = re.compile(r"^[ \t]*(?:>[ \t]?)*[ \t]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Island:
    """One thing hidden from the parser; *style* is what ``open`` and ``close`` are about."""

    kind: Kind
    source: str
    formula: Formula | None = None
    style: str = ""


@dataclass(frozen=True, slots=True)
class Hidden:
    """The Markdown with marks, and what they stand for."""

    source: str
    islands: tuple[Island, ...] = ()

    def restored(self, text: str) -> str:
        """*text* with its marks as they were written."""
        if OPENING not in text:
            return text
        return MARK.sub(lambda match: self.island(match).source, text)

    def island(self, match: re.Match[str]) -> Island:
        """What the mark that MARK found stands for."""
        return self.islands[int(match[1])]


def hide(markdown: str) -> Hidden:
    """Put marks where formulas, spoilers and details are; code is left alone."""
    if OPENING in markdown or CLOSING in markdown or not _HINT.search(markdown):
        return Hidden(markdown)
    hider = _Hider()
    pieces: list[str] = []
    for piece, is_code in _pieces(markdown):
        pieces.append(piece if is_code else hider.hide(piece))
    return hider.balanced("".join(pieces))


def _pieces(markdown: str) -> list[tuple[str, bool]]:
    """The text in turn outside and inside of code."""
    data = markdown.encode()
    found: list[tuple[str, bool]] = []
    at = 0
    for event, where in pyromark.events_with_range(markdown):
        if not isinstance(event, dict):
            continue
        tag = event.get("Start")
        if "Code" in event or (isinstance(tag, dict) and "CodeBlock" in tag):
            if where["start"] > at:
                found.append((data[at : where["start"]].decode(), False))
            found.append((data[where["start"] : where["end"]].decode(), True))
            at = where["end"]
    found.append((data[at:].decode(), False))
    return found


class _Hider:
    def __init__(self) -> None:
        self._islands: list[Island] = []

    def hide(self, text: str) -> str:
        if "$" in text or "\\" in text:
            text = FORMULA.sub(self._formula, text)
        if "://" in text:
            text = _ADDRESS.sub(self._address, text)
        if "*" in text or "__" in text:
            text = _NO_EMPHASIS.sub(lambda match: self._mark(Island("raw", match[0])), text)
            text = _BOLD.sub(self._bold, text)
        if "||" in text:
            text = "\n".join(map(self._spoilers, text.split("\n")))
        if "<" in text:
            text = _DETAILS.sub(self._details, text)
        return text

    def balanced(self, source: str) -> Hidden:
        """Details that are not opened and closed in turn stay what was written."""
        hidden = Hidden(source, tuple(self._islands))
        opened: list[int] = []
        single: set[int] = set()
        for match in MARK.finditer(source):
            kind = hidden.island(match).kind
            if kind == "details":
                opened.append(int(match[1]))
            elif kind == "end" and opened:
                opened.pop()
            elif kind == "end":
                single.add(int(match[1]))
        single.update(opened)
        if not single:
            return hidden
        again = MARK.sub(
            lambda match: hidden.island(match).source if int(match[1]) in single else match[0],
            source,
        )
        return Hidden(again, hidden.islands)

    def _mark(self, island: Island) -> str:
        self._islands.append(island)
        return f"{OPENING}{len(self._islands) - 1}{CLOSING}"

    def _address(self, match: re.Match[str]) -> str:
        """Markdown would take the __ of its ``/__init__.py`` for its own."""
        if not _EMPHASIS.search(match.string, match.start(), match.end() + 1):
            return match[0]
        return self._mark(Island("raw", match[0]))

    def _formula(self, match: re.Match[str]) -> str:
        formula = formula_of(match)
        if formula is None:
            return match[0]
        if "\n" in formula.body:  # within a quote each line begins with its sign
            first, _, rest = formula.body.partition("\n")
            formula = Formula(f"{first}\n{_LEADING.sub('', rest)}", formula.display)
        return self._mark(Island("formula", match[0], formula))

    def _spoilers(self, line: str) -> str:
        if "||" not in line or _TABLE_LINE.match(line) or "|" in _SPOILER.sub("", line):
            return line
        return _SPOILER.sub(lambda match: self._styled(match[1], "||", "||", "spoiler"), line)

    def _styled(self, text: str, before: str, after: str, style: str) -> str:
        opened = self._mark(Island("open", before, style=style))
        return f"{opened}{text}{self._mark(Island('close', after, style=style))}"

    def _bold(self, match: re.Match[str]) -> str:
        inside = match[1]
        before, after = (
            match.string[max(0, match.start() - 1) : match.start()],
            match.string[match.end() : match.end() + 1],
        )
        opens = not (before.isalnum() and _is_sign(inside[0]))
        closes = not (after.isalnum() and _is_sign(inside[-1]))
        return match[0] if opens and closes else self._styled(inside, "**", "**", "bold")

    def _details(self, match: re.Match[str]) -> str:
        if match["summary"] is not None:
            title = match["summary"].strip()
            if not title:
                return match[0]
            return f"\n\n{self._styled(title, '<summary>', '</summary>', 'bold')}\n\n"
        kind: Kind = "details" if match["open"] else "end"
        return f"\n\n{self._mark(Island(kind, match[0].strip()))}\n\n"


def _is_sign(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"
