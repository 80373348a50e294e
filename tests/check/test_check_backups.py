"""What `kotodom check` says about the backups."""

import asyncio
import os
from pathlib import Path
from zipfile import ZipFile

import pytest

from kotodom.backup.files import name_of
from kotodom.check import Row, State, backups
from kotodom.check.places import Places
from kotodom.clock import SECOND, SystemClock
from kotodom.db.backup_sqlite import snapshot
from kotodom.demo.botapi import BotApi
from tests.check.check_kit import checked, config, is_ok, migrated

HOUR = 3600 * SECOND
NOW = SystemClock().now()


@pytest.fixture
async def places(tmp_path: Path) -> Places:
    """A database that has been in use for a while, and an empty folder for its backups."""
    database, folder = tmp_path / "kotodom.db", tmp_path / "backups"
    await migrated(database)
    (tmp_path / "kotodom.db.lock").touch()
    os.utime(tmp_path / "kotodom.db.lock", (0, 0))
    folder.mkdir(mode=0o700)
    return Places(None, database, None, folder)


async def row(places: Places, *, deep: bool = False) -> Row:
    [row] = await backups.rows(places, NOW, deep=deep, seconds=5.0)
    return row


def made(places: Places, hours: int) -> Path:
    assert places.backups is not None
    assert places.database is not None
    target = places.backups / f"{name_of(NOW - hours * HOUR, whose='abc123')}.db"
    snapshot(places.database, target)
    return target


async def test_a_fresh_one_that_opens_is_fine(places: Places) -> None:
    await asyncio.to_thread(made, places, 30)
    newest = await asyncio.to_thread(made, places, 5)
    for deep in (False, True):
        found = await row(places, deep=deep)
        assert is_ok(found)
    assert found.detail == f"2, the newest 5 hours old, can be opened: {newest}"


async def test_an_old_one_is_a_note(places: Places) -> None:
    await asyncio.to_thread(made, places, 24 * 9)
    found = await row(places)
    assert found.state is State.NOTE
    assert "9 days old" in found.detail
    assert found.fix.startswith("kotodom backup")


async def test_a_damaged_one_fails(places: Places) -> None:
    newest = await asyncio.to_thread(made, places, 5)
    newest.write_bytes(b"half a file")
    found = await row(places)
    assert found.state is State.FAILED
    assert str(newest) in found.detail
    assert found.fix == "kotodom backup"


@pytest.mark.parametrize("suffix", ["zip", "pgdump"])
async def test_those_of_a_server_are_opened_too(places: Places, suffix: str) -> None:
    assert places.backups is not None
    path = places.backups / f"{name_of(NOW)}.{suffix}"
    path.write_bytes(b"nothing of the kind")
    assert (await row(places)).state is State.FAILED
    if suffix == "pgdump":
        path.write_bytes(b"PGDMP and more")
        assert is_ok(await row(places))
    else:
        with ZipFile(path, "w") as half:
            half.writestr("something", "else")
        assert (await row(places)).state is State.FAILED


async def test_none_at_all_is_a_note_but_for_the_first_day(places: Places, tmp_path: Path) -> None:
    found = await row(places)
    assert (found.state, found.fix) == (State.NOTE, "kotodom backup")
    (tmp_path / "kotodom.db.lock").touch()
    os.utime(tmp_path / "kotodom.db.lock")
    assert is_ok(await row(places))


async def test_that_none_are_made_is_a_note(tmp_path: Path, telegram: BotApi, model: str) -> None:
    await migrated(tmp_path / "data/kotodom.db")
    found = await checked(config(tmp_path, telegram.url, model, backup={"keep": 0}))
    assert found["backups"].state is State.NOTE
    assert "backup.keep" in found["backups"].fix


async def test_before_the_first_start_there_is_nothing_to_say(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    assert "backups" not in await checked(config(tmp_path, telegram.url, model))


async def test_they_are_told_where_the_database_cannot_be_read(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    """That is when they are needed."""
    path = tmp_path / "data/kotodom.db"
    await migrated(path)
    folder = tmp_path / "data/backups"
    folder.mkdir(mode=0o700)
    kept = folder / f"{name_of(NOW)}.db"
    await asyncio.to_thread(snapshot, path, kept)
    path.write_bytes(b"nothing that could be read")
    found = await checked(config(tmp_path, telegram.url, model))
    assert found["database"].state is State.FAILED
    assert "kotodom restore" in found["database"].fix
    assert is_ok(found["backups"])
    assert str(kept) in found["backups"].detail
    assert "sealing key" not in found
