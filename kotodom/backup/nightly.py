"""The nightly backup, and what admins see of all of them."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from loguru import logger

from kotodom.backup.files import Backup, find_backups, free_stem, old_halves, surplus
from kotodom.clock import Clock
from kotodom.schedule import TimeOfDay
from kotodom.settings import BACKUP_KEEP, BACKUP_TIME, TIMEZONE, Settings

JOB = "backup"
"""What the schedule calls it."""

Make = Callable[[Path, int], Awaitable[Path]]
"""Writes a backup to a path that has no suffix yet, at that time; returns the path with it."""


class Backups:
    """Makes a backup every night and keeps so many of them."""

    def __init__(
        self, *, make: Make, folder: Path, whose: str, settings: Settings, clock: Clock
    ) -> None:
        """*whose* they are is in their names (:func:`kotodom.backup.files.whose`)."""
        self._make = make
        self._whose = whose
        self.folder = folder
        self._settings = settings
        self._clock = clock

    def when(self) -> TimeOfDay | None:
        """At what time of the day; None: never."""
        if not self._settings.get(BACKUP_KEEP):
            return None
        hour, _, minute = self._settings.get(BACKUP_TIME).partition(":")
        return TimeOfDay(int(hour), int(minute), self._settings.get(TIMEZONE))

    async def run(self) -> str:
        """Make one, then let the oldest go; what it raises is told as the job's failure."""
        now = self._clock.now()
        stem = await asyncio.to_thread(free_stem, self.folder, now, whose=self._whose)
        path = await self._make(stem, now)
        await asyncio.to_thread(self._forget_old, now)
        size = (await asyncio.to_thread(path.stat)).st_size
        logger.info("backed up to {}, {} bytes", path, size)
        return path.name

    async def all(self) -> list[Backup]:
        """Every backup there is, the newest first."""
        return await asyncio.to_thread(find_backups, self.folder)

    def _forget_old(self, now: int) -> None:
        """Only after a new one is proved whole, so that the last good one never goes."""
        keep = self._settings.get(BACKUP_KEEP)
        old = surplus(find_backups(self.folder), self._whose, keep, now) if keep else ()
        for path in [*(backup.path for backup in old), *old_halves(self.folder, now)]:
            with suppress(FileNotFoundError):
                path.unlink()
                logger.info("deleted the old backup {}", path)
