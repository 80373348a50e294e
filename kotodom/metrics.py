"""Counters, gauges and histograms in bounded memory; :mod:`kotodom.measures` says which there are.

Counting costs a dictionary look-up and imports nothing: who serves what was counted is another
matter (:mod:`kotodom.http`).
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from kotodom.measures import Kind, Measure

MAX_SERIES = 5_000
"""Series one metric keeps; what would go beyond is added to a series labelled ``other``."""
OTHER = "other"

_Key = tuple[str, ...]
"""The values of a measure's labels, in their order."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """What a histogram has seen."""

    counts: tuple[int, ...]
    """In each bucket, not cumulated; the last one is what is beyond all bounds."""
    sum: float


Sample = tuple[_Key, float | Distribution]
M = TypeVar("M", bound="Metric")


class Metric:
    """One measure with all its series."""

    def __init__(self, measure: Measure, fits: Mapping[str, Callable[[str], str]]) -> None:
        self.measure = measure
        self._fits = fits
        self._series: dict[_Key, float] = {}
        # The SQLite thread and the disk check may report from other threads.
        self._lock = Lock()

    def _key(self, labels: dict[str, str]) -> _Key:
        names, fits = self.measure.labels, self._fits
        try:
            values = [str(labels[name]) for name in names]
        except KeyError:
            values = []
        if len(values) != len(labels) or len(values) != len(names):
            expected = ", ".join(names) or "none"
            raise ValueError(f"{self.measure.name}: its labels are: {expected}")
        if not fits.keys().isdisjoint(names):
            values = [
                fits[name](value) if name in fits else value
                for name, value in zip(names, values, strict=True)
            ]
        return tuple(values)

    def _room(self, key: _Key, series: Collection[_Key]) -> _Key:
        return key if key in series or len(series) < MAX_SERIES else (OTHER,) * len(key)

    def value(self, **labels: str) -> float:
        """The present value of one series; 0.0 when nothing was ever reported."""
        return self._series.get(self._key(labels), 0.0)

    def samples(self) -> list[Sample]:
        """Every series; a metric without labels has one from the beginning."""
        with self._lock:
            found: list[Sample] = sorted(self._series.items())
        return found or ([] if self.measure.labels else [((), 0.0)])

    def keep(self, label: str, values: Collection[str]) -> None:
        """Forget the series whose *label* has none of these values; ``other`` stays."""
        if label not in self.measure.labels:
            return
        place = self.measure.labels.index(label)
        with self._lock:
            for key in [key for key in self._series if key[place] not in values]:
                if key[place] != OTHER:
                    del self._series[key]


class Counter(Metric):
    """A number that only rises."""

    def inc(self, n: float = 1, **labels: str) -> None:
        """Add *n*, which is not negative; 0 lets a series begin before anything happens."""
        if n < 0:
            raise ValueError(f"{self.measure.name}: a counter only rises")
        with self._lock:
            key = self._room(self._key(labels), self._series.keys())
            self._series[key] = self._series.get(key, 0.0) + n


class Gauge(Metric):
    """A number that rises and falls."""

    def set(self, value: float, **labels: str) -> None:
        """Take the present value."""
        with self._lock:
            self._series[self._room(self._key(labels), self._series.keys())] = value


class Histogram(Metric):
    """How many observations were how large; without labels."""

    def __init__(self, measure: Measure, fits: Mapping[str, Callable[[str], str]]) -> None:
        super().__init__(measure, fits)
        self._counts = [0] * (len(measure.buckets) + 1)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        """Count one observation; what is below zero (a clock set back) is taken for zero."""
        value = max(0.0, value)
        with self._lock:
            self._counts[bisect_left(self.measure.buckets, value)] += 1
            self._sum += value

    def samples(self) -> list[Sample]:
        with self._lock:
            return [((), Distribution(tuple(self._counts), self._sum))]


class Metrics:
    """Every metric of one process; the app makes one and hands it to who counts."""

    def __init__(self) -> None:
        self._metrics: dict[str, Metric] = {}
        self._fits: dict[str, Callable[[str], str]] = {}

    def counter(self, measure: Measure) -> Counter:
        """The counter of that measure, made at the first call."""
        return self._get(measure, Kind.COUNTER, Counter)

    def gauge(self, measure: Measure) -> Gauge:
        """The gauge of that measure, made at the first call."""
        return self._get(measure, Kind.GAUGE, Gauge)

    def histogram(self, measure: Measure) -> Histogram:
        """The histogram of that measure, made at the first call."""
        return self._get(measure, Kind.HISTOGRAM, Histogram)

    def fit(self, label: str, fit: Callable[[str], str]) -> None:
        """From now on *fit* says what each value of that label is counted as."""
        self._fits[label] = fit

    def keep(self, label: str, values: Collection[str]) -> None:
        """Forget every series whose *label* has none of these values."""
        for metric in self._metrics.values():
            metric.keep(label, values)

    def all(self) -> list[Metric]:
        """Every metric that somebody has asked for, by name."""
        return [self._metrics[name] for name in sorted(self._metrics)]

    def _get(self, measure: Measure, kind: Kind, make: type[M]) -> M:
        if measure.kind is not kind:
            raise TypeError(f"{measure.name} is a {measure.kind}")
        metric = self._metrics.get(measure.name)
        if metric is None:
            metric = self._metrics[measure.name] = make(measure, self._fits)
        assert isinstance(metric, make)
        return metric
