"""The circuit breaker: opens, leaves alone, probes once, closes."""

import asyncio

import pytest

from kotodom.errors import (
    AccountError,
    CircuitOpen,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    RequestRefused,
    StreamBroken,
)
from kotodom.llm.breaker import PROBE_WAIT, CircuitBreaker

ILL = [ProviderUnavailable, ProviderTimeout, StreamBroken]
ANSWERED = [AccountError, RequestRefused, RateLimited]


@pytest.fixture
def changes():
    return []


@pytest.fixture
def breaker(clock, changes):
    def changed(key, old, new):
        # What the callback sees is the new state already.
        assert breaker.state == new or (new == "open" and breaker.open_for() == 0)
        changes.append((key, old, new))

    breaker = CircuitBreaker(
        "openai", fail_max=3, reset_timeout=30.0, clock=clock, on_change=changed
    )
    return breaker


def fail(breaker, error=ProviderUnavailable):
    with pytest.raises(error), breaker.enter():
        raise error


def succeed(breaker):
    with breaker.enter() as call:
        call.succeeded()


def trip(breaker):
    for _ in range(3):
        fail(breaker)


@pytest.mark.parametrize("error", ILL)
def test_opens_after_so_many_failures_in_a_row(breaker, changes, error):
    fail(breaker, error)
    fail(breaker, error)
    assert breaker.state == "closed"
    fail(breaker, error)
    assert breaker.state == "open"
    assert changes == [("openai", "closed", "open")]


def test_a_success_begins_the_count_anew(breaker):
    for _ in range(4):
        fail(breaker)
        fail(breaker)
        succeed(breaker)
    assert breaker.state == "closed"


@pytest.mark.parametrize("error", ANSWERED)
def test_unwelcome_answers_never_open_it(breaker, error):
    for _ in range(10):
        fail(breaker, error)
    assert breaker.state == "closed"


@pytest.mark.parametrize("error", ANSWERED)
def test_unwelcome_answers_do_not_excuse_earlier_failures(breaker, error):
    fail(breaker)
    fail(breaker)
    fail(breaker, error)
    fail(breaker)
    assert breaker.state == "open"


def test_only_a_complete_answer_ends_the_count(breaker):
    """Neither a call that was cancelled or only slow, nor one from before the last change."""
    fail(breaker)
    with breaker.enter():
        pass
    fail(breaker)
    with pytest.raises(ProviderTimeout), breaker.enter() as slow:
        slow.dismiss()
        raise ProviderTimeout
    assert breaker.state == "closed"
    fail(breaker)
    assert breaker.state == "open"


def test_open_lets_nobody_through_until_the_monotonic_clock_says_so(breaker, clock):
    trip(breaker)
    clock.time += 12
    with pytest.raises(CircuitOpen) as caught:
        breaker.enter()
    assert caught.value.retry_after == pytest.approx(18)
    assert caught.value.free
    assert breaker.open_for() == pytest.approx(18)
    clock.time += 18
    assert breaker.open_for() == 0
    assert breaker.state == "half-open"


def test_a_good_probe_closes_it(breaker, clock, changes):
    trip(breaker)
    clock.time += 30
    succeed(breaker)
    assert breaker.state == "closed"
    assert [new for _, _, new in changes] == ["open", "half-open", "closed"]
    assert breaker.last_success == clock.time


def test_a_bad_probe_opens_it_for_the_whole_time_again(breaker, clock):
    trip(breaker)
    clock.time += 31
    fail(breaker)
    assert breaker.state == "open"
    assert breaker.open_for() == pytest.approx(30)


@pytest.mark.parametrize("error", ANSWERED)
def test_a_probe_that_is_answered_closes_it_whatever_the_answer(breaker, clock, error):
    trip(breaker)
    clock.time += 30
    fail(breaker, error)
    assert breaker.state == "closed"
    assert breaker.last_success is None


async def test_one_probe_among_fifty_callers(breaker, clock):
    trip(breaker)
    clock.time += 30
    called, refused, release = [], [], asyncio.Event()

    async def caller():
        try:
            with breaker.enter() as call:
                called.append(call)
                await release.wait()
                call.succeeded()
        except CircuitOpen as error:
            refused.append(error.retry_after)
            release.set()

    await asyncio.gather(*(caller() for _ in range(50)))
    assert len(called) == 1
    assert refused == [PROBE_WAIT] * 49
    assert breaker.state == "closed"


async def test_a_cancelled_probe_frees_its_place_and_decides_nothing(breaker, clock):
    trip(breaker)
    clock.time += 30
    inside = asyncio.Event()

    async def probe():
        with breaker.enter():
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.ensure_future(probe())
    await inside.wait()
    assert breaker.open_for() == PROBE_WAIT
    task.cancel()
    await asyncio.wait({task})
    assert breaker.state == "half-open"
    assert breaker.open_for() == 0
    succeed(breaker)
    assert breaker.state == "closed"


def test_cancellation_is_no_failure(breaker):
    for _ in range(10):
        with pytest.raises(asyncio.CancelledError), breaker.enter():
            raise asyncio.CancelledError
    assert breaker.state == "closed"


def test_a_late_outcome_of_an_earlier_call_changes_nothing(breaker, clock):
    with pytest.raises(ProviderError), breaker.enter():
        trip(breaker)
        clock.time += 30
        succeed(breaker)
        fail(breaker)
        fail(breaker)
        raise ProviderUnavailable
    assert breaker.state == "closed", "the call began before the circuit opened and closed"


def test_a_dismissed_failure_counts_for_nothing(breaker):
    for _ in range(5):
        with pytest.raises(ProviderTimeout), breaker.enter() as call:
            call.dismiss()
            raise ProviderTimeout
    assert breaker.state == "closed"


def test_an_open_circuit_lets_a_probe_through_when_somebody_asks_for_one(breaker, changes):
    trip(breaker)
    breaker.try_now()
    assert breaker.open_for() == 0.0
    succeed(breaker)
    assert breaker.state == "closed"
    trip(breaker)
    breaker.try_now()
    fail(breaker)
    assert breaker.state == "open"
    assert breaker.open_for() == 30.0
