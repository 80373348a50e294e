"""`kotodom check` against the emulators, and against everything that may be wrong."""

import asyncio
import os
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kotodom import check
from kotodom.check import Row, State
from kotodom.config import Config
from kotodom.db import open_database
from kotodom.demo.botapi import BotApi, Garbage, Latency, Status
from kotodom.demo.model import ModelServer
from tests.support.users import unprivileged

CAT = "111:" + "c" * 35
DOG = "222:" + "d" * 35
KEY = "key-that-nobody-may-see"


@pytest.fixture
async def telegram() -> AsyncIterator[BotApi]:
    api = BotApi()
    await api.start()
    api.add_bot(CAT, username="cat_bot")
    api.add_bot(DOG, username="dog_bot")
    yield api
    await api.stop()


@pytest.fixture
async def model() -> AsyncIterator[str]:
    server = ModelServer(models={"gpt-6-luna", "gpt-6-sol", "gpt-transcribe"})
    yield await server.start()
    await server.stop()


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def config(tmp_path: Path, telegram: str, model: str, **changes: object) -> Config:
    values: dict[str, object] = {
        "database": {"url": f"sqlite://{tmp_path}/data/kotodom.db"},
        "telegram": {"api_base": telegram},
        "openai": {"api_key": KEY, "base_url": model},
        "bots": [{"name": "cat", "token": CAT}, {"name": "dog", "token": DOG}],
    }
    return Config.model_validate(values | changes)


async def migrated(path: Path) -> None:
    database = await open_database(f"sqlite://{path}")
    await database.migrate()
    await database.close()


def by_what(rows: list[Row]) -> dict[str, Row]:
    assert len({row.what for row in rows}) == len(rows)
    return {row.what: row for row in rows}


async def test_all_is_well(tmp_path: Path, telegram: BotApi, model: str) -> None:
    await migrated(tmp_path / "data/kotodom.db")
    rows = await check.run_checks(config(tmp_path, telegram.url, model))
    assert [(row.what, row.state) for row in rows] == [
        ("config", State.OK),
        ("database", State.OK),
        ("bot cat", State.OK),
        ("bot dog", State.OK),
        ("model gpt-6-luna", State.OK),
        ("recordings, gpt-transcribe", State.OK),
    ]
    found = by_what(rows)
    assert found["bot cat"].detail == "@cat_bot"
    assert found["database"].detail.endswith("up to date")


async def test_the_table_is_aligned_plain_text_without_secrets() -> None:
    text = check.table(
        [
            Row("config", State.OK, "config.toml"),
            Row("bot with a long name", State.FAILED, f"it said\n{CAT}"),
        ]
    )
    assert text == (
        "what                 | state  | detail / next step\n"
        "config               | ok     | config.toml\n"
        "bot with a long name | FAILED | it said 111:***"
    )


async def test_a_database_that_does_not_exist_yet_is_noted_and_not_created(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    rows = await check.run_checks(config(tmp_path, telegram.url, model))
    assert by_what(rows)["database"].state is State.NOTE
    assert "kotodom run" in by_what(rows)["database"].detail
    assert not os.listdir(tmp_path)


async def test_a_database_is_looked_at_and_left_as_it_is(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    path = tmp_path / "data/kotodom.db"
    await migrated(path)
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    await check.run_checks(config(tmp_path, telegram.url, model))
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


async def test_pending_migrations_are_noted_and_not_applied(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    path = tmp_path / "data/kotodom.db"
    path.parent.mkdir()
    path.touch()
    found = by_what(await check.run_checks(config(tmp_path, telegram.url, model)))["database"]
    assert found.state is State.NOTE
    assert "to migrate" in found.detail
    assert path.stat().st_size == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"no database at all " * 100, "not a database"), (b"", "somebody else's tables")],
)
async def test_a_database_that_cannot_be_used_fails(
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
    found = by_what(await check.run_checks(config(tmp_path, telegram.url, model)))["database"]
    assert found.state is State.FAILED
    assert said in found.detail
    assert "in database.url" in found.detail
    assert path.read_bytes() == before


async def test_what_this_user_may_not_use_is_found_before_it_is_run(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    settings = config(tmp_path, telegram.url, model)
    data = tmp_path / "data"

    async def said() -> str:
        with unprivileged(tmp_path):
            row = by_what(await check.run_checks(settings))["database"]
        assert row.state is State.FAILED
        return row.detail

    data.mkdir(mode=0o700)
    assert "cannot be reached: Permission denied; check database.url" in await said()
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
        ("file/k.db", "file is a file, not a folder; check database.url"),
        ("a" * 300, "cannot be reached: File name too long"),
        ("a\0b", "is not the name of a file"),
        ("..", "is a folder, not a database file"),
    ],
)
async def test_a_path_that_cannot_be_fails(
    tmp_path: Path, telegram: BotApi, model: str, name: str, said: str
) -> None:
    (tmp_path / "file").touch()
    database = {"url": f"sqlite://{tmp_path}/{name}"}
    settings = config(tmp_path, telegram.url, model, database=database)
    row = by_what(await check.run_checks(settings))["database"]
    assert row.state is State.FAILED
    assert said in row.detail


async def test_what_the_last_run_stored_about_a_bot_is_shown(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    path = tmp_path / "data/kotodom.db"
    await migrated(path)
    raw = sqlite3.connect(path)
    with raw:
        raw.execute(
            "INSERT INTO bot (telegram_id, name, model, error, source) "
            "VALUES (111, 'cat', 'gpt-6-sol', 'no money left', 'config')"
        )
    raw.close()
    found = by_what(await check.run_checks(config(tmp_path, telegram.url, model)))
    assert found["bot cat, last run"].state is State.NOTE
    assert "no money left" in found["bot cat, last run"].detail
    # The file leaves cat's model to the database, so that one is in use too.
    assert found["model gpt-6-sol"].state is State.OK
    assert found["model gpt-6-luna"].state is State.OK


async def test_a_revoked_token_fails_alone_and_is_not_shown(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    stranger = "333:" + "s" * 35
    bots = [{"name": "cat", "token": CAT}, {"name": "dog", "token": stranger}]
    rows = await check.run_checks(config(tmp_path, telegram.url, model, bots=bots))
    found = by_what(rows)
    assert found["bot cat"].state is State.OK
    assert found["bot dog"].state is State.FAILED
    assert "@BotFather" in found["bot dog"].detail
    assert stranger not in check.table(rows)


async def test_a_webhook_left_behind_is_told(tmp_path: Path, telegram: BotApi, model: str) -> None:
    telegram.add_bot(CAT, username="cat_bot").set_webhook("https://example.org/hook")
    found = by_what(await check.run_checks(config(tmp_path, telegram.url, model)))["bot cat"]
    assert (found.state, found.detail.partition(";")[0]) == (State.NOTE, "@cat_bot")
    assert "webhook" in found.detail


async def test_what_nobody_foresaw_costs_one_row_and_shows_nothing(
    tmp_path: Path, telegram: BotApi, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> tuple[State, str]:
        raise UnicodeError(f"never seen: {KEY}")

    async def broken_look(url: str) -> None:
        raise UnicodeError(f"never seen: {url}")

    monkeypatch.setattr(check, "_model", broken)
    monkeypatch.setattr(check, "inspect", broken_look)
    found = by_what(await check.run_checks(config(tmp_path, telegram.url, model)))
    assert found["bot cat"].state is State.OK
    for what in ("database", "model gpt-6-luna"):
        assert found[what].state is State.FAILED
        assert found[what].detail.startswith("failed unexpectedly (UnicodeError)")


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (Garbage(), "is no Bot API server (HTTP 200); check telegram.api_base"),
        (Status(500, "Internal Server Error: restart"), "try again later"),
        (Latency(60), "no answer within 0.3 s"),
    ],
)
async def test_what_telegram_may_do_wrong_has_a_next_step(
    tmp_path: Path, telegram: BotApi, model: str, effect: Garbage | Status | Latency, said: str
) -> None:
    telegram.faults.add("getMe", effect, bot=111)
    rows = await check.run_checks(config(tmp_path, telegram.url, model), timeout=0.3)
    found = by_what(rows)["bot cat"]
    assert found.state is State.FAILED
    assert said in found.detail


async def test_an_unreachable_telegram_and_provider_say_what_to_check(tmp_path: Path) -> None:
    nowhere = f"http://{closed_port()}"
    found = by_what(await check.run_checks(config(tmp_path, nowhere, f"{nowhere}/v1")))
    assert "telegram.api_base" in found["bot cat"].detail
    assert "openai.base_url" in found["model gpt-6-luna"].detail
    assert {found["bot cat"].state, found["model gpt-6-luna"].state} == {State.FAILED}


async def test_every_model_in_use_is_asked_for_once(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    bots = [
        {"name": "cat", "token": CAT, "model": "gpt-6-sol"},
        {"name": "dog", "token": DOG, "model": "gpt-0"},
    ]
    found = by_what(await check.run_checks(config(tmp_path, telegram.url, model, bots=bots)))
    assert found["model gpt-6-sol"].state is State.OK
    assert found["model gpt-0"].state is State.FAILED
    assert "name another one" in found["model gpt-0"].detail
    assert "model gpt-6-luna" not in found


async def test_a_provider_without_ears_is_only_a_note(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    settings = {"openai": {"api_key": KEY, "base_url": model, "transcribe_model": "none-such"}}
    found = by_what(await check.run_checks(config(tmp_path, telegram.url, model, **settings)))
    row = found["recordings, none-such"]
    assert row.state is State.NOTE
    assert "openai.transcribe_model" in row.detail


async def test_switches_that_only_botfather_has_are_noted(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    wishes = {"inline": True, "guest": True, "name_pattern": "cat"}
    bots = [{"name": "cat", "token": CAT, **wishes}]
    found = by_what(await check.run_checks(config(tmp_path, telegram.url, model, bots=bots)))
    row = found["bot cat"]
    assert row.state is State.NOTE
    for step in ("/setinline", "guest mode", "/setprivacy"):
        assert step in row.detail


async def test_the_exit_code_of_the_command_is_the_verdict(
    tmp_path: Path, telegram: BotApi, model: str
) -> None:
    await migrated(tmp_path / "data/kotodom.db")
    file = tmp_path / "config.toml"
    file.touch(mode=0o600)
    file.write_text(
        f'[database]\nurl = "sqlite://data/kotodom.db"\n[telegram]\napi_base = "{telegram.url}"\n'
        f'[openai]\napi_key = "{KEY}"\nbase_url = "{model}"\n'
        f'[[bots]]\nname = "cat"\ntoken = "{CAT}"\n'
    )
    code, text = await command(tmp_path)
    assert (code, text.count("| ok ")) == (0, 5), text
    telegram.faults.add("getMe", Status(401, "Unauthorized"))
    code, text = await command(tmp_path)
    assert code == 1
    assert "FAILED | Telegram does not know this token" in text
    assert KEY not in text
    assert CAT not in text


async def command(directory: Path) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "kotodom",
        "check",
        cwd=directory,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()
