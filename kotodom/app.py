"""The life of one Kotodom: database → recover → fleet → ready, and back in reverse.

Stop: polling off → claiming off → drain → cancel and requeue without spending an attempt → close
(design §9).
"""

import asyncio
import signal
from collections.abc import Callable

from loguru import logger

from kotodom import __version__
from kotodom.clock import Clock, SystemClock
from kotodom.config import Config
from kotodom.db import SqlStore, open_database
from kotodom.parts import Parts
from kotodom.ports import Store


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

    def stop(self) -> None:
        """Ask the app to end; safe to call more than once."""
        self._stopping.set()

    async def run(self) -> None:
        """Run until :meth:`stop`, SIGTERM or SIGINT; raises what killed a side task."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        database = await open_database(self._config.database.url.get_secret_value())
        try:
            await database.hold()
            for name in await database.migrate():
                logger.info("database migrated: {}", name)
            store = self._wrap_store(SqlStore(database))
            parts = Parts(self._config, store, self._clock, self._died)
            try:
                await parts.start()
                logger.info("kotodom {} is ready", __version__)
                await self._stopping.wait()
                logger.info("stopping")
            finally:
                await parts.stop()
        finally:
            await database.close()
        if self._fatal is not None:
            raise self._fatal
        logger.info("stopped")

    def _died(self, name: str, error: BaseException) -> None:
        """A side task died: nothing can be trusted any more, so the process ends loudly."""
        self._fatal = self._fatal or error
        self._stopping.set()
