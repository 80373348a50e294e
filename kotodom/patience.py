"""Waiting with what is too dear to be done again."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from loguru import logger

from kotodom.clock import Clock
from kotodom.errors import DiskFull

T = TypeVar("T")

AGAIN = 5.0
"""Seconds between two attempts."""


async def with_room(work: Callable[[], Awaitable[T]], clock: Clock) -> T:
    """What *work* returns, tried until there is room for what it writes.

    Nothing of it has been written then, so trying again does nothing twice.
    """
    told = False
    while True:
        try:
            return await work()
        except DiskFull as error:
            if not told:  # a disk may stay full for days
                logger.error("an answer is kept in memory until it can be written: {}", error)
            told = True
        await clock.sleep(AGAIN)
