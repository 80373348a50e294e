"""What backups are called, and which of the nightly ones may be deleted.

Only names that this module itself gives are ever taken for backups: whatever else lies in the
folder, such as a snapshot from before an upgrade, is nobody's business here.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kotodom.clock import SECOND

_NAME = re.compile(
    r"kotodom-(?:nightly-(?P<whose>[0-9a-f]{6})-)?(?P<at>\d{8}-\d{6})(?:-\d+)?"
    r"\.(?:db|zip|pgdump)",
    re.ASCII,
)
_HALF = re.compile(rf"\.{_NAME.pattern}\.[0-9a-f]+\.part(?:-journal)?", re.ASCII)
_USER = re.compile(r"(?<=://)[^/?]*@")
_TIME = "%Y%m%d-%H%M%S"
_OLD_HALF = 24 * 3600 * SECOND
"""Milliseconds after which nobody is writing to a file any more that was never finished."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup in the folder."""

    path: Path
    made_at: int
    """Milliseconds since the epoch, as its name says."""
    size: int
    whose: str
    """Of which database (:func:`whose`), if made by schedule, and deleted by it; else empty."""

    @property
    def nightly(self) -> bool:
        """Made by schedule."""
        return bool(self.whose)

    @property
    def day(self) -> int:
        """Which day it was made on, in UTC."""
        return self.made_at // (24 * 3600 * SECOND)


def backup_folder(named: str, database: Path | None) -> Path:
    """Where backups go: the folder *named*, or ``backups`` beside a *database* that is a file."""
    if named:
        return Path(named).expanduser().absolute()
    return (database.parent if database is not None else Path.cwd()) / "backups"


def whose(database: str) -> str:
    """What tells the nightly backups of one *database* from another's in the same folder.

    It is made of its path or URL, and does not change with the user or the password.
    """
    place = _USER.sub("", database)
    return hashlib.sha256(place.encode(errors="surrogateescape")).hexdigest()[:6]


def name_of(now: int, *, whose: str = "") -> str:
    """The name of a backup made at that time, without the suffix of its form."""
    kind = f"nightly-{whose}-" if whose else ""
    return f"kotodom-{kind}{datetime.fromtimestamp(now / SECOND, UTC).strftime(_TIME)}"


def free_stem(folder: Path, now: int, *, whose: str = "") -> Path:
    """Where a backup made now goes, without suffix: several of one second are told apart."""
    taken = {path.name.partition(".")[0] for path in folder.glob("kotodom-*")}
    name = name_of(now, whose=whose)
    names = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
    return folder / next(name for name in names if name not in taken)


def find_backups(folder: Path) -> list[Backup]:
    """The backups in *folder*, the newest first."""
    found = []
    with suppress(FileNotFoundError, NotADirectoryError):
        for path in folder.iterdir():
            name = _NAME.fullmatch(path.name)
            if name is None or path.is_symlink() or not path.is_file():
                continue
            with suppress(ValueError, FileNotFoundError):  # no such day; gone meanwhile
                at = datetime.strptime(name["at"], _TIME).replace(tzinfo=UTC)
                size = path.stat().st_size
                moment = round(at.timestamp()) * SECOND
                found.append(Backup(path, moment, size, name["whose"] or ""))
    # Of one second the one with a number behind its name is the later.
    return sorted(found, key=lambda one: (one.made_at, len(one.path.name)), reverse=True)


def surplus(backups: Iterable[Backup], whose: str, keep: int, now: int) -> Sequence[Backup]:
    """The nightly backups of one database that may go: the newest of the last *keep* days stay.

    So one made by the button takes the place of that day's, not of another's. The newest stays in
    any case. What a wrong clock dated later than *now* is no news: it counts as the oldest.
    """
    kept: set[int] = set()
    gone = []
    mine = (backup for backup in backups if backup.whose == whose)
    for backup in sorted(mine, key=lambda one: (one.made_at <= now, one.made_at), reverse=True):
        if backup.day in kept or len(kept) >= max(1, keep):
            gone.append(backup)
        kept.add(backup.day)
    return gone


def old_halves(folder: Path, now: int) -> list[Path]:
    """What is left of backups whose process was killed long ago."""
    halves = []
    with suppress(FileNotFoundError, NotADirectoryError):
        for path in folder.iterdir():
            with suppress(FileNotFoundError):
                old = path.lstat().st_mtime * SECOND < now - _OLD_HALF
                if _HALF.fullmatch(path.name) and old:
                    halves.append(path)
    return halves
