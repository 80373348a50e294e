"""Puts a backup in the place of a SQLite file; the old file stays beside it by another name."""

import asyncio
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kotodom import private
from kotodom.clock import SECOND
from kotodom.db.backup_sqlite import (
    Progress,
    check_copy,
    check_space,
    copy_private,
    database_size,
    put_in_place,
    snapshot,
    sync,
)
from kotodom.db.connection import Connection, Row, open_database
from kotodom.db.dump_file import DumpFile
from kotodom.db.load import Loader
from kotodom.db.migrate import migrate, number
from kotodom.db.restored import LAST_UPDATES, Owed, remember_updates, settle
from kotodom.db.sqlite_file import BUSY_TIMEOUT_MS, hold_file
from kotodom.errors import BackupFailed

_HEADER = b"SQLite format 3\0"
_KEPT = ".before-restore-"
_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps next to a file, and would take for the new one's if it stayed."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore has done."""

    owed: Owed
    kept: str
    """Where the old database is now; empty: there was none."""
    old_read: bool = True
    """The old one could be asked what it took in last."""


def is_sqlite(path: Path) -> bool:
    """Whether *path* is a SQLite file; raises BackupFailed when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(_HEADER)) == _HEADER
    except OSError as error:
        raise BackupFailed(f"cannot read {path}: {error.strerror or error}") from None


async def restore_sqlite(
    path: Path,
    backup: Path,
    *,
    now: int,
    stamp: str,
    progress: Progress = lambda done, total: None,
) -> Restored:
    """Make *backup*, a SQLite file or a portable dump, the database file *path*.

    The old file is kept by the name PATH.before-restore-STAMP. Killed at any moment, it leaves one
    whole database at *path*, the old or the new. Raises DatabaseUnusable or BackupFailed; then it
    is the old one.
    """
    stage, kept = path.with_name(f".{path.name}.restore"), Path(f"{path}{_KEPT}{stamp}")
    private.make_folder(path.parent)
    lock = hold_file(path)
    try:
        _discard(stage)
        check_space(path.parent, database_size(backup))
        fill = _copy if is_sqlite(backup) else _load
        made_at = await fill(backup, stage, now, progress)
        had = await asyncio.to_thread(_keep, path, kept)
        updates = await asyncio.to_thread(_last_updates, path)
        owed = await _settle(stage, f"{backup.name}", made_at, updates or (), now)
        await asyncio.to_thread(check_copy, stage)
        private.inherit(stage, path if had else None)
        await asyncio.to_thread(_swap, path, stage, kept)
        return Restored(owed, str(kept) if had else "", updates is not None)
    except OSError as error:
        raise BackupFailed(f"cannot restore {backup}: {error.strerror or error}") from None
    finally:
        _discard(stage)
        _drop_links(path)
        os.close(lock)


async def _copy(backup: Path, stage: Path, now: int, progress: Progress) -> int:
    """Copy a SQLite file; return when it was made."""

    def copy() -> int:
        if backup.with_name(f"{backup.name}-wal").exists():  # it is not whole without
            snapshot(backup, stage, progress=progress)
        else:
            copy_private(backup, stage)
            check_copy(stage)
        return int(backup.stat().st_mtime * SECOND)

    return await asyncio.to_thread(copy)


async def _load(backup: Path, stage: Path, now: int, progress: Progress) -> int:
    """Fill a new file from a portable dump; return when that was made."""
    with DumpFile(backup) as file:
        await asyncio.to_thread(file.verify)
        database = await open_database(f"sqlite://{stage}")
        try:
            await migrate(database, upto=max(map(number, file.manifest.migrations)))
            await Loader(database, file).run(now, progress)
        except database.faults as error:
            raise database.unusable("cannot fill", error) from None
        finally:
            await database.close()
        return file.manifest.made_at


async def _settle(
    stage: Path, origin: str, made_at: int, updates: "list[Row] | tuple[()]", now: int
) -> Owed:
    # Opening it proves that it is ours and no newer than this program.
    database = await open_database(f"sqlite://{stage}")

    async def change(connection: Connection) -> Owed:
        await remember_updates(connection, updates, now)
        return await settle(connection, "sqlite", origin=origin, made_at=made_at, now=now)

    try:
        return await database.write(change)
    except database.faults as error:
        raise database.unusable("cannot use", error) from None
    finally:
        await database.close()


def _last_updates(path: Path) -> list[Row] | None:
    """What the old database took in last, or None where it cannot be read.

    When this ends nothing of it is in a file beside it any more, if that can be.
    """
    if not path.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as raw:
            raw.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return raw.execute(LAST_UPDATES.format(schema="")).fetchall()
    except sqlite3.Error:
        return None


def _keep(path: Path, kept: Path) -> bool:
    """Give the old database a second name before anybody opens it; False when there is none.

    SQLite throws away a -wal whose file it cannot make sense of.
    """
    _drop_links(path)
    if not path.exists():
        return False
    _link(path, kept)
    wal = path.with_name(f"{path.name}-wal")
    if wal.exists():
        _link(wal, kept.with_name(f"{kept.name}-wal"))
    sync(path.parent)
    return True


def _swap(path: Path, stage: Path, kept: Path) -> None:
    """Give the new file its name."""
    wal = kept.with_name(f"{kept.name}-wal")
    if wal.exists() and not wal.stat().st_size:
        wal.unlink()  # what was in it is in the file by now
    for suffix in _BESIDE:
        # Only of one that cannot be read: else it has gone by now.
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    put_in_place(stage, path)


def _drop_links(path: Path) -> None:
    """Take back the second names of a database that keeps its first one after all."""
    for kept in path.parent.iterdir():
        if not kept.name.startswith(f"{path.name}{_KEPT}"):
            continue
        first = path.with_name(path.name + ("-wal" if kept.name.endswith("-wal") else ""))
        if first.exists() and kept.samefile(first):
            kept.unlink()


def _link(path: Path, kept: Path) -> None:
    """Give a file a second name, or a copy where the disk knows no second names."""
    try:
        os.link(path, kept)
    except FileExistsError:
        raise
    except OSError:
        copy_private(path, kept)
        sync(kept)


def _discard(stage: Path) -> None:
    for suffix in ("", *_BESIDE, ".lock"):
        stage.with_name(stage.name + suffix).unlink(missing_ok=True)
