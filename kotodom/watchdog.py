"""Whether this process does its work, by the loop's lag, the database and the pollers.

The answer is one :class:`Verdict`, for systemd's watchdog and for /health alike. It asks only for
what a restart may mend: a revoked token, another poller of the same bot, a flood limit, pollers
that are held back on purpose are known causes, and no reason to start anew.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from loguru import logger

from kotodom.clock import Clock
from kotodom.errors import FloodWait, PollConflict, TokenRevoked
from kotodom.notify import Notifier
from kotodom.ports import BotState

TICK = 1.0
"""Seconds between two looks at how late the loop wakes."""
LATE = 5.0
"""Seconds of lag that nobody would call alive."""
PING = 5.0
"""Seconds between two pings of the database."""
SILENT = 90.0
"""Seconds without an answer from the database: it may be locked, or its server restarting, for a
while, and a restart of ours would mend neither."""
HUNG = 60.0
"""Seconds beyond its own deadline after which a poller hangs."""
DEAF = 600.0
"""Seconds in which no bot at all could poll: a cause within ourselves has become likely. One
in which none ever could has been started anew for nothing, and waits for Telegram instead."""
STATUS = 2.0
"""Seconds between two looks at what to say in the status."""
EXEMPT = (TokenRevoked.code, PollConflict.code, FloodWait.code)
"""Troubles of a bot that starting anew would not mend, or would make worse."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the process does its work."""

    reasons: tuple[str, ...] = ()
    """Why not; the names of bots are among them."""

    @property
    def ok(self) -> bool:
        return not self.reasons


class Watchdog:
    """Looks at the process all the time, and beats for systemd while it is alive."""

    def __init__(
        self,
        *,
        ping: Callable[[], Awaitable[None]],
        states: Callable[[], list[BotState]],
        paused: Callable[[], bool],
        status: Callable[[], str],
        notifier: Notifier,
        clock: Clock,
        late: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        """*paused* says whether pollers are held back, *status* what goes on, in one line.

        *late* hears each time how late the loop woke.
        """
        self._ping = ping
        self._states = states
        self._paused = paused
        self._status = status
        self._notifier = notifier
        self._late = late
        self._clock = clock
        self._lag = 0.0
        self._answered = clock.monotonic()
        """When the database answered last; the start has just used it."""
        self._trouble = ""
        self._held = clock.monotonic()
        """When pollers were held back last: they could not poll before that."""
        self._told: tuple[str, ...] = ()

    @property
    def lag(self) -> float:
        """Seconds that the event loop woke late at the last look."""
        return self._lag

    def alive(self) -> Verdict:
        """Whether the process does its work now; costs nothing and never waits."""
        now = self._clock.monotonic()
        reasons = []
        if self._lag > LATE:
            reasons.append(f"the event loop is {self._lag:.0f} s late")
        if now - self._answered > SILENT:
            silence = f"the database has not answered for {now - self._answered:.0f} s"
            reasons.append(f"{silence}: {self._trouble}" if self._trouble else silence)
        if not self._paused():
            running = [state for state in self._states() if state.running]
            reasons += _pollers(running, now, self._held)
        return Verdict(tuple(reasons))

    async def run(self) -> None:
        """Watch for ever, and beat at half the time that systemd allows."""
        pause = min(TICK, self._notifier.watchdog / 2) if self._notifier.watchdog else TICK
        beat_at = status_at = 0.0
        while True:
            # One that fails is tried again at the next look: the second half is for that.
            if self._notifier.watchdog and self._clock.monotonic() >= beat_at and self._beat():
                beat_at = self._clock.monotonic() + self._notifier.watchdog / 2 - pause / 2
            if self._notifier.listened and self._clock.monotonic() >= status_at:
                status_at = self._clock.monotonic() + STATUS
                self._say()
            before = self._clock.monotonic()
            if self._paused():
                self._held = before
            await self._clock.sleep(pause)
            self._lag = max(0.0, self._clock.monotonic() - before - pause)
            self._late(self._lag)

    async def run_pings(self) -> None:
        """Ask the database for ever; one that hangs is found by its silence."""
        while True:
            await self._clock.sleep(PING)
            try:
                await self._ping()
            except Exception as error:  # noqa: BLE001 - whatever the driver raises is its trouble
                self._trouble = type(error).__name__
            else:
                self._answered, self._trouble = self._clock.monotonic(), ""

    def _beat(self) -> bool:
        verdict = self.alive()
        if verdict.ok:
            self._notifier.beat()
            if self._told:
                logger.info("the watchdog beats again")
        elif not self._told:
            logger.critical(
                "the watchdog beats no longer; unless it passes, systemd restarts this: {}",
                "; ".join(verdict.reasons),
            )
        self._told = verdict.reasons
        return verdict.ok

    def _say(self) -> None:
        reasons = self.alive().reasons
        self._notifier.status("; ".join(reasons) if reasons else self._status())


def _pollers(running: list[BotState], now: float, held: float) -> list[str]:
    """What is wrong with the pollers of the *running* bots, which were held back until *held*."""
    judged = [state for state in running if state.code not in EXEMPT]
    reasons = [
        f"the poller of {state.bot.name} hangs" for state in judged if now > state.due + HUNG
    ]
    polled = any(state.last_poll is not None for state in judged)
    if polled and all(_deaf(state, now, held) for state in judged):
        reasons.append(f"no bot has completed a poll for {DEAF / 60:.0f} minutes")
    return reasons


def _deaf(state: BotState, now: float, held: float) -> bool:
    return state.failing_since is not None and now - max(state.failing_since, held) > DEAF
