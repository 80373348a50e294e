"""Edits that meet a delivery in the database: nobody waits for each other in a circle."""

import asyncio

from kotodom.db import SqlStore
from kotodom.model import Answer, Content, Status, Usage
from tests.support.rows import NOW, add_bot, claimed, edit, incoming, put

ROUNDS = 40


async def test_an_edit_and_the_end_of_a_delivery_never_stop_each_other(store: SqlStore) -> None:
    bot = await add_bot(store)
    answer = Answer("whole", "m", Usage(), 7)
    for number in range(1, ROUNDS + 1):
        lane = await put(store, bot, incoming(number))
        job = await claimed(store, lane)
        await store.save_answer(job, answer, [Content("a")], outcome=Status.COMPLETED, now=NOW)
        await store.mark_sending(job, 0)
        edited = store.record_batch(bot, [], [edit(number, "better")], NOW, answered_since=NOW)
        sent = store.mark_sent(job, 0, 10_000 + number, now=NOW)
        await asyncio.gather(edited, sent)
        # Whichever came first: the question is asked once more.
        again = await claimed(store, lane)
        assert (again.id, again.text, again.in_place) == (job.id, "better", True)
        await store.finish(again, Status.COMPLETED, now=NOW)
