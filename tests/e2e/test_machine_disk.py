"""A disk that is full: polling stops, somebody hears of it, and all goes on when there is room."""

from collections.abc import AsyncIterator

import pytest

from kotodom.demo.model_faults import Latency
from tests.support.small_disk import MEGABYTE, SmallDisk
from tests.support.stage import Stage

ADMIN = 900
ADMINS = f"[admin]\nids = [{ADMIN}]\n"
HURRIED = "tests.support.hurried"


@pytest.fixture
async def disk(stage: Stage) -> AsyncIterator[SmallDisk]:
    """The stage's database lies on it."""
    disk = SmallDisk(stage.folder / "disk")
    await disk.mount(24)
    stage.database_url = f"sqlite://{stage.folder}/disk/kotodom.db"
    yield disk
    for daemon in stage.daemons:
        await daemon.close()
    await disk.unmount()


async def test_polling_stops_below_the_reserve_and_goes_on_above_it(
    stage: Stage, disk: SmallDisk
) -> None:
    """The reserve is what the alert itself, and the answers in work, are written to."""
    chat, admin = stage.chat(), stage.chat(ADMIN)
    daemon = stage.daemon(extra=f"{ADMINS}[processing]\nmin_free_disk_mb = 4\n")
    await daemon.start(twin=HURRIED, through=disk.through)
    await admin.say("/start")
    await chat.say("one")
    await chat.wait(lambda chat: chat.answers() == ["Answer to: one"], timeout=30)
    await admin.wait(lambda admin: admin.answers())
    disk.fill(leave=2 * MEGABYTE)
    await admin.wait(lambda admin: "disk are free" in admin.transcript(), timeout=20)
    disk.fill()
    await chat.say("two")  # to the poll that waits already; the next will not come
    await chat.say("three")
    disk.clear()
    await daemon.wait_for("polling goes on")
    answers = [f"Answer to: {number}" for number in ("one", "two", "three")]
    await chat.wait(lambda chat: chat.answers() == answers, timeout=30)
    assert "CRITICAL" in daemon.said()
    assert await daemon.stop() == 0


async def test_a_batch_without_room_is_kept_by_telegram_and_answered_later(
    stage: Stage, disk: SmallDisk
) -> None:
    """No reserve: SQLite itself finds the disk full, in the middle of everything."""
    chats, admin = [stage.chat(user) for user in range(501, 509)], stage.chat(ADMIN)
    daemon = stage.daemon(extra=f"{ADMINS}[processing]\nmin_free_disk_mb = 0\n")
    await daemon.start(twin=HURRIED, through=disk.through)
    await admin.say("/start")
    await admin.wait(lambda admin: admin.answers(), timeout=30)
    stage.model.add(Latency(1.0), times=len(chats))
    for chat in chats:
        await chat.say("one")
    await daemon.wait_for(f"processing={len(chats) + 1}")
    disk.fill()  # while the model answers
    for chat in chats:
        await chat.say("x" * 4000)
    await daemon.wait_for("polling pauses: Receiving pauses, because only 0 MB of disk are free")
    await daemon.wait_for("an answer is kept in memory")
    disk.clear()
    answers = ["Answer to: one", "Answer to: " + "x" * 4000]
    for chat in chats:
        await chat.wait(lambda chat: chat.answers() == answers, timeout=40)
    assert len(stage.model.requests) == 2 * len(chats)  # nothing was asked twice
    await admin.wait(lambda admin: "disk are free" in admin.transcript(), timeout=20)
    assert daemon.said().count("an answer is kept in memory") <= len(chats)
    assert await daemon.stop() == 0
    await is_refused_without_room(stage, disk)


async def is_refused_without_room(stage: Stage, disk: SmallDisk) -> None:
    """The next start says in one line what to do."""
    disk.fill()
    again = stage.daemon()
    await again.start(through=disk.through)
    assert await again.died() == 69
    (line,) = again.said().splitlines()
    assert line.endswith("the disk is full; make room and start again")
