"""Opens a SQLite file: looks before it touches, then proves that it can be written durably."""

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from loguru import logger

from kotodom.db.migrate import check_versions
from kotodom.errors import DatabaseUnusable

BUSY_TIMEOUT_MS = 10_000


def open_file(path: Path) -> sqlite3.Connection:
    """Connect to the file *path*, made if missing, in the calling thread.

    Raises DatabaseUnusable, and leaves the file as it was, when it cannot be used.
    """
    try:
        if path.is_dir():
            raise DatabaseUnusable(f"cannot open {path}: it is a directory, not a file")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except (FileExistsError, NotADirectoryError):
        raise DatabaseUnusable(
            f"cannot open {path}: a part of the path is a file, not a folder"
        ) from None
    except OSError as error:
        raise DatabaseUnusable(f"cannot open {path}: {error.strerror}") from error
    try:
        _checked(f"{path.as_uri()}?mode=ro", _inspect)
        raw = _checked(f"{path.as_uri()}?mode=rw", _prepare)
    except sqlite3.Error as error:
        raise DatabaseUnusable(f"cannot use {path}: {error}") from error
    except DatabaseUnusable as error:
        raise DatabaseUnusable(f"cannot use {path}: {error}") from error
    if path.stat().st_mode & stat.S_IROTH:
        logger.warning("every user of this machine can read {0}; run: chmod 600 {0}*", path)
    return raw


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
    # A file that may only be read is opened, and even BEGIN IMMEDIATE passes, without a word.
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("PRAGMA user_version = 0")
    raw.execute("ROLLBACK")
    return True
