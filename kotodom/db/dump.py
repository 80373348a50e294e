"""The portable form of a database: one file that either engine can write and read.

It is a zip. ``tables/NAME.jsonl`` has one row a line, a JSON array in the order of the columns that
``manifest.json`` names: whole numbers, texts and nulls; true and false are 1 and 0. The manifest
also has each table's count of rows and the SHA-256 of its lines, and is written last, so that a
file without one is known to be a half.
"""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from kotodom import __version__
from kotodom.db.backup_sqlite import Progress, begin_file, put_in_place, refuse_taken
from kotodom.db.connection import Row
from kotodom.db.schema import next_ids, quoted, read_tables
from kotodom.db.source import Source
from kotodom.errors import BackupFailed

FORMAT = 1
"""Rises when an older program could no longer read the file."""
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class DumpedTable:
    """One table in the file."""

    name: str
    columns: tuple[str, ...]
    rows: int
    sha256: str
    last_id: int
    """The highest id it has ever given; 0 when it gives none."""

    @property
    def member(self) -> str:
        """Where its rows are in the zip."""
        return f"tables/{self.name}.jsonl"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the file says about itself."""

    format: int
    kind: str
    """``export`` (of a stopped Kotodom, to go on elsewhere) or ``backup`` (of a running one)."""
    program: str
    dialect: str
    migrations: tuple[str, ...]
    made_at: int
    """Milliseconds since the epoch."""
    tables: tuple[DumpedTable, ...] = field(default=())

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(table.rows for table in self.tables)

    @property
    def identity(self) -> str:
        """The same for the same file only."""
        return hashlib.sha256(self.encoded()).hexdigest()

    def encoded(self) -> bytes:
        """As it is written."""
        return json.dumps(asdict(self), indent=1).encode()


async def write_dump(
    source: Source,
    target: Path,
    *,
    kind: str,
    now: int,
    progress: Progress = lambda done, total: None,
) -> Manifest:
    """Write everything in *source* to the new file *target*, whole or not at all.

    In memory there is one page of rows at a time. Raises BackupFailed.
    """
    try:
        partial = await asyncio.to_thread(begin_file, target)
        try:
            with ZipFile(partial, "w", ZIP_DEFLATED) as file:
                manifest = await _write(source, file, kind, now, progress)
            refuse_taken(target)
            await asyncio.to_thread(put_in_place, partial, target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise BackupFailed(f"cannot write {target}: {error.strerror or error}") from None
    return manifest


async def _write(
    source: Source, file: ZipFile, kind: str, now: int, progress: Progress
) -> Manifest:
    applied = await source.fetch("SELECT version FROM aerich ORDER BY id")
    tables = await read_tables(source, source.dialect)
    last_ids = await next_ids(source, source.dialect, tables)
    total, done = 0, 0
    for table in tables:
        ((count,),) = await source.fetch(f"SELECT COUNT(*) FROM {quoted(table.name)}")
        total += count
    dumped = []
    for table in tables:
        rows, digest = 0, hashlib.sha256()
        with file.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as out:
            async for page in source.pages(table.select):
                lines = await asyncio.to_thread(_lines, page)
                digest.update(lines)
                await asyncio.to_thread(out.write, lines)
                rows += len(page)
                progress(done + rows, total)
        done += rows
        last = last_ids.get(table.name, 0)
        dumped.append(DumpedTable(table.name, table.columns, rows, digest.hexdigest(), last))
    manifest = Manifest(
        FORMAT,
        kind,
        __version__,
        source.dialect,
        tuple(row[0] for row in applied),
        now,
        tuple(dumped),
    )
    file.writestr(MANIFEST, manifest.encoded())
    return manifest


def _lines(page: Sequence[Row]) -> bytes:
    return b"".join(
        json.dumps([_plain(value) for value in row], ensure_ascii=False).encode() + b"\n"
        for row in page
    )


def _plain(value: object) -> object:
    return int(value) if isinstance(value, bool) else value
