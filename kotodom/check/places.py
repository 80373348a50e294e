"""The files Kotodom keeps: who may read them, whose they are, and is there room for more?"""

import os
import shlex
import shutil
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kotodom.backup.files import backup_folder
from kotodom.check.report import Row, State
from kotodom.config import Config
from kotodom.config.sources import CREDENTIALS
from kotodom.db.connection import sqlite_path
from kotodom.errors import DatabaseUnusable
from kotodom.sealing import key_file

_MB = 1024 * 1024
_FEW_FILES = 1000
"""Files that a file system may still take before it is told."""
_SHOWN = 4
"""So many names in a row; the fix has them all."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where things lie."""

    config: Path | None
    database: Path | None
    """A SQLite file; None for other databases."""
    log: Path | None
    backups: Path | None
    """None when none are made."""

    def files(self) -> list[Path]:
        """Every file with something private in it, that there is."""
        found: list[Path] = []
        if self.database is not None:
            family = ("", "-wal", "-shm", "-journal", ".lock")
            found += [self.database.with_name(f"{self.database.name}{end}") for end in family]
            found += filter(None, [key_file(self.database)])
        if self.log is not None:
            found += _beside(self.log)
        if self.backups is not None and self.backups.is_dir():
            found += sorted(self.backups.iterdir())
        return [path for path in dict.fromkeys(found) if path.is_file()]

    def secrets(self) -> list[Path]:
        """The credentials beside the configuration; whose they are is a person's choice."""
        if self.config is None:
            return []
        folder = self.config.absolute().parent / CREDENTIALS
        held = sorted(folder.iterdir()) if folder.is_dir() else []
        return [path for path in held if path.is_file()]

    def folders(self) -> dict[str, Path]:
        """What grows, and the folder it grows in (or would)."""
        found = {
            "database": self.database.parent if self.database else None,
            "log": self.log.parent if self.log else None,
            "backups": self.backups,
        }
        return {what: _existing(path) for what, path in found.items() if path is not None}


def places_of(config: Config, here: Path) -> Places:
    """Where things lie for a process that runs in the folder *here*."""
    try:
        database = sqlite_path(config.database.url.get_secret_value())
    except DatabaseUnusable:
        database = None
    return Places(
        config.path,
        database,
        here / Path(config.log.file).expanduser() if config.log.file else None,
        backup_folder(config.backup.folder, database) if config.backup.keep else None,
    )


def mode_rows(places: Places) -> list[Row]:
    """Who may read and write the files, and whose they are."""
    return [_modes(places), *_owners(places)]


def _modes(places: Places) -> Row:
    files = [*places.files(), *places.secrets()]
    loose = [path for path in files if _bits(path) & 0o077]
    # A folder where others may write lets them replace what lies in it.
    roots = {path.parent for path in files}
    if places.config is not None and places.config.is_file():
        roots.add(places.config.absolute().parent)
    open_folders = sorted(path for path in roots if _replaceable(path))
    if not loose and not open_folders:
        return Row("file modes", State.OK, f"{len(files)} files, their owner's alone")
    told = []
    if loose:
        told.append(f"others may read {_some(loose)}")
    if open_folders:
        told.append(f"others may write in {_some(open_folders)}")
    steps = []
    if loose:
        steps.append(f"chmod 600 {_quoted(loose)}")
    if open_folders:
        steps.append(f"chmod go-w {_quoted(open_folders)}")
    return Row("file modes", State.NOTE, "; ".join(told), " && ".join(steps))


def _owners(places: Places) -> list[Row]:
    """A file of another owner than the database's is one that the daemon cannot write."""
    if places.database is None or not places.database.is_file():
        return []
    owner = places.database.stat().st_uid
    others = [path for path in places.files() if path.stat().st_uid != owner]
    if not others:
        return [Row("file owners", State.OK, f"all of user {owner}")]
    text = f"{_some(others)} belong to another user than {places.database}: was it run as root?"
    step = f"sudo chown --reference={_quoted([places.database])} {_quoted(others)}"
    return [Row("file owners", State.FAILED, text, step)]


def disk_rows(places: Places, least_mb: int) -> list[Row]:
    """Room on each file system; below *least_mb* polling pauses."""
    systems: dict[int, tuple[list[str], Path]] = {}
    for what, folder in places.folders().items():
        names, _ = systems.setdefault(folder.stat().st_dev, ([], folder))
        names.append(what)
    size = places.database.stat().st_size if places.database and places.database.is_file() else 0
    return [
        _room(names, folder, least_mb, size if "backups" in names else 0)
        for names, folder in systems.values()
    ]


def _room(names: Sequence[str], folder: Path, least_mb: int, backup: int) -> Row:
    what = f"disk of {', '.join(names)}"
    free = shutil.disk_usage(folder).free
    nodes = os.statvfs(folder)
    text, place = f"{free / _MB:,.0f} MB free at {folder}", shlex.quote(str(folder))
    step = f"make room, or move it to a larger disk; what is large: sudo du -xh {place} | sort -h"
    if free < least_mb * _MB:
        text += f"; below processing.min_free_disk_mb ({least_mb}) nothing new is taken in"
        return Row(what, State.FAILED, text, step)
    if nodes.f_files and not nodes.f_favail:
        text += ", but no file more can be made (no inodes)"
        return Row(
            what,
            State.FAILED,
            text,
            f"delete small files: sudo du --inodes -x {place}",
        )
    if nodes.f_files and nodes.f_favail < _FEW_FILES:
        text += f", but only {nodes.f_favail} files more can be made (inodes)"
        return Row(
            what,
            State.NOTE,
            text,
            f"delete small files: sudo du --inodes -x {place}",
        )
    if free < max(2 * least_mb * _MB, least_mb * _MB + 2 * backup):
        return Row(what, State.NOTE, f"{text}, which is little for what is to come", step)
    return Row(what, State.OK, text)


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.is_dir())


def _beside(file: Path) -> Iterable[Path]:
    """The log and its full predecessors."""
    return sorted(file.parent.glob(f"{file.stem}*")) if file.parent.is_dir() else []


def _bits(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _replaceable(folder: Path) -> bool:
    bits = _bits(folder)
    return bool(bits & 0o022) and not bits & stat.S_ISVTX


def _quoted(paths: Iterable[Path]) -> str:
    """Paths as a shell takes them."""
    return shlex.join(map(str, paths))


def _some(paths: Sequence[Path]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(map(str, paths[:_SHOWN])) + more
