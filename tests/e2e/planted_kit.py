"""What is planted in the secrets of the configuration, and how it is looked for."""

import asyncio
import json
import os
import socket
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel, SecretStr

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
REFUSED = f"postgres://{USER}:{quote(PLANTED['database'], safe='')}@127.0.0.1:1/kotodom"
"""A database that nobody gets into."""
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
file = {json.dumps(str(folder / "new" / "data" / "kotodom.log"))}
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
