"""The stage of a benchmark: Telegram and the provider in this process, the daemon in its own.

On two cores the daemon so has one to itself, what it costs can be read from /proc, and both
servers share one monotonic clock.
"""

import asyncio
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from kotodom.demo.botapi import BotApi, Call, ChatView, EmulatedBot
from kotodom.demo.model import ModelServer
from tests.support.daemon import TOKEN, Daemon

FIRST_BOT = 700_000_000
FIRST_USER = 5_000_000
TICKS = os.sysconf("SC_CLK_TCK")
Databases = Callable[[], str]
"""Makes a new database and returns its URL; an empty one means a SQLite file of the stage's own."""
PATIENCE = 120.0
"""Seconds after which a benchmark gives up on what it waits for."""


class Stage:
    """An emulator without flood limits, a model server, and ``kotodom run`` between them.

    Used as an async context manager; entering it waits until every bot polls.
    """

    def __init__(
        self,
        *,
        model: ModelServer | None = None,
        bots: int = 1,
        database: str = "",
        settings: str = "",
        start: bool = True,
        keep: int | None = None,
    ) -> None:
        """*database* is a URL, empty for a new SQLite file; *settings* is more TOML.

        *keep* is how many bytes of files Telegram keeps; with it, it also forgets old messages.
        """
        if keep is None:
            self.api = BotApi(flood=None, keep_calls=100_000)
        else:
            self.api = BotApi(flood=None, keep_calls=1000, keep_messages=50, keep_file_bytes=keep)
        self.model = model or ModelServer(answer=lambda items, body: "Hello!")
        self.bots: list[EmulatedBot] = []
        self.polled: set[int] = set()
        """Bots (Telegram ids) that have called getUpdates."""
        self.sends: dict[int, list[Call]] = {}
        """sendMessage calls by chat, as they arrived."""
        self.sent = 0
        self.begun: Begin | None = None
        """What the daemon had cost at its first getUpdates."""
        self._count = bots
        self._database = database
        self._settings = settings
        self._start = start
        self._people = 0
        self._changed = asyncio.Event()
        self._folder = tempfile.TemporaryDirectory(prefix="kotodom-bench-")
        self._daemon: Daemon | None = None
        self._started_at = 0.0

    async def __aenter__(self) -> "Stage":
        api_base, base_url = await self.api.start(), await self.model.start()
        self.api.on_call(self._called)
        folder = Path(self._folder.name)
        self._daemon = Daemon(folder, self._config(folder, api_base, base_url))
        for number in range(self._count):
            token = TOKEN.format(FIRST_BOT + number)
            self.bots.append(self.api.add_bot(token, username=f"bench{number}_bot"))
        if self._start:
            await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._daemon is not None
        await self._daemon.close()
        if error is not None:
            print(self._daemon.said()[-3000:])
        await self.model.stop()
        await self.api.stop()
        self._folder.cleanup()

    def _config(self, folder: Path, api_base: str, base_url: str) -> str:
        database = self._database or f"sqlite://{folder}/bench.db"
        text = (
            f'[database]\nurl = "{database}"\n'
            f'[telegram]\napi_base = "{api_base}"\npoll_timeout = 30\n'
            f'[openai]\napi_key = "sk-bench"\nbase_url = "{base_url}"\n{self._settings}\n'
        )
        for number in range(self._count):
            token = TOKEN.format(FIRST_BOT + number)
            text += f'[[bots]]\nname = "bench{number}"\ntoken = "{token}"\n'
        return text

    # -- the daemon -------------------------------------------------------------------------

    async def start(self) -> None:
        """Start the daemon, again after :meth:`kill`, and wait until every bot polls."""
        assert self._daemon is not None
        self.polled.clear()
        self._started_at = self.api.clock.monotonic()
        await self._daemon.start()
        await self.until(lambda: len(self.polled) == self._count)

    async def kill(self) -> None:
        """SIGKILL, and wait for the end."""
        assert self._daemon is not None
        self._daemon.kill()
        await self._daemon.died()

    @property
    def pid(self) -> int:
        assert self._daemon is not None
        assert self._daemon.process is not None
        return self._daemon.process.pid

    def cpu(self) -> float:
        """CPU seconds of the daemon so far, all threads, user and system."""
        return cpu_of(self.pid)

    def rss(self) -> float:
        """MiB of memory the daemon holds now."""
        return memory_of(self.pid, "VmRSS")

    def peak(self) -> float:
        """The most MiB it held since :meth:`forget_peak`."""
        return memory_of(self.pid, "VmHWM")

    def forget_peak(self) -> None:
        """Let :meth:`peak` count from now."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    # -- people -----------------------------------------------------------------------------

    def chat(self, bot: int = 0) -> ChatView:
        """The private chat of a new person with one of the bots."""
        self._people += 1
        return self.api.private(self.bots[bot], self.api.user(FIRST_USER + self._people))

    async def until(self, predicate: Callable[[], object], timeout: float = PATIENCE) -> None:
        """Wait until *predicate* holds; it is looked at after each Bot API call."""
        async with asyncio.timeout(timeout):
            while not predicate():
                await self._changed.wait()

    async def answered(self, count: int, timeout: float = PATIENCE) -> None:
        """Wait until *count* sendMessage calls were made altogether."""
        await self.until(lambda: self.sent >= count, timeout)

    async def warm(self) -> None:
        """Have one message answered, so that everything is imported and connected."""
        before = self.sent
        await self.chat().say("hello")
        await self.answered(before + 1)

    def _called(self, call: Call, phase: str) -> None:
        if phase == "before" and call.method == "getUpdates":
            self.polled.add(call.bot_id)
            if self.begun is None:
                self.begun = Begin(self.cpu(), call.at - self._started_at)
        elif phase == "before" and call.method == "sendMessage":
            self.sends.setdefault(call.chat_id, []).append(call)
            self.sent += 1
        elif phase != "answered":
            return
        self._changed.set()
        self._changed = asyncio.Event()


class Begin:
    """CPU and wall seconds from the start of the process to its first getUpdates."""

    def __init__(self, cpu: float, wall: float) -> None:
        self.cpu = cpu
        self.wall = wall


def cpu_of(pid: int) -> float:
    """CPU seconds of a process, from /proc."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_of(pid: int, field: str) -> float:
    """A memory figure of a process in MiB, from /proc."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(field)


def question_of(body: dict[str, Any]) -> str:
    """The text that a request to the provider asks about."""
    return str(body["input"][-1]["content"])
