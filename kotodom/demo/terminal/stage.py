"""Everything behind the chat: the emulated Telegram, the offline model, the real daemon."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import aiohttp

from kotodom.demo.botapi import BotApi, Call, EmulatedBot
from kotodom.demo.botapi.values import Signal
from kotodom.demo.model import ModelServer
from kotodom.demo.terminal.cast import Cast
from kotodom.demo.terminal.daemon import Daemon
from kotodom.demo.terminal.setup import Setup

T = TypeVar("T")

CONFIG = "config.toml"
_START_TIMEOUT = 60.0
_HEALTH_TIMEOUT = 5.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the offline model talks: seconds before the first word and between two pieces."""

    delay: float = 0.0
    interval: float = 0.0


class DemoError(Exception):
    """The demo cannot go on; the text is for the person."""


class Stage:
    """Made by :func:`open_stage`; the daemon runs after :meth:`begin`."""

    def __init__(
        self,
        api: BotApi,
        model: ModelServer | None,
        folder: Path,
        setup: Setup,
        health: str,
    ) -> None:
        self.cast = Cast(api, setup)
        self.model = model
        """The offline model, if that answers."""
        self.broken = ""
        """How the model was broken on purpose; empty while it works."""
        self.as_admin = setup.as_admin
        self.daemon = Daemon(
            folder / CONFIG, folder / "daemon.log", setup.environ(), on_death=self._died
        )
        self._health = health
        self._silent: set[int] = set()
        """Bots of the configuration that have not polled since the daemon was started."""
        self._listening: set[int] = set()
        """Bots that have polled since then."""
        self._polling = asyncio.Event()
        self._starting: asyncio.Task[None] | None = None
        self._failure = ""
        self._failed = asyncio.Event()
        self._activity = Signal()
        self._session: aiohttp.ClientSession | None = None
        self._quiet_since: float | None = None
        """Since when (of the loop's clock) every update is confirmed."""
        api.on_call(self._on_call)

    def begin(self, ready: Callable[[], None]) -> None:
        """Start the daemon in the background; *ready* is called once every bot polls."""
        self._silent = self.cast.configured()
        self._listening.clear()
        self._polling.clear()
        self._starting = asyncio.create_task(self._start(ready), name="demo-start")

    async def _start(self, ready: Callable[[], None]) -> None:
        try:
            async with asyncio.timeout(_START_TIMEOUT):
                await self.daemon.start()
                await self._polling.wait()
        except TimeoutError:
            self._fail(f"The daemon does not poll after {_START_TIMEOUT:.0f} s.")
        except OSError as error:
            self._fail(f"The daemon cannot be started: {error}.")
        else:
            ready()

    async def ready(self) -> None:
        """Wait until every bot polls."""
        await self._polling.wait()

    async def guard(self, work: Coroutine[Any, Any, T]) -> T:
        """Do *work*; raises DemoError as soon as the daemon has failed."""
        task = asyncio.create_task(work, name="demo-work")
        failure = asyncio.create_task(self._failed.wait(), name="demo-failure")
        try:
            await asyncio.wait({task, failure}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise DemoError(self._failure)
        finally:
            task.cancel()
            failure.cancel()
            await asyncio.gather(task, failure, return_exceptions=True)

    async def kill(self) -> None:
        """SIGKILL the daemon; it may be started again."""
        await self._stop_starting()
        await self.daemon.kill()

    async def activity(self, timeout: float) -> None:
        """Wait until the daemon has done something, at most *timeout* seconds."""
        await self._activity.wait(timeout)

    def stir(self) -> None:
        """Something was said: what was counted before says nothing about it."""
        self._quiet_since = None

    async def settled(self) -> bool:
        """Whether everything that was said has been dealt with.

        It has when every update is confirmed, which the daemon does after storing it, and no
        stored message waits or is in work, which only the daemon knows. With a broken model
        nobody waits for what waits.
        """
        heard = (bot for bot in self.cast.bots() if self.listens(bot))
        now = asyncio.get_running_loop().time()
        if not self._polling.is_set() or any(bot.updates for bot in heard):
            self._quiet_since = None
            return False
        if self._quiet_since is None:
            self._quiet_since = now
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=_HEALTH_TIMEOUT)
            self._session = aiohttp.ClientSession(timeout=timeout)
        try:
            async with self._session.get(f"http://{self._health}/health") as response:
                health = await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return False
        queue = health.get("queue")
        if queue is None or now - queue["age"] < self._quiet_since:
            return False  # counted before the last update was confirmed, perhaps
        waiting = 0 if self.broken else queue["waiting"]
        return not queue["ready"] + queue["in_work"] + waiting

    def listens(self, bot: EmulatedBot) -> bool:
        """Whether the daemon has asked for the bot's updates since it was started."""
        return bot.id in self._listening

    async def close(self) -> None:
        """Stop the daemon."""
        await self._stop_starting()
        if self._session is not None:
            await self._session.close()
        await self.daemon.stop()

    async def _stop_starting(self) -> None:
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)

    def _died(self, code: int) -> None:
        self._fail(f"The daemon died (exit code {code}).")

    def _fail(self, what: str) -> None:
        self._failure = f"{what} {self.daemon.last_words()}"
        self._failed.set()

    def _on_call(self, call: Call, phase: str) -> None:
        if phase == "before" and call.method.lower() == "getupdates":
            self._silent.discard(call.bot_id)
            self._listening.add(call.bot_id)
            if not self._silent:
                self._polling.set()
        self._activity.fire()


@asynccontextmanager
async def open_stage(setup: Setup, pace: Pace) -> AsyncIterator[Stage]:
    """Serve Telegram and the model and write the configuration; all of it is gone afterwards."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="kotodom-demo-")))
        api = BotApi()
        telegram = await api.start()
        stack.push_async_callback(api.stop)
        model, server = "", None
        if setup.offline:
            server = ModelServer(delay=pace.delay, delta_interval=pace.interval)
            model = await server.start()
            stack.push_async_callback(server.stop)
        health = f"127.0.0.1:{_free_port()}"
        config = setup.config(folder=folder, telegram=telegram, model=model, health=health)
        _write_private(folder / CONFIG, config)
        stage = Stage(api, server, folder, setup, health)
        stack.push_async_callback(stage.close)
        yield stage


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
