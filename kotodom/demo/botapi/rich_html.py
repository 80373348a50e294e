"""Markdown and HTML of a rich message to blocks, well enough for Telegram's rules to apply.

Markdown is GFM with HTML islands, so it goes through pyromark's HTML and the same reader. What
Telegram does differently from CommonMark is done before: ``#174`` at the start of a line is a
heading, ``==mark==`` and ``||spoiler||`` are styles. Tags it does not know vanish from Markdown and
are refused in HTML.
"""

import re
from collections.abc import Sequence
from typing import Any

import pyromark

from kotodom.demo.botapi.html_tree import Node, Tree
from kotodom.demo.botapi.values import Json

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_MATH
    | pyromark.Options.ENABLE_FOOTNOTES
)
_STYLES = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    "tg-spoiler": "spoiler",
    "mark": "marked",
    "code": "code",
    "sub": "subscript",
    "sup": "superscript",
}
_MEDIA = {"img": "photo", "video": "video", "audio": "audio", "tg-document": "document"}
_HEADINGS = {f"h{size}": size for size in range(1, 7)}
_CONTAINERS = frozenset({"div", "figure", "tg-collage", "tg-slideshow"})
_BLOCKS = frozenset(
    {
        *("p", "ul", "ol", "table", "pre", "blockquote", "details", "hr", "footer", "aside"),
        *("tg-math-block", "tg-thinking", *_HEADINGS, *_MEDIA, *_CONTAINERS),
    }
)
_INSIDE = frozenset(
    {
        *("li", "tr", "td", "th", "thead", "tbody", "caption", "summary", "figcaption", "cite"),
        *("input", "br", "a", "span", "tg-math", "tg-time", "tg-emoji"),
    }
)
_KNOWN = _BLOCKS | _INSIDE | frozenset(_STYLES)
# Escaped marks are no marks: letters for private use stand for them while pyromark is at work.
_ESCAPED = {"\\=\\=": "\ue000", "\\|\\|": "\ue001"}
_SPACES = re.compile(r"[ \t\r\n]+")
_HASH = re.compile(r"^( {0,3}#{1,6})(?=[^#\s])")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_MARKS = re.compile(r"==(?P<marked>[^=\s](?:[^=]*[^=\s])?)==|\|\|(?P<spoiler>[^|]+)\|\|")


def from_html(html: str) -> list[Json]:
    """Blocks of an HTML text; raises ApiError for tags that do not belong or do not match."""
    tree = Tree(_KNOWN, strict=True)
    tree.feed(html)
    return _Reader(markdown=False).blocks(tree.finish().children)


def from_markdown(markdown: str) -> list[Json]:
    """Blocks of a Markdown text; anything is some Markdown."""
    tree = Tree(_KNOWN, strict=False)
    source = _with_headings(markdown)
    for escaped, letter in _ESCAPED.items():
        source = source.replace(escaped, letter)
    tree.feed(pyromark.html(source, options=OPTIONS))
    return _Reader(markdown=True).blocks(tree.finish().children)


def _with_headings(markdown: str) -> str:
    lines, fence = [], ""
    for line in markdown.split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence):
            fence = ""
        lines.append(line if fence else _HASH.sub(r"\1 ", line, count=1))
    return "\n".join(lines)


class _Reader:
    """Turns a tree into blocks and texts."""

    def __init__(self, *, markdown: bool) -> None:
        self._markdown = markdown

    def blocks(self, nodes: Sequence[Node | str]) -> list[Json]:
        """The blocks among *nodes*; loose words make paragraphs."""
        found: list[Json] = []
        loose: list[Node | str] = []
        for node in (*nodes, None):
            if node is not None and (isinstance(node, str) or node.tag not in _BLOCKS):
                loose.append(node)
                continue
            text = self.text(loose)
            if text:
                found.append({"type": "paragraph", "text": text})
            loose = []
            if node is not None:
                found += self._block(node)
        return found

    def _block(self, node: Node) -> list[Json]:
        tag = node.tag
        if tag == "p":
            return self._paragraph(node)
        if tag in _HEADINGS:
            text = self.text(node.children)
            return [{"type": "heading", "text": text, "size": _HEADINGS[tag]}]
        if tag in ("ul", "ol"):
            return [self._list(node)]
        if tag == "table":
            return [self._table(node)]
        if tag == "pre":
            return [_pre(node)]
        if tag == "hr":
            return [{"type": "divider"}]
        if tag in _MEDIA:
            kind = _MEDIA[tag]
            return [{"type": kind, kind: {"media": node.attrs.get("src")}}]
        if tag == "details":
            return [self._details(node)]
        if tag == "tg-math-block":
            return [{"type": "mathematical_expression", "expression": _raw(node).strip()}]
        return self._container(node)

    def _container(self, node: Node) -> list[Json]:
        plain = {"footer": "footer", "aside": "pullquote", "tg-thinking": "thinking"}
        if node.tag in plain:
            return [{"type": plain[node.tag], "text": self.text(node.children)}]
        if node.tag == "blockquote":
            if "expandable" in node.attrs:
                return [{"type": "expandable_blockquote", "text": self.text(node.children)}]
            return [{"type": "blockquote", "blocks": self.blocks(node.children)}]
        inside = self.blocks(node.children)
        if node.tag in ("tg-collage", "tg-slideshow"):
            return [{"type": node.tag.removeprefix("tg-"), "blocks": inside}]
        return inside

    def _paragraph(self, node: Node) -> list[Json]:
        alone = [child for child in node.children if isinstance(child, Node) or child.strip()]
        if len(alone) == 1 and isinstance(alone[0], Node) and alone[0].has("math-display"):
            return [{"type": "mathematical_expression", "expression": _raw(alone[0]).strip()}]
        if any(isinstance(child, Node) and child.tag in _BLOCKS for child in alone):
            return self.blocks(alone)
        text = self.text(node.children)
        return [{"type": "paragraph", "text": text}] if text or not self._markdown else []

    def _list(self, node: Node) -> Json:
        items: list[Json] = []
        number = int(node.attrs.get("start") or 1)
        for child in node.children:
            if not isinstance(child, Node) or child.tag != "li":
                continue
            boxes = [box for box in child.all("input", "ul", "ol") if box.tag == "input"]
            item: Json = {"blocks": self.blocks(child.children)}
            if boxes:
                item |= {"has_checkbox": True, "is_checked": "checked" in boxes[0].attrs}
            if node.tag == "ol":
                item["value"] = number + len(items)
            items.append(item)
        return {"type": "list", "items": items}

    def _table(self, node: Node) -> Json:
        cells = []
        for row in node.all("tr"):
            cells.append([self._cell(cell) for cell in row.all("td", "th")])
        table: Json = {"type": "table", "cells": cells}
        if self._markdown:
            table["is_bordered"] = True
        return table

    def _cell(self, cell: Node) -> Json:
        styled = cell.attrs.get("style", "").rpartition("text-align:")[2].strip(" ;")
        data: Json = {
            "align": cell.attrs.get("align") or styled or "left",
            "valign": cell.attrs.get("valign", "top"),
            "text": self.text(cell.children),
        }
        if cell.tag == "th":
            data["is_header"] = True
        for name in ("colspan", "rowspan"):
            if cell.attrs.get(name, "1").isdecimal() and cell.attrs.get(name, "1") != "1":
                data[name] = int(cell.attrs[name])
        return data

    def _details(self, node: Node) -> Json:
        summary = [child for child in node.children if _is(child, "summary")]
        rest = [child for child in node.children if not _is(child, "summary")]
        title = [child for found in summary if isinstance(found, Node) for child in found.children]
        data: Json = {"type": "details", "summary": self.text(title), "blocks": self.blocks(rest)}
        if "open" in node.attrs:
            data["is_open"] = True
        return data

    # -- texts ------------------------------------------------------------------------------

    def text(self, nodes: Sequence[Node | str]) -> Any:
        """A rich text: a string, or a list of runs; white space joins as in a browser."""
        runs = _joined(self._runs(nodes))
        return runs[0] if len(runs) == 1 else runs or ""

    def _runs(self, nodes: Sequence[Node | str]) -> list[Any]:
        runs: list[Any] = []
        for node in nodes:
            if isinstance(node, str):
                runs += self._words(_SPACES.sub(" ", node))
            elif node.tag == "br":
                runs.append("\n")
            else:
                runs += self._run(node)
        return runs

    def _words(self, text: str) -> list[Any]:
        if not self._markdown:
            return [text]
        runs: list[Any] = []
        place = 0
        for found in _MARKS.finditer(text):
            runs.append(text[place : found.start()])
            runs.append({"type": str(found.lastgroup), "text": found[str(found.lastgroup)]})
            place = found.end()
        runs.append(text[place:])
        return [_unescaped(run) if isinstance(run, str) else run for run in runs if run]

    def _run(self, node: Node) -> list[Any]:
        if node.tag == "tg-math" or node.has("math"):
            return [{"type": "mathematical_expression", "expression": _raw(node)}]
        if node.tag == "code":
            return [{"type": "code", "text": _raw(node)}]
        if node.has("footnote-reference"):
            label = _raw(node)
            return [{"type": "reference_link", "text": label, "reference_name": label}]
        inside = self._runs(node.children)
        text = inside[0] if len(inside) == 1 else inside
        kind = "spoiler" if node.has("tg-spoiler") else _STYLES.get(node.tag)
        if kind and inside:
            return [{"type": kind, "text": text}]
        if node.tag == "a" and inside and node.attrs.get("href"):
            return [{"type": "url", "text": text, "url": node.attrs["href"]}]
        return inside


def _joined(runs: list[Any]) -> list[Any]:
    """Merge neighbouring strings and trim both ends."""
    merged: list[Any] = []
    for run in runs:
        if isinstance(run, str) and merged and isinstance(merged[-1], str):
            merged[-1] += run
        else:
            merged.append(run)
    merged = [re.sub(r" ?\n ?", "\n", run) if isinstance(run, str) else run for run in merged]
    if merged and isinstance(merged[0], str):
        merged[0] = merged[0].lstrip()
    if merged and isinstance(merged[-1], str):
        merged[-1] = merged[-1].rstrip()
    return [run for run in merged if run]


def _pre(node: Node) -> Json:
    text = _raw(node).removesuffix("\n")
    codes = node.all("code")
    language = codes[0].attrs.get("class", "").removeprefix("language-") if codes else ""
    if language == "math":
        return {"type": "mathematical_expression", "expression": text}
    block: Json = {"type": "pre", "text": text}
    if language:
        block["language"] = language
    return block


def _raw(node: Node) -> str:
    """The words of code and formulas, where a backslash is a backslash."""
    raw = "".join(child if isinstance(child, str) else _raw(child) for child in node.children)
    for escaped, letter in _ESCAPED.items():
        raw = raw.replace(letter, escaped)
    return raw


def _unescaped(text: str) -> str:
    for escaped, letter in _ESCAPED.items():
        text = text.replace(letter, escaped.replace("\\", ""))
    return text


def _is(node: Node | str, tag: str) -> bool:
    return isinstance(node, Node) and node.tag == tag
