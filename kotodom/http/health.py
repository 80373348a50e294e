"""How the process is doing, as values that become /health's JSON."""

from dataclasses import dataclass
from enum import StrEnum


class BotHealthState(StrEnum):
    """What one bot is doing."""

    STARTING = "starting"
    POLLING = "polling"
    STALLED = "stalled"
    """It should poll, but no getUpdates has completed for too long."""
    FAILED = "failed"
    """A human must act (a revoked token): a restart would not help."""
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """The last ping."""

    ok: bool
    latency_ms: float | None
    """None when there was no answer."""


@dataclass(frozen=True, slots=True)
class ProviderHealth:
    """Whoever answers questions."""

    circuit: str
    """closed, open or half-open."""
    stopped: bool
    """An admin has stopped all calls."""
    last_success_age: float | None
    """Seconds; None before the first."""


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """Messages that still want an answer."""

    ready: int
    in_work: int
    waiting: int
    """For their retry."""
    oldest_age: float
    """Seconds; 0 when there is none."""
    age: float = 0.0
    """Seconds since these were counted."""


@dataclass(frozen=True, slots=True)
class BotHealth:
    """One bot."""

    name: str
    state: BotHealthState
    last_poll_age: float | None
    """Seconds since the last completed getUpdates; None before the first."""
    error: str


@dataclass(frozen=True, slots=True)
class Health:
    """The whole process."""

    live: bool
    """Nothing is wrong that a restart would mend: what the watchdog says, too."""
    ready: bool
    """Messages are received and answered."""
    reasons: tuple[str, ...]
    """Why it is not live, or not ready."""
    version: str
    uptime: float
    """Seconds."""
    database: DatabaseHealth
    provider: ProviderHealth
    queue: QueueHealth | None
    """None when the database does not say."""
    bots: tuple[BotHealth, ...]

    @property
    def ok(self) -> bool:
        """Whether the process does its work.

        An open circuit and a revoked token are other people's trouble, and pollers that are held
        back are our own intention: a supervisor that restarts on 503 would help nobody.
        """
        stalled = any(bot.state is BotHealthState.STALLED for bot in self.bots)
        return self.live and self.database.ok and not stalled
