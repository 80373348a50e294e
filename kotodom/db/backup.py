"""A backup of whatever database a URL names, made while Kotodom goes on working on it."""

import asyncio
from functools import partial
from pathlib import Path
from threading import Event

from kotodom.db.backup_sqlite import Progress, snapshot
from kotodom.db.connection import sqlite_path
from kotodom.db.thread import DaemonThread
from kotodom.errors import BackupFailed

SUFFIXES = (".db", ".pgdump", ".zip")
"""Of the forms that a backup has."""
PATIENCE = 1.0
"""Seconds for a copy that is given up to clear away what it has written."""


async def make_backup(
    url: str, stem: Path, now: int, progress: Progress = lambda done, total: None
) -> Path:
    """Write a backup to *stem* with the suffix of its form, and prove it whole; return its path.

    ``.db`` is a copy of a SQLite file, ``.pgdump`` PostgreSQL's own form, ``.zip`` the portable
    one. Raises BackupFailed or DatabaseUnusable.
    """
    path = sqlite_path(url)
    if path is None:
        from kotodom.db.backup_postgres import backup_postgres

        return await backup_postgres(url, stem, now=now, progress=progress)
    target = stem.with_name(f"{stem.name}.db")
    given_up = Event()

    def tell(done: int, total: int) -> None:
        if given_up.is_set():
            raise BackupFailed("the backup was given up")
        progress(done, total)

    # One that nobody waits for when the process ends: a half is thrown away by the next.
    thread = DaemonThread("backup")
    copying = asyncio.ensure_future(thread.call(partial(snapshot, path, target, progress=tell)))
    try:
        await asyncio.shield(copying)
    except asyncio.CancelledError:
        given_up.set()
        await asyncio.wait([copying], timeout=PATIENCE)
        raise
    finally:
        thread.stop()
    return target
