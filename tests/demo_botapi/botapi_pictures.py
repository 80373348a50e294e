"""Pictures for the tests of the Bot API emulator."""

import io

from PIL import Image


def picture(width: int = 1000, height: int = 500) -> bytes:
    """A JPEG of that size."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "JPEG")
    return out.getvalue()
