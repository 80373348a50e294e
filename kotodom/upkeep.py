"""What nobody asks for: due messages, backpressure, the circuit's reopening, a clock set back."""

import asyncio
import shutil
from collections.abc import Callable, Collection
from pathlib import Path

from loguru import logger

from kotodom.admin.words.alerts import AlertsWords
from kotodom.clock import SECOND, Clock
from kotodom.effects import AdminAlert, Submit
from kotodom.errors import DiskFull, KeySealed
from kotodom.intake import RowIntake
from kotodom.model import Backlog
from kotodom.ports import Provider, Store
from kotodom.queue import Queue
from kotodom.recovery import Sweep
from kotodom.registry import Registry
from kotodom.schedule import Schedule

SWEEP = 1.0
"""Seconds between two looks for rows that have become due."""
PRESSURE = 5.0
"""Seconds between two looks at the backlog and the disk."""
ROOM = 1_000_000
"""Bytes that must have been written before a disk that was full is trusted again: more than a
batch of a hundred messages takes."""
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
        try_again: Callable[[], None] = lambda: None,
    ) -> None:
        """*folder* is where the database grows; None when that is another machine's disk.

        Conversations older than *keep_days* are deleted; 0 keeps them. *try_again* has alerts told
        that the database could not take.
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
        self._try_again = try_again
        self.backlog = Backlog(0, 0, 0, 0)
        """What waited at the last look."""
        self._barred: set[int] = set()
        """Bots whose questions could not be asked at the last look, or since."""
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

    def circuit_open(self, bot_id: int | None = None) -> bool:
        """Whether asking the provider (for that bot, with its key) is pointless right now."""
        bot = self._registry.find(bot_id) if bot_id is not None else None
        try:
            key = self._registry.key_of(bot) if bot is not None else ""
        except KeySealed:
            return True
        return self._provider.open_for(key) > 0

    def circuit_changed(self, key: str, old: str, new: str, api_key: str = "") -> None:
        """Hear of the new state of the circuit named *key*: the instance's, or of that API key."""
        bots = [bot for bot in self._registry.all() if bot.api_key == api_key]
        whose = f" ({', '.join(bot.name for bot in bots)})" if api_key else ""
        logger.warning("provider circuit{}: {} → {}", whose, old, new)
        if new == "open" and old == "closed":
            owned = bots[0].id if api_key and bots else None
            self._submit(
                AdminAlert(
                    f"circuit:{key}" if owned is None else f"circuit:{key}:{owned}",
                    AlertsWords.CIRCUIT,
                    {"address": f"{key}{whose}"},
                    bot_id=owned,
                    show="health" if owned is None else f"bot {owned}",
                )
            )
        if new == "open":
            # Noted here, for it may be over before the next tick looks.
            self._barred |= {bot.id for bot in bots}
        if new == "closed":
            self._look_again({bot.id for bot in bots})

    def stop_changed(self, stopped: bool) -> None:
        """Hear of the kill switch."""
        if stopped:
            # Noted here, for it may be over before the next tick looks.
            self._barred |= set(self._serving())
        else:
            self._look_again(self._serving())

    async def tick(self) -> None:
        """Offer what has become due; when the circuit may close again, everything that waits."""
        serving = self._serving()
        barred = {bot_id for bot_id in serving if self.circuit_open(bot_id)}
        self._look_again(self._barred - barred)
        self._barred = barred
        free = [bot_id for bot_id in serving if bot_id not in barred]
        await self._sweep.run(free, written=sorted(barred))

    async def check_pressure(self) -> None:
        """Hold the pollers back while the backlog or the disk is beyond its limit."""
        # The disk first: when it is full, the rest may fail.
        free = await asyncio.to_thread(self._free_megabytes)
        low = free is not None and free < self.min_free_disk_mb
        if low:
            self._intake.set_pressure(AlertsWords.PRESSURE_DISK, free or 0)
        self._try_again()
        self.backlog = backlog = await self._store.backlog(self._clock.now(), self._serving())
        if low or not await self._has_room():
            return
        waiting = backlog.ready + backlog.in_work + backlog.waiting
        if waiting >= self.backlog_limit:
            self._intake.set_pressure(AlertsWords.PRESSURE_BACKLOG, waiting)
        else:
            self._intake.set_pressure(None)

    async def _has_room(self) -> bool:
        """Whether a disk that was full has room again, whatever it says of itself."""
        if self._intake.full:
            try:
                await self._store.make_sure_of_room(ROOM)
            except DiskFull:
                return False
            self._intake.full = False
        return True

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

    def _look_again(self, bot_ids: Collection[int]) -> None:
        for bot_id in self._serving():
            if bot_id in bot_ids:
                self._questions.rescan(bot_id)

    def _free_megabytes(self) -> int | None:
        if self._folder is None:
            return None
        return shutil.disk_usage(self._folder).free // 1_000_000
