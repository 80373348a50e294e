"""A database as it was at one moment, read page by page while others go on writing to it."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from kotodom.db.connection import Row, sqlite_path
from kotodom.db.schema import Asks
from kotodom.db.thread import DaemonThread
from kotodom.errors import DatabaseUnusable

PAGE = 1000
"""Rows that are in memory at once."""


class Source(Asks, Protocol):
    """Whatever is asked of it, it answers as of the same moment."""

    dialect: str

    def pages(self, sql: str) -> AsyncIterator[Sequence[Row]]:
        """The rows of a statement, so many at a time."""
        ...


class _SqliteSource:
    """A read transaction of its own; in WAL mode it holds no writer up."""

    dialect = "sqlite"

    def __init__(self, raw: sqlite3.Connection, thread: DaemonThread) -> None:
        self._raw = raw
        self._thread = thread

    async def fetch(self, sql: str, *values: Any) -> Sequence[Row]:
        return await self._thread.call(lambda: self._raw.execute(sql, values).fetchall())

    async def pages(self, sql: str) -> AsyncIterator[Sequence[Row]]:
        cursor = await self._thread.call(lambda: self._raw.execute(sql))
        while page := await self._thread.call(lambda: cursor.fetchmany(PAGE)):
            yield page


class _PostgresSource:
    """A transaction that only reads, on a snapshot."""

    dialect = "postgres"

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    async def fetch(self, sql: str, *values: Any) -> Sequence[Row]:
        rows: Sequence[Row] = await self._raw.fetch(sql, *values)
        return rows

    async def pages(self, sql: str) -> AsyncIterator[Sequence[Row]]:
        cursor = await self._raw.cursor(sql)
        while page := await cursor.fetch(PAGE):
            yield page


def open_source(url: str) -> AbstractAsyncContextManager[Source]:
    """Read the database of *url*; raises DatabaseUnusable when it cannot be read."""
    path = sqlite_path(url)
    return _open_postgres(url) if path is None else _open_sqlite(path)


@asynccontextmanager
async def _open_sqlite(path: Path) -> AsyncIterator[Source]:
    thread = DaemonThread("source")

    def begin() -> sqlite3.Connection:
        raw = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None)
        raw.text_factory = lambda text: text.decode(errors="replace")
        raw.execute("BEGIN")
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return raw

    try:
        raw = await thread.call(begin)
        try:
            yield _SqliteSource(raw, thread)
        finally:
            await thread.call(raw.close)
    except sqlite3.Error as error:
        raise DatabaseUnusable(f"cannot read {path}: {error}") from None
    finally:
        thread.stop()


@asynccontextmanager
async def _open_postgres(url: str) -> AsyncIterator[Source]:
    # Here, because whoever uses SQLite never needs the driver.
    import asyncpg

    from kotodom.db.postgres import CONNECT_TIMEOUT
    from kotodom.db.postgres_faults import FAULTS, unusable

    try:
        raw: Any = await asyncpg.connect(
            url, timeout=CONNECT_TIMEOUT, server_settings={"application_name": "kotodom backup"}
        )
    except FAULTS as error:
        raise unusable("cannot use", url, error) from None
    try:
        async with raw.transaction(isolation="repeatable_read", readonly=True):
            yield _PostgresSource(raw)
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise unusable("cannot read", url, error) from None
    finally:
        raw.terminate()
