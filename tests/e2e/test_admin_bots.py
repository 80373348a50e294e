"""Bots from end to end: added with a token or in one tap, edited, and there after a restart."""

import asyncio
import stat
import time
from pathlib import Path

import pytest

from kotodom.demo.botapi import Call, EmulatedBot
from tests.e2e.admin_kit import BOSS, Admin, administered
from tests.e2e.talk_kit import rows
from tests.support.daemon import Daemon
from tests.support.stage import ANN, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOKEN = "{}:" + "D" * 35
DOG = 75_001


def begin(stage: Stage) -> Daemon:
    return administered(stage)


@pytest.fixture
def admin(shared: Stage) -> Admin:
    return Admin(shared)


def polled(stage: Stage, number: int) -> asyncio.Event:
    """Set when that bot asks for updates."""
    event = asyncio.Event()

    def hook(call: Call, phase: str) -> None:
        if call.method.lower() == "getupdates" and call.bot_id == number:
            event.set()

    stage.telegram.on_call(hook)
    return event


async def answers(stage: Stage, bot: EmulatedBot, text: str) -> str:
    """What a person hears from a bot."""
    chat = stage.telegram.private(bot, stage.telegram.user(ANN, "Ann"))
    before = len(chat.answers())
    await chat.say(text)
    await chat.wait(lambda chat: len(chat.answers()) > before, timeout=30)
    return str(chat.answers()[-1])


async def restarted(stage: Stage) -> Daemon:
    assert await stage.daemons[-1].stop() == 0
    daemon = begin(stage)
    await daemon.start()
    await daemon.wait_for("is ready")
    return daemon


async def test_a_pasted_token_is_wiped_and_its_bot_polls_within_two_seconds(
    admin: Admin, shared: Stage
) -> None:
    dog = shared.telegram.add_bot(TOKEN.format(DOG), username="dog_bot", name="Dog")
    await admin.types()
    polls, begun = polled(shared, DOG), time.monotonic()
    number = await admin.chat.say(f"Here it is:\n{TOKEN.format(DOG)}")
    async with asyncio.timeout(10):
        await polls.wait()
    assert time.monotonic() - begun < 2
    screen = await admin.sees("Dog is here")
    assert screen.buttons["Open t.me/dog_bot"] == "https://t.me/dog_bot"
    assert admin.chat.chat.get(number) is None
    assert "Answer to: woof" in await answers(shared, dog, "woof")
    assert "D" * 35 not in shared.daemons[-1].said()


async def test_its_token_lies_sealed_beside_a_key_that_only_we_can_read(shared: Stage) -> None:
    everything = await rows(
        shared,
        "SELECT b.token, p.raw_update, m.text FROM bot b"
        " LEFT JOIN message_processing p ON p.bot_id = b.id"
        " LEFT JOIN message m ON m.id = p.message_id",
    )
    assert any(row[0].startswith("sealed:") for row in everything)
    assert "D" * 35 not in repr(everything)
    assert stat.S_IMODE(key(shared).stat().st_mode) == 0o600


def key(stage: Stage) -> Path:
    return stage.folder / "kotodom.db.key"


async def test_a_new_prompt_holds_from_the_next_message_on(admin: Admin, shared: Stage) -> None:
    await admin.types("bot dog_bot")
    await admin.press("Prompt")
    shown = await admin.says("You are a dog.")
    assert "+You are a dog." in shown.text
    await admin.press("Save", until="Saved")
    await answers(shared, shared.telegram.world.bots[DOG], "who are you?")
    assert shared.model.requests[-1].body["instructions"].startswith("You are a dog.")


async def test_after_a_restart_it_is_all_there(admin: Admin, shared: Stage) -> None:
    await restarted(shared)
    assert "Answer to" in await answers(shared, shared.telegram.world.bots[DOG], "still there?")
    assert "running" in (await admin.types("bot dog_bot")).text
    own = next(items for scope, items in shared.bot().commands.items() if str(BOSS) in str(scope))
    assert own[0]["command"] == "admin"


async def test_without_its_key_that_bot_alone_stands_still_and_says_why(
    admin: Admin, shared: Stage
) -> None:
    hidden = key(shared).rename(key(shared).with_suffix(".hidden"))
    try:
        await restarted(shared)
        assert "kotodom.db.key" in (await admin.types("bot dog_bot")).text
        other = shared.telegram.add_bot(TOKEN.format(76_001), username="owl_bot", name="Owl")
        refused = await admin.says(other.token)
        assert "restore the file" in refused.text
        assert not key(shared).exists()
    finally:
        hidden.rename(key(shared))
    await restarted(shared)
    assert "Answer to" in await answers(shared, shared.telegram.world.bots[DOG], "and now?")


async def test_a_bot_is_created_in_one_tap(admin: Admin, shared: Stage) -> None:
    assert "Bot Management Mode" in (await admin.types("bots create")).text
    shared.bot().can_manage = True
    screen = await admin.types("bots create Rex")
    await admin.chat.tap(screen.labels[0], username="rex_bot")
    await admin.sees("Rex is here")
    rex = next(b for b in shared.telegram.world.bots.values() if b.username == "rex_bot")
    assert "Answer to: sit" in await answers(shared, rex, "sit")


async def test_a_stopped_bot_keeps_what_people_write(admin: Admin, shared: Stage) -> None:
    dog = shared.telegram.world.bots[DOG]
    await admin.types("bot dog_bot")
    await admin.press("Stop", until="is stopped")
    chat = shared.telegram.private(dog, shared.telegram.user(ANN, "Ann"))
    before = len(chat.answers())
    await chat.say("hello?")
    await admin.press("Start", until="starts now")
    await chat.wait(lambda chat: len(chat.answers()) > before, timeout=30)
    assert "Answer to: hello?" in str(chat.answers()[-1])


async def test_a_deleted_bot_is_gone_with_what_was_said(admin: Admin, shared: Stage) -> None:
    await admin.types("bot dog_bot delete")
    await admin.press("Delete with all history")
    assert "is deleted" in (await admin.says("Dog")).text
    gone = (
        "SELECT (SELECT COUNT(*) FROM chat c WHERE c.bot_id = b.id)"
        f" FROM bot b WHERE b.telegram_id = {DOG}"
    )
    deadline = time.monotonic() + 20
    while await rows(shared, gone) != [(0,)]:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)  # nobody tells us what another process commits
