"""Periodic work, run by apscheduler: what no event would wake."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from loguru import logger

Job = Callable[[], Awaitable[None]]


class Schedule:
    """Named jobs at fixed intervals; a run that is still going is not started a second time."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def every(self, seconds: float, job: Job, *, name: str, at_once: bool = False) -> None:
        """Run *job* every so many seconds; its failure is logged and the next run still comes.

        The first run comes after that time, or *at_once*.
        """

        async def run() -> None:
            try:
                await job()
            except asyncio.CancelledError:
                pass  # by our own stop; apscheduler would log that as an error
            except Exception as error:  # noqa: BLE001 - whatever it was, the next run comes
                logger.error("scheduled job {} failed: {}", name, error)

        first = {"next_run_time": datetime.now(UTC)} if at_once else {}
        self._scheduler.add_job(run, "interval", seconds=seconds, id=name, name=name, **first)

    def start(self) -> None:
        """Begin, in the running event loop."""
        self._scheduler.start()

    def hurry(self) -> None:
        """Run everything now: the scheduler counts by the wall clock, which was set back."""
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))

    def stop(self) -> None:
        """Start no more runs."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
