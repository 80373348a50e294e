"""One bot's queue of updates, and getUpdates over it.

As Telegram does it: an offset confirms everything below it, an offset far beyond the newest id is
ignored (so a stale one after the weekly reset of ids loses nothing), undelivered updates live
24 hours (inline queries half a minute), a second poller ends the first, an answer has about 4 MB.
The server's brake on hasty pollers is an option: repeating an offset within half a second gives a
single update, and within three seconds waits at least three for the next one.
"""

import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from kotodom.clock import Clock
from kotodom.demo.botapi.values import ApiError, Json, Signal

MAX_TIMEOUT = 50.0
LIFETIME = 24 * 3600 * 1000
"""Milliseconds."""
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
MAX_ANSWER = 4 * 1024 * 1024
"""Bytes of JSON."""
HASTY = 3.0
VERY_HASTY = 0.5
"""Seconds between two polls with the same offset."""
# TDLib's queue takes an offset for a slip, not for "the future", up to ten beyond its tail.
OFFSET_SLACK = 10


@dataclass(frozen=True, slots=True)
class _Pending:
    update_id: int
    until: int
    """Milliseconds since the epoch."""
    short_lived: bool
    size: int
    body: Json


class Inbox:
    """The updates a bot has not confirmed yet."""

    def __init__(self, clock: Clock, first_id: int) -> None:
        self._clock = clock
        self._queue: deque[_Pending] = deque()
        self._next_id = first_id
        self._allowed: frozenset[str] | None = None
        self._arrived = Signal()
        self._poll = 0
        self._ended_by: ApiError | None = None
        self._short_lived = 0
        self.brakes = False
        """Whether hasty pollers are slowed down."""
        self._last_poll: tuple[float, int] = -HASTY, 0

    def __len__(self) -> int:
        self._expire()
        return len(self._queue)

    @property
    def allowed(self) -> list[str]:
        """The kinds asked for explicitly; empty means the default."""
        return sorted(self._allowed or ())

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Remember which kinds to receive from now on; None keeps the setting."""
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    def put(self, kind: str, body: Json, *, lifetime: int = LIFETIME) -> None:
        """Queue an update if the bot receives such a kind; it lives that many milliseconds."""
        wanted = kind not in NOT_BY_DEFAULT if self._allowed is None else kind in self._allowed
        if wanted:
            self.put_raw({kind: body}, lifetime=lifetime)

    def put_raw(self, update: Json, *, lifetime: int = LIFETIME) -> int:
        """Queue anything at all; an ``update_id`` of its own is kept. Returns the id."""
        update_id = int(update.get("update_id", self._next_id))
        self._next_id = max(self._next_id, update_id) + 1
        body = {"update_id": update_id, **update}
        size = len(json.dumps(body, separators=(",", ":")))
        short = lifetime < LIFETIME
        self._queue.append(_Pending(update_id, self._clock.now() + lifetime, short, size, body))
        self._short_lived += short
        self._arrived.fire()
        return update_id

    def renumber(self, next_id: int) -> None:
        """Begin a new sequence, as Telegram does after an idle week; the queue must be empty."""
        if self._queue:
            raise ValueError("update ids are only reset while nothing is pending")
        self._next_id = next_id

    def drop_all(self) -> None:
        """Forget what is pending."""
        self._queue.clear()

    def end_poll(self, error: ApiError) -> None:
        """Answer a waiting getUpdates with *error*."""
        self._ended_by = error
        self._poll += 1
        self._arrived.fire()

    async def get(self, offset: int, limit: int, timeout: float) -> list[Json]:
        """Answer one getUpdates; it ends an earlier one that still waits.

        *timeout* is real time, whatever clock is injected: it is a matter of the connection.
        """
        self.end_poll(
            ApiError(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )
        )
        mine = self._poll
        limit, timeout = self._brake(offset, limit, timeout)
        self._expire()
        self._confirm(offset)
        if not self._queue and timeout > 0:
            await self._arrived.wait(min(timeout, MAX_TIMEOUT))
            if mine != self._poll and self._ended_by is not None:
                raise self._ended_by
        return self._batch(limit)

    def _brake(self, offset: int, limit: int, timeout: float) -> tuple[int, float]:
        now = self._clock.monotonic()
        before, self._last_poll = self._last_poll, (now, offset)
        if not self.brakes or before[1] != offset or now - before[0] >= HASTY:
            return limit, timeout
        return (1 if now - before[0] < VERY_HASTY else limit), max(timeout, HASTY)

    def _batch(self, limit: int) -> list[Json]:
        """The oldest updates that fit an answer, at least one."""
        batch: list[Json] = []
        size = 0
        for item in self._queue:
            size += item.size
            if len(batch) == limit or (batch and size > MAX_ANSWER):
                break
            batch.append(item.body)
        return batch

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self._queue) > -offset:
                self._queue.popleft()
        elif offset <= self._next_id + OFFSET_SLACK:
            while self._queue and self._queue[0].update_id < offset:
                self._queue.popleft()

    def _expire(self) -> None:
        now = self._clock.now()
        if self._short_lived:
            self._queue = deque(item for item in self._queue if item.until > now)
            self._short_lived = sum(item.short_lived for item in self._queue)
        while self._queue and self._queue[0].until <= now:
            self._queue.popleft()
