"""Names that only one daemon can resolve, and only while a test lets it: DNS that comes and goes.

The daemon runs in a mount namespace where /etc/hosts and /etc/resolv.conf are files of the test's.
The namespace lives as long as a process that reads its standard input.
"""

import asyncio
import os
from asyncio.subprocess import PIPE
from pathlib import Path

SCRIPT = """
mount --bind "$1/hosts" /etc/hosts && mount --bind "$1/resolv.conf" /etc/resolv.conf &&
echo mounted && read end
"""


class OwnNames:
    """Names of this machine, as those see them who come :attr:`through`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._holder: asyncio.subprocess.Process | None = None
        self._user = [] if os.geteuid() == 0 else ["--user"]

    async def begin(self) -> None:
        """Nothing resolves yet, and whoever is asked refuses at once."""
        self._folder.mkdir()
        self.resolve()
        (self._folder / "resolv.conf").write_text(
            "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"
        )
        self._holder = await asyncio.create_subprocess_exec(
            "unshare",
            "--mount",
            *(["--user", "--map-root-user"] if self._user else []),
            *("sh", "-c", SCRIPT, "sh", str(self._folder)),
            stdin=PIPE,
            stdout=PIPE,
        )
        assert self._holder.stdout is not None
        assert await self._holder.stdout.readline() == b"mounted\n"

    def resolve(self, *names: str) -> None:
        """From now on these names are this machine's, and no others exist."""
        lines = (f"127.0.0.1 {name}\n" for name in names)
        (self._folder / "hosts").write_text("".join(lines))

    @property
    def through(self) -> list[str]:
        """The command that runs another one so that it has these names."""
        assert self._holder is not None
        enter = ["nsenter", f"--target={self._holder.pid}", "--mount", *self._user]
        return [*enter, "--preserve-credentials"] if self._user else enter

    async def end(self) -> None:
        """Let it go."""
        if self._holder is not None and self._holder.stdin is not None:
            self._holder.stdin.close()
            await self._holder.wait()
