"""Markdown that is still being written, made presentable."""

import re

LONGEST_PARAGRAPH = 4_000
"""Characters at the end that are looked at."""

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_ONLY_MARKUP = re.compile(r"[-=*_#+`~|:]*|\d{1,9}[.)]")
_OPEN_LINK = re.compile(r"!?\[([^\[\]\n]{0,200})\]\([^()\s]{0,2048}$")
_MARK = re.compile(r"\\.|`+|\*\*\*|\*\*|~~|\*")


def close(markdown: str) -> str:
    """The same text with its end closed: emphasis, code and links that are still open.

    A last line of nothing but signs is left out, because it may become anything: ``-`` is the
    start of an item, but right below a paragraph it would turn that into a heading.
    """
    head, _, last = markdown.rpartition("\n")
    fence = _open_fence(head)
    if fence:
        return head if fence.startswith(last.strip() or "\n") else markdown
    if _ONLY_MARKUP.fullmatch(last.strip(" \t>")):
        return head
    opening = _FENCE.match(last)
    if opening and "`" not in last[opening.end() :]:
        return head
    start = max(markdown.rfind("\n\n") + 1, len(markdown) - LONGEST_PARAGRAPH)
    paragraph = _OPEN_LINK.sub(r"\1", markdown[start:])
    return markdown[:start] + _close_marks(paragraph)


def _open_fence(text: str) -> str:
    """The fence that is open at the end of *text*; empty when there is none."""
    opened = ""
    if "```" not in text and "~~~" not in text:
        return opened
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if match is None:
            continue
        if not opened:
            opened = match.group(1)
        elif match.group(1).startswith(opened) and not line[match.end() :].strip():
            opened = ""
    return opened


def _close_marks(paragraph: str) -> str:
    """Append the closing signs that *paragraph* lacks, innermost first."""
    opened: list[str] = []
    for match in _MARK.finditer(paragraph):
        mark = match.group()
        if mark.startswith("\\"):
            continue
        if opened and opened[-1].startswith("`"):
            if mark == opened[-1]:
                opened.pop()
        elif mark in opened:
            del opened[opened.index(mark) :]
        elif match.end() < len(paragraph) and not paragraph[match.end()].isspace():
            opened.append(mark)
        elif match.end() == len(paragraph):
            paragraph = paragraph[: match.start()]
    return paragraph.rstrip() + "".join(reversed(opened))
