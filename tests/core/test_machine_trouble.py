"""A machine that has too little of something: told in time, waited for, and nobody's fault."""

import asyncio
import errno
import subprocess
import sys
from typing import Any, cast

import pytest
from loguru import logger

from kotodom.admin.words.alerts import AlertsWords
from kotodom.app import App
from kotodom.config import Config
from kotodom.effects import AdminAlert, EffectRunner
from kotodom.errors import (
    DatabaseDamaged,
    DatabaseTrouble,
    DatabaseUnusable,
    DiskFull,
    ErrorKind,
    classify,
)
from kotodom.limits import affordable
from kotodom.patience import AGAIN, with_room
from kotodom.ports import Recorded, Store
from tests.support.clock import FakeClock
from tests.support.talking import room
from tests.support.updates import update

FULL = AdminAlert("pressure", AlertsWords.PRESSURE_DISK, {"number": 0})


@pytest.mark.parametrize(
    "error",
    [
        DatabaseTrouble(),
        DiskFull(),
        DatabaseDamaged(),
        OSError(errno.EMFILE, "Too many open files"),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
def test_the_machines_trouble_costs_no_message_an_attempt(error: Exception) -> None:
    failure = classify(error)
    assert (failure.kind, failure.free) == (ErrorKind.RETRYABLE, True)


async def test_an_alert_that_could_not_be_written_is_told_later_and_once() -> None:
    told, full = list[str](), True

    async def alert(alert: AdminAlert) -> None:
        if full:
            raise DiskFull
        told.append(alert.key)

    runner = EffectRunner()
    running = asyncio.ensure_future(
        runner.run(fleet=None, alert=alert, leave=None, menu=None)  # type: ignore[arg-type]
    )
    async with asyncio.timeout(5):
        for _ in range(3):
            runner.submit(FULL)
            await runner.settled()
            runner.try_again()
            await runner.settled()
        full = False
        for _ in range(2):
            runner.try_again()
            await runner.settled()
    running.cancel()
    assert told == ["pressure"]


async def test_an_answer_that_finds_no_room_is_kept_and_written_later() -> None:
    """And said once: a log that grows by the second fills what is left of the disk."""
    clock, tries, said = FakeClock(), list[int](), list[str]()
    sink = logger.add(said.append, format="{message}")

    async def write() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise DiskFull
        return "written"

    waiting = asyncio.ensure_future(with_room(write, clock))
    for _ in range(2):
        await clock.sleepers(1)
        await clock.advance(AGAIN)
    async with asyncio.timeout(5):
        assert await waiting == "written"
    logger.remove(sink)
    assert len(said) == 1


class FullStore:
    """Takes one batch less than it is given: the first one finds no room."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._full = True

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def record_batch(self, *args: Any, **kwargs: Any) -> Recorded:
        if self._full:
            self._full = False
            raise DiskFull
        return await self._store.record_batch(*args, **kwargs)


async def test_a_batch_without_room_holds_the_pollers_back(sqlite_url: str) -> None:
    """Whatever the disk says of its free space: SQLite has the last word."""
    async with room(sqlite_url, wrap=lambda store: cast(Store, FullStore(store))) as r:
        hi = update("hi", r.telegram.say())
        with pytest.raises(DiskFull):
            await r.hear(hi)
        assert r.intake.paused
        assert r.intake.full
        await r.hear(hi)
        await r.settle()
        assert r.shown() == ["answer to hi"]


@pytest.mark.parametrize("error", [DiskFull("no room for k.db"), DatabaseTrouble("k.db is locked")])
def test_trouble_that_ends_a_start_is_one_line_and_no_bug_of_ours(error: DatabaseTrouble) -> None:
    """systemd tries again; exit code 69 and not 1."""
    told = App(Config.model_validate({"openai": {"api_key": "k"}}))._for_people(error)
    assert isinstance(told, DatabaseUnusable)
    assert str(told).startswith(str(error))


@pytest.mark.parametrize(
    ("allowed", "bots", "concurrency", "expected"),
    [(1024, 10, 256, 256), (64, 1, 256, 11), (20, 300, 64, 1), (65_536, 300, 10_000, 10_000)],
)
def test_as_many_answers_are_worked_on_as_there_may_be_connections(
    allowed: int, bots: int, concurrency: int, expected: int
) -> None:
    assert affordable(allowed, bots, concurrency) == expected


@pytest.mark.parametrize(("soft", "hard", "expected"), [(100, 2000, 2000), (300, 300, 300)])
def test_what_the_system_allows_is_taken(soft: int, hard: int, expected: int) -> None:
    """A shell allows 1,024 files by default, and more to those who ask."""
    program = "from kotodom.limits import raise_open_files; print(raise_open_files())"
    said = subprocess.run(
        ["prlimit", f"--nofile={soft}:{hard}", sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == f"{expected}\n"
