"""Damage of every kind in a SQLite file and its log: found, named, and left as it is."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kotodom.db import open_database
from kotodom.errors import DatabaseDamaged, DiskFull

FRAME = 24 + 4096
"""Bytes of one page in the log, with its head."""
HEAD = 32
"""Bytes of the log's own head."""


async def filled(path: Path, *, rows: int = 200) -> None:
    database = await open_database(f"sqlite://{path}")
    await database.migrate()
    for number in range(rows):
        await database.write(
            lambda c, n=number: c.execute(
                "INSERT INTO tg_user (id, username, full_name) VALUES ($1, $2, $3)",
                n + 1,
                f"user{n}",
                "x" * 500,
            )
        )
    await database.close()


def header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"SQLite format 4\0")


def middle(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\xff" * 4096)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def index(path: Path) -> None:
    """An index that does not know some rows of its table: every page of it looks well."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("CREATE INDEX odd ON tg_user (username)")
        (root,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'odd'").fetchone()
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute("CREATE TABLE other (username)")
        raw.execute("CREATE INDEX empty ON other (username)")
        (empty,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name='empty'").fetchone()
        raw.execute("UPDATE sqlite_master SET rootpage = $1 WHERE name = 'odd'", (empty,))
        raw.execute("UPDATE sqlite_master SET rootpage = $1 WHERE name = 'empty'", (root,))


@pytest.mark.parametrize("damage", [header, middle, cut_short, index])
async def test_a_damaged_file_is_refused_and_kept(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    path = tmp_path / "kotodom.db"
    await filled(path)
    damage(path)
    before = path.read_bytes()
    with pytest.raises(DatabaseDamaged, match=r"it is damaged .*, and left as it is"):
        await open_database(f"sqlite://{path}")
    assert path.read_bytes() == before


# -- the log ----------------------------------------------------------------------------------


@pytest.fixture
async def killed(tmp_path: Path) -> Iterator[Path]:
    """A file and its log as a killed process leaves them: with ten commits in the log."""
    database = await open_database(f"sqlite://{tmp_path}/live.db")
    await database.migrate()
    await database.read(lambda c: c.fetch("PRAGMA wal_checkpoint(TRUNCATE)"))
    for number in range(10):
        await database.write(
            lambda c, n=number: c.execute(
                "INSERT INTO setting (key, value) VALUES ($1, '')", f"{n}"
            )
        )
    for suffix in ("", "-wal"):
        shutil.copy(tmp_path / f"live.db{suffix}", tmp_path / f"kotodom.db{suffix}")
    await database.close()
    yield tmp_path / "kotodom.db"


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def bytes_of(path: Path) -> tuple[bytes, bytes]:
    return path.read_bytes(), log_of(path).read_bytes()


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)


async def settings(path: Path) -> int:
    database = await open_database(f"sqlite://{path}")
    (row,) = await database.read(lambda c: c.fetch("SELECT count(*) FROM setting"))
    await database.close()
    return int(row[0])


@pytest.mark.parametrize("at", [9, HEAD + 8, HEAD + 100, HEAD + 3 * FRAME + 100])
async def test_damage_in_the_log_does_not_lose_what_came_after_it(killed: Path, at: int) -> None:
    """SQLite itself would open the file without a word, and without those messages."""
    flip(log_of(killed), at)
    before = bytes_of(killed)
    with pytest.raises(DatabaseDamaged, match=r"kotodom\.db-wal"):
        await open_database(f"sqlite://{killed}")
    assert bytes_of(killed) == before


async def test_a_transaction_that_was_being_written_is_no_damage(killed: Path) -> None:
    """Power went while the last one was on its way: nobody has been told that it is there."""
    log = log_of(killed)
    log.write_bytes(log.read_bytes()[:-1000])
    assert await settings(killed) == 9


async def test_the_leavings_of_an_earlier_log_are_no_damage(tmp_path: Path) -> None:
    """After a checkpoint the log is written over from its beginning: old frames follow new ones."""
    database = await open_database(f"sqlite://{tmp_path}/live.db")
    await database.migrate()
    await database.read(lambda c: c.fetch("PRAGMA wal_checkpoint(PASSIVE)"))
    await database.write(lambda c: c.execute("INSERT INTO setting (key, value) VALUES ('one', '')"))
    for suffix in ("", "-wal"):
        shutil.copy(tmp_path / f"live.db{suffix}", tmp_path / f"kotodom.db{suffix}")
    await database.close()
    assert log_of(tmp_path / "kotodom.db").stat().st_size > HEAD + 10 * FRAME
    assert await settings(tmp_path / "kotodom.db") == 1


# -- while it runs ----------------------------------------------------------------------------


async def test_damage_that_is_met_later_is_told_once_to_whoever_holds_the_file(
    tmp_path: Path,
) -> None:
    path = tmp_path / "kotodom.db"
    await filled(path)
    database = await open_database(f"sqlite://{path}")
    told: list[BaseException] = []
    await database.hold(told.append)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    for _ in range(2):
        with pytest.raises(DatabaseDamaged, match=r"kotodom\.db: it is damaged"):
            await database.read(lambda c: c.fetch("SELECT count(*) FROM tg_user"))
    assert len(told) == 1
    await database.close()


async def test_all_who_share_a_commit_hear_that_there_is_no_room(tmp_path: Path) -> None:
    """SQLite gives up the whole transaction then, whoever it was that wanted the room."""
    path = tmp_path / "kotodom.db"
    await filled(path, rows=0)
    database = await open_database(f"sqlite://{path}")
    (row,) = await database.read(lambda c: c.fetch("PRAGMA page_count"))
    await database.read(lambda c: c.fetch(f"PRAGMA max_page_count = {row[0] + 4}"))
    big = "-" * 100_000

    def put(key: str, value: str) -> asyncio.Task[int]:
        return asyncio.create_task(
            database.write(
                lambda c: c.execute("INSERT INTO setting (key, value) VALUES ($1, $2)", key, value)
            )
        )

    results = await asyncio.gather(
        *(put(f"{n}", big if n == 2 else "") for n in range(4)), return_exceptions=True
    )
    assert results[0] == 1  # alone in the first commit
    assert [type(result) for result in results[1:]] == [DiskFull] * 3
    assert await put("later", "") == 1
    await database.close()
