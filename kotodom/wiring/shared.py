"""One reading for everybody who asks at about the same time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from kotodom.clock import Clock
from kotodom.tasks import Tasks

T = TypeVar("T")

REST = 10
"""A reading is kept for so many times as long as it took: most of the time is left to others."""
REST_MAX = 10.0
"""Seconds for which it is kept at most: what hung for a minute may be well now."""


@dataclass(frozen=True, slots=True)
class _Taken(Generic[T]):
    at: float
    took: float
    value: T | None
    error: Exception | None


class Shared(Generic[T]):
    """Takes a reading when it is asked for, at most once in *seconds* and one at a time.

    One that took long is kept for longer. So whoever asks how a database is doing, however often,
    cannot make it worse.
    """

    def __init__(
        self,
        take: Callable[[], Awaitable[T]],
        *,
        name: str,
        seconds: float,
        patience: float,
        tasks: Tasks,
        clock: Clock,
    ) -> None:
        self._take = take
        self._name = name
        self._seconds = seconds
        self._patience = patience
        self._tasks = tasks
        self._clock = clock
        self._taking: asyncio.Task[None] | None = None
        self._taken: _Taken[T] | None = None

    async def get(self) -> T:
        """A reading that is young enough; raises what it raised, or TimeoutError.

        One that takes too long goes on: whoever asks later waits for the same one.
        """
        if self._taking is None and not self._is_young():
            self._taking = self._tasks.start(self._run(), name=self._name)
        if self._taking is not None:
            await asyncio.wait([self._taking], timeout=self._patience)
        if self._taking is not None or self._taken is None:
            raise TimeoutError(f"no answer within {self._patience:g} s")
        if self._taken.error is not None:
            raise self._taken.error
        assert self._taken.value is not None
        return self._taken.value

    @property
    def age(self) -> float:
        """Seconds since the last reading was taken."""
        return 0.0 if self._taken is None else self._clock.monotonic() - self._taken.at

    def _is_young(self) -> bool:
        taken = self._taken
        if taken is None:
            return False
        rest = min(taken.took * REST, REST_MAX) if taken.error is None else 0.0
        return self.age < max(self._seconds, rest)

    async def _run(self) -> None:
        begun = self._clock.monotonic()
        value: T | None = None
        error: Exception | None = None
        try:
            value = await self._take()
        except Exception as trouble:  # noqa: BLE001 - told to everybody who asks
            error = trouble
        finally:
            self._taking = None
        now = self._clock.monotonic()
        self._taken = _Taken(now, now - begun, value, error)
