"""What goes wrong with a SQLite file, in our words: what passes by itself, and what is damage."""

import shutil
import sqlite3
from pathlib import Path

from kotodom.errors import DatabaseDamaged, DatabaseTrouble, DatabaseUnusable, DiskFull

_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PASSING = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOMEM,
)

LEAST = 65_536
"""Bytes that must be free for a file to be opened: the index of its log begins with 32 KiB."""


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without its details; 0 for what Python's module says by itself."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def trouble(error: sqlite3.Error, path: Path) -> Exception:
    """*error*, met while running, as the core is to see it; a bug of ours stays what it is."""
    code = primary_code(error)
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(f"there is no room for {path}: {error}")
    if code in _PASSING:
        return DatabaseTrouble(f"{path}: {error}")
    if code in _DAMAGE:
        return damaged(path, str(error))
    return error


def refusal(error: sqlite3.Error, path: Path) -> DatabaseUnusable:
    """*error*, met while the file *path* was opened, as one line."""
    code = primary_code(error)
    if code in _DAMAGE:
        return damaged(path, str(error))
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseUnusable(
            f"cannot use {path}: another program keeps it locked; end that one (fuser {path} "
            "shows which) and start again"
        )
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _full(path)):
        return DatabaseUnusable(f"cannot use {path}: the disk is full; make room and start again")
    return DatabaseUnusable(f"cannot use {path}: {error}")


def _full(path: Path) -> bool:
    """Whether there is no room for the index of the log, whose lack SQLite calls an I/O error."""
    return shutil.disk_usage(path.parent).free < LEAST


def damaged(path: Path, why: str) -> DatabaseDamaged:
    """The file is kept as it is: somebody may still get something out of it."""
    return DatabaseDamaged(f"cannot use {path}: it is damaged ({why}), and left as it is")
