"""Implements :class:`kotodom.ports.Reader`: whatever a file can make expensive is done elsewhere.

Pictures that can be passed on are looked at in two threads; pictures that must be made anew and
documents have processes of their own, which can be ended and take their memory with them.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from kotodom.errors import FileProblem, FileUnusable
from kotodom.files.plain import calls_itself_text, read_text
from kotodom.files.process import Extractor
from kotodom.model import Image
from kotodom.ports import Extract

DECODERS = 2
"""Pictures looked at at once."""

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF_START = b"%PDF-"
PDF_WITHIN = 1_024
"""Bytes that may stand before a PDF's own first ones."""
ZIP_START = b"PK\x03\x04"


class FileReader:
    """Makes sense of files that people send."""

    def __init__(self) -> None:
        # Not asyncio's own threads: one that goes on after its caller is cancelled still counts.
        self._threads = ThreadPoolExecutor(DECODERS, thread_name_prefix="picture")
        self._extractor = Extractor()

    def reads(self, mime: str, name: str) -> bool:
        return (
            mime in (PDF, DOCX)
            or name.lower().endswith((".pdf", ".docx"))
            or calls_itself_text(mime, name)
        )

    async def image(self, data: bytes) -> Image:
        loop = asyncio.get_running_loop()
        image = await loop.run_in_executor(self._threads, _passed, data)
        return image or await self._extractor.picture(data)

    async def document(self, data: bytes, *, mime: str, name: str, limit: int) -> Extract:
        if PDF_START in data[:PDF_WITHIN]:
            return await self._extractor.read("pdf", data, limit)
        word = mime == DOCX or name.lower().endswith(".docx")
        if word and data.startswith(ZIP_START):
            return await self._extractor.read("docx", data, limit)
        if word or mime == PDF or name.lower().endswith(".pdf"):
            raise FileUnusable(FileProblem.UNREADABLE, "the file is not what its name says")
        return read_text(data, limit)


def _passed(data: bytes) -> Image | None:
    # Pillow takes 7 MB and 50 ms, which a bot that never sees a picture need not spend.
    from kotodom.files.images import passed

    return passed(data)
