"""The command `kotodom check`: its exit code, its table, its JSON."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kotodom.db import open_database
from kotodom.demo.botapi import BotApi, Status
from kotodom.demo.model import ModelServer
from tests.check.check_kit import CAT, KEY, migrated


@pytest.fixture
async def folder(tmp_path: Path) -> AsyncIterator[Path]:
    """Everything is well there, but for the second getMe."""
    telegram, model = BotApi(), ModelServer(models={"gpt-6-luna", "gpt-transcribe"})
    await telegram.start()
    telegram.add_bot(CAT, username="cat_bot")
    telegram.faults.add("getMe", Status(401, "Unauthorized"), skip=1)
    (tmp_path / "config.toml").touch(mode=0o600)
    (tmp_path / "config.toml").write_text(
        f'[database]\nurl = "sqlite://data/kotodom.db"\n[telegram]\napi_base = "{telegram.url}"\n'
        f'[openai]\napi_key = "{KEY}"\nbase_url = "{await model.start()}"\n'
        f'[[bots]]\nname = "cat"\ntoken = "{CAT}"\n'
    )
    await migrated(tmp_path / "data/kotodom.db")
    yield tmp_path
    await model.stop()
    await telegram.stop()


async def command(directory: Path, *options: str, **environ: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kotodom", "check", *options),
        cwd=directory,
        env={**os.environ, "XDG_CONFIG_HOME": "", **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_the_exit_code_is_the_verdict_and_the_table_fits(folder: Path) -> None:
    code, text = await command(folder, "--deep")
    lines = text.splitlines()
    assert code == 0, text
    assert "bot cat                   ok      @cat_bot" in lines
    # Only a name that is longer than that, such as a path, is not broken.
    assert all(len(line) <= 80 or " " not in line[34:].removeprefix("fix: ") for line in lines)
    code, text = await command(folder)
    assert code == 1
    assert "FAILED  Telegram does not know this token" in text
    assert "        fix: take the current one from @BotFather" in text
    assert KEY not in text
    assert CAT not in text


async def test_paths_begin_where_the_installed_service_runs(folder: Path) -> None:
    """Else its database would seem not to exist, and its bots would be polled."""
    units = folder / "home/.config/systemd/user"
    units.mkdir(parents=True)
    (folder / "service").mkdir()
    (folder / "data").rename(folder / "service/data")
    running = await open_database(f"sqlite://{folder}/service/data/kotodom.db")
    await running.hold()
    (units / "kotodom.service").write_text(
        f"[Service]\nExecStart=/usr/bin/kotodom run --config {folder}/config.toml\n"
        f"WorkingDirectory={folder}/service\n"
    )
    _, text = await command(folder, "--json", HOME=str(folder / "home"))
    await running.close()
    rows = {row["what"]: row for row in json.loads(text)["rows"]}
    assert "a running Kotodom works on it" in rows["database"]["detail"]
    assert rows["unit file of the user"]["fix"] == "kotodom service install --user"


async def test_json_says_the_same(folder: Path) -> None:
    running = await open_database(f"sqlite://{folder}/data/kotodom.db")
    await running.hold()
    code, text = await command(folder, "--json")
    await running.close()
    found = json.loads(text)
    assert (code, found["ok"]) == (0, True)
    assert {"what": "bot cat", "state": "ok", "detail": "@cat_bot", "fix": ""} in found["rows"]


async def test_mistakes_of_the_configuration_are_json_too_where_that_is_asked_for(
    tmp_path: Path,
) -> None:
    (tmp_path / "config.toml").write_text('[openai]\nmodle = "x"\n')
    code, text = await command(tmp_path, "--json")
    found = json.loads(text)
    assert (code, found["ok"]) == (78, False)
    assert any("modle" in row["detail"] for row in found["rows"])
    assert {row["state"] for row in found["rows"]} == {"FAILED"}
