"""Charts as pictures, where the optional library is installed: drawn in a process of its own.

The library takes 60 MB and half a second, which a daemon that shows a chart once a day need not
keep; and a process gives all of its memory back.
"""

import asyncio
import importlib.util
import json
import os
import sys
import tempfile
from dataclasses import asdict

from loguru import logger

from kotodom.chart import Chart

WALL = 40.0
"""Seconds until a drawing is given up: the first one on a machine looks at all of its fonts."""


class ChartPainter:
    """Implements :class:`kotodom.ports.Painter`."""

    def __init__(self, *, library: str = "matplotlib", wall: float = WALL) -> None:
        self._library = library
        self._wall = wall
        self._one_at_a_time = asyncio.Lock()

    async def bars(self, chart: Chart) -> bytes | None:
        if importlib.util.find_spec(self._library) is None:
            return None
        async with self._one_at_a_time:
            try:
                return await self._drawn(json.dumps(asdict(chart)).encode())
            except (TimeoutError, OSError) as error:
                logger.warning("a chart was not drawn: {}", error or type(error).__name__)
                return None

    async def _drawn(self, data: bytes) -> bytes | None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kotodom.files.plot"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={
                "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
                # Where it remembers the fonts it found.
                "MPLCONFIGDIR": os.path.join(tempfile.gettempdir(), f"kotodom-{os.getuid()}"),
                "OPENBLAS_NUM_THREADS": "1",
            },
        )
        try:
            async with asyncio.timeout(self._wall):
                picture, _ = await process.communicate(data)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            logger.warning("a chart was not drawn: status {}", process.returncode)
        return picture if process.returncode == 0 and picture else None
