"""Upkeep: what became due is offered, whoever else waits, whatever the clock and circuit do."""

import asyncio
from dataclasses import replace

import pytest
from loguru import logger

from kotodom.effects import AdminAlert
from kotodom.model import Status
from kotodom.recovery import PAGE
from kotodom.schedule import Schedule
from tests.support.flaky import Trouble
from tests.support.keeping import Rig, rig

HOUR = 3_600_000


async def test_what_became_due_is_offered_and_what_waits_is_not(sqlite_url: str) -> None:
    async with rig(sqlite_url) as r:
        soon, later = await r.ask(r.bots[0], 1, 2)
        await r.postpone(soon, 2_000)
        await r.postpone(later, 60_000)
        await r.upkeep.tick()
        assert r.offered() == set()
        await r.clock.advance(2)
        await r.upkeep.tick()
        assert r.offered() == {soon}


async def overdue(r: Rig, bot: int, number: int) -> None:
    """So many conversations of a bot that have been due for long."""
    await r.ask(bot, *range(100, 100 + number))
    await r.store._database.write(
        lambda c: c.execute(
            "UPDATE message_processing SET status = 'FAILED', not_before = 1 WHERE bot_id = $1", bot
        )
    )


@pytest.mark.parametrize("why", ["held", "disabled", "without a token"])
async def test_a_bot_that_cannot_answer_hides_nobody_elses_retry(sqlite_url: str, why: str) -> None:
    async with rig(sqlite_url) as r:
        silent, well = r.bots
        make_silent(r, silent, why)
        await overdue(r, silent, PAGE)
        (lane,) = await r.ask(well, 7)
        await r.postpone(lane, 1_000)
        await r.clock.advance(1)
        await r.upkeep.tick()
        assert r.offered() == {lane}


@pytest.mark.parametrize("why", ["held", "disabled", "without a token"])
async def test_its_backlog_stops_no_other_bot_from_receiving(sqlite_url: str, why: str) -> None:
    async with rig(sqlite_url) as r:
        make_silent(r, r.bots[0], why)
        await overdue(r, r.bots[0], 9)
        await r.upkeep.check_pressure()
        assert not r.intake.paused
        await r.ask(r.bots[1], 1, 2, 3)
        await r.upkeep.check_pressure()
        assert r.intake.paused
        assert [effect.key for effect in r.effects if isinstance(effect, AdminAlert)] == [
            "pressure"
        ]


def make_silent(r: Rig, bot_id: int, why: str) -> None:
    """Nobody can be answered by that bot."""
    bot = r.registry.get(bot_id)
    if why == "held":
        r.queue.hold(bot_id)
    elif why == "disabled":
        r.registry.put(replace(bot, enabled=False))
    else:
        r.registry.put(replace(bot, token=""))


async def test_a_bot_that_comes_back_finds_all_its_messages(sqlite_url: str) -> None:
    async with rig(sqlite_url) as r:
        r.queue.hold(r.bots[0])
        await overdue(r, r.bots[0], 5)
        await r.upkeep.tick()
        await r.clock.advance(300)
        await r.upkeep.tick()
        r.queue.release(r.bots[0])
        assert len(await r.fed()) == 5


async def test_pollers_go_on_when_the_backlog_has_shrunk(sqlite_url: str) -> None:
    async with rig(sqlite_url) as r:
        lanes = await r.ask(r.bots[0], 1, 2, 3)
        await r.upkeep.check_pressure()
        assert r.intake.paused
        job = await r.store.claim(lanes[0], r.clock.now())
        assert job is not None
        await r.store.finish(job, Status.COMPLETED, now=r.clock.now())
        await r.upkeep.check_pressure()
        assert not r.intake.paused


async def test_an_open_circuit_holds_questions_back_but_not_written_answers(
    sqlite_url: str,
) -> None:
    async with rig(sqlite_url) as r:
        written, unwritten = await r.ask(r.bots[0], 1, 2)
        await r.postpone(written, 1_000, written=True)
        await r.postpone(unwritten, 1_000)
        r.provider.wait = 30
        await r.clock.advance(1)
        await r.upkeep.tick()
        assert r.offered() == {written}
        assert await r.store.claim(unwritten, r.clock.now(), written=True) is None
        assert await r.store.claim(written, r.clock.now(), written=True) is not None


async def test_everything_is_looked_at_again_when_the_circuit_may_close(sqlite_url: str) -> None:
    """What came and what became due meanwhile was offered to nobody or taken by nobody."""
    async with rig(sqlite_url) as r:
        r.provider.wait = 30
        await r.upkeep.tick()
        lanes = [*await r.ask(r.bots[0], 1, 2), *await r.ask(r.bots[1], 3)]
        await r.postpone(lanes[0], 1_000)
        await r.clock.advance(300)
        await r.upkeep.tick()
        assert await r.fed() == set()
        r.provider.wait = 0
        await r.upkeep.tick()
        assert await r.fed() == set(lanes)


async def test_a_circuit_open_for_less_than_a_tick_forgets_nothing_either(sqlite_url: str) -> None:
    """It opened and may close again between two looks: what was passed over is looked at again."""
    async with rig(sqlite_url) as r:
        await r.upkeep.tick()
        r.provider.wait = 0.5
        r.upkeep.circuit_changed("url", "closed", "open")
        lanes = await r.ask(r.bots[0], 1)
        assert await r.store.claim(lanes[0], r.clock.now(), written=r.upkeep.circuit_open()) is None
        r.provider.wait = 0
        await r.upkeep.tick()
        assert await r.fed() == set(lanes)


async def test_a_circuit_that_closed_is_looked_at_at_once(sqlite_url: str) -> None:
    async with rig(sqlite_url) as r:
        lanes = await r.ask(r.bots[0], 1)
        r.upkeep.circuit_changed("url", "half-open", "closed")
        assert await r.fed() == set(lanes)


async def test_admins_hear_of_an_outage_once_and_not_of_each_probe(sqlite_url: str) -> None:
    async with rig(sqlite_url) as r:
        for old, new in (("closed", "open"), ("open", "half-open"), ("half-open", "open")):
            r.upkeep.circuit_changed("url", old, new)
        assert len(r.effects) == 1


async def watching(r: Rig) -> "asyncio.Task[None]":
    """The clock's watch, in its first sleep."""
    task = asyncio.ensure_future(r.upkeep.watch_clock())
    await r.clock.sleepers(1)
    return task


async def look(r: Rig) -> None:
    """Let the watch have its next look, to the end."""
    await r.clock.advance(1)
    await r.clock.sleepers(1)


async def test_a_clock_set_back_keeps_nothing_waiting_for_longer(sqlite_url: str) -> None:
    async with rig(sqlite_url) as r:
        (lane,) = await r.ask(r.bots[0], 1)
        await r.postpone(lane, 5_000)
        await r.store.set_penalty(r.bots[0], 1, r.clock.now() + 5_000)
        await r.upkeep.tick()
        task = await watching(r)
        r.clock.set_back(HOUR)
        await look(r)
        ((_, _, until),) = await r.store.penalties(r.clock.now())
        assert until - r.clock.now() == 4_000
        await r.upkeep.tick()
        await r.clock.advance(4)
        await r.upkeep.tick()
        task.cancel()
        assert r.offered() == {lane}


async def test_a_clock_set_forward_or_drifting_is_left_alone(sqlite_url: str) -> None:
    async with rig(sqlite_url) as r:
        (lane,) = await r.ask(r.bots[0], 1)
        await r.postpone(lane, 60_000)
        task = await watching(r)
        r.clock.set_back(1_000)
        await look(r)
        r.clock.set_back(-HOUR)
        await look(r)
        await r.upkeep.tick()
        task.cancel()
        assert r.offered() == {lane}


async def test_a_database_in_trouble_does_not_end_the_watch(sqlite_url: str) -> None:
    async with rig(sqlite_url, Trouble.BEFORE) as r:
        task = await watching(r)
        r.clock.set_back(HOUR)
        await look(r)
        (lane,) = await r.ask(r.bots[0], 1)
        await r.postpone(lane, 5_000)
        r.clock.set_back(HOUR)
        await look(r)
        await r.clock.advance(4)
        await r.upkeep.tick()
        task.cancel()
        assert r.offered() == {lane}


async def test_a_clock_set_back_stops_no_periodic_work(sqlite_url: str) -> None:
    """The backlog's turn would come in five seconds; by the wall clock even an hour later."""
    async with rig(sqlite_url) as r:
        await r.ask(r.bots[0], 1, 2, 3)
        r.upkeep.start()
        task = await watching(r)
        r.clock.set_back(HOUR)
        await look(r)
        async with asyncio.timeout(4):
            await r.told.wait()
        task.cancel()
        r.upkeep.stop()
        assert r.intake.paused


async def test_jobs_that_the_wall_clock_would_keep_waiting_run_when_they_are_hurried() -> None:
    """Their times lie an hour ahead, as after the clock was set back by that."""
    ran = asyncio.Event()
    schedule = Schedule()

    async def job() -> None:
        ran.set()

    schedule.every(3600, job, name="sweep")
    schedule.start()
    try:
        schedule.hurry()
        async with asyncio.timeout(5):
            await ran.wait()
    finally:
        schedule.stop()


async def test_a_job_that_the_stop_interrupts_is_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    running, ended, said = asyncio.Event(), asyncio.Event(), list[str]()
    schedule = Schedule()

    async def job() -> None:
        running.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    sink = logger.add(said.append, level="ERROR")
    schedule.every(3600, job, name="sweep", at_once=True)
    schedule.start()
    try:
        async with asyncio.timeout(5):
            await running.wait()
            schedule.stop()
            await ended.wait()
    finally:
        logger.remove(sink)
    assert said == []
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
