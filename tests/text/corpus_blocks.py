"""Where an answer's code and tables are, by simple rules, without the renderer's parser."""

import re
from collections.abc import Iterator

_FENCE = re.compile(
    r"(?P<prefix>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)"
    r"(?P<marker>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)"
)
_DELIMITER_ROW = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")


def blocks(source: str) -> Iterator[tuple[str, str, str]]:
    """Kind (prose, table, info, code), what the fence's line began with, and the text."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    prose: list[str] = []
    index = 0
    while index < len(lines):
        fence = _FENCE.fullmatch(lines[index])
        end = _table_end(lines, index)
        if not fence and end == index:
            prose.append(lines[index])
            index += 1
            continue
        yield "prose", "", "\n".join(prose)
        prose = []
        if not fence:
            yield "table", "", "\n".join(lines[index:end])
            index = end
            continue
        end = _fence_end(lines, index + 1, fence)
        yield "prose", "", fence["prefix"]
        yield "info", "", fence["info"]
        yield "code", fence["prefix"], "\n".join(lines[index + 1 : end])
        closed = end < len(lines) and not _dedented(lines[end], fence)
        closed = closed and _closes(lines[end], fence["marker"])
        index = end + 1 if closed else end
    yield "prose", "", "\n".join(prose)


def _closes(line: str, marker: str) -> bool:
    bare = line.strip(" \t>")
    return len(bare) >= len(marker) and set(bare) == {marker[0]}


def _fence_end(lines: list[str], index: int, fence: re.Match[str]) -> int:
    """The line that closes the fence, or with which the item or quote around it ends."""
    quoted = ">" in fence["prefix"]
    while index < len(lines):
        line = lines[index]
        if quoted and ">" not in line[:4]:
            break
        if _dedented(line, fence) or _closes(line, fence["marker"]):
            break
        index += 1
    return index


def _dedented(line: str, fence: re.Match[str]) -> bool:
    """Whether the line ends the list item that the fence stands in."""
    inside = _indentation(fence["prefix"])
    return inside > 1 and bool(line.strip()) and _indentation(line) < inside


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _table_end(lines: list[str], index: int) -> int:
    """The line after the table whose header is at *index*; *index* when there is none."""
    rule = lines[index + 1] if index + 1 < len(lines) else ""
    if "|" not in lines[index] or "|" not in rule or not _DELIMITER_ROW.fullmatch(rule):
        return index
    end = index + 2
    while end < len(lines) and lines[end].strip(" \t>") and not _FENCE.fullmatch(lines[end]):
        end += 1
    return end
