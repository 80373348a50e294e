"""The lock of the one process that works on a PostgreSQL database.

It lasts as long as the connection that took it. A connection can go at any time (a restart, a
failover, a gateway that forgets idle ones), and then anybody may have the lock: so this one is
watched, and the lock taken again before somebody else comes.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import asyncpg
from loguru import logger

from kotodom.db.postgres_faults import FAULTS, place
from kotodom.errors import DatabaseUnusable
from kotodom.tasks import Tasks

HOLD_LOCK = 0x6B6F746F646F6E
"""The advisory lock: one above that of whoever migrates."""
LOCK_TIMEOUT_MS = 3_000
"""A server may take a moment to notice that a killed process is gone."""
CONNECT_TIMEOUT = 10.0
HEARTBEAT = 15.0
"""Seconds between two signs of life on a connection that is otherwise silent."""
RETRY_FIRST, RETRY_MAX = 0.1, 5.0
"""Seconds between two attempts to connect again; doubled each time."""


class PostgresHold:
    """Takes the lock and keeps it; *on_lost* hears, once, that somebody else has got it."""

    def __init__(self, url: str, on_lost: Callable[[BaseException], None]) -> None:
        self._url = url
        self._on_lost = on_lost
        self._connection: Any = None
        self._session: Any = None
        """Process id and start of the server's end of the connection."""
        self._tasks = Tasks(lambda name, error: on_lost(error))

    async def take(self) -> None:
        """Take the lock; raises DatabaseUnusable when another has it, else one of the FAULTS."""
        try:
            await self._lock()
        except asyncpg.LockNotAvailableError:
            raise DatabaseUnusable(
                f"another kotodom is running on {place(self._url)}; stop it first"
            ) from None
        self._tasks.start(self._keep(), name="database-hold")

    async def release(self) -> None:
        """Give the lock back."""
        await self._tasks.cancel()
        if self._connection is not None:
            await self._connection.close(timeout=CONNECT_TIMEOUT)

    def terminate(self) -> None:
        """Drop the connection without a word to the server."""
        if self._connection is not None:
            self._connection.terminate()

    async def _lock(self) -> None:
        connection: Any = await asyncpg.connect(
            self._url, timeout=CONNECT_TIMEOUT, command_timeout=CONNECT_TIMEOUT
        )
        try:
            if self._session is not None:
                # The server may not have noticed yet that we have lost this one.
                await connection.fetch(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE pid = $1 AND backend_start = $2",
                    *self._session,
                )
            await connection.execute(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
            await connection.fetch("SELECT pg_advisory_lock($1)", HOLD_LOCK)
            self._session = await connection.fetchrow(
                "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
            )
        except BaseException:
            connection.terminate()
            raise
        self._connection = connection

    async def _keep(self) -> None:
        while True:
            await self._until_lost()
            logger.warning("the connection that holds the database was lost: taking it again")
            try:
                await self._retake()
            except asyncpg.LockNotAvailableError:
                self._on_lost(
                    DatabaseUnusable(f"another kotodom has taken over {place(self._url)}")
                )
                return
            logger.info("the database is held again")

    async def _until_lost(self) -> None:
        lost = asyncio.Event()
        connection = self._connection
        connection.add_termination_listener(lambda _: lost.set())
        while not connection.is_closed() and not lost.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT):
                    await lost.wait()
                break
            try:
                await connection.fetch("SELECT 1")
            except FAULTS:
                break
        connection.terminate()

    async def _retake(self) -> None:
        delay = RETRY_FIRST
        while True:
            try:
                return await self._lock()
            except asyncpg.LockNotAvailableError:
                raise
            except FAULTS:
                await asyncio.sleep(delay)
                delay = min(delay * 2, RETRY_MAX)
