"""Answers as the store keeps them: parts, doubts, ids, outcomes."""

import pytest

from kotodom.db import SqlStore
from kotodom.model import (
    Answer,
    ChatRef,
    ChatType,
    Content,
    Entity,
    Job,
    PartState,
    Status,
    Usage,
)
from tests.support.rows import (
    NOW,
    SUPERGROUP,
    add_bot,
    claimed,
    column,
    incoming,
    new_job,
    put,
)

ANSWER = Answer("whole answer", "model-1", Usage(10, 4, 3, 20, True), 777)
BOLD = Content("one", (Entity("bold", 0, 3), Entity("text_link", 0, 1, url="https://x.example")))


async def saved(store: SqlStore, job: Job, *contents: Content) -> None:
    await store.save_answer(job, ANSWER, contents, outcome=Status.COMPLETED, now=NOW)


async def test_an_answer_is_written_ahead_with_usage_cost_and_parts(store: SqlStore) -> None:
    job = await new_job(store)
    parts = await store.save_answer(
        job, ANSWER, [BOLD, Content("two")], outcome=Status.COMPLETED, now=NOW + 5
    )
    assert parts == await store.parts(job)
    assert [part.content for part in parts] == [BOLD, Content("two")]
    assert {part.state for part in parts} == {PartState.PENDING}
    names = "tokens_input, tokens_cached, tokens_cache_write, tokens_output, cost, model"
    for name, value in zip(names.split(", "), (10, 4, 3, 20, 777, "model-1"), strict=True):
        assert await column(store, job, name) == value
    assert await column(store, job, "usage_estimated")
    assert await column(store, job, "response_generated_at") == NOW + 5
    assert await column(store, job, "status") == "PROCESSING"


async def test_an_unknown_price_stays_unknown(store: SqlStore) -> None:
    job = await new_job(store)
    free = Answer("a", "m", Usage(), None)
    await store.save_answer(job, free, [Content("a")], outcome=Status.COMPLETED, now=NOW)
    assert await column(store, job, "cost") is None


async def test_the_last_part_sent_ends_the_row(store: SqlStore) -> None:
    job = await new_job(store)
    await saved(store, job, BOLD, Content("two"))
    for index, last in ((0, False), (1, True)):
        await store.mark_sending(job, index)
        assert await store.mark_sent(job, index, 50 + index, now=NOW + 9) is last
    assert [part.telegram_message_id for part in await store.parts(job)] == [50, 51]
    assert await column(store, job, "status") == "COMPLETED"
    assert await column(store, job, "response_sent_at") == NOW + 9
    assert await column(store, job, "telegram_outgoing_id") == 50


async def test_an_error_message_ends_the_row_as_it_was_decided(store: SqlStore) -> None:
    job = await new_job(store)
    await store.save_answer(
        job,
        None,
        [Content("sorry")],
        outcome=Status.TERMINAL,
        reason="refused",
        code="provider_refused",
        now=NOW,
    )
    await store.mark_sending(job, 0)
    assert await store.mark_sent(job, 0, 50, now=NOW)
    assert await column(store, job, "status") == "TERMINAL"
    assert await column(store, job, "terminal_reason") == "refused"
    assert await column(store, job, "last_error_kind") == "provider_refused"


async def test_a_second_save_replaces_what_waits_and_keeps_what_is_there_or_may_be(
    store: SqlStore,
) -> None:
    job = await new_job(store)
    await saved(store, job, Content("one"), Content("two"), Content("three"))
    await store.mark_sent(job, 0, 50, now=NOW)
    await store.mark_sending(job, 1)
    parts = await store.save_answer(job, None, [Content("sorry")], outcome=Status.TERMINAL, now=NOW)
    assert parts == await store.parts(job)
    assert [(part.index, part.content.text, part.state) for part in parts] == [
        (-2, "one", "SENT"),
        (-1, "two", "SENDING"),
        (0, "sorry", "PENDING"),
    ]
    assert not await store.mark_sent(job, -1, 51, now=NOW)
    assert await store.mark_sent(job, 0, 52, now=NOW)
    assert await column(store, job, "status") == "TERMINAL"


async def test_sending_knows_the_highest_id_of_the_bots_sequence(store: SqlStore) -> None:
    """Private chats and basic groups of one bot count together; supergroups do not matter."""
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(10))
    group = ChatRef(-5, type=ChatType.GROUP, name="small")
    await put(store, bot, incoming(30, chat=group))
    await put(store, bot, incoming(9000, chat=SUPERGROUP))
    await put(store, await add_bot(store, 12), incoming(8000))
    job = await claimed(store, lane)
    await saved(store, job, Content("one"), Content("two"))
    assert (await store.mark_sending(job, 0)).known_before == 30
    await store.mark_sent(job, 0, 40, now=NOW)
    assert (await store.mark_sending(job, 1)).known_before == 40


async def test_a_supergroup_counts_for_itself_over_all_its_topics(store: SqlStore) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(10, chat=SUPERGROUP))
    topic = ChatRef(SUPERGROUP.telegram_chat_id, 7, ChatType.SUPERGROUP, "Group")
    await put(store, bot, incoming(20, chat=topic))
    await put(store, bot, incoming(9000))
    job = await claimed(store, lane)
    await saved(store, job, Content("one"), Content("two"))
    assert (await store.mark_sending(job, 0)).known_before == 20
    await store.mark_sent(job, 0, 33, now=NOW)
    assert (await store.mark_sending(job, 1)).known_before == 33


async def test_an_older_message_does_not_lower_the_highest_id(store: SqlStore) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(50))
    await put(store, bot, incoming(3))
    job = await claimed(store, lane)
    await saved(store, job, Content("one"))
    assert (await store.mark_sending(job, 0)).known_before == 50


async def test_a_part_in_doubt_keeps_the_bound_it_was_first_sent_with(store: SqlStore) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(10))
    job = await claimed(store, lane)
    await saved(store, job, Content("one"))
    await store.mark_sending(job, 0)
    await put(store, bot, incoming(20))
    assert (await store.mark_sending(job, 0)).known_before == 10


async def test_a_part_that_was_surely_not_sent_gets_a_new_bound(store: SqlStore) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(10))
    job = await claimed(store, lane)
    await saved(store, job, Content("one"))
    await store.mark_sending(job, 0)
    await store.mark_bubble(job, 0, 15)
    part = await store.mark_pending(job, 0)
    assert (part.state, part.bubble_id) == ("PENDING", 0)
    assert (await store.mark_sending(job, 0)).known_before == 15


async def test_a_refused_formatting_is_dropped_for_good(store: SqlStore) -> None:
    job = await new_job(store)
    await saved(store, job, BOLD)
    await store.mark_sending(job, 0)
    assert (await store.mark_pending(job, 0, plain=True)).content == Content("one")
    assert (await store.parts(job))[0].content == Content("one")


async def test_a_sent_part_has_no_bubble(store: SqlStore) -> None:
    job = await new_job(store)
    await saved(store, job, BOLD, Content("two"))
    await store.mark_sending(job, 0)
    await store.mark_bubble(job, 0, 60)
    assert (await store.parts(job))[0].bubble_id == 60
    await store.mark_sent(job, 0, 60, now=NOW)
    part = (await store.parts(job))[0]
    assert (part.state, part.bubble_id, part.telegram_message_id) == ("SENT", 0, 60)


async def test_unknown_ids_leaves_out_everything_we_know_of_in_the_bots_sequence(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(10))
    await put(store, bot, incoming(12, chat=ChatRef(-5, type=ChatType.GROUP, name="small")))
    await put(store, bot, incoming(13, chat=SUPERGROUP))
    await put(store, await add_bot(store, 12), incoming(14))
    job = await claimed(store, lane)
    await store.note_sent(job.chat, 15, "an alert", NOW)
    await saved(store, job, Content("one"), Content("two"))
    await store.mark_sent(job, 0, 16, now=NOW)
    await store.mark_sending(job, 1)
    await store.mark_bubble(job, 1, 17)
    assert await store.unknown_ids(job, 10, 20, 50) == [11, 13, 14, 18, 19]
    assert await store.unknown_ids(job, 10, 20, 5) == [11, 13, 14, 18, 19]
    assert await store.unknown_ids(job, 10, 20, 4) is None
    assert await store.unknown_ids(job, 15, 18, 50) == []
    assert await store.unknown_ids(job, 18, 18, 50) == []


async def test_unknown_ids_of_a_supergroup_are_its_own(store: SqlStore) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(10, chat=SUPERGROUP))
    topic = ChatRef(SUPERGROUP.telegram_chat_id, 7, ChatType.SUPERGROUP, "Group")
    await put(store, bot, incoming(11, chat=topic))
    await put(store, bot, incoming(12))
    job = await claimed(store, lane)
    assert await store.unknown_ids(job, 10, 14, 50) == [12, 13]


async def test_a_gap_of_millions_is_refused_without_listing_it(store: SqlStore) -> None:
    job = await new_job(store)
    assert await store.unknown_ids(job, 0, 10**12, 50) is None


async def test_a_long_run_of_known_ids_is_looked_through(store: SqlStore) -> None:
    bot = await add_bot(store)
    await put(store, bot, *(incoming(n) for n in range(1, 1500)))
    lane = await put(store, bot, *(incoming(n) for n in range(1501, 2201)))
    job = await claimed(store, lane)
    assert await store.unknown_ids(job, 1, 2202, 50) == [1500, 2201]


async def test_a_noted_message_raises_the_highest_id(store: SqlStore) -> None:
    job = await new_job(store)
    await store.note_sent(job.chat, 99, "an alert", NOW)
    await saved(store, job, Content("one"))
    assert (await store.mark_sending(job, 0)).known_before == 99


async def test_an_answer_without_any_part_is_a_mistake(store: SqlStore) -> None:
    job = await new_job(store)
    with pytest.raises(ValueError, match="part"):
        await saved(store, job)


@pytest.mark.parametrize("count", [1, 40])
async def test_answers_of_any_length_are_kept(store: SqlStore, count: int) -> None:
    job = await new_job(store)
    await saved(store, job, *(Content(f"part {n}") for n in range(count)))
    assert [part.content.text for part in await store.parts(job)] == [
        f"part {n}" for n in range(count)
    ]
