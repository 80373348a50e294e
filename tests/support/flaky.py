"""A store whose database fails when a test says so, before or after the commit."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from enum import StrEnum
from typing import Any, cast

from kotodom.ports import Store


class Trouble(StrEnum):
    """What happens to one call."""

    NONE = "none"
    BEFORE = "before"
    """Nothing is written, and the caller hears so."""
    AFTER = "after"
    """It is written, but the caller does not hear of it."""


class FlakyStore:
    """Passes every call on; *script* says which fail, of all methods or of the *only* one.

    *before* is what happens meanwhile: it is awaited before each of these calls.
    """

    def __init__(
        self,
        store: Store,
        script: Iterator[Trouble],
        *,
        only: str = "",
        before: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._store = store
        self._script = script
        self._only = only
        self._before = before
        self.failed = 0
        """How many calls have failed."""

    def __getattr__(self, name: str) -> Any:
        call: Callable[..., Awaitable[Any]] = getattr(self._store, name)
        if self._only not in ("", name):
            return call

        async def failing(*args: Any, **kwargs: Any) -> Any:
            if self._before is not None:
                await self._before()
            trouble = next(self._script, Trouble.NONE)
            self.failed += trouble is not Trouble.NONE
            if trouble is Trouble.BEFORE:
                raise sqlite3.OperationalError("database is locked")
            result = await call(*args, **kwargs)
            if trouble is Trouble.AFTER:
                raise sqlite3.OperationalError("disk I/O error")
            return result

        return failing


def flaky(store: Store, *script: Trouble, only: str = "") -> Store:
    """*store* with a few failing calls."""
    return cast(Store, FlakyStore(store, iter(script), only=only))
