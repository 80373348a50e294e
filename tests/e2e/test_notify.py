"""The daemon under a service manager: ready, status, signs of life, a hang, the end."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.hearing import Manager
from tests.support.stage import Stage

WATCHDOG = 1.0
"""Seconds, instead of systemd's minute."""


@pytest.fixture
async def manager(tmp_path: Path) -> AsyncIterator[Manager]:
    manager = Manager(f"{tmp_path}/notify")
    yield manager
    manager.close()


def told(manager: Manager) -> dict[str, str]:
    """What systemd puts into the environment."""
    return {"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": str(round(WATCHDOG * 1_000_000))}


async def test_the_manager_hears_of_the_start_the_work_a_hang_and_the_end(
    stage: Stage, manager: Manager, tmp_path: Path
) -> None:
    chats, hang = [stage.chat(user) for user in range(501, 521)], tmp_path / "hang"
    daemon = stage.daemon()
    await daemon.start(
        twin="tests.support.hanging", environ={**told(manager), "HANG_WHILE": str(hang)}
    )
    await manager.hears("READY=1")
    assert manager.heard[0] == "STATUS=starting: the database is opened"
    await manager.hears("STATUS=1 of 1 bots poll; 0 messages ready, 0 in work")

    for chat in chats:
        await chat.say("hi")
    for chat in chats:
        await chat.wait(lambda chat: chat.answers() == ["Answer to: hi"], timeout=30)
    await manager.hears("WATCHDOG=1", timeout=WATCHDOG)

    hang.touch()
    await silence(manager)
    hang.unlink()
    await manager.hears("WATCHDOG=1", timeout=10)

    assert daemon.process is not None
    daemon.process.terminate()
    await manager.hears("STOPPING=1")
    await manager.until(lambda: manager.count("EXTEND_TIMEOUT_USEC=") == 1)
    assert await daemon.died() == 0
    assert manager.count("READY=1") == manager.count("STOPPING=1") == 1
    assert manager.heard.index("READY=1") < manager.heard.index("STOPPING=1")


async def silence(manager: Manager) -> None:
    """Wait for a time without a beat that would have systemd kill the daemon."""
    async with asyncio.timeout(20):
        while True:
            try:
                await manager.hears("WATCHDOG=1", timeout=WATCHDOG)
            except TimeoutError:
                return


async def test_an_abstract_socket_will_do_and_no_child_inherits_it(
    stage: Stage, tmp_path: Path
) -> None:
    """A daemon that is not watched says no more than it is asked for."""
    manager = Manager(f"@kotodom-{os.getpid()}-{tmp_path.name}")
    daemon = stage.daemon()
    try:
        await daemon.start(environ={"NOTIFY_SOCKET": manager.address})
        await manager.hears("READY=1")
        await manager.hears("STATUS=1 of 1 bots poll")
        assert await daemon.stop() == 0
    finally:
        manager.close()
    assert "STOPPING=1" in manager.heard
    assert manager.count("WATCHDOG=1") == 0


async def test_a_manager_that_went_away_stops_nothing(stage: Stage, manager: Manager) -> None:
    daemon, chat = stage.daemon(), stage.chat()
    await daemon.start(environ=told(manager))
    await manager.hears("READY=1")
    manager.close()
    await daemon.wait_for("the service manager cannot be told anything")
    await chat.say("still there?")
    await chat.wait(lambda chat: chat.answers(), timeout=30)
    assert await daemon.stop() == 0
    assert daemon.said().count("the service manager cannot be told") == 1
