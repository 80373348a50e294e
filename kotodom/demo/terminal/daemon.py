"""The real daemon as a child process: started, killed on demand, watched, ended."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

_STOP_TIMEOUT = 10.0
"""Seconds that a daemon which was asked to end may take."""
_SHOWN = 12
"""Lines of its log that explain its death."""


class Daemon:
    """``kotodom run``, in our process group so that it never outlives the terminal.

    *on_death* is called with its exit code when it ends without having been asked to.
    """

    def __init__(
        self, config: Path, log: Path, environ: Mapping[str, str], on_death: Callable[[int], None]
    ) -> None:
        self._config = config
        self._log = log
        self._environ = environ
        self._on_death = on_death
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._wanted = False
        """It should be running."""

    @property
    def pid(self) -> int:
        """Of the process that runs, or ran last; 0 before the first."""
        return self._process.pid if self._process is not None else 0

    async def start(self) -> None:
        """Start it; it is not ready yet then."""
        log = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "kotodom", "run", "--config", str(self._config)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self._environ),
            )
        finally:
            os.close(log)
        self._wanted = True
        self._watch = asyncio.create_task(self._wait(self._process), name="demo-daemon")

    async def kill(self) -> None:
        """SIGKILL: it gets no chance to save anything."""
        await self._end(asyncio.subprocess.Process.kill)

    async def stop(self) -> None:
        """SIGTERM, then wait for its end; SIGKILL when that takes too long."""
        try:
            async with asyncio.timeout(_STOP_TIMEOUT):
                await self._end(asyncio.subprocess.Process.terminate)
        except TimeoutError:
            await self.kill()

    def last_words(self) -> str:
        """The end of its log, introduced."""
        said = self._log.read_text(errors="replace") if self._log.exists() else ""
        lines = said.rstrip().splitlines()[-_SHOWN:]
        return "\n  ".join(["Its log ends with:", *(lines or ["(nothing)"])])

    async def _end(self, how: Callable[[asyncio.subprocess.Process], None]) -> None:
        self._wanted = False
        if self._process is None or self._watch is None:
            return
        if self._process.returncode is None:
            with suppress(ProcessLookupError):  # it was quicker
                how(self._process)
        await asyncio.shield(self._watch)

    async def _wait(self, process: asyncio.subprocess.Process) -> None:
        code = await process.wait()
        if self._wanted:
            self._on_death(code)
