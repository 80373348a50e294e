"""What Telegram demands of a text and its entities, and what it derives from what people write.

Offsets and lengths count UTF-16 code units. Telegram quietly repairs many faulty entities; the
emulator refuses them, so that a mistake of ours shows at once instead of as lost formatting.
"""

import re
from collections.abc import Sequence
from typing import Any

from kotodom.demo.botapi.values import ApiError, Json, bad_request

MAX_TEXT = 4096
"""UTF-16 units of a message; Telegram counts code points, this is the stricter reading."""
MAX_CAPTION = 1024
MAX_BYTES = 32_768
MAX_ENTITIES = 100
LOOK_BACK = 300
"""How far before the limit a client looks for a place to cut a long text."""

_STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_CODE = frozenset({"code", "pre"})
_DETECTED = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
)
_NEEDS = {
    "text_link": "url",
    "text_mention": "user",
    "custom_emoji": "custom_emoji_id",
    "date_time": "unix_time",
}
_TYPES = _STYLES | _QUOTES | _CODE | _DETECTED | frozenset(_NEEDS)
_BELONGS = {
    "url": "text_link",
    "user": "text_mention",
    "custom_emoji_id": "custom_emoji",
    "unix_time": "date_time",
    "language": "pre",
}
_LINK = re.compile(r"(?:https?|tg|ton|tonsite|mailto|tel|ftp):\S+|[\w-]+(?:\.[\w-]+)+\S*", re.I)

# What TDLib's clean_input_string does (misc.cpp): control characters become spaces, these are
# dropped, and of several direction marks in a row all but the last become U+200C.
_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_DROPPED = re.compile("[\r\u2028-\u202e\u030a\u0333\u033f]")
_DIRECTION_MARK = re.compile("[\u200e\u200f](?=[\u200e\u200f])")
_WHITESPACE = " \n"
# What its is_empty_string passes over.
_EMPTY = re.compile(
    "[ \n\u00a0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc"
    "\U000e0000-\U000e007f]*"
)

_FOUND_IN_TEXT = re.compile(
    r"(?P<url>https?://[^\s<>]+[^\s<>.,;:!?)\]'\"])"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/])"
    r"|(?<![\w@])(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w@])(?P<mention>@[A-Za-z][A-Za-z0-9_]{2,31})(?!\w)"
    r"|(?<![\w#])(?P<hashtag>#\w*[^\W\d]\w*)"
)


def utf16_length(text: str) -> int:
    """The length of *text* in UTF-16 units."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The piece of *text* an entity covers."""
    data = text.encode("utf-16-le", "surrogatepass")
    return data[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def split_for_sending(text: str) -> list[str]:
    """Cut *text* as clients do when a person sends too long a message.

    They cut at the limit, or at a line break or space shortly before it, and trim the pieces.
    """
    pieces = []
    while utf16_length(text) > MAX_TEXT:
        end, units = 0, 0
        while units + (width := 2 if ord(text[end]) > 0xFFFF else 1) <= MAX_TEXT:
            end, units = end + 1, units + width
        for gap in ("\n", " "):
            place = text.rfind(gap, end - LOOK_BACK, end + 1)
            if place > 0:
                end = place
                break
        pieces.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [piece for piece in (*pieces, text) if piece] or [""]


def detect(text: str) -> list[Json]:
    """The entities Telegram finds by itself in what a person wrote."""
    return [
        {
            "type": match.lastgroup,
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match.group()),
        }
        for match in _FOUND_IN_TEXT.finditer(text)
    ]


def accept(
    text: str, entities: Any, *, may_be_empty: bool = False, is_caption: bool = False
) -> tuple[str, list[Json]]:
    """Check a text to be sent; return it as Telegram will show it, cleaned and trimmed.

    Raises ApiError with Telegram's words: empty, too long, not UTF-8, or faulty entities. A caption
    may be empty and has its own limit.
    """
    try:
        size = len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    if size > MAX_BYTES:
        raise bad_request("text is too long")
    checked = _check_entities(text, entities)
    text, checked = _clean(text, checked)
    if is_caption:
        if utf16_length(text) > MAX_CAPTION:
            raise bad_request("message caption is too long")
        return text, checked
    if not may_be_empty and _EMPTY.fullmatch(text):
        raise bad_request("message text is empty")
    if utf16_length(text) > MAX_TEXT:
        raise bad_request("message is too long")
    return text, checked


def _refuse(why: str) -> ApiError:
    return bad_request(f"can't parse entities: {why}")


def _check_entities(text: str, entities: Any) -> list[Json]:
    if not entities:
        return []
    if not isinstance(entities, list) or not all(isinstance(item, dict) for item in entities):
        raise _refuse("expected an Array of Objects")
    if len(entities) > MAX_ENTITIES:
        raise _refuse(f"{len(entities)} entities, at most {MAX_ENTITIES} are kept")
    end = utf16_length(text)
    inside_pair = _low_surrogates(text)
    checked = [_check_entity(item, end, inside_pair) for item in entities]
    checked.sort(key=_outermost_first)
    _check_nesting(checked)
    return checked


def _low_surrogates(text: str) -> frozenset[int]:
    positions, units = [], 0
    for char in text if utf16_length(text) != len(text) else "":
        if ord(char) > 0xFFFF:
            positions.append(units + 1)
            units += 1
        units += 1
    return frozenset(positions)


def _check_entity(item: Json, end: int, inside_pair: frozenset[int]) -> Json:
    kind = item.get("type")
    offset, length = item.get("offset"), item.get("length")
    if kind not in _TYPES:
        raise _refuse(f"unknown entity type {kind!r}")
    if type(offset) is not int or type(length) is not int:
        raise _refuse(f"{kind} entity needs integer offset and length")
    if offset < 0 or length < 1 or offset + length > end:
        raise _refuse(f"{kind} entity {offset}+{length} lies outside the text of {end} units")
    if offset in inside_pair or offset + length in inside_pair:
        raise _refuse(f"{kind} entity {offset}+{length} splits a surrogate pair")
    needed = _NEEDS.get(kind)
    if needed and not item.get(needed):
        raise _refuse(f"{kind} entity needs {needed}")
    for name, owner in _BELONGS.items():
        if item.get(name) is not None and owner != kind:
            raise _refuse(f"{name} does not belong to a {kind} entity")
    if kind == "text_link" and not _LINK.fullmatch(str(item["url"])):
        raise _refuse("text_link entity has a wrong url")
    return {name: value for name, value in item.items() if value is not None}


def _outermost_first(item: Json) -> tuple[int, int, bool]:
    # Of two entities with the same range, code is the inner one.
    return item["offset"], -item["length"], item["type"] in _CODE


def _check_nesting(entities: Sequence[Json]) -> None:
    """Refuse partial overlaps, anything inside code, and quotes or links inside themselves."""
    around: list[Json] = []
    for item in entities:
        start, stop = item["offset"], item["offset"] + item["length"]
        while around and around[-1]["offset"] + around[-1]["length"] <= start:
            around.pop()
        for outer in around:
            if outer["offset"] + outer["length"] < stop:
                raise _refuse(f"{outer['type']} and {item['type']} entities overlap at {start}")
            if outer["type"] in _CODE:
                raise _refuse(f"{item['type']} entity at {start} lies inside {outer['type']}")
            if _family(outer["type"]) == _family(item["type"]):
                raise _refuse(f"{item['type']} entity at {start} lies inside {outer['type']}")
        around.append(item)


def _family(kind: str) -> str:
    if kind in _QUOTES:
        return "blockquote"
    return "link" if kind in _DETECTED or kind in _NEEDS else kind


def _clean(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Normalise and trim as Telegram does, moving the entities along.

    Leading white space is trimmed only up to the first entity, so that indented code keeps its
    first indentation; trailing white space always.
    """
    text = _CONTROL.sub(" ", text)
    if _DROPPED.search(text):
        text, entities = _without(text, entities)
    text = _DIRECTION_MARK.sub("\u200c", text)
    if not text or (text[0] not in _WHITESPACE and text[-1] not in _WHITESPACE):
        return text, entities
    text = text.rstrip(_WHITESPACE)
    leading = len(text) - len(text.lstrip(_WHITESPACE))
    if entities:
        leading = min(leading, entities[0]["offset"])
    text = text[leading:]
    return text, _moved(entities, leading, utf16_length(text))


def _moved(entities: Sequence[Json], by: int, end: int) -> list[Json]:
    moved = []
    for item in entities:
        offset = item["offset"] - by
        length = min(item["length"], end - offset)
        if length > 0:
            moved.append({**item, "offset": offset, "length": length})
    return moved


def _without(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Drop what Telegram drops; every dropped character is one UTF-16 unit."""
    gone = [utf16_length(text[: match.start()]) for match in _DROPPED.finditer(text)]

    def new(position: int) -> int:
        return position - sum(1 for place in gone if place < position)

    kept = []
    for item in entities:
        offset = new(item["offset"])
        length = new(item["offset"] + item["length"]) - offset
        if length > 0:
            kept.append({**item, "offset": offset, "length": length})
    return _DROPPED.sub("", text), kept
