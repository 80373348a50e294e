"""/admin backup: what backups there are, one more now, and what Health says of them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from kotodom.backup.files import name_of
from kotodom.backup.nightly import JOB, Backups
from kotodom.clock import SECOND
from kotodom.errors import BackupFailed
from kotodom.settings import BACKUP_KEEP
from tests.support.office import Seat
from tests.support.talking import Room, room

WHOSE = "abc123"


class Copies:
    """A folder with backups, and what goes wrong with the next."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trouble: Exception | None = None

    async def make(self, stem: Path, now: int) -> Path:
        if self.trouble is not None:
            raise self.trouble
        path = stem.with_name(f"{stem.name}.db")
        path.write_bytes(b"x" * 3_000_000)
        return path


@pytest.fixture
async def talk(sqlite_url: str) -> AsyncIterator[Room]:
    async with room(sqlite_url) as talk:
        yield talk


@pytest.fixture
def copies(talk: Room, tmp_path: Path) -> Copies:
    """Put a real folder behind the screens."""
    copies = Copies(tmp_path)
    backups = Backups(
        make=copies.make,
        folder=tmp_path,
        whose=WHOSE,
        settings=talk.settings,
        clock=talk.clock,
    )
    talk.schedule.daily(backups.when, backups.run, name=JOB)
    talk.tools = replace(talk.tools, backups=backups)
    talk.handlers = talk._handlers()
    return copies


async def test_health_says_how_old_the_last_backup_is_and_makes_another(
    talk: Room, copies: Copies
) -> None:
    seat = Seat(talk)
    assert "Last backup: never" in await seat.admin("health")
    said = await seat.press("Back up now")
    assert "Backed up, and checked" in said
    assert f"{name_of(talk.clock.now(), whose=WHOSE)}.db" in said
    assert "3 MB" in said
    assert "Nightly backups of 7 days are kept" in said
    assert str(copies.folder) in said
    await talk.clock.advance(3 * 3600)
    assert "Last backup: 3h ago, 3 MB" in await seat.admin("health")


async def test_a_failure_is_shown_with_its_reason_until_one_succeeds(
    talk: Room, copies: Copies
) -> None:
    seat = Seat(talk)
    copies.trouble = BackupFailed("/srv has 5 MB free, a backup needs 20 MB")
    said = await seat.admin("backup now")
    assert "The last backup failed: BackupFailed: /srv has 5 MB free" in said
    assert "The last backup failed" in await seat.admin("health")
    copies.trouble = None
    assert "failed" not in await seat.admin("backup now")
    assert "Last backup: 0s ago" in await seat.admin("health")


async def test_long_lists_have_pages_and_the_newest_comes_first(talk: Room, copies: Copies) -> None:
    now = talk.clock.now()
    for day in range(10):
        path = copies.folder / f"{name_of(now - day * 24 * 3600 * SECOND, whose=WHOSE)}.db"
        path.write_bytes(b"x")
    seat = Seat(talk)
    first = await seat.admin("backup")
    assert name_of(now, whose=WHOSE) in first
    oldest = name_of(now - 9 * 24 * 3600 * SECOND, whose=WHOSE)
    assert oldest not in first
    assert oldest in await seat.press("2 ▶")


async def test_switched_off_says_so(talk: Room, copies: Copies) -> None:
    talk.settings.put(BACKUP_KEEP, 0)
    said = await Seat(talk).admin("backup")
    assert "No nightly backups are made" in said
    assert "There are none yet" in said
