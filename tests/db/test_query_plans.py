"""Hot queries stay fast on large tables, judged by SQLite's plan for each statement they run."""

from collections.abc import AsyncIterator

import pytest

from kotodom.db import SqlStore, open_database
from kotodom.db.sqlite import SqliteDatabase
from kotodom.model import Answer, Content, Kind, Lane, Status, Turn, Usage
from tests.support.rows import BOTS, NOW, add_bot, claimed, edit, incoming, put
from tests.support.watched import Watched

ROWS = 50_000
FILL = f"""
WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {ROWS})
INSERT INTO message (id, chat_id, role, text, telegram_message_id, id_space, created_at)
SELECT n, 1, 'user', 'q' || n, n, 1, 0 FROM n;
INSERT INTO message (id, chat_id, role, text, id_space, created_at)
SELECT id + {ROWS}, 1, 'assistant', 'a' || id, 1, 0 FROM message;
INSERT INTO message_processing (id, bot_id, update_id, chat_id, kind, status, raw_update,
  message_id, response_message_id, telegram_incoming_id, received_at)
SELECT id, 1, id, 1, 'QUESTION', 'COMPLETED', '', id,
  CASE WHEN id % 2 = 0 THEN id + {ROWS} END, id, 0
FROM message WHERE role = 'user';
INSERT INTO delivery_part (processing_id, "index", text, state, telegram_message_id, id_space)
SELECT id, 0, 'a', 'SENT', {ROWS} + id, 1 FROM message_processing;
"""


@pytest.fixture
async def watched(sqlite_url: str) -> AsyncIterator[Watched]:
    database = await open_database(sqlite_url)
    assert isinstance(database, SqliteDatabase)
    await database.migrate()
    store = SqlStore(database)
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(1))
    await store.finish(await claimed(store, lane), Status.COMPLETED, now=NOW)
    await database.write(
        lambda c: c.script("DELETE FROM message_processing; DELETE FROM message;" + FILL)
    )
    watched = Watched(database, sqlite_url.removeprefix("sqlite://"))
    await watched.start()
    yield watched
    await database.close()


LANE = Lane(1, 1, Kind.QUESTION)


async def test_history_of_a_long_chat_reads_one_page(watched: Watched) -> None:
    lane = await put(watched.store, 1, incoming(ROWS + 1, update_id=10**6))
    job = await claimed(watched.store, lane)
    watched.plans()
    turns = await watched.store.history(job, 20)
    assert turns[0] == Turn(f"q{ROWS}", f"a{ROWS}")
    assert len(turns) == 20
    plans = watched.plans()
    assert plans[0].startswith("SEARCH p USING INDEX processing_history")
    assert not [line for line in plans if "SCAN" in line or "TEMP B-TREE" in line]


async def test_no_step_of_a_message_walks_a_whole_table(watched: Watched) -> None:
    store = watched.store
    number = ROWS * 3
    await store.record_batch(1, [incoming(number, update_id=10**6)], [edit(number, "better")], NOW)
    assert await store.pending(1, Kind.QUESTION, after=0, limit=10, now=NOW)
    await store.due(since=0, now=NOW, limit=10, bot_ids=BOTS, written=False)
    await store.backlog(NOW, BOTS)
    await store.backlog_by_kind(NOW, BOTS)
    job = await claimed(store, LANE)
    await store.save_answer(
        job, Answer("a", "m", Usage(), 1), [Content("a")], outcome=Status.COMPLETED, now=NOW
    )
    await store.parts(job)
    await store.mark_sending(job, 0)
    await store.mark_bubble(job, 0, number + 5)
    assert await store.unknown_ids(job, number, number + 5, 50) is not None
    assert await store.mark_sent(job, 0, number + 5, now=NOW)
    await store.set_penalty(1, 501, NOW)
    await store.penalties(0)
    await store.admin_chats([501])
    await store.recover(NOW)
    scans = [line for line in watched.plans() if "SCAN" in line]
    # The queue's indexes hold open rows only, and there are few bots.
    few = ("USING COVERING INDEX processing_due", "USING INDEX processing_due", "SCAN b")
    assert [line for line in scans if not any(part in line for part in few)] == []
    assert scans


async def test_what_waits_is_counted_among_open_rows_alone(watched: Watched) -> None:
    for bots in ([1], list(range(1, 301))):
        await watched.store.backlog_by_kind(NOW, bots)
        plans = watched.plans()
        assert len(plans) == len(Kind)
        assert [line for line in plans if "USING INDEX processing_pending" not in line] == []


async def test_the_head_of_a_lane_is_found_without_sorting(watched: Watched) -> None:
    await put(watched.store, 1, *(incoming(n, update_id=10**6 + n) for n in range(1, 50)))
    watched.plans()
    await claimed(watched.store, LANE)
    assert [line for line in watched.plans() if "processing_lane" in line]
