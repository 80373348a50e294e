"""Counters and gauges in bounded memory, as Prometheus text (format 0.0.4)."""

from collections.abc import Iterator
from threading import Lock

from kotodom.redaction import redact

LABELS = frozenset(
    {"bot", "chat_type", "code", "kind", "model", "outcome", "reason", "result", "state"}
)
"""The only label names there are: none of them takes a person's or a message's value."""

MAX_SERIES = 1_000
"""Series one metric keeps; what would go beyond is added to a series labelled ``other``."""

_Key = tuple[tuple[str, str], ...]


class _Metric:
    kind = ""

    def __init__(self, name: str, help: str) -> None:
        self.name = name
        self.help = help
        self._series: dict[_Key, float] = {}
        # pybreaker's listeners and the disk check may report from other threads.
        self._lock = Lock()

    def _key(self, labels: dict[str, str]) -> _Key:
        unknown = labels.keys() - LABELS
        if unknown:
            raise ValueError(f"{self.name}: no such label: {', '.join(sorted(unknown))}")
        key = tuple(sorted((name, str(value)) for name, value in labels.items()))
        if key in self._series or len(self._series) < MAX_SERIES:
            return key
        return tuple((name, "other") for name, _ in key)

    def value(self, **labels: str) -> float:
        """The present value of one series; 0.0 when nothing was ever reported."""
        return self._series.get(tuple(sorted(labels.items())), 0.0)

    def lines(self) -> Iterator[str]:
        """The metric as Prometheus text, line by line; a bot may be called by a secret."""
        yield f"# HELP {self.name} {_escaped(self.help)}"
        yield f"# TYPE {self.name} {self.kind}"
        for key, value in sorted(self._series.items()):
            labels = ",".join(
                f'{name}="{_escaped(redact(text), quote=True)}"' for name, text in key
            )
            yield f"{self.name}{{{labels}}} {value:.17g}" if key else f"{self.name} {value:.17g}"


class Counter(_Metric):
    """A number that only rises."""

    kind = "counter"

    def inc(self, n: float = 1, **labels: str) -> None:
        """Add *n*, which is not negative."""
        if n < 0:
            raise ValueError(f"{self.name}: a counter only rises")
        with self._lock:
            key = self._key(labels)
            self._series[key] = self._series.get(key, 0.0) + n


class Gauge(_Metric):
    """A number that rises and falls."""

    kind = "gauge"

    def set(self, value: float, **labels: str) -> None:
        """Take the present value."""
        with self._lock:
            self._series[self._key(labels)] = value


class Metrics:
    """Every metric of one process; the app makes one and hands it to who counts."""

    def __init__(self) -> None:
        self._metrics: dict[str, Counter | Gauge] = {}

    def counter(self, name: str, help: str) -> Counter:
        """The counter called *name*, made at the first call."""
        metric = self._metrics.setdefault(name, Counter(name, help))
        if not isinstance(metric, Counter):
            raise TypeError(f"{name} is a gauge")
        return metric

    def gauge(self, name: str, help: str) -> Gauge:
        """The gauge called *name*, made at the first call."""
        metric = self._metrics.setdefault(name, Gauge(name, help))
        if not isinstance(metric, Gauge):
            raise TypeError(f"{name} is a counter")
        return metric

    def render(self) -> str:
        """Everything as Prometheus text, metrics in the order of their names."""
        lines = [line for name in sorted(self._metrics) for line in self._metrics[name].lines()]
        return "".join(f"{line}\n" for line in lines)


def _escaped(text: str, *, quote: bool = False) -> str:
    text = text.replace("\\", r"\\").replace("\n", r"\n")
    return text.replace('"', r"\"") if quote else text
