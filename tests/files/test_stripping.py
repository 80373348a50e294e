"""A picture that is passed on as it was sent holds the picture, and not a byte beside it."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from kotodom.errors import FileProblem, FileUnusable
from kotodom.files.images import fit, passed
from kotodom.files.stripping import MAX_PIECES, MAX_SCANS, strip

SECRET = b"GPSLatitude 55,45.1N"
GRAIN = Image.merge("RGB", [Image.effect_noise((64, 48), 80) for _ in "rgb"])


def saved(kind: str, picture: Image.Image = GRAIN, **how: Any) -> bytes:
    output = BytesIO()
    picture.save(output, kind, **how)
    return output.getvalue()


def pixels(data: bytes) -> bytes:
    return Image.open(BytesIO(data)).tobytes()


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


JPEG = saved("JPEG")
PROGRESSIVE = saved("JPEG", progressive=True)
PNG = saved("PNG")
LATE = PNG.index(b"IEND") - 4
EARLY = 33
"""Where a PNG's header ends."""


@pytest.mark.parametrize(
    "data",
    [
        JPEG,
        PROGRESSIVE,
        saved("JPEG", GRAIN.convert("L")),
        saved("JPEG", GRAIN.convert("CMYK")),
        saved("JPEG", restart_marker_blocks=3),
        PNG,
        saved("PNG", GRAIN.quantize(), transparency=1),
        saved("PNG", GRAIN.convert("1")),
    ],
)
def test_a_file_with_nothing_but_the_picture_stays_as_it_is(data: bytes) -> None:
    assert strip(data) == data


@pytest.mark.parametrize(
    ("whole", "bare"),
    [
        (JPEG + SECRET + b"\xff\xd9", JPEG),
        (JPEG + JPEG.replace(b"JFIF", b"GPSL"), JPEG),
        (JPEG[:2] + segment(0xFE, SECRET) + JPEG[2:], JPEG),
        (JPEG[:-2] + segment(0xFE, SECRET) + JPEG[-2:], JPEG),
        (JPEG[:-2] + segment(0xE1, b"Exif\0\0" + SECRET) + JPEG[-2:], JPEG),
        (JPEG[:2] + segment(0xE2, b"ICC_PROFILE\0" + SECRET) + JPEG[2:], JPEG),
        (JPEG[:2] + segment(0xED, b"Photoshop 3.0\0" + SECRET) + JPEG[2:], JPEG),
        (JPEG[:2] + segment(0xE0, b"JFXX\0" + SECRET) + JPEG[2:], JPEG),
        (JPEG[:2] + segment(0xEE, SECRET) + JPEG[2:], JPEG),
        (JPEG[:2] + b"\xff\xff" + JPEG[2:], JPEG),
        (PROGRESSIVE[:-2] + segment(0xFE, SECRET) + PROGRESSIVE[-2:], PROGRESSIVE),
        (PNG + SECRET, PNG),
        (PNG + PNG[8:], PNG),
        (PNG[:EARLY] + chunk(b"tEXt", b"Comment\0" + SECRET) + PNG[EARLY:], PNG),
        (PNG[:LATE] + chunk(b"tEXt", b"Comment\0" + SECRET) + PNG[LATE:], PNG),
        (PNG[:LATE] + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + SECRET) + PNG[LATE:], PNG),
        (PNG[:EARLY] + chunk(b"prVt", SECRET) + PNG[EARLY:], PNG),
        (PNG[:EARLY] + chunk(b"gAMA", SECRET) + PNG[EARLY:], PNG),
        (PNG[:EARLY] + chunk(b"tIME", SECRET) + PNG[EARLY:], PNG),
    ],
)
def test_whatever_else_is_in_a_file_does_not_leave(whole: bytes, bare: bytes) -> None:
    assert whole != bare
    assert strip(whole) == bare


def test_a_thumbnail_in_the_header_does_not_leave() -> None:
    header = JPEG[6:18]  # JFIF, its version and density, without the thumbnail's size
    thumbnail = segment(0xE0, header + b"\x02\x04" + SECRET + b"1234")
    assert strip(JPEG[:2] + thumbnail + JPEG[20:]) == JPEG


def test_adobes_word_on_colours_stays() -> None:
    data = saved("JPEG", GRAIN.convert("CMYK"))
    start = data.index(b"\xff\xee")
    longer = data[:start] + segment(0xEE, data[start + 4 : start + 16] + SECRET)
    assert strip(longer + data[start + 16 :]) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff",
        JPEG[:-2],
        JPEG[: len(JPEG) // 2],
        JPEG[:2] + b"x" + JPEG[2:],
        JPEG[:2] + segment(0xE1, b"Exif\0\0") + JPEG[2:],
        JPEG[:2] + segment(0xFE, b"") * MAX_PIECES + JPEG[2:],
        PNG[:8],
        PNG[:LATE],
        PNG[:-1],
        PNG[:EARLY] + chunk(b"eXIf", b"II*\0") + PNG[EARLY:],
        PNG[:EARLY] + chunk(b"prVt", b"") * MAX_PIECES + PNG[EARLY:],
        saved("GIF"),
        saved("WEBP"),
        saved("BMP"),
    ],
)
def test_what_is_built_otherwise_must_be_made_anew(data: bytes) -> None:
    """Also what says how it is to be turned."""
    assert strip(data) is None
    assert passed(data) is None


def taken() -> Image.Exif:
    tags = Image.Exif()
    tags[0x010F] = SECRET.decode()
    return tags


def gif_with_xmp() -> bytes:
    gif = saved("GIF")
    at = 13 + 3 * (2 << (gif[10] & 7))
    xmp = b"\x21\xff\x0bXMP DataXMP" + bytes([len(SECRET)]) + SECRET + b"\0"
    return gif[:at] + xmp + gif[at:]


def webp_with_a_chunk_of_its_own() -> bytes:
    body = saved("WEBP")[8:] + b"zzzz" + struct.pack("<I", len(SECRET)) + SECRET
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    "data",
    [
        gif_with_xmp(),
        saved("GIF") + SECRET,
        webp_with_a_chunk_of_its_own(),
        saved("WEBP") + SECRET,
        saved("PNG", exif=taken()),
    ],
)
def test_what_is_made_anew_holds_nothing_of_the_old_file(data: bytes) -> None:
    assert SECRET in data
    assert SECRET not in fit(data).data


def test_the_pixels_are_untouched() -> None:
    for bare, whole in ((JPEG, JPEG + SECRET), (PNG, PNG + SECRET)):
        stripped = strip(whole)
        assert stripped is not None
        assert pixels(stripped) == pixels(bare)


def test_scans_are_counted_as_the_decoder_would() -> None:
    """Not where their marker stands by chance, and none after the end."""
    last = PROGRESSIVE[PROGRESSIVE.rindex(b"\xff\xda") : -2]
    usual = PROGRESSIVE.count(b"\xff\xda")
    many = PROGRESSIVE[:-2] + last * (MAX_SCANS - usual)
    chance = segment(0xFE, b"\xff\xda" * MAX_SCANS)
    assert strip(many + chance + b"\xff\xd9" + b"\xff\xda" * MAX_SCANS) == many + b"\xff\xd9"
    with pytest.raises(FileUnusable) as caught:
        strip(many + last + b"\xff\xd9")
    assert caught.value.problem is FileProblem.UNREADABLE
