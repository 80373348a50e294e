"""Brings a database up to this version, with a snapshot from before of one that is a file."""

import asyncio
import re
import shlex
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from loguru import logger

from kotodom.db.connection import Database, sqlite_path
from kotodom.db.downgrade import go_back
from kotodom.db.migrate import RELEASES, applied, migrate, number, refuse_half, shipped
from kotodom.errors import BackupFailed, DatabaseUnusable

KEPT = 3
"""Snapshots that stay; each is as large as the database was."""
_MARK = ".snapshot-"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of the database from before it was changed."""

    path: Path
    release: str
    """The version of Kotodom that can use it."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What was done to a database."""

    release: str
    """The newest version of Kotodom whose schema it has now."""
    applied: list[str] = field(default_factory=list)
    """The names of the migrations, in order."""
    undone: list[str] = field(default_factory=list)
    """Those that were taken back, the newest first."""
    snapshot: Snapshot | None = None
    """None where there was nothing to keep, or no file."""


def snapshot_folder(named: str) -> Path | None:
    """Where snapshots go: to the folder of ``[backup]``, or (None) beside the database."""
    return Path(named).expanduser() if named else None


async def upgrade(
    database: Database,
    url: str,
    folder: Path | None,
    now: int,
    *,
    upto: int | None = None,
    keep_snapshot: bool = True,
) -> Changed:
    """Migrate *database*, which *url* names and this process holds, to *upto* or all the way.

    Before that a SQLite file that holds anything is copied to *folder* (None: beside it). Raises
    DatabaseUnusable, with nothing changed, when that cannot be done.
    """
    done = await database.read(partial(applied, database))
    await refuse_half(database)
    last = len(shipped(database.dialect)) - 1
    missing = range(len(done), (last if upto is None else min(upto, last)) + 1)
    snapshot = None
    if done and missing and keep_snapshot:
        snapshot = await take_snapshot(url, folder, done, now)
    try:
        names = await migrate(database, upto)
    except database.faults as error:
        raise database.unusable("cannot migrate", error) from error
    for name in names:
        logger.info("database migrated: {}", name)
    if snapshot is not None:
        logger.info("{}", way_back(snapshot))
    return Changed(release(len(done) + len(names) - 1), applied=names, snapshot=snapshot)


async def downgrade(
    database: Database,
    url: str,
    folder: Path | None,
    now: int,
    target: int,
    *,
    keep_snapshot: bool = True,
) -> Changed:
    """Take *database* back to migration *target*, with a snapshot as in :func:`upgrade`."""
    done = await database.read(partial(applied, database))
    without = f"kotodom migrate --to {release(target)} --yes --no-snapshot"
    snapshot = (
        await take_snapshot(url, folder, done, now, without=without) if keep_snapshot else None
    )
    return Changed(release(target), undone=await go_back(database, target), snapshot=snapshot)


async def take_snapshot(
    url: str,
    folder: Path | None,
    done: Iterable[str],
    now: int,
    *,
    without: str = "kotodom migrate --no-snapshot",
) -> Snapshot | None:
    """Copy the SQLite file of *url*, which has the migrations *done*; None for other databases.

    This process holds it. *without* is the command that does without a copy; empty: there is none.
    """
    path = sqlite_path(url)
    if path is None:
        return None
    # Only now: a start with nothing to migrate needs it not.
    from kotodom.db.backup_sqlite import snapshot

    version = release(max(map(number, done)))
    target = (folder or path.parent) / _name(path, version, now)
    await asyncio.to_thread(_forget_halves, path, target.parent)
    try:
        await asyncio.to_thread(snapshot, path, target)
    except (BackupFailed, DatabaseUnusable) as error:
        raise DatabaseUnusable(
            f"{path} is from Kotodom {version} and is not changed without a snapshot of it: {error}"
            + (f"; or do without: {without}" if without else "")
        ) from None
    await asyncio.to_thread(_forget_old, path, target)
    logger.info("kept the database as it was: {}", target)
    return Snapshot(target, version)


def way_back(snapshot: Snapshot) -> str:
    """What the snapshot from before an upgrade is for, and how."""
    file = shlex.quote(str(snapshot.path))
    return (
        f"to return to Kotodom {snapshot.release}, stop Kotodom, run `kotodom migrate --to "
        f"{snapshot.release}` (keeps what came since) or `kotodom restore {file}` (exactly as it "
        f"was), then install {snapshot.release}"
    )


def release(last: int) -> str:
    """The newest release that a database with migrations up to number *last* fits."""
    fitting = [version for version, number in RELEASES.items() if number <= last]
    return fitting[-1] if fitting else "0"


def _name(path: Path, version: str, now: int) -> str:
    time = datetime.fromtimestamp(now / 1000, UTC).strftime("%Y%m%dT%H%M%S")
    return f"{path.stem}{_MARK}{version}-{time}{now % 1000:03}Z{path.suffix}"


def _forget_halves(path: Path, folder: Path) -> None:
    """Delete what a snapshot left that was killed: as large as the database, and never finished."""
    for file in folder.glob(".*.part*"):
        if file.name.startswith(f".{path.stem}{_MARK}"):
            with suppress(OSError):
                file.unlink()


def _forget_old(path: Path, newest: Path) -> None:
    """Delete all but the last snapshots of this database; each release's last one goes last.

    Only names that we give ourselves count: one that somebody renamed to keep it is theirs.
    """
    ours = re.compile(
        rf"{re.escape(path.stem + _MARK)}(?P<release>.+)-(?P<at>\d{{8}}T\d{{9}})Z"
        rf"{re.escape(path.suffix)}",
        re.ASCII,
    )
    found = [
        (name, file) for file in newest.parent.glob("*") if (name := ours.fullmatch(file.name))
    ]
    found.sort(key=lambda one: (one[1] == newest, one[0]["at"]), reverse=True)
    newer = Counter[str]()
    ranked = []
    for name, file in found:
        ranked.append((newer[name["release"]], file))
        newer[name["release"]] += 1
    ranked.sort(key=lambda one: one[0])
    for _, file in ranked[KEPT:]:
        with suppress(OSError):  # it is only in the way
            file.unlink()
