"""Transactions: nobody can interrupt one, and those that share a commit do not share their fate."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from kotodom.db import Connection, Database, open_database, sqlite
from kotodom.db.sqlite import BATCH, SqliteDatabase
from kotodom.errors import DatabaseTrouble


def insert(key: str, value: str = "") -> Callable[[Connection], object]:
    """An operation of two statements."""

    async def operation(connection: Connection) -> str:
        await connection.execute("INSERT INTO setting (key, value) VALUES ($1, $2)", key, value)
        await connection.execute("UPDATE setting SET value = 'done' WHERE key = $1", key)
        return key

    return operation


async def keys(database: Database) -> list[str]:
    rows = await database.read(
        lambda c: c.fetch("SELECT key FROM setting WHERE value = 'done' ORDER BY key")
    )
    return [row[0] for row in rows]


async def steps(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def test_a_task_cancelled_at_any_moment_leaves_the_database_usable(
    database: Database,
) -> None:
    """Cancelled after each number of loop steps until one is too late to be cancelled at all."""
    expected = []
    for step in range(5000):
        task = asyncio.create_task(database.write(insert(f"{step:04}")))
        await steps(step)
        cancelled = task.cancel()
        await asyncio.wait([task])
        if step > 0:  # a task that never began wrote nothing
            expected.append(f"{step:04}")
        assert await asyncio.wait_for(keys(database), 10) == expected
        if not cancelled:
            break
        assert task.cancelled()
    else:
        raise AssertionError("the write never ended by itself")
    # More than the pool holds: none of its connections has leaked.
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        for number in range(30):
            group.create_task(database.write(insert(f"after {number}")))


async def test_a_task_cancelled_again_and_again_still_waits_for_its_transaction(
    database: Database,
) -> None:
    task = asyncio.create_task(database.write(insert("a")))
    for _ in range(3):
        await asyncio.sleep(0)
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await keys(database) == ["a"]


async def test_a_cancelled_reader_leaves_the_database_usable(database: Database) -> None:
    for step in range(100):
        task = asyncio.create_task(keys(database))
        await steps(step)
        task.cancel()
        await asyncio.wait([task])
    await asyncio.wait_for(database.write(insert("a")), 10)
    assert await keys(database) == ["a"]


async def test_an_operation_that_raises_is_rolled_back_and_raises_at_its_caller(
    database: Database,
) -> None:
    async def broken(connection: Connection) -> None:
        await connection.execute("INSERT INTO setting (key, value) VALUES ('a', 'done')")
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await database.write(broken)
    assert await keys(database) == []
    assert await database.write(insert("b")) == "b"


async def test_many_writers_at_once_all_get_their_own_result(database: Database) -> None:
    names = [f"{number:03}" for number in range(250)]
    assert await asyncio.gather(*(database.write(insert(name)) for name in names)) == names
    assert await keys(database) == names


async def test_closing_waits_for_writes_under_way(database_url: str) -> None:
    database = await open_database(database_url)
    await database.migrate()
    writes = [asyncio.create_task(database.write(insert(str(number)))) for number in range(20)]
    await asyncio.sleep(0)
    await database.close()
    await database.close()
    await asyncio.gather(*writes)
    again = await open_database(database_url)
    assert len(await keys(again)) == 20
    await again.close()


class Gate:
    """Holds the database's thread, so that writes pile up behind it."""

    def __init__(self) -> None:
        self._open = threading.Event()

    async def hold(self, connection: Connection) -> None:
        assert self._open.wait(10)

    def open(self) -> None:
        self._open.set()


@pytest.fixture
async def sqlite_file(sqlite_url: str) -> AsyncIterator[SqliteDatabase]:
    database = await open_database(sqlite_url)
    assert isinstance(database, SqliteDatabase)
    await database.migrate()
    yield database
    await database.close()


async def statements(database: SqliteDatabase) -> list[str]:
    """Every statement from now on."""
    seen: list[str] = []

    async def trace(connection: Connection) -> None:
        database._raw.set_trace_callback(seen.append)

    await database.read(trace)
    return seen


async def test_a_lone_write_pays_for_no_savepoint(sqlite_file: SqliteDatabase) -> None:
    seen = await statements(sqlite_file)
    await sqlite_file.write(insert("a"))
    assert seen[0] == "BEGIN IMMEDIATE"
    assert seen[-1] == "COMMIT"
    assert not [sql for sql in seen if "SAVEPOINT" in sql]


async def test_writes_that_wait_share_commits_of_bounded_size(
    sqlite_file: SqliteDatabase,
) -> None:
    gate = Gate()
    seen = await statements(sqlite_file)
    async with asyncio.TaskGroup() as group:
        group.create_task(sqlite_file.write(gate.hold))
        await asyncio.sleep(0)
        for number in range(BATCH + 10):
            group.create_task(sqlite_file.write(insert(str(number))))
        await asyncio.sleep(0)
        gate.open()
    assert seen.count("COMMIT") == 3
    assert len(await keys(sqlite_file)) == BATCH + 10


async def test_a_failing_write_does_not_hurt_those_it_shares_a_commit_with(
    sqlite_file: SqliteDatabase,
) -> None:
    async def broken(connection: Connection) -> None:
        await connection.execute("INSERT INTO setting (key, value) VALUES ('broken', 'done')")
        await connection.execute("INSERT INTO setting (key, value) VALUES ('a', 'twice')")

    gate = Gate()
    seen = await statements(sqlite_file)
    held = asyncio.create_task(sqlite_file.write(gate.hold))
    await asyncio.sleep(0)
    writes = [
        asyncio.create_task(sqlite_file.write(operation))
        for operation in (insert("a"), broken, insert("b"))
    ]
    await asyncio.sleep(0)
    gate.open()
    results = await asyncio.gather(held, *writes, return_exceptions=True)
    assert isinstance(results[2], sqlite3.IntegrityError)
    assert (results[1], results[3]) == ("a", "b")
    assert seen.count("COMMIT") == 2
    assert await keys(sqlite_file) == ["a", "b"]


async def test_a_failing_commit_reaches_everyone_who_shared_it(
    sqlite_file: SqliteDatabase,
) -> None:
    async def orphan(connection: Connection) -> None:
        await connection.execute("PRAGMA defer_foreign_keys = ON")
        await connection.execute(
            "INSERT INTO chat (bot_id, telegram_chat_id, type) VALUES (999, 1, 'private')"
        )

    gate = Gate()
    held = asyncio.create_task(sqlite_file.write(gate.hold))
    await asyncio.sleep(0)
    writes = [
        asyncio.create_task(sqlite_file.write(operation))
        for operation in (insert("a"), orphan, insert("b"))
    ]
    await asyncio.sleep(0)
    gate.open()
    await held
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(result) for result in results] == [sqlite3.IntegrityError] * 3
    assert await keys(sqlite_file) == []
    await sqlite_file.write(insert("c"))
    assert await keys(sqlite_file) == ["c"]


async def test_an_operation_may_not_wait_for_anything_else(sqlite_file: SqliteDatabase) -> None:
    async def sleeps(connection: Connection) -> None:
        await connection.execute("INSERT INTO setting (key, value) VALUES ('a', 'done')")
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="nothing but its connection"):
        await sqlite_file.write(sleeps)
    assert await keys(sqlite_file) == []


async def test_a_locked_database_keeps_writes_waiting_and_reads_going(
    sqlite_file: SqliteDatabase, sqlite_url: str
) -> None:
    await sqlite_file.read(lambda c: c.fetch("PRAGMA busy_timeout = 1"))
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite://"), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    writing = asyncio.ensure_future(sqlite_file.write(insert("a")))
    for _ in range(50):
        assert await keys(sqlite_file) == []
    assert not writing.done()
    other.execute("COMMIT")
    other.close()
    async with asyncio.timeout(5):
        await writing
    assert await keys(sqlite_file) == ["a"]


async def test_a_lock_that_does_not_end_fails_the_write_and_recovers(
    sqlite_file: SqliteDatabase, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 0.05)
    await sqlite_file.read(lambda c: c.fetch("PRAGMA busy_timeout = 1"))
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite://"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseTrouble, match="another program keeps the database locked"):
        await sqlite_file.write(insert("a"))
    other.execute("ROLLBACK")
    other.close()
    await sqlite_file.write(insert("b"))
    assert await keys(sqlite_file) == ["b"]
