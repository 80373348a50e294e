"""What a person sees of an upgrade: snapshots, the way back, and two who start at once."""

import asyncio
import os
import re
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from kotodom import __version__
from kotodom.db import open_database
from kotodom.db.migrate import RELEASES, shipped
from kotodom.db.upgrade import KEPT, take_snapshot, upgrade
from kotodom.errors import DatabaseUnusable
from tests.support.daemon import KEY, TOKEN
from tests.support.released import write_postgres, write_sqlite

OLD = "0.1.0"
NOW = 1_795_377_600_123
"""2026-11-22 20:00:00.123 UTC."""


def configure(folder: Path, url: str) -> None:
    """A configuration with a bot whose Telegram cannot be reached."""
    config = folder / "config.toml"
    config.touch(mode=0o600)
    config.write_text(
        f'[database]\nurl = "{url}"\n[openai]\napi_key = "{KEY}"\n'
        '[telegram]\napi_base = "http://127.0.0.1:1"\n'
        f'[[bots]]\nname = "x"\ntoken = "{TOKEN.format(7001)}"\n'
    )


async def started(folder: Path, *arguments: str) -> asyncio.subprocess.Process:
    """A command under way."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kotodom", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=folder,
    )


async def kotodom(folder: Path, *arguments: str) -> tuple[int | None, str]:
    """Run a command; return its exit code and all it said."""
    process = await started(folder, *arguments)
    output, _ = await process.communicate()
    return process.returncode, output.decode()


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as raw:
        rows = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name for (name,) in rows}


def snapshots(folder: Path, version: str = "") -> list[Path]:
    return list(folder.glob(f"*.snapshot-{version}*"))


async def test_there_and_back_from_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "kotodom.db"
    write_sqlite(OLD, path)
    configure(tmp_path, f"sqlite://{path}")
    code, said = await kotodom(tmp_path, "migrate")
    assert code == 0, said
    (snapshot,) = snapshots(tmp_path)
    assert re.fullmatch(r"kotodom\.snapshot-0\.1\.0-\d{8}T\d{9}Z\.db", snapshot.name)
    assert f"kotodom restore {snapshot}" in said
    assert "kotodom migrate --to 0.1.0" in said
    assert "fact" not in tables(snapshot)
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE bot SET api_key = 'sealed:x' WHERE id = 1")
    before = path.read_bytes()
    code, said = await kotodom(tmp_path, "migrate", "--to", OLD)
    assert code == 1, said
    assert "api_key of bot: 1 row\n" in said
    assert "Nothing was changed" in said
    assert path.read_bytes() == before
    code, said = await kotodom(tmp_path, "migrate", "--to", OLD, "--yes")
    assert code == 0, said
    assert "install that version now" in said
    assert "kept the database as it was: " in said
    assert "to return to" not in said
    assert "fact" not in tables(path)
    assert len(snapshots(tmp_path, __version__)) == 1
    code, said = await kotodom(tmp_path, "migrate", "--to", "0.0.7")
    assert code == 2
    assert all(f"{version} (or {number})" in said for version, number in RELEASES.items())


async def test_processes_that_start_at_once_migrate_once(database_url: str, tmp_path: Path) -> None:
    """One wins; another says who has the database, or finds it done."""
    if database_url.startswith("sqlite"):
        write_sqlite(OLD, Path(database_url.removeprefix("sqlite://")))
    else:
        await write_postgres(OLD, database_url, tmp_path)
    configure(tmp_path, database_url)
    daemon = await started(tmp_path, "run")
    ended = await asyncio.gather(*(kotodom(tmp_path, "migrate") for _ in range(2)))
    for code, said in ended:
        assert code == 0 or (code == 69 and "another kotodom is running" in said), said
    log = await until_it_has_begun(daemon)
    names = [file.name for file in shipped("sqlite")][RELEASES[OLD] + 1 :]
    said = log + "".join(text for _, text in ended)
    for name in names:
        number = name.split("_")[0]
        assert len(re.findall(rf"(?:applied|migrated:) {number}_", said)) == 1, said
    if database_url.startswith("sqlite"):
        assert len(snapshots(tmp_path)) == 1
    database = await open_database(database_url)
    assert await database.migrate() == []
    await database.close()


async def until_it_has_begun(daemon: asyncio.subprocess.Process) -> str:
    """What a daemon says until it is ready or has given up; then it is stopped."""
    assert daemon.stdout is not None
    log = ""
    async with asyncio.timeout(30):
        while line := await daemon.stdout.readline():
            log += line.decode()
            if "is ready" in log:
                daemon.terminate()
        await daemon.wait()
    assert "is ready" in log or "another kotodom is running" in log
    return log


async def test_the_last_snapshots_stay_where_the_configuration_wants_them(tmp_path: Path) -> None:
    path, folder = tmp_path / "my bots.db", tmp_path / "far" / "away"
    write_sqlite(OLD, path)
    other = folder / "other.snapshot-0.1.0-20200101T000000000Z.db"
    for hour in range(KEPT + 2):
        taken = await take_snapshot(f"sqlite://{path}", folder, ["2_x.py"], NOW + hour * 3_600_000)
        other.touch()
    assert taken is not None
    assert taken.path.name == "my bots.snapshot-0.1.0-20261123T000000123Z.db"
    assert stat.S_IMODE(taken.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    left = sorted(re.sub(r".*T(..).*", r"\1", file.name) for file in folder.glob("my bots*"))
    assert left == ["00", "22", "23"]
    assert other.exists()


async def test_each_version_s_last_snapshot_and_what_is_not_ours_outlive_others(
    tmp_path: Path,
) -> None:
    path = tmp_path / "bots"  # without a suffix
    write_sqlite(OLD, path)
    url, renamed = f"sqlite://{path}", tmp_path / "bots.snapshot-0.1.0-the-one-i-keep"
    half = tmp_path / ".bots.snapshot-0.1.0-20200101T000000000Z.part"  # of one that was killed
    renamed.touch()
    half.touch()
    first = await take_snapshot(url, None, ["2_x.py"], NOW)
    assert first is not None
    assert not half.exists()
    for hour in range(1, KEPT + 2):
        last = await take_snapshot(url, None, ["3_x.py"], NOW + hour * 3_600_000)
        assert last is not None
        assert last.path.exists()
    assert first.path.exists()
    assert renamed.exists()
    assert len(snapshots(tmp_path)) == KEPT + 1


async def test_a_damaged_database_is_named_and_not_its_copy(tmp_path: Path) -> None:
    path = tmp_path / "kotodom.db"
    write_sqlite(OLD, path)
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("DELETE FROM chat WHERE id = 1")  # by hand: nothing is deleted with it
    with pytest.raises(DatabaseUnusable) as caught:
        await take_snapshot(f"sqlite://{path}", None, ["2_x.py"], NOW)
    assert f"{path} is damaged (row" in str(caught.value)
    assert "kotodom migrate --no-snapshot" in str(caught.value)
    assert ".part" not in str(caught.value)


async def test_without_a_snapshot_nothing_is_migrated_unless_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "kotodom.db"
    write_sqlite(OLD, path)
    url, blocked = f"sqlite://{path}", tmp_path / "file"
    blocked.touch()
    database = await open_database(url)
    with pytest.raises(DatabaseUnusable, match="kotodom migrate --no-snapshot") as caught:
        await upgrade(database, url, blocked / "folder", NOW)
    assert "is from Kotodom 0.1.0" in str(caught.value)
    assert "fact" not in tables(path)
    changed = await upgrade(database, url, blocked / "folder", NOW, keep_snapshot=False)
    assert changed.snapshot is None
    assert changed.applied
    assert (await upgrade(database, url, None, NOW)).applied == []
    await database.close()


async def test_a_new_database_needs_no_snapshot(sqlite_url: str, tmp_path: Path) -> None:
    database = await open_database(sqlite_url)
    changed = await upgrade(database, sqlite_url, None, NOW)
    await database.close()
    assert len(changed.applied) == len(shipped("sqlite"))
    assert changed.snapshot is None
    assert snapshots(tmp_path) == []
