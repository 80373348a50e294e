"""A secret in every field of the configuration, and every call failing: none of it comes out.

Whoever is asked repeats all it was told, in its errors, its pages and its events.
"""

import asyncio
import json
import os
import socket
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote, unquote
from zipfile import ZipFile

import pytest
from aiohttp import ClientSession, web
from pydantic import BaseModel, SecretStr

from kotodom.config import SECRETS, Config, load
from kotodom.demo.botapi import DropAfter, Garbage, Status
from kotodom.demo.model_faults import ErrorEvent, FailedEvent
from kotodom.demo.model_faults import Status as ModelStatus
from tests.support.daemon import Daemon
from tests.support.stage import Stage

ANN, BOSS = 501, 900
CAT, DOG, ELK = 70_001, 70_002, 70_003


def token(bot: int, word: str) -> str:
    return f"{bot}:{word.ljust(35, 'Z')}"


PLANTED = {
    "token of the file": token(CAT, "PlantedTokenOfCat"),
    "token of the environment": token(DOG, "PlantedTokenOfDog"),
    "token given in a chat": token(ELK, "PlantedTokenOfElk"),
    "key of a file": "planted key/of+the=instance!",
    "key of a credential": "planted-key-of-dog-0123",
    "key given in a chat": "planted-key-of-cat-4567",
    "login of a Bot API server": "planted-pw-of-a-server-9",
    "proxy to Telegram": "planted-pw@telegram/1",
    "proxy to the provider": "planted-pw@provider/2",
    "database": "planted-pw@database/3",
    "token of http": "planted-http-token-0123456789",
    "key that seals": "PlantedSealKeyPlantedSealKeyPlantedSealKey0",
}
USER = "kotodom"
PLACES = {
    ("database", "url"): ("database",),
    ("telegram", "proxy"): ("proxy to Telegram",),
    ("openai", "api_key"): ("key of a file",),
    ("openai", "proxy"): ("proxy to the provider",),
    ("secrets", "key"): ("key that seals",),
    ("http", "token"): ("token of http",),
    ("bots", "*", "token"): ("token of the file", "token of the environment"),
    ("bots", "*", "api_key"): ("key of a credential",),
}
"""What is planted in which secret of the configuration."""
GIVEN = ("config.toml", "key", "dog_key")
"""The files that hold secrets because somebody put them there."""


def forms(secret: str) -> Iterator[bytes]:
    """The ways in which it may come out."""
    words = secret.partition(":")[2] or secret
    for text in (words, quote(words), quote(words, safe=""), json.dumps(words)[1:-1]):
        yield text.encode()
    for login in (words, f"{USER}:{words}"):
        yield b64encode(login.encode()).rstrip(b"=")


def assert_clean(where: str, data: bytes | str) -> None:
    raw = data.encode() if isinstance(data, str) else data
    found = [name for name, one in PLANTED.items() if any(form in raw for form in forms(one))]
    assert not found, f"{where} shows: {found}"


class Parrot:
    """An HTTP server, or a proxy, that refuses everything and repeats all it was told."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[str] = []

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Parrot"]:
        server = web.Server(self._answer)
        runner = web.ServerRunner(server)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        told = f"{request.raw_path} {dict(request.headers)} {(await request.read())[:2000]!r}"
        self.asked.append(told)
        answer = {
            "ok": False,
            "error_code": 407,
            "description": f"refused: {told}",
            "error": {"message": f"refused: {told}", "code": told, "type": told},
        }
        return web.json_response(answer, status=407, reason=f"refused {request.raw_path}"[:200])


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def config(
    folder: Path, stage: Stage, *, way: str = "", database: str = "", log: str, port: int = 0
) -> Path:
    """Everything planted; *way* is a proxy without its login."""

    def proxy(which: str) -> str:
        if not way:
            return ""
        host = way.removeprefix("http://")
        return f"http://{USER}:{quote(PLANTED[which], safe='')}@{host}"

    server = PLANTED["login of a Bot API server"]
    (folder / "key").write_text(PLANTED["key of a file"])
    (folder / "credentials").mkdir(exist_ok=True)
    (folder / "credentials" / "dog_key").write_text(PLANTED["key of a credential"])
    file = folder / "config.toml"
    file.write_text(
        f"""
[database]
url = {json.dumps(database or stage.database_url)}
[telegram]
api_base = "{stage.telegram.url.replace("://", f"://{USER}:{server}@")}"
poll_timeout = 1
proxy = {json.dumps(proxy("proxy to Telegram"))}
[openai]
api_key = "file:key"
base_url = "{stage.model_url}"
proxy = {json.dumps(proxy("proxy to the provider"))}
transcribe_model = ""
timeout = 5
[processing]
max_attempts = 2
retry_base = 0.05
[breaker]
fail_max = 1000
[admin]
ids = [{BOSS}]
[secrets]
key = "{PLANTED["key that seals"]}"
[http]
listen = "127.0.0.1:{port or free_port()}"
token = "{PLANTED["token of http"]}"
[log]
level = "DEBUG"
format = "{log}"
file = {json.dumps(str(folder / "kotodom.log"))}
[[bots]]
name = "cat"
token = "{PLANTED["token of the file"]}"
[[bots]]
name = "dog"
token = "env:PLANTED_DOG"
api_key = "credential:dog_key"
"""
    )
    file.chmod(0o600)
    return file


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
    return daemon_with(stage, file.read_text())


def daemon_with(stage: Stage, text: str) -> Daemon:
    made = Daemon(stage.folder, text)
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


async def kotodom(*words: str) -> tuple[int, str]:
    """What a command says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "kotodom",
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


def secret_places(section: Any) -> Iterator[tuple[str, ...]]:
    """Every secret of the configuration, found by its type."""
    if section is SecretStr:
        yield ()
    elif isinstance(section, type) and issubclass(section, BaseModel):
        for name, field in section.model_fields.items():
            yield from ((name, *rest) for rest in secret_places(field.annotation))
    else:
        star = ("*",) if getattr(section, "__origin__", None) in (tuple, dict, list) else ()
        for part in get_args(section):
            yield from ((*star, *rest) for rest in secret_places(part))


def secrets_at(settings: Any, place: tuple[str, ...]) -> Iterator[str]:
    """The values there."""
    if isinstance(settings, SecretStr):
        yield settings.get_secret_value()
    elif settings is not None:
        name, *rest = place
        for below in settings if name == "*" else (getattr(settings, name),):
            yield from secrets_at(below, tuple(rest))


def test_something_is_planted_in_every_secret_of_the_configuration(planted: Stage) -> None:
    """A new one cannot be forgotten: not here, and not where secrets are resolved and hidden."""
    assert set(secret_places(Config)) == set(SECRETS) == set(PLACES)
    database = f"postgres://{USER}:{quote(PLANTED['database'], safe='')}@127.0.0.1:1/kotodom"
    file = config(planted.folder, planted, way="http://127.0.0.1:1", database=database, log="text")
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
    made = daemon(stage, config(stage.folder, stage, log="json", port=port))
    named = ("--config", str(stage.folder / "config.toml"))
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
    _, (code, said) = await asyncio.gather(look_at_http(port), kotodom("backup", *named))
    assert code == 0, said
    assert_clean("kotodom backup", said)
    assert len(boss.answers()) >= 5
    assert await made.stop() == 0
    assert "polling failed 2 times" in made.said()
    code, said = await kotodom("export", str(stage.folder / "all.zip"), *named)
    assert code == 0, said
    assert_clean("kotodom export", said)
    await look_everywhere(stage, made)
    assert list(stage.folder.glob("backups/*.db"))


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
        checked = kotodom("check", "--config", str(planted.folder / "config.toml"))
        (code, said), _ = await asyncio.gather(checked, made.wait_for("polling failed 1 times"))
        assert await made.stop() == 0
        assert any("Proxy-Authorization" in one for one in parrot.asked)
        await look_everywhere(planted, made)
    assert code == 1 and "FAILED" in said, said
    assert_clean("kotodom check", said)
    login = f"{USER}:{PLANTED['proxy to the provider']}".encode()
    assert any(b64encode(login).decode() in one for one in parrot.asked)


async def test_a_database_that_refuses_does_not_tell_its_password(planted: Stage) -> None:
    password = quote(PLANTED["database"], safe="")
    database = f"postgres://{USER}:{password}@127.0.0.1:1/kotodom"
    file = config(planted.folder, planted, database=database, log="text")
    commands = {"run": 69, "check": 1, "secrets status": 69}
    ended = await asyncio.gather(
        *(kotodom(*command.split(), "--config", str(file)) for command in commands)
    )
    for (command, wanted), (code, said) in zip(commands.items(), ended, strict=True):
        assert (command, code) == (command, wanted), said
        assert "127.0.0.1:1" in said
        assert_clean(f"kotodom {command}", said)


async def test_mistakes_in_secrets_do_not_quote_them(planted: Stage) -> None:
    file = config(planted.folder, planted, log="text")
    text = file.read_text()
    for name, secret in PLANTED.items():
        if secret in text:
            text = text.replace(secret, f"{secret} {secret}")
            assert name
    file.write_text(text)
    code, said = await kotodom("run", "--config", str(file))
    assert code == 78
    for key in ("secrets.key", "http.token", "bots[0].token"):
        assert key in said
    assert_clean("the mistakes", said)


async def test_whatever_the_umask_all_files_are_for_us_alone(planted: Stage) -> None:
    folder = planted.folder / "new" / "data"
    planted.database_url = f"sqlite://{folder}/kotodom.db"
    file = config(planted.folder, planted, log="text")
    text = file.read_text().replace(f"{planted.folder}/kotodom.log", f"{folder}/logs/kotodom.log")
    text = text.replace(f'key = "{PLANTED["key that seals"]}"', 'key = ""')
    before = os.umask(0)
    try:
        made = daemon_with(planted, text)
        await made.start()
        await made.wait_for("is ready")
        boss = planted.telegram.private(
            planted.telegram.world.bots[CAT], planted.telegram.user(BOSS, "Boss")
        )
        await boss.say(PLANTED["token given in a chat"])
        await boss.wait(lambda chat: any("Elk is here" in one for one in chat.answers()))
        modes = {path.name: path.stat().st_mode & 0o777 for path in folder.parent.rglob("*")}
        assert await made.stop() == 0
    finally:
        os.umask(before)
    folders = {"data", "logs", "backups"}
    assert {name: oct(mode) for name, mode in modes.items()} == {
        name: oct(0o700 if name in folders else 0o600) for name in modes
    }
    assert {"kotodom.db", "kotodom.db-wal", "kotodom.db-shm", "kotodom.db.lock"} <= set(modes)
    assert {"kotodom.db.key", "kotodom.log"} <= set(modes)
