"""What Telegram counts and keeps: UTF-16 units, visible characters, cleaned text.

The rules are those of TDLib's ``clean_input_string`` and ``is_empty_string`` (``misc.cpp``), which
the Bot API server applies to every message: what it would change is changed here first, so that a
message reads back exactly as it was written.
"""

import re
import unicodedata
from dataclasses import dataclass

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
# What is_empty_string passes over, and what Unicode calls Default_Ignorable_Code_Point: with
# nothing else in it, a message would be refused or look empty.
_INVISIBLE = (
    "\\s\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\ufffc"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_VISIBLE = re.compile(f"[^{_INVISIBLE}]")

_REPLACED: dict[int, str | None] = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])
_REPLACED |= dict.fromkeys(range(0x202A, 0x202F))  # direction overrides: Telegram removes them
_REPLACED |= dict.fromkeys([0x030A, 0x0333, 0x033F])  # so it does with these combining lines
_REPLACED |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # not text at all
_REPLACED |= dict.fromkeys([0x0B, 0x0C, 0x85, 0x2028, 0x2029], "\n")  # each is a line's end
del _REPLACED[0x09], _REPLACED[0x0A]
_SUSPECT = re.compile("[" + re.escape("".join(map(chr, _REPLACED))) + "]")
_DIRECTION_MARKS = re.compile("[\u200e\u200f]+(?=[\u200e\u200f])")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of formatting; ``start`` and ``end`` count Python characters."""

    type: str
    start: int
    end: int
    url: str | None = None
    language: str | None = None

    def between(self, start: int, end: int) -> "Span":
        """The same formatting elsewhere."""
        return Span(self.type, start, end, self.url, self.language)


@dataclass(frozen=True, slots=True)
class Styled:
    """A whole answer after parsing and before splitting.

    The spans are sorted, lie inside the text and nest properly. Places are (start, end) in
    Python characters, sorted.
    """

    text: str
    spans: tuple[Span, ...] = ()
    items: tuple[tuple[int, int], ...] = ()
    """Items of lists, rows of tables: what had better stay in one message."""
    headings: tuple[tuple[int, int], ...] = ()
    """What had better not be the end of a message."""


def utf16_len(text: str) -> int:
    """How long Telegram finds this text."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def astral_positions(text: str) -> list[int]:
    """Where the characters stand that take two UTF-16 units, in order."""
    if text.isascii():
        return []
    return [match.start() for match in _ASTRAL.finditer(text)]


def clean(text: str) -> str:
    """The text as Telegram would keep it, except for tabs, which mean something to Markdown."""
    if "\u030a" in text:
        text = unicodedata.normalize("NFC", text)  # else "å" in two characters loses its ring
    return drop_controls(text)


def drop_controls(text: str) -> str:
    """The text without what Telegram takes out; each kind of line end becomes a line feed."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_REPLACED) if _SUSPECT.search(text) else text


def settle_directions(text: str) -> str:
    """Of several direction marks in a row Telegram keeps the last; the others become U+200C.

    The length stays the same.
    """
    if text.isascii():
        return text
    return _DIRECTION_MARKS.sub(lambda match: "\u200c" * len(match.group()), text)


def visible(text: str) -> bool:
    """Whether there is anything to see: Telegram refuses a message without."""
    return _VISIBLE.search(text) is not None
