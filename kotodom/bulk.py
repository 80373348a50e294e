"""Retries of many messages: asked again a few at a time, with the progress shown meanwhile.

The table says how far each retry is, so that a restart goes on where the last life was cut off. A
message is asked again in the transaction that counts it, and then takes the way of every message.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from loguru import logger

from kotodom.clock import SECOND, Clock
from kotodom.errors import TelegramError
from kotodom.model import Chat, Content, Lane
from kotodom.ports import Messenger, Store
from kotodom.ports.admin.messages import Bulk, BulkState

WINDOW = 100
"""Messages of one retry that are under way at once: people who write meanwhile wait behind no more
than these, and a provider that is still down is not asked for all of them."""
PACE = 1.0
"""Seconds between two looks at what has become of them."""
SHOWN = 3.0
"""Seconds between two pictures of the progress: they share the chat's limit with all else."""
PATIENCE = 600 * SECOND
"""Milliseconds without any news after which a retry ends, though some of it waits: the circuit may
be open for hours."""
QUICK = 30 * SECOND
"""Milliseconds: who waited no longer than that for the result has seen it come."""

Drawn = Callable[[Bulk], Sequence[Content]]
"""The screen of a retry as it is now."""


class BulkRetries:
    """Carries out what admins have confirmed."""

    def __init__(
        self,
        *,
        store: Store,
        messenger: Messenger,
        turn: Callable[[Chat], AbstractAsyncContextManager[None]],
        offer: Callable[[Lane], None],
        draw: Drawn,
        told: Drawn,
        clock: Clock,
    ) -> None:
        """*turn* is held while something is shown in a chat; *told* draws the result as news."""
        self._store = store
        self._messenger = messenger
        self._turn = turn
        self._offer = offer
        self._draw = draw
        self._told = told
        self._clock = clock
        self._wake = asyncio.Event()
        self._shown: dict[int, tuple[float, tuple[int, ...]]] = {}
        """When each retry was shown last, and its numbers then."""

    def wake(self) -> None:
        """Something was confirmed."""
        self._wake.set()

    async def run(self) -> None:
        """Work for ever; what was begun before the last end is taken up."""
        while True:
            self._wake.clear()
            try:
                busy = await self.step()
            except Exception as error:  # noqa: BLE001 - the database is in trouble: try on
                logger.error("the retry of many messages waits: {}", error)
                busy = True
            if busy:
                await self._clock.sleep(PACE)
            else:
                await self._wake.wait()

    async def step(self) -> bool:
        """Bring every retry one step on; False when there is none."""
        running = await self._store.running_bulks()
        trouble: Exception | None = None
        for bulk_id in running:
            try:
                await self._advance(bulk_id)
            except Exception as error:  # noqa: BLE001 - one in trouble holds up no other; raised below
                trouble = error
        if trouble is not None:
            raise trouble
        return bool(running)

    async def _advance(self, bulk_id: int) -> None:
        now = self._clock.now()
        step = await self._store.advance_bulk(bulk_id, window=WINDOW, now=now)
        for lane in step.lanes:
            self._offer(lane)
        bulk = step.bulk
        if bulk.state is not BulkState.RUNNING:
            return
        if step.exhausted and (not bulk.waiting or now - bulk.changed_at > PATIENCE):
            await self._finish(bulk, now)
        else:
            await self._show(bulk)

    async def _finish(self, bulk: Bulk, now: int) -> None:
        """Show the result, and tell it as news to whoever has not waited for it."""
        ended = replace(bulk, state=BulkState.DONE, finished_at=now)
        seen = await self._edit(ended) and now - (bulk.started_at or now) <= QUICK
        chat = None if seen else await self._store.chat_of_row(bulk.shown_by)
        lane = await self._store.finish_bulk(
            bulk.id, told=None if chat is None else (chat, self._told(ended)), now=now
        )
        if lane is not None:
            self._offer(lane)
        self._shown.pop(bulk.id, None)

    async def _show(self, bulk: Bulk) -> None:
        """Show how far it is, if that is news."""
        numbers = (bulk.reopened, bulk.answered, bulk.failed, bulk.waiting, bulk.shown_by)
        at, shown = self._shown.get(bulk.id, (-SHOWN, ()))
        if shown == numbers or self._clock.monotonic() < at + SHOWN:
            return
        self._shown[bulk.id] = self._clock.monotonic(), numbers
        await self._edit(bulk)

    async def _edit(self, bulk: Bulk) -> bool:
        """Put the progress into the message that shows it; False when none does."""
        place = await self._store.shown_at(bulk.shown_by)
        if place is None:
            return False
        async with self._turn(place[0]):
            # Whoever pressed another button of it meanwhile looks at something else.
            place = await self._store.shown_at(bulk.shown_by)
            if place is None:
                return False
            try:
                await self._messenger.edit(place[0], place[1], self._draw(bulk)[0])
            except TelegramError as error:
                logger.debug("the progress of retry {} is not shown: {}", bulk.id, error)
                return False
        return True
