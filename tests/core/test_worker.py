"""The worker: whatever an attempt does, its row is settled and its lane comes back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import pytest
from loguru import logger

from kotodom.clock import Clock, SystemClock
from kotodom.db import Database, SqlStore, open_database
from kotodom.db.connection import settled
from kotodom.errors import CrashedTooOften, ProviderUnavailable
from kotodom.model import BotSpec, ChatRef, Content, Incoming, Job, Kind, Lane, Person, Status
from kotodom.ports import Store
from kotodom.queue import Feeder, Queue
from kotodom.tasks import Tasks
from kotodom.worker import Worker
from tests.support.clock import FakeClock
from tests.support.flaky import Trouble, flaky


class WatchedQueue(Queue):
    """Tells when a worker is done with a lane."""

    def __init__(self) -> None:
        super().__init__(Kind.QUESTION)
        self.given_back = asyncio.Event()

    def done(self, lane: Lane, *, more: bool) -> None:
        super().done(lane, more=more)
        self.given_back.set()


class Rig:
    """One worker on a real store, with an attempt and a settling of the test's own."""

    def __init__(self, store: Store, database: Database) -> None:
        self.store = store
        self.database = database
        self.queue = WatchedQueue()
        self.deaths: list[str] = []
        self.tasks = Tasks(lambda name, error: self.deaths.append(name))
        self.records = Tasks(lambda name, error: self.deaths.append(name))
        self.dispatch: Callable[[Job], Any] = self._complete
        self.settled: list[tuple[Job, BaseException]] = []
        self.claiming: asyncio.Task[None] | None = None

    async def _complete(self, job: Job) -> None:
        await self.store.finish(job, Status.COMPLETED, now=1)

    async def _settle(self, job: Job, error: BaseException) -> None:
        self.settled.append((job, error))
        await self.store.finish(job, Status.TERMINAL, reason=str(error), now=1)

    def start(
        self,
        *,
        store: Any = None,
        settle: Any = None,
        concurrency: int = 4,
        clock: Clock | None = None,
        only_written: Callable[[int], bool] = lambda bot_id: False,
    ) -> None:
        async def dispatch(job: Job) -> None:
            await self.dispatch(job)

        worker = Worker(
            queue=self.queue,
            store=cast(Store, store or self.store),
            dispatch=dispatch,
            resume=dispatch,
            settle=settle or self._settle,
            tasks=self.tasks,
            records=self.records,
            clock=clock or SystemClock(),
            concurrency=concurrency,
            only_written=only_written,
        )
        self.claiming = asyncio.ensure_future(worker.run())

    async def ask(self, *numbers: int, chat: int = 5) -> Lane:
        bot = (await self.store.sync_bots([BotSpec(42, "42:x", "cat")]))[0]
        rows = [
            Incoming(number, "{}", Kind.QUESTION, ChatRef(chat), Person(5), f"q{number}", number)
            for number in numbers
        ]
        return (await self.store.record_batch(bot.id, rows, [], 1)).lanes[0]

    async def statuses(self) -> list[tuple[str, int]]:
        rows = await self.database.read(
            lambda c: c.fetch("SELECT status, attempts FROM message_processing ORDER BY id")
        )
        return [(row[0], row[1]) for row in rows]

    async def until(self, *expected: tuple[str, int]) -> None:
        async with asyncio.timeout(10):
            while await self.statuses() != list(expected):
                await self.queue.given_back.wait()
                self.queue.given_back.clear()


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    database = await open_database(f"sqlite://{tmp_path}/k.db")
    await database.migrate()
    rig = Rig(SqlStore(database), database)
    yield rig
    if rig.claiming is not None:
        rig.claiming.cancel()
    await rig.tasks.cancel()
    await rig.records.wait(None)
    await database.close()
    assert rig.deaths == []


async def test_messages_of_one_chat_are_attempted_one_after_another(rig: Rig) -> None:
    order: list[str] = []
    together = 0

    async def attempt(job: Job) -> None:
        nonlocal together
        together += 1
        assert together == 1
        await asyncio.sleep(0)
        order.append(job.text)
        together -= 1
        await rig.store.finish(job, Status.COMPLETED, now=1)

    rig.dispatch = attempt
    lane = await rig.ask(1, 2, 3)
    rig.start()
    rig.queue.offer(lane)
    await rig.until(("COMPLETED", 1), ("COMPLETED", 1), ("COMPLETED", 1))
    assert order == ["q1", "q2", "q3"]


async def test_an_error_is_settled_once_and_the_lane_goes_on(rig: Rig) -> None:
    async def attempt(job: Job) -> None:
        raise ProviderUnavailable

    rig.dispatch = attempt
    lane = await rig.ask(1, 2)
    rig.start()
    rig.queue.offer(lane)
    await rig.until(("TERMINAL", 1), ("TERMINAL", 1))
    assert len(rig.settled) == 2


async def test_a_bug_of_ours_is_settled_like_any_error(rig: Rig) -> None:
    async def attempt(job: Job) -> None:
        raise ZeroDivisionError

    rig.dispatch = attempt
    rig.queue.offer(await rig.ask(1))
    rig.start()
    await rig.until(("TERMINAL", 1))


async def test_settling_is_tried_until_the_database_takes_it(rig: Rig) -> None:
    tries, said = 0, list[str]()
    sink = logger.add(said.append, level="ERROR", format="{message}")

    async def settle(job: Job, error: BaseException) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise OSError("disk full")
        await rig.store.finish(job, Status.TERMINAL, now=1)

    async def attempt(job: Job) -> None:
        raise ProviderUnavailable

    rig.dispatch = attempt
    rig.queue.offer(await rig.ask(1))
    rig.start(settle=settle)
    await rig.until(("TERMINAL", 1))
    logger.remove(sink)
    assert tries == 3
    assert len(said) == 1  # however long that takes


async def test_cancelled_work_goes_back_without_an_attempt_spent(rig: Rig) -> None:
    begun = asyncio.Event()

    async def attempt(job: Job) -> None:
        begun.set()
        await asyncio.Event().wait()

    rig.dispatch = attempt
    rig.queue.offer(await rig.ask(1))
    rig.start()
    await begun.wait()
    await rig.tasks.cancel()
    assert await rig.statuses() == [("RECEIVED", 0)]


class SlowClaim:
    """A claim that is committed but not heard of until *go_on*, as Database.write does it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def claim(self, lane: Lane, now: int, *, written: bool = False) -> Job | None:
        job = await self._store.claim(lane, now, written=written)
        self.reached.set()
        await settled(asyncio.ensure_future(self.go_on.wait()))
        return job


async def test_a_shutdown_in_the_middle_of_a_claim_counts_no_crash(rig: Rig) -> None:
    """As the app stops: the whole group of tasks is cancelled, what they record is waited for."""
    slow = SlowClaim(rig.store)
    lane = await rig.ask(1)
    rig.queue.offer(lane)
    rig.start(store=slow)
    await slow.reached.wait()
    stopping = asyncio.ensure_future(rig.tasks.cancel())
    await asyncio.sleep(0)
    slow.go_on.set()
    await stopping
    await rig.records.wait(None)
    assert await rig.statuses() == [("RECEIVED", 0)]
    assert (await rig.store.recover(2)).requeued == 0
    job = await rig.store.claim(lane, 2)
    assert job is not None
    assert (job.attempts, job.crashes) == (1, 0)


@pytest.mark.parametrize("trouble", [Trouble.BEFORE, Trouble.AFTER])
async def test_a_claim_that_failed_is_made_again_whether_it_was_committed_or_not(
    rig: Rig, trouble: Trouble
) -> None:
    clock = FakeClock()
    feeding = asyncio.ensure_future(Feeder(rig.queue, rig.store, clock).run())
    rig.queue.offer(await rig.ask(1))
    rig.start(store=flaky(rig.store, trouble, only="claim"), clock=clock)
    await clock.sleepers(1)
    await clock.advance(1)
    await rig.until(("COMPLETED", 1))
    feeding.cancel()


async def test_a_claim_is_taken_back_as_soon_as_the_database_is_well_again(rig: Rig) -> None:
    """It fails after the commit, and so do the first two tries to take it back; said once."""
    clock, said = FakeClock(), list[str]()
    sink = logger.add(said.append, level="ERROR", format="{message}")
    feeding = asyncio.ensure_future(Feeder(rig.queue, rig.store, clock).run())
    rig.queue.offer(await rig.ask(1))
    sick = flaky(
        flaky(rig.store, Trouble.AFTER, only="claim"),
        Trouble.BEFORE,
        Trouble.AFTER,
        only="release",
    )
    rig.start(store=sick, clock=clock)
    for _ in range(3):
        assert await rig.statuses() != [("COMPLETED", 1)]
        await clock.sleepers(1)
        await clock.advance(1)
    await rig.until(("COMPLETED", 1))
    feeding.cancel()
    logger.remove(sink)
    assert ["cannot take a claim back" in line for line in said] == [False, True]


async def test_a_claim_that_failed_holds_no_other_conversation_back(rig: Rig) -> None:
    rig.queue.offer(await rig.ask(1, chat=1))
    rig.queue.offer(await rig.ask(2, chat=2))
    clock = FakeClock()
    rig.start(store=flaky(rig.store, Trouble.AFTER, only="claim"), clock=clock, concurrency=2)
    await rig.until(("PROCESSING", 1), ("COMPLETED", 1))
    await clock.sleepers(1)
    await clock.advance(1)
    await rig.until(("RECEIVED", 0), ("COMPLETED", 1))


async def test_only_written_answers_are_claimed_while_nobody_may_be_asked(rig: Rig) -> None:
    lane, other = await rig.ask(1, chat=1), await rig.ask(2, chat=2)
    job = await rig.store.claim(lane, 2)
    assert job is not None
    await rig.store.save_answer(job, None, [Content("x")], outcome=Status.COMPLETED, now=2)
    await rig.store.postpone(
        job, status=Status.RECEIVED, spent=False, not_before=0, code="", message=""
    )
    rig.queue.offer(other)
    rig.queue.offer(lane)
    rig.start(only_written=lambda bot_id: True)
    await rig.until(("COMPLETED", 1), ("RECEIVED", 0))


async def test_a_third_crash_is_not_tried_again(rig: Rig) -> None:
    lane = await rig.ask(1)
    for _ in range(3):
        assert await rig.store.claim(lane, 2) is not None
        await rig.store.recover(2)
    rig.queue.offer(lane)
    rig.start()
    await rig.until(("TERMINAL", 1))
    assert isinstance(rig.settled[0][1], CrashedTooOften)


async def test_no_more_than_the_concurrency_is_in_work(rig: Rig) -> None:
    begun: list[int] = []
    enough, go_on = asyncio.Event(), asyncio.Event()

    async def attempt(job: Job) -> None:
        begun.append(job.id)
        if len(begun) == 2:
            enough.set()
        await go_on.wait()
        await rig.store.finish(job, Status.COMPLETED, now=1)

    rig.dispatch = attempt
    for number in range(1, 6):
        rig.queue.offer(await rig.ask(number, chat=number))
    rig.start(concurrency=2)
    await enough.wait()
    assert len(begun) == 2
    go_on.set()
    await rig.until(*[("COMPLETED", 1)] * 5)
