"""Writes the migrations that lead from the last ones to the tables as they are now.

``python -m kotodom.db.newmigration add_quota`` in a checkout writes one file for each database, or
none where nothing changed. No database is needed: aerich compares with the models that its last
file remembers. The file's ``upgrade`` must stay one literal text; see ``kotodom.db.migrate``.
"""

import asyncio
import sys
from typing import Any

from aerich import Command
from aerich.migrate import Migrate
from tortoise import Tortoise

from kotodom.db.migrate import APP, folder, shipped

ENGINES = {"sqlite": "tortoise.backends.sqlite", "postgres": "tortoise.backends.asyncpg"}


def config(dialect: str, **credentials: Any) -> dict[str, Any]:
    """What tortoise and aerich want to know; without credentials it is never connected."""
    return {
        "connections": {"default": {"engine": ENGINES[dialect], "credentials": credentials}},
        "apps": {
            APP: {
                "models": ["kotodom.db.tables", "aerich.models"],
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
        return await command.migrate(name, no_input=True, offline=True)
    finally:
        Migrate.upgrade_operators.clear()
        Migrate.downgrade_operators.clear()
        await Tortoise.close_connections()


def main() -> None:
    """Write the migrations of both databases."""
    for dialect in ENGINES:
        file = asyncio.run(write(dialect, sys.argv[1]))
        sys.stdout.write(f"{dialect}: {file or 'nothing has changed'}\n")


if __name__ == "__main__":
    main()
