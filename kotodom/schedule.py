"""Scheduled work, run by apscheduler: each job with its next run and how its last one went."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from loguru import logger

from kotodom.clock import SECOND, Clock, SystemClock
from kotodom.ports.admin import JobRun
from kotodom.redaction import redact

Job = Callable[[], Awaitable[str | None]]
"""What a job does; it may say in a few words what it did."""
RARE = 60.0
"""Jobs that run no more often than so many seconds are remembered over restarts."""
LATE = 12 * 3600 * SECOND
"""A daily job that was missed (nothing was running then) is made up for within that time."""


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """When a daily job runs."""

    hour: int
    minute: int
    zone: str
    """As IANA names it."""


@dataclass(frozen=True, slots=True)
class JobView:
    """One job as people see it."""

    name: str
    seconds: float
    """Between two runs; 0 for a daily job."""
    daily: TimeOfDay | None
    next_run: int | None
    """Milliseconds since the epoch; None while it is not scheduled."""
    last: JobRun | None
    running: bool


@dataclass(slots=True)
class _Job:
    """A job and what is known of it."""

    name: str
    work: Job
    seconds: float
    daily: Callable[[], TimeOfDay | None] | None
    planned: TimeOfDay | None = None
    last: JobRun | None = None
    running: bool = False

    @property
    def remembered(self) -> bool:
        return self.daily is not None or self.seconds >= RARE


class Schedule:
    """Named jobs; a run that is still going is not started a second time."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        remember: Callable[[JobRun], Awaitable[None]] | None = None,
        failed: Callable[[str, str], None] = lambda name, error: None,
    ) -> None:
        """*remember* keeps the rare jobs' last runs, *failed* hears (name, error) of theirs."""
        self._clock = clock or SystemClock()
        self._remember = remember
        self._failed = failed
        self._jobs: dict[str, _Job] = {}
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def every(self, seconds: float, job: Job, *, name: str, at_once: bool = False) -> None:
        """Run *job* every so many seconds; its failure is logged and the next run still comes.

        The first run comes after that time, or *at_once*.
        """
        self._jobs[name] = _Job(name, job, seconds, None)
        self._plan(name, IntervalTrigger(seconds=seconds, timezone=UTC), at_once=at_once)

    def daily(self, when: Callable[[], TimeOfDay | None], job: Job, *, name: str) -> None:
        """Run *job* once a day at the time that *when* says then; None: never.

        It is asked again by :meth:`replan`.
        """
        self._jobs[name] = _Job(name, job, 0.0, when)
        self._plan_daily(self._jobs[name])

    def replan(self) -> None:
        """Take up the times of the daily jobs, which somebody may have changed."""
        for job in self._jobs.values():
            if job.daily is not None and job.planned != job.daily():
                self._plan_daily(job)

    def load(self, runs: Iterable[JobRun]) -> None:
        """Take up how the rare jobs' last runs went, and run again what was missed since."""
        for run in runs:
            if run.name in self._jobs:
                self._jobs[run.name].last = run
        for job in self._jobs.values():
            if job.planned is not None and job.last is not None:
                due = _before(job.planned, self._clock.now())
                if job.last.at < due and self._clock.now() - due <= LATE:
                    logger.info("scheduled job {} was missed: it runs now", job.name)
                    self._hurry(job.name)

    def jobs(self) -> list[JobView]:
        """Every job, in the order they were added."""
        return [
            JobView(
                job.name,
                job.seconds,
                job.planned,
                self._next_run(job.name),
                job.last,
                job.running,
            )
            for job in self._jobs.values()
        ]

    async def run_now(self, name: str) -> JobRun | None:
        """Run a job beside its schedule; None when it is running already, KeyError if unknown."""
        job = self._jobs[name]
        return None if job.running else await self._run(job)

    def start(self) -> None:
        """Begin, in the running event loop."""
        self._scheduler.start()

    def hurry(self) -> None:
        """Run everything now: the scheduler counts by the wall clock, which was set back.

        Daily jobs are only planned anew.
        """
        for job in self._jobs.values():
            if job.daily is None:
                self._hurry(job.name)
            else:
                self._plan_daily(job)

    def stop(self) -> None:
        """Start no more runs."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _plan(self, name: str, trigger: BaseTrigger, *, at_once: bool = False) -> None:
        job = self._jobs[name]

        async def run() -> None:
            if not job.running:
                # Cancelled by our own stop; apscheduler would log that as an error.
                with suppress(asyncio.CancelledError):
                    await self._run(job)

        first = {"next_run_time": datetime.now(UTC)} if at_once else {}
        self._scheduler.add_job(run, trigger, id=name, name=name, replace_existing=True, **first)

    def _plan_daily(self, job: _Job) -> None:
        job.planned = job.daily() if job.daily is not None else None
        if job.planned is not None:
            at = job.planned
            self._plan(job.name, CronTrigger(hour=at.hour, minute=at.minute, timezone=at.zone))
        elif self._scheduler.get_job(job.name) is not None:
            self._scheduler.remove_job(job.name)

    async def _run(self, job: _Job) -> JobRun:
        begun, at, ok = self._clock.monotonic(), self._clock.now(), True
        job.running = True
        try:
            result = await job.work() or ""
        except Exception as error:  # noqa: BLE001 - whatever it was, the next run comes
            ok, result = False, redact(f"{type(error).__name__}: {error}")
            # One that runs each second says it once, however long the trouble lasts.
            if job.remembered or job.last is None or job.last.result != result:
                logger.error("scheduled job {} failed: {}", job.name, error)
        finally:
            job.running = False
        took = round((self._clock.monotonic() - begun) * SECOND)
        job.last = JobRun(job.name, at, took, ok, result)
        if not ok and job.remembered:
            self._failed(job.name, result)
        await self._keep(job)
        return job.last

    async def _keep(self, job: _Job) -> None:
        if self._remember is None or job.last is None or not job.remembered:
            return
        try:
            await self._remember(job.last)
        except Exception as error:  # noqa: BLE001 - the job is done: only its report is lost
            logger.error("the last run of {} cannot be remembered: {}", job.name, error)

    def _hurry(self, name: str) -> None:
        planned = self._scheduler.get_job(name)
        if planned is not None:
            planned.modify(next_run_time=datetime.now(UTC))

    def _next_run(self, name: str) -> int | None:
        planned = self._scheduler.get_job(name)
        # Before the scheduler starts, its jobs have no time yet.
        when = getattr(planned, "next_run_time", None)
        return round(when.timestamp() * SECOND) if when is not None else None


def _before(at: TimeOfDay, now: int) -> int:
    """The latest time before *now* (both in milliseconds) at which a daily job was due."""
    zone: tzinfo = UTC if at.zone == "UTC" else ZoneInfo(at.zone)
    moment = datetime.fromtimestamp(now / SECOND, zone)
    due = moment.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    if due > moment:
        due -= timedelta(1)
    return round(due.timestamp() * SECOND)
