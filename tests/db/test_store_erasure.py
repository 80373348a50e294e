"""Forgetting a person, and what is old: everything of it goes, nothing else does."""

from random import Random

import pytest

from kotodom.db import Database, SqlStore
from kotodom.errors import StaleJob
from kotodom.model import Content, Kind, Lane, Role, Status
from tests.support.lives import ANN, BOB, FORUM, GROUP, Lives, dump, mentions, private
from tests.support.rows import NOW, add_bot, claimed

Tables = dict[str, dict[int, dict[str, object]]]
MAY_CHANGE = {
    "spend": {"tg_user_id", "chat_id"},
    "tg_user": {"language"},
    # By the answer to /forgetme, and by the restarts.
    "chat": {"last_message_id"},
    "bot": {"last_message_id"},
    "message_processing": {"status", "attempts", "crashes"},
}


def assert_others_are_untouched(before: Tables, after: Tables, bot: int, person_id: int) -> None:
    """What is gone was the person's, at that bot; what stays is as it was."""
    chats = before["chat"]
    for table, rows in before.items():
        for id_, row in rows.items():
            kept = after[table].get(id_)
            if kept is None:
                assert not mentions(row, BOB), (table, row)
                assert row.get("bot_id", bot) == bot
                chat = chats.get(row.get("chat_id"))  # type: ignore[call-overload]
                assert chat is None or chat["bot_id"] == bot
                continue
            changed = {name for name in row if row[name] != kept[name]}
            assert changed <= MAY_CHANGE.get(table, set()), (table, row, kept)
            if changed and table == "spend":
                assert (row["bot_id"], row["tg_user_id"]) == (bot, person_id)


@pytest.mark.parametrize("seed", range(3))
async def test_nothing_of_a_forgotten_person_is_left_anywhere(
    store: SqlStore, database: Database, seed: int
) -> None:
    random = Random(seed)
    bot, other = await add_bot(store, 11), await add_bot(store, 12)
    lives = Lives(store)
    elsewhere = seed % 2 == 1
    for _ in range(40):
        person = random.choice((ANN, BOB))
        where = random.choice((bot, other)) if person is BOB or elsewhere else bot
        await lives.live(where, person, random)
    await store.set_language(ANN.id, "ru")
    job = await lives.forget(bot, ANN, random.choice((private(ANN), GROUP, FORUM)))
    before = await dump(store)
    assert any(mentions(row, ANN) for row in before["message"].values())
    while await store.erase_some(job, random.randint(1, 7)):
        if random.random() < 0.3:  # the process is killed, and starts again
            store = SqlStore(database)
            lives.store = store
            await store.recover(NOW)
            job = await claimed(store, job.lane, NOW + 60_000)
    await lives.confirm(job)
    assert await store.purge(10) == 1
    after = await dump(store)
    assert_others_are_untouched(before, after, bot, ANN.id)
    for table, rows in after.items():
        for row in rows.values():
            if mentions(row, ANN):
                assert elsewhere, (table, row)
                assert table == "tg_user" or row.get("bot_id", other) == other, (table, row)
                assert table not in {"chat", "spend"} or row["bot_id"] == other
    assert (ANN.id in after["tg_user"]) is elsewhere
    assert await store.purge(10) == 0


async def test_each_step_deletes_no_more_messages_than_it_may(
    store: SqlStore, database: Database
) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    for _ in range(5):
        await lives.say(bot, ANN, GROUP)
    job = await lives.forget(bot, ANN, private(ANN))

    async def left() -> int:
        return len((await dump(store))["message"]) - 1

    assert await store.erase_some(job, 2)
    assert await left() == 3
    assert await store.erase_some(job, 2)
    assert await left() == 1
    assert not await store.erase_some(job, 2)
    assert await left() == 0
    assert not await store.erase_some(job, 2)


async def test_whoever_works_on_a_question_that_is_forgotten_hears_that_it_is_gone(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    lane = await lives.say(bot, ANN, private(ANN))
    working = await claimed(store, lane)
    await store.save_answer(working, None, [Content("a")], outcome=Status.COMPLETED, now=NOW)
    job = await lives.forget(bot, ANN, private(ANN))
    assert not await store.erase_some(job, 10)
    with pytest.raises(StaleJob):
        await store.mark_sending(working, 0)
    with pytest.raises(StaleJob):
        await store.finish(working, Status.TERMINAL, now=NOW)
    assert await store.claim(lane, NOW) is None


async def test_what_somebody_says_after_they_asked_is_answered_and_stays(store: SqlStore) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    await lives.say(bot, ANN, private(ANN))
    job = await lives.forget(bot, ANN, private(ANN))
    lane = await lives.say(bot, ANN, private(ANN))
    assert not await store.erase_some(job, 10)
    await lives.confirm(job)
    assert await store.purge(10) == 1
    answered = await lives.answer(lane)
    assert answered.sender == ANN
    rows = await dump(store)
    assert [len(rows[name]) for name in ("tg_user", "chat", "message_processing")] == [1, 1, 1]
    again = await lives.forget(bot, ANN, private(ANN))
    assert not await store.erase_some(again, 10)
    await lives.confirm(again)
    assert await store.purge(10) == 1
    rows = await dump(store)
    assert [len(rows[name]) for name in ("tg_user", "chat", "message")] == [0, 0, 0]


async def test_somebody_forgotten_may_come_back_as_a_stranger(store: SqlStore) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    await lives.answer(await lives.say(bot, ANN, private(ANN)))
    job = await lives.forget(bot, ANN, private(ANN))
    while await store.erase_some(job, 10):
        pass
    await lives.confirm(job)
    assert await store.purge(10) == 1
    lane = await lives.say(bot, ANN, private(ANN))
    assert (await lives.answer(lane)).sender == ANN


async def test_only_a_finished_forgetme_is_purged(store: SqlStore) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    job = await lives.forget(bot, ANN, private(ANN))
    assert await store.purge(10) == 0
    await store.erase_some(job, 10)
    assert await store.purge(10) == 0
    await lives.confirm(job)
    assert await store.purge(10) == 1


async def test_an_erasure_that_ended_half_way_is_brought_to_its_end(store: SqlStore) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    for _ in range(5):
        await lives.answer(await lives.say(bot, ANN, private(ANN)))
    job = await lives.forget(bot, ANN, private(ANN))
    assert await store.erase_some(job, 2)
    await store.finish(job, Status.TERMINAL, reason="crashed three times", now=NOW)
    purged = [await store.purge(3) for _ in range(10)]
    assert sum(purged) == 1
    assert not any(
        mentions(row, ANN) for rows in (await dump(store)).values() for row in rows.values()
    )


async def test_a_row_that_is_not_in_work_any_more_begins_no_erasure(store: SqlStore) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    job = await claimed(store, await lives.say(bot, ANN, private(ANN), kind=Kind.COMMAND))
    await store.finish(job, Status.COMPLETED, now=NOW)
    with pytest.raises(StaleJob):
        await store.begin_erasure(job)


async def test_choices_are_forgotten_too(store: SqlStore) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    lane = await lives.say(bot, ANN, private(ANN))
    await store.set_language(ANN.id, "en")
    await store.set_model(lane.chat_id, "big")
    await store.set_start_payload(lane.chat_id, "friend-7")
    job = await lives.forget(bot, ANN, private(ANN))
    assert (job.language, job.chat.model) == ("en", "big")
    await store.erase_some(job, 10)
    rows = await dump(store)
    chat = rows["chat"][lane.chat_id]
    assert (chat["model"], chat["start_payload"]) == ("", "")
    assert rows["tg_user"][ANN.id]["language"] == ""


async def test_another_bot_keeps_the_language(store: SqlStore) -> None:
    bot, other = await add_bot(store, 11), await add_bot(store, 12)
    lives = Lives(store)
    await lives.say(other, ANN, GROUP)
    await store.set_language(ANN.id, "en")
    job = await lives.forget(bot, ANN, private(ANN))
    await store.erase_some(job, 10)
    assert (await dump(store))["tg_user"][ANN.id]["language"] == "en"


# -- what is old ------------------------------------------------------------------------------

DAY = 24 * 3600 * 1000


async def test_old_questions_go_with_their_answers_and_younger_ones_stay(store: SqlStore) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    for day in range(4):
        await lives.answer(
            await lives.say(bot, ANN, private(ANN), now=NOW + day * DAY), now=NOW + day * DAY
        )
    assert await store.expire(bot, NOW + 2 * DAY, 10) == 2
    assert await store.expire(bot, NOW + 2 * DAY, 10) == 0
    rows = await dump(store)
    assert len(rows["message_processing"]) == len(rows["delivery_part"]) == 2
    assert len(rows["message"]) == 4
    assert len(rows["spend"]) == 4
    assert all(row["tg_user_id"] == ANN.id for row in rows["spend"].values())
    assert {row["role"] for row in rows["message"].values()} == {Role.USER, Role.ASSISTANT}


async def test_what_expires_goes_the_oldest_first_and_in_bounded_steps(store: SqlStore) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    for n in range(5):
        await lives.answer(await lives.say(bot, ANN, private(ANN), now=NOW + n), now=NOW + n)
    assert await store.expire(bot, NOW + DAY, 3) == 3
    rows = (await dump(store))["message_processing"].values()
    assert sorted(row["received_at"] for row in rows) == [NOW + 3, NOW + 4]
    assert await store.expire(bot, NOW + DAY, 3) == 2


async def test_an_album_expires_whole_and_not_before_it_is_answered(store: SqlStore) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    lane = await lives.say(bot, ANN, private(ANN), pieces=3)
    assert await store.expire(bot, NOW + DAY, 10) == 0
    assert len((await dump(store))["message_processing"]) == 3
    job = await lives.answer(lane)
    assert len(job.pieces) == 3
    assert await store.expire(bot, NOW + DAY, 10) == 1
    rows = await dump(store)
    assert [len(rows[name]) for name in ("message_processing", "message")] == [0, 0]


async def test_an_open_question_and_an_erasure_never_expire(store: SqlStore) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    await lives.say(bot, BOB, private(BOB))
    job = await lives.forget(bot, ANN, private(ANN))
    await lives.confirm(job)
    assert await store.expire(bot, NOW + DAY, 10) == 0
    assert await store.purge(10) == 1


async def test_history_goes_on_after_the_question_before_has_expired(store: SqlStore) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    lane: Lane | None = None
    for n in range(3):
        lane = await lives.say(bot, ANN, private(ANN), now=NOW + n)
        if n < 2:
            await lives.answer(lane, now=NOW + n)
    assert await store.expire(bot, NOW + 1, 10) == 1
    assert lane is not None
    assert len(await store.history(await claimed(store, lane, NOW + 5), 10)) == 1
