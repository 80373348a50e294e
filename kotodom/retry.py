"""What becomes of a message whose attempt failed: a pure decision.

Two ways lead back into the queue. An error that spends an attempt makes the message FAILED and
its waiting time doubles with the attempts; a free one (nobody can be blamed: an open circuit, a
flood limit) makes it RECEIVED again and the time doubles with the deferrals. Whoever names a
waiting time is heard: it wins over ours after a spent attempt, and where it is longer otherwise.
"""

import math
from dataclasses import dataclass

from kotodom.clock import SECOND
from kotodom.errors import CircuitOpen, ErrorKind, Failure, FloodWait, ProviderStopped
from kotodom.model import Status

LONGEST_RETRY_AFTER = 3_600.0
"""Seconds; a provider that asks for more is asked again after an hour all the same."""
JITTER = 0.25
"""At most so much of a waiting time is added, so that what failed together does not return so."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how patiently: times in seconds."""

    max_attempts: int = 5
    base: float = 1.0
    max: float = 300.0


@dataclass(frozen=True, slots=True)
class Postpone:
    """Try again at ``not_before`` (milliseconds since the epoch), in that status."""

    status: Status
    spent: bool
    """Whether the attempt counts."""
    not_before: int


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The message ends here; ``kind`` says who has to know."""

    kind: ErrorKind


Decision = Postpone | GiveUp


def decide(
    failure: Failure,
    *,
    attempts: int,
    deferrals: int,
    policy: RetryPolicy,
    now: int,
    jitter: float,
) -> Decision:
    """Decide about a message after *failure*.

    *attempts* includes the one that failed, *deferrals* counts the earlier ones; *now* is in
    milliseconds, *jitter* lies in [0, 1).
    """
    if failure.kind is not ErrorKind.RETRYABLE:
        return GiveUp(failure.kind)
    if failure.free:
        return Postpone(
            Status.RECEIVED, False, now + _free_wait(failure, deferrals, policy, jitter)
        )
    if attempts >= policy.max_attempts:
        return GiveUp(ErrorKind.TERMINAL)
    if failure.retry_after is None:
        wait = _backoff(attempts - 1, policy)
    else:
        wait = max(_asked(failure), policy.base)  # "at once" five times over is no patience
    wait *= 1 + JITTER * jitter
    return Postpone(Status.FAILED, True, now + _milliseconds(wait))


def _free_wait(failure: Failure, deferrals: int, policy: RetryPolicy, jitter: float) -> int:
    """Milliseconds to wait after an error that spends no attempt."""
    if failure.code == FloodWait.code and failure.retry_after is not None:
        # Telegram counts exactly, and the pacing gate spreads what waits for the same chat.
        return _milliseconds(max(0.0, failure.retry_after))
    if failure.code == ProviderStopped.code:
        return _milliseconds(_asked(failure))  # nothing is claimed until an admin says so
    if failure.code == CircuitOpen.code:
        # The breaker does the backing off; doubling here would outlast the outage.
        return _milliseconds(max(_asked(failure), policy.base) * (1 + JITTER * jitter))
    return _milliseconds(max(_asked(failure), _backoff(deferrals, policy) * (1 + JITTER * jitter)))


def _asked(failure: Failure) -> float:
    """Seconds the other side asked for; 0 when it did not."""
    return min(max(0.0, failure.retry_after or 0.0), LONGEST_RETRY_AFTER)


def _backoff(earlier: int, policy: RetryPolicy) -> float:
    """Seconds after so many earlier waits; an exponent that nobody reaches stays a number."""
    return min(policy.max, policy.base * 2.0 ** min(max(0, earlier), 60))


def _milliseconds(seconds: float) -> int:
    return math.ceil(seconds * SECOND)
