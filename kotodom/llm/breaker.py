"""The circuit breaker: a provider that keeps failing is left alone for a while.

pybreaker counts and keeps the state. What it cannot do is done here: calls are awaited outside of
it and only their outcome is recorded, cancellation is no outcome, a half-open circuit lets one
call through at a time, and time is the injected clock's.

    closed ──fail_max failures──▶ open ──reset_timeout──▶ half-open ──answer──▶ closed
                                   ▲                          │
                                   └──────────failure─────────┘

Failures need not follow each other: their count begins anew with a complete answer or a change of
state, and with nothing else. A refusal, a rate limit, a cancelled call, an answer that was merely
too slow to end, and calls from before the last change neither add to the count nor end it.
"""

import math
from collections.abc import Callable
from types import TracebackType
from typing import Any, Literal, NoReturn, cast

import pybreaker

from kotodom.clock import Clock
from kotodom.errors import (
    CircuitOpen,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    StreamBroken,
)

State = Literal["closed", "open", "half-open"]
OnChange = Callable[[str, State, State], None]
"""Told (key, old state, new state) whenever the circuit changes."""

PROBE_WAIT = 1.0
"""Seconds to wait while somebody else's probe is under way: about one short answer."""

_INSTANT = 1e-6

_COUNTED = (ProviderUnavailable, ProviderTimeout, StreamBroken)
"""What says that the provider is ill; everything else was an answer, though an unwelcome one."""


class Call:
    """One permitted call: a context manager that records how it ended.

    Leaving the block by :class:`ProviderError` records it, leaving it in any other way without
    :meth:`succeeded` (cancellation, a closed iterator, a bug) records nothing.
    """

    def __init__(self, breaker: "CircuitBreaker", *, probe: bool, epoch: int) -> None:
        self._breaker = breaker
        self._epoch = epoch
        self._dismissed = False
        self.probe = probe
        """This call decides whether a half-open circuit closes."""

    def __enter__(self) -> "Call":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if isinstance(error, ProviderError) and not self._dismissed:
            self._breaker._failed(error, self._epoch)
        self._breaker._left(self._epoch, probe=self.probe)

    def succeeded(self) -> None:
        """The provider answered: call it as soon as that is certain."""
        self._breaker._succeeded(self._epoch)

    def dismiss(self) -> None:
        """However this call ends, it says nothing about the provider's health."""
        self._dismissed = True


class CircuitBreaker:
    """The circuit of one provider endpoint and key."""

    def __init__(
        self,
        key: str,
        fail_max: int = 5,
        reset_timeout: float = 30.0,
        *,
        clock: Clock,
        on_change: OnChange | None = None,
    ) -> None:
        self.key = key
        self.last_success: float | None = None
        """Monotonic time of the last complete answer; None before the first."""
        self._clock = clock
        self._reset_timeout = reset_timeout
        self._on_change = on_change
        self._opened_at = 0.0
        self._probing = False
        self._epoch = 0
        self._changes: list[tuple[State, State]] = []
        # Its own reset time is zero: whether it has come is decided here, by the injected clock.
        self._circuit = pybreaker.CircuitBreaker(
            fail_max=fail_max,
            reset_timeout=0,
            listeners=[_Listener(self._changed)],
            name=key,
            throw_new_error_on_trip=False,
        )

    @property
    def state(self) -> State:
        """What /health shows; an open circuit whose time has come counts as half-open."""
        state = cast(State, self._circuit.current_state)
        return "half-open" if state == "open" and not self._remaining() else state

    def open_for(self) -> float:
        """Seconds until a call may pass; 0.0 when one may pass now."""
        if self._circuit.current_state == "open":
            return self._remaining()
        return PROBE_WAIT if self._probing else 0.0

    def enter(self) -> Call:
        """Ask for permission to call the provider.

        Raises CircuitOpen with ``retry_after`` when the circuit is open or somebody is probing.
        """
        wait = self.open_for()
        if wait > 0:
            raise CircuitOpen(
                "The provider failed too often and is left alone for a while", retry_after=wait
            )
        if self._circuit.current_state == "open":
            self._circuit.half_open()
            self._notify()
        probe = self._circuit.current_state == "half-open"
        self._probing = probe
        return Call(self, probe=probe, epoch=self._epoch)

    def try_now(self) -> None:
        """Let the next call through although the circuit is open; it is a probe like any other."""
        self._opened_at = -math.inf

    def _remaining(self) -> float:
        wait = self._opened_at + self._reset_timeout - self._clock.monotonic()
        # What is left after rounding is no time to wait for.
        return wait if wait > _INSTANT else 0.0

    def _succeeded(self, epoch: int) -> None:
        self.last_success = self._clock.monotonic()
        if epoch == self._epoch:
            self._circuit.call(lambda: None)
            self._notify()

    def _failed(self, error: ProviderError, epoch: int) -> None:
        # A call that began before the circuit last changed says nothing about the new state.
        if epoch != self._epoch:
            return
        if isinstance(error, _COUNTED):
            self._record_failure(error)
        elif self._circuit.current_state == "half-open":
            # Refused, but by a provider that answers again: closing is what the probe was for.
            self._circuit.close()
        self._notify()

    def _record_failure(self, error: ProviderError) -> None:
        def fail() -> NoReturn:
            raise error

        try:
            self._circuit.call(fail)
        except ProviderError:
            # pybreaker raises what it was given; the caller raises it already.
            return

    def _left(self, epoch: int, *, probe: bool) -> None:
        if probe and epoch == self._epoch:
            self._probing = False

    def _changed(self, old: State, new: State) -> None:
        self._epoch += 1
        self._probing = False
        if new == "open":
            self._opened_at = self._clock.monotonic()
        self._changes.append((old, new))

    def _notify(self) -> None:
        # Not from within pybreaker's listener: there the new state is not stored yet.
        changes, self._changes = self._changes, []
        if self._on_change is not None:
            for old, new in changes:
                self._on_change(self.key, old, new)


class _Listener(pybreaker.CircuitBreakerListener):
    """Passes pybreaker's state changes on."""

    def __init__(self, changed: Callable[[State, State], None]) -> None:
        self._changed = changed

    def state_change(self, cb: Any, old_state: Any, new_state: Any) -> None:
        self._changed(old_state.name, new_state.name)
