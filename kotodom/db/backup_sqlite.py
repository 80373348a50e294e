"""A consistent copy of a SQLite file, made while others go on writing to it."""

import glob
import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from kotodom import private
from kotodom.db.sqlite_file import BUSY_TIMEOUT_MS
from kotodom.errors import BackupFailed, DatabaseUnusable

STEP = 1024
"""Pages copied at once (4 MB): between two steps the copy can be given up."""
SPARE = 16_000_000
"""Bytes that the disk must have beyond the copy: whoever works there goes on writing."""
BLOCK = 1 << 20
"""Bytes of a file that are in memory at once."""

OLD_HALF = 24 * 3600
"""Seconds after which nobody is writing to a file any more that was never finished."""
STEPS = 1_000_000
"""Of SQLite's machine between two moments at which a check can be given up (about 20 ms)."""

Progress = Callable[[int, int], None]
"""Hears how much is done, of how much; what it raises ends the work."""


def snapshot(path: Path, target: Path, *, progress: Progress = lambda done, total: None) -> None:
    """Copy the SQLite file *path* as it is at this moment to *target*, which must not be there.

    The copy is one plain file of mode 0600, checked and on the disk when this returns; nobody ever
    sees a part of it by the name *target*. It blocks, so call it in a thread. Raises BackupFailed
    when *target* cannot be written, DatabaseUnusable when *path* cannot be read or is damaged.
    """
    try:
        check_space(make_folder(target.parent), database_size(path))
        partial = begin_file(target)
        try:
            _copy(path, partial, progress)
            check_copy(partial, path, progress)
            refuse_taken(target)
            put_in_place(partial, target)
        finally:
            for suffix in ("", "-journal", "-wal", "-shm"):
                partial.with_name(partial.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise BackupFailed(f"cannot write {target}: {error.strerror or error}") from None


def make_folder(folder: Path) -> Path:
    """Make *folder*, for us alone, unless it is there."""
    private.make_folder(folder)
    return folder


def begin_file(target: Path) -> Path:
    """Make an empty file, for us alone, that is to become *target* when it is whole.

    It has a name of its own each time: two may be at it at once, and one of them comes too late.
    Raises BackupFailed when *target* is there already.
    """
    refuse_taken(target)
    folder = make_folder(target.parent)
    for half in folder.glob(f"{glob.escape(f'.{target.name}')}.*.part*"):
        if half.stat().st_mtime < time.time() - OLD_HALF:  # of one that was killed
            half.unlink(missing_ok=True)
    partial = folder / f".{target.name}.{secrets.token_hex(4)}.part"
    os.close(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, private.FILE_MODE))
    private.inherit(partial)
    return partial


def refuse_taken(target: Path) -> None:
    """Overwrite nothing; raises BackupFailed."""
    if target.exists():
        raise BackupFailed(f"{target} exists already: name another file")


def database_size(path: Path) -> int:
    """Bytes of the file and of what SQLite keeps beside it."""
    size = 0
    for suffix in ("", "-wal"):
        with suppress(FileNotFoundError):
            size += path.with_name(path.name + suffix).stat().st_size
    return size


def check_space(folder: Path, needed: int) -> None:
    """Refuse to begin what would fill the disk; raises BackupFailed."""
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE:
        raise BackupFailed(
            f"{folder} has {free // 1_000_000} MB free, a backup needs "
            f"{(needed + SPARE) // 1_000_000} MB: make room, or name another folder"
        )


def _copy(path: Path, partial: Path, progress: Progress) -> None:
    try:
        with closing(_connect(path)) as source, closing(sqlite3.connect(partial)) as copy:
            # One read transaction for all steps: in WAL mode it holds no writer up, and without it
            # each of somebody else's commits would make the copy begin anew.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()

            def tell(status: int, remaining: int, total: int) -> None:
                progress(total - remaining, total)

            source.backup(copy, pages=STEP, progress=tell)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise BackupFailed(f"cannot write {partial}: {error}") from None
        raise DatabaseUnusable(f"cannot copy {path}: {error}") from None


def _connect(path: Path) -> sqlite3.Connection:
    raw = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)
    raw.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    return raw


def check_copy(
    path: Path,
    original: Path | None = None,
    progress: Progress = lambda done, total: None,
) -> None:
    """Read a whole SQLite file that nobody has open; raises DatabaseUnusable when it is damaged.

    That names its *original*, where it is a copy that nobody will find. *progress* only hears, now
    and then, that all is done but this.
    """
    name = path if original is None else original
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as raw:
            raw.set_progress_handler(lambda: progress(1, 1), STEPS)  # one that raises ends it
            (verdict,) = raw.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok":
                raise DatabaseUnusable(f"{name} is damaged ({verdict.splitlines()[-1]})")
            orphan = raw.execute("PRAGMA foreign_key_check").fetchone()
            if orphan is not None:
                raise DatabaseUnusable(
                    f"{name} is damaged (row {orphan[1]} of {orphan[0]} belongs to no {orphan[2]})"
                )
    except sqlite3.Error as error:
        raise DatabaseUnusable(f"{name} is damaged ({error})") from None


def put_in_place(partial: Path, target: Path) -> None:
    """Give a complete file its name, all of it on the disk first."""
    sync(partial)
    os.replace(partial, target)
    sync(target.parent)


def copy_private(path: Path, target: Path) -> None:
    """Copy the bytes of a file to a new one that only we can read."""
    with (
        path.open("rb") as file,
        os.fdopen(
            os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, private.FILE_MODE), "wb"
        ) as out,
    ):
        private.inherit(target)
        shutil.copyfileobj(file, out, BLOCK)


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
