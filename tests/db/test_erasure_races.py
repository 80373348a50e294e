"""People who write, and workers who answer, at the very moment in which somebody is forgotten."""

import asyncio

from kotodom.db import SqlStore
from kotodom.model import Answer, Content, Job, Lane, Status, Usage
from tests.support.lives import ANN, Lives, dump, mentions, private
from tests.support.rows import NOW, add_bot, claimed

ROUNDS = 12
"""Each time the two meet at another moment."""


async def forgotten(lives: Lives, bot: int) -> None:
    job = await lives.forget(bot, ANN, private(ANN))
    while await lives.store.erase_some(job, 3):
        pass
    await lives.confirm(job)


async def later(rounds: int) -> None:
    for _ in range(rounds):
        await asyncio.sleep(0)


async def test_a_message_that_comes_while_its_sender_is_purged_is_answered(
    store: SqlStore,
) -> None:
    bot, other = await add_bot(store, 11), await add_bot(store, 12)
    lives = Lives(store)

    async def write(bot_id: int, after: int) -> Lane:
        await later(after)
        while True:
            try:
                return await lives.say(bot_id, ANN, private(ANN))
            except store._database.faults:  # what was known a moment ago is gone: as a poller does
                continue

    for number in range(ROUNDS):
        await lives.answer(await lives.say(bot, ANN, private(ANN)))
        await forgotten(lives, bot)
        _, *lanes = await asyncio.gather(
            store.purge(10), write(bot, number), write(other, number // 2)
        )
        for lane in lanes:
            assert (await lives.answer(lane)).sender == ANN
        for bot_id in (bot, other):
            await forgotten(lives, bot_id)
        while await store.purge(10):
            pass
        assert (await dump(store))["tg_user"] == {}


async def test_an_answer_that_is_written_while_its_question_is_forgotten_leaves_nothing(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    lives = Lives(store)

    async def answer(job: Job, after: int) -> None:
        await later(after)
        words = f"to words of {ANN.username}"
        await store.save_answer(
            job,
            Answer(words, "m", Usage(), 1),
            [Content(words)],
            outcome=Status.COMPLETED,
            now=NOW,
        )
        await store.mark_sending(job, 0)

    async def forget(job: Job) -> None:
        while await store.erase_some(job, 10):
            pass

    for number in range(ROUNDS):
        working = await claimed(store, await lives.say(bot, ANN, private(ANN)))
        job = await lives.forget(bot, ANN, private(ANN))
        # Whoever comes second hears that the row is gone, and begins no more.
        await asyncio.gather(answer(working, number), forget(job), return_exceptions=True)
        await forget(job)
        await lives.confirm(job)
        assert await store.purge(10) == 1
        rows = [row for table in (await dump(store)).values() for row in table.values()]
        assert not any(mentions(row, ANN) for row in rows)
