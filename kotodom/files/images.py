"""Pictures made fit for a model: not larger than it sees, and with nothing hidden in them."""

import ctypes
import warnings
from io import BytesIO

from PIL import Image as Pillow
from PIL import ImageOps
from PIL.AvifImagePlugin import AvifImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from kotodom.errors import FileProblem, FileUnusable
from kotodom.model import Image

MAX_SIDE = 1_568
"""The longer side in pixels: our choice, a little above the 1,280 of a photo as Telegram keeps it.
Models count patches of 32 pixels (OpenAI's guide to images), so that twice the side costs four
times the tokens."""
MAX_PIXELS = 40_000_000
"""More than a phone's camera makes, and 160 MB while it is decoded."""
LARGE = 4_000_000
"""Pixels from which the memory that decoding took is worth handing back."""
JPEG_QUALITY = 85
FEW_COLOURS = 256
"""A picture with no more colours is drawn rather than photographed: PNG is smaller and sharper."""

FORMATS = (
    *("JPEG", "PNG", "GIF", "BMP"),
    *(decoder.format for decoder in (WebPImageFile, TiffImageFile, AvifImageFile)),
)
"""The only decoders that are let near what people send. Naming one that is not imported would have
Pillow import them all."""
AS_IT_IS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
"""Formats that providers take, with their types."""

HARMLESS = frozenset(
    {
        *("jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "progressive", "progression"),
        *("adobe", "adobe_transform", "gamma", "srgb", "chromaticity", "interlace", "aspect"),
        *("transparency", "background", "version", "extension", "duration", "loop"),
    }
)
"""What Pillow may have found beside the pixels without the file being written anew."""
JPEG_SEGMENTS = frozenset({"APP0", "APP14"})
"""JFIF and Adobe's colour transform; every other application segment can hold anything."""
SCALABLE = ("RGB", "RGBA", "L", "LA", "CMYK")
"""Kinds of pixels that are scaled well as they are; a palette's numbers, say, are not."""
JPEG_END = b"\xff\xd9"

Pillow.MAX_IMAGE_PIXELS = MAX_PIXELS
# Pillow refuses only twice that; below it merely warns.
warnings.filterwarnings("error", category=Pillow.DecompressionBombWarning)


def fit(data: bytes) -> Image:
    """The picture in *data*, upright, within ``MAX_SIDE`` and without metadata.

    Takes memory in proportion to the pixels and as much as a second of CPU: for a thread. Raises
    FileUnusable (UNREADABLE).
    """
    pixels = 0
    try:
        with Pillow.open(BytesIO(data), formats=FORMATS) as picture:
            pixels = picture.width * picture.height
            if pixels <= MAX_PIXELS:
                return _fit(picture, data)
        what = f"{pixels} pixels are too many"
    # Damaged files make Pillow raise almost anything: OSError, SyntaxError, struct.error, …
    except Exception as error:  # noqa: BLE001
        what = type(error).__name__
    finally:
        if LARGE < pixels <= MAX_PIXELS:
            _hand_back()
    raise FileUnusable(FileProblem.UNREADABLE, f"the picture cannot be read: {what}")


def _fit(picture: Pillow.Image, data: bytes) -> Image:
    if _passes(picture, data):
        picture.load()  # a truncated file shows only now
        return Image(AS_IT_IS[str(picture.format)], data)
    # A JPEG is decoded at a half, a quarter or an eighth when that is large enough. Everything
    # else happens to the small picture: each copy of a large one would take as much again.
    picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
    small = picture if picture.mode in SCALABLE else picture.convert(_wide(picture))
    small.thumbnail((MAX_SIDE, MAX_SIDE), Pillow.Resampling.LANCZOS)
    ImageOps.exif_transpose(small, in_place=True)
    return _encode(_on_white(small))


def _wide(picture: Pillow.Image) -> str:
    """A mode that can hold the picture and can be scaled well."""
    return "RGBA" if picture.has_transparency_data else "RGB"


def _passes(picture: Pillow.Image, data: bytes) -> bool:
    """Whether the file can be sent as it is: small, still, and nothing in it but the picture."""
    if picture.format not in AS_IT_IS or max(picture.size) > MAX_SIDE:
        return False
    if getattr(picture, "is_animated", False) or not HARMLESS.issuperset(picture.info):
        return False
    if picture.format != "JPEG":
        return not picture.getexif()
    segments = {name for name, _ in getattr(picture, "applist", ())}
    return JPEG_SEGMENTS.issuperset(segments) and data.endswith(JPEG_END)


def _on_white(picture: Pillow.Image) -> Pillow.Image:
    """The same picture in RGB, what is transparent made white."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    flat = Pillow.new("RGB", layered.size, "white")
    flat.paste(layered, mask=layered.getchannel("A"))
    return flat


def _encode(picture: Pillow.Image) -> Image:
    picture.info.clear()  # Pillow would write some of it, a JPEG's comment for one
    output = BytesIO()
    if picture.getcolors(FEW_COLOURS) is not None:
        picture.save(output, "PNG")
        return Image("image/png", output.getvalue())
    picture.save(output, "JPEG", quality=JPEG_QUALITY)
    return Image("image/jpeg", output.getvalue())


def _hand_back() -> None:
    """Give freed memory back to the system: glibc would keep some 90 MB for each thread."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
