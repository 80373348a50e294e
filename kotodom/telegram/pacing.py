"""The gate that everything to one chat passes: limits kept, penalties served, in order.

Limits (Telegram's bot FAQ and its notes on drafts; per bot and chat, all topics together):

* messages, edits and deletions: about one a second with short bursts; 20 a minute in groups;
* drafts and chat actions share a bucket of 20 calls in 5 s and 40 calls in 30 s;
* after a 429 nothing at all before ``retry_after``: calling on makes the penalty longer.

Nothing here touches the network or a database; time comes from the clock.
"""

import math
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from loguru import logger

from kotodom.clock import SECOND, Clock
from kotodom.errors import FloodWait

INTERVAL = 1.0
"""Seconds between messages in the long run."""
BURST = 5
"""Messages that may go at once after a pause."""
GROUP_LIMIT, GROUP_WINDOW = 20, 61.0
"""A second more than Telegram counts, since the network may bring calls closer together."""
PATIENCE = 2.0
"""A message that would wait longer than that many seconds is put off instead."""
DISPLAY_INTERVAL = 0.8
"""Seconds between display calls: it keeps both of their limits, with two seconds to spare in 30 for
calls that the network brings closer together."""
RESTORED_MAX = 3600.0
"""A remembered penalty is served for at most that many seconds after a start: a wall clock that
jumped must not silence a chat for days."""

OnPenalty = Callable[[int, int, int], Awaitable[None]]


class _Gate:
    """One chat's state; times are monotonic seconds."""

    __slots__ = ("display", "free_at", "last", "messages", "penalty")

    def __init__(self) -> None:
        self.penalty = -math.inf
        """Nothing goes before then."""
        self.free_at = -math.inf
        """When the whole burst is available again."""
        self.last = -math.inf
        """When the latest admitted message goes: in the future while messages wait."""
        self.messages: list[float] = []
        """When the newest messages went, as far as the group's window needs it."""
        self.display = -math.inf
        """When the latest display call went."""

    def next_message(self, now: float, group: bool) -> float:
        """When a message that asks now may go."""
        # Messages before this one are never overtaken, hence ``last``.
        when = max(now, self.penalty, self.last, self.free_at - (BURST - 1) * INTERVAL)
        if group and len(self.messages) >= GROUP_LIMIT:
            when = max(when, self.messages[-GROUP_LIMIT] + GROUP_WINDOW)
        return when

    def admit_message(self, when: float) -> None:
        self.free_at = max(self.free_at, when) + INTERVAL
        self.last = when
        self.messages.append(when)
        del self.messages[:-GROUP_LIMIT]

    def admit_display(self, now: float) -> bool:
        """Count one display call if it may go now; messages that wait go first."""
        if now < self.penalty or now < self.last or now < self.display + DISPLAY_INTERVAL:
            return False
        self.display = now
        return True

    def idle(self, now: float) -> bool:
        """Whether a new gate would decide just as this one."""
        return (
            now >= self.penalty
            and now >= self.free_at
            and now >= self.last + GROUP_WINDOW
            and now >= self.display + DISPLAY_INTERVAL
        )


class Pacing:
    """The gates of all chats; *on_penalty* (bot id, chat id, until in wall ms) makes a 429 last."""

    def __init__(self, *, clock: Clock, on_penalty: OnPenalty, capacity: int = 10_000) -> None:
        self._clock = clock
        self._on_penalty = on_penalty
        self._capacity = capacity
        self._gates: OrderedDict[tuple[int, int], _Gate] = OrderedDict()

    def __len__(self) -> int:
        return len(self._gates)

    def restore(self, bot_id: int, telegram_chat_id: int, until_ms: int) -> None:
        """Go on serving a penalty that was remembered over a restart."""
        seconds = min((until_ms - self._clock.now()) / SECOND, RESTORED_MAX)
        if seconds > 0:
            self._gate(bot_id, telegram_chat_id).penalty = self._clock.monotonic() + seconds

    async def message(self, bot_id: int, telegram_chat_id: int, *, group: bool) -> None:
        """Wait for this message's turn.

        Raises FloodWait, with nothing counted, when it would take longer than ``PATIENCE``; also
        when a penalty begins while it waits.
        """
        gate = self._gate(bot_id, telegram_chat_id)
        now = self._clock.monotonic()
        when = gate.next_message(now, group)
        if when - now > PATIENCE:
            raise FloodWait(retry_after=when - now)
        gate.admit_message(when)
        while (now := self._clock.monotonic()) < when:
            await self._clock.sleep(when - now)
        if now < gate.penalty:
            raise FloodWait(retry_after=gate.penalty - now)

    def display(self, bot_id: int, telegram_chat_id: int) -> bool:
        """Whether a draft or chat action may go right now; if so, it is counted."""
        return self._gate(bot_id, telegram_chat_id).admit_display(self._clock.monotonic())

    async def penalise(self, bot_id: int, telegram_chat_id: int, seconds: float) -> None:
        """Telegram said 429: keep silent for *seconds*, over restarts too."""
        gate = self._gate(bot_id, telegram_chat_id)
        gate.penalty = max(gate.penalty, self._clock.monotonic() + seconds)
        until = self._clock.now() + math.ceil(seconds * SECOND)
        try:
            await self._on_penalty(bot_id, telegram_chat_id, until)
        except Exception as error:  # noqa: BLE001 - a database in trouble must not hide the 429
            logger.error("a flood penalty could not be stored: {}", type(error).__name__)

    def _gate(self, bot_id: int, telegram_chat_id: int) -> _Gate:
        key = (bot_id, telegram_chat_id)
        gate = self._gates.get(key)
        if gate is None:
            self._make_room()
            gate = self._gates[key] = _Gate()
        else:
            self._gates.move_to_end(key)
        return gate

    def _make_room(self) -> None:
        """Drop the longest unused gates that hold nothing; those that do, go to the back."""
        now = self._clock.monotonic()
        for _ in range(min(8, len(self._gates) - self._capacity + 1)):
            key, gate = next(iter(self._gates.items()))
            if gate.idle(now):
                del self._gates[key]
            else:
                self._gates.move_to_end(key)
