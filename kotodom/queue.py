"""Which conversation is next: order within one, turns between bots, memory bounded.

The table is the truth. This queue only knows that a lane (a conversation and a kind of message)
may have work; a worker that takes the lane asks the table for its oldest row. Lanes beyond the
capacity are not kept: the bot is marked as having more in the table, and the feeder reads on.
"""

import asyncio
from collections import deque

from loguru import logger

from kotodom.clock import Clock
from kotodom.model import Kind, Lane
from kotodom.ports import Store

CAPACITY = 500
"""Ready lanes kept in memory for each bot; the rest stays in the table."""
PAGE = 500
"""Rows read from the table at a time."""
RETRY = 1.0
"""Seconds until the table is asked again after an error."""


class Queue:
    """Ready lanes of one kind; each is with one worker at most, and bots take turns."""

    def __init__(self, kind: Kind, *, capacity: int = CAPACITY) -> None:
        self.kind = kind
        self._capacity = capacity
        self._ready: dict[int, deque[Lane]] = {}
        self._turns: deque[int] = deque()
        self._known: set[Lane] = set()
        self._busy: set[Lane] = set()
        self._again: set[Lane] = set()
        self._held: set[int] = set()
        self._more: set[int] = set()
        self._dropped: set[int] = set()
        self._wake = asyncio.Event()
        self.hungry = asyncio.Event()
        """Set when a bot has room here and more in the table: the feeder's signal."""

    def __len__(self) -> int:
        return len(self._known)

    def offer(self, lane: Lane) -> None:
        """Say that *lane* may have work; without room for it the feeder will find it again."""
        if not self.keep(lane):
            self._more.add(lane.bot_id)
            self._dropped.add(lane.bot_id)

    def keep(self, lane: Lane) -> bool:
        """Take *lane* in; False when its bot has no room left."""
        if lane in self._busy:
            self._again.add(lane)
            return True
        if lane in self._known:
            return True
        ready = self._ready.get(lane.bot_id)
        if ready is None:
            ready = self._ready[lane.bot_id] = deque()
            self._turns.append(lane.bot_id)
        if len(ready) >= self._capacity:
            return False
        ready.append(lane)
        self._known.add(lane)
        self._wake.set()
        return True

    async def take(self) -> Lane:
        """Wait for a lane whose turn it is; it is busy until :meth:`done`."""
        while True:
            lane = self._next()
            if lane is not None:
                self._known.discard(lane)
                self._busy.add(lane)
                return lane
            self._wake.clear()
            await self._wake.wait()

    def done(self, lane: Lane, *, more: bool) -> None:
        """Give a lane back; with *more* (or if it was offered meanwhile) it queues up again."""
        self._busy.discard(lane)
        again = lane in self._again
        self._again.discard(lane)
        if more or again:
            self.offer(lane)

    def hold(self, bot_id: int) -> None:
        """Give out nothing of this bot: it cannot be answered for now."""
        self._held.add(bot_id)

    def is_held(self, bot_id: int) -> bool:
        """Whether nothing of this bot is given out."""
        return bot_id in self._held

    def release(self, bot_id: int) -> None:
        """Give this bot's lanes out again, and look in the table for more."""
        self._held.discard(bot_id)
        self.rescan(bot_id)
        self._wake.set()

    def rescan(self, bot_id: int) -> None:
        """The table may hold rows of this bot that nobody offered."""
        self._more.add(bot_id)
        self._dropped.add(bot_id)
        self.hungry.set()

    def wanting(self) -> list[int]:
        """Bots that have more in the table and room here."""
        return [bot for bot in self._more if self._has_room(bot)]

    def begin_pass(self, bot_id: int) -> None:
        """The feeder begins to read this bot's rows from the first one."""
        self._dropped.discard(bot_id)

    def end_pass(self, bot_id: int) -> bool:
        """The feeder read the last row; False when a lane was dropped since the pass began."""
        if bot_id in self._dropped:
            return False
        self._more.discard(bot_id)
        return True

    def _has_room(self, bot_id: int) -> bool:
        return len(self._ready.get(bot_id, ())) <= self._capacity // 2

    def _next(self) -> Lane | None:
        for _ in range(len(self._turns)):
            bot_id = self._turns[0]
            ready = self._ready[bot_id]
            if not ready:
                self._turns.popleft()
                del self._ready[bot_id]
                continue
            self._turns.rotate(-1)
            if bot_id in self._held:
                continue
            lane = ready.popleft()
            if bot_id in self._more and self._has_room(bot_id):
                self.hungry.set()
            return lane
        return None


class Feeder:
    """Reads the table page by page for a queue that could not keep everything."""

    def __init__(self, queue: Queue, store: Store, clock: Clock, *, page: int = PAGE) -> None:
        self._queue = queue
        self._store = store
        self._clock = clock
        self._page = page
        self._cursors: dict[int, int] = {}

    async def run(self) -> None:
        """Feed for ever."""
        while True:
            await self._queue.hungry.wait()
            self._queue.hungry.clear()
            try:
                for bot_id in self._queue.wanting():
                    await self._feed(bot_id)
            except Exception as error:  # noqa: BLE001 - the database is in trouble: try on
                logger.error("the backlog cannot be read, trying again: {}", error)
                await self._clock.sleep(RETRY)
                self._queue.hungry.set()

    async def _feed(self, bot_id: int) -> None:
        """Read on from the cursor until the bot's room is full or its rows are all seen."""
        while True:
            after = self._cursors.get(bot_id, 0)
            if not after:
                self._queue.begin_pass(bot_id)
            rows = await self._store.pending(
                bot_id, self._queue.kind, after=after, limit=self._page, now=self._clock.now()
            )
            for row_id, lane in rows:
                if not self._queue.keep(lane):
                    return
                self._cursors[bot_id] = row_id
            if len(rows) < self._page:
                self._cursors.pop(bot_id, None)
                if self._queue.end_pass(bot_id):
                    return
