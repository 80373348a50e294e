"""A failed message waits, longer each time, or ends; the decision is a pure function."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotodom.errors import (
    AccountError,
    ChatGone,
    CircuitOpen,
    ErrorKind,
    Failure,
    FileNotFetched,
    FloodWait,
    InDoubt,
    NotSent,
    ProviderUnavailable,
    RateLimited,
    RequestRefused,
    TokenRevoked,
    classify,
)
from kotodom.model import TRANSITIONS, Status
from kotodom.retry import Decision, GiveUp, Postpone, RetryPolicy, decide

NOW = 1_700_000_000_000
POLICY = RetryPolicy()


def after(
    error: Exception, *, attempts: int = 1, deferrals: int = 0, jitter: float = 0.0
) -> Decision:
    return decide(
        classify(error),
        attempts=attempts,
        deferrals=deferrals,
        policy=POLICY,
        now=NOW,
        jitter=jitter,
    )


def failed(seconds: float) -> Postpone:
    return Postpone(Status.FAILED, True, NOW + round(seconds * 1000))


def deferred(seconds: float) -> Postpone:
    return Postpone(Status.RECEIVED, False, NOW + round(seconds * 1000))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (AccountError(), ErrorKind.FATAL),
        (TokenRevoked(), ErrorKind.FATAL),
        (RequestRefused(retry_after=5), ErrorKind.TERMINAL),
        (ChatGone(), ErrorKind.TERMINAL),
    ],
)
def test_what_cannot_pass_is_given_up_at_once(error: Exception, kind: ErrorKind) -> None:
    assert after(error) == GiveUp(kind)


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 1), (1, 1), (2, 2), (3, 4), (4, 8)])
def test_the_wait_doubles_with_each_attempt(attempts: int, seconds: float) -> None:
    assert after(ProviderUnavailable(), attempts=attempts) == failed(seconds)


@pytest.mark.parametrize("attempts", [5, 6, 1000])
def test_attempts_end(attempts: int) -> None:
    assert after(ProviderUnavailable(), attempts=attempts) == GiveUp(ErrorKind.TERMINAL)
    assert after(FileNotFetched(), attempts=attempts) == GiveUp(ErrorKind.TERMINAL)
    assert after(OSError("disk full"), attempts=attempts) == GiveUp(ErrorKind.TERMINAL)


@pytest.mark.parametrize(
    ("asked", "attempts", "seconds"),
    [(7.0, 1, 7), (0.5, 1, 1), (0.0, 1, 1), (-3.0, 2, 1), (5.0, 4, 5), (86_400.0, 1, 3600)],
)
def test_retry_after_wins_within_a_second_and_an_hour(
    asked: float, attempts: int, seconds: float
) -> None:
    assert after(RateLimited(retry_after=asked), attempts=attempts) == failed(seconds)


def test_jitter_adds_up_to_a_quarter() -> None:
    assert after(ProviderUnavailable(), attempts=3, jitter=0.5) == failed(4.5)
    assert after(RateLimited(retry_after=8), jitter=0.5) == failed(9)
    assert after(NotSent(), deferrals=2, jitter=0.5) == deferred(4.5)


@pytest.mark.parametrize("error", [NotSent(), InDoubt()])
@pytest.mark.parametrize(
    ("deferrals", "seconds"), [(0, 1), (1, 2), (5, 32), (8, 256), (9, 300), (10**6, 300)]
)
def test_a_free_error_spends_no_attempt_however_often(
    error: Exception, deferrals: int, seconds: float
) -> None:
    assert after(error, attempts=99, deferrals=deferrals) == deferred(seconds)


@pytest.mark.parametrize("deferrals", [0, 6, 100])
def test_an_open_circuit_is_tried_when_it_may_close_however_long_the_outage(
    deferrals: int,
) -> None:
    assert after(CircuitOpen(retry_after=30), deferrals=deferrals) == deferred(30)
    assert after(CircuitOpen(), deferrals=deferrals) == deferred(1)


@pytest.mark.parametrize("asked", [0.0, 1.0, 3.0001, 40_000.0])
def test_a_flood_wait_lasts_exactly_as_long_as_telegram_says(asked: float) -> None:
    decision = after(FloodWait(retry_after=asked), deferrals=20, jitter=0.9)
    assert isinstance(decision, Postpone)
    assert asked * 1000 <= decision.not_before - NOW < asked * 1000 + 1.001
    assert not decision.spent


def test_a_flood_wait_without_a_time_backs_off() -> None:
    assert after(FloodWait(), deferrals=3) == deferred(8)


failures = st.builds(
    Failure,
    kind=st.sampled_from(ErrorKind),
    code=st.sampled_from(["flood_wait", "circuit_open", "internal"]),
    message=st.just(""),
    free=st.booleans(),
    retry_after=st.one_of(st.none(), st.floats(-10, 1e6)),
)
policies = st.builds(
    RetryPolicy,
    max_attempts=st.integers(1, 10),
    base=st.floats(0.01, 60),
    max=st.floats(60, 3600),
)
jitters = st.floats(0, 1, exclude_max=True)


@given(failures, st.integers(0, 12), st.integers(0, 10_000), policies, jitters)
def test_every_decision_leads_on_within_bounds(
    failure: Failure, attempts: int, deferrals: int, policy: RetryPolicy, jitter: float
) -> None:
    """Never in the past, never for ever, and only where the state machine allows."""
    decision = decide(
        failure, attempts=attempts, deferrals=deferrals, policy=policy, now=NOW, jitter=jitter
    )
    if isinstance(decision, GiveUp):
        assert decision.kind is not ErrorKind.RETRYABLE
        assert failure.kind is not ErrorKind.RETRYABLE or attempts >= policy.max_attempts
        return
    assert decision.status in TRANSITIONS[Status.PROCESSING]
    assert decision.spent is (decision.status is Status.FAILED)
    assert decision.spent is not failure.free
    longest = 1.25 * max(policy.max, 3600.0)
    if failure.code == "flood_wait":
        longest = max(longest, failure.retry_after or 0.0)
    assert 0 <= decision.not_before - NOW <= longest * 1000 + 1


@given(st.booleans(), st.integers(0, 100), policies, jitters)
def test_a_later_failure_never_waits_less(
    free: bool, count: int, policy: RetryPolicy, jitter: float
) -> None:
    patient = RetryPolicy(1000, policy.base, policy.max)
    failure = Failure(ErrorKind.RETRYABLE, "x", "", free)

    def wait(times: int) -> int:
        decision = decide(
            failure, attempts=times, deferrals=times, policy=patient, now=NOW, jitter=jitter
        )
        assert isinstance(decision, Postpone)
        return decision.not_before

    assert wait(count) <= wait(count + 1)
