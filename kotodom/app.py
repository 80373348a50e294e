"""The life of one Kotodom: database → recover → fleet → ready, and back in reverse.

Stop: polling off → claiming off → drain → cancel and requeue without spending an attempt → close
(design §9).
"""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from typing import Any

from loguru import logger

from kotodom import __version__
from kotodom.clock import Clock, SystemClock
from kotodom.config import Config
from kotodom.db import Database, SqlStore, open_database
from kotodom.parts import Parts
from kotodom.ports import Store
from kotodom.settings import Settings

PAUSE_TIMEOUT = 2.0
"""Seconds for the pollers to end: one may be in the middle of a commit."""
END_TIMEOUT = 4.5
"""Seconds after the drain until the process is gone: less than the 5 that design §2 allows."""


async def serve(config: Config) -> None:
    """Run Kotodom until SIGTERM or SIGINT."""
    await App(config).run()


class App:
    """One running Kotodom; *wrap_store* lets a test stand between the core and the database."""

    def __init__(
        self,
        config: Config,
        *,
        clock: Clock | None = None,
        wrap_store: Callable[[Store], Store] = lambda store: store,
    ) -> None:
        self._config = config
        self._clock = clock or SystemClock()
        self._wrap_store = wrap_store
        self._stopping = asyncio.Event()
        self._fatal: BaseException | None = None
        self._database: Database | None = None
        self._parts: Parts | None = None

    def stop(self) -> None:
        """Ask the app to end; safe to call more than once."""
        self._stopping.set()

    async def run(self) -> None:
        """Run until :meth:`stop` or a signal; raises what killed a side task or the start.

        It ends within ``processing.drain_timeout`` and five seconds, whatever hangs: what could
        not end by then is left to the next start, which recovers it.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self.stop)
        starting = asyncio.ensure_future(self._start())
        stopping = asyncio.ensure_future(self._stopping.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done() and starting.exception() is None:
            logger.info("kotodom {} is ready", __version__)
            await stopping
        stopping.cancel()
        if self._stopping.is_set():
            logger.info("stopping")
        clean = await self._end(starting)
        error = self._fatal or _error_of(starting)
        if not clean:
            logger.critical("something hangs and is left behind; the next start recovers it")
            await logger.complete()
            os._exit(1 if error else 0)
        if error is not None:
            raise error
        logger.info("stopped")

    async def _start(self) -> None:
        self._database = await open_database(self._config.database.url.get_secret_value())
        await self._database.hold(self._lost)
        for name in await self._database.migrate():
            logger.info("database migrated: {}", name)
        store = self._wrap_store(SqlStore(self._database))
        settings = Settings(self._config)
        settings.load(await store.stored_settings())
        self._parts = Parts(self._config, settings, store, self._clock, self._died)
        await self._parts.start()

    async def _end(self, starting: "asyncio.Future[None]") -> bool:
        """Stop in reverse order; False when something did not end in time."""
        drain = self._config.processing.drain_timeout
        now = self._clock.monotonic()
        drained, deadline = now + drain, now + drain + END_TIMEOUT
        starting.cancel()
        clean = await self._within(PAUSE_TIMEOUT, _ended(starting))
        if self._parts is not None:
            parts = self._parts
            clean &= await self._within(PAUSE_TIMEOUT, parts.pause())
            await parts.drain(max(0.0, drained - self._clock.monotonic()))
            clean &= await self._within(deadline - self._clock.monotonic() - 2, parts.requeue())
            clean &= await self._within(deadline - self._clock.monotonic() - 1, parts.close())
        if self._database is not None:
            left = max(0.1, deadline - self._clock.monotonic() - 0.5)
            clean &= await self._database.close(left)
        return clean

    async def _within(self, seconds: float, work: Coroutine[Any, Any, None]) -> bool:
        """Run one step of the stop; one that fails or hangs keeps no other step from running."""
        step = asyncio.ensure_future(work)
        await asyncio.wait([step], timeout=max(0.1, seconds))
        if not step.done():
            return False
        if (error := _error_of(step)) is not None:
            logger.error("stopping: {}", error)
        return True

    def _lost(self, error: BaseException) -> None:
        """Somebody else works on the database now."""
        self._died("database", error)

    def _died(self, name: str, error: BaseException) -> None:
        """A side task died: nothing can be trusted any more, so the process ends loudly."""
        self._fatal = self._fatal or error
        self._stopping.set()


async def _ended(task: "asyncio.Future[None]") -> None:
    await asyncio.wait([task])


def _error_of(task: "asyncio.Future[None]") -> BaseException | None:
    return task.exception() if task.done() and not task.cancelled() else None
