"""Opens a SQLite file: looks before it touches, then proves that it can be written durably."""

import fcntl
import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from loguru import logger

from kotodom import private
from kotodom.db.migrate import WROTE, check_versions
from kotodom.db.sqlite_faults import damaged, primary_code, refusal
from kotodom.db.sqlite_log import check_log
from kotodom.errors import DatabaseDamaged, DatabaseUnusable

BUSY_TIMEOUT_MS = 10_000
SMALL = 64_000_000
"""Bytes up to which a file's indexes are compared with its tables at each start, which takes a few
times as long as a look at the pages alone (0.3 s at 100,000 rows)."""
PATIENCE_MS = 30_000
"""How long a start waits for another program that keeps the file locked."""
UNTOLD_MS = 2_000
"""How long of that without a word: another start, say, which migrates."""


def open_file(path: Path) -> sqlite3.Connection:
    """Connect to the file *path*, made if missing, in the calling thread.

    Raises DatabaseUnusable, and leaves the file as it was, when it cannot be used.
    """
    try:
        if path.is_dir():
            raise DatabaseUnusable(f"cannot open {path}: it is a directory, not a file")
        private.make_folder(path.parent)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            private.inherit(path)
    except (FileExistsError, NotADirectoryError):
        raise DatabaseUnusable(
            f"cannot open {path}: a part of the path is a file, not a folder"
        ) from None
    except OSError as error:
        raise DatabaseUnusable(f"cannot open {path}: {error.strerror}") from error
    try:
        _checked(f"{path.as_uri()}?mode=ro", partial(_inspect, path))
        raw = _checked(f"{path.as_uri()}?mode=rw", _prepare)
    except sqlite3.Error as error:
        raise refusal(error, path) from error
    except DatabaseDamaged:
        raise
    except DatabaseUnusable as error:
        raise DatabaseUnusable(f"cannot use {path}: {error}") from error
    if path.stat().st_mode & stat.S_IROTH:
        logger.warning("every user of this machine can read {0}; run: chmod 600 {0}*", path)
    return raw


def hold_file(path: Path) -> int:
    """Be the only one who works on the database file *path* until this descriptor is closed.

    Raises DatabaseUnusable when somebody else is. The kernel keeps the lock: nothing takes it away.
    """
    # A file of its own: closing any descriptor of the database would drop SQLite's locks.
    name = f"{path}.lock"
    try:
        lock = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
        private.inherit(Path(name))
    except OSError as error:
        raise DatabaseUnusable(
            f"cannot open {name}: {error.strerror}; it may belong to another user who has run "
            "kotodom here"
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise DatabaseUnusable(
            f"another kotodom is running on {path}; stop it first"
            if isinstance(error, BlockingIOError)
            else f"cannot lock {name}: {error.strerror}"
        ) from None
    return lock


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


def _inspect(path: Path, raw: sqlite3.Connection) -> bool:
    """Look before anything is written: a file that is refused keeps its bytes."""
    check = "integrity_check" if path.stat().st_size <= SMALL else "quick_check"
    (verdict,) = raw.execute(f"PRAGMA {check}(1)").fetchone()
    if verdict != "ok":
        raise damaged(path, verdict.splitlines()[-1])
    check_log(path)
    tables = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    names = {name for (name,) in tables if not name.startswith("sqlite_")}
    applied = raw.execute("SELECT version FROM aerich").fetchall() if "aerich" in names else []
    wrote = raw.execute(WROTE).fetchone() if {"aerich", "fact"} <= names else None
    check_versions("sqlite", names, [version for (version,) in applied], wrote[0] if wrote else "")
    return False


def _begin(raw: sqlite3.Connection) -> None:
    """Begin to write, after anybody else who does."""
    raw.execute(f"PRAGMA busy_timeout = {UNTOLD_MS}")
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if primary_code(error) != sqlite3.SQLITE_BUSY:
            raise
        logger.warning("another program keeps the database locked: waiting for it")
        raw.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        raw.execute("BEGIN IMMEDIATE")
    raw.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


def _prepare(raw: sqlite3.Connection) -> bool:
    """Set what durability rests on, and believe it only when SQLite confirms it."""
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")
    for pragma, expected in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
        (actual,) = raw.execute(f"PRAGMA {pragma}").fetchone()
        if actual != expected:
            raise DatabaseUnusable(f"SQLite keeps {pragma} at {actual}, {expected} is needed")
    _begin(raw)
    # A file that may only be read is opened, and even BEGIN IMMEDIATE passes, without a word.
    raw.execute("PRAGMA user_version = 0")
    raw.execute("ROLLBACK")
    return True
