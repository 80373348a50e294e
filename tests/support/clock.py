"""A clock that stands still until a test moves it."""

import asyncio
from itertools import count

START = 1_700_000_000_000
"""Wall time at the beginning, in milliseconds since the epoch."""


class FakeClock:
    """Implements ``kotodom.clock.Clock``; sleepers wake in the order of their times."""

    def __init__(self, now: int = START) -> None:
        self._start = now
        self._elapsed = 0.0
        self._skew = 0
        self._numbers = count()
        self._sleepers: dict[int, tuple[float, asyncio.Event]] = {}
        self._arrived = asyncio.Condition()

    def now(self) -> int:
        return self._start + round(self._elapsed * 1000) + self._skew

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        number, wake = next(self._numbers), asyncio.Event()
        self._sleepers[number] = (self._elapsed + seconds, wake)
        try:
            async with self._arrived:
                self._arrived.notify_all()
            await wake.wait()
        finally:
            self._sleepers.pop(number, None)

    async def advance(self, seconds: float) -> None:
        """Let time pass, waking each sleeper at its own time; those may sleep again meanwhile."""
        end = self._elapsed + seconds
        while True:
            await _settle()
            due = min(self._sleepers.items(), key=lambda item: (item[1][0], item[0]), default=None)
            if due is None or due[1][0] > end:
                break
            number, (time, wake) = due
            del self._sleepers[number]
            self._elapsed = max(self._elapsed, time)
            wake.set()
        self._elapsed = end

    def set_back(self, milliseconds: int) -> None:
        """Turn the wall clock back, as an administrator or NTP may; monotonic time goes on."""
        self._skew -= milliseconds

    async def sleepers(self, number: int) -> None:
        """Wait until that many tasks sleep."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self._sleepers) >= number)


async def _settle() -> None:
    """Let every task that can go on do so."""
    for _ in range(10):
        await asyncio.sleep(0)


class RushingClock(FakeClock):
    """Whoever sleeps wakes at once, and so much time has passed."""

    async def sleep(self, seconds: float) -> None:
        self._elapsed += max(0.0, seconds)
        await asyncio.sleep(0)
