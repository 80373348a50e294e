"""Forgetting and looking back stay fast on large tables, judged by SQLite's plans."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kotodom.db import SqlStore, open_database
from kotodom.db.sqlite import SqliteDatabase
from kotodom.model import Person, Status
from tests.support.lives import Lives, private
from tests.support.rows import NOW, add_bot
from tests.support.watched import Watched

ROWS = 30_000
FILL = f"""
WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {ROWS})
INSERT INTO tg_user (id) SELECT n FROM n;
INSERT INTO chat (id, bot_id, telegram_chat_id, type, tg_user_id)
SELECT id, 1, id, 'private', id FROM tg_user;
INSERT INTO chat (id, bot_id, telegram_chat_id, type) VALUES ({ROWS + 1}, 1, -7, 'group');
INSERT INTO message (id, chat_id, role, tg_user_id, text, telegram_message_id, id_space, created_at)
SELECT id, CASE WHEN id % 300 = 0 THEN 5 ELSE {ROWS + 1} END, 'user',
  CASE WHEN id % 100 = 0 THEN 5 ELSE id END, 'q', id, 1, 0 FROM tg_user;
INSERT INTO message (chat_id, role, text, id_space, created_at, reply_to_id)
SELECT chat_id, 'assistant', 'a', 1, 0, id FROM message;
INSERT INTO message_processing (id, bot_id, update_id, chat_id, kind, status, raw_update,
  message_id, response_message_id, telegram_incoming_id, received_at)
SELECT id, 1, id, chat_id, 'QUESTION', 'COMPLETED', '', id, id + {ROWS}, id, id
FROM message WHERE role = 'user';
INSERT INTO delivery_part (processing_id, "index", text, state, telegram_message_id, id_space)
SELECT id, 0, 'a', 'SENT', {ROWS} + id, 1 FROM message_processing;
INSERT INTO spend (bot_id, chat_id, tg_user_id, purpose, model, created_at)
SELECT 1, 5, id, 'answer', 'm', id FROM tg_user;
"""
PARENTS = {"message", "message_processing", "chat", "tg_user"}
"""What is deleted one by one; each table that refers to one of them is asked every time."""


@pytest.fixture
async def watched(sqlite_url: str) -> AsyncIterator[Watched]:
    database = await open_database(sqlite_url)
    assert isinstance(database, SqliteDatabase)
    await database.migrate()
    assert await add_bot(SqlStore(database)) == 1
    await database.write(lambda c: c.script(FILL))
    watched = Watched(database, sqlite_url.removeprefix("sqlite://"))
    await watched.start()
    yield watched
    await database.close()


async def test_forgetting_never_walks_a_whole_table(watched: Watched) -> None:
    store = watched.store
    person = Person(5, "x", "X", "en")
    job = await Lives(store).forget(1, person, private(person))
    watched.plans()
    assert await store.erase_some(job, 100)
    assert_no_walk(watched.plans())
    while await store.erase_some(job, 100):
        pass
    await store.finish(job, Status.TERMINAL, now=NOW)
    watched.plans()
    assert await store.purge(10) == 1
    assert_no_walk(watched.plans())


def assert_no_walk(plans: list[str]) -> None:
    few = (
        "SCAN said",  # a step for each of the person's conversations
        "SCAN bot",
        "SCAN p USING INDEX processing_erases",
        "SCAN (subquery",
        "SCAN CONSTANT ROW",
    )
    assert plans
    assert [line for line in plans if "SCAN" in line and not line.startswith(few)] == []


async def test_what_is_old_is_found_without_looking_at_the_rest(watched: Watched) -> None:
    assert await watched.store.expire(1, ROWS // 2, 100) == 100
    plans = watched.plans()
    assert_no_walk(plans)
    assert any("INDEX processing_finished (bot_id=? AND received_at<?)" in line for line in plans)
    assert not any("TEMP B-TREE FOR ORDER BY" in line for line in plans)
    assert await watched.store.expire(1, 0, 100) == 0


async def test_looking_back_reads_pages_and_only_what_is_the_persons(watched: Watched) -> None:
    await watched.store.spent(1, 5, 0)
    (plan,) = watched.plans()
    assert "spend_of_person (tg_user_id=? AND bot_id=? AND created_at>?)" in plan
    shown = [item async for item in watched.store.stored_about(1, 5)]
    assert sum(item["kind"] == "message" for item in shown) == ROWS // 100 + 1  # and number 5
    plans = watched.plans()
    assert_no_walk(plans)
    pages = [line for line in plans if "message_of_person (tg_user_id=? AND chat_id=? AND" in line]
    assert pages
    assert not any("TEMP B-TREE FOR ORDER BY" in line for line in plans if "message_of" in line)


async def test_every_row_that_refers_to_a_deleted_one_is_found_by_an_index(
    sqlite_url: str, watched: Watched
) -> None:
    """No statement shows these look-ups: the database makes them by itself, for every row."""
    raw = sqlite3.connect(Path(sqlite_url.removeprefix("sqlite://")))
    tables = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    asked = 0
    for table in tables:
        for key in raw.execute(f"SELECT * FROM pragma_foreign_key_list('{table}')").fetchall():
            if key[2] in PARENTS:
                asked += 1
                sql = f"EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {key[3]} = 1"
                plan = raw.execute(sql).fetchone()[3]
                assert plan.startswith("SEARCH"), (table, key[3], plan)
    raw.close()
    assert asked >= 9
