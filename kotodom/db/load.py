"""Fills an empty database from a portable dump; what was cut off goes on where it was.

Rows are written in the order of the file and each page is committed whole, so the number of rows in
a table is the place to go on from. The fact ``import`` says which file is being read; it goes away
with the last transaction, which is the one that has counted everything.
"""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from kotodom.db.backup_sqlite import Progress
from kotodom.db.connection import Connection, Operation
from kotodom.db.dump import DumpedTable
from kotodom.db.dump_file import DumpFile
from kotodom.db.migrate import IMPORTING
from kotodom.db.schema import Table, listed, quoted, read_tables
from kotodom.db.sql import storable, values
from kotodom.errors import BackupFailed

IMPORTED = "imported"
"""The key of the fact that one was."""

T = TypeVar("T")


class Works(Protocol):
    """A database, or one long transaction in it."""

    @property
    def dialect(self) -> str:
        """The engine."""
        ...

    async def write(self, operation: Operation[T]) -> T:
        """Run *operation*; what it did is kept."""
        ...


class Loader:
    """Writes one dump into one database, whose schema is as old as the dump's."""

    def __init__(self, works: Works, file: DumpFile, at_end: Operation[None] | None = None) -> None:
        """*at_end* is done in the last transaction, once everything is there."""
        self._at_end = at_end
        self._works = works
        self._file = file
        self._dumped = {table.name: table for table in file.manifest.tables}

    async def run(self, now: int, progress: Progress = lambda done, total: None) -> None:
        """Load everything that is missing; raises BackupFailed, and then nothing is lost."""
        total, done = self._file.manifest.rows, 0
        tables = await self._works.write(self._begin)
        for table in tables:
            dumped = self._dumped[table.name]
            rows = await self._works.write(partial(_begin_table, table=table))
            for page in self._file.pages(dumped, skip=rows):
                await self._works.write(partial(_insert, table=table, dumped=dumped, page=page))
                rows += len(page)
                progress(done + rows, total)
            done += rows
            await self._turn_back(table, dumped)
        await self._works.write(partial(self._finish, tables=tables, now=now))

    async def _begin(self, connection: Connection) -> list[Table]:
        """Make sure that the rows have their places, and that nobody else's are there."""
        tables = await read_tables(connection, self._works.dialect)
        self._check_columns(tables)
        row = await connection.fetchrow("SELECT value FROM fact WHERE key = $1", IMPORTING)
        identity = self._file.manifest.identity
        if row is not None and row[0] == identity:
            return tables
        if row is not None:
            raise BackupFailed(
                "this database holds a half of another export: go on with that one, or name an "
                "empty database in database.url"
            )
        done = await connection.fetchrow("SELECT value FROM fact WHERE key = $1", IMPORTED)
        if done is not None and json.loads(done[0]).get("identity") == identity:
            raise BackupFailed("this database has it all already: nothing to do")
        for table in tables:
            if table.name != "fact" and await _count(connection, table):
                raise BackupFailed(
                    f"this database is not empty (there are rows in {table.name}): name an empty "
                    "one in database.url"
                )
        await connection.execute("DELETE FROM fact")
        await connection.execute(
            "INSERT INTO fact (key, value, at) VALUES ($1, $2, $3)",
            IMPORTING,
            identity,
            self._file.manifest.made_at,
        )
        return tables

    def _check_columns(self, tables: Sequence[Table]) -> None:
        there = {table.name: set(table.columns) for table in tables}
        said = {table.name: set(table.columns) for table in self._dumped.values()}
        odd = sorted(name for name in {*there, *said} if there.get(name) != said.get(name))
        if odd:
            raise BackupFailed(
                f"{self._file.path} and the database differ in the columns of {', '.join(odd)}"
            )

    async def _turn_back(self, table: Table, dumped: DumpedTable) -> None:
        """Write the references to rows that came later, which were left out."""
        key = dumped.columns.index(table.key)
        for column in table.own:
            at = dumped.columns.index(column)
            sql = f"UPDATE {quoted(table.name)} SET {column} = $2 WHERE {quoted(table.key)} = $1"
            for page in self._file.pages(dumped):
                late = [(row[key], row[at]) for row in page if _is_late(row, key, at)]
                if late:
                    await self._works.write(partial(_executemany, sql=sql, rows=late))

    async def _finish(self, connection: Connection, tables: Sequence[Table], now: int) -> None:
        await connection.execute("DELETE FROM fact WHERE key = $1", IMPORTING)
        for table in tables:
            dumped = self._dumped[table.name]
            found = await _count(connection, table)
            if found != dumped.rows:
                raise BackupFailed(
                    f"{table.name} has {found} rows, {dumped.rows} were exported: empty the "
                    "database and import again"
                )
            if dumped.last_id:
                await _set_last_id(connection, self._works.dialect, table, dumped.last_id)
        manifest = self._file.manifest
        told = {
            "identity": manifest.identity,
            "kind": manifest.kind,
            "from": manifest.dialect,
            "made_at": manifest.made_at,
            "rows": manifest.rows,
        }
        await connection.execute(
            "INSERT INTO fact (key, value, at) VALUES ($1, $2, $3) ON CONFLICT (key)"
            " DO UPDATE SET value = excluded.value, at = excluded.at",
            IMPORTED,
            json.dumps(told),
            now,
        )
        if self._at_end is not None:
            await self._at_end(connection)


def _is_late(row: Sequence[Any], key: int, at: int) -> bool:
    """Whether the row refers to one of the same table that is written after it."""
    mine, other = row[key], row[at]
    return isinstance(mine, int) and isinstance(other, int) and other > mine


async def _begin_table(connection: Connection, table: Table) -> int:
    """The place in the file to go on from."""
    if table.name == "fact":
        # The program itself may write some while it migrates.
        await connection.execute("DELETE FROM fact WHERE key <> $1", IMPORTING)
        return 0
    return await _count(connection, table)


async def _count(connection: Connection, table: Table) -> int:
    """The rows in it, but for our own mark."""
    but = f" WHERE key <> '{IMPORTING}'" if table.name == "fact" else ""
    row = await connection.fetchrow(f"SELECT COUNT(*) FROM {quoted(table.name)}{but}")
    return int(row[0]) if row is not None else 0


async def _insert(
    connection: Connection, table: Table, dumped: DumpedTable, page: Sequence[Sequence[Any]]
) -> None:
    key = dumped.columns.index(table.key)
    own = {dumped.columns.index(column) for column in table.own}
    switches = {dumped.columns.index(column) for column in table.booleans}
    rows = [
        [
            _fitting(None if at in own and _is_late(row, key, at) else value, at in switches)
            for at, value in enumerate(row)
        ]
        for row in page
    ]
    await connection.executemany(
        f"INSERT INTO {quoted(table.name)} ({listed(dumped.columns)})"
        f" VALUES {values(1, len(dumped.columns))}",
        rows,
    )


async def _executemany(connection: Connection, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    await connection.executemany(sql, rows)


def _fitting(value: Any, is_switch: bool) -> Any:
    """*value* as the engine takes it."""
    if isinstance(value, str):
        return storable(value)
    return bool(value) if is_switch and value is not None else value


async def _set_last_id(connection: Connection, dialect: str, table: Table, last: int) -> None:
    """No id is given a second time, not even one whose row is gone."""
    if dialect == "sqlite":
        await connection.execute("DELETE FROM sqlite_sequence WHERE name = $1", table.name)
        await connection.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)", table.name, last
        )
    else:
        await connection.fetch(
            "SELECT setval(pg_get_serial_sequence($1, $2), $3)",
            quoted(table.name),
            table.key,
            last,
        )
