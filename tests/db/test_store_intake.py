"""What the store does with a getUpdates batch."""

import json

import pytest

from kotodom.db import Database, SqlStore
from kotodom.model import Backlog, ChatRef, Incoming, Kind, Lane, Person, Status
from kotodom.ports import Recorded
from tests.support.rows import (
    ANN,
    BOTS,
    NOW,
    SUPERGROUP,
    add_bot,
    claimed,
    column,
    edit,
    incoming,
    put,
)


async def count(database: Database, table: str) -> int:
    rows = await database.read(lambda c: c.fetch(f"SELECT COUNT(*) FROM {table}"))
    total: int = rows[0][0]
    return total


async def waiting(store: SqlStore, bot_id: int) -> list[int]:
    """The bot's waiting messages by Telegram id, in the order they would be answered."""
    rows = await store.pending(bot_id, Kind.QUESTION, after=0, limit=100, now=NOW)
    numbers = []
    for lane in dict.fromkeys(lane for _, lane in rows):
        while job := await store.claim(lane, NOW):
            numbers.append(job.telegram_message_id)
            await store.finish(job, Status.COMPLETED, now=NOW)
    return numbers


async def test_a_batch_fed_twice_is_stored_once(store: SqlStore, database: Database) -> None:
    bot = await add_bot(store)
    batch = [incoming(n) for n in (1, 2, 3)]
    assert len((await store.record_batch(bot, batch, [], NOW)).lanes) == 1
    assert await store.record_batch(bot, batch, [], NOW) == Recorded()
    assert await count(database, "message") == await count(database, "message_processing") == 3


async def test_of_a_batch_that_is_partly_known_only_the_rest_is_stored(store: SqlStore) -> None:
    bot = await add_bot(store)
    await put(store, bot, incoming(1), incoming(2))
    await put(store, bot, incoming(2), incoming(3))
    assert await waiting(store, bot) == [1, 2, 3]


async def test_an_update_twice_in_one_batch_is_stored_once(store: SqlStore) -> None:
    bot = await add_bot(store)
    await put(store, bot, incoming(1), incoming(1), incoming(2))
    assert await waiting(store, bot) == [1, 2]


async def test_update_ids_count_for_each_bot(store: SqlStore) -> None:
    first, second = await add_bot(store, 11), await add_bot(store, 12)
    await put(store, first, incoming(1))
    await put(store, second, incoming(1))
    assert await waiting(store, first) == await waiting(store, second) == [1]


async def test_falling_update_ids_after_the_weekly_reset_lose_nothing(store: SqlStore) -> None:
    bot = await add_bot(store)
    await put(store, bot, incoming(1, update_id=900_000_000))
    await put(store, bot, incoming(2, update_id=5))
    assert await waiting(store, bot) == [1, 2]


async def test_an_update_id_that_comes_again_after_days_is_another_message(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    await put(store, bot, incoming(1))
    later = NOW + 8 * 24 * 3600 * 1000
    assert len((await store.record_batch(bot, [incoming(1)], [], later)).lanes) == 1
    assert await store.record_batch(bot, [incoming(1)], [], later + 1) == Recorded()
    assert await waiting(store, bot) == [1, 1]


async def test_lanes_come_back_once_each_in_the_order_of_arrival(store: SqlStore) -> None:
    bot = await add_bot(store)
    recorded = await store.record_batch(
        bot,
        [
            incoming(1, chat=SUPERGROUP),
            incoming(1, update_id=2),
            incoming(3, kind=Kind.COMMAND),
            incoming(4),
        ],
        [],
        NOW,
    )
    lanes = list(recorded.lanes)
    group, private = lanes[0].chat_id, lanes[1].chat_id
    assert lanes == [
        Lane(bot, group, Kind.QUESTION),
        Lane(bot, private, Kind.QUESTION),
        Lane(bot, private, Kind.COMMAND),
    ]


async def test_poison_is_terminal_at_once_with_its_reason(
    store: SqlStore, database: Database
) -> None:
    bot = await add_bot(store)
    broken = Incoming(1, "{", Kind.QUESTION, None, None, "", 0, poison="no chat")
    with_chat = incoming(2, poison="not understood")
    assert (await store.record_batch(bot, [broken, with_chat], [], NOW)).lanes == ()
    rows = await database.read(
        lambda c: c.fetch("SELECT status, terminal_reason FROM message_processing ORDER BY id")
    )
    assert [tuple(row) for row in rows] == [
        ("TERMINAL", "no chat"),
        ("TERMINAL", "not understood"),
    ]


async def test_a_job_knows_its_chat_sender_text_and_raw_update(store: SqlStore) -> None:
    bot = await add_bot(store)
    message = incoming(7, "hi")
    job = await claimed(store, await put(store, bot, message))
    assert (job.text, job.raw, job.telegram_message_id) == ("hi", message.raw, 7)
    assert (job.sender, job.received_at) == (ANN, NOW)
    assert (job.chat.telegram_chat_id, job.chat.name) == (501, "Ann Lee")


async def test_a_message_without_sender_is_stored(store: SqlStore) -> None:
    job = await claimed(store, await put(store, await add_bot(store), incoming(1, sender=None)))
    assert job.sender is None


async def test_people_and_chats_that_change_their_names_are_updated(store: SqlStore) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(1))
    renamed = Person(501, "annie", "Annie Lee", "ru")
    await put(store, bot, incoming(2, chat=ChatRef(501, name="Annie"), sender=renamed))
    job = await claimed(store, lane)
    assert (job.sender, job.chat.name) == (renamed, "Annie")


async def test_what_a_failed_batch_taught_is_not_believed(store: SqlStore) -> None:
    bot = await add_bot(store)
    with pytest.raises(Exception):  # noqa: B017 - the driver's own, one for each engine
        await store.record_batch(bot, [incoming(1), incoming(2, update_id=2**70)], [], NOW)
    assert await store.backlog(NOW, BOTS) == Backlog(0, 0, 0, 0)
    await put(store, bot, incoming(1))
    assert await waiting(store, bot) == [1]


@pytest.mark.parametrize("text", ["a\0b", "half \ud83d of a pair", "whole \U0001f600"])
async def test_any_text_that_json_can_carry_is_stored(store: SqlStore, text: str) -> None:
    person = Person(501, text, text, "en")
    message = incoming(1, text, chat=ChatRef(501, name=text), sender=person)
    job = await claimed(store, await put(store, await add_bot(store), message))
    assert len(job.text.encode("utf-16-le")) == len(text.encode("utf-16-le", "surrogatepass"))


async def test_an_edit_changes_a_question_that_waits(store: SqlStore) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(1), incoming(2))
    assert await store.record_batch(bot, [], [edit(2, "old"), edit(2, "better")], NOW) == Recorded()
    first = await claimed(store, lane)
    await store.finish(first, Status.COMPLETED, now=NOW)
    second = await claimed(store, lane)
    assert (first.text, second.text) == ("question 1", "better")
    assert json.loads(second.raw) == {
        "update_id": 2,
        "message": {"message_id": 2, "text": "better", "edit_date": 1},
    }


async def test_an_edit_may_come_in_the_same_batch_as_its_message(store: SqlStore) -> None:
    bot = await add_bot(store)
    (lane,) = (await store.record_batch(bot, [incoming(1)], [edit(1, "better")], NOW)).lanes
    assert (await claimed(store, lane)).text == "better"


async def test_an_edit_touches_no_command_and_no_other_chat(store: SqlStore) -> None:
    bot = await add_bot(store)
    command = await put(store, bot, incoming(1, kind=Kind.COMMAND))
    group = await put(store, bot, incoming(2, chat=SUPERGROUP))
    await store.record_batch(bot, [], [edit(1, "x"), edit(2, "x"), edit(99, "x")], NOW)
    assert (await claimed(store, command)).text == "question 1"
    assert (await claimed(store, group)).text == "question 2"


async def test_a_chat_that_writes_again_is_no_longer_blocked(store: SqlStore) -> None:
    bot = await add_bot(store)
    await put(store, bot, incoming(1))
    await store.set_blocked(bot, 501, NOW)
    assert await store.admin_chats([501]) == []
    await put(store, bot, incoming(2))
    assert [chat.telegram_chat_id for chat in await store.admin_chats([501])] == [501]


async def test_topics_of_one_chat_are_conversations_of_their_own(store: SqlStore) -> None:
    bot = await add_bot(store)
    recorded = await store.record_batch(
        bot,
        [incoming(1), incoming(2, chat=ChatRef(501, thread_id=9, name="Ann Lee"))],
        [],
        NOW,
    )
    assert len({lane.chat_id for lane in recorded.lanes}) == 2


async def test_more_chats_than_are_remembered_stay_correct(store: SqlStore) -> None:
    bot = await add_bot(store)
    for start in (0, 0, 1500, 3000):
        await store.record_batch(
            bot,
            [
                incoming(
                    n,
                    chat=ChatRef(n, name="x"),
                    sender=Person(n, "", "x", ""),
                    update_id=n + start * 10,
                )
                for n in range(start + 1, start + 1501)
            ],
            [],
            NOW,
        )
    lane = await put(store, bot, incoming(10**6, chat=ChatRef(1, name="x"), sender=None))
    assert (await claimed(store, lane)).chat.telegram_chat_id == 1


async def test_an_empty_batch_does_nothing(store: SqlStore) -> None:
    assert await store.record_batch(1, [], [], NOW) == Recorded()


async def test_a_stored_question_remembers_when_it_came(store: SqlStore) -> None:
    job = await claimed(store, await put(store, await add_bot(store), incoming(1)))
    assert await column(store, job, "received_at") == NOW
    assert await column(store, job, "claimed_at") == NOW
