"""A new key: step by step, and whatever ends it in between, everything stays readable."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kotodom import redaction
from kotodom.cli import app
from kotodom.db import open_database
from kotodom.db.sealed import PAGE, bot_secrets
from kotodom.sealing import Sealer, key_file, new_key, read_keys, write_keys

TOKEN = "70001:" + "T" * 35
API_KEY = "sk-proj-0123456789abcdefghij"
CRASH_WITH = """
import os, signal, sys
from kotodom.cli.secrets import turn_keys
from kotodom.cli.common import in_loop

left = int(sys.argv[2])
def tell(line):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

in_loop(turn_keys(sys.argv[1], "", tell))
"""


class Place:
    """A database with a sealed token, a sealed provider key and the command that brought one."""

    def __init__(self, url: str) -> None:
        self.url = url

    def fill(self, seal: Any) -> None:
        asyncio.run(self._fill(seal))

    async def _fill(self, seal: Any) -> None:
        database = await open_database(self.url)
        try:
            await database.migrate()
            said = seal(TOKEN)
            for statement, values in (
                (
                    "INSERT INTO bot (id, telegram_id, name, token, api_key, source)"
                    " VALUES (1, 70001, 'dog', $1, $2, 'admin')",
                    (seal(TOKEN), seal(API_KEY)),
                ),
                (
                    "INSERT INTO chat (id, bot_id, telegram_chat_id, type)"
                    " VALUES (1, 1, 900, 'private')",
                    (),
                ),
                (
                    "INSERT INTO message (id, chat_id, role, text, id_space, created_at)"
                    " VALUES (2, 1, 'user', 'a sealed: word', 1, 1),"
                    f" ({2 * PAGE}, 1, 'user', $1, 1, 1)",
                    (f"/admin bots add {said} sealed:nonsense",),
                ),
            ):
                await database.write(lambda c, s=statement, v=values: c.execute(s, *v))
        finally:
            await database.close()

    def read(self) -> tuple[list[str], list[str]]:
        """What is stored: the secrets, and the texts."""
        return asyncio.run(self._read())

    async def _read(self) -> tuple[list[str], list[str]]:
        database = await open_database(self.url)
        try:
            secrets = await database.read(bot_secrets)
            texts = await database.read(lambda c: c.fetch("SELECT text FROM message ORDER BY id"))
        finally:
            await database.close()
        return [one.stored for one in secrets], [row[0] for row in texts]


def configured(folder: Path, url: str, keys: str) -> Path:
    config = folder / "config.toml"
    config.write_text(
        f'[database]\nurl = "{url}"\n[openai]\napi_key = "k"\n[secrets]\nkey = "{keys}"\n'
        '[[bots]]\nname = "cat"\ntoken = "env:NOT_NEEDED_HERE"\n'
    )
    config.chmod(0o600)
    return config


def called(folder: Path, name: str, *, url: str, keys: str = "") -> Result:
    """What comes of a command, in this process: a start costs more than all it does."""
    arguments = ["secrets", name, "--config", str(configured(folder, url, keys))]
    known, forms = set(redaction._known), redaction._forms_by_length
    try:
        return CliRunner().invoke(app, arguments, catch_exceptions=False)
    finally:
        # Other tests need not look for the secrets of these.
        redaction._known.clear()
        redaction._known.update(known)
        redaction._forms_by_length = forms


def command(folder: Path, name: str, *, url: str) -> subprocess.CompletedProcess[str]:
    """What comes of it in a process of its own."""
    config = configured(folder, url, "")
    return subprocess.run(
        [sys.executable, "-m", "kotodom", "secrets", name, "--config", str(config)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )


async def while_held(url: str, what: Callable[[], Any]) -> Any:
    """What comes of it while a daemon works on the database."""
    database = await open_database(url)
    try:
        await database.hold()
        return await asyncio.to_thread(what)
    finally:
        await database.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kotodom.db.key"


def test_everything_is_sealed_anew_and_the_old_key_is_gone(
    tmp_path: Path, sqlite_url: str, file: Path
) -> None:
    place = Place(sqlite_url)
    place.fill(Sealer("", file).seal)
    before, old = place.read(), read_keys(file)
    done = command(tmp_path, "rotate", url=sqlite_url)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 secrets of bots and 1 commands sealed anew" in done.stdout
    assert "make a new one (kotodom backup)" in done.stdout
    now = read_keys(file)
    assert old is not None and now is not None
    assert len(now.keys) == 1 and now.keys != old.keys
    secrets, texts = place.read()
    assert not set(secrets) & set(before[0])
    assert [now.open(one) for one in secrets] == [TOKEN, API_KEY]
    word, given = texts
    assert given.endswith(" sealed:nonsense") and word == "a sealed: word"
    assert now.open(given.split()[3]) == TOKEN
    assert file.stat().st_mode & 0o777 == 0o600
    assert called(tmp_path, "status", url=sqlite_url).exit_code == 0


@pytest.mark.parametrize("step", [1, 2, 3])
def test_killed_at_any_step_nothing_is_lost_and_it_can_be_done_again(
    tmp_path: Path, sqlite_url: str, file: Path, step: int
) -> None:
    place = Place(sqlite_url)
    place.fill(Sealer("", file).seal)
    done = subprocess.run(
        [sys.executable, "-c", CRASH_WITH, sqlite_url, str(step)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    secrets, _ = place.read()
    sealer = Sealer("", file)
    assert [sealer.open(one) for one in secrets] == [TOKEN, API_KEY]
    if step == 1:
        assert called(tmp_path, "rotate", url=sqlite_url).exit_code == 0
        now = read_keys(file)
        assert now is not None and len(now.keys) == 1
        assert [now.open(one) for one in place.read()[0]] == [TOKEN, API_KEY]


def test_a_database_that_a_daemon_works_on_is_left_alone(
    tmp_path: Path, sqlite_url: str, file: Path
) -> None:
    place = Place(sqlite_url)
    place.fill(Sealer("", file).seal)
    before = file.read_bytes(), place.read()
    done = asyncio.run(while_held(sqlite_url, partial(command, tmp_path, "rotate", url=sqlite_url)))
    assert done.returncode == 69
    assert "another kotodom is running" in done.stderr and "stop it first" in done.stderr
    assert (file.read_bytes(), place.read()) == before


@pytest.mark.parametrize("name", ["rotate", "status"])
@pytest.mark.parametrize("wrong", [False, True])
def test_a_missing_or_wrong_key_is_one_line_and_changes_nothing(
    tmp_path: Path, sqlite_url: str, file: Path, wrong: bool, name: str
) -> None:
    place = Place(sqlite_url)
    place.fill(Sealer("", file).seal)
    before = place.read()
    file.unlink()
    if wrong:
        write_keys(file, (new_key(),))
    left = file.read_bytes() if wrong else None
    done = called(tmp_path, name, url=sqlite_url)
    assert done.exit_code == 1
    said = done.stderr + done.stdout
    assert ("another key" if wrong else "is missing: restore the file") in said
    assert "Traceback" not in said
    assert place.read() == before
    assert (file.read_bytes() if file.exists() else None) == left


def test_configured_keys_seal_anew_with_the_first_of_them(
    tmp_path: Path, database_url: str
) -> None:
    old, new = "A" * 43, "B" * 43
    place = Place(database_url)
    place.fill(Sealer(old, None).seal)
    one = called(tmp_path, "rotate", url=database_url, keys=old)
    assert one.exit_code == 1 and 'put it in front (key = "NEW,OLD")' in one.stderr
    both = f"{new},{old}"
    assert called(tmp_path, "status", url=database_url, keys=both).exit_code == 1
    done = called(tmp_path, "rotate", url=database_url, keys=both)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "you can take the other keys out of it now" in done.stdout
    assert [Sealer(new, None).open(one) for one in place.read()[0]] == [TOKEN, API_KEY]
    sound = called(tmp_path, "status", url=database_url, keys=new)
    assert sound.exit_code == 0
    assert "bot dog, provider key: sealed with key 1" in sound.stdout
    assert not set(sound.stdout.split()) & {old, new}


def test_a_key_moves_from_its_file_into_the_configuration(
    tmp_path: Path, sqlite_url: str, file: Path
) -> None:
    place = Place(sqlite_url)
    place.fill(Sealer("", file).seal)
    done = called(tmp_path, "rotate", url=sqlite_url, keys="C" * 43)
    assert done.exit_code == 0 and "is needed no more: you can delete it" in done.stdout
    file.unlink()
    assert [Sealer("C" * 43, None).open(one) for one in place.read()[0]] == [TOKEN, API_KEY]


def test_before_there_is_a_database_there_is_nothing_to_do(tmp_path: Path, sqlite_url: str) -> None:
    for name in ("rotate", "status"):
        done = called(tmp_path, name, url=sqlite_url)
        assert (done.exit_code, done.stderr) == (
            1,
            "there is no database yet, so nothing is sealed\n",
        )
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_the_status_names_what_lies_in_clear_and_who_may_read_it(tmp_path: Path) -> None:
    database = tmp_path / "my [bots] 100%.db"
    sqlite_url = f"sqlite://{database}"
    place = Place(sqlite_url)
    place.fill(lambda secret: secret)
    file = key_file(database)
    assert file == tmp_path / "my [bots] 100%.db.key"
    Sealer("", file).seal("")
    database.chmod(0o644)
    done = called(tmp_path, "status", url=sqlite_url)
    assert done.exit_code == 1
    assert "bot dog, token: IN CLEAR: run kotodom secrets rotate" in done.stdout
    assert f"run: chmod 600 '{database}'" in done.stdout
    assert called(tmp_path, "rotate", url=sqlite_url).exit_code == 0
    now = read_keys(file)
    assert now is not None
    assert [now.open(one) for one in place.read()[0]] == [TOKEN, API_KEY]
