"""Runs :mod:`kotodom.files.extract` for one file, and ends it whatever happens."""

import asyncio
import contextlib
import os
import signal
import sys

from kotodom.errors import FileProblem, FileUnusable
from kotodom.ports import Extract

WALL = 30.0
"""Seconds until a process that reads a file is given up; its CPU time ends before."""
AT_ONCE = 2
"""Such processes at the same time."""


class Extractor:
    """Reads PDF and Word files in processes of their own."""

    def __init__(self, *, wall: float = WALL) -> None:
        self._wall = wall
        self._free = asyncio.Semaphore(AT_ONCE)

    async def read(self, kind: str, data: bytes, limit: int) -> Extract:
        """The text of a ``pdf`` or ``docx``; raises FileUnusable (UNREADABLE)."""
        async with self._free:
            try:
                async with asyncio.timeout(self._wall):
                    output = await _run(kind, data, limit)
            except TimeoutError:
                output = b""
        verdict, found, text = output.partition(b"\n")
        if not found:
            raise FileUnusable(FileProblem.UNREADABLE, f"the {kind} file cannot be read")
        return Extract(text.decode(errors="replace")[:limit], verdict == b"cut")


async def _run(kind: str, data: bytes, limit: int) -> bytes:
    """What the process wrote; nothing when it failed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-B", "-m", "kotodom.files.extract", kind, str(limit)),
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
            if len(output) > 4 * limit + 64:
                return b""
        return bytes(output) if await process.wait() == 0 else b""
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
