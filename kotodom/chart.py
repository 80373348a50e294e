"""A chart of what each bot spent on each day, as a value; and how it looks in plain letters."""

from collections.abc import Sequence
from dataclasses import dataclass

NAMED = 7
"""Bots that have a colour of their own; what the others spent stands together."""
WIDTH = 18
"""Letters of the longest bar: with the date and the sum a phone shows 32 in a line."""
_EIGHTHS = " ▏▎▍▌▋▊▉"


@dataclass(frozen=True, slots=True)
class Series:
    """One bot's sums, a day each."""

    name: str
    amounts: tuple[float, ...]
    """Dollars."""

    @property
    def total(self) -> float:
        """All days together."""
        return sum(self.amounts)


@dataclass(frozen=True, slots=True)
class Chart:
    """Stacked bars: the same days for every series."""

    title: str
    days: tuple[str, ...]
    """What each day is called: ``11-22``."""
    series: tuple[Series, ...]


def gathered(series: Sequence[Series], others: str) -> tuple[Series, ...]:
    """The dearest, and all the rest as one called *others*; what spent nothing is left out."""
    dear = sorted((one for one in series if one.total > 0), key=lambda one: -one.total)
    named, rest = dear[:NAMED], dear[NAMED:]
    if not rest:
        return tuple(named)
    together = tuple(sum(day) for day in zip(*(one.amounts for one in rest), strict=True))
    return (*named, Series(others, together))


def bars(chart: Chart) -> str:
    """The chart with letters of one width: a bar a day, then what each bot spent in all."""
    sums = [sum(one.amounts[day] for one in chart.series) for day in range(len(chart.days))]
    highest = max(sums, default=0.0)
    lines = [
        f"{day} {_bar(amount, highest)} ${amount:.2f}"
        for day, amount in zip(chart.days, sums, strict=True)
    ]
    widest = max((len(one.name[:WIDTH]) for one in chart.series), default=0)
    lines += [""] + [f"{one.name[:WIDTH]:<{widest}} ${one.total:.2f}" for one in chart.series]
    return "\n".join(lines).rstrip()


def _bar(amount: float, highest: float) -> str:
    eighths = round(amount / highest * WIDTH * 8) if highest else 0
    if amount > 0:
        eighths = max(eighths, 1)
    full, rest = divmod(eighths, 8)
    return ("█" * full + _EIGHTHS[rest].strip()).ljust(WIDTH)
