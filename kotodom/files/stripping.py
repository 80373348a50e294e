"""Picture files taken apart and put together again, with only what draws the picture.

Anything else in them may tell where and by whom a picture was taken, and hides in many places:
comments, private chunks, bytes after the end. So what is kept is named, not what is left out.
"""

import re
from collections.abc import Iterator

from kotodom.errors import FileProblem, FileUnusable

MAX_SCANS = 100
"""Scans of a progressive JPEG; cameras and programs write about ten, and each costs a pass over
all pixels, however few bytes it has."""

MAX_PIECES = 10_000
"""Segments or chunks; a PNG of 20 MB usually has 2,500, in pieces of 8 KB."""

JPEG_START, JPEG_END = b"\xff\xd8", b"\xff\xd9"
JPEG_KEPT = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD})
"""Frames (baseline, extended, progressive), Huffman tables, scans, quantisation tables and restart
intervals: ITU-T T.81, table B.1."""
STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers that have no length after them; none may stand where a segment is expected."""
SCAN, END, JFIF, EXIF, ADOBE = 0xDA, 0xD9, 0xE0, 0xE1, 0xEE
PADDING = re.compile(rb"\xff*(?=\xff)")
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The marker that ends a scan's data, in which FF is followed by 00 or a restart's number."""

PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = {
    b"IHDR": 13,
    b"PLTE": 768,
    b"tRNS": 256,
    b"gAMA": 4,
    b"cHRM": 32,
    b"sRGB": 1,
    b"IDAT": 2**31 - 1,
    b"IEND": 0,
}
"""Chunks and their longest (PNG, third edition, chapter 11)."""


def strip(data: bytes) -> bytes | None:
    """The same JPEG or PNG with nothing in it but the picture, its pixels untouched.

    None when that cannot be done: another format, damage, or a note on how the picture is to be
    turned, which must be followed. Raises FileUnusable (UNREADABLE) for a JPEG of too many scans.
    """
    try:
        if data.startswith(JPEG_START):
            return b"".join([JPEG_START, *_jpeg(data), JPEG_END])
        if data.startswith(PNG_START):
            return b"".join([PNG_START, *_png(data)])
    except _Unknown:
        pass
    return None


class _Unknown(Exception):
    """The file is not built as we know it."""


def _jpeg(data: bytes) -> Iterator[bytes]:
    """The segments between start and end, each scan with its data."""
    scans, at = 0, len(JPEG_START)
    for _ in range(MAX_PIECES):
        marker, at, body = _segment(data, at)
        if marker == END:
            return
        if marker == EXIF and not scans:
            raise _Unknown
        if marker == SCAN:
            scans += 1
            if scans > MAX_SCANS:
                raise FileUnusable(FileProblem.UNREADABLE, "the picture has too many scans")
            found = AFTER_SCAN.search(data, at)
            if found is None:
                raise _Unknown
            body += data[at : found.start()]
            at = found.start()
        if marker in JPEG_KEPT:
            yield b"\xff" + bytes([marker]) + body
        elif marker == JFIF and body[2:7] == b"JFIF\0" and len(body) >= 16:
            # Without the thumbnail, which may show more than the picture.
            yield b"\xff\xe0\x00\x10" + body[2:14] + b"\0\0"
        elif marker == ADOBE and body[2:7] == b"Adobe" and len(body) >= 14:
            yield b"\xff\xee\x00\x0e" + body[2:14]
    raise _Unknown


def _segment(data: bytes, at: int) -> tuple[int, int, bytes]:
    """The segment at *at*: its marker, where the next one is, and its bytes with their length."""
    padding = PADDING.match(data, at)
    if padding is None:
        raise _Unknown
    at = padding.end()
    marker = data[at + 1] if at + 1 < len(data) else 0
    if marker == END:
        return marker, at + 2, b""
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    end = at + 2 + length
    if not marker or marker in STANDALONE or length < 2 or end > len(data):
        raise _Unknown
    return marker, end, data[at + 2 : end]


def _png(data: bytes) -> Iterator[bytes]:
    """The chunks up to the end; of all but the pixels' only the first of a kind."""
    seen, at = set[bytes](), len(PNG_START)
    for _ in range(MAX_PIECES):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data) or kind == b"eXIf":
            raise _Unknown
        if length <= PNG_KEPT.get(kind, -1) and (kind == b"IDAT" or kind not in seen):
            yield data[at:end]
        if kind == b"IEND":
            return
        seen.add(kind)
        at = end
    raise _Unknown
