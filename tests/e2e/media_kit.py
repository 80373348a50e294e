"""Files such as people send, and a model that says what it got."""

import base64
import hashlib
import struct
import wave
import zipfile
import zlib
from io import BytesIO
from typing import Any

from docx import Document
from PIL import Image

from kotodom.demo.model_received import text_of

Items = list[dict[str, Any]]


def repeat(items: Items, body: dict[str, Any]) -> str:
    """The answer that repeats the question's words, and names its pictures by their bytes."""
    content = items[-1]["content"]
    parts = content if isinstance(content, list) else []
    seen = [
        name_of(base64.b64decode(part["image_url"].partition(",")[2]))
        for part in parts
        if part["type"] == "input_image"
    ]
    return " ".join(["Answer to:", text_of(items[-1]), *seen]).strip()


def name_of(data: bytes) -> str:
    """What :func:`repeat` calls a picture."""
    return f"picture{hashlib.sha256(data).hexdigest()[:8]}"


def picture(number: int = 0, width: int = 320, height: int = 200, kind: str = "JPEG") -> bytes:
    """A picture that differs from those of other numbers."""
    image = Image.new("RGB", (width, height), (40 * number % 256, 90, 120))
    image.putpixel((number, 0), (255, 255, 255))
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


def bomb(side: int = 10_000) -> bytes:
    """A sound PNG of a few thousand bytes that has side x side black pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes((1 + -(-side // 8)) * side))
    body = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def sound(seconds: int) -> bytes:
    """A silent recording; what is heard in it is up to the test."""
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(1000)
        file.writeframes(bytes(1000 * seconds))
    return out.getvalue()


def pdf(words: str) -> bytes:
    """A PDF of one page."""
    stream = f"BT /F1 12 Tf 10 100 Td ({words}) Tj ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R"
        "/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
    )
    output, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(f"{len(output):010} 00000 n \n")
        output += f"{number} 0 obj\n{body}\nendobj\n"
    count = len(objects) + 1
    table = f"xref\n0 {count}\n0000000000 65535 f \n{''.join(places)}"
    end = f"trailer<</Size {count}/Root 1 0 R>>\nstartxref\n{len(output)}\n%%EOF"
    return (output + table + end).encode()


def docx(*paragraphs: str) -> bytes:
    """A Word file."""
    document = Document()
    for words in paragraphs:
        document.add_paragraph(words)
    output = BytesIO()
    document.save(output)
    return output.getvalue()


def archive() -> bytes:
    """A zip with a file in it."""
    output = BytesIO()
    with zipfile.ZipFile(output, "w") as file:
        file.writestr("readme.txt", "read me")
    return output.getvalue()
