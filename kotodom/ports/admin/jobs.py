"""What scheduled work asks of the database: how its runs went, and what a digest says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class JobRun:
    """How a job's last run went."""

    name: str
    at: int
    """When it began."""
    took: int
    """Milliseconds."""
    ok: bool
    result: str
    """In a few words: what it did, or the error."""


class TopUser(NamedTuple):
    """Somebody who asked much."""

    user_id: int
    name: str
    questions: int
    cost: int


class BotFigures(NamedTuple):
    """One bot's part."""

    bot_id: int
    messages: int
    answers: int
    failed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened in some time."""

    bots: tuple[BotFigures, ...] = ()
    """Those to which something was said, the busiest first."""
    waiting: int = 0
    """Messages that have no answer yet."""
    failures: tuple[tuple[str, int], ...] = ()
    """By error code, the most frequent first."""
    cost: int = 0
    """Nano-dollars, as far as prices are known."""
    unpriced: int = 0
    """Calls whose price is unknown."""
    top: tuple[TopUser, ...] = ()

    @property
    def messages(self) -> int:
        return sum(bot.messages for bot in self.bots)

    @property
    def answers(self) -> int:
        return sum(bot.answers for bot in self.bots)

    @property
    def failed(self) -> int:
        return sum(bot.failed for bot in self.bots)


class JobsStore(Protocol):
    """The part of the store for scheduled work."""

    async def job_runs(self) -> list[JobRun]:
        """The last run of every job that is remembered."""
        ...

    async def write_job_run(self, run: JobRun) -> None:
        """Remember a run instead of the one before."""
        ...

    async def figures(self, bot_ids: Sequence[int], *, since: int, until: int, top: int) -> Figures:
        """What happened at these bots in (since, until]: questions only, each once."""
        ...
