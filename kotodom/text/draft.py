"""Markdown that is still being written, made presentable."""

import re

from kotodom.text.latex import FORMULA

LONGEST_PARAGRAPH = 4_000
"""Characters at the end that are looked at."""
WINDOW = 8_000
"""Characters after which a draft lets go of as many: the message being written needs 4096."""
REACH = 2_000
"""Characters in which a good place to begin is looked for."""
LOOK_BACK = 100_000
"""Characters in which the beginning of a block of code is looked for."""

_FENCE = re.compile(
    r"^[ \t>]*(?P<items>(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)"
    r"(?:(?P<ticks>`{3,})(?P<info>[^`\n]*)|(?P<tildes>~{3,})(?P<rest>.*))$",
    re.MULTILINE,
)
_BLOCK = re.compile(r"\n[ \t\r]*\n(?=\S)|^(?=[ \t>]*(?:```|~~~))", re.MULTILINE)
_ONLY_MARKUP = re.compile(r"[-=*_#+`~|:]*|\d{1,9}[.)]")
_OPEN_LINK = re.compile(r"!?\[([^\[\]\n]{0,200})\]\([^()\s]{0,2048}$")
_MARK = re.compile(
    r"\\\(|\\\[|\\begin\{|\$\$|\$(?=[^\s$])|\\.|`+|\*\*\*|\*\*|~~|\*|(?<!\w)\|\|(?=\S)|(?<=\S)\|\|"
)
_FORMULA_ENDS = {"\\(": "\\)", "\\[": "\\]", "\\begin{": "\\end{", "$$": "$$", "$": "$"}
_IN_FORMULA = re.compile(r"[^\n$]*[\\^_{][^\n$]*")
_ROW = re.compile(r"[ \t>]*\|")
_DELIMITERS = re.compile(r"[ \t>]*\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*")
_DETAILS = re.compile(r"^<(/?)details\b", re.MULTILINE | re.IGNORECASE)
LONGEST_HELD_BACK = 500
"""Characters of a formula that is being written; a longer one is none."""


def tail(markdown: str) -> str:
    """The end of a long text, so that a draft costs the same however long the answer is.

    It begins with a block, and at the same one for as long as possible: what is shown must not
    jump at every frame. Code that it begins within is opened again.
    """
    if len(markdown) < 2 * WINDOW:
        return markdown
    at = (len(markdown) // WINDOW - 1) * WINDOW
    start = markdown.find("\n", at, at + REACH) + 1 or at
    fence = _open_fence(markdown[max(0, start - LOOK_BACK) : start])
    if fence is not None:
        return f"{fence.group()}\n{markdown[start:]}"
    block = _BLOCK.search(markdown, start, at + REACH)
    return markdown[block.end() if block else start :]


def close(markdown: str) -> str:
    """The same text with its end closed: emphasis, code and links that are still open.

    A last line of nothing but signs is left out, because it may become anything: ``-`` is the
    start of an item, but right below a paragraph it would turn that into a heading.
    """
    head, _, last = markdown.rpartition("\n")
    fence = _open_fence(head)
    if fence is not None:
        return head if _marker(fence).startswith(last.strip() or "\n") else markdown
    if _ROW.match(last):
        return _whole_rows(head, last)
    if _ONLY_MARKUP.fullmatch(last.strip(" \t>")) or _FENCE.match(last):
        return head
    start = max(markdown.rfind("\n\n") + 1, len(markdown) - LONGEST_PARAGRAPH)
    paragraph = _OPEN_LINK.sub(r"\1", markdown[start:])
    closed = markdown[:start] + _close_marks(paragraph)
    opened = sum(-1 if tag[1] else 1 for tag in _DETAILS.finditer(closed))
    return closed + "\n\n</details>" * opened


def _whole_rows(head: str, last: str) -> str:
    """A table without the row that is being written; one without its second line is not shown."""
    whole = f"{head}\n{last}" if last.rstrip().endswith("|") else head
    start = len(whole)
    rows: list[str] = []
    while start > 0:
        begin = whole.rfind("\n", 0, start - 1) + 1
        line = whole[begin:start].rstrip("\n")
        if not _ROW.match(line):
            break
        rows.append(line)
        start = begin
    if len(rows) >= 2 and _DELIMITERS.fullmatch(rows[-2]):
        return whole
    return whole[:start] if len(rows) <= 2 else whole


def _open_fence(text: str) -> re.Match[str] | None:
    """The line that opened the code *text* ends in; None when it ends in none."""
    opened = None
    if "```" not in text and "~~~" not in text:
        return opened
    for line in _FENCE.finditer(text):
        if opened is None:
            opened = line
        elif _closes(line, _marker(opened)):
            opened = None
    return opened


def _marker(fence: re.Match[str]) -> str:
    return fence["ticks"] or fence["tildes"]


def _closes(line: re.Match[str], marker: str) -> bool:
    bare = not line["items"] and not (line["info"] or line["rest"] or "").strip()
    return bare and _marker(line).startswith(marker)


def _close_marks(paragraph: str) -> str:
    """Append the closing signs that *paragraph* lacks, innermost first.

    A formula that has no end yet is held back: half of it would look like something else.
    """
    opened: list[str] = []
    at = 0
    while match := _MARK.search(paragraph, at):
        mark = match.group()
        at = match.end()
        if opened and opened[-1].startswith("`"):
            if mark == opened[-1]:
                opened.pop()
        elif mark in _FORMULA_ENDS:
            if whole := FORMULA.match(paragraph, match.start()):
                at = whole.end()
            elif _formula_begins(mark, paragraph[at:]):
                paragraph = paragraph[: match.start()]
        elif mark.startswith("\\"):
            continue
        elif mark in opened:
            del opened[opened.index(mark) :]
        elif at < len(paragraph) and not paragraph[at].isspace():
            opened.append(mark)
        elif at == len(paragraph):
            paragraph = paragraph[: match.start()]
    return paragraph.rstrip() + "".join(reversed(opened))


def _formula_begins(mark: str, rest: str) -> bool:
    """Whether what follows *mark* is a formula being written."""
    if len(rest) > LONGEST_HELD_BACK:
        return False
    if mark == "$":
        return _IN_FORMULA.fullmatch(rest) is not None
    return _FORMULA_ENDS[mark] not in rest
