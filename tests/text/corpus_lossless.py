"""Was anything lost? Markdown read by simple rules of its own, without the renderer's code.

The source becomes a row of segments: text that must be shown to the letter, choices (an address
may stand behind its text or be written out), and gaps, in which a formula or a table may be laid
out anew as long as all its letters are there. Then the shown letters must match the whole row.
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from corpus_blocks import blocks

_DROPPED_BY_TELEGRAM = frozenset("\u030a\u0333\u033f")
_INVISIBLE_LETTERS = frozenset("\u115f\u1160")
_DECORATION = frozenset("•◦▪▫–—―☐☑☒") | frozenset(map(chr, range(0x2500, 0x2580)))
SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


@cache
def _counts(char: str) -> bool:
    if char in _DROPPED_BY_TELEGRAM or char in _INVISIBLE_LETTERS or char in _DECORATION:
        return False
    category = unicodedata.category(char)
    return category[0] in "LNM" or (char > "\x7f" and category[0] not in "ZC")


def seen(text: str) -> str:
    """What a reader would miss, in order: letters, digits, marks, all signs beyond ASCII."""
    text = unicodedata.normalize("NFKD", text.translate(SURROGATES))
    return "".join(filter(_counts, text))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these stands here."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """All these letters stand here, the pieces in their order, within so many characters."""

    needed: Counter[str]
    pieces: tuple[str, ...]
    longest: int


Segment = Choice | Gap


@dataclass(slots=True)
class _Context:
    """What is said elsewhere in the answer: labels in use, titles by label, the last number."""

    used: set[str]
    titles: dict[str, str]
    number: str = ""


_TAGS = (
    "a|abbr|b|blockquote|br|center|code|dd|del|details|div|dl|dt|em|font|form|h[1-6]|hr|i|iframe|"
    "img|input|ins|kbd|li|mark|ol|p|pre|q|s|script|small|span|strike|strong|style|sub|summary|sup|"
    "svg|table|tbody|td|tg-spoiler|th|thead|tr|u|ul|var|video"
)
_MARKUP = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<formula>\\\((?:(?!\\[()\[\]]).)+?\\\)|\\\[(?:(?!\\[()\[\]]).)+?\\\]|\$\$[^$]+\$\$"
    r"|\\begin\{(?P<env>[a-z*]+)\}.*?\\end\{(?P=env)\}|(?<!\\)\$[^$\n]+\$)"
    r"|(?P<marker>^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$))+(?:\[[xX]\](?=\s))?)"
    r"|(?P<definition>^[ \t>]*\[(?P<label>(?!\^)[^\]\n]+)\]:[^\n]*$)"
    r"|\]\([ ]*(?P<url><[^>\n]*>|[^\s()<]*(?:\([^\s()]*\)[^\s()]*)*)"
    r"(?P<title>\s+(?:\"(?:\\.|[^\"\\])*\"|'[^']*'|\([^()]*\)))?[ ]*\)"
    r"|(?P<reference>\]\[(?P<to>[^\]\n]*)\])"
    rf"|(?P<tag></?(?:{_TAGS})(?=[\s/>])[^<>]*>)"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_TITLED = re.compile(r"^[ \t>]*\[([^\]\n]+)\]:[ \t]*\S+[ \t]+\"([^\"\n]*)\"$", re.MULTILINE)
_SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "Gamma": "Γ", "Delta": "Δ", "theta": "θ",
    "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "omega": "ω", "Omega": "Ω", "phi varphi": "φ",
    "epsilon varepsilon": "ε", "infty": "∞", "times": "×", "cdot": "·⋅", "pm": "±", "mp": "∓",
    "le leq": "≤", "ge geq": "≥", "ne neq": "≠", "approx": "≈", "equiv": "≡", "to": "→", "in": "∈",
    "cup": "∪", "cap": "∩", "subset": "⊂", "subseteq": "⊆", "forall": "∀", "exists": "∃",
    "emptyset": "∅", "sum": "∑", "prod": "∏", "int": "∫", "sqrt": "√∛∜", "nabla": "∇", "perp": "⊥⟂",
}  # fmt: skip
"""By the commands that mean the same, the signs that may stand for them."""
_COMMANDS = re.compile(
    r"\\begin\{[a-z*]+\}(?:\{[^}]*\})?|\\end\{[a-z*]+\}|\\sqrt\[[34]\]|\\[A-Za-z]+"
)


def missing(source: str, shown: str) -> str | None:
    """What of *source* is not in *shown*, or what is there too much; None when all is well."""
    there = seen(shown)
    positions = {0}
    for segment in _segments(source):
        if isinstance(segment, Choice):
            after = {
                at + len(option)
                for at in positions
                for option in segment.options
                if there.startswith(option, at)
            }
        else:
            after = {end for at in positions for end in _ends(segment, there, at)}
        if not after:
            at = max(positions)
            return f"after {there[max(0, at - 40) : at]!r}: {segment} but {there[at : at + 80]!r}"
        positions = after
    if len(there) not in positions:
        return f"too much: {there[max(positions) :][:200]!r}"
    return None


def codes(source: str) -> list[str]:
    """What stands in the fences that lie in no list or quote."""
    return [body for kind, prefix, body in blocks(source) if kind == "code" and not prefix]


def addresses(source: str) -> list[str]:
    """Where the links lead, as written."""
    prose = (text for kind, _, text in blocks(source) if kind != "code")
    found = (match["url"] for text in prose for match in _MARKUP.finditer(text))
    return [html.unescape(url.strip("<>")) for url in found if url]


def named_symbols(source: str) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """The symbols that formulas name: their commands, the signs that may stand, how often."""
    prose = "\n".join(text for kind, _, text in blocks(source) if kind in ("prose", "table"))
    formulas = "\n".join(m["formula"] for m in _MARKUP.finditer(prose) if m["formula"])
    count = Counter(re.findall(r"\\([A-Za-z]+)", formulas))
    for names, symbols in _SYMBOLS.items():
        if total := sum(count[name] for name in names.split()):
            yield tuple(names.split()), symbols, total


def _ends(gap: Gap, there: str, at: int) -> range:
    rest = there[at : at + gap.longest]
    end = 0
    for piece in gap.pieces:
        found = rest.find(piece, end)
        if found < 0:
            return range(0)
        end = found + len(piece)
    lacking = gap.needed - Counter(rest[:end])
    while lacking and end < len(rest):
        if lacking[rest[end]] > 1:
            lacking[rest[end]] -= 1
        else:
            lacking.pop(rest[end], None)
        end += 1
    return range(at + end, at + len(rest) + 1) if not lacking else range(0)


def _segments(source: str) -> Iterator[Segment]:
    context = _Context(
        {label.casefold() for label in re.findall(r"\[([^\[\]]+)\](?!:)", source)},
        {label.casefold(): title for label, title in _TITLED.findall(source)},
    )
    for kind, _, body in blocks(source):
        if kind == "code":
            yield Choice((seen(body),))
        elif kind == "info":
            language, _, rest = body.strip().partition(" ")
            yield Choice(("", seen(html.unescape(language)), seen(language)))
            yield from _inline(rest, context)
        elif kind == "table":
            yield _table(body, context)
        else:
            yield from _inline(body, context)


def _inline(text: str, context: _Context) -> Iterator[Segment]:
    at = 0
    for match in _MARKUP.finditer(text):
        yield Choice((seen(text[at : match.start()]),))
        at = match.end()
        whole = seen(match.group())
        kind = match.lastgroup
        if kind == "formula":
            yield _formula(match.group())
        elif kind == "marker":
            yield from _marker(match.group(), context)
        elif kind == "definition":
            yield Choice((whole, "") if match["label"].casefold() in context.used else (whole,))
        elif kind in ("url", "title"):
            yield Choice(("", seen(html.unescape(match["url"])), seen(match["url"])))
            yield from _inline(match["title"] or "", context)
        elif kind == "reference":
            title = context.titles.get(match["to"].casefold(), "")
            yield Choice((seen(title), whole))
        elif kind == "tag":
            yield Choice(("", whole))
        elif kind == "entity":
            yield Choice((seen(html.unescape(match.group())), whole))
        else:
            yield Choice((whole,))
    yield Choice((seen(text[at:]),))


def _marker(text: str, context: _Context) -> Iterator[Segment]:
    """The numbers of items; a list that repeats one may be counted, and boxes are drawn."""
    for word in re.findall(r"\d+|[xX]", text):
        if word in "xX":
            yield Choice(("", word))
        else:
            counted = map(str, range(100)) if word == context.number else ()
            yield Choice((word, *counted))
            context.number = word


def _formula(text: str) -> Gap:
    return Gap(Counter(seen(_COMMANDS.sub(" ", text))), (), 2 * len(text) + 20)


def _table(text: str, context: _Context) -> Gap:
    """Cells in their order; headers may be repeated for every row, links below the table."""
    header, _, *rows = text.split("\n")
    needed: Counter[str] = Counter()
    pieces: list[str] = []
    for line in (header, *rows):
        for cell in re.split(r"(?<!\\)\|", line.lstrip(" \t>")):
            for segment in _inline(cell.strip(), context):
                if isinstance(segment, Gap):
                    needed += segment.needed
                    continue
                shortest = min(segment.options, key=len)
                needed.update(shortest)
                if shortest and line is not header:
                    pieces.append(shortest)
    longest = 3 * len(seen(text)) + len(seen(header)) * len(rows)
    return Gap(needed, tuple(pieces), longest)
