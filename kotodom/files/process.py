"""Runs :mod:`kotodom.files.extract` for one file, and ends it whatever happens."""

import asyncio
import contextlib
import os
import signal
import sys

from kotodom.errors import FileProblem, FileUnusable
from kotodom.model import Image
from kotodom.ports import Extract

WALL = 30.0
"""Seconds until a process that reads a file is given up; its CPU time ends before."""
AT_ONCE = 2
"""Processes that read documents at the same time, and as many that make pictures anew: each may
take as much memory as :mod:`kotodom.files.extract` allows it."""
PICTURE_WALL = 20.0
PICTURE_MOST = 8 * 2**20
"""Bytes of a picture made anew; noise of the largest size has 3 MB."""


class Extractor:
    """Reads PDF and Word files, and makes pictures anew, in processes of their own."""

    def __init__(self, *, wall: float = WALL, picture_wall: float = PICTURE_WALL) -> None:
        self._wall = wall
        self._picture_wall = picture_wall
        self._free = asyncio.Semaphore(AT_ONCE)
        self._free_for_pictures = asyncio.Semaphore(AT_ONCE)

    async def read(self, kind: str, data: bytes, limit: int) -> Extract:
        """The text of a ``pdf`` or ``docx``; raises FileUnusable (UNREADABLE)."""
        async with self._free:
            output = await _run(data, kind, str(limit), most=4 * limit + 64, wall=self._wall)
        verdict, found, text = output.partition(b"\n")
        if not found:
            raise FileUnusable(FileProblem.UNREADABLE, f"the {kind} file cannot be read")
        return Extract(text.decode(errors="replace")[:limit], verdict == b"cut")

    async def picture(self, data: bytes) -> Image:
        """The picture made anew; raises FileUnusable (UNREADABLE)."""
        async with self._free_for_pictures:
            output = await _run(data, "picture", most=PICTURE_MOST, wall=self._picture_wall)
        mime, found, picture = output.partition(b"\n")
        if not found:
            raise FileUnusable(FileProblem.UNREADABLE, "the picture cannot be read")
        return Image(mime.decode(), picture)


async def _run(data: bytes, *arguments: str, most: int, wall: float) -> bytes:
    """What the process wrote within *wall* seconds; nothing when it failed."""
    try:
        async with asyncio.timeout(wall):
            return await _started(data, arguments, most)
    except TimeoutError:
        return b""


async def _started(data: bytes, arguments: tuple[str, ...], most: int) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-B", "-m", "kotodom.files.extract", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
        # Nothing of ours, which may hold secrets: only where to find the modules.
        env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        # It reads everything before it writes; one that died already takes nothing.
        with contextlib.suppress(ConnectionError):
            process.stdin.write(data)
            await process.stdin.drain()
        process.stdin.close()
        output = bytearray()
        while chunk := await process.stdout.read(65_536):
            output += chunk
            if len(output) > most:
                return b""
        return bytes(output) if await process.wait() == 0 else b""
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
