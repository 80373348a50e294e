"""Pictures made fit for a model: not larger than it sees, and with nothing hidden in them."""

import warnings
from io import BytesIO

from PIL import Image as Pillow
from PIL import ImageOps
from PIL.AvifImagePlugin import AvifImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from kotodom.errors import FileProblem, FileUnusable
from kotodom.files.stripping import strip
from kotodom.model import Image

MAX_SIDE = 1_568
"""The longer side in pixels: our choice, a little above the 1,280 of a photo as Telegram keeps it.
Models count patches of 32 pixels (OpenAI's guide to images), so that twice the side costs four
times the tokens."""
MAX_PIXELS = 40_000_000
"""More than a phone's camera makes, and 160 MB while it is decoded."""
MAX_BYTES = 1_500_000
"""Of a picture that is passed on as it is: a photo of that many pixels at the best quality; a
question carries twenty of them."""
JPEG_QUALITY = 85
FEW_COLOURS = 256
"""A picture with no more colours is drawn rather than photographed: PNG is smaller and sharper."""

FORMATS = (
    *("JPEG", "PNG", "GIF", "BMP"),
    *(decoder.format for decoder in (WebPImageFile, TiffImageFile, AvifImageFile)),
)
"""The only decoders that are let near what people send. Naming one that is not imported would have
Pillow import them all."""
AS_IT_IS = {"JPEG": "image/jpeg", "PNG": "image/png"}
"""Formats that can be passed on as they are, with their types."""
SCALABLE = ("RGB", "RGBA", "L", "LA", "CMYK")
"""Kinds of pixels that are scaled well as they are; a palette's numbers, say, are not."""

Pillow.MAX_IMAGE_PIXELS = MAX_PIXELS
# Pillow refuses only twice that; below it merely warns.
warnings.filterwarnings("error", category=Pillow.DecompressionBombWarning)


def passed(data: bytes) -> Image | None:
    """The picture as it was sent but for its metadata; None when it must be made anew.

    Takes tens of milliseconds of CPU and 10 MB at most, whatever is in the file: for a thread.
    Raises FileUnusable (UNREADABLE).
    """
    bare = strip(data)
    if bare is None or len(bare) > MAX_BYTES:
        return None
    try:
        with Pillow.open(BytesIO(bare), formats=tuple(AS_IT_IS)) as picture:
            if max(picture.size) > MAX_SIDE:
                return None
            picture.load()  # damage shows only now
            return Image(AS_IT_IS[str(picture.format)], bare)
    # Damaged files make Pillow raise almost anything; who makes it anew finds out what it is.
    except Exception:  # noqa: BLE001
        return None


def fit(data: bytes) -> Image:
    """The picture in *data* made anew: upright, within ``MAX_SIDE`` and without metadata.

    What it takes is up to the file: for a process that can be ended. Raises FileUnusable
    (UNREADABLE).
    """
    try:
        with Pillow.open(BytesIO(data), formats=FORMATS) as picture:
            pixels = picture.width * picture.height
            if pixels <= MAX_PIXELS:
                return _fit(picture)
        what = f"{pixels} pixels are too many"
    # Damaged files make Pillow raise almost anything: OSError, SyntaxError, struct.error, …
    except Exception as error:  # noqa: BLE001
        what = type(error).__name__
    raise FileUnusable(FileProblem.UNREADABLE, f"the picture cannot be read: {what}")


def _fit(picture: Pillow.Image) -> Image:
    # A JPEG is decoded at a half, a quarter or an eighth when that is large enough. Everything
    # else happens to the small picture: each copy of a large one would take as much again.
    picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
    small = picture if picture.mode in SCALABLE else picture.convert(_wide(picture))
    small.thumbnail((MAX_SIDE, MAX_SIDE), Pillow.Resampling.LANCZOS)
    ImageOps.exif_transpose(small, in_place=True)
    return _encode(_on_white(small))


def _wide(picture: Pillow.Image) -> str:
    """A mode that can hold the picture and can be scaled well."""
    if picture.mode.startswith("I;16"):
        return "I"
    return "RGBA" if picture.has_transparency_data else "RGB"


def _on_white(picture: Pillow.Image) -> Pillow.Image:
    """The same picture in RGB, what is transparent made white."""
    if picture.mode == "I":
        # Pillow itself would cut off what 8 bits do not hold, and show nearly all of it white.
        return picture.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    flat = Pillow.new("RGB", layered.size, "white")
    flat.paste(layered, mask=layered.getchannel("A"))
    return flat


def _encode(picture: Pillow.Image) -> Image:
    picture.info.clear()  # Pillow would write some of it, a JPEG's comment for one
    if picture.getcolors(FEW_COLOURS) is not None:
        drawn = _saved(picture, "PNG")
        if len(drawn) <= MAX_BYTES:
            return Image("image/png", drawn)
    return Image("image/jpeg", _saved(picture, "JPEG"))


def _saved(picture: Pillow.Image, kind: str) -> bytes:
    output = BytesIO()
    picture.save(output, kind, quality=JPEG_QUALITY)
    return output.getvalue()
