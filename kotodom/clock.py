"""The clock, injected everywhere so that tests decide what time it is.

Wall time is an integer of milliseconds since the epoch in UTC: the same value in the core and in
both databases, with no time zone to get wrong. Monotonic time is seconds and never leaves the
process.
"""

import asyncio
import time
from typing import Protocol

SECOND = 1_000
"""One second in the milliseconds that wall time is counted in."""


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> int:
        """Wall time in milliseconds since the epoch, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never jump; only differences mean something."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
