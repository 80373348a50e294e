"""What the end-to-end tests of conversations share: scripted answers, the database, a fuse."""

import asyncio
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import asyncpg

from kotodom.demo.botapi import Call, ChatView, Shown
from kotodom.demo.botapi.text import utf16_slice
from kotodom.demo.model_answers import Reply
from kotodom.demo.model_received import Received
from tests.support.daemon import Daemon
from tests.support.stage import Stage, asked

OPEN_ROWS = (
    "SELECT COUNT(*) FROM message_processing"
    " WHERE status NOT IN ('COMPLETED', 'TERMINAL') AND joined_to = 0"
)


def script(stage: Stage, answers: Mapping[str, str | Reply]) -> None:
    """Let the model give the answer whose key occurs in the question, else "Answer to: …"."""

    def answer(items: list[dict[str, Any]], body: dict[str, Any]) -> str | Reply:
        question = asked(items)
        found = (said for words, said in answers.items() if words in question)
        return next(found, f"Answer to: {question}")

    stage.model._answer = answer


def questions(stage: Stage) -> list[str]:
    """What the model was asked last in each of its requests."""
    return [request.said[-1] for request in stage.model.requests]


async def request(stage: Stage, number: int = 1, timeout: float = 20.0) -> Received:
    """Wait for the model's request of that number, counted from 1."""
    await stage.model.wait_for(lambda model: len(model.requests) >= number, timeout)
    return stage.model.requests[number - 1]


async def happened(event: asyncio.Event, timeout: float = 10.0) -> None:
    """Wait for an event."""
    async with asyncio.timeout(timeout):
        await event.wait()


def called(stage: Stage, method: str, phase: str = "after") -> asyncio.Event:
    """Set by the next call of that Bot API method."""
    event = asyncio.Event()

    def hook(call: Call, when: str) -> None:
        if call.method == method and when == phase:
            event.set()

    stage.telegram.on_call(hook)
    return event


async def ready(stage: Stage, daemon: Daemon, chat: ChatView) -> None:
    """Start the daemon and let it answer once; afterwards it is awake and the model is unasked."""
    await daemon.start()
    seen = len(chat.answers())
    await chat.say(f"/help@{chat.bot.username}")
    try:
        await chat.wait(lambda chat: len(chat.answers()) > seen, timeout=30)
    except TimeoutError as error:
        raise AssertionError(f"{error}\n{daemon.said()}") from None


def said(chat: ChatView) -> list[Shown]:
    """What the chat's bots show, oldest first."""
    return [shown for shown in chat.messages() if shown.from_bot]


def spans(shown: Shown, kind: str) -> list[str]:
    """The pieces of a message that have an entity of that type."""
    return [
        utf16_slice(shown.text, entity["offset"], entity["length"])
        for entity in shown.entities
        if entity["type"] == kind
    ]


# -- the database ---------------------------------------------------------------------------


async def rows(stage: Stage, sql: str) -> list[tuple[Any, ...]]:
    """Run a statement in the daemon's database."""
    if stage.database_url.startswith("sqlite"):
        return await asyncio.to_thread(_rows, stage.database_url.removeprefix("sqlite://"), sql)
    connection = await asyncpg.connect(stage.database_url)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


def _rows(path: str, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(sql).fetchall()


async def settled(stage: Stage) -> None:
    """Wait until every message is COMPLETED or TERMINAL."""
    await until(stage, OPEN_ROWS, 0)


async def until(stage: Stage, sql: str, value: object) -> None:
    """Wait until that statement gives that one value."""
    deadline = time.monotonic() + 20
    while (found := await rows(stage, sql)) != [(value,)]:
        assert time.monotonic() < deadline, f"{sql}: {found}, never {value}"
        await asyncio.sleep(0.02)  # nobody tells us what another process commits


# -- crashes --------------------------------------------------------------------------------


class Fuse:
    """Kills the daemon at an exact await of its store, once the fuse is lit."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._path = stage.folder / "crash_at"

    async def life(self, *, extra: str = "", each: str = "") -> Daemon:
        """Start a daemon that can be killed."""
        daemon = self._stage.daemon(extra=extra, each=each)
        await daemon.start(crash_at=f"@{self._path}")
        return daemon

    def light(self, daemon: Daemon, point: str) -> None:
        """Kill it at *point*: ``store's method:before|after:n``, or a Bot API method's."""
        method, phase, count = point.split(":")
        if method[1:] != method[1:].lower():  # sendMessage, not mark_sent
            self._stage.kill_on(daemon, method, phase, int(count))
            return
        new = self._path.with_suffix(".new")
        new.write_text(point)
        new.replace(self._path)


async def killed(daemon: Daemon, point: str) -> None:
    """It dies there, and nowhere else."""
    try:
        assert await daemon.died(timeout=20) == -9, f"{point}\n{daemon.said()}"
    except TimeoutError:
        raise AssertionError(f"never came to {point}\n{daemon.said()}") from None
