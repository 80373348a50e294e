"""What the table holds right now, and what a start found in it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much work the table holds right now."""

    ready: int
    in_work: int
    waiting: int
    """Put off to a later time."""
    oldest_age: int
    """Milliseconds since the oldest open message arrived; 0 when there is none."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a start found left over from an unclean end."""

    requeued: int
    in_doubt: int
