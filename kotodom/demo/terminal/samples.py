"""Small files for people who have none at hand: a picture, a recording, a document, a long text.

All of them are made on the spot and are the same every time.
"""

import io
import struct
from itertools import count

from PIL import Image, ImageDraw

DOCUMENT_NAME = "harbour-log.txt"
DOCUMENT = (
    "Harbour log\n\n"
    "06:10  The fishing boat Marta comes in. Two crates of herring.\n"
    "07:45  Fog. The ferry waits outside.\n"
    "09:30  The ferry lands, 42 passengers, one cat.\n"
    "12:00  The cat has found the herring.\n"
)

SPOKEN = "What is 12 * (3 + 4)?"
"""What the sample recording says."""

_SENTENCE = "Sentence {} tells how a cat crossed the harbour and came home in time for supper. "


def pasted(length: int) -> str:
    """Exactly *length* characters of numbered sentences."""
    parts: list[str] = []
    have = 0
    for number in count(1):
        if have >= length:
            break
        part = _SENTENCE.format(number)
        if number % 6 == 0:
            part = f"{part.rstrip()}\n\n"
        parts.append(part)
        have += len(part)
    text = "".join(parts)[:length]
    return text if text == text.rstrip() else text.rstrip() + "." * (length - len(text.rstrip()))


# -- a picture ------------------------------------------------------------------------------

_SIZE = (640, 480)
_SHORE = 300
"""The row where the sea begins."""
_HOURS = (
    ("#f6b26b", "#fff2cc", "#fff7dd", "#3d85a6", "#1f4e66"),
    ("#6fa8dc", "#dceefb", "#ffffff", "#4a90b8", "#2a5d7c"),
    ("#1c2541", "#5b5f97", "#f4f1de", "#22395b", "#0b132b"),
)
"""Sky above and at the horizon, sun or moon, sea near the horizon and before us; by the hour."""


def picture(number: int = 0) -> bytes:
    """A JPEG of a sailing boat: at sunset (0), by day (1) or at night (2)."""
    top, horizon, light, far, near = _HOURS[number % len(_HOURS)]
    image = Image.new("RGB", _SIZE)
    draw = ImageDraw.Draw(image)
    _shade(image, 0, _SHORE, top, horizon)
    draw.ellipse((430, 150, 530, 250), fill=light)
    _shade(image, _SHORE, _SIZE[1], far, near)
    for row in range(_SHORE + 12, _SIZE[1], 16):
        half = 14 + (row - _SHORE) // 6
        draw.line((480 - half, row, 480 + half, row), fill=light, width=2)
    draw.polygon(((150, 330), (330, 330), (300, 372), (185, 372)), fill="#5b2c1a")
    draw.line((240, 120, 240, 330), fill="#3b1d10", width=6)
    draw.polygon(((250, 130), (250, 316), (345, 316)), fill="#fdfaf3")
    draw.polygon(((230, 160), (230, 316), (150, 316)), fill="#e8dfcf")
    data = io.BytesIO()
    image.save(data, "JPEG", quality=82)
    return data.getvalue()


def _shade(image: Image.Image, first: int, last: int, above: str, below: str) -> None:
    """Fill the rows from *first* to *last* with a gradient."""
    upper, lower = (Image.new("RGB", (1, 1), colour) for colour in (above, below))
    draw = ImageDraw.Draw(image)
    for row in range(first, last):
        mixed = Image.blend(upper, lower, (row - first) / (last - first)).getpixel((0, 0))
        draw.line((0, row, image.width, row), fill=mixed)


# -- a recording ----------------------------------------------------------------------------

_SILENCE = b"\xf8\xff\xfe"
"""An Opus packet of 20 ms in which nothing is heard (RFC 6716: CELT, full band, one frame)."""
_PACKETS_PER_SECOND = 50
_SAMPLES_PER_PACKET = 960
_MOST_PACKETS = 250
"""A page of Ogg has up to 255 of them."""
_MOST_SPOKEN = 4_096
"""Characters: more than anybody says in a breath, and room for them on one page."""
_PRE_SKIP = 312
_STREAM = 0x6B6F746F
_FIRST, _LAST = 2, 4
"""Flags of Ogg pages (RFC 3533)."""


def recording(words: str = SPOKEN) -> bytes:
    """A voice message, Ogg with Opus: silence, with *words* where the offline model reads them."""
    words = " ".join(words.split())[:_MOST_SPOKEN]
    # A third of a second for each word; a little silence on both sides.
    seconds = 1 + len(words.split()) / 3
    packets = min(round(seconds * _PACKETS_PER_SECOND), _MOST_PACKETS)
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, _PRE_SKIP, 48_000, 0, 0)
    comment = f"DESCRIPTION=KOTODOM:{words}".encode()
    # What follows the comments is padding (RFC 7845); it ends the words.
    tags = b"OpusTags" + _counted(b"Kotodom") + struct.pack("<I", 1) + _counted(comment) + b"\0"
    end = packets * _SAMPLES_PER_PACKET
    return (
        _page([head], 0, number=0, flags=_FIRST)
        + _page([tags], 0, number=1)
        + _page([_SILENCE] * packets, end, number=2, flags=_LAST)
    )


def _counted(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data


def _page(packets: list[bytes], position: int, *, number: int, flags: int = 0) -> bytes:
    """A page of Ogg with whole packets; *position* in samples at its end."""
    lengths = b"".join(
        b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets
    )
    header = struct.pack("<4sBBqIII", b"OggS", 0, flags, position, _STREAM, number, 0)
    page = header + bytes([len(lengths)]) + lengths + b"".join(packets)
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _checksum(data: bytes) -> int:
    """CRC-32 as Ogg has it: not reflected, beginning with 0 (RFC 3533)."""
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1) ^ (0x04C11DB7 if crc & 0x80000000 else 0)
        crc &= 0xFFFFFFFF
    return crc
