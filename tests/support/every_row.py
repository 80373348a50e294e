"""Rows in every state in every table, made from the tables' own declarations.

``await database.write(fill)``: each table gets a row in which every column says something (the
largest numbers, texts in many scripts), one that only has what it must, and those with states get
one for each state there is. A table of tomorrow is filled without a change here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from importlib import import_module
from itertools import product
from typing import Any

from tortoise import fields
from tortoise.models import Model

from kotodom.db.connection import Connection
from kotodom.db.newmigration import TABLES
from kotodom.model import Kind, PartState, Status

TEXT = 'Ünïcode: «мяу» 🐈‍⬛ \u202e 日本\n\t"quoted" \\n \'; DROP TABLE bot; -- ' + "x" * 300
BIG = 2**63 - 1
STATES: dict[str, dict[str, tuple[Any, ...]]] = {
    "message_processing": {
        "status": tuple(Status),
        "kind": tuple(Kind),
        "outcome": (None, Status.COMPLETED, Status.TERMINAL),
        "parked": (0, 501),
    },
    "delivery_part": {"state": tuple(PartState), "index": (0, -1)},
    "broadcast": {"state": ("DRAFT", "RUNNING", "PAUSED", "DONE", "CANCELLED")},
    "bulk_retry": {"state": ("DRAFT", "RUNNING", "DONE", "CANCELLED")},
    "bot": {"source": ("config", "admin", "removed", "deleted", "erased")},
    "account": {"role": ("ADMIN", "MANAGER", "USER")},
    "chat": {"type": ("private", "group", "supergroup", "channel", "guest")},
    "message": {"role": ("user", "assistant", "admin", "notice")},
    "bot_user": {"access": ("", "ALLOWED", "DENIED", "BLOCKED", "ASKED")},
    "invite": {"role": ("", "ADMIN", "USER")},
    "spend": {"purpose": ("answer", "transcript", "inline")},
}
"""Columns of which each combination of values gets a row."""


@dataclass(frozen=True)
class Declared:
    """A table as the program declares it."""

    table: str
    key: str
    columns: dict[str, Any]
    """But for a number that the database gives."""
    parents: dict[str, str]
    """Columns that refer to a row of another table, or of this one."""
    unique: list[tuple[str, ...]]

    @property
    def needed(self) -> set[str]:
        """The columns without which no row can be."""
        return {
            name for name, field in self.columns.items() if not field.null and not _given(field)
        }


def declared() -> list[Declared]:
    """Every table there is, those first that others refer to."""
    found: dict[str, Declared] = {}
    for module in TABLES:
        for value in vars(import_module(module)).values():
            if isinstance(value, type) and issubclass(value, Model) and value is not Model:
                found[value._meta.db_table] = _declared(value)
    order = TopologicalSorter(
        {name: set(one.parents.values()) - {name} for name, one in found.items()}
    )
    return [found[name] for name in order.static_order()]


def _declared(model: type[Model]) -> Declared:
    meta = model._meta
    parents = {}
    columns: dict[str, Any] = {}
    for name, field in meta.fields_map.items():
        if name in meta.fk_fields:
            other = field.model_name  # type: ignore[attr-defined]
            itself = isinstance(other, str)  # by name, for it is not there yet
            parents[f"{name}_id"] = meta.db_table if itself else other._meta.db_table
            columns[f"{name}_id"] = field
        elif not (field.pk and field.generated):
            columns[name] = field
    pairs = [
        tuple(f"{n}_id" if n in meta.fk_fields else n for n in g) for g in meta.unique_together
    ]
    single = [(name,) for name, field in columns.items() if field.unique or field.pk]
    return Declared(meta.db_table, meta.pk_attr, columns, parents, [*pairs, *single])


async def fill(connection: Connection) -> None:
    """Put the rows in."""
    ids: dict[str, list[Any]] = {}
    for table in declared():
        ids[table.table] = []
        for count, values in enumerate(_rows(table)):
            row = _distinct(table, {**values, **_related(table, values, ids, count)}, count)
            ids[table.table].append(await insert(connection, table, row))
    # It refers to a row that comes after it.
    await connection.execute(
        "UPDATE message SET reply_to_id = (SELECT MAX(id) FROM message)"
        " WHERE id = (SELECT MIN(id) FROM message)"
    )
    # The highest number ever given belongs to nobody any more.
    await connection.execute("DELETE FROM attempt WHERE id = (SELECT MAX(id) FROM attempt)")


async def contents(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in every table, alike on both engines."""
    found = {}
    for table in declared():
        names = ", ".join(f'"{name}"' for name in sorted({table.key, *table.columns}))
        rows = await connection.fetch(f'SELECT {names} FROM "{table.table}" ORDER BY "{table.key}"')
        found[table.table] = [
            tuple(int(value) if isinstance(value, bool) else value for value in row) for row in rows
        ]
    return found


async def insert(connection: Connection, table: Declared, values: dict[str, Any]) -> Any:
    """Insert one row; return its primary key."""
    columns = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    row = await connection.fetchrow(
        f'INSERT INTO "{table.table}" ({columns}) VALUES ({marks}) RETURNING "{table.key}"',
        *values.values(),
    )
    assert row is not None
    return row[0]


def _related(
    table: Declared, values: dict[str, Any], ids: dict[str, list[Any]], count: int
) -> dict[str, Any]:
    """Each row refers to another one."""
    return {
        name: ids[parent][count % len(ids[parent])]
        for name, parent in table.parents.items()
        if name in values and ids[parent]
    }


def _rows(table: Declared) -> Iterator[dict[str, Any]]:
    full = {name: _value(table, name) for name in table.columns}
    yield full
    yield {name: full[name] for name in full if name in table.needed}
    states = STATES.get(table.table, {})
    for combination in product(*states.values()) if states else ():
        yield {**full, **dict(zip(states, combination, strict=True))}


def _given(field: Any) -> bool:
    return hasattr(field, "has_db_default") and bool(field.has_db_default())


def _value(table: Declared, name: str) -> Any:
    if name in table.parents:
        return None
    if name in STATES.get(table.table, {}):
        return STATES[table.table][name][0]
    match table.columns[name]:
        case fields.BooleanField():
            return True
        case fields.BigIntField():
            return BIG
        case fields.IntField():
            return 2**31 - 1
        case fields.CharField() as field:
            return f"{name} {TEXT}"[: field.max_length]
    return f"{name} {TEXT}"


def _distinct(table: Declared, values: dict[str, Any], count: int) -> dict[str, Any]:
    """*values*, but unique where they must be."""
    changed, states = dict(values), STATES.get(table.table, {})
    for group in table.unique:
        # Of several columns the last says which of a parent's rows it is.
        name = group[-1]
        if name in values and name not in table.parents and name not in states:
            value = values[name]
            room = getattr(table.columns[name], "max_length", 60)
            changed[name] = value - count if isinstance(value, int) else f"{count} {value}"[:room]
    return changed
