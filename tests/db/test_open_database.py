"""Opening: what is right is made so, what cannot be used is refused and left as it was."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from kotodom.db import Connection, Database, SqlStore, open_database
from kotodom.db.sqlite import WAIT_MS
from kotodom.errors import DatabaseUnusable
from tests.support.rows import add_bot


async def refused(url: str, *, saying: str) -> str:
    with pytest.raises(DatabaseUnusable, match=saying) as caught:
        await open_database(url)
    text = str(caught.value)
    assert "\n" not in text
    return text


async def migrated(url: str) -> None:
    database = await open_database(url)
    await database.migrate()
    await add_bot(SqlStore(database))
    await database.close()


async def test_a_new_file_and_its_folder_belong_to_us_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "kotodom.db"
    await migrated(f"sqlite://{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_a_relative_path_counts_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await migrated("sqlite://data/my bot?#1.db")
    assert (tmp_path / "data" / "my bot").exists()


async def test_sqlite_is_as_durable_as_we_promise(sqlite_url: str) -> None:
    database = await open_database(sqlite_url)

    async def pragma(name: str) -> object:
        (row,) = await database.read(lambda c: c.fetch(f"PRAGMA {name}"))
        return row[0]

    assert await pragma("journal_mode") == "wal"
    assert await pragma("synchronous") == 2
    assert await pragma("foreign_keys") == 1
    assert await pragma("busy_timeout") == WAIT_MS
    await database.close()


async def test_what_a_killed_process_had_committed_is_there(tmp_path: Path) -> None:
    """A file and its log, copied while a process still has them open, are what a kill leaves."""
    database = await open_database(f"sqlite://{tmp_path}/live.db")
    await database.migrate()
    await add_bot(SqlStore(database))
    for suffix in ("", "-wal"):
        shutil.copy(tmp_path / f"live.db{suffix}", tmp_path / f"killed.db{suffix}")
    await database.close()
    again = await open_database(f"sqlite://{tmp_path}/killed.db")
    rows = await again.read(lambda c: c.fetch("SELECT telegram_id FROM bot"))
    assert [row[0] for row in rows] == [11]
    await again.close()


def not_a_database(path: Path) -> None:
    path.write_bytes(b"This is a diary, not a database.\n" * 200)


def damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 6] = os.urandom(4096 * 3)
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 4096 * 5])


def newer(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute(
            "INSERT INTO aerich (version, app, content) VALUES ('9_x_future.py', 'models', '{}')"
        )
    raw.close()


def somebody_elses(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE recipes (name TEXT)")
    raw.close()


@pytest.mark.parametrize(
    ("spoil", "saying"),
    [
        (not_a_database, "not a database"),
        (damaged, "damaged|malformed"),
        (cut, "damaged|malformed"),
        (newer, "newer version of Kotodom.*9_x_future"),
        (somebody_elses, "somebody else's tables.*recipes"),
    ],
)
async def test_a_file_that_cannot_be_used_is_refused_and_keeps_its_bytes(
    tmp_path: Path, spoil: Callable[[Path], None], saying: str
) -> None:
    path = tmp_path / "kotodom.db"
    await migrated(f"sqlite://{path}")
    spoil(path)
    before = path.read_bytes()
    text = await refused(f"sqlite://{path}", saying=saying)
    assert str(path) in text
    assert path.read_bytes() == before


def bytes_of(path: Path) -> list[bytes]:
    """A database file and its log."""
    return [Path(f"{path}{suffix}").read_bytes() for suffix in ("", "-wal")]


async def test_a_newer_file_with_an_open_log_keeps_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "kotodom.db"
    await migrated(f"sqlite://{path}")
    live = sqlite3.connect(path)
    live.execute("PRAGMA journal_mode = WAL")
    live.execute(
        "INSERT INTO aerich (version, app, content) VALUES ('9_x_future.py', 'models', '{}')"
    )
    live.commit()
    copy = tmp_path / "copy.db"
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{copy}{suffix}")
    live.close()
    before = bytes_of(copy)
    await refused(f"sqlite://{copy}", saying="newer version")
    assert bytes_of(copy) == before


@pytest.mark.parametrize("url", ["sqlite://{}", "sqlite://{}/", "sqlite://"])
async def test_a_directory_is_no_database(tmp_path: Path, url: str) -> None:
    await refused(url.format(tmp_path), saying="directory")
    assert os.listdir(tmp_path) == []


async def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    await refused(f"sqlite://{tmp_path}/data/kotodom.db", saying="cannot open .*kotodom.db")


async def test_other_databases_are_refused(tmp_path: Path) -> None:
    await refused("mysql://u:pw@host/db", saying="sqlite:// or postgres://")


async def test_postgres_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for url in (
        f"postgres://me:hidden@/db?host={tmp_path}",
        "postgres://me:hidden@127.0.0.1:1/db",
        "postgres://me:hidden@127.0.0.1:port/db",
    ):
        assert "hidden" not in await refused(url, saying="PostgreSQL database db at ")
    for password in ("hid/den", "hid#den", "hid?den", "hid@den", "hid:den", "hid den", "[hidden"):
        text = await refused(f"postgres://me:{password}@127.0.0.1:1/db", saying="PostgreSQL")
        assert "hid" not in text
        assert "den" not in text


async def test_postgres_without_that_database_or_role_is_refused(postgres_url: str) -> None:
    place, _, host = postgres_url.partition("?")
    name = place.rpartition("/")[2]
    await refused(f"postgres://postgres@/nowhere?{host}", saying='"nowhere" does not exist')
    text = await refused(f"postgres://me:hidden@/{name}?{host}", saying='role "me" does not exist')
    assert "hidden" not in text


async def test_a_newer_postgres_database_is_refused(postgres_url: str) -> None:
    database = await open_database(postgres_url)
    await database.migrate()
    await database.write(
        lambda c: c.execute(
            "INSERT INTO aerich (version, app, content) VALUES ('9_x_future.py', 'models', '{}')"
        )
    )
    await database.close()
    await refused(postgres_url, saying="newer version of Kotodom")


async def test_somebody_elses_postgres_database_is_refused(postgres_url: str) -> None:
    database = await open_database(postgres_url)
    await database.write(lambda c: c.script("CREATE TABLE recipes (name TEXT)"))
    await database.close()
    await refused(postgres_url, saying="somebody else's tables.*recipes")


async def test_postgres_keeps_what_it_commits(postgres_url: str) -> None:
    database: Database = await open_database(postgres_url)

    async def setting(connection: Connection) -> object:
        (row,) = await connection.fetch("SHOW synchronous_commit")
        return row[0]

    assert await database.read(setting) == "on"
    await database.close()


async def test_only_one_at_a_time_may_work_on_a_database(database_url: str) -> None:
    first, second = await open_database(database_url), await open_database(database_url)
    await first.hold()
    with pytest.raises(DatabaseUnusable, match="another kotodom is running") as caught:
        await second.hold()
    assert "\n" not in str(caught.value)
    await first.close()
    await second.hold()
    await second.close()
