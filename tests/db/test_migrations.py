"""Migrations: the same schema as the models, applied once, whole or not at all."""

import asyncio
import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aerich import Command
from tortoise.context import TortoiseContext

from kotodom.db import Connection, Database, open_database
from kotodom.db.migrate import APP, folder, read, shipped
from kotodom.db.newmigration import ENGINES, config

ROOT = Path(__file__).parents[2]
OPEN_AND_MIGRATE = """
import asyncio, sys
from kotodom.db import open_database
async def main():
    database = await open_database(sys.argv[1])
    print(len(await database.migrate()))
    await database.close()
asyncio.run(main())
"""


def credentials(url: str) -> dict[str, Any]:
    """What tortoise wants to know of one of our test databases."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {"file_path": url.removeprefix("sqlite://")}
    host = parse_qs(parts.query)["host"][0]
    return {"host": host, "user": parts.username, "database": parts.path[1:]}


async def sqlite_catalogue(connection: Connection) -> dict[str, Any]:
    """Tables with columns, foreign keys, and every index with its columns and condition."""
    found: dict[str, Any] = {}
    tables = await connection.fetch("SELECT name FROM sqlite_master WHERE type = 'table'")
    for (table,) in tables:
        # Not their order: a column that came later stands at the end.
        columns = await connection.fetch(f"SELECT * FROM pragma_table_info('{table}')")
        found[table] = sorted(column[1:] for column in columns)
        keys = await connection.fetch(f"SELECT * FROM pragma_foreign_key_list('{table}')")
        found[f"{table} keys"] = sorted(keys)
        for index in await connection.fetch(f"SELECT * FROM pragma_index_list('{table}')"):
            found[f"{table} {index[1]}"] = (
                index[2:],
                await connection.fetch(f"SELECT name FROM pragma_index_info('{index[1]}')"),
            )
    for name, sql in await connection.fetch(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ):
        found[f"index {name}"] = " ".join(sql.split())
    return found


async def postgres_catalogue(connection: Connection) -> dict[str, Any]:
    """Columns with type, nullability and default; indexes and constraints as Postgres has them."""
    queries = {
        "columns": "SELECT table_name, column_name, data_type, character_maximum_length,"
        " is_nullable, column_default FROM information_schema.columns"
        " WHERE table_schema = 'public' ORDER BY table_name, column_name",
        "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        "constraints": "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace ORDER BY 1",
    }
    return {
        name: [tuple(row) for row in await connection.fetch(sql)] for name, sql in queries.items()
    }


async def catalogue(database: Database) -> dict[str, Any]:
    reader = sqlite_catalogue if database.dialect == "sqlite" else postgres_catalogue
    return await database.read(reader)


@pytest.fixture
def second_url(database_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Another database of the same kind."""
    if database_url.startswith("sqlite"):
        return f"sqlite://{tmp_path}/second.db"
    url: str = request.getfixturevalue("postgres")()
    return url


async def test_migrating_an_empty_database_gives_the_schema_of_the_models(
    database: Database, second_url: str
) -> None:
    async with TortoiseContext() as context:
        await context.init(config=config(database.dialect, **credentials(second_url)))
        await context.generate_schemas(safe=False)
    models = await open_database(second_url)
    expected, found = await catalogue(models), await catalogue(database)
    await models.close()
    assert len(str(found)) > 2000
    assert found == expected


async def test_aerich_agrees_that_nothing_is_left_to_do(
    database: Database, database_url: str
) -> None:
    location = str(folder(database.dialect).parent)
    async with Command(
        config(database.dialect, **credentials(database_url)), APP, location
    ) as command:
        assert await command.heads() == []
        assert await command.history() == [file.name for file in shipped(database.dialect)]
        assert await command.upgrade() == []


async def test_a_second_start_migrates_nothing(database_url: str) -> None:
    database = await open_database(database_url)
    assert await database.migrate() == [file.name for file in shipped(database.dialect)]
    assert await database.migrate() == []
    await database.close()
    again = await open_database(database_url)
    assert await again.migrate() == []
    await again.close()


async def test_processes_that_start_at_once_migrate_once(database_url: str) -> None:
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            OPEN_AND_MIGRATE,
            database_url,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for _ in range(4)
    ]
    outputs = [await process.communicate() for process in started]
    assert [error.decode() for _, error in outputs] == [""] * 4
    dialect = "sqlite" if database_url.startswith("sqlite") else "postgres"
    expected = len(shipped(dialect))
    assert sum(int(output) for output, _ in outputs) == expected


async def test_a_migration_that_fails_leaves_nothing_behind(database: Database) -> None:
    before = await catalogue(database)
    with pytest.raises(Exception, match="syntax"):
        await database.write(
            lambda c: c.script("CREATE TABLE half (id BIGINT); ALTER TABLE half GARBAGE;")
        )
    assert await catalogue(database) == before


async def test_a_script_may_hold_semicolons_in_texts_and_comments(database: Database) -> None:
    await database.write(
        lambda c: c.script(
            "INSERT INTO setting VALUES ('a;b', 'it''s; fine'); /* a; comment */\n"
            "-- another; one\nINSERT INTO setting VALUES ('c', ';');\n"
        )
    )
    rows = await database.read(lambda c: c.fetch("SELECT key, value FROM setting ORDER BY key"))
    assert [tuple(row) for row in rows] == [("a;b", "it's; fine"), ("c", ";")]


@pytest.mark.parametrize("dialect", ENGINES)
def test_every_migration_is_plain_sql(dialect: str) -> None:
    files = shipped(dialect)
    assert files
    for number, file in enumerate(files):
        assert file.name.startswith(f"{number}_")
        assert read(file).upgrade.strip()


def test_both_databases_have_the_same_migrations() -> None:
    names = [
        [re.sub(r"^(\d+)_\d+_", r"\1_", file.name) for file in shipped(dialect)]
        for dialect in ENGINES
    ]
    assert names[0] == names[1]


async def run_newmigration(checkout: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "kotodom.db.newmigration", "add_colour"),
        cwd=checkout,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(checkout)},
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode()


async def test_a_new_migration_is_written_only_for_what_changed(tmp_path: Path) -> None:
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("kotodom", "migrations"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignore)
    assert await run_newmigration(tmp_path) == "".join(
        f"{dialect}: nothing has changed\n" for dialect in ENGINES
    )
    tables = tmp_path / "kotodom" / "db" / "tables.py"
    old = '    username = fields.TextField(db_default="")\n'
    tables.write_text(
        tables.read_text().replace(old, f'{old}    colour = fields.TextField(db_default="")\n')
    )
    output = await run_newmigration(tmp_path)
    for dialect in ENGINES:
        number = len(shipped(dialect))
        (file,) = (tmp_path / "migrations" / dialect / APP).glob(f"{number}_*_add_colour.py")
        assert f"{dialect}: {file.name}\n" in output
        assert 'ADD "colour"' in read(file).upgrade
