"""Dead letters in the database, on both engines: attempts, lists, changes, retries of many."""

from itertools import count

import pytest

from kotodom.db import Database, SqlStore
from kotodom.model import Answer, Content, Job, Lane, Role, Status, Usage
from kotodom.ports.admin import AuditEntry
from kotodom.ports.admin.messages import BulkState, Change, MessageFilter, Which
from tests.support.rows import NOW, add_bot, claimed, column, incoming, new_job, put

ORIGINS = count(1)
HOUR = 3_600_000


def entry(row: int, field: str = "retry", origin: str = "") -> AuditEntry:
    """The audit line of a new command, or of that one."""
    return AuditEntry(
        900, "Boss", field, f"message:{row}", field, None, None, origin or f"job:{next(ORIGINS)}"
    )


async def dead(
    store: SqlStore, bot: int, number: int, *, code: str = "provider_timeout", at: int = NOW
) -> Job:
    """A question that ended with an apology which its sender has got."""
    job = await claimed(store, await put(store, bot, incoming(number)), at)
    reason = f"{code}: too bad"
    await store.save_answer(
        job, None, [Content("sorry")], outcome=Status.TERMINAL, reason=reason, code=code, now=at
    )
    await store.mark_sending(job, 0)
    await store.mark_sent(job, 0, 10_000 + number, now=at)
    return job


async def draft(store: SqlStore, code: str = "", **how: object) -> int:
    """A retry that was confirmed."""
    bulk = await store.draft_bulk(
        origin=f"job:{next(ORIGINS)}",
        created_by=900,
        language="en",
        code=code,
        bot_ids=how.get("bot_ids"),  # type: ignore[arg-type]
        since=NOW - HOUR,
        upto=NOW,
        bound=1000,
        now=NOW,
    )
    await store.start_bulk(bulk.id, shown_by=0, entry=entry(bulk.id), now=NOW)
    return bulk.id


async def answer(store: SqlStore, lane: Lane, at: int = NOW) -> Job:
    """The lane's next message is answered and delivered."""
    job = await claimed(store, lane, at)
    parts = await store.save_answer(
        job, Answer("yes", "m", Usage(), 1), [Content("yes")], outcome=Status.COMPLETED, now=at
    )
    for part in parts:
        if part.state != "SENT":
            await store.mark_sending(job, part.index)
            await store.mark_sent(job, part.index, 50_000 + job.id, now=at)
    return job


async def test_every_failure_is_kept_with_its_message_the_newest_twenty(store: SqlStore) -> None:
    job = await new_job(store)
    for number in range(25):
        await store.postpone(
            job,
            status=Status.RECEIVED,
            spent=False,
            not_before=0,
            code="flood_wait",
            message=f"wait {number} " + "x" * 2000,
        )
        job = await claimed(store, job.lane)
    await store.finish(
        job, Status.TERMINAL, reason="crashed: c", code="crashed", message="c", now=NOW
    )
    card = await store.message_card(job.id)
    assert card is not None
    assert len(card.failed) == 20
    assert [card.failed[0].message[:7], card.failed[-1].message] == ["wait 6 ", "c"]
    assert len(card.failed[0].message) == 1000
    assert (card.code, card.reason) == ("crashed", "crashed: c")
    assert card.failed[-1].began_at == NOW


async def test_attempts_go_with_their_message(store: SqlStore, database: Database) -> None:
    bot = await add_bot(store)
    await dead(store, bot, 1)
    assert await store.expire(bot, NOW + 10**13, 10) == 1
    rows = await database.read(lambda c: c.fetch("SELECT COUNT(*) FROM attempt"))
    assert rows[0][0] == 0


async def test_a_shutdown_is_no_failure(store: SqlStore) -> None:
    job = await new_job(store)
    await store.postpone(
        job, status=Status.RECEIVED, spent=False, not_before=0, code="", message=""
    )
    card = await store.message_card(job.id)
    assert card is not None
    assert card.failed == ()


async def ids(store: SqlStore, **wanted: object) -> list[int]:
    found = await store.messages_page(
        MessageFilter(**wanted),  # type: ignore[arg-type]
        now=NOW,
        offset=0,
        limit=10,
    )
    return [line.id for line in found]


async def test_lists_by_state_bot_cause_and_age(store: SqlStore) -> None:
    one, two = await add_bot(store, 11), await add_bot(store, 12)
    old = await dead(store, one, 1, at=NOW - 2 * HOUR)
    slow = await dead(store, one, 2, at=NOW - HOUR)
    gone = await dead(store, two, 3, code="chat_gone")
    done = await answer(store, await put(store, two, incoming(4)))
    waits = await claimed(store, await put(store, two, incoming(5)))
    await store.postpone(
        waits, status=Status.FAILED, spent=True, not_before=NOW + 9, code="internal", message="x"
    )
    await put(store, two, incoming(6))
    works = await claimed(store, await put(store, one, incoming(7)))
    assert await ids(store) == [gone.id, slow.id, old.id]
    assert await ids(store, bot_ids=(one,)) == [slow.id, old.id]
    assert await ids(store, bot_ids=(one, two)) == [gone.id, slow.id, old.id]
    assert await ids(store, bot_ids=()) == []
    assert await ids(store, code="provider_timeout") == [slow.id, old.id]
    assert await ids(store, code="provider_timeout", bot_ids=(two,)) == []
    assert await ids(store, since=NOW - HOUR) == [gone.id, slow.id]
    assert await ids(store, which=Which.WORK) == [works.id]
    assert await ids(store, which=Which.WAIT) == [waits.id + 1, waits.id]
    assert await ids(store, which=Which.WAIT, code="internal") == [waits.id]
    assert await ids(store, which=Which.DONE) == [done.id]
    everything = await ids(store, which=Which.ALL)
    assert sorted(everything) == sorted(
        [old.id, slow.id, gone.id, done.id, waits.id, waits.id + 1, works.id]
    )
    assert await ids(store, which=Which.ALL, code="chat_gone") == [gone.id]
    assert await ids(store, which=Which.ALL, bot_ids=(one,)) == [works.id, slow.id, old.id]


async def test_causes_of_the_last_day_are_counted(store: SqlStore) -> None:
    one, two = await add_bot(store, 11), await add_bot(store, 12)
    await dead(store, one, 1, at=NOW - 2 * HOUR)
    await dead(store, one, 2)
    await dead(store, one, 3)
    gone = await dead(store, two, 4, code="chat_gone")
    causes = [("provider_timeout", 2), ("chat_gone", 1)]
    assert await store.message_causes(None, since=NOW - HOUR, bound=100) == causes
    assert await store.message_causes((two,), since=0, bound=100) == [("chat_gone", 1)]
    assert await store.message_causes((), since=0, bound=100) == []
    await store.drop_message(gone.id, [Content("sorry")], entry=entry(gone.id), now=NOW)
    assert await store.message_causes((two,), since=0, bound=100) == []


async def test_only_one_of_two_admins_retries(store: SqlStore) -> None:
    job = await dead(store, await add_bot(store), 1)
    first, lane = await store.retry_message(job.id, model="", entry=entry(job.id), now=NOW)
    second, _ = await store.retry_message(job.id, model="wise", entry=entry(job.id), now=NOW)
    assert (first, lane) == (Change.DONE, job.lane)
    assert second is Change.DONE  # it waits still, and so may be given another model
    again = await claimed(store, job.lane)
    assert (again.wanted_model, again.told, again.attempts) == ("wise", True, 1)
    late, none = await store.retry_message(job.id, model="", entry=entry(job.id), now=NOW)
    assert (late, none) == (Change.STALE, None)


async def test_the_same_press_changes_once_even_when_it_failed_again(store: SqlStore) -> None:
    job = await dead(store, await add_bot(store), 1)
    press = entry(job.id)
    await store.retry_message(job.id, model="", entry=press, now=NOW)
    again = await claimed(store, job.lane)
    await store.finish(again, Status.TERMINAL, reason="x", code="x", now=NOW)
    change, _ = await store.retry_message(job.id, model="", entry=press, now=NOW)
    assert change is Change.DONE
    assert await column(store, job, "status") == "TERMINAL"


async def test_an_answer_in_doubt_is_resolved_rather_than_given_twice(store: SqlStore) -> None:
    job = await new_job(store)
    await store.save_answer(
        job, Answer("yes", "m", Usage(), 1), [Content("yes")], outcome=Status.COMPLETED, now=NOW
    )
    await store.mark_sending(job, 0)
    await store.finish(job, Status.TERMINAL, reason="telegram: x", code="telegram", now=NOW)
    await store.retry_message(job.id, model="", entry=entry(job.id), now=NOW)
    again = await claimed(store, job.lane)
    assert again.outcome is Status.COMPLETED
    assert [(part.index, part.state) for part in await store.parts(again)] == [(0, "SENDING")]


async def test_dropping_what_is_in_doubt_says_nothing(store: SqlStore) -> None:
    job = await new_job(store)
    await store.save_answer(
        job, Answer("yes", "m", Usage(), 1), [Content("yes")], outcome=Status.COMPLETED, now=NOW
    )
    await store.mark_sending(job, 0)
    await store.finish(job, Status.TERMINAL, reason="telegram: x", code="telegram", now=NOW)
    change, _ = await store.drop_message(
        job.id, [Content("sorry")], entry=entry(job.id, "drop"), now=NOW
    )
    assert change is Change.DONE
    assert await column(store, job, "status") == "TERMINAL"
    assert await column(store, job, "last_error_kind") == "dropped"


async def test_an_admins_answer_is_written_ahead_like_any(store: SqlStore) -> None:
    job = await dead(store, await add_bot(store), 1)
    change, lane = await store.answer_message(
        job.id, "because", [Content("because")], entry=entry(job.id, "answer"), now=NOW
    )
    assert (change, lane) == (Change.DONE, job.lane)
    again = await claimed(store, job.lane)
    assert again.outcome is Status.COMPLETED
    assert [part.content.text for part in await store.parts(again)] == ["sorry", "because"]
    card = await store.message_card(job.id)
    assert card is not None
    assert (card.answer, card.answered_by) == ("because", Role.ADMIN)
    change, _ = await store.answer_message(
        job.id, "no", [Content("no")], entry=entry(job.id, "answer"), now=NOW
    )
    assert change is Change.STALE


async def test_many_are_asked_again_a_few_at_a_time_each_once(store: SqlStore) -> None:
    bot = await add_bot(store)
    jobs = [await dead(store, bot, number, at=NOW - 100 + number) for number in range(1, 6)]
    await dead(store, bot, 6, code="chat_gone")
    bulk_id = await draft(store, "provider_timeout")
    step = await store.advance_bulk(bulk_id, window=3, now=NOW + 1)
    assert (step.bulk.total, step.bulk.reopened, step.bulk.waiting) == (5, 3, 3)
    assert step.lanes == (jobs[0].lane,)
    assert not step.exhausted
    again = await store.advance_bulk(bulk_id, window=3, now=NOW + 1)
    assert again.lanes == ()
    assert again.bulk.reopened == 3
    for _ in range(2):
        await answer(store, jobs[0].lane, NOW + 2)
    failing = await claimed(store, jobs[0].lane, NOW + 3)
    assert failing.id == jobs[2].id
    await store.finish(failing, Status.TERMINAL, reason="x", code="provider_timeout", now=NOW + 3)
    step = await store.advance_bulk(bulk_id, window=3, now=NOW + 4)
    bulk = step.bulk
    assert (bulk.answered, bulk.failed, bulk.reopened, bulk.waiting) == (2, 1, 5, 2)
    assert step.exhausted
    await answer(store, jobs[0].lane, NOW + 5)
    await answer(store, jobs[0].lane, NOW + 5)
    step = await store.advance_bulk(bulk_id, window=3, now=NOW + 6)
    assert (step.bulk.answered, step.bulk.failed, step.bulk.waiting) == (4, 1, 0)
    assert await store.finish_bulk(bulk_id, told=None, now=NOW + 6) is None
    assert await store.running_bulks() == []
    assert await column(store, failing, "status") == "TERMINAL"


async def test_a_retry_of_many_leaves_out_who_cannot_be_told_and_what_was_dropped(
    store: SqlStore,
) -> None:
    one, two = await add_bot(store, 11), await add_bot(store, 12)
    await dead(store, one, 1)
    dropped = await dead(store, two, 2)
    await store.drop_message(dropped.id, [Content("s")], entry=entry(dropped.id), now=NOW)
    wanted = await dead(store, two, 3)
    await store.set_blocked(one, 501, NOW)
    bulk_id = await draft(store)
    step = await store.advance_bulk(bulk_id, window=10, now=NOW)
    assert step.bulk.total == step.bulk.reopened == 1
    assert await column(store, wanted, "status") == "RECEIVED"
    nobody = await draft(store, bot_ids=(one,))
    assert (await store.advance_bulk(nobody, window=10, now=NOW)).bulk.reopened == 0


async def test_a_cancelled_retry_asks_nothing_more(store: SqlStore) -> None:
    bot = await add_bot(store)
    for number in range(1, 4):
        await dead(store, bot, number)
    bulk_id = await draft(store)
    await store.advance_bulk(bulk_id, window=1, now=NOW)
    bulk = await store.cancel_bulk(bulk_id, entry=entry(bulk_id), now=NOW)
    assert (bulk.state, bulk.reopened, bulk.waiting) == (BulkState.CANCELLED, 1, 1)
    step = await store.advance_bulk(bulk_id, window=9, now=NOW)
    assert step.bulk.reopened == 1
    assert step.lanes == ()


async def test_a_draft_told_twice_is_one(store: SqlStore) -> None:
    how = {"created_by": 9, "language": "en", "code": "", "bot_ids": None, "since": 0, "upto": NOW}
    first = await store.draft_bulk(origin="job:1", bound=10, now=NOW, **how)  # type: ignore[arg-type]
    second = await store.draft_bulk(origin="job:1", bound=10, now=NOW, **how)  # type: ignore[arg-type]
    assert first.id == second.id
    later = await store.draft_bulk(origin="job:2", bound=10, now=NOW + 10**9, **how)  # type: ignore[arg-type]
    assert await store.bulk(first.id) is None
    assert await store.bulks(None, offset=0, limit=5) == []
    assert later.state is BulkState.DRAFT


@pytest.mark.parametrize("which", list(Which))
async def test_a_poison_row_without_a_chat_is_listed_and_left_alone(
    store: SqlStore, which: Which
) -> None:
    bot = await add_bot(store)
    await store.record_batch(bot, [incoming(1, chat=None, sender=None, poison="?!")], [], NOW)
    expected = 1 if which in (Which.DEAD, Which.ALL) else 0
    found = await ids(store, which=which)
    assert len(found) == expected
    for row in found:
        card = await store.message_card(row)
        assert card is not None
        assert card.chat is None
        change, _ = await store.retry_message(row, model="", entry=entry(row), now=NOW)
        assert change is Change.STALE
