"""PostgreSQL through an asyncpg pool: each write is a transaction on a connection of its own."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, TypeVar

import asyncpg

from kotodom.db.connection import Connection, Database, Operation, Row, settled
from kotodom.db.migrate import check_versions
from kotodom.errors import DatabaseUnusable
from kotodom.tasks import Tasks

T = TypeVar("T")

POOL_SIZE = 10
CONNECT_TIMEOUT = 10.0
"""Seconds until the server counts as unreachable."""
COMMAND_TIMEOUT = 60.0
"""Seconds until a statement counts as lost; ours take milliseconds."""
SCHEMA_LOCK = 0x6B6F746F646F6D
"""The advisory lock of whoever migrates: "kotodom"."""

HOLD_LOCK = SCHEMA_LOCK + 1
"""The advisory lock of the one process that works on the database."""
HOLD_TIMEOUT_MS = 3_000

_FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError)
_URL = re.compile(
    r"\w+://(?:[^@/?#]*@)?(?P<server>[^@/?#]*)/(?P<name>[^@/?#]*)(?:\?[^@]*)?", re.ASCII
)


class _PostgresConnection:
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
        await self._raw.execute(sql)


class PostgresDatabase(Database):
    """A pool of connections to a PostgreSQL database."""

    dialect: ClassVar[str] = "postgres"

    def __init__(self, url: str, pool: Any) -> None:
        self._url = url
        self._pool = pool
        self._holder: Any = None
        self._tasks = Tasks(lambda name, error: None)  # a transaction tells its caller itself
        self._closed = False

    async def write(self, operation: Operation[T]) -> T:
        return await self._owned(operation, transaction=True)

    async def read(self, operation: Operation[T]) -> T:
        return await self._owned(operation, transaction=False)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        await self._tasks.wait(COMMAND_TIMEOUT)
        await self._pool.close()
        if self._holder is not None:
            await self._holder.close(timeout=CONNECT_TIMEOUT)

    async def hold(self) -> None:
        """See :meth:`Database.hold`; the lock ends with its connection.

        A server may take a moment to notice that a killed process is gone, so it is asked for a
        while before somebody else counts as running.
        """
        holder: Any = await asyncpg.connect(self._url, timeout=CONNECT_TIMEOUT)
        try:
            await holder.execute(f"SET lock_timeout = {HOLD_TIMEOUT_MS}")
            await holder.fetch("SELECT pg_advisory_lock($1)", HOLD_LOCK)
            self._holder = holder
        except asyncpg.LockNotAvailableError:
            await holder.close()
            raise DatabaseUnusable(
                f"another kotodom is running on {_place(self._url)}; stop it first"
            ) from None

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
                        result = await operation(_PostgresConnection(raw))
                else:
                    result = await operation(_PostgresConnection(raw))
        except asyncio.CancelledError:
            future.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - it belongs to whoever awaits the future
            future.set_exception(error)
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
    except _FAULTS as error:
        raise DatabaseUnusable(f"cannot use {_place(url)}: {_reason(error)}") from error
    database = PostgresDatabase(url, pool)
    try:
        tables = await database.read(database.tables)
        applied = await database.read(_versions) if "aerich" in tables else []
        check_versions(database.dialect, tables, applied)
    except (*_FAULTS, DatabaseUnusable) as error:
        await database.close()
        raise DatabaseUnusable(f"cannot use {_place(url)}: {_reason(error)}") from error
    return database


async def _leave(connection: Any) -> None:
    """Save the round trip that resets a connection: ours changes no session state."""


async def _versions(connection: Connection) -> list[str]:
    return [row[0] for row in await connection.fetch("SELECT version FROM aerich")]


def _place(url: str) -> str:
    """Where the server is, without who we are there; nothing of a URL that is hard to read."""
    parts = _URL.fullmatch(url)
    if parts is None:
        return "the PostgreSQL database"
    server = parts["server"] or "a local socket"
    return f"the PostgreSQL database {parts['name'] or '(default)'} at {server}"


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer"
    if isinstance(error, ValueError):
        return "its URL is not postgres://user:password@host:port/name"  # the error may quote it
    return str(error)
