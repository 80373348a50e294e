"""One text for many people."""

from dataclasses import dataclass
from enum import StrEnum


class BroadcastState(StrEnum):
    """Where a broadcast stands."""

    DRAFT = "DRAFT"
    """Nobody has got it yet: its text and its people can still be changed."""
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A broadcast and how far it is."""

    id: int
    bot_id: int
    text: str
    """Markdown."""
    language: str
    """Only for people who speak it; empty: for all."""
    active_days: int
    """Only for people who wrote within so many days; 0: for all."""
    state: BroadcastState
    reason: str
    """Why it paused by itself: an error's code; empty when somebody paused it."""
    total: int
    """The people it was for when it was started."""
    delivered: int
    blocked: int
    failed: int
    created_by: int
    """Telegram's user id."""
    created_at: int
    started_at: int | None
    finished_at: int | None
    progress_row: int
    """The notice that shows how far it is; 0: there is none."""

    @property
    def settled(self) -> int:
        """People for whom it is decided what became of it."""
        return self.delivered + self.blocked + self.failed

    @property
    def pending(self) -> int:
        """People who may still get it; some of them may have left meanwhile."""
        return max(0, self.total - self.settled)
