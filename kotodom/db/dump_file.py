"""A portable dump being read: first proved whole, then its rows, a page at a time."""

import hashlib
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from kotodom.db.backup_sqlite import Progress
from kotodom.db.dump import FORMAT, MANIFEST, DumpedTable, Manifest
from kotodom.errors import BackupFailed

PAGE = 1000
"""Rows that are in memory, and written in one transaction."""
PAGE_BYTES = 4_000_000
"""Or as many as these bytes hold, whichever is less."""
_BLOCK = 1 << 20


class DumpFile:
    """An open portable dump."""

    def __init__(self, path: Path) -> None:
        """Raises BackupFailed when *path* is none, or half of one."""
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
            said: dict[str, Any] = json.loads(self._zip.read(MANIFEST))
            if said["format"] > FORMAT:
                raise BackupFailed(
                    f"{self.path} was written by Kotodom {said['program']}: install that one"
                )
            tables = tuple(
                DumpedTable(**{**table, "columns": tuple(table["columns"])})
                for table in said["tables"]
            )
            return Manifest(**{**said, "tables": tables, "migrations": tuple(said["migrations"])})
        except (KeyError, TypeError, ValueError, BadZipFile, ZlibError):
            raise BackupFailed(
                f"{self.path} is no export of Kotodom, or it is damaged: export again"
            ) from None

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
        """The rows of a table but the first *skip*, so many at a time."""
        with self._zip.open(table.member) as lines:
            page: list[list[Any]] = []
            size = 0
            for line in islice(lines, skip, None):
                page.append(json.loads(line))
                size += len(line)
                if len(page) >= PAGE or size >= PAGE_BYTES:
                    yield page
                    page, size = [], 0
            if page:
                yield page
