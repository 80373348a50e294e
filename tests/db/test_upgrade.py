"""Every released version's database is brought up to this one and back, and loses nothing."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from kotodom import __version__
from kotodom.db import Connection, Database, open_database
from kotodom.db.downgrade import go_back, losses
from kotodom.db.migrate import PROGRAM, RELEASES, applied, migrate, number, shipped
from kotodom.db.newmigration import _children_first
from kotodom.errors import DatabaseUnusable
from tests.support.released import (
    KEPT,
    NAMES,
    as_before,
    everything,
    write_postgres,
    write_sqlite,
)

FIRST = min(RELEASES.values())


def test_every_release_has_its_number_and_every_earlier_one_its_database() -> None:
    assert RELEASES[__version__] == number(shipped("sqlite")[-1].name)
    assert set(RELEASES) - {__version__} <= set(KEPT)


@pytest.fixture(params=NAMES)
async def released(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path
) -> AsyncIterator[Database]:
    """The database of an earlier version, not yet migrated, on each engine."""
    if database_url.startswith("sqlite"):
        write_sqlite(request.param, Path(database_url.removeprefix("sqlite://")))
    else:
        await write_postgres(request.param, database_url, tmp_path)
    database = await open_database(database_url)
    yield database
    await database.close()


async def test_an_upgrade_keeps_every_row_as_it_was(released: Database) -> None:
    before = await everything(released)
    assert sum(map(len, before.values())) > 30
    assert await migrate(released)
    assert as_before(await everything(released), before) == before
    program = await released.read(
        lambda c: c.fetchrow("SELECT value FROM fact WHERE key = $1", PROGRAM)
    )
    assert program is not None
    assert program[0] == __version__


async def test_there_back_and_there_again_is_as_before(released: Database) -> None:
    """Back to the first release: nothing ran on what came before it."""
    await migrate(released, upto=FIRST)
    before = await everything(released)
    await migrate(released)
    there = await everything(released)
    undone = await go_back(released, FIRST)
    assert [number(name) for name in undone] == list(range(len(undone) + FIRST, FIRST, -1))
    assert await everything(released) == before
    await migrate(released)
    assert await everything(released) == there


async def test_what_going_back_would_lose_is_counted(database: Database) -> None:
    assert await losses(database, FIRST) == []

    async def put(connection: Connection) -> None:
        await connection.execute(
            "INSERT INTO bot (telegram_id, source, api_key) VALUES (1, 'admin', 'sealed:x'),"
            " (2, 'admin', '')"
        )
        await connection.execute(
            "INSERT INTO imported_row (origin, kind, foreign_id, row_id)"
            " VALUES ('o', 'bot', '1', 1), ('o', 'bot', '2', 2)"
        )

    await database.write(put)
    said = [str(loss) for loss in await losses(database, FIRST)]
    assert "api_key of bot: 1 row" in said
    assert "table imported_row: 2 rows" in said
    assert not any("fact" in line for line in said)


async def test_going_back_happens_whole_or_not_at_all(database: Database) -> None:
    await database.write(lambda c: c.script("CREATE VIEW v AS SELECT api_key FROM bot"))
    before = await database.read(lambda c: applied(database, c))
    with pytest.raises(DatabaseUnusable, match="nothing was changed"):
        await go_back(database, FIRST)
    assert await database.read(lambda c: applied(database, c)) == before
    assert {"fact", "imported_row"} <= await database.read(database.tables)


async def test_a_newer_database_names_the_version_that_wrote_it(
    database: Database, database_url: str
) -> None:
    async def renew(connection: Connection) -> Any:
        await connection.execute(
            "INSERT INTO aerich (version, app, content) VALUES ('9_x_future.py', 'models', '{}')"
        )
        await connection.execute("UPDATE fact SET value = '7.1.0' WHERE key = $1", PROGRAM)

    await database.write(renew)
    with pytest.raises(DatabaseUnusable, match=r"newer version of Kotodom, 7\.1\.0, has") as caught:
        await open_database(database_url)
    assert f"kotodom migrate --to {__version__}" in str(caught.value)
    assert "kotodom restore FILE" in str(caught.value)


def test_a_new_migration_drops_no_table_before_those_that_refer_to_it() -> None:
    lines = [f'        DROP TABLE IF EXISTS "{table}";' for table in ("a", "c", "b")]
    parents = {"a": set(), "b": {"a", "elsewhere"}, "c": {"b", "c"}}
    dropped = _children_first(["x", *lines, "y"], parents)
    assert [line.strip() for line in dropped] == [
        "x",
        'DROP TABLE IF EXISTS "c";',
        'DROP TABLE IF EXISTS "b";',
        'DROP TABLE IF EXISTS "a";',
        "y",
    ]
