"""What /admin asks of the database about health."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """The database itself."""

    kind: str
    """SQLite or PostgreSQL, with its version."""
    size: int
    """Bytes."""


class HealthStore(Protocol):
    """The part of the store for health."""

    async def database_facts(self) -> DatabaseFacts:
        """What it is and how large; raises when it cannot be used."""
        ...
