"""What counts as alive: the loop, the database, the pollers; and what is known and excused."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path

import pytest
from loguru import logger

from kotodom.errors import FloodWait, NotSent, PollConflict, TokenRevoked
from kotodom.model import Bot
from kotodom.notify import Notifier
from kotodom.ports import BotState
from kotodom.watchdog import DEAF, HUNG, LATE, SILENT, Watchdog
from tests.support.clock import FakeClock
from tests.support.hearing import Manager

CAT = Bot(1, 42, "cat", "cat_bot", "", "", "", "", "", "", True, "")
DOG = replace(CAT, id=2, name="dog")
POLLS = BotState(CAT, True, 0.0, "")


@dataclass
class Rig:
    """A watchdog over what a test says is so."""

    clock: FakeClock = field(default_factory=FakeClock)
    states: list[BotState] = field(default_factory=lambda: [POLLS])
    paused: bool = False
    broken: Exception | None = None
    hangs: bool = False
    notifier: Notifier = field(default_factory=Notifier)

    def __post_init__(self) -> None:
        self.watchdog = Watchdog(
            ping=self._ping,
            states=lambda: self.states,
            paused=lambda: self.paused,
            status=lambda: "all is well",
            notifier=self.notifier,
            clock=self.clock,
        )
        self._tasks = [
            asyncio.ensure_future(self.watchdog.run()),
            asyncio.ensure_future(self.watchdog.run_pings()),
        ]

    async def _ping(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.broken is not None:
            raise self.broken

    def reasons(self) -> str:
        return "; ".join(self.watchdog.alive().reasons)

    async def pass_by(self, seconds: float) -> None:
        await self.clock.sleepers(1)
        await self.clock.advance(seconds)

    def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        self.notifier.close()


@pytest.fixture
async def rig() -> Iterator[Rig]:
    rig = Rig()
    yield rig
    rig.end()


async def test_who_polls_and_has_a_database_is_alive(rig: Rig) -> None:
    await rig.pass_by(3600)
    assert rig.watchdog.alive().ok


async def test_a_database_may_be_silent_for_a_while_and_no_longer(rig: Rig) -> None:
    await rig.pass_by(10)
    rig.broken = TimeoutError()
    await rig.pass_by(SILENT - 10)
    assert rig.watchdog.alive().ok
    await rig.pass_by(20)
    assert rig.reasons() == "the database has not answered for 100 s: TimeoutError"
    rig.broken = None
    await rig.pass_by(5)
    assert rig.watchdog.alive().ok


async def test_a_database_that_hangs_is_silent_too(rig: Rig) -> None:
    rig.hangs = True
    await rig.pass_by(SILENT + 6)
    assert "has not answered" in rig.reasons()


async def test_a_loop_that_is_always_late_is_not_alive(rig: Rig) -> None:
    await rig.clock.sleepers(2)
    rig.clock._elapsed += LATE + 2  # as if the loop had been busy all that time
    await rig.pass_by(0)
    assert rig.reasons() == "the event loop is 6 s late"
    await rig.pass_by(2)
    assert rig.watchdog.alive().ok


async def test_a_poller_that_neither_ends_its_poll_nor_fails_hangs(rig: Rig) -> None:
    rig.states = [replace(POLLS, due=45.0), replace(POLLS, bot=DOG)]
    await rig.pass_by(45 + HUNG)
    assert rig.watchdog.alive().ok
    await rig.pass_by(1)
    assert rig.reasons() == "the poller of cat hangs"


@pytest.mark.parametrize("code", [TokenRevoked.code, PollConflict.code, FloodWait.code])
async def test_troubles_that_no_restart_would_mend_are_excused(rig: Rig, code: str) -> None:
    rig.states = [replace(POLLS, due=45.0, code=code, failing_since=0.0)]
    await rig.pass_by(DEAF * 2)
    assert rig.watchdog.alive().ok


async def test_a_bot_that_was_stopped_and_pollers_that_are_held_back_are_excused(rig: Rig) -> None:
    rig.states = [replace(POLLS, running=False, due=45.0, failing_since=0.0)]
    await rig.pass_by(DEAF * 2)
    assert rig.watchdog.alive().ok
    rig.states = [replace(POLLS, due=45.0, failing_since=0.0)]
    rig.paused = True
    assert rig.watchdog.alive().ok
    rig.paused = False
    assert not rig.watchdog.alive().ok


async def test_an_outage_is_excused_for_long_and_only_while_nobody_polls(rig: Rig) -> None:
    failing = BotState(CAT, True, 0.0, "no route", NotSent.code, 0.0, inf)
    rig.states = [failing]
    await rig.pass_by(DEAF)
    assert rig.watchdog.alive().ok
    await rig.pass_by(1)
    assert rig.reasons() == "no bot has completed a poll for 10 minutes"
    rig.states = [failing, replace(POLLS, bot=DOG)]
    assert rig.watchdog.alive().ok


async def test_an_outage_that_a_new_start_has_not_ended_is_waited_for(rig: Rig) -> None:
    """Else Telegram's trouble of a day would cost a restart every ten minutes."""
    never = BotState(CAT, True, None, "no route", NotSent.code, 0.0, inf)
    rig.states = [never, replace(never, bot=DOG)]
    await rig.pass_by(24 * 3600)
    assert rig.watchdog.alive().ok


async def test_time_in_which_pollers_were_held_back_is_not_counted(rig: Rig) -> None:
    """After hours of a full disk, they get their time to poll again."""
    rig.states = [replace(POLLS, code=NotSent.code, failing_since=0.0)]
    rig.paused = True
    await rig.pass_by(DEAF * 3)
    rig.paused = False
    await rig.pass_by(DEAF - 1)
    assert rig.watchdog.alive().ok
    await rig.pass_by(3)
    assert not rig.watchdog.alive().ok


async def test_a_hiccup_at_the_moment_of_the_beat_delays_it_and_is_not_deadly(
    tmp_path: Path,
) -> None:
    """systemd waits for twice the time between two beats, and no longer."""
    manager = Manager(f"{tmp_path}/notify")
    rig = Rig(notifier=Notifier(manager.address, 60.0))
    try:
        await rig.pass_by(28)
        rig.states = [replace(POLLS, due=-2 * HUNG)]
        await rig.pass_by(3)
        await manager.hears_nothing_more()
        assert manager.count("WATCHDOG=1") == 1
        rig.states = [POLLS]
        await rig.pass_by(2)
        await manager.hears_nothing_more()
        assert manager.count("WATCHDOG=1") == 2
    finally:
        rig.end()
        manager.close()


async def test_it_beats_while_it_is_alive_and_says_once_why_not(tmp_path: Path) -> None:
    manager, said = Manager(f"{tmp_path}/notify"), list[str]()
    sink = logger.add(said.append, level="INFO", format="{level} {message}")
    rig = Rig(notifier=Notifier(manager.address, 20.0))
    try:
        await rig.pass_by(60)
        await manager.hears_nothing_more()
        assert 6 <= manager.count("WATCHDOG=1") <= 8
        assert manager.count("STATUS=all is well") == 1
        rig.states = [replace(POLLS, due=0.0)]
        await rig.pass_by(60)
        manager.heard.clear()
        await rig.pass_by(60)
        await manager.hears_nothing_more()
        assert manager.heard == []
        rig.states = [POLLS]
        await rig.pass_by(20)
        await manager.hears_nothing_more()
        assert manager.count("WATCHDOG=1") >= 1
    finally:
        logger.remove(sink)
        rig.end()
        manager.close()
    assert [line.partition(" ")[0] for line in said] == ["CRITICAL", "INFO"]
    assert "restarts this: the poller of cat hangs" in said[0]
