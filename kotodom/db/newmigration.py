"""Writes the migrations that lead from the last ones to the tables as they are now.

``python -m kotodom.db.newmigration add_quota`` in a checkout writes one file for each database, or
none where nothing changed. No database is needed: aerich compares with the models that its last
file remembers. The file's ``upgrade`` must stay one literal text; see ``kotodom.db.migrate``.
"""

import asyncio
import re
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from aerich import Command
from aerich.migrate import Migrate
from tortoise import Tortoise

from kotodom.db.migrate import APP, folder, shipped

_ADDED = re.compile(r'ALTER TABLE "(\w+)" ADD "(\w+)" ([^;]*?NOT NULL);')

_DROPPED = re.compile(r'DROP TABLE IF EXISTS "(\w+)"')

TABLES = ("kotodom.db.tables", "kotodom.db.tables_admin", "kotodom.db.tables_money")
"""The modules that say what is stored."""
ENGINES = {"sqlite": "tortoise.backends.sqlite", "postgres": "tortoise.backends.asyncpg"}


def config(dialect: str, **credentials: Any) -> dict[str, Any]:
    """What tortoise and aerich want to know; without credentials it is never connected."""
    return {
        "connections": {"default": {"engine": ENGINES[dialect], "credentials": credentials}},
        "apps": {
            APP: {
                "models": [*TABLES, "aerich.models"],
                "default_connection": "default",
            }
        },
    }


async def write(dialect: str, name: str) -> str:
    """Write one database's migration; return its file name, empty when nothing changed."""
    credentials = {"file_path": ":memory:"} if dialect == "sqlite" else {}
    location = folder(dialect).parent
    location.mkdir(parents=True, exist_ok=True)
    command = Command(config(dialect, **credentials), APP, str(location))
    try:
        if not shipped(dialect):
            await command.init_migrations(safe=False)
            return shipped(dialect)[-1].name
        await command.init(offline=True)
        file = await command.migrate(name, no_input=True, offline=True)
        if file:
            _complete(folder(dialect) / file, dialect)
        return file
    finally:
        Migrate.upgrade_operators.clear()
        Migrate.downgrade_operators.clear()
        await Tortoise.close_connections()


def _complete(file: Path, dialect: str) -> None:
    """Add what aerich 0.10 leaves out: the defaults of new columns, without which rows forbid them.

    It also says some lines twice, and drops tables in any order.
    """
    defaults = {
        (model._meta.db_table, name): field.db_default
        for model in Tortoise.apps[APP].values()
        for name, field in model._meta.fields_map.items()
        if field.has_db_default()
    }

    def add(match: re.Match[str]) -> str:
        table, column, kind = match.groups()
        default = _literal(defaults[table, column], dialect)
        return f'ALTER TABLE "{table}" ADD "{column}" {kind} DEFAULT {default};'

    text = _ADDED.sub(add, file.read_text("utf-8"))
    lines = text.split("\n")
    kept = [
        line
        for number, line in enumerate(lines)
        if "CREATE INDEX" not in line or line not in lines[:number]
    ]
    file.write_text("\n".join(_children_first(kept, _parents())), "utf-8")


def _parents() -> dict[str, set[str]]:
    """Of each table those that its rows refer to."""
    return {
        model._meta.db_table: {
            model._meta.fields_map[name].related_model._meta.db_table
            for name in model._meta.fk_fields
        }
        for model in Tortoise.apps[APP].values()
    }


def _children_first(lines: list[str], parents: dict[str, set[str]]) -> list[str]:
    """Drop no table before those that refer to it: neither database lets it go then."""
    places = [place for place, line in enumerate(lines) if _DROPPED.search(line)]
    drops = {match[1]: match[0] for place in places if (match := _DROPPED.search(lines[place]))}
    graph = {table: parents.get(table, set()) & drops.keys() - {table} for table in drops}
    order = [*TopologicalSorter(graph).static_order()]
    for place, table in zip(places, reversed(order), strict=True):
        lines[place] = _DROPPED.sub(drops[table], lines[place])
    return lines


def _literal(value: object, dialect: str) -> str:
    match value:
        case bool():
            return str(value) if dialect == "postgres" else str(int(value))
        case int():
            return str(value)
        case str():
            return "'" + value.replace("'", "''") + "'"
    raise TypeError(f"a default that SQL has no word for: {value!r}")


def main() -> None:
    """Write the migrations of both databases."""
    for dialect in ENGINES:
        file = asyncio.run(write(dialect, sys.argv[1]))
        sys.stdout.write(f"{dialect}: {file or 'nothing has changed'}\n")


if __name__ == "__main__":
    main()
