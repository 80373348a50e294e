"""The databases that earlier versions left, see tests/fixtures, on either engine."""

import gzip
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from kotodom import __version__
from kotodom.db import Connection, Database, open_database
from kotodom.db.migrate import migrate, number
from kotodom.db.schema import listed, quoted, read_tables

FOLDER = Path(__file__).parent.parent / "fixtures" / "databases"
KEPT = sorted(path.name.removesuffix(".sql.gz") for path in FOLDER.glob("*.sql.gz"))
NAMES = [name for name in KEPT if name != __version__]
"""Of earlier versions; this one's own is for those to come."""
RELEASED = [name for name in NAMES if name[0].isdigit()]
"""Those that anybody may have."""
Rows = dict[str, list[dict[str, Any]]]
"""Of each table its rows, by their key."""


def write_sqlite(name: str, path: Path) -> None:
    """The database of that version as a file."""
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(gzip.decompress((FOLDER / f"{name}.sql.gz").read_bytes()).decode())


async def write_postgres(name: str, url: str, folder: Path) -> None:
    """The same rows in the tables that this version's migrations made on PostgreSQL."""
    path = folder / f"{name}.db"
    write_sqlite(name, path)
    old = await open_database(f"sqlite://{path}")
    new = await open_database(url)
    try:
        ((last,),) = await old.read(lambda c: c.fetch("SELECT MAX(version) FROM aerich"))
        await migrate(new, upto=number(last))
        rows = await everything(old)
        await new.write(lambda c: _fill(c, rows))
    finally:
        await old.close()
        await new.close()


async def _fill(connection: Connection, rows: Rows) -> None:
    for table in await read_tables(connection, "postgres"):
        await connection.execute(f"DELETE FROM {quoted(table.name)}")  # what migrating noted
        values: list[Sequence[Any]] = [
            [
                bool(row[column]) if column in table.booleans else row[column]
                for column in table.columns
            ]
            for row in rows[table.name]
        ]
        places = ", ".join(f"${place}" for place in range(1, len(table.columns) + 1))
        await connection.executemany(
            f"INSERT INTO {quoted(table.name)} ({listed(table.columns)}) VALUES ({places})", values
        )
        await connection.fetch(
            "SELECT setval(s, $2) FROM pg_get_serial_sequence($1, $3) s WHERE s IS NOT NULL",
            table.name,
            max((row[table.key] for row in rows[table.name] if table.key == "id"), default=1),
            table.key,
        )


async def everything(database: Database) -> Rows:
    """Every row of every table."""

    async def read(connection: Connection) -> Rows:
        return {
            table.name: [
                dict(zip(table.columns, row, strict=True))
                for row in await connection.fetch(table.select)
            ]
            for table in await read_tables(connection, database.dialect)
        }

    return await database.read(read)


def as_before(now: Rows, before: Rows) -> Rows:
    """What *now* says in the tables and columns that there were *before*."""
    return {
        table: [{column: row[column] for column in (rows[0] if rows else {})} for row in now[table]]
        for table, rows in before.items()
    }
