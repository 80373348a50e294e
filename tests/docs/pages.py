"""The documentation as text: its pages, their headings, links, tables and pieces of code."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
PAGES = [README, *sorted(DOCS.rglob("*.md"))]
TWINS = {
    DOCS / f"{name}.md": DOCS / "ru" / f"{name}.md"
    for name in ("install", "operate", "backup", "upgrade", "troubleshooting")
}
"""The operator's pages, English and Russian."""
RUSSIAN_README = DOCS / "ru" / "README.md"

_FENCED = re.compile(r"(?ms)^```(\w*)\n(.*?)^```$")
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"(?m)^(#{1,6}) (.+)$")


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def named(page: Path) -> str:
    """How a page is called in a test's name."""
    return str(page.relative_to(ROOT))


def prose(text: str) -> str:
    """A page without its blocks of code."""
    return _FENCED.sub("", text)


def links(text: str) -> list[str]:
    """Where the links and pictures of a page lead."""
    return _LINK.findall(_INLINE.sub("", prose(text)))


def headings(text: str) -> list[tuple[int, str]]:
    """The level of each heading, and what it says."""
    return [(len(marks), said) for marks, said in _HEADING.findall(prose(text))]


def anchors(text: str) -> set[str]:
    """What GitHub lets a link name behind its #."""
    slugs = (re.sub(r"[^\w\- ]", "", said.lower()) for _, said in headings(text))
    return {slug.replace(" ", "-") for slug in slugs}


def code(text: str) -> Iterator[str]:
    """Each piece of code in a line, and each line of the blocks of commands and output."""
    yield from _INLINE.findall(prose(text))
    for language, block in _FENCED.findall(text):
        if language in ("sh", "text", "toml"):
            yield from block.splitlines()


def tables(text: str) -> list[list[str]]:
    """The rows of each table, without its head."""
    found: list[list[str]] = []
    inside = False
    for line in prose(text).splitlines():
        if re.fullmatch(r"\|(-+\|)+", line):
            found.append([])
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside:
            found[-1].append(line)
    return found
