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
from kotodom.db import Database, open_database, sqlite_path
from kotodom.errors import DatabaseDamaged, DatabaseTrouble, DatabaseUnusable, DiskFull
from kotodom.metrics import Metrics
from kotodom.notify import Notifier
from kotodom.parts import Parts
from kotodom.ports import Store
from kotodom.settings import Settings
from kotodom.wiring.counting import CountedStore

PAUSE_TIMEOUT = 2.0
"""Seconds for the pollers to end: one may be in the middle of a commit."""
END_TIMEOUT = 4.5
"""Seconds after the drain until the process is gone: less than the 5 that design §2 allows."""
EXTENSION = 30.0
"""Seconds that systemd is asked to wait for a start that takes its time, three times in each."""
LONGEST_START = 3600.0
"""Seconds after which it is asked no more: no check and no migration takes that long."""


async def serve(config: Config) -> None:
    """Run Kotodom until SIGTERM or SIGINT."""
    await App(config, notifier=Notifier.take(os.environ)).run()


class App:
    """One running Kotodom; *wrap_store* lets a test stand between the core and the database."""

    def __init__(
        self,
        config: Config,
        *,
        clock: Clock | None = None,
        notifier: Notifier | None = None,
        wrap_store: Callable[[Store], Store] = lambda store: store,
    ) -> None:
        self._config = config
        self._clock = clock or SystemClock()
        self._notifier = notifier or Notifier()
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
        patience = asyncio.create_task(self._ask_for_patience(), name="patience")
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        patience.cancel()
        if starting.done() and starting.exception() is None:
            logger.info("kotodom {} is ready", __version__)
            self._notifier.ready()
            await stopping
        stopping.cancel()
        self._notifier.stopping()
        if self._stopping.is_set():
            logger.info("stopping")
            # Longer than the unit's own patience, if processing.drain_timeout says so.
            self._notifier.extend(self._config.processing.drain_timeout + END_TIMEOUT + EXTENSION)
            self._notifier.status("stopping")
        clean = await self._end(starting)
        self._notifier.close()
        error = self._fatal or _error_of(starting)
        if not clean:
            if error is not None:
                logger.critical("{}", self._for_people(error))
            logger.critical("something hangs and is left behind; the next start recovers it")
            logger.remove()  # writes the last lines
            os._exit(1 if error else 0)
        if error is not None:
            raise self._for_people(error)
        logger.info("stopped")

    async def _ask_for_patience(self) -> None:
        """While a check, a copy or a migration of a large database takes its time."""
        begun = self._clock.monotonic()
        self._notifier.status("starting: the database is opened")
        while self._clock.monotonic() - begun < LONGEST_START:
            await self._clock.sleep(EXTENSION / 3)
            self._notifier.extend(EXTENSION)

    def _for_people(self, error: BaseException) -> BaseException:
        """*error*; of the database's also what to do about it."""
        if isinstance(error, DiskFull):
            return DatabaseUnusable(f"{error}; make room and start again")
        if isinstance(error, DatabaseTrouble):
            return DatabaseUnusable(str(error))
        if not isinstance(error, DatabaseDamaged):
            return error
        from kotodom.backup.files import backup_folder, find_backups, whose

        path = sqlite_path(self._config.database.url.get_secret_value())
        folder = backup_folder(self._config.backup.folder, path)
        # Another database's nightly ones may lie there, too.
        backups = [one for one in find_backups(folder) if one.whose in ("", whose(str(path)))]
        if backups:
            way = f"to go on from the newest backup: kotodom restore {backups[0].path}"
        else:
            way = f"to go on from a backup: kotodom restore PATH (there is none in {folder})"
        return DatabaseUnusable(f"{error}; {way}")

    async def _start(self) -> None:
        self._database = await open_database(self._config.database.url.get_secret_value())
        await self._database.hold(self._lost)
        await self._upgrade(self._database)
        metrics = Metrics()
        store = self._wrap_store(CountedStore(self._database, metrics))
        settings = Settings(self._config)
        settings.load(await store.stored_settings())
        self._parts = Parts(
            self._config, settings, store, self._clock, self._died, self._notifier, metrics
        )
        await self._parts.start()

    async def _upgrade(self, database: Database) -> None:
        # Here, because a start with nothing to migrate could do without.
        from kotodom.db.upgrade import snapshot_folder, upgrade

        folder = snapshot_folder(self._config.backup.folder)
        url = self._config.database.url.get_secret_value()
        await upgrade(database, url, folder, self._clock.now())

    async def _end(self, starting: "asyncio.Future[None]") -> bool:
        """Stop in reverse order; False when something did not end in time."""
        # Without the database nothing could be recorded: what were answered now might be again.
        lost = isinstance(self._fatal, DatabaseUnusable)
        drain = 0.0 if lost else self._config.processing.drain_timeout
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
        # A thread that a disk or a copy keeps would hold the process at its very end.
        threads = asyncio.get_running_loop().shutdown_default_executor()
        left = min(PAUSE_TIMEOUT, deadline - self._clock.monotonic() - 0.2)
        return clean & await self._within(left, threads)

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
        """Somebody else works on the database now, or it is damaged."""
        logger.critical("{}", error)
        self._died("database", error)

    def _died(self, name: str, error: BaseException) -> None:
        """A side task died: nothing can be trusted any more, so the process ends loudly."""
        self._fatal = self._fatal or error
        self._stopping.set()


async def _ended(task: "asyncio.Future[None]") -> None:
    await asyncio.wait([task])


def _error_of(task: "asyncio.Future[None]") -> BaseException | None:
    return task.exception() if task.done() and not task.cancelled() else None
