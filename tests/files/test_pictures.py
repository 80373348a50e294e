"""A picture reaches the model upright, small enough and without a word about where it was taken."""

import asyncio
import resource
import threading
import time
import warnings
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from kotodom.errors import FileProblem, FileUnusable
from kotodom.files.images import MAX_BYTES, MAX_PIXELS, MAX_SIDE, fit, passed
from kotodom.files.process import AT_ONCE, Extractor
from kotodom.files.reader import DECODERS, FileReader
from kotodom.model import Image as Picture

RED, BLUE = (250, 10, 10), (10, 10, 250)
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def noisy(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture of many colours, whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    grain = Image.merge("RGB", [Image.effect_noise((width, height), 60) for _ in "rgb"])
    return Image.blend(picture, grain, 0.1).convert(mode)


def saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    output = BytesIO()
    picture.save(output, kind, **how)
    return output.getvalue()


def opened(result: Picture) -> Image.Image:
    picture = Image.open(BytesIO(result.data))
    picture.load()
    assert Image.MIME[str(picture.format)] == result.mime
    return picture


def exif(**more: int | str) -> Image.Exif:
    tags = Image.Exif()
    tags[MAKE] = "SecretCamera"
    for name, value in more.items():
        tags[{"orientation": ORIENTATION}[name]] = value
    tags.get_ifd(GPS)[2] = (52.0, 31.0, 12.0)
    return tags


def near(found: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 60 for a, b in zip(found, wanted, strict=True))


@pytest.fixture
def reader() -> FileReader:
    return FileReader()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
async def test_what_is_small_enough_is_passed_on_as_it_is(reader: FileReader, kind: str) -> None:
    data = saved(noisy(300, 200), kind)
    assert await reader.image(data) == Picture(Image.MIME[kind], data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "AVIF"])
async def test_what_is_too_large_is_scaled_down_whole(reader: FileReader, kind: str) -> None:
    shown = opened(await reader.image(saved(noisy(3_000, 1_500), kind)))
    assert shown.format == "JPEG"
    assert shown.size == (MAX_SIDE, MAX_SIDE // 2)
    assert near(shown.getpixel((200, 500)), RED)
    assert near(shown.getpixel((MAX_SIDE - 200, 500)), BLUE)


async def test_a_photo_is_turned_upright_and_tells_nothing(reader: FileReader) -> None:
    """Also when it is small: where it was taken is nobody's business."""
    for size in ((300, 200), (3_000, 2_000)):
        data = saved(noisy(*size), "JPEG", exif=exif(orientation=6))
        assert b"SecretCamera" in data
        result = await reader.image(data)
        shown = opened(result)
        assert shown.height > shown.width
        assert near(shown.getpixel((shown.width // 2, 20)), RED)
        assert not shown.getexif()
        assert b"SecretCamera" not in result.data


def text_chunk() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "SecretCamera")
    return info


@pytest.mark.parametrize(
    "data",
    [
        saved(noisy(30, 20), "JPEG", comment="SecretCamera"),
        saved(noisy(30, 20), "JPEG", xmp=b"<x>SecretCamera</x>"),
        saved(noisy(30, 20), "JPEG", icc_profile=b"SecretCamera" * 20),
        saved(noisy(30, 20), "JPEG") + b"SecretCamera",
        saved(noisy(30, 20), "PNG", pnginfo=text_chunk()),
        saved(noisy(30, 20), "PNG", exif=exif()),
        saved(noisy(30, 20), "WEBP", exif=exif()),
        saved(noisy(30, 20), "WEBP", xmp=b"<x>SecretCamera</x>"),
        saved(noisy(30, 20), "GIF", comment=b"SecretCamera"),
        saved(noisy(30, 20), "TIFF", tiffinfo={MAKE: "SecretCamera"}),
        saved(noisy(30, 20), "MPO", exif=exif(), save_all=True, append_images=[noisy(30, 20)]),
    ],
)
async def test_no_metadata_of_any_kind_leaves(reader: FileReader, data: bytes) -> None:
    assert b"SecretCamera" in data
    result = await reader.image(data)
    assert opened(result).size == (30, 20)
    assert b"SecretCamera" not in result.data


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
async def test_of_a_moving_picture_the_first_frame_is_shown(reader: FileReader, kind: str) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, BLUE)]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
    shown = opened(await reader.image(data))
    assert getattr(shown, "n_frames", 1) == 1
    assert near(shown.convert("RGB").getpixel((5, 5)), RED)


async def test_what_is_transparent_becomes_white(reader: FileReader) -> None:
    picture = noisy(3_000, 100, "RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size).point(lambda v: 0))
    for data in (saved(picture, "PNG"), saved(picture.quantize(), "PNG", transparency=0)):
        shown = opened(await reader.image(data)).convert("RGB")
        assert near(shown.getpixel((5, 5)), (255, 255, 255))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16", "YCbCr"])
async def test_every_kind_of_pixel_is_understood(reader: FileReader, mode: str) -> None:
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    picture = Image.new("I;16", (2_500, 50)) if mode == "I;16" else noisy(2_500, 50).convert(mode)
    assert opened(await reader.image(saved(picture, kind))).width == MAX_SIDE


async def test_a_drawing_stays_sharp_and_small(reader: FileReader) -> None:
    drawing = Image.new("RGB", (3_000, 3_000), "white")
    result = await reader.image(saved(drawing, "PNG"))
    assert result.mime == "image/png"
    assert len(result.data) < 50_000


async def refused(reader: FileReader, data: bytes) -> str:
    with pytest.raises(FileUnusable) as caught:
        await reader.image(data)
    assert caught.value.problem is FileProblem.UNREADABLE
    assert caught.value.__context__ is None
    return str(caught.value)


def cut(data: bytes) -> Iterable[bytes]:
    return (data[: len(data) * part // 10] for part in (1, 5, 9))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
async def test_a_truncated_file_is_unreadable(reader: FileReader, kind: str) -> None:
    for piece in cut(saved(noisy(300, 200), kind)):
        await refused(reader, piece)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\xff\xd8\xff",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>",
        saved(noisy(10, 10), "PPM"),
        saved(noisy(10, 10), "ICO"),
    ],
)
async def test_what_is_no_picture_is_unreadable(reader: FileReader, data: bytes) -> None:
    """Formats that nobody sends are no pictures here: each decoder is one more door."""
    await refused(reader, data)


@pytest.mark.parametrize("strict", [True, False])
async def test_too_many_pixels_are_refused_by_the_header_alone(
    reader: FileReader, strict: bool
) -> None:
    """A few kilobytes that would take gigabytes to decode, whatever the filters for warnings."""
    width = 20_000
    for height in (MAX_PIXELS // width + 1, 20_000):
        data = saved(Image.new("1", (width, height)), "PNG")
        assert len(data) < 100_000
        with warnings.catch_warnings():
            warnings.simplefilter("error" if strict else "ignore")
            await refused(reader, data)


def test_damage_anywhere_is_unreadable_or_shown_but_nothing_else() -> None:
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "TIFF"):
        whole = saved(noisy(60, 40), kind)
        for at in range(0, len(whole), max(1, len(whole) // 40)):
            damaged = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
            try:
                opened(passed(damaged) or fit(damaged))
            except FileUnusable as error:
                assert error.problem is FileProblem.UNREADABLE


async def test_only_two_pictures_are_looked_at_at_once(reader: FileReader) -> None:
    data = saved(noisy(200, 100), "PNG")
    before = set(threading.enumerate())
    await asyncio.gather(*(reader.image(data) for _ in range(6)))
    threads = set(threading.enumerate()) - before
    assert len([thread for thread in threads if thread.name.startswith("picture")]) <= DECODERS


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
async def test_what_is_small_on_the_screen_but_large_in_bytes_is_made_anew(
    reader: FileReader, kind: str
) -> None:
    grain = Image.merge("RGB", [Image.effect_noise((1_200, 1_200), 120) for _ in "rgb"])
    data = saved(grain, kind, **({"quality": 100, "subsampling": 0} if kind == "JPEG" else {}))
    assert len(data) > MAX_BYTES
    result = await reader.image(data)
    assert (result.mime, opened(result).size) == ("image/jpeg", (1_200, 1_200))
    assert len(result.data) < len(data) / 2


async def test_a_drawing_that_is_larger_as_a_drawing_becomes_a_photo(reader: FileReader) -> None:
    grain = Image.effect_noise((MAX_SIDE, MAX_SIDE), 120).convert("RGB")
    result = await reader.image(saved(grain, "BMP"))
    assert result.mime == "image/jpeg"


async def test_grey_of_sixteen_bits_keeps_its_shades(reader: FileReader) -> None:
    shades = Image.new("I;16", (2_000, 20))
    shades.putdata([x * 32 for _ in range(20) for x in range(2_000)])
    for kind, mode in (("PNG", "I;16"), ("TIFF", "I;16"), ("TIFF", "I;16B")):
        shown = opened(await reader.image(saved(shades.convert("I").convert(mode), kind)))
        darkest, lightest = shown.convert("L").getextrema()
        assert darkest < 5
        assert 240 < lightest < 255
        assert abs(shown.convert("L").getpixel((shown.width // 2, 10)) - 125) < 5


def of_many_scans(side: int, scans: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again; each is a pass over all pixels."""
    whole = saved(Image.new("L", (side, side), 128), "JPEG", progressive=True, quality=50)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * scans + b"\xff\xd9"


async def test_a_photo_of_endless_scans_is_refused_before_it_is_decoded(reader: FileReader) -> None:
    began = time.process_time()
    await refused(reader, of_many_scans(6_000, 3_000))
    assert time.process_time() - began < 1
    assert opened(await reader.image(of_many_scans(200, 50))).size == (200, 200)


async def test_making_a_picture_anew_ends_in_time_and_leaves_nothing_behind() -> None:
    extractor = Extractor(picture_wall=0.3)
    scans = of_many_scans(6_000, 300)
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(FileUnusable) as caught:
            await extractor.picture(scans)
        assert caught.value.problem is FileProblem.UNREADABLE
    assert time.monotonic() - began < 5


async def test_one_who_waits_no_more_frees_the_place_at_once() -> None:
    extractor = Extractor()
    scans = of_many_scans(6_000, 300)
    waiting = [asyncio.create_task(extractor.picture(scans)) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    shown = opened(await asyncio.wait_for(extractor.picture(saved(noisy(30, 20), "BMP")), 15))
    assert shown.size == (30, 20)


@pytest.mark.parametrize("mode", ["LA", "I;16"])
async def test_the_largest_pictures_can_be_made_anew_within_the_memory_there_is(
    reader: FileReader, mode: str
) -> None:
    data = saved(Image.new(mode, (6_300, 6_300)), "PNG")
    assert max(opened(await reader.image(data)).size) == MAX_SIDE


async def test_pictures_leave_no_memory_behind(reader: FileReader) -> None:
    """The large ones are made anew elsewhere; the small ones are looked at one after another."""
    large, small = saved(noisy(3_000, 2_000), "JPEG"), saved(noisy(1_280, 960), "JPEG")
    for data in (large, small):
        await reader.image(data)
    before = resident()
    for data in (*[large] * 2, *[small] * 20):
        await reader.image(data)
    assert resident() - before < 25


def resident() -> float:
    """Megabytes of memory that this process has."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20
