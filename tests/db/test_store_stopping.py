"""What Stop marks: the row that is named, or else the one that is in work or waits."""

import pytest

from kotodom.db import SqlStore
from kotodom.model import Answer, Content, Job, Lane, Status, Usage
from tests.support.rows import NOW, add_bot, claimed, column, edit, incoming, put

ANSWER = Answer("whole", "m", Usage(input=3, output=4), 7)


async def two(store: SqlStore) -> tuple[Lane, Job, Job]:
    """The second question is in work; the first one, answered and edited, waits behind it."""
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(1))
    first = await claimed(store, lane)
    await store.save_answer(first, ANSWER, [Content("a")], outcome=Status.COMPLETED, now=NOW)
    await store.mark_sending(first, 0)
    await store.mark_sent(first, 0, 101, now=NOW)
    await put(store, bot, incoming(2))
    second = await claimed(store, lane)
    await store.record_batch(bot, [], [edit(1, "better")], NOW, answered_since=NOW)
    return lane, first, second


@pytest.mark.parametrize("named", [True, False])
async def test_the_question_in_work_is_stopped_and_not_an_older_one(
    store: SqlStore, named: bool
) -> None:
    lane, first, second = await two(store)
    row = second.id if named else None
    assert await store.request_stop(lane.chat_id, row) == (second.id, lane)
    assert await column(store, second, "stop_requested")
    assert not await column(store, first, "stop_requested")


async def test_what_is_answered_or_elsewhere_is_not_stopped(store: SqlStore) -> None:
    lane, first, second = await two(store)
    assert await store.request_stop(lane.chat_id + 1, second.id) is None
    await store.save_answer(second, ANSWER, [Content("b")], outcome=Status.COMPLETED, now=NOW)
    assert await store.request_stop(lane.chat_id, second.id) is None
    assert await store.request_stop(lane.chat_id) is None
    await store.finish(second, Status.COMPLETED, now=NOW)
    assert await store.request_stop(lane.chat_id, second.id) is None
    assert await store.request_stop(lane.chat_id) == (first.id, lane)
