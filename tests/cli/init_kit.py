"""`kotodom init` at a pseudo-terminal, a person who answers from a list, and a proxy."""

import asyncio
import os
import pty
import re
import socket
import sys
import termios
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import NoneType
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from kotodom.cli import app
from kotodom.cli.common import EXIT_CONFIG
from kotodom.errors import ConfigError
from kotodom.setup.draft import Draft
from kotodom.setup.talk import Agreed, agree, complete
from kotodom.setup.terminal import Terminal as SetupTerminal
from kotodom.tasks import Tasks
from tests.demo.kit import ROOT, Terminal
from tests.demo.virtual_terminal import VirtualTerminal

TOKEN = "7001:" + "A" * 35
KEY = "sk-key-that-nobody-may-see"
LINK = re.compile(r"https://t\.me/(\w+)\?start=(adm-[\w-]+)")


def environ(**more: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KOTODOM", "OPENAI", "CREDENTIALS"))
    }
    return kept | {"PYTHONPATH": str(ROOT), "TERM": "xterm", **more}


@asynccontextmanager
async def at_terminal(folder: Path, *arguments: str, **variables: str) -> AsyncIterator[Terminal]:
    """That command of kotodom with a person before it; killed at the end if it still runs."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (50, 100))

    def take_terminal() -> None:
        os.setsid()
        os.close(os.open(os.ttyname(0), os.O_RDWR))  # so that Ctrl-C comes as a signal

    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "kotodom",
            *arguments,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environ(**variables),
            cwd=folder,
            preexec_fn=take_terminal,
        )
    finally:
        os.close(slave)
    person = Terminal(process, master, VirtualTerminal(100, 50))
    try:
        yield person
    finally:
        if process.returncode is None:
            process.terminate()
            await person.end()
        asyncio.get_running_loop().remove_reader(master)
        os.close(master)


async def kotodom(
    folder: Path, *arguments: str, said: str = "", **variables: str
) -> tuple[int, str, str]:
    """Run it without a terminal; exit code, output, errors."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "kotodom",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environ(**variables),
        cwd=folder,
    )
    async with asyncio.timeout(60):
        output, errors = await process.communicate(said.encode())
    assert process.returncode is not None
    return process.returncode, output.decode(), errors.decode()


def invoked(*arguments: str, said: str = "", **variables: str) -> tuple[int, str, str]:
    """The same within this process: quicker, for what writes nothing."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ.keys() - environ():
            patch.delenv(name)
        result = CliRunner().invoke(app, arguments, input=said, env=variables)
    if isinstance(result.exception, ConfigError):  # which main() tells like this
        return EXIT_CONFIG, result.stdout, "\n".join(result.exception.mistakes)
    assert isinstance(result.exception, (SystemExit, NoneType)), result.exception
    return result.exit_code, result.stdout, result.stderr


class Person(SetupTerminal):
    """Answers each question with the next of a list; all that is shown is kept."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.shown = ""

    def ask_hidden(self, question: str) -> str:
        return self._answer(question)

    def _read(self) -> str:
        return self._answer("")

    def _answer(self, question: str) -> str:
        self.shown += question
        assert self._answers, f"nobody expected to be asked:\n{self.shown[-300:]}"
        return self._answers.pop(0)

    def _write(self, text: str) -> None:
        self.shown += text

    @property
    def read(self) -> str:
        """What is shown, as it reads: without line breaks."""
        return " ".join(self.shown.split())

    @property
    def left(self) -> Sequence[str]:
        """Answers that nobody asked for."""
        return self._answers


async def held(person: Person, draft: Draft, *, listen: int = 0) -> Agreed:
    """The whole conversation; the emulators answer meanwhile. Mostly nobody else polls."""
    loop = asyncio.get_running_loop()

    def talk() -> Agreed:
        whole = complete(person, draft)
        return agree(
            person,
            whole,
            lambda work: asyncio.run_coroutine_threadsafe(work, loop).result(),
            listen=listen,
        )

    async with asyncio.timeout(60):
        agreed = await asyncio.to_thread(talk)
    assert person.left == []
    return agreed


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


class Proxy:
    """An HTTP proxy; *routes* are the addresses of servers by the names they have here."""

    def __init__(self, routes: Mapping[str, str], password: str = "") -> None:
        """*password*: the only Proxy-Authorization that is let through; empty: any."""
        self._routes = {name: urlsplit(address) for name, address in routes.items()}
        self._password = password.encode()
        self._tasks = Tasks(lambda name, error: None)
        self.asked_for: set[str] = set()
        self.address = ""

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        self._server.close()
        await self._tasks.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            return
        if self._password not in head:
            writer.write(b"HTTP/1.1 407 Who are you?\r\nContent-Length: 0\r\n\r\n")
            writer.close()
            return
        name = urlsplit(head.split()[1].decode()).hostname or ""
        self.asked_for.add(name)
        theirs, target = await asyncio.open_connection(
            self._routes[name].hostname, self._routes[name].port
        )
        # One request a connection, so that each is looked at.
        head = re.sub(rb"(?i)\r\n(proxy-)?connection:[^\r]*", b"", head)
        head = head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        target.write(re.sub(rb"^(\w+) http://[^/]+", rb"\1 ", head))
        self._tasks.start(_pass_on(reader, target), name="to target")
        self._tasks.start(_pass_on(theirs, writer), name="to client")


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()
