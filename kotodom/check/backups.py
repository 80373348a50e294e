"""The backups: is there one, how old is the newest, and can it be opened?"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from kotodom.backup.files import Backup, find_backups
from kotodom.check.places import Places
from kotodom.check.report import Row, State, told
from kotodom.clock import SECOND
from kotodom.db.dump_file import DumpFile
from kotodom.db.examination import integrity
from kotodom.errors import BackupFailed, DatabaseUnusable

_HOUR = 3600 * SECOND
OLD = 36 * _HOUR
"""Milliseconds: older than last night's, with half a day to spare."""
_NOW = "kotodom backup"
_PGDUMP = b"PGDMP"
"""What an archive of pg_dump begins with (pg_backup_archiver.h)."""


async def rows(places: Places, now: int, *, deep: bool, seconds: float) -> list[Row]:
    """What there is; *deep* reads the whole newest one, however long that takes."""
    if places.backups is None:
        text = "none are made: backup.keep is 0"
        return [
            Row("backups", State.NOTE, text, "backup.keep = 7 in config.toml, or kotodom backup")
        ]
    found = await asyncio.to_thread(find_backups, places.backups)
    if not found:
        return [await asyncio.to_thread(_none, places, now)]
    return [await _newest(found, now, deep, seconds)]


def _none(places: Places, now: int) -> Row:
    text = f"none in {places.backups} yet"
    lock = places.database.with_name(f"{places.database.name}.lock") if places.database else None
    # It is made at the first start, and never written again.
    if lock is not None and lock.is_file() and lock.stat().st_mtime * SECOND > now - OLD:
        return Row("backups", State.OK, f"{text}: the first is made in the coming night")
    return Row("backups", State.NOTE, text, _NOW)


async def _newest(found: Sequence[Backup], now: int, deep: bool, seconds: float) -> Row:
    newest = found[0]
    why = await _broken(newest.path, deep, seconds)
    if why:
        return Row("backups", State.FAILED, f"the newest cannot be used: {why}", _NOW)
    age = now - newest.made_at
    count = f"{len(found)}, the newest" if len(found) > 1 else "one,"
    hours = max(age // _HOUR, 0)
    old = f"{hours} hours" if hours < 72 else f"{hours // 24} days"
    text = f"{count} {old} old, can be opened: {newest.path}"
    if age > OLD:
        step = f"{_NOW}, and look why the nightly one is not made: /admin jobs"
        return Row("backups", State.NOTE, text, step)
    return Row("backups", State.OK, text)


async def _broken(path: Path, deep: bool, seconds: float) -> str:
    """Why a backup cannot be used; empty: it can."""
    if path.suffix == ".db":
        try:
            whole = await integrity(path, deep=deep, seconds=None if deep else seconds)
        except DatabaseUnusable as error:
            return told("", State.FAILED, str(error)).detail
        return f"{path} is damaged" if whole.faults or whole.orphans else ""
    try:
        return await asyncio.to_thread(_unreadable, path, deep)
    except (BackupFailed, OSError) as error:
        return str(error)


def _unreadable(path: Path, deep: bool) -> str:
    if path.suffix == ".zip":
        with DumpFile(path) as dump:
            if deep:
                dump.verify()
        return ""
    with path.open("rb") as file:
        return "" if file.read(len(_PGDUMP)) == _PGDUMP else f"{path} is no archive of pg_dump"
