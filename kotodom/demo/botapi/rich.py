"""Rich messages: what Telegram takes, what it refuses in which words, and the text people read.

Limits are those of the documentation; the codes are what people met (RICH_MESSAGE_TEXT_TOO_LONG,
…_BLOCKS_TOO_MANY, …_DEPTH_INVALID, …_TABLE_COLS_TOO_MANY, …_MEDIA_TOO_MANY, …_CONTENT_REQUIRED,
…_EMAIL_INVALID). Where it is not known what is counted, the stricter reading holds: the source
counts as well as the text, and a list item is a level of its own.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kotodom.demo.botapi import rich_html
from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.files import render
from kotodom.demo.botapi.text import utf16_length
from kotodom.demo.botapi.values import ApiError, Json, bad_request

MAX_TEXT = 32_768
"""UTF-16 units."""
MAX_BLOCKS = 500
MAX_DEPTH = 16
MAX_MEDIA = 50
MAX_COLUMNS = 20
MAX_BUTTONS = 8

Resolve = Callable[[str, str], Any]
"""(kind, file id or address) → what a block shows of it; raises ApiError."""

_MEDIA = frozenset({"photo", "video", "audio", "document", "animation", "voice_note"})
_WITH_TEXT = frozenset(
    {"paragraph", "heading", "pre", "footer", "pullquote", "expandable_blockquote", "thinking"}
)
_WITH_BLOCKS = frozenset({"blockquote", "details", "collage", "slideshow"})
_NEEDS = {"map": "location", "anchor": "name", "mathematical_expression": "expression"}
_STYLES = frozenset(
    {
        *("bold", "italic", "underline", "strikethrough", "spoiler", "subscript", "superscript"),
        *("marked", "code", "url", "date_time", "text_mention", "email_address", "phone_number"),
        *("bank_card_number", "mention", "hashtag", "cashtag", "bot_command", "button"),
        *("anchor_link", "reference", "reference_link"),
    }
)
_WORDLESS = {"mathematical_expression": "expression", "custom_emoji": "alternative_text"}
_EMAIL_LIKE = re.compile(r"(?<![^\s@<>()])[^\s@<>()]+@[^\s@<>()]+\.[A-Za-z]{2,}")
_EMAIL = re.compile(r"\w+(?:[.+-]\w+)*@\w+(?:[.-]\w+)*\.[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Rich:
    """An accepted rich message; two are equal when they show the same."""

    blocks: list[Json]
    text: str = field(compare=False)
    """What people read, without formatting."""
    is_rtl: bool = False
    markdown: str = field(default="", compare=False)
    html: str = field(default="", compare=False)

    def seen_by(self, bot: EmulatedBot) -> Json:
        """As a ``RichMessage`` object of the Bot API."""
        seen: Json = {"blocks": render(self.blocks, bot)}
        if self.is_rtl:
            seen["is_rtl"] = True
        return seen


def accept(raw: Any, resolve: Resolve, *, draft: bool = False) -> Rich:
    """Check an ``InputRichMessage``; raises ApiError with Telegram's words."""
    if not isinstance(raw, dict):
        raise bad_request("object expected as rich message")
    given = [name for name in ("html", "markdown", "blocks") if raw.get(name)]
    if not given:
        raise bad_request("rich message must be non-empty")
    if len(given) > 1:
        raise bad_request("exactly one of html, markdown and blocks must be used in a rich message")
    source = raw[given[0]]
    if given[0] == "blocks":
        blocks, text = _objects(source), ""
    elif not isinstance(source, str):
        raise bad_request(f"can't parse rich message: {given[0]} must be a String")
    elif utf16_length(source) > MAX_TEXT:
        raise bad_request("RICH_MESSAGE_TEXT_TOO_LONG")
    else:
        parse = rich_html.from_markdown if given[0] == "markdown" else rich_html.from_html
        blocks, text = parse(source), source
        if not blocks:
            raise bad_request("RICH_MESSAGE_EMPTY")
    media = {str(item.get("id")): item.get("media") for item in _objects(raw.get("media") or [])}
    check = _Check(resolve, media, draft=draft)
    checked = check.blocks(blocks, 1)
    shown = flatten(checked)
    if utf16_length(shown) > MAX_TEXT:
        raise bad_request("RICH_MESSAGE_TEXT_TOO_LONG")
    if not raw.get("skip_entity_detection"):
        for found in _EMAIL_LIKE.findall("\n".join(check.words)):
            if not _EMAIL.fullmatch(found):
                raise bad_request("RICH_MESSAGE_EMAIL_INVALID")
    return Rich(
        checked,
        shown,
        bool(raw.get("is_rtl")),
        markdown=text if given[0] == "markdown" else "",
        html=text if given[0] == "html" else "",
    )


def _objects(value: Any) -> list[Json]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise bad_request("can't parse rich message: expected an Array of Objects")
    return value


def _refuse(why: str) -> ApiError:
    return bad_request(f"can't parse rich block: {why}")


class _Check:
    """Walks over the blocks, counts, and turns what was sent into what is shown."""

    def __init__(self, resolve: Resolve, media: dict[str, Any], *, draft: bool) -> None:
        self.words: list[str] = []
        """The texts in which entities are detected."""
        self._resolve = resolve
        self._media = media
        self._draft = draft
        self._blocks = 0
        self._pictures = 0

    def blocks(self, given: Any, depth: int) -> list[Json]:
        """Check the blocks of one level; none at all is an empty container."""
        if not given:
            raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
        return [self._block(block, depth) for block in _objects(given)]

    def _count(self, depth: int) -> None:
        self._blocks += 1
        if self._blocks > MAX_BLOCKS:
            raise bad_request("RICH_MESSAGE_BLOCKS_TOO_MANY")
        if depth > MAX_DEPTH:
            raise bad_request("RICH_MESSAGE_DEPTH_INVALID")

    def _block(self, block: Json, depth: int) -> Json:
        self._count(depth)
        kind = block.get("type")
        shown = {name: value for name, value in block.items() if value is not None}
        if kind in _WITH_TEXT:
            self._text_block(kind, block)
        elif kind in _WITH_BLOCKS:
            if kind == "details":
                self._required(block.get("summary"))
            shown["blocks"] = self.blocks(block.get("blocks"), depth + 1)
        elif kind == "list":
            shown["items"] = self._items(block.get("items"), depth + 1)
        elif kind == "table":
            self._table(block.get("cells"))
        elif kind in _MEDIA:
            shown[kind] = self._medium(kind, block.get(kind))
        elif kind in _NEEDS:
            if not block.get(_NEEDS[kind]):
                raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
        elif kind == "buttons":
            if not 1 <= len(_objects(block.get("buttons"))) <= MAX_BUTTONS:
                raise _refuse(f"a row has 1 to {MAX_BUTTONS} buttons")
        elif kind != "divider":
            raise _refuse(f"unsupported type {kind!r}")
        return shown

    def _text_block(self, kind: str, block: Json) -> None:
        if kind == "thinking" and not self._draft:
            raise bad_request("RICH_VALIDATE_CTOR_NOT_ALLOWED")
        if kind == "heading" and block.get("size") not in range(1, 7):
            raise _refuse("the size of a heading is 1 to 6")
        self._required(block.get("text"), detect=kind != "pre")

    def _required(self, value: Any, *, detect: bool = True) -> None:
        if not self._text(value, detect=detect).strip():
            raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")

    def _text(self, value: Any, *, detect: bool = True, depth: int = 1) -> str:
        """Check a text and return its words."""
        if depth > MAX_DEPTH:
            raise bad_request("RICH_MESSAGE_DEPTH_INVALID")
        if value is None or isinstance(value, str):
            if detect and value:
                self.words.append(value)
            return value or ""
        if isinstance(value, list):
            return "".join(self._text(item, detect=detect, depth=depth + 1) for item in value)
        kind = value.get("type") if isinstance(value, dict) else None
        if kind in _WORDLESS:
            return str(value.get(_WORDLESS[kind]) or "")
        if kind == "anchor":
            return ""
        if kind not in _STYLES:
            raise bad_request(f"can't parse rich text: unsupported type {kind!r}")
        return self._text(value.get("text"), detect=detect and kind != "code", depth=depth + 1)

    def _items(self, given: Any, depth: int) -> list[Json]:
        if not given:
            raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
        items = []
        for item in _objects(given):
            self._count(depth)
            label = f"{item['value']}." if item.get("value") is not None else "•"
            kept = {name: value for name, value in item.items() if value is not None}
            kept["blocks"] = self.blocks(item.get("blocks"), depth + 1)
            items.append({"label": label, **kept})
        return items

    def _table(self, rows: Any) -> None:
        if not rows or not isinstance(rows, list):
            raise bad_request("RICH_MESSAGE_CONTENT_REQUIRED")
        for row in rows:
            self._blocks += 1
            columns = 0
            for cell in _objects(row):
                columns += int(cell.get("colspan") or 1)
                self._text(cell.get("text"))
                if cell.get("align") not in ("left", "center", "right"):
                    raise _refuse("a cell is aligned left, center or right")
                if cell.get("valign") not in ("top", "middle", "bottom"):
                    raise _refuse("a cell is aligned top, middle or bottom")
            if columns > MAX_COLUMNS:
                raise bad_request("RICH_MESSAGE_TABLE_COLS_TOO_MANY")
        if self._blocks > MAX_BLOCKS:
            raise bad_request("RICH_MESSAGE_BLOCKS_TOO_MANY")

    def _medium(self, kind: str, given: Any) -> Any:
        self._pictures += 1
        if self._pictures > MAX_MEDIA:
            raise bad_request("RICH_MESSAGE_MEDIA_TOO_MANY")
        address = given.get("media") if isinstance(given, dict) else given
        if isinstance(address, str) and address.startswith("tg://") and "?id=" in address:
            named = self._media.get(address.partition("?id=")[2])
            address = named.get("media") if isinstance(named, dict) else None
        if not isinstance(address, str):
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self._resolve(kind, address)


def words(text: Any) -> str:
    """A rich text without its formatting."""
    if isinstance(text, list):
        return "".join(words(item) for item in text)
    if isinstance(text, dict):
        wordless = _WORDLESS.get(str(text.get("type")))
        return str(text.get(wordless) or "") if wordless else words(text.get("text"))
    return text or ""


def flatten(blocks: Sequence[Json]) -> str:
    """Blocks as the plain text people read, a line for each."""
    return "\n".join(line for block in blocks for line in _lines(block))


def _lines(block: Json) -> list[str]:
    kind = block["type"]
    lines: list[str] = []
    if kind == "details":
        lines.append(words(block.get("summary")))
    elif kind == "mathematical_expression":
        lines.append(str(block["expression"]))
    elif kind == "divider":
        lines.append("———")
    elif kind == "table":
        lines += [" | ".join(words(cell.get("text")) for cell in row) for row in block["cells"]]
    elif kind == "list":
        for item in block["items"]:
            box = ("☑ " if item.get("is_checked") else "☐ ") if item.get("has_checkbox") else ""
            inside = flatten(item["blocks"]).replace("\n", "\n  ")
            lines.append(f"{item['label']} {box}{inside}")
    elif kind in _MEDIA:
        lines.append(f"[{kind}]")
    if kind in _WITH_TEXT:
        lines.append(words(block.get("text")).rstrip("\n"))
    if kind in _WITH_BLOCKS:
        mark = "> " if kind == "blockquote" else ""
        lines += [mark + line for inner in block["blocks"] for line in _lines(inner)]
    return lines
