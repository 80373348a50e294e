"""Rescues what a crash left in work, and offers what has become due."""

from collections.abc import Callable, Sequence

from loguru import logger

from kotodom.clock import SECOND, Clock
from kotodom.model import Lane
from kotodom.ports import Store

PAGE = 1000
"""Due lanes offered by one sweep at most."""
OVERLAP = 60 * SECOND
"""How far a sweep looks back behind the last one: a row may be committed after it was due."""


async def recover(store: Store, clock: Clock) -> None:
    """Before anything is claimed: what was in work goes back, what was being sent is in doubt."""
    found = await store.recover(clock.now())
    if found.requeued or found.in_doubt:
        logger.warning(
            "recovered {} messages that were in work; {} parts are in doubt",
            found.requeued,
            found.in_doubt,
        )


class Sweep:
    """Asks the table for rows that have become due since the last time it asked."""

    def __init__(self, store: Store, offer: Callable[[Lane], None], clock: Clock) -> None:
        self._store = store
        self._offer = offer
        self._clock = clock
        self._since = 0

    async def run(self, bot_ids: Sequence[int], *, written: Sequence[int] = ()) -> None:
        """Offer every lane of these bots with a row that became due; of *written* only answers.

        A full page is asked for again: what was claimed meanwhile has left it.
        """
        now, full = self._clock.now(), False
        for some, answers in ((bot_ids, False), (written, True)):
            lanes = await self._store.due(
                since=self._since, now=now, limit=PAGE, bot_ids=some, written=answers
            )
            for lane in lanes:
                self._offer(lane)
            full = full or len(lanes) >= PAGE
        if not full:
            self._since = now - OVERLAP
