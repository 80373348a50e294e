"""What `kotodom check` finds out about a SQLite database, which it leaves as it is."""

import os
import sqlite3
from pathlib import Path

import pytest

from kotodom.check import Row, State, database
from kotodom.check.database import Looked
from kotodom.db import open_database
from kotodom.db.examination import Integrity, held, integrity
from kotodom.demo.botapi import BotApi
from kotodom.sealing import Sealer, key_file
from tests.check.check_kit import checked, config, is_ok, migrated
from tests.support.users import unprivileged


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A database that is up to date."""
    path = tmp_path / "data/kotodom.db"
    await migrated(path)
    return path


async def examined(path: Path, *, deep: bool = False, timeout: float = 5.0) -> dict[str, Row]:
    looked = await database.look(f"sqlite://{path}", timeout=timeout)
    rows = await database.examine(f"sqlite://{path}", looked, deep=deep, timeout=timeout)
    return {row.what: row for row in (*looked.rows, *rows)}


async def test_a_sound_database_is_ok_in_every_row(
    tmp_path: Path, telegram: BotApi, model: str, path: Path
) -> None:
    for deep in (False, True):
        found = await checked(config(tmp_path, telegram.url, model), deep=deep)
        for what in ("database", "database, integrity", "database, size", "sealing key"):
            assert is_ok(found[what])
    assert "up to date; nobody works on it" in found["database"].detail
    assert "index" in found["database, integrity"].detail


async def test_one_that_does_not_exist_yet_is_noted_and_not_created(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    row = (await checked(config(tmp_path, telegram.url, model)))["database"]
    assert row.state is State.NOTE
    assert "kotodom run" in row.fix
    assert not os.listdir(tmp_path)


async def test_it_is_looked_at_and_left_as_it_is(
    tmp_path: Path, telegram: BotApi, model: str, path: Path
) -> None:
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    await checked(config(tmp_path, telegram.url, model), deep=True)
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


async def test_pending_migrations_are_noted_and_not_applied(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    path = tmp_path / "data/kotodom.db"
    path.parent.mkdir()
    path.touch()
    row = (await checked(config(tmp_path, telegram.url, model)))["database"]
    assert row.state is State.NOTE
    assert "to migrate" in row.detail
    assert "kotodom run" in row.fix
    assert path.stat().st_size == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"no database at all " * 100, "not a database"), (b"", "somebody else's tables")],
)
async def test_a_file_that_is_not_ours_fails(
    tmp_path: Path, telegram: BotApi, model: str, content: bytes, said: str
) -> None:
    path = tmp_path / "data/kotodom.db"
    path.parent.mkdir()
    path.write_bytes(content)
    if not content:
        raw = sqlite3.connect(path)
        raw.execute("CREATE TABLE photos (id)")
        raw.close()
    before = path.read_bytes()
    row = (await checked(config(tmp_path, telegram.url, model)))["database"]
    assert row.state is State.FAILED
    assert said in row.detail
    assert "in database.url" in row.fix
    assert path.read_bytes() == before


async def test_a_damaged_page_fails_and_leads_to_the_backup(path: Path) -> None:
    raw = sqlite3.connect(path)
    with raw:
        raw.executemany(
            "INSERT INTO setting (key, value) VALUES (?, ?)",
            [(f"key{number}", "x" * 500) for number in range(200)],
        )
    (page,) = (
        raw.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_setting_1'"
        ).fetchone()
        or raw.execute("SELECT max(rootpage) FROM sqlite_master").fetchone()
    )
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    row = (await examined(path))["database, integrity"]
    assert row.state is State.FAILED
    assert f"{path} is damaged" in row.detail
    assert "kotodom restore" in row.fix


async def test_rows_that_refer_to_nothing_fail(path: Path) -> None:
    raw = sqlite3.connect(path)
    with raw:
        raw.execute("INSERT INTO chat (bot_id, telegram_chat_id, type) VALUES (99, 1, 'private')")
    raw.close()
    row = (await examined(path))["database, integrity"]
    assert row.state is State.FAILED
    assert row.detail == "rows that refer to nothing in chat"
    assert row.fix


async def test_a_look_that_takes_too_long_ends_and_says_how_to_see_it_all(path: Path) -> None:
    raw = sqlite3.connect(path)
    with raw:
        raw.executemany(
            "INSERT INTO setting (key, value) VALUES (?, ?)",
            [(f"key{number}", "x") for number in range(20_000)],
        )
    raw.close()
    assert not (await integrity(path, deep=False, seconds=0.0)).finished
    assert (await integrity(path, deep=True, seconds=None)) == Integrity()
    looked = await database.look(f"sqlite://{path}", timeout=5.0)
    [row, _] = await database.examine(f"sqlite://{path}", looked, deep=False, timeout=0.0)
    assert is_ok(row)
    assert "kotodom check --deep sees it all" in row.detail


async def test_much_unused_space_and_an_endless_log_are_notes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_LARGE_LOG", 1)
    raw = sqlite3.connect(path)
    with raw:
        raw.execute("INSERT INTO setting (key, value) VALUES ('a', 'b')")
    row = (await examined(path))["database, size"]
    assert row.state is State.NOTE
    assert "fuser" in row.fix
    with raw:
        raw.execute("INSERT INTO setting (key, value) VALUES ('big', ?)", ("x" * 4_000_000,))
        raw.execute("DELETE FROM setting")
    raw.close()
    monkeypatch.setattr(database, "_MUCH_UNUSED", 1)
    row = (await examined(path))["database, size"]
    assert row.state is State.NOTE
    assert row.fix.endswith(f"sqlite3 {path} VACUUM")


async def test_a_running_kotodom_is_seen_and_its_bots_are_not_polled(
    tmp_path: Path, telegram: BotApi, model: str, path: Path
) -> None:
    running = await open_database(f"sqlite://{path}")
    await running.hold()
    polls: list[str] = []
    telegram.on_call(lambda call, when: polls.append(call.method))  # type: ignore[arg-type, func-returns-value]
    found = await checked(config(tmp_path, telegram.url, model))
    assert "a running Kotodom works on it" in found["database"].detail
    assert is_ok(found["bot cat"])
    assert "getupdates" not in {method.lower() for method in polls}
    await running.close()
    assert not await held(f"sqlite://{path}")
    await checked(config(tmp_path, telegram.url, model))
    assert "getupdates" in {method.lower() for method in polls}


async def test_what_this_user_may_not_use_is_found_before_it_is_run(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    settings = config(tmp_path, telegram.url, model)
    data = tmp_path / "data"

    async def said() -> str:
        with unprivileged(tmp_path):
            row = (await checked(settings))["database"]
        assert row.state is State.FAILED
        return f"{row.detail} | {row.fix}"

    data.mkdir(mode=0o700)
    assert "cannot be reached: Permission denied | check database.url" in await said()
    data.chmod(0o555)
    assert f"{data} cannot be read and written by this user" in await said()
    data.chmod(0o755)
    await migrated(data / "kotodom.db")
    data.chmod(0o555)
    (data / "kotodom.db").chmod(0o666)
    assert f"{data} cannot be read and written by this user" in await said()
    data.chmod(0o777)
    (data / "kotodom.db").chmod(0o444)
    assert "kotodom.db cannot be read and written by this user" in await said()
    (data / "kotodom.db").chmod(0o666)
    (data / "kotodom.db.lock").touch(mode=0o444)
    assert "kotodom.db.lock cannot be read and written" in await said()
    (data / "kotodom.db.lock").unlink()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("file/k.db", "file is a file, not a folder | check database.url"),
        ("a" * 300, "cannot be reached: File name too long"),
        ("a\0b", "is not the name of a file"),
        ("..", "is a folder, not a database file"),
    ],
)
async def test_a_path_that_cannot_be_fails(
    tmp_path: Path, telegram: BotApi, model: str, name: str, said: str
) -> None:
    (tmp_path / "file").touch()
    settings = config(
        tmp_path, telegram.url, model, database={"url": f"sqlite://{tmp_path}/{name}"}
    )
    row = (await checked(settings))["database"]
    assert row.state is State.FAILED
    assert said in f"{row.detail} | {row.fix}"


async def test_what_the_last_run_stored_about_a_bot_is_shown(
    tmp_path: Path, telegram: BotApi, model: str, path: Path
) -> None:
    raw = sqlite3.connect(path)
    with raw:
        raw.execute(
            "INSERT INTO bot (telegram_id, name, model, error, source) "
            "VALUES (111, 'cat', 'gpt-6-sol', 'no money left', 'config')"
        )
    raw.close()
    found = await checked(config(tmp_path, telegram.url, model))
    assert found["bot cat, last run"].state is State.NOTE
    assert "no money left" in found["bot cat, last run"].detail
    # The file leaves cat's model to the database, so that one is in use too.
    assert is_ok(found["model gpt-6-sol"])
    assert is_ok(found["model gpt-6-luna"])


async def test_a_key_that_is_gone_or_another_fails_and_one_that_opens_all_is_fine(
    tmp_path: Path, telegram: BotApi, model: str, path: Path
) -> None:
    key = key_file(path)
    assert key is not None
    sealed = Sealer("", key).seal("111:" + "c" * 35)
    raw = sqlite3.connect(path)
    with raw:
        raw.execute(
            "INSERT INTO bot (telegram_id, name, token, source) VALUES (5, 'Rex', ?, 'admin')",
            (sealed,),
        )
    raw.close()
    settings = config(tmp_path, telegram.url, model)
    fine = (await checked(settings))["sealing key"]
    assert is_ok(fine)
    assert "opens all 1 secrets" in fine.detail
    key.unlink()
    gone = (await checked(settings))["sealing key"]
    assert gone.state is State.FAILED
    assert "Rex" in gone.detail
    assert "missing" in gone.detail
    assert "restore" in gone.fix
    assert not key.exists()
    other = "A" * 43 + "="
    wrong = await checked(config(tmp_path, telegram.url, model, secrets={"key": other}))
    assert wrong["sealing key"].state is State.FAILED
    assert other not in wrong["sealing key"].detail


async def test_what_nobody_foresaw_costs_one_row_and_shows_nothing(
    tmp_path: Path, telegram: BotApi, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(url: str) -> None:
        raise UnicodeError(f"never seen: {url}")

    monkeypatch.setattr(database, "inspect", broken)
    found = await checked(config(tmp_path, telegram.url, model))
    assert is_ok(found["bot cat"])
    assert found["database"].detail == "failed unexpectedly (UnicodeError)"


async def test_nothing_more_is_looked_at_where_there_is_nothing() -> None:
    assert await database.examine("", Looked([]), deep=False, timeout=1.0) == []
