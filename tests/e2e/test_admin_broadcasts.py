"""Broadcasts and alerts with the real daemon: through kills, restarts and trouble."""

import pytest

from kotodom.demo.botapi import ChatView
from kotodom.demo.model_faults import Status as ModelStatus
from tests.e2e.admin_kit import Admin, administered
from tests.e2e.talk_kit import killed, rows
from tests.support.stage import BOT, Stage

PEOPLE = range(601, 631)
NEWS = "**News** for all"
SEEN = "News for all"


async def gathered(stage: Stage) -> list[ChatView]:
    """Everybody has pressed Start, and was answered."""
    chats = [stage.chat(person) for person in PEOPLE]
    for chat in chats:
        await chat.say("/start")
    for chat in chats:
        await chat.wait(lambda chat: len(chat.answers()) == 1, timeout=40)
    return chats


def news(chat: ChatView) -> int:
    """How often somebody got it."""
    return chat.answers().count(SEEN)


@pytest.mark.parametrize(
    "point",
    [
        "feed_broadcast:after:1",
        "mark_sending:after:9",
        "mark_sent:before:9",
        "end_broadcast:before:1",
        "end_broadcast:after:1",
    ],
)
async def test_killed_at_any_point_it_goes_on_and_everybody_gets_it_once(
    stage: Stage, point: str
) -> None:
    daemon = administered(stage)
    path = stage.folder / "crash_at"
    await daemon.start(crash_at=f"@{path}")
    chats = await gathered(stage)
    boss = Admin(stage)
    await boss.types(f"bot {BOT} broadcast {NEWS}", until="Draft")
    screen = await boss.types("broadcast 1 start", until="Shall")
    new = path.with_suffix(".new")
    new.write_text(point)
    new.replace(path)
    await boss.chat.press(screen.id, screen.buttons[screen.label("Yes")])
    await killed(daemon, point)
    again = administered(stage)
    await again.start()
    await boss.sees("Broadcast 1 is done", timeout=40)
    assert {news(chat) for chat in chats} == {1}
    assert sum("1 is done" in screen.text for screen in boss.screens) == 1
    assert f"{len(chats) + 1} delivered" in boss.now.text
    assert await rows(stage, "SELECT COUNT(*) FROM broadcast_recipient") == [(0,)]
    assert await again.stop() == 0, again.said()


async def test_answers_do_not_wait_for_a_broadcast_and_who_blocked_the_bot_is_left_out(
    stage: Stage,
) -> None:
    daemon = administered(stage)
    await daemon.start()
    chats = await gathered(stage)
    boss = Admin(stage)
    await boss.types()
    await chats[0].block()
    await boss.types(f"bot {BOT} broadcast {NEWS}", until="Draft")
    await boss.types("broadcast 1 start yes", until="on its way")
    await chats[5].say("why?")
    await chats[5].wait(lambda chat: "Answer to: why?" in chat.answers(), timeout=10)
    await boss.sees("Broadcast 1 is done", timeout=40)
    assert [news(chat) for chat in chats] == [0, *[1] * (len(chats) - 1)]
    assert await daemon.stop() == 0, daemon.said()


async def test_an_alert_reaches_the_admin_and_its_buttons_lead_on(stage: Stage) -> None:
    daemon = administered(stage)
    await daemon.start()
    boss, ann = Admin(stage), stage.chat()
    await boss.types()
    stage.model.add(ModelStatus(400, {"message": "out of order", "code": "invalid"}))
    await ann.say("why?")
    alert = await boss.sees("could not answer a message")
    assert "Show" in alert.labels
    assert "Silenced until" in (await boss.press("Silence", on=alert)).text
    assert "refused by the model" in (await boss.press("Show", on=alert)).text
    assert await daemon.stop() == 0, daemon.said()


async def test_a_digest_is_seen_and_jobs_run_from_the_phone(stage: Stage) -> None:
    daemon = administered(stage)
    await daemon.start()
    boss, ann = Admin(stage), stage.chat()
    await ann.say("why?")
    await ann.wait(lambda chat: "Answer to: why?" in chat.answers(), timeout=40)
    assert "1 message" in (await boss.types("digest")).text
    jobs = await boss.types("jobs")
    assert {"▶ sweep", "▶ expire", "▶ broadcasts", "▶ digest"} <= set(jobs.labels)
    assert "It has run" in (await boss.press("▶ digest", until="It has run")).text
    await boss.sees("The last 24 hours")
    assert await daemon.stop() == 0, daemon.said()
