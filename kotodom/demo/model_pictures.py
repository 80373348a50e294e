"""Pictures as the offline model gets them: strictly decoded, and measured by their headers."""

import base64
import binascii
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kotodom.demo.model_refusals import Refused, invalid

_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+);base64,(.*)", re.ASCII | re.DOTALL)
_FORMATS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WebP",
}
_DETAILS = ("low", "high", "auto", "original")
_PATCH = 32
"""Pixels; a model counts 1.2 tokens for each patch that is begun (OpenAI, images and vision)."""

_NO_SIZE = frozenset({0xC4, 0xC8, 0xCC})
"""JPEG markers between SOF0 and SOF15 that are no start of a frame (ITU-T T.81, table B.1)."""
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""JPEG markers without a length."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What can be known of a picture without looking at it."""

    format: str
    width: int
    height: int
    size: int
    """Bytes."""

    @property
    def tokens(self) -> int:
        """What it costs, roughly."""
        patches = -(-self.width // _PATCH) * -(-self.height // _PATCH)
        return -(-patches * 6 // 5)


def picture_of(part: dict[str, Any], param: str) -> Picture:
    """The picture of an ``input_image`` part that stands at *param*; raises Refused."""
    detail = part.get("detail", "auto")
    if detail not in _DETAILS:
        raise invalid(f"{param}.detail", f"Invalid value: '{detail}'. Supported: {_DETAILS}.")
    param = f"{param}.image_url"
    url = part.get("image_url")
    if not isinstance(url, str) or not url:
        raise invalid(param, "Only pictures in data URLs can be seen offline.", "invalid_image_url")
    found = _DATA_URL.fullmatch(url)
    if found is None:
        code = "invalid_value" if url.startswith("data:") else "invalid_image_url"
        raise invalid(param, f"Invalid '{param}'. Expected a base64-encoded data URL.", code)
    if found[1] not in _FORMATS:
        message = (
            f"Invalid '{param}'. Expected a base64-encoded data URL with an image MIME type, "
            f"but got unsupported MIME type '{found[1]}'."
        )
        raise invalid(param, message)
    try:
        data = base64.b64decode(found[2], validate=True)
    except (binascii.Error, ValueError):
        raise invalid(param, "The picture is not valid base64.", "invalid_base64_image") from None
    picture = measure(data)
    if picture is None or picture.format != _FORMATS[found[1]]:
        message = "The image data you provided does not represent a valid image of its type."
        raise invalid(param, message, "invalid_image_format")
    return picture


def pictures_of(item: dict[str, Any]) -> tuple[Picture, ...]:
    """The pictures of an input item; those that would be refused are left out."""
    return tuple(_usable(item.get("content")))


def _usable(content: Any) -> Iterator[Picture]:
    for part in content if isinstance(content, list) else ():
        if isinstance(part, dict) and part.get("type") == "input_image":
            try:
                yield picture_of(part, "image")
            except Refused:
                continue


def shortened(body: dict[str, Any]) -> dict[str, Any]:
    """*body* with the bytes of its pictures left out, so that many requests can be remembered."""
    items = body.get("input")
    if not isinstance(items, list):
        return body
    return {**body, "input": [_short_item(item) for item in items]}


def _short_item(item: Any) -> Any:
    content = item.get("content") if isinstance(item, dict) else None
    if not isinstance(content, list):
        return item
    return {**item, "content": [_short_part(part) for part in content]}


def _short_part(part: Any) -> Any:
    url = part.get("image_url") if isinstance(part, dict) else None
    if not isinstance(url, str) or not url.startswith("data:"):
        return part
    return {**part, "image_url": f"{url.partition(',')[0][:60]},…"}


def measure(data: bytes) -> Picture | None:
    """Format and size, as the header tells them; None for what is none of the four formats."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
            width, height = struct.unpack_from(">II", data, 16)
            return Picture("PNG", width, height, len(data))
        if data[:6] in (b"GIF87a", b"GIF89a"):
            width, height = struct.unpack_from("<HH", data, 6)
            return Picture("GIF", width, height, len(data))
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
        return _jpeg(data) if data.startswith(b"\xff\xd8") else None
    except (struct.error, IndexError):
        return None


def _webp(data: bytes) -> Picture | None:
    """The three kinds of the WebP container specification."""
    kind = data[12:16]
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return Picture("WebP", width & 0x3FFF, height & 0x3FFF, len(data))
    if kind == b"VP8L" and data[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", data, 21)
        return Picture("WebP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, len(data))
    if kind == b"VP8X" and len(data) >= 30:
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return Picture("WebP", width, height, len(data))
    return None


def _jpeg(data: bytes) -> Picture | None:
    """Walk from segment to segment until one begins a frame."""
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # any number of them may stand before a marker
            at += 1
        elif marker in _ALONE:
            at += 2
        elif 0xC0 <= marker <= 0xCF and marker not in _NO_SIZE:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Picture("JPEG", width, height, len(data))
        else:
            at += 2 + int(struct.unpack_from(">H", data, at + 2)[0])
    return None
