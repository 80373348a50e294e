"""What was counted, as the text that Prometheus reads."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from kotodom.measures import Kind, Measure
from kotodom.metrics import Distribution, Sample
from kotodom.redaction import redact_often

Family = tuple[Measure, Sequence[Sample]]
"""One measure with all its series."""


class Exposition:
    """Renders families; what the machine says of the process is added."""

    def __init__(self) -> None:
        self._process = ProcessCollector(registry=CollectorRegistry())
        # One at a time: each takes some CPU, and the loop has other things to do.
        self._turn = asyncio.Lock()

    async def render(self, families: Iterable[Family], accept: str) -> tuple[bytes, str]:
        """The text and its content type, as the *accept* header of a request wants it."""
        try:
            encode, content_type = choose_encoder(accept)
        except (TypeError, ValueError):  # a version that is no number
            encode, content_type = choose_encoder("")
        page = _Page(families, self._process)
        async with self._turn:
            return await asyncio.to_thread(encode, page), content_type


class _Page(Collector):
    """One scrape."""

    def __init__(self, families: Iterable[Family], process: ProcessCollector) -> None:
        self._families = families
        self._process = process

    def collect(self) -> Iterator[Metric]:
        for measure, samples in self._families:
            yield _metric(measure, samples)
        yield from self._process.collect()


def _metric(measure: Measure, samples: Sequence[Sample]) -> Metric:
    """A family in prometheus-client's words; a bot may be called by a secret."""
    named = [([redact_often(value) for value in values], value) for values, value in samples]
    match measure.kind:
        case Kind.COUNTER:
            counter = CounterMetricFamily(measure.name, measure.about, labels=measure.labels)
            for labels, value in named:
                assert isinstance(value, float)
                counter.add_metric(labels, value)
            return counter
        case Kind.GAUGE:
            gauge = GaugeMetricFamily(measure.name, measure.about, labels=measure.labels)
            for labels, value in named:
                assert isinstance(value, float)
                gauge.add_metric(labels, value)
            return gauge
    histogram = HistogramMetricFamily(measure.name, measure.about, labels=measure.labels)
    for labels, value in named:
        assert isinstance(value, Distribution)
        histogram.add_metric(labels, _cumulated(measure.buckets, value), value.sum)
    return histogram


def _cumulated(bounds: Sequence[float], seen: Distribution) -> list[tuple[str, float]]:
    total, buckets = 0, []
    # 1.0 and not 1: it is a label's value, and that is how everybody else writes it.
    for bound, count in zip((*map(str, map(float, bounds)), "+Inf"), seen.counts, strict=True):
        total += count
        buckets.append((bound, float(total)))
    return buckets
