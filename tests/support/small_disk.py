"""A disk of a few megabytes, for one daemon: a tmpfs in a mount namespace of its own.

The namespace lives as long as a process that reads its standard input, so nothing is left mounted
whatever becomes of the tests.
"""

import asyncio
import os
from asyncio.subprocess import PIPE
from pathlib import Path

CHUNK = 65_536
MEGABYTE = 1_000_000


class SmallDisk:
    """Mounted on *folder*, but only as those see it who come :attr:`through`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._holder: asyncio.subprocess.Process | None = None
        self._user = [] if os.geteuid() == 0 else ["--user"]
        self._root = Path()

    async def mount(self, megabytes: int) -> None:
        """Have the disk there, empty."""
        self._folder.mkdir()
        self._holder = await asyncio.create_subprocess_exec(
            "unshare",
            "--mount",
            *(["--user", "--map-root-user"] if self._user else []),
            *("sh", "-c", 'mount -t tmpfs -o size="$1" none "$2" && echo mounted && read end'),
            *("sh", f"{megabytes}m", str(self._folder)),
            stdin=PIPE,
            stdout=PIPE,
        )
        assert self._holder.stdout is not None
        assert await self._holder.stdout.readline() == b"mounted\n"
        self._root = Path(f"/proc/{self._holder.pid}/root")

    @property
    def through(self) -> list[str]:
        """The command that runs another one so that it sees the disk."""
        assert self._holder is not None
        enter = ["nsenter", f"--target={self._holder.pid}", "--mount", *self._user]
        return [*enter, "--preserve-credentials"] if self._user else enter

    def path(self, name: str) -> Path:
        """A file on the disk, as we ourselves can reach it."""
        return self._root / self._folder.relative_to("/") / name

    def free(self) -> int:
        """Bytes."""
        state = os.statvfs(self.path(""))
        return state.f_bavail * state.f_frsize

    def fill(self, leave: int = 0) -> None:
        """Leave only so many bytes free."""
        with self.path("filling").open("ab") as file:
            while (left := self.free() - leave) > 0:
                file.write(bytes(min(CHUNK, left)))
                file.flush()

    def clear(self) -> None:
        """Have room again."""
        self.path("filling").unlink()

    async def unmount(self) -> None:
        """Let it go, once nobody is there any more."""
        if self._holder is not None and self._holder.stdin is not None:
            self._holder.stdin.close()
            await self._holder.wait()
