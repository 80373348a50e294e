"""Copies of a SQLite file: consistent while others write, checked, nobody else's, whole or none."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kotodom import private
from kotodom.db import backup_sqlite
from kotodom.db.backup import make_backup
from kotodom.db.backup_sqlite import check_copy, snapshot
from kotodom.db.restore_sqlite import restore_sqlite
from kotodom.errors import BackupFailed, DatabaseUnusable
from tests.backup.moving_kit import NOW, filled, opened, read


async def test_the_copy_of_a_database_in_use_is_one_moment_of_it(
    tmp_path: Path, sqlite_url: str
) -> None:
    """Pairs of rows are written while it is copied: each pair is in it whole or not at all."""
    await filled(sqlite_url)
    async with opened(sqlite_url) as database:
        await database.write(
            lambda c: c.executemany(
                "INSERT INTO setting (key, value) VALUES ($1, $2)",
                [(f"filler{number}", "x" * 4000) for number in range(5000)],
            )
        )
        copying = asyncio.create_task(
            make_backup(sqlite_url, tmp_path / "copy", NOW), name="copying"
        )
        pairs, slowest = 0, 0.0
        loop = asyncio.get_running_loop()
        while not copying.done():
            pairs += 1
            begun = loop.time()
            await database.write(
                lambda c, n=pairs: c.script(
                    f"INSERT INTO setting (key, value) VALUES ('left{n}', '');"
                    f"INSERT INTO setting (key, value) VALUES ('right{n}', '');"
                )
            )
            slowest = max(slowest, loop.time() - begun)
        copy = await copying
    assert pairs > 3
    assert slowest < 1.0  # the copy takes a read transaction, which holds no writer up
    with closing(sqlite3.connect(copy)) as raw:
        (left,), (right,) = raw.execute(
            "SELECT COUNT(*) FROM setting WHERE key LIKE 'left%'"
            " UNION ALL SELECT COUNT(*) FROM setting WHERE key LIKE 'right%'"
        ).fetchall()
    assert left == right < pairs


async def test_a_copy_is_one_private_file_with_everything_in_it(
    tmp_path: Path, sqlite_url: str
) -> None:
    before = await filled(sqlite_url)
    old = os.umask(0)
    try:
        snapshot(tmp_path / "kotodom.db", tmp_path / "a" / "b" / "copy.db")
    finally:
        os.umask(old)
    folder = tmp_path / "a" / "b"
    assert [file.name for file in folder.iterdir()] == ["copy.db"]
    assert (folder / "copy.db").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    check_copy(folder / "copy.db")
    copied = await read(f"sqlite://{folder}/copy.db")
    assert copied == {**before, "fact": copied["fact"]}


async def test_what_is_there_already_is_not_overwritten(tmp_path: Path, sqlite_url: str) -> None:
    await filled(sqlite_url)
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(BackupFailed, match="exists already"):
        snapshot(tmp_path / "kotodom.db", tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


async def test_a_damaged_database_gives_no_backup(tmp_path: Path, sqlite_url: str) -> None:
    await filled(sqlite_url)
    path = tmp_path / "kotodom.db"
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 8192] = b"\xff" * 8192
    path.write_bytes(data)
    with pytest.raises(DatabaseUnusable, match=r"damaged|malformed"):
        snapshot(path, tmp_path / "copies" / "copy.db")
    assert list((tmp_path / "copies").iterdir()) == []


async def test_a_row_that_belongs_to_nothing_is_damage(tmp_path: Path, sqlite_url: str) -> None:
    await filled(sqlite_url)
    with closing(sqlite3.connect(tmp_path / "kotodom.db")) as raw:
        raw.execute("UPDATE chat SET bot_id = 4711 WHERE id = 1")
        raw.commit()
    with pytest.raises(DatabaseUnusable, match="row 1 of chat belongs to no bot"):
        snapshot(tmp_path / "kotodom.db", tmp_path / "copy.db")


async def test_a_disk_without_room_is_refused_beforehand(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(sqlite_url)
    monkeypatch.setattr(backup_sqlite, "SPARE", 10**15)
    with pytest.raises(BackupFailed, match=r"has \d+ MB free, a backup needs \d+ MB"):
        snapshot(tmp_path / "kotodom.db", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


async def test_a_copy_given_up_leaves_nothing_behind(tmp_path: Path, sqlite_url: str) -> None:
    await filled(sqlite_url)
    copying = asyncio.create_task(
        make_backup(sqlite_url, tmp_path / "copies" / "copy", NOW, lambda done, total: None),
        name="copying",
    )
    await asyncio.sleep(0)
    copying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await copying
    left = [file.name for file in (tmp_path / "copies").glob("*")]
    assert left in ([], ["copy.db"])  # it was faster than we


async def test_what_root_makes_belongs_to_whoever_has_the_folder(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After ``sudo kotodom backup`` the daemon, another user, must still be able to do its own."""
    await filled(sqlite_url)
    given: set[str] = set()
    monkeypatch.setattr(private, "inherit", lambda path, like=None: given.add(path.name))
    snapshot(tmp_path / "kotodom.db", tmp_path / "backups" / "copy.db")
    await restore_sqlite(
        tmp_path / "kotodom.db", tmp_path / "backups" / "copy.db", now=NOW, stamp="s"
    )
    assert {"backups", ".kotodom.db.restore", "kotodom.db.lock"} <= given
    assert any(name.startswith(".copy.db.") for name in given)


async def test_two_backups_to_one_file_leave_one_that_is_whole(
    tmp_path: Path, sqlite_url: str
) -> None:
    """The later one begins while the first is at work, and neither spoils the other's."""
    await filled(sqlite_url)
    path, target = tmp_path / "kotodom.db", tmp_path / "copy.db"
    begun: list[int] = []

    def other(done: int, total: int) -> None:
        if not begun:
            begun.append(done)
            snapshot(path, target)

    with pytest.raises(BackupFailed, match="exists already"):
        snapshot(path, target, progress=other)
    check_copy(target)
    assert set(os.listdir(tmp_path)) == {"kotodom.db", "copy.db"}


async def test_a_check_can_be_given_up(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes as long as the copy; and the half goes with it."""
    await filled(sqlite_url)
    monkeypatch.setattr(backup_sqlite, "STEPS", 100)
    told: list[int] = []

    def tell(done: int, total: int) -> None:
        told.append(total)
        if total == 1:
            raise BackupFailed("given up")

    with pytest.raises(DatabaseUnusable, match="interrupted"):
        snapshot(tmp_path / "kotodom.db", tmp_path / "copy.db", progress=tell)
    assert os.listdir(tmp_path) == ["kotodom.db"]
