"""``kotodom run`` whose wall clock jumps: an hour forth at SIGUSR1, an hour back at SIGUSR2.

A test cannot set the machine's clock, and should not. So the clock that App is given jumps, and so
does what apscheduler takes for the time, which it asks nobody but the standard library for.
"""

import asyncio
import signal
import sys
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import apscheduler.executors.base
import apscheduler.schedulers.base
import apscheduler.triggers.cron
import apscheduler.triggers.interval

import kotodom.schedule
from kotodom.app import App
from kotodom.clock import SystemClock
from kotodom.config import load

HOUR = 3_600

skew = 0
"""Seconds that the wall clock is ahead."""


class JumpingClock(SystemClock):
    """Its wall time jumps, its monotonic time does not, as on any machine."""

    def now(self) -> int:
        return super().now() + skew * 1000


class JumpingDatetime(datetime):
    """The same for those who ask the standard library."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "JumpingDatetime":
        return super().now(tz) + timedelta(seconds=skew)


def jump(seconds: int) -> None:
    global skew
    skew += seconds


async def run() -> None:
    for module in (
        apscheduler.executors.base,
        apscheduler.schedulers.base,
        apscheduler.triggers.cron,
        apscheduler.triggers.interval,
        kotodom.schedule,
    ):
        setattr(module, "datetime", JumpingDatetime)  # noqa: B010 - not theirs to export
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, jump, HOUR)
    loop.add_signal_handler(signal.SIGUSR2, jump, -HOUR)
    config = load(Path(sys.argv[sys.argv.index("--config") + 1]), {})
    await App(config, clock=JumpingClock()).run()


if __name__ == "__main__":
    asyncio.run(run())
