"""A secret in every field of the configuration, and every call failing: none of it comes out.

Whoever is asked repeats all it was told, in its errors, its pages and its events.
"""

import asyncio
import json
import os
import stat
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from aiohttp import ClientSession
from planted_kit import (
    ANN,
    BOSS,
    CAT,
    DOG,
    ELK,
    GIVEN,
    PLACES,
    PLANTED,
    REFUSED,
    USER,
    Parrot,
    assert_clean,
    config,
    free_port,
    kotodom,
    secret_places,
    secrets_at,
)

from kotodom.config import SECRETS, Config, load
from kotodom.demo.botapi import DropAfter, Garbage, Status
from kotodom.demo.model_faults import ErrorEvent, FailedEvent
from kotodom.demo.model_faults import Status as ModelStatus
from kotodom.errors import ConfigError
from tests.support.daemon import Daemon
from tests.support.stage import Stage


@pytest.fixture
def planted(stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Stage:
    monkeypatch.setenv("PLANTED_DOG", PLANTED["token of the environment"])
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    for number, name in ((CAT, "token of the file"), (DOG, "token of the environment")):
        stage.telegram.add_bot(PLANTED[name], username=f"bot{number}_bot", name=f"Bot {number}")
    elk = PLANTED["token given in a chat"]
    stage.telegram.add_bot(elk, username="elk_bot", name="Elk")
    return stage


def daemon(stage: Stage, file: Path) -> Daemon:
    made = Daemon(stage.folder, file.read_text())
    stage.daemons.append(made)
    return made


async def look_everywhere(stage: Stage, made: Daemon) -> None:
    """The log, what anybody was told, and every file: log, database, backups, exports."""
    assert_clean("the log", made.said())
    assert "Traceback" not in made.said()
    for file in stage.folder.rglob("*"):
        if file.suffix == ".zip":
            with ZipFile(file) as dumped:
                for name in dumped.namelist():
                    assert_clean(f"{file.name}: {name}", dumped.read(name))
        elif file.is_file() and file.name not in GIVEN:
            assert_clean(file.name, file.read_bytes())
    for call in stage.telegram.calls:
        if call.method.lower() not in ("getupdates", "getme"):
            assert_clean(f"a message ({call.method})", json.dumps(call.params, default=str))


def test_something_is_planted_in_every_secret_of_the_configuration(planted: Stage) -> None:
    """A new one cannot be forgotten: not here, and not where secrets are resolved and hidden."""
    assert set(secret_places(Config)) == set(SECRETS) == set(PLACES)
    file = config(planted.folder, planted, way="http://127.0.0.1:1", database=REFUSED, log="text")
    settings = load(file, os.environ)
    hidden = settings.hidden()
    for place, names in PLACES.items():
        values = [unquote(value) for value in secrets_at(settings, place)]
        for name in names:
            assert any(PLANTED[name] in value for value in values), f"{name} is not in {place}"
            assert PLANTED[name] in hidden, f"{name} is not hidden"
    assert PLANTED["login of a Bot API server"] in hidden


async def test_telegram_and_the_provider_repeat_everything_in_their_errors(planted: Stage) -> None:
    stage = planted
    elsewhere = ("proxy to Telegram", "proxy to the provider", "database")
    told = " ".join(one for name, one in PLANTED.items() if name not in elsewhere)
    boss, ann = (
        stage.telegram.private(stage.telegram.world.bots[CAT], stage.telegram.user(*who))
        for who in ((BOSS, "Boss"), (ANN, "Ann"))
    )
    port = free_port()
    ours = stage.folder / "new" / "data"
    stage.database_url = f"sqlite://{ours}/kotodom.db"
    made = daemon(stage, config(stage.folder, stage, log="json", port=port))
    named = ("--config", str(stage.folder / "config.toml"))
    with anybody_may():
        await made.start()
    await made.wait_for("is ready")
    await boss.say("/start")
    await boss.wait(lambda chat: len(chat.answers()) == 1)
    await boss.say(f"/admin bot cat key {PLANTED['key given in a chat']}")
    await boss.wait(lambda chat: any("The key works" in one for one in chat.answers()))
    assert (
        stage.model.requests[-1].headers["authorization"].endswith(PLANTED["key given in a chat"])
    )
    await boss.say(PLANTED["token given in a chat"])
    await boss.wait(lambda chat: any("Elk is here" in one for one in chat.answers()))
    faults = stage.telegram.faults
    faults.add("getUpdates", Status(500, f"Internal: {told}"), bot=DOG)
    faults.add("getUpdates", Garbage(), bot=DOG)
    faults.add("getUpdates", Status(401, f"Unauthorized: {told}"), bot=ELK, times=None)
    await boss.wait(lambda chat: any("Elk" in one and "token" in one for one in chat.answers()[3:]))
    stage.model.add(ModelStatus(401, {"message": told, "code": "invalid_api_key", "type": told}))
    await ann.say("one")
    await ann.wait(lambda chat: len(chat.answers()) == 1)
    soon = {"retry-after-ms": "10"}
    stage.model.add(ModelStatus(500, {"message": told, "code": told}, soon), times=6)
    await ann.say("two")
    await ann.wait(lambda chat: len(chat.answers()) == 2)
    stage.model.add(FailedEvent(code="invalid_prompt", message=told))
    stage.model.add(ErrorEvent(code="invalid_prompt", message=told))
    await ann.say("three")
    await ann.wait(lambda chat: len(chat.answers()) == 3)
    await ann.say("and three")
    await ann.wait(lambda chat: len(chat.answers()) == 4)
    faults.add("sendMessage", Status(400, f"Bad Request: {told}"), chat=ANN)
    faults.add("editMessageText", Status(502, told), chat=ANN)
    await ann.say("four")
    await ann.wait(lambda chat: len(chat.answers()) == 5)
    faults.add("sendMessage", DropAfter(), chat=ANN)
    await ann.say("five")
    await ann.wait(lambda chat: len(chat.answers()) == 6)
    _, (code, said), _ = await asyncio.gather(
        look_at_http(port),
        kotodom("backup", *named),
        boss.wait(lambda chat: any("Bad Request" in one for one in chat.answers())),
    )
    assert code == 0, said
    assert_clean("kotodom backup", said)
    assert_ours_alone(ours)
    assert len(boss.answers()) >= 5
    assert await made.stop() == 0
    assert "polling failed 2 times" in made.said()
    code, said = await kotodom("export", str(stage.folder / "all.zip"), *named)
    assert code == 0, said
    assert_clean("kotodom export", said)
    await look_everywhere(stage, made)
    assert list(ours.glob("backups/*.db"))


@contextmanager
def anybody_may() -> Iterator[None]:
    """What is made meanwhile is everybody's, unless it is made otherwise."""
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)


def assert_ours_alone(folder: Path) -> None:
    """Nobody else can use anything there, or the folder itself."""
    found = {path: path.stat().st_mode for path in (folder.parent, *folder.parent.rglob("*"))}
    for path, mode in found.items():
        wanted = 0o700 if stat.S_ISDIR(mode) else 0o600
        assert stat.S_IMODE(mode) == wanted, f"{path}: {mode:o}"
    names = {path.name for path in found}
    assert {"kotodom.db", "kotodom.db-wal", "kotodom.db-shm", "kotodom.db.lock"} <= names
    assert {"kotodom.log", "backups"} <= names


async def look_at_http(port: int) -> None:
    """/health and /metrics, asked with and without the token."""
    async with ClientSession() as session:
        for path, headers in product(
            ("health", "metrics"),
            ({}, {"Authorization": f"Bearer {PLANTED['token of http']}"}),
        ):
            url = f"http://127.0.0.1:{port}/{path}"
            async with session.get(url, headers=headers) as response:
                assert_clean(path, await response.text())


async def test_proxies_that_refuse_repeat_every_login(planted: Stage) -> None:
    async with Parrot().listening() as parrot:
        made = daemon(planted, config(planted.folder, planted, way=parrot.url, log="text"))
        await made.start()
        (planted.folder / "checked").mkdir()
        refused = config(
            planted.folder / "checked", planted, way=parrot.url, database=REFUSED, log="text"
        )
        checked = kotodom("check", "--config", str(refused))
        (code, said), _ = await asyncio.gather(checked, made.wait_for("polling failed 1 times"))
        assert await made.stop() == 0
        assert any("Proxy-Authorization" in one for one in parrot.asked)
        await look_everywhere(planted, made)
    assert code == 1 and "FAILED" in said and "127.0.0.1:1" in said, said
    assert_clean("kotodom check", said)
    login = f"{USER}:{PLANTED['proxy to the provider']}".encode()
    assert any(b64encode(login).decode() in one for one in parrot.asked)


async def test_a_database_that_refuses_does_not_tell_its_password(planted: Stage) -> None:
    file = config(planted.folder, planted, database=REFUSED, log="text")
    code, said = await kotodom("run", "--config", str(file))
    assert code == 69 and "127.0.0.1:1" in said, said
    assert_clean("kotodom run", said)


def test_mistakes_in_secrets_do_not_quote_them(planted: Stage) -> None:
    file = config(planted.folder, planted, log="text")
    text = file.read_text()
    for name, secret in PLANTED.items():
        if secret in text:
            text = text.replace(secret, f"{secret} {secret}")
            assert name
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(file, os.environ)
    said = str(caught.value)
    for key in ("secrets.key", "http.token", "bots[0].token"):
        assert key in said
    assert_clean("the mistakes", said)
