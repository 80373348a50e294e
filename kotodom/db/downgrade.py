"""Takes migrations back, so that an earlier release can use the database again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kotodom.db.connection import Connection, Database
from kotodom.db.migrate import PROGRAM, Migration, applied, number, read, shipped

_DROPPED = re.compile(
    r'DROP TABLE IF EXISTS "(?P<table>\w+)"'
    r'|ALTER TABLE "(?P<of>\w+)" DROP COLUMN "(?P<column>\w+)"'
)


@dataclass(frozen=True, slots=True)
class Loss:
    """What an earlier release has no place for: a table, or a column of one."""

    table: str
    column: str
    """Empty: the whole table."""
    rows: int
    """How many rows say something there."""

    def __str__(self) -> str:
        what = f"{self.column} of {self.table}" if self.column else f"table {self.table}"
        return f"{what}: {self.rows} {'row' if self.rows == 1 else 'rows'}"


async def losses(database: Database, target: int) -> list[Loss]:
    """What going back to migration *target* would lose, without what is empty."""

    async def count(connection: Connection) -> list[Loss]:
        found = []
        for migration in _above(database, await applied(database, connection), target):
            for match in _DROPPED.finditer(migration.downgrade):
                table, column = match["table"] or match["of"], match["column"] or ""
                rows = await _said(database, connection, table, column)
                if rows:
                    found.append(Loss(table, column, rows))
        return found

    return await database.read(count)


async def go_back(database: Database, target: int) -> list[str]:
    """Take back what came after migration *target*, all in one transaction; return their names."""

    async def take_back(connection: Connection) -> list[str]:
        await database.lock_schema(connection)
        undone = []
        for migration in _above(database, await applied(database, connection), target):
            await connection.script(migration.downgrade)
            await connection.execute("DELETE FROM aerich WHERE version = $1", migration.name)
            undone.append(migration.name)
        return undone

    try:
        return await database.write(take_back)
    except database.faults as error:
        raise database.unusable("cannot go back, and nothing was changed:", error) from error


def _above(database: Database, names: list[str], target: int) -> Iterator[Migration]:
    """The applied migrations after *target*, the newest first."""
    files = {file.name: file for file in shipped(database.dialect)}
    for name in reversed(names):
        if number(name) > target:
            yield read(files[name])


async def _said(database: Database, connection: Connection, table: str, column: str) -> int:
    """How many rows a table has, or how many of them say other than the default in *column*."""
    where = ""
    if column:
        default = await _DEFAULTS[database.dialect](connection, table, column)
        said = f'"{column}" <> {default}' if default else f'"{column}" IS NOT NULL'
        where = f" WHERE {said}"
    elif table == "fact":
        where = f" WHERE key <> '{PROGRAM}'"  # nobody misses that one
    row = await connection.fetchrow(f'SELECT COUNT(*) FROM "{table}"{where}')
    return int(row[0]) if row else 0


async def _sqlite_default(connection: Connection, table: str, column: str) -> str:
    row = await connection.fetchrow(
        "SELECT dflt_value FROM pragma_table_info($1) WHERE name = $2", table, column
    )
    return str(row[0]) if row and row[0] is not None else ""


async def _postgres_default(connection: Connection, table: str, column: str) -> str:
    row = await connection.fetchrow(
        "SELECT column_default FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = $1 AND column_name = $2",
        table,
        column,
    )
    return str(row[0]) if row and row[0] is not None else ""


_DEFAULTS = {"sqlite": _sqlite_default, "postgres": _postgres_default}
