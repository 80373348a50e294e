"""Counters and gauges: Prometheus text, fixed labels, bounded memory."""

import pytest

from kotodom.metrics import MAX_SERIES, Metrics


def test_prometheus_text_has_help_type_and_one_line_a_series() -> None:
    metrics = Metrics()
    metrics.counter("answers_total", "Answers generated").inc(bot="dog")
    metrics.counter("answers_total", "Answers generated").inc(2, bot="cat")
    metrics.gauge("backlog", "Open messages\nby state").set(3)
    metrics.counter("unused_total", "Never counted")
    assert metrics.render() == (
        "# HELP answers_total Answers generated\n"
        "# TYPE answers_total counter\n"
        'answers_total{bot="cat"} 2\n'
        'answers_total{bot="dog"} 1\n'
        "# HELP backlog Open messages\\nby state\n"
        "# TYPE backlog gauge\n"
        "backlog 3\n"
        "# HELP unused_total Never counted\n"
        "# TYPE unused_total counter\n"
    )


def test_label_values_are_escaped() -> None:
    metrics = Metrics()
    metrics.gauge("g", "g").set(1.5, bot='a"b\\c\nd', state="x")
    assert 'g{bot="a\\"b\\\\c\\nd",state="x"} 1.5\n' in metrics.render()


def test_a_label_that_is_not_foreseen_is_refused() -> None:
    with pytest.raises(ValueError, match="no such label: chat"):
        Metrics().counter("c", "c").inc(chat="5")


def test_a_counter_only_rises_and_a_name_has_one_kind() -> None:
    metrics = Metrics()
    with pytest.raises(ValueError, match="only rises"):
        metrics.counter("c", "c").inc(-1)
    with pytest.raises(TypeError, match="c is a counter"):
        metrics.gauge("c", "c")
    metrics.gauge("g", "g")
    with pytest.raises(TypeError, match="g is a gauge"):
        metrics.counter("g", "g")


def test_values_can_be_read_back() -> None:
    metrics = Metrics()
    counter = metrics.counter("c", "c")
    counter.inc(3, code="x")
    assert (counter.value(code="x"), counter.value(code="y")) == (3, 0)


def test_memory_is_bounded_and_nothing_that_was_counted_is_lost() -> None:
    metrics = Metrics()
    counter = metrics.counter("c", "c")
    for number in range(MAX_SERIES + 50):
        counter.inc(code=str(number))
    assert counter.value(code="other") == 50
    assert metrics.render().count("\n") == MAX_SERIES + 3
