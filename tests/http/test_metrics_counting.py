"""Counters, gauges and histograms: fixed labels, bounded memory."""

import pytest

from kotodom.measures import ALL, Kind, Measure
from kotodom.metrics import MAX_SERIES, Distribution, Metrics

COUNTER = Measure("c_total", Kind.COUNTER, "Some.", ("code",))
PLAIN = Measure("plain_total", Kind.COUNTER, "Some.")
GAUGE = Measure("g", Kind.GAUGE, "Some.", ("bot", "state"))
TIMES = Measure("t_seconds", Kind.HISTOGRAM, "Some.", (), (1, 2, 5))


def test_every_series_of_a_metric_is_kept_apart() -> None:
    metrics = Metrics()
    metrics.counter(COUNTER).inc(code="b")
    metrics.counter(COUNTER).inc(2, code="a")
    metrics.gauge(GAUGE).set(3, state="x", bot="1")
    metrics.counter(PLAIN)
    assert {metric.measure.name: metric.samples() for metric in metrics.all()} == {
        "c_total": [(("a",), 2), (("b",), 1)],
        "g": [(("1", "x"), 3)],
        "plain_total": [((), 0.0)],
    }


def test_a_histogram_counts_each_observation_in_one_bucket() -> None:
    histogram = Metrics().histogram(TIMES)
    for seconds in (0.5, 1, 1.5, 100, -3):
        histogram.observe(seconds)
    assert histogram.samples() == [((), Distribution((3, 1, 0, 1), 103))]


def test_a_label_that_is_not_declared_is_refused_and_so_is_a_missing_one() -> None:
    counter = Metrics().counter(COUNTER)
    with pytest.raises(ValueError, match="c_total: its labels are: code"):
        counter.inc(chat="5")
    with pytest.raises(ValueError, match="its labels are: code"):
        counter.inc()


def test_a_counter_only_rises_and_a_measure_has_one_kind() -> None:
    metrics = Metrics()
    with pytest.raises(ValueError, match="only rises"):
        metrics.counter(COUNTER).inc(-1, code="x")
    with pytest.raises(TypeError, match="c_total is a counter"):
        metrics.gauge(COUNTER)
    with pytest.raises(TypeError, match="g is a gauge"):
        metrics.histogram(GAUGE)


def test_values_can_be_read_back() -> None:
    counter = Metrics().counter(COUNTER)
    counter.inc(3, code="x")
    assert (counter.value(code="x"), counter.value(code="y")) == (3, 0)


def test_memory_is_bounded_and_nothing_that_was_counted_is_lost() -> None:
    counter = Metrics().counter(COUNTER)
    for number in range(MAX_SERIES + 50):
        counter.inc(code=str(number))
    assert counter.value(code="other") == 50
    assert len(counter.samples()) == MAX_SERIES + 1


def test_what_is_gone_is_forgotten() -> None:
    metrics = Metrics()
    for bot in ("1", "2", "other"):
        metrics.gauge(GAUGE).set(1, bot=bot, state="x")
    metrics.counter(COUNTER).inc(code="2")
    metrics.keep("bot", {"1"})
    assert [key for key, _ in metrics.gauge(GAUGE).samples()] == [("1", "x"), ("other", "x")]
    assert metrics.counter(COUNTER).value(code="2") == 1


def test_a_label_can_be_made_fit() -> None:
    metrics = Metrics()
    counter = metrics.counter(COUNTER)
    metrics.fit("code", lambda value: value[:1])
    counter.inc(code="abc")
    assert counter.samples() == [(("a",), 1)]


def test_no_metric_is_labelled_with_people_or_messages() -> None:
    labels = {label for measure in ALL for label in measure.labels}
    assert labels == {
        *("bot", "circuit", "code", "database", "error_kind", "job", "kind", "method", "model"),
        *("python", "result", "service", "state", "status", "type", "version"),
    }


def test_names_follow_the_conventions() -> None:
    assert len({measure.name for measure in ALL}) == len(ALL)
    for measure in ALL:
        assert measure.name.startswith(("kotodom_", "process_"))
        assert measure.name.endswith("_total") == (measure.kind is Kind.COUNTER)
        assert measure.about.endswith(".")
        assert list(measure.buckets) == sorted(set(measure.buckets))
