"""How the parts' state becomes /health and the gauges of /metrics, at little cost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from loguru import logger

from kotodom import measures as m
from kotodom.admin.words.alerts import AlertsWords
from kotodom.backup.files import Backup
from kotodom.http import BotHealthState
from kotodom.llm.breaker import CircuitBreaker
from kotodom.measures import Measure
from kotodom.metrics import Metrics
from kotodom.model import Bot, BotSource, Job
from kotodom.ports import BotState
from kotodom.ports.admin import JobRun
from kotodom.snapshot import FRESH, SIZES_FRESH, Snapshot
from kotodom.tasks import Tasks
from kotodom.watchdog import Verdict
from kotodom.wiring.readings import Readings, labels_of
from kotodom.wiring.shared import Shared
from tests.support.clock import FakeClock
from tests.support.talking import Room, room


class Watched:
    """A store whose database can be away, and that counts who asks it."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.pings = 0
        self.away = False
        self.answers = asyncio.Event()
        self.answers.set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def ping(self) -> None:
        self.pings += 1
        await self.answers.wait()
        if self.away:
            raise ConnectionError("no server")


class Fleet:
    """Bots that poll as the test says."""

    def __init__(self) -> None:
        self.known: list[BotState] = []

    def states(self) -> list[BotState]:
        return self.known

    async def start(self, bot: Bot) -> None: ...

    async def stop(self, bot_id: int) -> None: ...

    async def dispatch(self, job: Job) -> Any: ...


class Parts:
    """A room with a snapshot of it, and what that sees."""

    def __init__(self, talk: Room) -> None:
        self.room = talk
        self.store: Any = Watched(talk.store)
        self.fleet = Fleet()
        self.verdict = Verdict()
        self.phase = ""
        self.backups: list[Backup] = []
        self.metrics = Metrics()
        self.breaker = CircuitBreaker("x", clock=talk.clock)
        self.snapshot = Snapshot(
            store=self.store,
            registry=talk.registry,
            fleet=self.fleet,
            breaker=self.breaker,
            switch=talk.switch,
            vitals=talk.vitals,
            alive=lambda: self.verdict,
            phase=lambda: self.phase,
            folder=None,
            backups=self.list_backups,
            tasks=talk.tasks,
            clock=talk.clock,
            patience=0.05,
        )
        outside: Any = self
        self.readings = Readings(
            metrics=self.metrics,
            snapshot=self.snapshot,
            registry=talk.registry,
            outside=outside,
            schedule=talk.schedule,
        )
        self.polled(1)

    async def list_backups(self) -> list[Backup]:
        return self.backups

    def circuits(self) -> dict[str, list[str]]:
        return {"answers": [self.breaker.state], "own_keys": ["open", "open"]}

    def polled(self, ago: float) -> None:
        """The bot's last poll was completed so many seconds ago."""
        bot = self.room.registry.get(self.room.bot.id)
        self.fleet.known = [BotState(bot, True, self.room.clock.monotonic() - ago, "")]

    async def read(self) -> dict[Measure, dict[tuple[str, ...], Any]]:
        return {measure: dict(samples) for measure, samples in await self.readings.take()}


@pytest.fixture
async def parts(sqlite_url: str) -> AsyncIterator[Parts]:
    async with room(sqlite_url, clock=FakeClock()) as talk:
        yield Parts(talk)


# -- health ----------------------------------------------------------------------------------


async def test_all_is_well(parts: Parts) -> None:
    health = await parts.snapshot.take()
    assert (health.ok, health.live, health.ready, health.reasons) == (True, True, True, ())
    assert health.database.ok
    assert health.queue is not None
    assert (health.bots[0].state, health.bots[0].last_poll_age) == (BotHealthState.POLLING, 1.0)


async def test_what_waits_is_counted(parts: Parts) -> None:
    await parts.room.say("one")
    await parts.room.clock.advance(3)
    health = await parts.snapshot.take()
    assert health.queue is not None
    assert (health.queue.ready, health.queue.oldest_age) == (1, 3.0)
    assert health.ready


@pytest.mark.parametrize("phase", ["starting", "stopping"])
async def test_nothing_is_ready_before_the_start_and_after_the_end(
    parts: Parts, phase: str
) -> None:
    parts.phase = phase
    health = await parts.snapshot.take()
    assert (health.ready, health.reasons) == (False, (phase,))
    assert health.live


async def test_a_bot_that_polls_too_late_is_a_reason(parts: Parts) -> None:
    parts.polled(1_000)
    health = await parts.snapshot.take()
    name = parts.room.registry.get(parts.room.bot.id).name
    assert (health.ready, health.reasons) == (False, (f"bot {name} has not polled for too long",))


async def test_pollers_that_are_held_back_are_a_reason_and_no_fault(parts: Parts) -> None:
    parts.room.intake.set_pressure(AlertsWords.PRESSURE_BACKLOG, 3)
    health = await parts.snapshot.take()
    assert (health.ok, health.live, health.ready) == (True, True, False)
    assert health.reasons[0].startswith("polling is held back")


async def test_what_the_watchdog_says_counts_for_both(parts: Parts) -> None:
    parts.verdict = Verdict(("the event loop is 9 s late",))
    health = await parts.snapshot.take()
    assert (health.ok, health.live, health.ready) == (False, False, False)
    assert health.reasons == ("the event loop is 9 s late",)


@pytest.mark.parametrize("silent", [False, True])
async def test_a_database_that_is_away_is_told_and_so_is_all_the_rest(
    parts: Parts, silent: bool
) -> None:
    parts.store.away = True
    if silent:
        parts.store.answers.clear()
    health = await parts.snapshot.take()
    assert (health.ok, health.live, health.ready) == (False, True, False)
    assert health.reasons == ("the database does not answer",)
    assert (health.database.ok, health.database.latency_ms, health.queue) == (False, None, None)
    assert health.bots[0].state is BotHealthState.POLLING
    seen = await parts.read()
    assert seen[m.DATABASE_UP] == {(): 0}
    assert seen[m.READY] == {(): 0}
    assert m.QUEUE not in seen
    assert len(seen[m.POLL_AGE]) == 1
    parts.store.answers.set()
    parts.store.away = False
    await parts.room.clock.advance(FRESH)
    assert (await parts.snapshot.take()).database.ok


async def test_a_trouble_that_stays_is_logged_once(parts: Parts) -> None:
    async def broken() -> None:
        raise ValueError("no such table")

    parts.store.running_broadcasts = broken
    lines: list[str] = []
    handler = logger.add(lines.append, level="WARNING", format="{message}")
    for _ in range(3):
        seen = await parts.read()
        await parts.room.clock.advance(SIZES_FRESH)
    logger.remove(handler)
    assert lines == [
        "what the disk and the database hold cannot be told: ValueError('no such table')\n"
    ]
    assert seen[m.DATABASE_UP] == {(): 1}
    assert m.DISK not in seen


# -- gauges ----------------------------------------------------------------------------------


async def test_a_storm_of_scrapes_asks_the_database_once(parts: Parts) -> None:
    await asyncio.gather(
        *(parts.read() for _ in range(50)), *(parts.snapshot.take() for _ in "abc")
    )
    assert parts.store.pings == 1
    await parts.room.clock.advance(FRESH)
    await parts.read()
    assert parts.store.pings == 2


async def test_a_database_that_hangs_is_asked_once_for_all(parts: Parts) -> None:
    parts.store.answers.clear()
    for _ in range(3):
        await parts.snapshot.take()
        await parts.room.clock.advance(FRESH)
    assert parts.store.pings == 1


async def test_a_scrape_waits_for_a_database_that_hangs_no_longer_than_health_does(
    parts: Parts,
) -> None:
    parts.store.answers.clear()
    begun = monotonic()
    await parts.snapshot.take()
    once = monotonic() - begun
    begun = monotonic()
    await parts.read()
    assert monotonic() - begun < once * 1.7  # one patience, and not one for each question


async def test_a_bot_that_comes_during_a_scrape_is_in_it_or_in_the_next(parts: Parts) -> None:
    bot = parts.room.registry.get(parts.room.bot.id)

    async def while_it_comes() -> list[Any]:
        parts.room.registry.put(replace(bot, id=77, name="newcomer"))
        return []

    parts.store.running_broadcasts = while_it_comes
    seen = await parts.read()
    assert seen[m.BOT_POLLING] == {(bot.name,): 1, ("newcomer",): 0}


async def test_gauges_say_how_things_are(parts: Parts) -> None:
    await parts.room.say("one")
    await parts.room.say("/help")
    await parts.room.clock.advance(2)
    parts.polled(7)
    parts.room.switch.throw(True)
    seen = await parts.read()
    name = parts.room.registry.get(parts.room.bot.id).name
    assert {key: value for key, value in seen[m.QUEUE].items() if value} == {
        ("question", "ready"): 1,
        ("command", "ready"): 1,
    }
    assert seen[m.QUEUE_AGE] == {("question",): 2, ("command",): 2, ("notice",): 0}
    assert seen[m.POLL_AGE] == {(name,): 7}
    assert seen[m.BOT_POLLING] == {(name,): 1}
    assert seen[m.BOTS]["polling",] == 1
    assert seen[m.PROVIDER_STOPPED] == {(): 1}
    assert seen[m.CIRCUITS] == {
        ("answers", "closed"): 1,
        ("answers", "half-open"): 0,
        ("answers", "open"): 0,
        ("own_keys", "closed"): 0,
        ("own_keys", "half-open"): 0,
        ("own_keys", "open"): 2,
    }
    assert m.PROVIDER_SUCCESS not in seen
    assert seen[m.PAUSED] == {(): 0}


async def test_a_bot_that_is_switched_off_is_not_missed(parts: Parts) -> None:
    bot = parts.room.registry.get(parts.room.bot.id)
    parts.room.registry.put(replace(bot, enabled=False))
    parts.fleet.known = []
    seen = await parts.read()
    assert seen[m.BOT_POLLING] == seen[m.POLL_AGE] == {}
    assert seen[m.BOTS]["stopped",] == 1


async def test_the_series_of_a_deleted_bot_go(parts: Parts) -> None:
    bot = parts.room.registry.get(parts.room.bot.id)
    counter = parts.metrics.counter(m.ANSWERS)
    counter.inc(3, bot=str(bot.id))
    counter.inc(1, bot="999")
    assert (await parts.read())[m.ANSWERS] == {(bot.name,): 3}
    parts.room.registry.end(bot.id, BotSource.DELETED)
    assert (await parts.read())[m.ANSWERS] == {}
    assert counter.samples() == []
    assert parts.metrics.counter(m.COST).samples() == []


async def test_bots_of_one_name_are_told_apart(parts: Parts) -> None:
    bot = parts.room.registry.get(parts.room.bot.id)
    others = [replace(bot, id=8), replace(bot, id=9, name="dog")]
    assert labels_of([bot, *others]) == {
        str(bot.id): f"{bot.name} ({bot.id})",
        "8": f"{bot.name} (8)",
        "9": "dog",
    }
    misleading = [
        replace(bot, id=id_, name=name)
        for id_, name in enumerate(("x", "x", "x (0)", "other", "sk-0123456789"))
    ]
    assert list(labels_of(misleading).values()) == [
        *("x (0)", "x (1)", "x (0) (2)", "other (3)", "sk-***"),
    ]
    parts.room.registry.put(others[0])
    counter = parts.metrics.counter(m.ANSWERS)
    counter.inc(3, bot=str(bot.id))
    counter.inc(1, bot="8")
    assert sorted((await parts.read())[m.ANSWERS].values()) == [1, 3]


async def test_the_newest_backup_is_shown_and_how_each_job_went(parts: Parts) -> None:
    async def work() -> None: ...

    parts.room.schedule.daily(lambda: None, work, name="backup")
    seen = await parts.read()
    assert m.BACKUP not in seen
    assert seen[m.JOB_AT] == seen[m.JOB_OK] == {}
    parts.backups = [Backup(Path("b"), made_at, 1, True) for made_at in (7_000, 5_000)]
    parts.room.schedule.load([JobRun("backup", 9_000, 10, False, "no room")])
    await parts.room.clock.advance(SIZES_FRESH)
    seen = await parts.read()
    assert (seen[m.BACKUP], seen[m.JOB_OK], seen[m.JOB_AT]) == (
        {(): 7},
        {("backup",): 0},
        {("backup",): 9},
    )


# -- one reading for all ---------------------------------------------------------------------


async def test_a_shared_reading_that_fails_is_told_to_everybody_and_taken_again_later() -> None:
    clock, asked = FakeClock(), 0

    async def take() -> int:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise ValueError("first")
        return asked

    tasks = Tasks(lambda name, error: None)
    shared = Shared(take, name="x", seconds=2, patience=1, tasks=tasks, clock=clock)
    for _ in range(2):
        with pytest.raises(ValueError, match="first"):
            await shared.get()
    await clock.advance(2)
    assert [await shared.get(), await shared.get()] == [2, 2]


async def test_what_takes_long_is_asked_for_less_often() -> None:
    clock, asked = FakeClock(), 0

    async def take() -> int:
        nonlocal asked
        asked += 1
        await clock.advance(0.5)
        return asked

    tasks = Tasks(lambda name, error: None)
    shared = Shared(take, name="x", seconds=1, patience=1, tasks=tasks, clock=clock)
    assert await shared.get() == 1
    await clock.advance(4.75)
    assert await shared.get() == 1
    await clock.advance(0.25)
    assert await shared.get() == 2


async def test_who_asks_and_goes_away_spoils_it_for_nobody() -> None:
    go = asyncio.Event()

    async def take() -> int:
        await go.wait()
        return 7

    tasks = Tasks(lambda name, error: None)
    shared = Shared(take, name="x", seconds=2, patience=5, tasks=tasks, clock=FakeClock())
    first, second = (asyncio.ensure_future(shared.get()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    go.set()
    assert await second == 7
