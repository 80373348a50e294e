"""What an import did, or would do, with each table: the counts add up."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """What became of the rows of one of the original's tables."""

    table: str
    read: int = 0
    imported: int = 0
    known: int = 0
    """They were here already: imported before, or our own."""
    skipped: Counter[str] = field(default_factory=Counter)
    """How many for which reason."""

    @property
    def adds_up(self) -> bool:
        """Whether every row that was read is accounted for."""
        return self.read == self.imported + self.known + self.skipped.total()


@dataclass(slots=True)
class Report:
    """The whole import."""

    applied: bool
    """False: nothing was written."""
    tallies: list[Tally] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What a person has to know or do."""

    def tally(self, table: str) -> Tally:
        """A new one."""
        tally = Tally(table)
        self.tallies.append(tally)
        return tally

    @property
    def adds_up(self) -> bool:
        """Whether every table does."""
        return all(tally.adds_up for tally in self.tallies)

    def lines(self) -> Iterator[str]:
        """The report as a person reads it."""
        done = "imported" if self.applied else "to import"
        yield f"{'table':<18}{'read':>9}{done:>12}{'known':>9}{'skipped':>9}"
        for tally in self.tallies:
            yield (
                f"{tally.table:<18}{tally.read:>9}{tally.imported:>12}{tally.known:>9}"
                f"{tally.skipped.total():>9}"
            )
            for reason, count in tally.skipped.most_common():
                yield f"  {count} skipped: {reason}"
        if not self.adds_up:
            wrong = ", ".join(tally.table for tally in self.tallies if not tally.adds_up)
            yield f"the counts of {wrong} do not add up: rows came or went meanwhile; run it again"
        yield from self.notes
