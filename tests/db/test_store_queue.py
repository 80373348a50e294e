"""The queue as the store keeps it: order, retries, guards, recovery."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from kotodom.db import Database, SqlStore
from kotodom.errors import StaleJob
from kotodom.model import (
    Answer,
    Backlog,
    ChatRef,
    Content,
    Job,
    Kind,
    Recovered,
    Status,
    Usage,
)
from tests.support.clock import FakeClock
from tests.support.rows import (
    BOTS,
    NOW,
    SUPERGROUP,
    add_bot,
    claimed,
    column,
    incoming,
    new_job,
    put,
)


async def postpone(
    store: SqlStore, job: Job, *, spent: bool, until: int = 0, code: str = "", message: str = ""
) -> None:
    status = Status.FAILED if spent else Status.RECEIVED
    await store.postpone(
        job, status=status, spent=spent, not_before=until, code=code, message=message
    )


async def test_a_lane_is_answered_in_order_one_at_a_time(store: SqlStore) -> None:
    lane = await put(store, await add_bot(store), *(incoming(n) for n in (1, 2, 3)))
    answered = []
    while job := await store.claim(lane, NOW):
        assert await store.claim(lane, NOW) is None
        answered.append(job.telegram_message_id)
        await store.finish(job, Status.COMPLETED, now=NOW)
    assert answered == [1, 2, 3]


async def test_a_job_says_whether_others_wait_behind_it(store: SqlStore) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(1), incoming(2))
    await put(store, bot, incoming(3, chat=SUPERGROUP))
    first = await claimed(store, lane)
    await store.finish(first, Status.COMPLETED, now=NOW)
    assert (first.more, (await claimed(store, lane)).more) == (True, False)


async def test_commands_and_other_chats_do_not_wait_for_a_question(store: SqlStore) -> None:
    bot = await add_bot(store)
    question = await put(store, bot, incoming(1))
    command = await put(store, bot, incoming(2, kind=Kind.COMMAND))
    other = await put(store, bot, incoming(3, chat=SUPERGROUP))
    for lane in (question, command, other):
        assert (await claimed(store, lane)).lane == lane


async def test_of_many_who_claim_a_lane_one_gets_the_job(store: SqlStore) -> None:
    lane = await put(store, await add_bot(store), incoming(1), incoming(2))
    jobs = await asyncio.gather(*(store.claim(lane, NOW) for _ in range(20)))
    assert [job.telegram_message_id for job in jobs if job] == [1]


async def test_a_retry_holds_back_the_later_messages_until_it_is_due(store: SqlStore) -> None:
    lane = await put(store, await add_bot(store), incoming(1), incoming(2))
    job = await claimed(store, lane)
    await postpone(store, job, spent=True, until=NOW + 1000, code="stream_broken")
    assert await store.claim(lane, NOW + 999) is None
    again = await claimed(store, lane, NOW + 1000)
    assert (again.telegram_message_id, again.attempts) == (1, 2)


async def test_a_spent_attempt_counts_and_clears_the_deferrals(store: SqlStore) -> None:
    job = await new_job(store)
    assert (job.attempts, job.deferrals) == (1, 0)
    await postpone(store, job, spent=False)
    job = await claimed(store, job.lane)
    await postpone(store, job, spent=False)
    job = await claimed(store, job.lane)
    assert (job.attempts, job.deferrals) == (1, 2)
    await postpone(store, job, spent=True)
    job = await claimed(store, job.lane)
    assert (job.attempts, job.deferrals) == (2, 0)


async def test_the_last_error_is_kept_short_and_an_empty_code_leaves_it(
    database: Database,
) -> None:
    clock = FakeClock()
    store = SqlStore(database, clock)
    job = await new_job(store)
    await postpone(store, job, spent=True, code="rate_limited", message="x\0" * 2000)
    job = await claimed(store, job.lane)
    await postpone(store, job, spent=False)
    assert await column(store, job, "last_error_kind") == "rate_limited"
    assert len(await column(store, job, "last_error")) == 1000
    assert await column(store, job, "last_error_at") == clock.now()


async def test_pending_gives_pages_of_what_may_be_claimed(store: SqlStore) -> None:
    bot, other = await add_bot(store), await add_bot(store, 12)
    chats = [ChatRef(n, name="x") for n in range(1, 7)]
    for n, chat in enumerate(chats, 1):
        await put(store, bot, incoming(n, chat=chat, sender=None))
    await put(store, bot, incoming(7, kind=Kind.COMMAND))
    await put(store, other, incoming(1))

    first = await store.pending(bot, Kind.QUESTION, after=0, limit=4, now=NOW)
    rest = await store.pending(bot, Kind.QUESTION, after=first[-1][0], limit=4, now=NOW)
    assert [len(first), len(rest)] == [4, 2]
    assert len({lane for _, lane in first + rest}) == 6

    job = await claimed(store, first[0][1])
    late = await claimed(store, first[1][1])
    await postpone(store, late, spent=True, until=NOW + 5)
    ids = [row for row, _ in await store.pending(bot, Kind.QUESTION, after=0, limit=9, now=NOW)]
    assert job.id not in ids
    assert late.id not in ids
    ids = [row for row, _ in await store.pending(bot, Kind.QUESTION, after=0, limit=9, now=NOW + 5)]
    assert late.id in ids


async def test_due_names_the_lanes_whose_time_came_since_the_last_sweep(store: SqlStore) -> None:
    bot = await add_bot(store)
    lanes = []
    for n, until in ((1, NOW + 300), (2, NOW + 100), (3, NOW + 200)):
        lane = await put(store, bot, incoming(n, chat=ChatRef(n, name="x"), sender=None))
        await postpone(store, await claimed(store, lane), spent=True, until=until)
        lanes.append(lane)
    assert await store.due(
        since=NOW + 100, now=NOW + 300, limit=9, bot_ids=BOTS, written=False
    ) == [lanes[2], lanes[0]]
    assert await store.due(since=NOW, now=NOW + 300, limit=1, bot_ids=BOTS, written=False) == [
        lanes[1]
    ]
    assert (
        await store.due(since=NOW + 300, now=NOW + 900, limit=9, bot_ids=BOTS, written=False) == []
    )


async def test_backlog_counts_ready_working_and_waiting(store: SqlStore) -> None:
    assert await store.backlog(NOW, BOTS) == Backlog(0, 0, 0, 0)
    bot = await add_bot(store)
    for n in range(1, 5):
        lane = await put(store, bot, incoming(n, chat=ChatRef(n, name="x"), sender=None))
        if n == 1:
            await claimed(store, lane)
        if n == 2:
            await postpone(store, await claimed(store, lane), spent=True, until=NOW + 60)
    assert await store.backlog(NOW + 50, BOTS) == Backlog(2, 1, 1, 50)
    assert await store.backlog(NOW + 60, BOTS) == Backlog(3, 1, 0, 60)


async def test_recovery_gives_the_attempt_back_and_counts_the_crash(store: SqlStore) -> None:
    job = await new_job(store)
    for crashes in (1, 2, 3):
        assert await store.recover(NOW) == Recovered(1, 0)
        job = await claimed(store, job.lane)
        assert (job.attempts, job.crashes) == (1, crashes)


async def test_recovery_of_a_written_answer_counts_no_crash_and_keeps_the_doubt(
    store: SqlStore,
) -> None:
    job = await new_job(store)
    await store.save_answer(
        job,
        Answer("a", "m", Usage(), 1),
        [Content("a"), Content("b")],
        outcome=Status.COMPLETED,
        now=NOW,
    )
    await store.mark_sending(job, 0)
    assert await store.recover(NOW) == Recovered(1, 1)
    again = await claimed(store, job.lane)
    assert (again.crashes, again.attempts, again.outcome) == (0, 1, Status.COMPLETED)
    assert [part.state for part in await store.parts(again)] == ["SENDING", "PENDING"]


async def test_recovery_leaves_rows_alone_that_were_not_in_work(store: SqlStore) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(1), incoming(2))
    await store.finish(await claimed(store, lane), Status.TERMINAL, now=NOW)
    await postpone(store, await claimed(store, lane), spent=True, until=NOW + 5)
    assert await store.recover(NOW) == Recovered(0, 0)


async def test_finish_ends_a_row_for_good(store: SqlStore) -> None:
    job = await new_job(store)
    await store.finish(job, Status.TERMINAL, reason="gone", now=NOW + 1)
    assert await store.claim(job.lane, NOW + 10**9) is None
    assert await column(store, job, "terminal_reason") == "gone"
    assert await column(store, job, "finished_at") == NOW + 1


async def test_a_row_in_work_cannot_be_put_in_work(store: SqlStore) -> None:
    job = await new_job(store)
    with pytest.raises(ValueError, match="cannot become"):
        await store.finish(job, Status.PROCESSING, now=NOW)


GUARDED: dict[str, Callable[[SqlStore, Job], Awaitable[object]]] = {
    "postpone": lambda s, j: s.postpone(
        j, status=Status.FAILED, spent=True, not_before=9, code="x", message="x"
    ),
    "finish": lambda s, j: s.finish(j, Status.COMPLETED, now=NOW),
    "save_answer": lambda s, j: s.save_answer(
        j, Answer("z", "m", Usage(), 1), [Content("z")], outcome=Status.COMPLETED, now=NOW
    ),
    "mark_sending": lambda s, j: s.mark_sending(j, 0),
    "mark_pending": lambda s, j: s.mark_pending(j, 0),
    "mark_bubble": lambda s, j: s.mark_bubble(j, 0, 900),
    "mark_sent": lambda s, j: s.mark_sent(j, 0, 900, now=NOW),
}


async def snapshot(database: Database) -> list[list[object]]:
    tables = []
    for table in ("bot", "chat", "message", "message_processing", "delivery_part"):
        rows = await database.read(
            lambda c, table=table: c.fetch(f"SELECT * FROM {table} ORDER BY id")
        )
        tables.append([tuple(row) for row in rows])
    return tables


@pytest.mark.parametrize("write", GUARDED)
async def test_a_row_that_is_not_in_work_any_more_cannot_be_written(
    store: SqlStore, database: Database, write: str
) -> None:
    job = await new_job(store)
    await store.save_answer(job, None, [Content("a")], outcome=Status.COMPLETED, now=NOW)
    await postpone(store, job, spent=True, until=NOW + 1)
    before = await snapshot(database)
    with pytest.raises(StaleJob):
        await GUARDED[write](store, job)
    assert await snapshot(database) == before
