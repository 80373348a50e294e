"""What nobody asks for: due messages, backpressure, the circuit's reopening, a clock set back."""

import asyncio
import shutil
from pathlib import Path

from loguru import logger

from kotodom.admin.words.alerts import AlertsWords
from kotodom.clock import SECOND, Clock
from kotodom.effects import AdminAlert, Submit
from kotodom.intake import RowIntake
from kotodom.ports import Provider, Store
from kotodom.queue import Queue
from kotodom.recovery import Sweep
from kotodom.registry import Registry
from kotodom.schedule import Schedule

SWEEP = 1.0
"""Seconds between two looks for rows that have become due."""
PRESSURE = 5.0
"""Seconds between two looks at the backlog and the disk."""
PURGE = 1.0
"""Seconds between two looks for what people asked to be forgotten: they have been told that it is
gone. A look costs one row of an index."""
EXPIRE = 3600.0
"""Seconds between two looks for conversations that are too old to be kept."""
AT_ONCE = 200
"""Rows deleted in one transaction."""
DAY = 24 * 3600 * SECOND
JUMP = 2 * SECOND
"""A wall clock that falls behind by more than that was set back; less is drift."""


class Upkeep:
    """Periodic work over the other parts."""

    def __init__(
        self,
        *,
        store: Store,
        provider: Provider,
        registry: Registry,
        questions: Queue,
        sweep: Sweep,
        intake: RowIntake,
        submit: Submit,
        schedule: Schedule,
        clock: Clock,
        folder: Path | None,
        backlog_limit: int,
        min_free_disk_mb: int,
        keep_days: int = 0,
    ) -> None:
        """*folder* is where the database grows; None when that is another machine's disk.

        Conversations older than *keep_days* are deleted; 0 keeps them.
        """
        self._store = store
        self._provider = provider
        self._registry = registry
        self._questions = questions
        self._sweep = sweep
        self._intake = intake
        self._submit = submit
        self._clock = clock
        self._folder = folder
        self.backlog_limit = backlog_limit
        self.min_free_disk_mb = min_free_disk_mb
        self.keep_days = keep_days
        self._circuit_was_open = False
        self._schedule = schedule
        self._schedule.every(SWEEP, self.tick, name="sweep")
        self._schedule.every(PRESSURE, self.check_pressure, name="pressure")
        self._schedule.every(PURGE, self.purge, name="purge")
        # Also at the start: a process that never lives for an hour keeps its promise, too.
        self._schedule.every(EXPIRE, self.expire, name="expire", at_once=True)

    def start(self) -> None:
        """Begin, in the running event loop."""
        self._schedule.start()

    def stop(self) -> None:
        """Start nothing more."""
        self._schedule.stop()

    def circuit_open(self) -> bool:
        """Whether asking the provider is pointless right now."""
        return self._provider.open_for() > 0

    def circuit_changed(self, key: str, old: str, new: str) -> None:
        """Hear of the breaker's new state."""
        logger.warning("provider circuit: {} → {}", old, new)
        if new == "open" and old == "closed":
            self._submit(
                AdminAlert(f"circuit:{key}", AlertsWords.CIRCUIT, {"address": key}, show="health")
            )
        if new == "open":
            # Noted here, for it may be over before the next tick looks.
            self._circuit_was_open = True
        if new == "closed":
            self._look_again()

    def stop_changed(self, stopped: bool) -> None:
        """Hear of the kill switch."""
        if stopped:
            # Noted here, for it may be over before the next tick looks.
            self._circuit_was_open = True
        else:
            self._look_again()

    async def tick(self) -> None:
        """Offer what has become due; when the circuit may close again, everything that waits."""
        circuit_open = self.circuit_open()
        if self._circuit_was_open and not circuit_open:
            self._look_again()
        self._circuit_was_open = circuit_open
        await self._sweep.run(self._serving(), written=circuit_open)

    async def check_pressure(self) -> None:
        """Hold the pollers back while the backlog or the disk is beyond its limit."""
        backlog = await self._store.backlog(self._clock.now(), self._serving())
        waiting = backlog.ready + backlog.in_work + backlog.waiting
        free = await asyncio.to_thread(self._free_megabytes)
        if free is not None and free < self.min_free_disk_mb:
            self._intake.set_pressure(AlertsWords.PRESSURE_DISK, free)
        elif waiting >= self.backlog_limit:
            self._intake.set_pressure(AlertsWords.PRESSURE_BACKLOG, waiting)
        else:
            self._intake.set_pressure(None)

    async def purge(self) -> None:
        """Delete what is left of people who asked to be forgotten and have been told so."""
        while await self._store.purge(AT_ONCE) >= AT_ONCE:
            pass
        while await self._store.erase_bots(AT_ONCE):
            pass

    async def expire(self) -> str | None:
        """Delete conversations that are older than their bot or the settings want them kept."""
        gone = 0
        for bot in self._registry.all():
            days = self.keep_days if bot.keep_days is None else bot.keep_days
            if days:
                gone += await self._expire(bot.id, self._clock.now() - days * DAY)
        return f"{gone} deleted" if gone else None

    async def _expire(self, bot_id: int, before: int) -> int:
        gone = 0
        while True:
            some = await self._store.expire(bot_id, before, AT_ONCE)
            gone += some
            if some < AT_ONCE:
                return gone

    async def watch_clock(self) -> None:
        """Watch for ever for a wall clock that is set back, which would make everything wait."""
        ahead = self._ahead()
        while True:
            await self._clock.sleep(SWEEP)
            before, ahead = ahead, self._ahead()
            if ahead >= before - JUMP:
                continue
            logger.warning("the clock was set back by {} s", round((before - ahead) / SECOND))
            self._schedule.hurry()
            try:
                await self._store.rewind(before - ahead, self._clock.now())
            except Exception as error:  # noqa: BLE001 - a database in trouble: they just wait longer
                logger.error("waiting messages keep their old times: {}", error)

    def _ahead(self) -> int:
        return self._clock.now() - round(self._clock.monotonic() * SECOND)

    def _serving(self) -> list[int]:
        """The bots whose messages can be answered now."""
        return [
            bot.id
            for bot in self._registry.all()
            if bot.enabled and bot.token and not self._questions.is_held(bot.id)
        ]

    def _look_again(self) -> None:
        for bot_id in self._serving():
            self._questions.rescan(bot_id)

    def _free_megabytes(self) -> int | None:
        if self._folder is None:
            return None
        return shutil.disk_usage(self._folder).free // 1_000_000
