"""SIGTERM ends it within drain_timeout and five seconds, whatever hangs, and nothing is lost."""

import asyncio
import os
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
import pytest

from kotodom.demo.botapi import Call, ChatView, Latency
from kotodom.demo.model_faults import Hang
from tests.support.answering import migrated
from tests.support.daemon import Daemon
from tests.support.stage import Stage

DRAIN = 0.5
LIMIT = DRAIN + 5.0
QUICK = f"[processing]\ndrain_timeout = {DRAIN}"


async def stop_in_time(daemon: Daemon, number: int = signal.SIGTERM) -> None:
    """The signal ends it with 0, in time."""
    assert daemon.process is not None
    daemon.process.send_signal(number)
    began = time.monotonic()
    code = await daemon.died(timeout=60)
    took = time.monotonic() - began
    assert (code, took < LIMIT) == (0, True), f"after {took:.1f} s\n{daemon.said()}"


async def answered_once(stage: Stage, chat: ChatView, *answers: str) -> None:
    """The next start answers what was left, and that once."""
    stage.telegram.faults.clear()
    stage.model.clear()
    daemon = stage.daemon()
    await daemon.start()
    expected = [f"Answer to: {question}" for question in answers]
    try:
        await chat.wait(lambda chat: chat.answers() == expected, timeout=40)
        await chat.say("and last?")
        await chat.wait(lambda chat: "Answer to: and last?" in chat.answers(), timeout=40)
    except TimeoutError as error:
        raise AssertionError(f"{error}\n{daemon.said()}") from None
    assert chat.answers() == [*expected, "Answer to: and last?"]
    assert await daemon.stop() == 0


def happens(stage: Stage, method: str, phase: str = "before") -> asyncio.Event:
    """Set by the next such call; for getUpdates only if it brings something."""
    event = asyncio.Event()

    def hook(call: Call, when: str) -> None:
        if call.method == method and when == phase and (method != "getUpdates" or call.result):
            event.set()

    stage.telegram.on_call(hook)
    return event


async def first_answer(stage: Stage, chat: ChatView) -> Daemon:
    """A daemon that is well."""
    daemon = stage.daemon(extra=QUICK)
    await daemon.start()
    await chat.say("one")
    await chat.wait(lambda chat: chat.answers() == ["Answer to: one"], timeout=30)
    return daemon


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
async def test_a_signal_ends_it_while_the_provider_hangs(stage: Stage, number: int) -> None:
    stage.model.add(Hang())
    chat = stage.chat()
    daemon = stage.daemon(extra=QUICK)
    await daemon.start()
    await chat.say("one")
    await stage.model.wait_for(lambda model: model.active == 1, timeout=20)
    await stop_in_time(daemon, number)
    await answered_once(stage, chat, "one")


async def test_it_ends_while_a_thread_hangs(stage: Stage) -> None:
    """The interpreter would wait for it for ever."""
    daemon = stage.daemon(extra=QUICK)
    await daemon.start(twin="tests.support.stuck")
    await daemon.wait_for("the disk hangs")
    await stop_in_time(daemon)
    assert "something hangs and is left behind" in daemon.said()


async def test_it_ends_while_a_draft_hangs(stage: Stage) -> None:
    stage.telegram.faults.add("sendMessageDraft", Latency(60), times=None)
    stage.model.add(Hang())
    chat, drafted = stage.chat(), happens(stage, "sendMessageDraft")
    daemon = stage.daemon(extra=QUICK)
    await daemon.start()
    await chat.say("one")
    await stage.model.wait_for(lambda model: model.active == 1, timeout=20)
    await drafted.wait()
    await stop_in_time(daemon)
    await answered_once(stage, chat, "one")


async def test_it_ends_while_an_answer_is_being_sent(stage: Stage) -> None:
    stage.telegram.faults.add("sendMessage", Latency(60))
    chat, sending = stage.chat(), happens(stage, "sendMessage")
    daemon = stage.daemon(extra=QUICK)
    await daemon.start()
    await chat.say("one")
    async with asyncio.timeout(20):
        await sending.wait()
    await stop_in_time(daemon)
    await answered_once(stage, chat, "one")


@contextmanager
def locked(stage: Stage, how: str = "IMMEDIATE") -> Iterator[None]:
    """Another process (or a copy being made) has the file for itself."""
    path = stage.database_url.removeprefix("sqlite://")
    lock = sqlite3.connect(path, isolation_level=None)
    try:
        lock.execute(f"BEGIN {how}")
        yield
    finally:
        lock.close()


async def test_it_ends_while_what_it_received_waits_for_a_locked_file(stage: Stage) -> None:
    chat = stage.chat()
    daemon = await first_answer(stage, chat)
    received = happens(stage, "getUpdates", "answered")
    with locked(stage):
        await chat.say("two")
        async with asyncio.timeout(20):
            await received.wait()
        await stop_in_time(daemon)
    await answered_once(stage, chat, "one", "two")


async def test_it_ends_while_an_answer_waits_for_a_locked_file(stage: Stage) -> None:
    chat = stage.chat()
    daemon = await first_answer(stage, chat)
    # A few pieces of text in, the question is in work and nothing of it is being written.
    stage.model._delta_interval = 0.1
    await chat.say("two")
    await stage.model.wait_for(lambda model: model.active == 1, timeout=20)
    with locked(stage):
        await stage.model.wait_for(lambda model: model.active == 0, timeout=20)
        await stop_in_time(daemon)
    await answered_once(stage, chat, "one", "two")


async def test_it_ends_while_it_starts_with_a_locked_file(stage: Stage) -> None:
    chat = stage.chat()
    async with migrated(stage.database_url):
        pass
    await chat.say("one")
    daemon = stage.daemon(extra=QUICK)
    with locked(stage):
        await daemon.start()
        await opened(daemon, stage.folder / "kotodom.db")
        await stop_in_time(daemon)
    await answered_once(stage, chat, "one")


async def test_it_ends_while_it_starts_with_a_file_that_nobody_may_even_read(stage: Stage) -> None:
    chat = stage.chat()
    path = stage.folder / "kotodom.db"
    await chat.say("one")
    daemon = stage.daemon(extra=QUICK)
    with locked(stage, "EXCLUSIVE"):
        await daemon.start()
        await opened(daemon, path)
        await stop_in_time(daemon)
    await answered_once(stage, chat, "one")


async def opened(daemon: Daemon, path: Path) -> None:
    """Wait until the daemon has the file open."""
    assert daemon.process is not None
    await asyncio.to_thread(_wait_for_open, Path(f"/proc/{daemon.process.pid}/fd"), path)


def _wait_for_open(descriptors: Path, path: Path) -> None:
    deadline = time.monotonic() + 20
    while not any(_leads_to(link, path) for link in descriptors.iterdir()):
        assert time.monotonic() < deadline
        time.sleep(0.01)  # nobody tells us when another process opens a file


def _leads_to(link: Path, path: Path) -> bool:
    try:
        return link.readlink() == path
    except FileNotFoundError:
        return False  # it has been closed meanwhile


@asynccontextmanager
async def table_locked(url: str) -> AsyncIterator[None]:
    """Somebody holds the table for himself."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE message_processing IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


@asynccontextmanager
async def server_frozen(url: str) -> AsyncIterator[None]:
    """The server's ends of the daemon's connections do nothing any more, and say nothing."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        pids = [row["pid"] for row in rows]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
    finally:
        await connection.close()


@pytest.mark.parametrize("trouble", [table_locked, server_frozen])
async def test_it_ends_while_the_postgres_server_does_not_answer(
    postgres_stage: Stage, trouble: Callable[[str], AbstractAsyncContextManager[None]]
) -> None:
    stage = postgres_stage
    chat = stage.chat()
    daemon = await first_answer(stage, chat)
    received = happens(stage, "getUpdates", "answered")
    async with trouble(stage.database_url):
        await chat.say("two")
        async with asyncio.timeout(20):
            await received.wait()
        await stop_in_time(daemon)
    await answered_once(stage, chat, "one", "two")


async def test_it_ends_while_it_starts_with_a_server_that_does_not_answer(stage: Stage) -> None:
    """It accepts the connection, and that is all."""
    accepted, over = asyncio.Event(), asyncio.Event()

    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.set()
        await over.wait()
        writer.close()

    server = await asyncio.start_server(silence, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    chat, there = stage.chat(), stage.database_url
    await chat.say("one")
    stage.database_url = f"postgres://kotodom@127.0.0.1:{port}/kotodom"
    daemon = stage.daemon(extra=QUICK)
    try:
        await daemon.start()
        async with asyncio.timeout(20):
            await accepted.wait()
        await stop_in_time(daemon)
    finally:
        over.set()
        server.close()
        await server.wait_closed()
    stage.database_url = there
    await answered_once(stage, chat, "one")
