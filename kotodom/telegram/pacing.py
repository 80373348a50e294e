"""The gate that everything to one chat passes: limits kept, penalties served, in order.

Limits (Telegram's bot FAQ and its notes on drafts), all topics of a chat together:

* messages, edits and deletions to one chat: about one a second with short bursts; 20 a minute in
  groups;
* messages, edits and deletions of one bot to all its chats: about 30 a second;
* drafts and chat actions to one chat share a bucket of 20 calls in 5 s and 40 calls in 30 s;
* after a 429 nothing at all to that chat before ``retry_after``: calling on makes it longer.

Nothing here touches the network or a database; time comes from the clock.
"""

import math
from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from loguru import logger

from kotodom.clock import SECOND, Clock
from kotodom.errors import FloodWait

INTERVAL = 1.0
"""Seconds between messages to one chat in the long run."""
BURST = 5
"""Messages that may go to one chat at once after a pause."""
BOT_INTERVAL, BOT_BURST = 1 / 30, 30
"""The same for all messages of one bot together."""
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
GIVE_BACK = 1.0
"""Seconds after its time in which a place can still be given back by whoever did not use it."""

OnPenalty = Callable[[int, int, int], Awaitable[None]]


class Bucket:
    """So many calls at once after a pause, then one each *interval*; places are booked ahead.

    Of any *n* calls booked, the last comes at least ``(n - burst) * interval`` after the first.
    Times are monotonic seconds.
    """

    __slots__ = ("_booked", "_free_at", "_interval", "_span")

    def __init__(self, interval: float, burst: int) -> None:
        self._interval = interval
        self._span = (burst - 1) * interval
        self._free_at = -math.inf
        """When the whole burst is free again, going by the calls before those in ``_booked``."""
        self._booked: list[float] = []
        """The newest calls and those that wait for their time, in order."""

    @property
    def last(self) -> float:
        """When the latest call booked goes: in the future while calls wait."""
        return self._booked[-1] if self._booked else -math.inf

    def next(self, at: float) -> float:
        """The first time from *at* on that breaks no limit, neither for it nor for those booked."""
        free_at = self._free_at
        for place, booked in enumerate(self._booked):
            when = max(at, free_at - self._span)
            if when < booked and self._fits(when, place, free_at):
                return when
            free_at = max(free_at, booked) + self._interval
        return max(at, free_at - self._span)

    def _fits(self, when: float, place: int, free_at: float) -> bool:
        """Whether a call at *when* leaves enough for those booked after it."""
        free_at = max(free_at, when) + self._interval
        for booked in self._booked[place:]:
            if booked < free_at - self._span:
                return False
            free_at = max(free_at, booked) + self._interval
        return True

    def book(self, when: float, now: float) -> None:
        """Count a call that goes at *when*."""
        self._forget(now)
        insort(self._booked, when)

    def give_back(self, when: float) -> None:
        """The call booked for *when* does not go."""
        place = bisect_left(self._booked, when)
        if place < len(self._booked) and self._booked[place] == when:
            del self._booked[place]

    def idle(self, now: float) -> bool:
        """Whether a new bucket would decide just as this one."""
        self._forget(now)
        return not self._booked and now >= self._free_at

    def _forget(self, now: float) -> None:
        gone = bisect_left(self._booked, now - GIVE_BACK)
        for booked in self._booked[:gone]:
            self._free_at = max(self._free_at, booked) + self._interval
        del self._booked[:gone]


class _Gate:
    """One chat's state; times are monotonic seconds."""

    __slots__ = ("_bucket", "_display", "_minute", "penalty")

    def __init__(self) -> None:
        self.penalty = -math.inf
        """Nothing goes before then."""
        self._bucket = Bucket(INTERVAL, BURST)
        self._minute: list[float] = []
        """When a group's newest messages go, as far as its window needs it."""
        self._display = -math.inf
        """When the latest display call went."""

    def next_message(self, now: float, group: bool) -> float:
        """When a message that asks now may go; it overtakes none that asked before."""
        when = self._bucket.next(max(now, self.penalty, self._bucket.last))
        if group and len(self._minute) >= GROUP_LIMIT:
            when = max(when, self._minute[-GROUP_LIMIT] + GROUP_WINDOW)
        return when

    def book(self, when: float, now: float, group: bool) -> None:
        self._bucket.book(when, now)
        if group:
            del self._minute[: bisect_left(self._minute, now - GROUP_WINDOW)]
            self._minute.append(when)

    def give_back(self, when: float) -> None:
        self._bucket.give_back(when)
        if when in self._minute:
            self._minute.remove(when)

    def admit_display(self, now: float) -> bool:
        """Count one display call if it may go now; messages that wait go first."""
        if now < max(self.penalty, self._bucket.last, self._display + DISPLAY_INTERVAL):
            return False
        self._display = now
        return True

    def idle(self, now: float) -> bool:
        """Whether a new gate would decide just as this one."""
        return (
            now >= self.penalty
            and self._bucket.idle(now)
            and not (self._minute and now < self._minute[-1] + GROUP_WINDOW)
            and now >= self._display + DISPLAY_INTERVAL
        )


class _Idles(Protocol):
    def idle(self, now: float) -> bool: ...


Key = TypeVar("Key")
Kept = TypeVar("Kept", bound=_Idles)


class _Shelf(Generic[Key, Kept]):
    """Things by key, made when they are asked for; beyond *capacity* the idle ones go."""

    def __init__(self, make: Callable[[], Kept], capacity: int) -> None:
        self._make = make
        self._capacity = capacity
        self._things: OrderedDict[Key, Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: Key, now: float) -> Kept:
        thing = self._things.get(key)
        if thing is None:
            self._make_room(now)
            thing = self._things[key] = self._make()
        else:
            self._things.move_to_end(key)
        return thing

    def _make_room(self, now: float) -> None:
        """Drop the longest unused things that are idle; those that are not, go to the back."""
        for _ in range(min(8, len(self._things) - self._capacity + 1)):
            key, thing = next(iter(self._things.items()))
            if thing.idle(now):
                del self._things[key]
            else:
                self._things.move_to_end(key)


class Pacing:
    """The gates of all chats and bots.

    *on_penalty* (bot id, chat id, until in wall ms) makes a 429 last; *capacity* is how many idle
    gates are kept of either kind.
    """

    def __init__(self, *, clock: Clock, on_penalty: OnPenalty, capacity: int = 10_000) -> None:
        self._clock = clock
        self._on_penalty = on_penalty
        self._gates = _Shelf[tuple[int, int], _Gate](_Gate, capacity)
        self._bots = _Shelf[int, Bucket](lambda: Bucket(BOT_INTERVAL, BOT_BURST), capacity)

    def __len__(self) -> int:
        return len(self._gates) + len(self._bots)

    def restore(self, bot_id: int, telegram_chat_id: int, until_ms: int) -> None:
        """Go on serving a penalty that was remembered over a restart."""
        seconds = min((until_ms - self._clock.now()) / SECOND, RESTORED_MAX)
        if seconds > 0:
            self._gate(bot_id, telegram_chat_id).penalty = self._clock.monotonic() + seconds

    async def message(self, bot_id: int, telegram_chat_id: int, *, group: bool) -> None:
        """Wait for this message's turn in its chat and among all messages of its bot.

        Raises FloodWait when it would take longer than ``PATIENCE``, or when a penalty begins
        while it waits. A message that does not go, cancelled ones included, is not counted.
        """
        gate = self._gate(bot_id, telegram_chat_id)
        now = self._clock.monotonic()
        bot = self._bots.get(bot_id, now)
        when = bot.next(gate.next_message(now, group))
        if when - now > PATIENCE:
            raise FloodWait(retry_after=when - now)
        gate.book(when, now, group)
        bot.book(when, now)
        try:
            while (now := self._clock.monotonic()) < when:
                await self._clock.sleep(when - now)
            if now < gate.penalty:
                raise FloodWait(retry_after=gate.penalty - now)
        except BaseException:
            gate.give_back(when)
            bot.give_back(when)
            raise

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
        return self._gates.get((bot_id, telegram_chat_id), self._clock.monotonic())
