"""Puts a backup in the place of a PostgreSQL database; the old tables stay, in another schema.

All of it is one transaction: whatever ends it early leaves the old tables where they were.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any

import asyncpg

from kotodom.clock import SECOND
from kotodom.db import pg_tools
from kotodom.db.backup_sqlite import Progress
from kotodom.db.connection import Connection, Operation, Row, T
from kotodom.db.dump_file import DumpFile
from kotodom.db.load import Loader
from kotodom.db.migrate import APP, check_versions, number, read, shipped
from kotodom.db.postgres import CONNECT_TIMEOUT, SCHEMA_LOCK, PostgresConnection
from kotodom.db.postgres_faults import FAULTS, unusable
from kotodom.db.postgres_hold import PostgresHold
from kotodom.db.restore_sqlite import Restored, is_sqlite
from kotodom.db.restored import LAST_UPDATES, remember_updates, settle
from kotodom.db.schema import known_tables, quoted, read_tables
from kotodom.errors import BackupFailed

_HEADER = b"PGDMP"
_COPY = re.compile(r'COPY (?:"?[\w$]+"?\.)?"?(?P<table>[\w$]+)"? \((?P<columns>.*)\) FROM stdin;')
_LAST_ID = re.compile(
    r"SELECT pg_catalog\.setval\('(?:[^'.]*\.)?\"?(?P<name>[\w$]+)\"?', (?P<last>\d+), "
    r"(?P<called>true|false)\);"
)


class _OneTransaction:
    """What the loader writes through, when all it writes is one transaction."""

    dialect = "postgres"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def write(self, operation: Operation[T]) -> T:
        return await operation(self._connection)


async def restore_postgres(
    url: str,
    backup: Path,
    *,
    now: int,
    stamp: str,
    progress: Progress = lambda done, total: None,
) -> Restored:
    """Make *backup*, by pg_dump or portable, what is in the database of *url*.

    The old tables move to the schema kotodom_before_restore_STAMP. Raises DatabaseUnusable or
    BackupFailed; then nothing has changed.
    """
    lost: list[BaseException] = []
    hold = PostgresHold(url, lost.append)
    try:
        await hold.take()
        raw: Any = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT)
        try:
            async with raw.transaction():
                restored = await _Restore(raw, backup, now, stamp, progress).run()
                if lost:
                    raise lost[0]
                return restored
        finally:
            raw.terminate()
    except BackupFailed:
        raise
    except FAULTS as error:
        raise unusable("cannot restore", url, error) from None
    finally:
        await hold.release()


class _Restore:
    """One restore, in a transaction of the connection *raw*."""

    def __init__(self, raw: Any, backup: Path, now: int, stamp: str, progress: Progress) -> None:
        self._raw = raw
        self._connection: Connection = PostgresConnection(raw)
        self._backup = backup
        self._now = now
        self._schema = f"kotodom_before_restore_{stamp}"
        self._progress = progress

    async def run(self) -> Restored:
        """Do it; whoever called commits."""
        if is_sqlite(self._backup):
            raise BackupFailed(
                f"{self._backup} is a SQLite database, and database.url names PostgreSQL: restore "
                "it with a sqlite:// URL, then move it with kotodom export and kotodom import"
            )
        await self._connection.fetch("SELECT pg_advisory_xact_lock($1)", SCHEMA_LOCK)
        with self._backup.open("rb") as file:
            fill = self._by_pg_restore if file.read(len(_HEADER)) == _HEADER else self._load
        updates = await self._last_updates()
        kept = await self._move_away()
        made_at = await fill()
        await remember_updates(self._connection, updates or (), self._now)
        owed = await settle(
            self._connection, "postgres", origin=self._backup.name, made_at=made_at, now=self._now
        )
        return Restored(owed, kept, not kept or updates is not None)

    async def _last_updates(self) -> Sequence[Row] | None:
        """What the old tables took in last, or None when they are not there, or broken."""
        try:
            async with self._raw.transaction():
                return await self._connection.fetch(LAST_UPDATES.format(schema=""))
        except (asyncpg.SyntaxOrAccessError, asyncpg.InternalServerError):
            return None  # a table or column is missing, or damaged

    async def _move_away(self) -> str:
        """Move our tables to a schema of their own; return where they are."""
        there = await self._connection.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        )
        ours = {row[0] for row in there} & known_tables("postgres")
        if "aerich" not in ours:
            check_versions("postgres", ours, ())
            return ""
        try:
            await self._raw.execute(f"CREATE SCHEMA {quoted(self._schema)}")
        except asyncpg.InsufficientPrivilegeError:
            raise BackupFailed(
                "what is there would be kept in a schema of its own, and this user may make none:"
                " let the database's owner run GRANT CREATE ON DATABASE … TO …, and try again"
            ) from None
        for table in sorted(ours):
            await self._raw.execute(
                f"ALTER TABLE {quoted(table)} SET SCHEMA {quoted(self._schema)}"
            )
        return f"schema {self._schema}"

    async def _make_tables(self, migrations: Iterable[str]) -> None:
        """The tables as they were when the backup was made."""
        names = list(migrations)
        for file in shipped("postgres"):
            if number(file.name) <= max(map(number, names)):
                migration = read(file)
                await self._raw.execute(migration.upgrade)
                await self._raw.execute(
                    "INSERT INTO aerich (version, app, content) VALUES ($1, $2, $3)",
                    migration.name,
                    APP,
                    migration.models,
                )

    async def _load(self) -> int:
        with DumpFile(self._backup) as file:
            await asyncio.to_thread(file.verify)
            await self._make_tables(file.manifest.migrations)
            await Loader(_OneTransaction(self._connection), file).run(self._now, self._progress)
            return file.manifest.made_at

    async def _by_pg_restore(self) -> int:
        tool = pg_tools.find("pg_restore")
        if tool is None:
            raise BackupFailed(
                f"{self._backup} was made by pg_dump: install PostgreSQL's client programs, which "
                "pg_restore is one of"
            )
        async with pg_tools.lines(tool, self._backup, "--table=aerich") as rows:
            migrations = [
                row.split(b"\t")[1].decode() async for row in rows if row.count(b"\t") >= 3
            ]
        if not migrations:
            raise BackupFailed(f"{self._backup} is no backup of Kotodom")
        check_versions("postgres", (), migrations)
        await self._make_tables(migrations)
        tables = await read_tables(self._connection, "postgres")
        # One by one, for pg_restore itself heeds no references when it is asked for rows only.
        for table in tables:
            async with pg_tools.lines(tool, self._backup, f"--table={table.name}") as rows:
                while line := (await rows.readline()).decode():
                    if copy := _COPY.match(line):
                        await self._copy(table.name, copy["columns"], rows)
        sequences = [f"--table={table.name}_{table.key}_seq" for table in tables]
        async with pg_tools.lines(tool, self._backup, *sequences) as rows:
            while line := (await rows.readline()).decode():
                if last := _LAST_ID.match(line):
                    await self._connection.fetch(
                        "SELECT setval($1::text::regclass, $2, $3)",
                        quoted(last["name"]),
                        int(last["last"]),
                        last["called"] == "true",
                    )
        return int(self._backup.stat().st_mtime * SECOND)

    async def _copy(self, table: str, columns: str, rows: asyncio.StreamReader) -> None:
        """Its whole text goes through us, so that it lands in the same transaction."""
        names = [column.strip().strip('"') for column in columns.split(",")]
        await self._raw.copy_to_table(
            table, source=_until_end(rows), columns=names, format="text", timeout=None
        )


async def _until_end(rows: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """The lines of one COPY."""
    while (line := await rows.readline()) not in (b"\\.\n", b""):
        yield line
