"""``kotodom demo`` as a process of its own: through pipes, or at a terminal."""

import asyncio
import os
import pty
import sys
import termios
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.demo.virtual_terminal import VirtualTerminal

ROOT = Path(__file__).parent.parent.parent
TIMEOUT = 60.0
"""Seconds; only a failing test waits so long."""


def environ(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a person who never configured anything; *folder* takes its files."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KOTODOM")}
    # An inherited NO_COLOR or dumb TERM would change what is tested.
    kept.pop("NO_COLOR", None)
    return kept | {
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(folder),
        "TERM": "xterm",
        **more,
    }


def left_in(folder: Path) -> list[str]:
    """What a demo that has ended left behind."""
    return sorted(path.name for path in folder.iterdir())


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "kotodom", "demo", *arguments]


@asynccontextmanager
async def piped(
    folder: Path, *arguments: str, **variables: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The demo with pipes on all sides; killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        *command(*arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environ(folder, **variables),
        cwd=folder,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(TIMEOUT):
            await process.communicate()


async def converse(
    folder: Path, *lines: str, arguments: tuple[str, ...] = (), **variables: str
) -> tuple[int, str, str]:
    """Pipe *lines* in; return the exit code, what was printed, and what went to stderr."""
    async with piped(folder, *arguments, **variables) as process, asyncio.timeout(TIMEOUT):
        output, errors = await process.communicate("".join(f"{s}\n" for s in lines).encode())
    assert process.returncode is not None
    return process.returncode, output.decode(), errors.decode()


async def read_until(stream: asyncio.StreamReader, wanted: str) -> str:
    """Read lines until one contains *wanted*; return them all."""
    said = ""
    async with asyncio.timeout(TIMEOUT):
        while wanted not in said:
            line = (await stream.readline()).decode()
            assert line, f"the end came before {wanted!r}: {said}"
            said += line
    return said


class Terminal:
    """A person at a pseudo-terminal."""

    def __init__(self, process: asyncio.subprocess.Process, master: int, screen: VirtualTerminal):
        self.process = process
        self.screen = screen
        self._master = master
        self._changed = asyncio.Event()
        asyncio.get_running_loop().add_reader(master, self._read)

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    async def see(self, wanted: Callable[[str], object]) -> str:
        """Wait until what is to be seen satisfies *wanted*; return it."""
        try:
            async with asyncio.timeout(TIMEOUT):
                while not wanted(self.screen.text()):
                    await self._changed.wait()
                    self._changed.clear()
        except TimeoutError:
            raise AssertionError(f"the screen shows only:\n{self.screen.text()}") from None
        return self.screen.text()

    async def end(self) -> int:
        """Wait for the exit code."""
        async with asyncio.timeout(TIMEOUT):
            return await self.process.wait()

    def _read(self) -> None:
        try:
            data = os.read(self._master, 65_536)
        except OSError:  # how Linux tells that nobody has the other side open
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._master)
        # The terminal driver has made CR LF of every LF.
        self.screen.write(data.decode(errors="replace").replace("\r\n", "\n"))
        self._changed.set()


@asynccontextmanager
async def terminal(
    folder: Path, *arguments: str, columns: int = 60, rows: int = 20
) -> AsyncIterator[Terminal]:
    """The demo at a terminal of that size; killed at the end if it still runs."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (rows, columns))
    try:
        process = await asyncio.create_subprocess_exec(
            *command(*arguments),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environ(folder),
            cwd=folder,
            start_new_session=True,
        )
    finally:
        os.close(slave)
    person = Terminal(process, master, VirtualTerminal(columns, rows))
    try:
        yield person
    finally:
        if process.returncode is None:
            process.terminate()
            await person.end()
        asyncio.get_running_loop().remove_reader(master)
        os.close(master)
