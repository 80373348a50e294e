"""`kotodom init` and `kotodom claim` in scripts: no questions, exit codes, no secret anywhere."""

import asyncio
import fcntl
import json
import os
import sqlite3
import stat
import tomllib
from functools import partial
from pathlib import Path

import pytest

from kotodom.demo.botapi import BotApi
from kotodom.demo.model import ModelServer
from kotodom.demo.model_faults import Status
from tests.cli.init_kit import KEY, LINK, TOKEN, invoked, kotodom

HERE = ("init", "--config", "config.toml")
"""By name, since root's would be the machine's."""
BOTH = (*HERE, "--token-file", "-", "--key-file", "-")
SAID = f"{TOKEN}\n{KEY}\n"
NOTHING = (*BOTH, "--no-test")


@pytest.fixture
def addresses(emulated: BotApi, models: tuple[ModelServer, str]) -> dict[str, str]:
    # No other program polls these bots, so the test of that is left out by a webhook and --yes.
    emulated.world.bots[7001].set_webhook("https://old.example.org/hook")
    return {"KOTODOM_TELEGRAM__API_BASE": emulated.url, "KOTODOM_OPENAI__BASE_URL": models[1]}


async def test_two_lines_of_standard_input_are_enough_and_the_result_is_json(
    tmp_path: Path, addresses: dict[str, str]
) -> None:
    folder = tmp_path / "new" / "place"
    code, output, errors = await kotodom(
        tmp_path, *BOTH, "--yes", "--json", "--config", f"{folder}/k.toml", said=SAID, **addresses
    )
    assert (code, errors) == (0, "")
    result = json.loads(output)
    assert result["config"] == f"{folder}/k.toml"
    assert result["bot"] == {"id": 7001, "username": "cat_bot"}
    assert result["model"] == "gpt-6-luna"
    assert result["claim"]["link"].startswith("https://t.me/cat_bot?start=adm-")
    assert KEY not in output
    modes = {file: stat.S_IMODE(file.stat().st_mode) for file in (folder, *folder.rglob("*"))}
    assert {mode for file, mode in modes.items() if file.is_dir()} == {0o700}
    assert {mode for file, mode in modes.items() if file.is_file()} == {0o600}
    raw = sqlite3.connect(folder / "data/kotodom.db")
    assert raw.execute("SELECT role, uses_left, created_by FROM invite").fetchall() == [
        ("ADMIN", 1, 0)
    ]
    (audited,) = raw.execute("SELECT user_name, action, after FROM audit").fetchall()
    raw.close()
    assert audited == ("kotodom claim", "claim", "ADMIN, 15 min")


async def test_the_file_is_the_commented_example_and_leaves_the_bot_to_admin(
    tmp_path: Path, addresses: dict[str, str]
) -> None:
    variables = {
        **addresses,
        "KOTODOM_BOT_TOKEN": TOKEN,
        "KOTODOM_OPENAI__API_KEY": "file:key",
        "KOTODOM_TELEGRAM__PROXY": "http://me:pa55word@localhost:3128",
    }
    (tmp_path / "key").write_text(f"{KEY}\n")
    code, output, errors = await kotodom(tmp_path, *HERE, "--no-test", "--model", "m", **variables)
    assert (code, errors) == (0, "")
    assert "/start adm-" in output, "nobody was asked for the bot's name"
    text = (tmp_path / "config.toml").read_text()
    written = tomllib.loads(text)
    assert written["bots"] == [{"name": "bot7001", "token": TOKEN}]
    assert written["openai"]["api_key"] == "file:key", "a reference stays one"
    assert written["openai"]["model"] == "m"
    assert written["telegram"]["proxy"] == "http://me:pa55word@localhost:3128"
    assert written["database"]["url"] == f"sqlite://{tmp_path}/data/kotodom.db"
    assert "written by `kotodom init`" in text
    assert "\n# What the model is told to be.\n#prompt = " in text
    assert "pa55word" not in output
    code, output, errors = await kotodom(tmp_path, "migrate")
    assert (code, errors) == (0, ""), "and it is a configuration"


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "words"),
    [
        (HERE, {}, 2, "--token-file PATH or -, or KOTODOM_BOT_TOKEN) and the provider key"),
        (("init", "--token-file", "nowhere"), {}, 2, "nowhere cannot be read"),
        (("init", "--base-url", "localhost"), {}, 2, "--base-url: An address begins with"),
        (("init", "--openai-proxy", "http://a:b@c:1"), {}, 2, "KOTODOM_OPENAI__PROXY instead"),
        (("init",), {"KOTODOM_BOT_TOKEN": "x"}, 2, "no bot token in KOTODOM_BOT_TOKEN"),
        (("init",), {"KOTODOM_BOTS": "[]"}, 2, "KOTODOM_BOTS is set"),
        (("init",), {"KOTODOM_OPENAI__TIMEOUT": "soon"}, 78, "KOTODOM_OPENAI__TIMEOUT"),
        ((*NOTHING, "--config", "/dev/null/x.toml"), {}, 73, "is a file, not a folder"),
        ((*NOTHING, "--config", "/"), {}, 73, "is a folder"),
        ((*NOTHING, "--replace", "--config", "/dev/null"), {}, 73, "is no file"),
        ((*NOTHING, "--config", "n" * 300), {}, 73, "File name too long"),
    ],
)
def test_what_cannot_be_is_one_line_and_changes_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    variables: dict[str, str],
    code: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    found, output, errors = invoked(*arguments, said=SAID, **variables)
    assert found == code, errors
    assert words in errors
    assert output == ""
    assert os.listdir(tmp_path) == []


async def test_the_exit_code_tells_what_was_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    addresses: dict[str, str],
    models: tuple[ModelServer, str],
) -> None:
    monkeypatch.chdir(tmp_path)

    async def ended(*more: str, said: str = SAID, **variables: str) -> tuple[int, str]:
        run = partial(invoked, *BOTH, "--json", *more, said=said, **addresses | variables)
        code, output, errors = await asyncio.to_thread(run)
        assert errors == ""
        assert KEY not in output
        assert "A" * 35 not in output
        return code, json.loads(output)["fault"]

    assert await ended() == (75, "telegram: conflict")
    assert await ended(said=f"9{TOKEN}\n{KEY}\n") == (77, "telegram: wrong")
    assert await ended("--yes", "--model", "x") == (77, "provider: model")
    models[0].add(Status(402, {"message": "pay first"}))
    assert await ended("--yes") == (77, "provider: quota")
    nowhere = {"KOTODOM_OPENAI__BASE_URL": "http://127.0.0.1:9/v1"}
    assert await ended("--yes", **nowhere) == (69, "provider: no route")
    assert await ended(KOTODOM_OPENAI__TIMEOUT="soon") == (78, "configuration")
    database = {"KOTODOM_DATABASE__URL": "postgres://me:pa55word@127.0.0.1:9/kotodom"}
    assert await ended(**database) == (69, "database")
    assert os.listdir(tmp_path) == []


async def test_a_database_out_of_reach_is_told_before_anything_is_asked_or_written(
    tmp_path: Path,
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "kotodom.db").write_bytes(b"no database at all " * 100)
    code, _, errors = await kotodom(tmp_path, *NOTHING, said=SAID)
    assert code == 69
    assert "kotodom.db" in errors
    assert os.listdir(tmp_path) == ["data"]


async def test_a_fresh_link_revokes_the_one_before_and_asks_nobody_for_a_config_it_lacks(
    tmp_path: Path, addresses: dict[str, str]
) -> None:
    async def claimed(*more: str) -> tuple[int, str, str]:
        run = partial(invoked, "claim", "--config", f"{tmp_path}/config.toml", *more, **addresses)
        return await asyncio.to_thread(run)

    code, _, errors = await claimed()
    assert code == 78
    assert "kotodom init" in errors
    await kotodom(tmp_path, *BOTH, "--yes", said=SAID, **addresses)
    code, output, errors = await claimed()
    assert (code, errors) == (0, "")
    assert LINK.search(output)
    assert "start it within" in output
    code, output, _ = await claimed("--json")
    last = json.loads(output)
    assert (last["link"].partition("=")[2], last["running"]) == (last["command"][7:], False)
    raw = sqlite3.connect(tmp_path / "data/kotodom.db")
    assert [bool(gone) for (gone,) in raw.execute("SELECT revoked FROM invite ORDER BY id")] == [
        True,
        True,
        False,
    ]
    raw.close()
    code, _, errors = await claimed("--bot", "dog")
    assert code == 78
    assert "no enabled bot is called dog" in errors


async def test_a_link_is_for_the_database_of_the_service_wherever_it_is_asked_for(
    tmp_path: Path, addresses: dict[str, str]
) -> None:
    """A relative address in the configuration begins where the service runs, not here."""
    home, runs, units = (tmp_path / name for name in ("home", "it runs", "systemd/user"))
    for folder in (home, runs, units):
        folder.mkdir(parents=True)
    variables = {**addresses, "KOTODOM_DATABASE__URL": "sqlite://data/kotodom.db"}
    config = tmp_path / "config.toml"
    await kotodom(runs, *NOTHING, "--config", str(config), said=SAID, **variables)
    (units / "kotodom.service").write_text(
        f"[Service]\nWorkingDirectory={runs}\nExecStart=kotodom run --config {config}\n"
    )
    variables = {**addresses, "XDG_CONFIG_HOME": str(tmp_path)}
    code, output, errors = await kotodom(home, "claim", "--config", "../config.toml", **variables)
    assert (code, errors) == (0, "")
    assert f"No Kotodom runs on {runs}/data/kotodom.db now" in output
    assert os.listdir(home) == []


def test_beside_a_running_kotodom_nobody_is_told_to_start_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    lock = os.open(tmp_path / "data" / "kotodom.db.lock", os.O_CREAT | os.O_WRONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    code, output, _ = invoked(*NOTHING, said=SAID)
    os.close(lock)
    assert code == 0
    assert "restart it" in output
    assert "Start it" not in output
