"""PostgreSQL through an asyncpg pool: each write is a transaction on a connection of its own."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import Any, ClassVar, TypeVar

import asyncpg
from loguru import logger

from kotodom.db.connection import Connection, Database, Operation, Row, settled
from kotodom.db.migrate import applied
from kotodom.db.postgres_faults import FAULTS, trouble, unusable
from kotodom.db.postgres_hold import PostgresHold
from kotodom.errors import DatabaseUnusable
from kotodom.tasks import Tasks

T = TypeVar("T")

POOL_SIZE = 10
CONNECT_TIMEOUT = 10.0
"""Seconds until the server counts as unreachable."""
COMMAND_TIMEOUT = 60.0
"""Seconds until a statement counts as lost; ours take milliseconds."""
SCRIPT_TIMEOUT = 3600.0
"""Of a migration: the index of a large table takes minutes."""
SCHEMA_LOCK = 0x6B6F746F646F6D
"""The advisory lock of whoever migrates: "kotodom"."""

CUT_TIMEOUT = 1.0
"""Seconds for what has been cut off to notice it."""


class PostgresConnection:
    """One pooled connection, for the time of one operation."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    async def fetch(self, sql: str, *values: Any) -> Sequence[Row]:
        rows: Sequence[Row] = await self._raw.fetch(sql, *values)
        return rows

    async def fetchrow(self, sql: str, *values: Any) -> Row | None:
        return await self._raw.fetchrow(sql, *values)

    async def execute(self, sql: str, *values: Any) -> int:
        tag: str = await self._raw.execute(sql, *values)
        return int(tag.rpartition(" ")[2])

    async def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        await self._raw.executemany(sql, rows)

    async def script(self, sql: str) -> None:
        await self._raw.execute(sql, timeout=SCRIPT_TIMEOUT)


class PostgresDatabase(Database):
    """A pool of connections to a PostgreSQL database."""

    dialect: ClassVar[str] = "postgres"
    faults: ClassVar[tuple[type[Exception], ...]] = FAULTS

    def __init__(self, url: str, pool: Any) -> None:
        self._url = url
        self._pool = pool
        self._hold: PostgresHold | None = None
        self._tasks = Tasks(lambda name, error: None)  # a transaction tells its caller itself
        self._closed = False

    async def write(self, operation: Operation[T]) -> T:
        begun = monotonic()
        result = await self._owned(operation, transaction=True)
        self.committed(monotonic() - begun)
        return result

    async def read(self, operation: Operation[T]) -> T:
        return await self._owned(operation, transaction=False)

    async def close(self, timeout: float = 10.0) -> bool:
        if self._closed:
            return True
        self._closed = True
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._tasks.wait(None)
                await self._pool.close()
                if self._hold is not None:
                    await self._hold.release()
            return True
        await self._cut()
        return False

    async def _cut(self) -> None:
        self._pool.terminate()
        if self._hold is not None:
            self._hold.terminate()
        with suppress(TimeoutError):
            async with asyncio.timeout(CUT_TIMEOUT):
                await self._tasks.cancel()
                if self._hold is not None:
                    await self._hold.release()

    async def hold(self, on_lost: Callable[[BaseException], None] | None = None) -> None:
        hold = PostgresHold(self._url, on_lost or _log_loss)
        try:
            await hold.take()
        except FAULTS as error:
            raise self.unusable("cannot use", error) from error
        self._hold = hold

    def unusable(self, what: str, error: Exception) -> DatabaseUnusable:
        return unusable(what, self._url, error)

    async def tables(self, connection: Connection) -> set[str]:
        rows = await connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        )
        return {row[0] for row in rows}

    async def lock_schema(self, connection: Connection) -> None:
        await connection.fetch("SELECT pg_advisory_xact_lock($1)", SCHEMA_LOCK)

    async def _owned(self, operation: Operation[T], *, transaction: bool) -> T:
        """Run in a task of our own, which no caller can cancel."""
        if self._closed:
            raise DatabaseUnusable("the database is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._tasks.start(self._run(operation, future, transaction), name="database operation")
        return await settled(future)

    async def _run(
        self, operation: Operation[T], future: "asyncio.Future[T]", transaction: bool
    ) -> None:
        try:
            async with self._pool.acquire(timeout=COMMAND_TIMEOUT) as raw:
                if transaction:
                    async with raw.transaction():
                        result = await operation(PostgresConnection(raw))
                else:
                    result = await operation(PostgresConnection(raw))
        except asyncio.CancelledError:
            future.set_exception(DatabaseUnusable("the database was closed"))
            raise
        except Exception as error:  # noqa: BLE001 - it belongs to whoever awaits the future
            future.set_exception(trouble(error))
        else:
            future.set_result(result)


async def open_postgres(url: str) -> PostgresDatabase:
    """Connect to the server that *url* names; see :func:`kotodom.db.connection.open_database`."""
    try:
        pool: Any = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=POOL_SIZE,
            timeout=CONNECT_TIMEOUT,
            reset=_leave,
            command_timeout=COMMAND_TIMEOUT,
            server_settings={"application_name": "kotodom", "synchronous_commit": "on"},
        )
    except FAULTS as error:
        raise unusable("cannot use", url, error) from error
    database = PostgresDatabase(url, pool)
    try:
        await database.read(partial(applied, database))
    except (*FAULTS, DatabaseUnusable) as error:
        await database.close()
        raise unusable("cannot use", url, error) from error
    return database


async def _leave(connection: Any) -> None:
    """Save the round trip that resets a connection: ours changes no session state."""


def _log_loss(error: BaseException) -> None:
    logger.critical("{}", error)
