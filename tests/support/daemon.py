"""The real daemon in a process of its own, for tests: start it, kill it, start it again."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

TOKEN = "{}:" + "A" * 35
"""A well-formed token for a bot id."""


KEY = "sk-test-0123456789"
"""The provider key that every test uses."""


class Daemon:
    """``kotodom run`` (or the crashing twin of it) with a configuration of its own."""

    def __init__(self, folder: Path, config: str) -> None:
        self._config = folder / "config.toml"
        self._config.write_text(config)
        self._config.chmod(0o600)
        self.process: asyncio.subprocess.Process | None = None
        self._log = bytearray()
        self._logged = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None
        self._ended = False

    async def start(
        self,
        *,
        crash_at: str = "",
        twin: str = "",
        through: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
    ) -> None:
        """Start it; *crash_at* is where it kills itself, see :mod:`tests.support.crashing`.

        *twin* is the module to run instead of kotodom, *through* a command that runs ours (as
        prlimit does), *environ* what is to be in its environment besides.
        """
        module = ["tests.support.crashing"] if crash_at else [twin or "kotodom"]
        variables = {k: v for k, v in os.environ.items() if not k.startswith("KOTODOM")}
        variables["PYTHONPATH"] = os.pathsep.join(sys.path)
        if crash_at:
            variables["CRASH_AT"] = crash_at
        variables |= environ or {}
        self.process = await asyncio.create_subprocess_exec(
            *through,
            sys.executable,
            "-m",
            *module,
            "run",
            "--config",
            str(self._config),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=variables,
            cwd=Path(__file__).parent.parent.parent,
        )
        assert self.process.stdout is not None
        self._ended = False
        self._reader = asyncio.create_task(self._read(self.process.stdout), name="daemon log")

    async def _read(self, output: asyncio.StreamReader) -> None:
        while line := await output.read(65_536):
            self._log += line
            self._logged.set()
        self._ended = True
        self._logged.set()

    def kill(self) -> None:
        """SIGKILL: nothing is flushed, nothing is said goodbye to."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)

    async def died(self, timeout: float = 30.0) -> int:
        """Wait for its end and return the exit code."""
        assert self.process is not None
        assert self._reader is not None
        async with asyncio.timeout(timeout):
            await self._reader
            return await self.process.wait()

    async def stop(self, timeout: float = 30.0) -> int:
        """SIGTERM, then wait: the way systemd stops it."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.terminate()
        return await self.died(timeout)

    async def close(self) -> None:
        """Make sure that nothing is left running."""
        self.kill()
        if self.process is not None:
            await self.died()

    async def wait_for(self, words: str, timeout: float = 30.0) -> None:
        """Wait until the log says that; raises TimeoutError with the whole log."""
        try:
            async with asyncio.timeout(timeout):
                while words not in self.said():
                    if self._ended:
                        raise TimeoutError
                    self._logged.clear()
                    await self._logged.wait()
        except TimeoutError:
            raise TimeoutError(f"never said {words!r}:\n{self.said()}") from None

    def said(self) -> str:
        """Everything it logged so far."""
        return self._log.decode(errors="replace")


def config(
    *,
    database: str,
    api_base: str,
    base_url: str,
    bots: dict[int, str],
    extra: str = "",
    each: str = "",
) -> str:
    """A config.toml for bots ``{telegram id: name}``; *each* are more lines for every bot."""
    text = (
        f"[database]\nurl = {json.dumps(database)}\n"
        f"[telegram]\napi_base = {json.dumps(api_base)}\npoll_timeout = 10\n"
        f'[openai]\napi_key = "{KEY}"\nbase_url = {json.dumps(base_url)}\n'
        'model = "gpt-6-luna"\n'
        f"{extra}\n"
    )
    for number, name in bots.items():
        text += f'[[bots]]\nname = "{name}"\ntoken = "{TOKEN.format(number)}"\n{each}\n'
    return text
