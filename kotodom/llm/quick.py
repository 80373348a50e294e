"""Quick retries: what may be gone in a second is tried again before anything was shown."""

import random

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from kotodom.clock import Clock
from kotodom.errors import ErrorKind, ProviderError
from kotodom.llm.exchange import DeadlinePassed

_TRIES = 3
_FIRST_WAIT = 0.5
"""Seconds before the first quick retry; doubles, with a quarter of jitter."""
_LONGEST_WAIT = 5.0
"""A Retry-After above so many seconds is no quick retry: the row waits instead."""


def quick_retries(clock: Clock) -> AsyncRetrying:
    """Calls what it is given, and calls it again while that may help; raises the last error."""
    return AsyncRetrying(
        stop=stop_after_attempt(_TRIES),
        retry=retry_if_exception(_is_quick),
        wait=_wait,
        sleep=clock.sleep,
        reraise=True,
    )


def _is_quick(error: BaseException) -> bool:
    """Whether *error* may be gone in a second; our own deadlines have waited long enough."""
    return (
        isinstance(error, ProviderError)
        and error.kind is ErrorKind.RETRYABLE
        and not isinstance(error, DeadlinePassed)
        and (error.retry_after is None or error.retry_after <= _LONGEST_WAIT)
    )


def _wait(state: RetryCallState) -> float:
    """Seconds before the next try: what the provider asked for, else a growing pause."""
    error = state.outcome.exception() if state.outcome is not None else None
    asked = error.retry_after if isinstance(error, ProviderError) else None
    if asked is not None:
        return asked
    return _FIRST_WAIT * 2.0 ** (state.attempt_number - 1) * random.uniform(0.75, 1.25)
