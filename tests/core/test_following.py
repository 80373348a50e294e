"""A changed setting takes effect in the parts that are at work, without a restart."""

import asyncio
from typing import Any

import pytest

from kotodom import settings as known
from kotodom.config import Config
from kotodom.errors import ProviderUnavailable
from kotodom.following import follow_work
from kotodom.model import Kind, Lane, Status
from kotodom.settings import Settings
from kotodom.slots import Slots
from kotodom.worker import Worker
from tests.support.keeping import rig
from tests.support.talking import Room, room


def settings(**sections: Any) -> Settings:
    return Settings(Config.model_validate({"openai": {"api_key": "k"}, **sections}))


def _followed(talk: Room, upkeep: Any, chosen: Settings, worker: Any = None) -> None:
    follow_work(
        chosen,
        intake=talk.intake,
        upkeep=upkeep,
        settler=talk.settler,
        worker=worker or talk._worker,
    )


async def test_more_slots_wake_who_waits_and_fewer_let_the_others_end() -> None:
    slots = Slots(1)
    await slots.acquire()
    waiting = asyncio.ensure_future(slots.acquire())
    await asyncio.sleep(0)
    assert not waiting.done()
    slots.resize(2)
    await waiting
    slots.resize(1)
    slots.release()
    late = asyncio.ensure_future(slots.acquire())
    await asyncio.sleep(0)
    assert not late.done()
    slots.release()
    await late


async def test_a_worker_takes_more_as_soon_as_it_may(sqlite_url: str) -> None:
    async with rig(sqlite_url) as keeper:
        begun: asyncio.Queue[int] = asyncio.Queue()
        go_on = asyncio.Event()

        async def work(job: Any) -> None:
            await begun.put(job.id)
            await go_on.wait()
            await keeper.store.finish(job, Status.COMPLETED, now=keeper.clock.now())

        from kotodom.tasks import Tasks

        tasks = Tasks(lambda name, error: None)
        worker = Worker(
            queue=keeper.queue,
            store=keeper.store,
            dispatch=work,
            resume=work,
            settle=_never,
            tasks=tasks,
            records=Tasks(lambda name, error: None),
            clock=keeper.clock,
            concurrency=1,
        )
        for lane in await keeper.ask(keeper.bots[0], 11, 12, 13):
            keeper.queue.offer(lane)
        run = asyncio.ensure_future(worker.run())
        async with asyncio.timeout(10):
            await begun.get()
            assert begun.empty()
            worker.resize(3)
            await begun.get()
            await begun.get()
            go_on.set()
            await tasks.wait(10)
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)


async def _never(job: Any, error: BaseException) -> None:
    raise AssertionError(error)


async def test_patience_with_failures_changes_for_what_fails_next(sqlite_url: str) -> None:
    async with room(sqlite_url) as talk, rig(f"{sqlite_url}2") as keeper:
        chosen = settings()
        _followed(talk, keeper.upkeep, chosen)
        talk.provider.respond = lambda asked: [ProviderUnavailable("down")]
        chosen.put(known.MAX_ATTEMPTS, 2)
        await talk.say("hello")
        await talk.settle()
        assert await talk.column("attempts") == [2]
        assert await talk.column("status") == ["TERMINAL"]
        chosen.put(known.RETRY_BASE, 40.0)
        await talk.say("again")
        (lane,) = await talk.lanes()
        began = talk.clock.now()
        await talk.work(lane)
        (due,) = [at for at in await talk.column("not_before") if at]
        assert isinstance(due, int)
        assert 40_000 <= due - began <= 51_000


async def test_retention_and_pressure_are_looked_up_each_time(sqlite_url: str) -> None:
    async with room(sqlite_url) as talk, rig(f"{sqlite_url}2") as keeper:
        chosen = settings()
        _followed(talk, keeper.upkeep, chosen)
        chosen.put(known.BACKLOG_LIMIT, 2)
        await keeper.ask(keeper.bots[0], 11, 12)
        await keeper.upkeep.check_pressure()
        assert keeper.intake.paused
        chosen.put(known.BACKLOG_LIMIT, None)
        await keeper.upkeep.check_pressure()
        assert not keeper.intake.paused
        lane = Lane(keeper.bots[0], 1, Kind.QUESTION)
        job = await keeper.store.claim(lane, keeper.clock.now())
        assert job is not None
        await keeper.store.finish(job, Status.COMPLETED, now=keeper.clock.now())
        await keeper.clock.advance(3 * 24 * 3600.0)
        await keeper.upkeep.expire()
        assert len(await _messages(keeper)) == 2
        chosen.put(known.KEEP_DAYS, 2)
        await keeper.upkeep.expire()
        assert len(await _messages(keeper)) == 1


async def _messages(keeper: Any) -> list[Any]:
    rows = await keeper.store._database.read(lambda c: c.fetch("SELECT id FROM message"))
    return list(rows)


@pytest.mark.parametrize(("window", "answers"), [(0.0, 1), (900.0, 2)])
async def test_the_editing_window_counts_for_the_next_edit(
    sqlite_url: str, window: float, answers: int
) -> None:
    async with room(sqlite_url) as talk, rig(f"{sqlite_url}2") as keeper:
        chosen = settings()
        _followed(talk, keeper.upkeep, chosen)
        chosen.put(known.EDIT_WINDOW, window)
        number = await talk.say("one")
        await talk.settle()
        await talk.edit(number, "two")
        await talk.settle()
        assert len(talk.provider.questions) == answers
