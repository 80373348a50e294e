"""A group that becomes a supergroup keeps its conversation, its open questions and its answers."""

from dataclasses import replace

from kotodom.db import SqlStore
from kotodom.model import Answer, ChatRef, ChatType, Content, Kind, Lane, Status, Usage
from tests.support.rows import BOTS, NOW, add_bot, claimed, edit, incoming, put

OLD = ChatRef(-77, type=ChatType.GROUP, name="Cats")
NEW = ChatRef(-1_000_077, type=ChatType.SUPERGROUP, name="Cats")


async def move(store: SqlStore, bot_id: int) -> None:
    await store.move_chat(bot_id, OLD.telegram_chat_id, NEW.telegram_chat_id)


async def test_an_open_question_is_answered_in_the_new_chat(store: SqlStore) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, replace(incoming(1), chat=OLD))
    job = await claimed(store, lane)
    await store.save_answer(job, None, [Content("a")], outcome=Status.COMPLETED, now=NOW)
    await store.mark_sending(job, 0)
    await move(store, bot)
    await store.postpone(
        job, status=Status.RECEIVED, spent=False, not_before=NOW, code="", message=""
    )
    (again,) = await store.due(since=0, now=NOW, limit=10, bot_ids=BOTS, written=False)
    job = await claimed(store, again)
    assert job.chat.telegram_chat_id == NEW.telegram_chat_id
    assert job.chat.type is ChatType.SUPERGROUP
    (part,) = await store.parts(job)
    assert (part.state, part.known_before) == ("PENDING", 0)


async def test_what_was_said_in_the_new_chat_before_is_one_conversation_with_it(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    await put(store, bot, replace(incoming(1), chat=OLD))
    lane = await put(store, bot, replace(incoming(2), chat=NEW))
    await move(store, bot)
    job = await claimed(store, lane)
    assert job.telegram_message_id == 1
    await store.finish(job, Status.COMPLETED, now=NOW)
    assert (await claimed(store, lane)).telegram_message_id == 2


async def test_a_late_update_under_the_old_id_harms_nothing(store: SqlStore) -> None:
    bot = await add_bot(store)
    await put(store, bot, replace(incoming(1), chat=OLD))
    await put(store, bot, replace(incoming(2), chat=NEW))
    await move(store, bot)
    late = await put(store, bot, replace(incoming(3), chat=OLD))
    await move(store, bot)
    assert await store.claim(late, NOW) is None
    rows = await store.pending(bot, Kind.QUESTION, after=0, limit=10, now=NOW)
    (lane,) = {lane for _, lane in rows}
    assert isinstance(lane, Lane)
    assert len(rows) == 3


async def test_messages_of_the_old_chat_are_not_edited_or_deleted_in_the_new_one(
    store: SqlStore,
) -> None:
    """Their numbers are other messages' there."""
    bot = await add_bot(store)
    lane = await put(store, bot, replace(incoming(1), chat=OLD))
    job = await claimed(store, lane)
    answer = Answer("a", "m", Usage(), None)
    contents = [Content("a"), Content("b")]
    await store.save_answer(job, answer, contents, outcome=Status.COMPLETED, now=NOW)
    for index, message_id in enumerate((101, 102)):
        await store.mark_sent(job, index, message_id, now=NOW)
    await store.record_batch(bot, [], [edit(1, "better", OLD)], NOW, answered_since=NOW)
    again = await claimed(store, lane)
    await store.save_answer(again, answer, [Content("x")], outcome=Status.COMPLETED, now=NOW)
    await move(store, bot)
    (part,) = await store.parts(again)
    assert (part.content.text, part.state, part.telegram_message_id) == ("x", "PENDING", 0)
