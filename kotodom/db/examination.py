"""How healthy a database is: whether it is damaged, how full, who works on it. Changes nothing."""

import asyncio
import fcntl
import os
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kotodom.db.connection import Connection, open_database, sqlite_path
from kotodom.errors import DatabaseUnusable

FAULTS_SHOWN = 3
"""So many of SQLite's complaints are told; a damaged file has thousands."""
_STEPS = 10_000
"""Steps of SQLite's machine between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Integrity:
    """What a look through a whole SQLite file found."""

    faults: tuple[str, ...] = ()
    """What SQLite says is damaged."""
    orphans: tuple[str, ...] = ()
    """Tables with rows that refer to nothing."""
    finished: bool = True
    """False when the time was up before all was seen."""


@dataclass(frozen=True, slots=True)
class FileSize:
    """Bytes of a SQLite file."""

    whole: int
    unused: int
    """Of these: pages that a VACUUM would give back."""
    log: int
    """Of the write-ahead log beside it."""


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server as one database of it sees it."""

    version: int
    """The major one."""
    size: int
    """Bytes of the database."""
    connections_left: int
    connections_needed: int
    """What one running process may hold: its pool, and the one with the lock."""
    read_only: bool
    """A standby, or a database that takes no writes."""


async def held(url: str) -> bool:
    """Whether a running kotodom holds the database, which must exist; raises DatabaseUnusable."""
    path = sqlite_path(url)
    return await (_held_server(url) if path is None else asyncio.to_thread(_held_file, path))


def _held_file(path: Path) -> bool:
    try:
        lock = os.open(f"{path}.lock", os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:
        return True  # somebody else's, who may well be running
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)  # which gives the lock back
    return False


async def _held_server(url: str) -> bool:
    from kotodom.db.postgres_hold import HOLD_LOCK

    async def look(connection: Connection) -> bool:
        # An advisory lock of 64 bits is shown in two halves.
        row = await connection.fetchrow(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 "
            "AND granted AND classid::bigint = $1 AND objid::bigint = $2 AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())",
            HOLD_LOCK >> 32,
            HOLD_LOCK & 0xFFFFFFFF,
        )
        return bool(row and row[0])

    database = await open_database(url)
    try:
        return await database.read(look)
    except database.faults as error:
        raise database.unusable("cannot use", error) from error
    finally:
        await database.close()


async def integrity(path: Path, *, deep: bool, seconds: float | None) -> Integrity:
    """Look through the SQLite file *path* for at most so many *seconds* (None: to the end).

    *deep* compares every index with its table, too. Raises DatabaseUnusable.
    """
    return await asyncio.to_thread(_integrity, path, deep, seconds)


def _integrity(path: Path, deep: bool, seconds: float | None) -> Integrity:
    until = None if seconds is None else time.monotonic() + seconds
    pragma = "integrity_check" if deep else "quick_check"
    faults: tuple[str, ...] = ()
    try:
        with closing(read_only(path)) as raw:
            if until is not None:
                raw.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
            try:
                found = raw.execute(f"PRAGMA {pragma}({FAULTS_SHOWN})").fetchall()
                faults = tuple(str(said) for (said,) in found if said != "ok")
                rows = raw.execute("PRAGMA foreign_key_check").fetchall() if not faults else []
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                    return Integrity(faults, finished=False)
                raise
            return Integrity(faults, tuple(sorted({str(row[0]) for row in rows})))
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise DatabaseUnusable(f"{path} cannot be read through: {error}") from None
        return Integrity((str(error),))


async def file_size(path: Path) -> FileSize:
    """How large the SQLite file *path* is; raises DatabaseUnusable."""
    return await asyncio.to_thread(_file_size, path)


def _file_size(path: Path) -> FileSize:
    try:
        with closing(read_only(path)) as raw:
            (unused,) = raw.execute("PRAGMA freelist_count").fetchone()
            (page,) = raw.execute("PRAGMA page_size").fetchone()
        log = path.with_name(f"{path.name}-wal")
        return FileSize(
            path.stat().st_size, unused * page, log.stat().st_size if log.exists() else 0
        )
    except (sqlite3.Error, OSError) as error:
        raise DatabaseUnusable(f"{path} cannot be measured: {error}") from None


def read_only(path: Path) -> sqlite3.Connection:
    """Open a SQLite file so that nothing changes, and nothing appears beside it."""
    # Without a -wal nobody has it open.
    mode = "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"
    return sqlite3.connect(f"{path.as_uri()}?{mode}", uri=True)


async def server(url: str) -> Server:
    """What the PostgreSQL server of *url* says about itself; raises DatabaseUnusable."""

    from kotodom.db.postgres import POOL_SIZE

    async def look(connection: Connection) -> Server:
        row = await connection.fetchrow(
            "SELECT current_setting('server_version_num')::int / 10000, "
            "pg_database_size(current_database()), "
            "current_setting('max_connections')::int "
            "- current_setting('superuser_reserved_connections')::int "
            "- (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'), "
            "pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on'"
        )
        version, size, left, standby = row or (0, 0, 0, False)
        # The pool of this very look is gone in a moment.
        return Server(version, size, left + 1, POOL_SIZE + 1, standby)

    database = await open_database(url)
    try:
        return await database.read(look)
    except database.faults as error:
        raise database.unusable("cannot use", error) from error
    finally:
        await database.close()
