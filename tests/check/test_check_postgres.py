"""What `kotodom check` finds out about a PostgreSQL database, which it leaves as it is."""

from dataclasses import replace

import pytest

from kotodom.check import State, database
from kotodom.check.report import Row
from kotodom.db import open_database
from kotodom.db.connection import Connection
from kotodom.db.examination import Server, held, server
from kotodom.db.inspection import inspect
from kotodom.errors import DatabaseUnusable
from tests.check.check_kit import is_ok

SOUND = Server(18, 10_000_000, 90, 11, False)


async def examined(url: str) -> dict[str, Row]:
    looked = await database.look(url, timeout=5.0)
    rows = await database.examine(url, looked, deep=False, timeout=5.0)
    return {row.what: row for row in (*looked.rows, *rows)}


async def test_pending_migrations_then_stored_errors_and_nothing_changes(postgres_url: str) -> None:
    empty = await inspect(postgres_url)
    assert empty.engine.startswith("PostgreSQL ")
    assert empty.pending
    assert (await inspect(postgres_url)).pending == empty.pending
    assert "to migrate" in (await examined(postgres_url))["database"].detail

    async def mark(connection: Connection) -> None:
        await connection.execute(
            "INSERT INTO bot (telegram_id, name, model, error, source) VALUES ($1, $2, $3, $4, $5)",
            *(111, "cat", "gpt-6-luna", "token revoked", "config"),
        )

    opened = await open_database(postgres_url)
    await opened.migrate()
    await opened.write(mark)
    await opened.close()
    found = await inspect(postgres_url)
    assert found.pending == ()
    [bot] = found.bots
    assert (bot.telegram_id, bot.name, bot.error) == (111, "cat", "token revoked")
    rows = await examined(postgres_url)
    assert is_ok(rows["database"])
    assert is_ok(rows["database, server"])
    assert "connections left" in rows["database, server"].detail
    assert rows["bot cat, last run"].state is State.NOTE


async def test_a_running_kotodom_is_seen_by_its_lock(postgres_url: str) -> None:
    assert not await held(postgres_url)
    running = await open_database(postgres_url)
    await running.hold()
    assert await held(postgres_url)
    assert "a running Kotodom works on it" in (await examined(postgres_url))["database"].detail
    await running.close()
    assert not await held(postgres_url)


async def test_the_server_tells_about_itself(postgres_url: str) -> None:
    found = await server(postgres_url)
    assert found.version >= 15
    assert found.size > 1_000_000
    assert 0 < found.connections_left < 1000
    assert not found.read_only


@pytest.mark.parametrize(
    ("found", "state", "said"),
    [
        (SOUND, State.OK, "90 connections left"),
        (replace(SOUND, read_only=True), State.FAILED, "the primary server"),
        (replace(SOUND, connections_left=3), State.NOTE, "max_connections"),
        (replace(SOUND, version=13), State.NOTE, "upgrade the server"),
    ],
)
def test_what_a_server_says_is_judged(found: Server, state: State, said: str) -> None:
    row = database._served(found, running=False)
    assert row.state is state
    assert said in f"{row.detail} {row.fix}"
    assert bool(row.fix) == (state is not State.OK)


def test_connections_that_our_own_daemon_has_are_no_lack() -> None:
    assert is_ok(database._served(replace(SOUND, connections_left=3), running=True))


async def test_a_server_that_is_away_is_one_plain_line_without_the_password() -> None:
    with pytest.raises(DatabaseUnusable) as caught:
        await inspect("postgres://me:pa55word@127.0.0.1:9/kotodom")
    assert "pa55word" not in str(caught.value)
