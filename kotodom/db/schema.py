"""What tables a database has, read from itself: whoever copies one forgets no table of tomorrow."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, Protocol

from kotodom.db.connection import Row
from kotodom.db.migrate import read, shipped
from kotodom.errors import DatabaseUnusable

_CREATED = re.compile(r'CREATE TABLE (?:IF NOT EXISTS )?"(\w+)"')
HISTORY = "aerich"
"""The table that says how the others came to be; it is not copied."""


class Asks(Protocol):
    """Whoever can be asked with SQL."""

    async def fetch(self, sql: str, *values: Any) -> Sequence[Row]:
        """Run a statement and return all its rows."""
        ...


@dataclass(frozen=True, slots=True)
class Table:
    """One table, as far as copying its rows needs to know it."""

    name: str
    columns: tuple[str, ...]
    key: str
    """Its primary key: one column."""
    booleans: frozenset[str]
    """Columns that take only true and false (SQLite has none: there they are 1 and 0)."""
    parents: frozenset[str]
    """Other tables that its rows refer to."""
    own: tuple[str, ...]
    """Columns that refer to rows of this very table."""

    @property
    def select(self) -> str:
        """Everything in it, in the order in which it can be written again."""
        return f"SELECT {listed(self.columns)} FROM {quoted(self.name)} ORDER BY {quoted(self.key)}"


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever it is."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: Sequence[str]) -> str:
    """Several of them."""
    return ", ".join(map(quoted, names))


async def read_tables(asks: Asks, dialect: str) -> list[Table]:
    """Every table with data, those first that others refer to."""
    ours = known_tables(dialect) - {HISTORY}
    found = await (_sqlite(asks, ours) if dialect == "sqlite" else _postgres(asks, ours))
    tables = {table.name: table for table in found}
    order = TopologicalSorter({table.name: sorted(table.parents) for table in tables.values()})
    try:
        return [tables[name] for name in order.static_order()]
    except CycleError as error:
        raise DatabaseUnusable(f"tables refer to each other in a circle: {error.args[1]}") from None


def known_tables(dialect: str) -> set[str]:
    """Every table that a migration makes; what else there is belongs to somebody else."""
    files = shipped(dialect)
    return {name for file in files for name in _CREATED.findall(read(file).upgrade)}


async def _sqlite(asks: Asks, ours: Collection[str]) -> list[Table]:
    names = await asks.fetch("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    tables = []
    for (name,) in names:
        if name not in ours:
            continue
        columns = await asks.fetch(f"PRAGMA table_info({quoted(name)})")
        keys = await asks.fetch(f"PRAGMA foreign_key_list({quoted(name)})")
        refers = [(row[3], row[2]) for row in keys]
        primary = [row[1] for row in columns if row[5]]
        tables.append(_table(name, [row[1] for row in columns], primary, (), refers))
    return tables


async def _postgres(asks: Asks, ours: Collection[str]) -> list[Table]:
    columns = await asks.fetch(
        "SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c"
        " JOIN pg_tables t ON t.schemaname = c.table_schema AND t.tablename = c.table_name"
        " WHERE c.table_schema = current_schema() ORDER BY c.table_name, c.ordinal_position"
    )
    constraints = await asks.fetch(
        "SELECT r.relname, a.attname, k.contype = 'p', f.relname FROM pg_constraint k"
        " JOIN pg_class r ON r.oid = k.conrelid LEFT JOIN pg_class f ON f.oid = k.confrelid"
        " JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)"
        " WHERE k.contype IN ('p', 'f') AND k.connamespace = current_schema()::regnamespace"
    )
    tables = []
    for name in dict.fromkeys(row[0] for row in columns if row[0] in ours):
        mine = [row for row in columns if row[0] == name]
        primary = [row[1] for row in constraints if row[0] == name and row[2]]
        refers = [(row[1], row[3]) for row in constraints if row[0] == name and not row[2]]
        booleans = [row[1] for row in mine if row[2] == "boolean"]
        tables.append(_table(name, [row[1] for row in mine], primary, booleans, refers))
    return tables


def _table(
    name: str,
    columns: Sequence[str],
    primary: Sequence[str],
    booleans: Sequence[str],
    refers: Sequence[tuple[str, str]],
) -> Table:
    if len(primary) != 1:
        raise DatabaseUnusable(f"the table {name} has no single primary key")
    return Table(
        name,
        tuple(columns),
        primary[0],
        frozenset(booleans),
        frozenset(parent for _, parent in refers if parent != name),
        tuple(sorted(column for column, parent in refers if parent == name)),
    )


async def next_ids(asks: Asks, dialect: str, tables: Sequence[Table]) -> dict[str, int]:
    """The highest id that each table has ever given, for those that give them."""
    if dialect == "sqlite":
        rows = await asks.fetch("SELECT name, seq FROM sqlite_sequence")
        known = {table.name for table in tables}
        return {name: last for name, last in rows if name in known}
    found = {}
    for table in tables:
        ((sequence,),) = await asks.fetch(
            "SELECT pg_get_serial_sequence($1, $2)", quoted(table.name), table.key
        )
        if sequence is not None:
            ((last, called),) = await asks.fetch(f"SELECT last_value, is_called FROM {sequence}")
            found[table.name] = last if called else 0
    return found
