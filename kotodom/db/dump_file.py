"""A portable dump being read: first proved whole, then its rows, a page at a time."""

import hashlib
import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from kotodom.db.backup_sqlite import Progress
from kotodom.db.dump import FORMAT, MANIFEST, DumpedTable, Manifest
from kotodom.db.migrate import check_versions
from kotodom.errors import BackupFailed

PAGE = 1000
"""Rows that are in memory, and written in one transaction."""
PAGE_BYTES = 4_000_000
"""Or as many as these bytes hold, whichever is less."""
_BLOCK = 1 << 20
_MANIFEST_BYTES = 10_000_000
"""More than any: the names of some tables and columns."""
_DIALECTS = {"sqlite", "postgres"}
_MIGRATION = re.compile(r"\d+_\w+\.py", re.ASCII)
_BIGGEST = 2**63 - 1


class DumpFile:
    """An open portable dump."""

    def __init__(self, path: Path) -> None:
        """Raises BackupFailed when *path* is none, or half of one.

        And DatabaseUnusable when a newer program wrote it.
        """
        self.path = path
        try:
            self._zip = ZipFile(path)
        except OSError as error:
            raise BackupFailed(f"cannot read {path}: {error.strerror or error}") from None
        except BadZipFile:
            raise BackupFailed(
                f"{path} is no backup and no export of Kotodom, or only a half of one"
            ) from None
        try:
            self.manifest = self._read_manifest()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def __enter__(self) -> "DumpFile":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _read_manifest(self) -> Manifest:
        try:
            if self._zip.getinfo(MANIFEST).file_size > _MANIFEST_BYTES:
                raise ValueError(MANIFEST)
            said: dict[str, Any] = json.loads(self._zip.read(MANIFEST))
            if said["format"] > FORMAT:
                raise BackupFailed(
                    f"{self.path} was written by Kotodom {said['program']}: install that one"
                )
            tables = tuple(
                DumpedTable(**{**table, "columns": tuple(table["columns"])})
                for table in said["tables"]
            )
            found = Manifest(**{**said, "tables": tables, "migrations": tuple(said["migrations"])})
            if not _sensible(found):
                raise ValueError(MANIFEST)
        except (KeyError, TypeError, ValueError, BadZipFile, ZlibError):
            raise BackupFailed(
                f"{self.path} is no export of Kotodom, or it is damaged: export again"
            ) from None
        check_versions(found.dialect, (), found.migrations, found.program)
        return found

    def verify(self, progress: Progress = lambda done, total: None) -> None:
        """Read it whole and compare it with what its manifest says; raises BackupFailed."""
        done = 0
        for table in self.manifest.tables:
            digest, rows = hashlib.sha256(), 0
            for block in self._blocks(table):
                digest.update(block)
                rows += block.count(b"\n")
                progress(done + rows, self.manifest.rows)
            done += rows
            if (digest.hexdigest(), rows) != (table.sha256, table.rows):
                raise BackupFailed(f"{self.path} is damaged: rows of {table.name} are missing")

    def _blocks(self, table: DumpedTable) -> Iterator[bytes]:
        try:
            with self._zip.open(table.member) as lines:
                while block := lines.read(_BLOCK):
                    yield block
        except (KeyError, OSError, EOFError, BadZipFile, ZlibError) as error:
            raise BackupFailed(f"{self.path} is damaged: {error}") from None

    def pages(self, table: DumpedTable, *, skip: int = 0) -> Iterator[list[list[Any]]]:
        """The rows of a table but the first *skip*, so many at a time; raises BackupFailed."""
        columns = len(table.columns)
        with self._zip.open(table.member) as lines:
            page: list[list[Any]] = []
            size = 0
            for line in islice(lines, skip, None):
                page.append(self._row(table, line, columns))
                size += len(line)
                if len(page) >= PAGE or size >= PAGE_BYTES:
                    yield page
                    page, size = [], 0
            if page:
                yield page

    def _row(self, table: DumpedTable, line: bytes, columns: int) -> list[Any]:
        """One line, which somebody may have written by hand."""
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, list) or len(row) != columns or not all(map(_is_plain, row)):
            raise BackupFailed(f"{self.path} has a line in {table.name} that is no row of it")
        return row


def _is_plain(value: object) -> bool:
    """Whether a column can have it."""
    if isinstance(value, int):
        return -_BIGGEST - 1 <= value <= _BIGGEST
    return value is None or isinstance(value, str)


def _sensible(manifest: Manifest) -> bool:
    """Whether everything in it is of the kind it should be."""
    numbers = [manifest.made_at, *(table.rows for table in manifest.tables)]
    numbers += [table.last_id for table in manifest.tables]
    names = [name for table in manifest.tables for name in (table.name, *table.columns)]
    return (
        manifest.dialect in _DIALECTS
        and bool(manifest.migrations)
        and all(_MIGRATION.fullmatch(name) for name in manifest.migrations)
        and all(isinstance(number, int) and 0 <= number <= _BIGGEST for number in numbers)
        and all(isinstance(name, str) for name in [*names, manifest.kind, manifest.program])
    )
