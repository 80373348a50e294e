"""Scheduled work: what runs when, how it went, and what was missed while nothing ran."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from loguru import logger

from kotodom.clock import SECOND
from kotodom.ports.admin import JobRun
from kotodom.schedule import LATE, Schedule, TimeOfDay, _before
from tests.support.clock import FakeClock

DAY = 24 * 3600 * SECOND


class Kept:
    """A schedule whose rare jobs are remembered here."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.runs: list[JobRun] = []
        self.failures: list[tuple[str, str]] = []
        self.schedule = Schedule(
            clock=self.clock,
            remember=self._remember,
            failed=lambda name, error: self.failures.append((name, error)),
        )
        self.ran = asyncio.Event()

    async def _remember(self, run: JobRun) -> None:
        self.runs.append(run)

    async def work(self) -> str:
        self.ran.set()
        return "3 done"


def daily(hour: int, minute: int = 0, zone: str = "UTC") -> Callable[[], TimeOfDay]:
    return lambda: TimeOfDay(hour, minute, zone)


async def test_a_run_is_seen_with_its_result_and_rare_ones_are_remembered() -> None:
    kept = Kept()
    kept.schedule.every(1, kept.work, name="often")
    kept.schedule.every(3600, kept.work, name="rare")
    for name in ("often", "rare"):
        run = await kept.schedule.run_now(name)
        assert run == JobRun(name, kept.clock.now(), 0, True, "3 done")
    assert [run.name for run in kept.runs] == ["rare"]
    assert [job.last and job.last.result for job in kept.schedule.jobs()] == ["3 done", "3 done"]


async def test_a_failure_is_a_result_and_that_of_a_rare_job_is_told() -> None:
    kept = Kept()

    async def broken() -> None:
        raise ValueError("no disk at postgres://me:hunter22@db/x")

    kept.schedule.every(1, broken, name="often")
    kept.schedule.every(3600, broken, name="rare")
    run = await kept.schedule.run_now("often")
    assert run is not None
    assert (run.ok, run.result) == (False, "ValueError: no disk at postgres://***@db/x")
    await kept.schedule.run_now("rare")
    assert kept.failures == [("rare", run.result)]


async def test_a_job_that_runs_each_second_says_once_that_it_fails() -> None:
    kept, said, causes = Kept(), list[str](), ["locked", "locked", "gone", "", "gone"]

    async def broken() -> None:
        if cause := causes.pop(0):
            raise ValueError(cause)

    sink = logger.add(said.append, format="{message}")
    kept.schedule.every(1, broken, name="often")
    for _ in range(5):
        await kept.schedule.run_now("often")
    logger.remove(sink)
    assert [line.strip() for line in said] == [
        f"scheduled job often failed: {cause}" for cause in ("locked", "gone", "gone")
    ]


async def test_a_job_is_not_run_twice_at_a_time() -> None:
    kept = Kept()
    go_on = asyncio.Event()

    async def slow() -> None:
        await go_on.wait()

    kept.schedule.every(3600, slow, name="slow")
    running = asyncio.ensure_future(kept.schedule.run_now("slow"))
    await asyncio.sleep(0)
    assert await kept.schedule.run_now("slow") is None
    assert kept.schedule.jobs()[0].running
    go_on.set()
    assert await running is not None


async def test_whoever_runs_a_job_and_is_cancelled_hears_of_it() -> None:
    """Else a command would go on as if nothing were, while the process wants to end."""
    kept = Kept()

    async def slow() -> None:
        await asyncio.Event().wait()

    kept.schedule.every(3600, slow, name="slow")
    running = asyncio.ensure_future(kept.schedule.run_now("slow"))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not kept.schedule.jobs()[0].running


async def test_a_report_that_cannot_be_kept_fails_no_job() -> None:
    async def unkept(run: JobRun) -> None:
        raise OSError("database is locked")

    kept = Kept()
    schedule = Schedule(clock=kept.clock, remember=unkept)
    schedule.every(3600, kept.work, name="rare")
    run = await schedule.run_now("rare")
    assert run is not None
    assert run.ok


async def test_a_daily_job_is_planned_at_its_time_in_its_zone_and_planned_anew() -> None:
    kept = Kept()
    when = [TimeOfDay(9, 30, "Asia/Yekaterinburg")]
    kept.schedule.daily(lambda: when[0] if when else None, kept.work, name="digest")
    kept.schedule.start()
    try:
        (job,) = kept.schedule.jobs()
        assert job.next_run is not None
        at = datetime.fromtimestamp(job.next_run / SECOND, UTC)
        assert (at.hour, at.minute) == (4, 30)
        when[0] = TimeOfDay(23, 5, "UTC")
        kept.schedule.replan()
        (job,) = kept.schedule.jobs()
        assert job.next_run is not None
        at = datetime.fromtimestamp(job.next_run / SECOND, UTC)
        assert (at.hour, at.minute) == (23, 5)
        when.clear()
        kept.schedule.replan()
        (job,) = kept.schedule.jobs()
        assert (job.daily, job.next_run) == (None, None)
    finally:
        kept.schedule.stop()


@pytest.mark.parametrize(
    ("since", "runs"),
    [(DAY, True), (2 * DAY, True), (60 * SECOND, False)],
)
async def test_a_daily_job_that_was_missed_is_made_up_for_at_the_start(
    since: int, runs: bool
) -> None:
    kept = Kept()
    now = datetime.fromtimestamp(kept.clock.now() / SECOND, UTC)
    kept.schedule.daily(daily(now.hour, max(0, now.minute - 3)), kept.work, name="digest")
    kept.schedule.start()
    try:
        kept.schedule.load([JobRun("digest", kept.clock.now() - since, 1, True, "")])
        if runs:
            async with asyncio.timeout(10):
                await kept.ran.wait()
        else:
            (job,) = kept.schedule.jobs()
            assert job.next_run is not None
            assert job.next_run > datetime.now(UTC).timestamp() * SECOND
    finally:
        kept.schedule.stop()


async def test_one_that_was_missed_long_ago_or_never_ran_waits_for_its_time() -> None:
    kept = Kept()
    now = datetime.fromtimestamp((kept.clock.now() - LATE) / SECOND, UTC)
    kept.schedule.daily(daily(now.hour, max(0, now.minute - 3)), kept.work, name="late")
    kept.schedule.daily(daily(now.hour), kept.work, name="new")
    kept.schedule.start()
    try:
        kept.schedule.load([JobRun("late", kept.clock.now() - 2 * DAY, 1, True, "")])
        for job in kept.schedule.jobs():
            assert job.next_run is not None
            assert job.next_run > datetime.now(UTC).timestamp() * SECOND
    finally:
        kept.schedule.stop()


@pytest.mark.parametrize(
    ("zone", "hour", "now", "due"),
    [
        ("UTC", 9, "2026-11-22T10:00:00+00:00", "2026-11-22T09:00:00+00:00"),
        ("UTC", 9, "2026-11-22T09:00:00+00:00", "2026-11-22T09:00:00+00:00"),
        ("UTC", 9, "2026-11-22T08:59:00+00:00", "2026-11-21T09:00:00+00:00"),
        # The nights in which Berlin's clocks are changed.
        ("Europe/Berlin", 9, "2026-03-29T06:00:00+00:00", "2026-03-28T08:00:00+00:00"),
        ("Europe/Berlin", 9, "2026-10-25T07:00:00+00:00", "2026-10-24T07:00:00+00:00"),
    ],
)
def test_when_it_was_due_last(zone: str, hour: int, now: str, due: str) -> None:
    def milliseconds(moment: str) -> int:
        return round(datetime.fromisoformat(moment).timestamp() * SECOND)

    assert _before(TimeOfDay(hour, 0, zone), milliseconds(now)) == milliseconds(due)
