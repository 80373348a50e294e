"""Edits: a question changes before its answer, or is answered anew in place after it."""

import pytest

from kotodom.db import SqlStore
from kotodom.errors import QuestionChanged, StaleJob
from kotodom.model import Answer, Content, ContentKind, Job, Kind, Lane, PartState, Status, Usage
from tests.support.rows import NOW, add_bot, claimed, column, edit, incoming, put

ANSWER = Answer("whole", "m", Usage(3, 0, 0, 4), 7)


async def save(
    store: SqlStore, job: Job, *texts: str, answer: Answer | None = ANSWER
) -> list[tuple[str, PartState, int]]:
    contents = [Content(text) for text in texts]
    parts = await store.save_answer(job, answer, contents, outcome=Status.COMPLETED, now=NOW)
    return [(part.content.text, part.state, part.telegram_message_id) for part in parts]


async def deliver(store: SqlStore, job: Job, first_id: int) -> None:
    """Every part that has no message gets one; surplus ones go."""
    for part in await store.parts(job):
        if part.state is PartState.SURPLUS:
            await store.drop_part(job, part.index, now=NOW)
        elif part.state is not PartState.SENT:
            message_id = part.telegram_message_id or first_id + part.index
            await store.mark_sent(job, part.index, message_id, now=NOW)


async def answered(store: SqlStore, *texts: str) -> tuple[int, Lane, Job]:
    """A question with the message id 1, answered with messages 101, 102…"""
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(1))
    job = await claimed(store, lane)
    await save(store, job, *texts)
    await deliver(store, job, 101)
    assert await column(store, job, "status") == "COMPLETED"
    return bot, lane, job


async def test_a_question_in_work_that_is_edited_takes_no_answer_to_the_old_one(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(1))
    job = await claimed(store, lane)
    recorded = await store.record_batch(bot, [], [edit(1, "better")], NOW)
    assert (recorded.lanes, recorded.changed) == ((lane,), (job.id,))
    with pytest.raises(QuestionChanged):
        await save(store, job, "old answer")
    fresh = await store.reload(job)
    assert (fresh.text, fresh.in_place) == ("better", False)
    assert await save(store, fresh, "new") == [("new", PartState.PENDING, 0)]


async def test_an_error_message_is_said_even_if_the_question_has_changed_and_then_it_is_answered(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(1))
    job = await claimed(store, lane)
    await store.record_batch(bot, [], [edit(1, "better")], NOW)
    await save(store, job, "sorry", answer=None)
    await deliver(store, job, 50)
    assert await column(store, job, "status") == "RECEIVED"
    assert (await claimed(store, lane)).text == "better"


async def test_an_edit_within_the_window_has_the_question_answered_anew_in_place(
    store: SqlStore,
) -> None:
    bot, lane, job = await answered(store, "a", "b", "c")
    recorded = await store.record_batch(bot, [], [edit(1, "better")], NOW, answered_since=NOW)
    assert recorded.lanes == (lane,)
    again = await claimed(store, lane)
    assert (again.id, again.text, again.in_place, again.attempts) == (job.id, "better", True, 1)
    assert await save(store, again, "new a", "new b") == [
        ("new a", PartState.PENDING, 101),
        ("new b", PartState.PENDING, 102),
        ("c", PartState.SURPLUS, 103),
    ]
    await deliver(store, again, 200)
    assert await column(store, job, "status") == "COMPLETED"
    parts = await store.parts(job)
    assert [(part.content.text, part.telegram_message_id) for part in parts] == [
        ("new a", 101),
        ("new b", 102),
    ]


async def test_a_longer_new_answer_sends_what_no_old_message_can_take(store: SqlStore) -> None:
    bot, lane, _ = await answered(store, "a")
    await store.record_batch(bot, [], [edit(1, "better")], NOW, answered_since=NOW)
    again = await claimed(store, lane)
    assert await save(store, again, "x", "y") == [
        ("x", PartState.PENDING, 101),
        ("y", PartState.PENDING, 0),
    ]


async def test_a_file_takes_over_no_message_and_gives_none_away(store: SqlStore) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(1))
    job = await claimed(store, lane)
    contents = [Content("opening"), Content("caption", (), ContentKind.DOCUMENT, "all", "a.md")]
    await store.save_answer(job, ANSWER, contents, outcome=Status.COMPLETED, now=NOW)
    await deliver(store, job, 101)
    await store.record_batch(bot, [], [edit(1, "better")], NOW, answered_since=NOW)
    again = await claimed(store, lane)
    assert await save(store, again, "x", "y") == [
        ("x", PartState.PENDING, 101),
        ("y", PartState.PENDING, 0),
        ("caption", PartState.SURPLUS, 102),
    ]


async def test_an_edit_after_the_window_changes_nothing(store: SqlStore) -> None:
    bot, _, job = await answered(store, "a")
    for since in (None, NOW + 1):
        recorded = await store.record_batch(bot, [], [edit(1, "late")], NOW, answered_since=since)
        assert recorded.lanes == ()
    assert await column(store, job, "status") == "COMPLETED"
    assert "late" not in await column(store, job, "raw_update")


async def test_an_edit_that_changes_nothing_is_dropped(store: SqlStore) -> None:
    bot, _, _ = await answered(store, "a")
    same = edit(1, "question 1")
    recorded = await store.record_batch(bot, [], [same], NOW, answered_since=NOW)
    assert recorded.lanes == ()


async def test_an_edit_while_the_answer_is_being_sent_is_answered_after_it(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(1))
    job = await claimed(store, lane)
    await save(store, job, "a", "b")
    await store.mark_sending(job, 0)
    recorded = await store.record_batch(bot, [], [edit(1, "better")], NOW, answered_since=NOW)
    assert recorded.lanes == (lane,)
    await store.postpone(
        job, status=Status.RECEIVED, spent=False, not_before=0, code="", message=""
    )
    job = await claimed(store, lane)
    assert job.more, "whoever sends the rest knows that the same lane has work again"
    await deliver(store, job, 101)
    assert await column(store, job, "status") == "RECEIVED"
    again = await claimed(store, lane)
    assert not again.more
    assert (again.text, again.in_place, again.outcome) == ("better", True, None)
    assert await save(store, again, "x") == [
        ("x", PartState.PENDING, 101),
        ("b", PartState.SURPLUS, 102),
    ]


async def test_an_error_after_an_edit_leaves_the_old_answer_and_comes_behind_it(
    store: SqlStore,
) -> None:
    bot, lane, _ = await answered(store, "a")
    await store.record_batch(bot, [], [edit(1, "better")], NOW, answered_since=NOW)
    again = await claimed(store, lane)
    assert await save(store, again, "sorry", answer=None) == [
        ("a", PartState.SENT, 101),
        ("sorry", PartState.PENDING, 0),
    ]


async def test_a_new_answer_that_cannot_be_sent_leaves_the_messages_it_was_to_replace(
    store: SqlStore,
) -> None:
    bot, lane, _ = await answered(store, "a")
    await store.record_batch(bot, [], [edit(1, "better")], NOW, answered_since=NOW)
    again = await claimed(store, lane)
    await save(store, again, "new")
    assert await save(store, again, "sorry", answer=None) == [
        ("new", PartState.SENT, 101),
        ("sorry", PartState.PENDING, 0),
    ]


async def test_the_message_a_part_was_to_replace_stays_known_until_it_is_given_up(
    store: SqlStore,
) -> None:
    bot, lane, _ = await answered(store, "a")
    await store.record_batch(bot, [], [edit(1, "better")], NOW, answered_since=NOW)
    again = await claimed(store, lane)
    await save(store, again, "new")
    assert await store.unknown_ids(again, 99, 103, 10) == [100, 102]
    assert (await store.mark_pending(again, 0, plain=True)).telegram_message_id == 101
    assert (await store.mark_anew(again, 0))[0].telegram_message_id == 0


async def test_one_part_becomes_several_and_the_first_keeps_its_message(store: SqlStore) -> None:
    bot, lane, _ = await answered(store, "a", "b")
    await store.record_batch(bot, [], [edit(1, "better")], NOW, answered_since=NOW)
    again = await claimed(store, lane)
    await save(store, again, "rich")
    parts = await store.rewrite_part(again, 0, [Content("x"), Content("y")])
    assert [(p.index, p.content.text, p.state, p.telegram_message_id) for p in parts] == [
        (0, "x", PartState.PENDING, 101),
        (1, "y", PartState.PENDING, 0),
        (2, "b", PartState.SURPLUS, 102),
    ]


async def test_a_pressed_menu_is_edited_into_the_answer(store: SqlStore) -> None:
    job = await claimed(store, await put(store, await add_bot(store), incoming(1)))
    (part,) = await store.save_answer(
        job, None, [Content("done")], outcome=Status.COMPLETED, replaces=55, now=NOW
    )
    assert part.telegram_message_id == 55


async def test_the_last_question_is_asked_again_and_answered_with_new_messages(
    store: SqlStore,
) -> None:
    bot, lane, _job = await answered(store, "a")
    await put(store, bot, incoming(2))
    second = await claimed(store, lane)
    assert await store.ask_again(second) == "busy"
    await store.finish(second, Status.TERMINAL, reason="x", now=NOW)
    third = await put(store, bot, incoming(3))
    command = await claimed(store, third)
    await store.finish(command, Status.COMPLETED, now=NOW)
    assert await store.ask_again(command) == lane
    again = await claimed(store, lane)
    assert (again.id, again.in_place, again.outcome) == (second.id, False, None)


async def test_nothing_is_asked_again_that_was_forgotten(store: SqlStore) -> None:
    bot, lane, _ = await answered(store, "a")
    await put(store, bot, incoming(2))
    later = await claimed(store, lane)
    await store.finish(later, Status.COMPLETED, now=NOW)
    await store.forget(later)
    assert await store.ask_again(later) is None


async def test_a_stop_is_remembered_with_the_row_and_forgotten_with_an_edit(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(1))
    assert await store.request_stop(lane.chat_id) is None
    job = await claimed(store, lane)
    assert await store.request_stop(lane.chat_id) == (job.id, lane)
    assert (await store.reload(job)).stopped
    await store.record_batch(bot, [], [edit(1, "better")], NOW)
    assert not (await store.reload(job)).stopped


async def test_a_written_answer_is_not_stopped(store: SqlStore) -> None:
    lane = await put(store, await add_bot(store), incoming(1))
    job = await claimed(store, lane)
    await save(store, job, "a")
    assert await store.request_stop(lane.chat_id) is None
    await deliver(store, job, 101)
    with pytest.raises(StaleJob):
        await store.reload(job)


async def test_what_stands_behind_a_lost_message_is_sent_anew_with_it(store: SqlStore) -> None:
    bot, lane, _ = await answered(store, "a", "b", "c")
    await store.record_batch(bot, [], [edit(1, "better")], NOW, answered_since=NOW)
    again = await claimed(store, lane)
    await save(store, again, "x", "y")
    parts = await store.mark_anew(again, 0)
    assert [(p.content.text, p.state, p.telegram_message_id) for p in parts] == [
        ("x", PartState.PENDING, 0),
        ("y", PartState.PENDING, 0),
        ("c", PartState.SURPLUS, 103),
        ("y", PartState.SURPLUS, 102),
    ]


async def test_a_doubtful_message_of_the_old_answer_has_no_place_in_the_new_one(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(1))
    job = await claimed(store, lane)
    await save(store, job, "old")
    await store.mark_sending(job, 0)
    await store.finish(job, Status.TERMINAL, reason="in doubt too long", now=NOW)
    await store.record_batch(bot, [], [edit(1, "better")], NOW, answered_since=NOW)
    again = await claimed(store, lane)
    assert await save(store, again, "new") == [
        ("old", PartState.SENDING, 0),
        ("new", PartState.PENDING, 0),
    ]
    await store.mark_sent(again, -1, 101, now=NOW)
    assert [(part.content.text, part.state) for part in await store.parts(again)] == [
        ("old", PartState.SURPLUS),
        ("new", PartState.PENDING),
    ]


async def test_a_retry_ends_the_command_with_what_it_did(store: SqlStore) -> None:
    bot, lane, _ = await answered(store, "a")
    command = await claimed(store, await put(store, bot, incoming(2, kind=Kind.COMMAND)))
    assert await store.ask_again(command) == lane
    assert await column(store, command, "status") == "COMPLETED"


async def test_a_question_asked_anew_is_not_shown_with_its_old_answer(store: SqlStore) -> None:
    bot, lane, _ = await answered(store, "a")
    await store.record_batch(bot, [], [edit(1, "better")], NOW, answered_since=NOW)
    again = await claimed(store, lane)
    await store.finish(again, Status.TERMINAL, reason="refused", now=NOW)
    later = await claimed(store, await put(store, bot, incoming(2)))
    assert await store.history(later, 10) == []


async def test_an_answer_that_was_stopped_before_its_first_word_is_no_history(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(1))
    job = await claimed(store, lane)
    await save(store, job, "Stopped.", answer=Answer("", "m", Usage(), 0))
    await deliver(store, job, 101)
    later = await claimed(store, await put(store, bot, incoming(2)))
    assert await store.history(later, 10) == []


async def test_an_edit_of_a_rich_message_is_one(store: SqlStore) -> None:
    bot, lane, _ = await answered(store, "a")
    rich = edit(1, "question 1")
    rich.raw_message["rich_message"] = {"blocks": [{"type": "paragraph", "text": "better"}]}
    recorded = await store.record_batch(bot, [], [rich], NOW, answered_since=NOW)
    assert recorded.lanes == (lane,)
