"""SQLite: one connection in one thread, writes grouped into common commits.

A whole operation runs in the thread without coming back to the event loop between its statements,
because each such trip costs more (about 0.1 ms) than the statement itself.
"""

import asyncio
import fcntl
import os
import re
import sqlite3
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, TypeVar

from kotodom.db.connection import Connection, Database, Operation, Row, settled
from kotodom.db.migrate import check_versions
from kotodom.errors import DatabaseUnusable

T = TypeVar("T")

BATCH = 100
"""At most so many operations share a commit, so that none waits for an endless group."""
BUSY_TIMEOUT_MS = 10_000
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


class _Write(NamedTuple):
    operation: Operation[Any]
    future: "asyncio.Future[Any]"


class _Outcome(NamedTuple):
    value: Any
    error: BaseException | None


class SqliteDatabase(Database):
    """An open SQLite file."""

    dialect: ClassVar[str] = "sqlite"

    def __init__(self, path: Path, raw: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._path = path
        self._lock: int | None = None
        self._raw = raw
        self._connection: Connection = _SqliteConnection(raw)
        self._thread = thread
        self._loop = asyncio.get_running_loop()
        self._queue: deque[_Write] = deque()
        self._committing = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False

    async def write(self, operation: Operation[T]) -> T:
        if self._closed:
            raise DatabaseUnusable("the database is closed")
        future: asyncio.Future[T] = self._loop.create_future()
        self._queue.append(_Write(operation, future))
        if not self._committing:
            self._submit()
        return await settled(future)

    async def read(self, operation: Operation[T]) -> T:
        if self._closed:
            raise DatabaseUnusable("the database is closed")
        return await self._loop.run_in_executor(
            self._thread, lambda: _run(operation(self._connection))
        )

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        await self._idle.wait()
        await self._loop.run_in_executor(self._thread, self._raw.close)
        self._thread.shutdown()
        if self._lock is not None:
            os.close(self._lock)

    async def hold(self) -> None:
        # A file of its own: closing any descriptor of the database would drop SQLite's locks.
        lock = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise DatabaseUnusable(
                f"another kotodom is running on {self._path}; stop it first"
            ) from None
        self._lock = lock

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
        self._thread.submit(self._commit_and_tell, batch)

    def _commit_and_tell(self, batch: list[_Write]) -> None:
        try:
            outcomes = self._commit(batch)
        except BaseException as error:  # noqa: BLE001 - the callers wait to hear whatever it is
            outcomes = [_Outcome(None, error)] * len(batch)
        self._loop.call_soon_threadsafe(self._resolve, batch, outcomes)

    def _resolve(self, batch: list[_Write], outcomes: list[_Outcome]) -> None:
        for write, outcome in zip(batch, outcomes, strict=True):
            if write.future.done():
                continue
            if outcome.error is None:
                write.future.set_result(outcome.value)
            else:
                write.future.set_exception(outcome.error)
        self._committing = False
        if self._queue:
            self._submit()
        else:
            self._idle.set()

    def _commit(self, batch: list[_Write]) -> list[_Outcome]:
        """Run the operations in one transaction; one that fails takes only itself back."""
        try:
            self._raw.execute("BEGIN IMMEDIATE")
            if len(batch) == 1:
                outcomes = [_Outcome(_run(batch[0].operation(self._connection)), None)]
            else:
                outcomes = [self._attempt(write.operation) for write in batch]
            self._raw.execute("COMMIT")
        except BaseException:
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")
            raise
        return outcomes

    def _attempt(self, operation: Operation[Any]) -> _Outcome:
        self._raw.execute("SAVEPOINT one")
        try:
            outcome = _Outcome(_run(operation(self._connection)), None)
        except Exception as error:  # noqa: BLE001 - it is the caller's, its neighbours go on
            # Fails in turn when SQLite has given up the whole transaction (a full disk).
            self._raw.execute("ROLLBACK TO one")
            outcome = _Outcome(None, error)
        self._raw.execute("RELEASE one")
        return outcome


async def open_sqlite(url: str) -> SqliteDatabase:
    """Open the file that *url* names; see :func:`kotodom.db.connection.open_database`."""
    if sqlite3.sqlite_version_info < MIN_VERSION:
        raise DatabaseUnusable(
            f"this Python has SQLite {sqlite3.sqlite_version}; 3.35 or newer is needed"
        )
    path = _path(url)
    thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
    try:
        raw = await asyncio.get_running_loop().run_in_executor(thread, _open, path)
    except BaseException:
        thread.shutdown(wait=False)
        raise
    return SqliteDatabase(path, raw, thread)


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite://").partition("?")[0]).expanduser().absolute()


def _open(path: Path) -> sqlite3.Connection:
    if path.is_dir():
        raise DatabaseUnusable(f"cannot open {path}: it is a directory, not a file")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise DatabaseUnusable(f"cannot open {path}: {error.strerror}") from error
    try:
        _checked(f"{path.as_uri()}?mode=ro", _inspect)
        return _checked(f"{path.as_uri()}?mode=rw", _prepare)
    except sqlite3.Error as error:
        raise DatabaseUnusable(f"cannot use {path}: {error}") from error
    except DatabaseUnusable as error:
        raise DatabaseUnusable(f"cannot use {path}: {error}") from error


def _checked(uri: str, check: Callable[[sqlite3.Connection], bool]) -> sqlite3.Connection:
    """Connect; stay connected when *check* says so, close otherwise."""
    raw = sqlite3.connect(uri, uri=True, isolation_level=None)
    keep = False
    try:
        raw.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        keep = check(raw)
    finally:
        if not keep:
            raw.close()
    return raw


def _inspect(raw: sqlite3.Connection) -> bool:
    """Look before anything is written: a file that is refused keeps its bytes."""
    (verdict,) = raw.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise DatabaseUnusable(f"the file is damaged ({verdict.splitlines()[-1]})")
    tables = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    names = {name for (name,) in tables if not name.startswith("sqlite_")}
    applied = raw.execute("SELECT version FROM aerich").fetchall() if "aerich" in names else []
    check_versions("sqlite", names, [version for (version,) in applied])
    return False


def _prepare(raw: sqlite3.Connection) -> bool:
    """Set what durability rests on, and believe it only when SQLite confirms it."""
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")
    for pragma, expected in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
        (actual,) = raw.execute(f"PRAGMA {pragma}").fetchone()
        if actual != expected:
            raise DatabaseUnusable(f"SQLite keeps {pragma} at {actual}, {expected} is needed")
    return True
