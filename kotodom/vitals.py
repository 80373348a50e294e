"""How this process and its machine are doing, for admins who ask."""

import asyncio
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from loguru import logger

from kotodom.clock import Clock
from kotodom.errors import ProviderError
from kotodom.model import Done, Question
from kotodom.ports import BotState, Provider
from kotodom.troubles import Troubles

STALLED = 3
"""A bot is stalled when no poll has completed for so many poll timeouts."""
PAUSE = 0.01
"""Seconds of the nap by which it is measured how late the event loop wakes."""
PROBE = "Say OK."
"""What a probe asks."""
PROBE_TOKENS = 16
"""How long its answer may be; OpenAI takes no lower limit."""


class BotPulse(StrEnum):
    """What one bot is doing."""

    STARTING = "starting"
    POLLING = "polling"
    STALLED = "stalled"
    """It should poll, but no getUpdates has completed for too long."""
    FAILED = "failed"
    """A human must act (a revoked token): a restart would not help."""
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Circuit:
    """The provider's circuit breaker."""

    state: str
    """closed, open or half-open."""
    opens_in: float
    """Seconds until a call may pass."""
    last_success: float | None
    """Monotonic time of the last complete answer; None before the first."""


@dataclass(frozen=True, slots=True)
class Host:
    """The machine as this process sees it."""

    disk_free: int
    """Bytes where the database lies; for one elsewhere, where the process runs."""
    memory: int | None
    """Bytes of this process in memory; None where the system does not say."""
    lag: float
    """Seconds that the event loop is late."""
    uptime: float
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Probed:
    """How one tiny call to the provider went."""

    model: str
    seconds: float
    done: Done | None
    error: ProviderError | None


class Vitals:
    """Takes the pulse of what admins cannot see otherwise."""

    def __init__(
        self,
        *,
        provider: Provider,
        circuit: Callable[[], Circuit],
        try_now: Callable[[], None],
        paused: Callable[[], bool],
        halted: Callable[[], bool],
        folder: Path | None,
        poll_timeout: int,
        clock: Clock,
        troubles: Troubles | None = None,
    ) -> None:
        """*try_now* lets the next call pass an open circuit, *paused* says whether pollers are
        held back, *halted* whether the kill switch is pulled; *folder* is where the database
        grows, None when that is another machine's disk.
        """
        self.circuit = circuit
        self.halted = halted
        self.troubles = troubles or Troubles()
        self._provider = provider
        self._try_now = try_now
        self._paused = paused
        self._folder = folder
        self._poll_timeout = poll_timeout
        self._clock = clock
        self._started = clock.monotonic()

    async def host(self) -> Host:
        """The machine now."""
        before = self._clock.monotonic()
        await self._clock.sleep(PAUSE)
        lag = max(0.0, self._clock.monotonic() - before - PAUSE)
        disk = await asyncio.to_thread(shutil.disk_usage, self._folder or Path())
        uptime = self._clock.monotonic() - self._started
        return Host(disk.free, await asyncio.to_thread(memory), lag, uptime)

    def pulse(self, state: BotState | None, error: str = "") -> BotPulse:
        """What a bot is doing; *error* is what its own record says is wrong."""
        if state is None or not state.running:
            return BotPulse.FAILED if error or (state and state.error) else BotPulse.STOPPED
        if state.last_poll is None:
            return BotPulse.STARTING
        age = self._clock.monotonic() - state.last_poll
        if age > STALLED * self._poll_timeout and not self._paused():
            return BotPulse.STALLED
        return BotPulse.POLLING

    @property
    def paused(self) -> bool:
        """Whether pollers are held back because too much waits or the disk is full."""
        return self._paused()

    async def probe(self, model: str, user_key: str) -> Probed:
        """Make one tiny call to the provider now, also through an open circuit."""
        question = Question(
            model=model,
            instructions="",
            turns=(),
            text=PROBE,
            user_key=user_key,
            cache_key=user_key,
            max_output_tokens=PROBE_TOKENS,
        )
        self._try_now()
        begun, done = self._clock.monotonic(), None
        try:
            async for event in self._provider.stream(question):
                if isinstance(event, Done):
                    done = event
        except ProviderError as error:
            logger.info("the provider was probed: {}", error)
            return Probed(model, self._clock.monotonic() - begun, None, error)
        return Probed(model, self._clock.monotonic() - begun, done, None)


def memory() -> int | None:
    """Bytes of this process in memory, as Linux says in /proc; None elsewhere."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
