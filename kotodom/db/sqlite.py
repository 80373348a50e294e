"""SQLite: one connection in one thread, writes grouped into common commits.

A whole operation runs in the thread without coming back to the event loop between its statements,
because each such trip costs more (about 0.1 ms) than the statement itself.
"""

import asyncio
import os
import re
import sqlite3
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar, NamedTuple, TypeVar

from loguru import logger

from kotodom.db.connection import Connection, Database, Operation, Row, settled, sqlite_path
from kotodom.db.sqlite_faults import primary_code, trouble
from kotodom.db.sqlite_file import hold_file, open_file
from kotodom.db.thread import DaemonThread, Outcome, tell
from kotodom.errors import DatabaseDamaged, DatabaseTrouble, DatabaseUnusable

T = TypeVar("T")

BATCH = 100
"""At most so many operations share a commit, so that none waits for an endless group."""
WAIT_MS = 1_000
"""How long one attempt to begin a transaction waits for another program's; meanwhile nobody can
read, since there is one thread."""
PATIENCE = 60.0
"""Seconds until a transaction that another program keeps from beginning is given up."""
MIN_VERSION = (3, 35)
"""RETURNING came with it."""


@lru_cache(maxsize=512)
def _numbered(sql: str) -> str:
    return re.sub(r"\$(\d+)", r"?\1", sql)


class _SqliteConnection:
    """Runs statements at once, in the thread it is called from."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    async def fetch(self, sql: str, *values: Any) -> Sequence[Row]:
        return self._raw.execute(_numbered(sql), values).fetchall()

    async def fetchrow(self, sql: str, *values: Any) -> Row | None:
        # All rows are read: a statement with RETURNING has not ended before that.
        rows = self._raw.execute(_numbered(sql), values).fetchall()
        return rows[0] if rows else None

    async def execute(self, sql: str, *values: Any) -> int:
        return self._raw.execute(_numbered(sql), values).rowcount

    async def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        self._raw.executemany(_numbered(sql), rows)

    async def script(self, sql: str) -> None:
        # Not executescript(): that commits the transaction it is called in.
        statement = ""
        for piece in sql.split(";"):
            statement += piece + ";"
            if sqlite3.complete_statement(statement):
                self._raw.execute(statement)
                statement = ""


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never really waits."""
    try:
        work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    work.close()
    raise RuntimeError("a database operation may await nothing but its connection")


class _Locked(Exception):
    """Another program writes: nothing has been done yet."""


class _Write(NamedTuple):
    operation: Operation[Any]
    future: "asyncio.Future[Any]"


class SqliteDatabase(Database):
    """An open SQLite file."""

    dialect: ClassVar[str] = "sqlite"
    faults: ClassVar[tuple[type[Exception], ...]] = (sqlite3.Error, OSError, DatabaseTrouble)

    def __init__(self, path: Path, raw: sqlite3.Connection, thread: DaemonThread) -> None:
        self._path = path
        self._lock: int | None = None
        self._raw = raw
        self._connection: Connection = _SqliteConnection(raw)
        self._thread = thread
        self._loop = asyncio.get_running_loop()
        self._queue: deque[_Write] = deque()
        self._batch: list[_Write] = []
        """The writes in the thread's present commit."""
        self._reads: set[asyncio.Future[Any]] = set()
        self._committing = False
        self._patience = 0.0
        """Until when the present batch waits for another program's lock."""
        self._told_of_lock = False
        self._on_lost: Callable[[BaseException], None] | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False

    async def write(self, operation: Operation[T]) -> T:
        if self._closed:
            raise DatabaseUnusable("the database is closed")
        begun = monotonic()
        future: asyncio.Future[T] = self._loop.create_future()
        self._queue.append(_Write(operation, future))
        if not self._committing:
            self._submit()
        try:
            result = await settled(future)
        except sqlite3.Error as error:
            raise self._trouble(error) from error
        self.committed(monotonic() - begun)
        return result

    async def read(self, operation: Operation[T]) -> T:
        if self._closed:
            raise DatabaseUnusable("the database is closed")
        future: asyncio.Future[T] = self._loop.create_future()
        self._reads.add(future)
        self._thread.submit(lambda: _run(operation(self._connection)), partial(tell, future))
        try:
            return await future
        except sqlite3.Error as error:
            raise self._trouble(error) from error
        finally:
            self._reads.discard(future)

    def _trouble(self, error: sqlite3.Error) -> Exception:
        """What the core is told; damage is also told, once, to whoever holds the database."""
        told = trouble(error, self._path)
        if isinstance(told, DatabaseDamaged) and self._on_lost is not None:
            self._on_lost(told)
            self._on_lost = None
        return told

    async def close(self, timeout: float = 10.0) -> bool:
        if self._closed:
            return True
        self._closed = True
        ended = False
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self._idle.wait()
                    await self._thread.call(self._shut)
                ended = True
        finally:
            if not ended:
                self._abandon()
            self._thread.stop()
        return ended

    def _shut(self) -> None:
        self._raw.close()
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)

    def _abandon(self) -> None:
        """Cut off what is under way; the thread closes the file when it can."""
        with suppress(sqlite3.Error):  # it has been closed at this moment
            self._raw.interrupt()
        late = Outcome(None, DatabaseUnusable("the database did not answer in time"))
        waiting = [write.future for write in (*self._batch, *self._queue)]
        for future in (*waiting, *self._reads):
            tell(future, late)
        self._queue.clear()
        self._thread.submit(self._shut, lambda _: None)

    async def hold(self, on_lost: Callable[[BaseException], None] | None = None) -> None:
        """See :meth:`Database.hold`; the kernel keeps this lock, nothing can take it away.

        But the file may turn out to be damaged, which *on_lost* hears as well.
        """
        self._lock = hold_file(self._path)
        self._on_lost = on_lost

    def unusable(self, what: str, error: Exception) -> DatabaseUnusable:
        return DatabaseUnusable(f"{what} {self._path}: {error}")

    async def tables(self, connection: Connection) -> set[str]:
        rows = await connection.fetch("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {row[0] for row in rows if not row[0].startswith("sqlite_")}

    async def lock_schema(self, connection: Connection) -> None:
        """BEGIN IMMEDIATE has done it: there is one writer."""

    def _submit(self) -> None:
        """Send what waits to the thread; an operation that comes alone waits for nobody."""
        batch = [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]
        self._committing = True
        self._idle.clear()
        self._batch = batch
        self._patience = self._loop.time() + PATIENCE
        self._thread.submit(partial(self._commit, batch), self._resolve)

    def _resolve(self, committed: Outcome) -> None:
        if isinstance(committed.error, _Locked):
            if self._loop.time() < self._patience and self._waited_for():
                self._tell_of_lock(locked=True)
                # Behind the reads that have come meanwhile.
                self._thread.submit(partial(self._commit, self._batch), self._resolve)
                return
            committed = Outcome(None, DatabaseTrouble("another program keeps the database locked"))
        elif committed.error is None:
            self._tell_of_lock(locked=False)
        for number, write in enumerate(self._batch):
            tell(write.future, committed.value[number] if committed.error is None else committed)
        self._committing = False
        if self._queue:  # not after _abandon(), which emptied it
            self._submit()
        else:
            self._idle.set()

    def _waited_for(self) -> bool:
        return any(not write.future.done() for write in self._batch)

    def _tell_of_lock(self, *, locked: bool) -> None:
        if locked and not self._told_of_lock:
            logger.warning("another program keeps {} locked: waiting for it", self._path)
        elif self._told_of_lock and not locked:
            logger.info("the database can be written again")
        self._told_of_lock = locked

    def _commit(self, batch: list[_Write]) -> list[Outcome]:
        """Run the operations in one transaction; one that fails takes only itself back."""
        try:
            self._raw.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if primary_code(error) == sqlite3.SQLITE_BUSY:
                raise _Locked from error
            raise
        try:
            if len(batch) == 1:
                outcomes = [Outcome(_run(batch[0].operation(self._connection)), None)]
            else:
                outcomes = [self._attempt(write.operation) for write in batch]
            self._raw.execute("COMMIT")
        except BaseException:
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")
            raise
        return outcomes

    def _attempt(self, operation: Operation[Any]) -> Outcome:
        self._raw.execute("SAVEPOINT one")
        try:
            outcome = Outcome(_run(operation(self._connection)), None)
        except Exception as error:
            if not self._raw.in_transaction:
                raise  # SQLite has given up the whole transaction (a full disk): all fail alike
            # It is the caller's, its neighbours go on.
            self._raw.execute("ROLLBACK TO one")
            outcome = Outcome(None, error)
        self._raw.execute("RELEASE one")
        return outcome


async def open_sqlite(url: str) -> SqliteDatabase:
    """Open the file that *url* names; see :func:`kotodom.db.connection.open_database`."""
    if sqlite3.sqlite_version_info < MIN_VERSION:
        raise DatabaseUnusable(
            f"this Python has SQLite {sqlite3.sqlite_version}; 3.35 or newer is needed"
        )
    path = sqlite_path(url)
    if path is None:
        raise DatabaseUnusable("a SQLite URL begins with sqlite://")
    thread = DaemonThread("sqlite")
    try:
        raw = await thread.call(lambda: open_file(path))
        await thread.call(lambda: raw.execute(f"PRAGMA busy_timeout = {WAIT_MS}"))
    except BaseException:
        thread.stop()
        raise
    return SqliteDatabase(path, raw, thread)
