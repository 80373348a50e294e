"""Letting people in, with the real daemon: requests and links survive kill -9, and count once."""

import pytest
from talk_kit import Fuse, killed, questions, rows, said, settled

from kotodom.demo.botapi import ChatView
from tests.e2e.admin_kit import ADMINS, Admin
from tests.support.daemon import Daemon
from tests.support.stage import Stage

APPROVAL = 'access = "approval"\n'
INVITE = 'access = "invite"\n'
POINTS = ["park:before:1", "park:after:1", "decide:before:1", "decide:after:1"]
LINK = "?start="


async def after(stage: Stage, daemon: Daemon, each: str) -> Daemon:
    """The next life of a daemon that was killed."""
    del daemon
    again = stage.daemon(extra=ADMINS, each=each)
    await again.start()
    return again


@pytest.mark.parametrize("point", POINTS)
async def test_a_stranger_is_asked_for_and_let_in_once_whatever_dies(
    stage: Stage, point: str
) -> None:
    fuse, admin, ann = Fuse(stage), Admin(stage), stage.chat()
    daemon = await fuse.life(extra=ADMINS, each=APPROVAL)
    await admin.types()
    if point.startswith("park"):
        fuse.light(daemon, point)
        await ann.say("May I?")
        await killed(daemon, point)
        daemon = await after(stage, daemon, APPROVAL)
    else:
        await ann.say("May I?")
    card = await admin.sees("wants to talk to")
    await ann.wait(lambda chat: "asked them for you" in chat.answers()[0])
    assert questions(stage) == []
    if point.startswith("decide"):
        fuse.light(daemon, point)
        await admin.chat.press(card.id, card.buttons[card.label("✅ Allow")])
        await killed(daemon, point)
        await after(stage, daemon, APPROVAL)
    else:
        await admin.press("✅ Allow", on=card)
    await ann.wait(lambda chat: "Answer to: May I?" in chat.answers(), timeout=30)
    await settled(stage)
    shown = sorted(ann.answers())
    assert [words[:12] for words in shown] == ["Answer to: M", "I talk only ", "You have bee"]
    assert "✅ Let in." in (await admin.sees("✅ Let in.")).text
    assert len([one for one in admin.screens if "wants to talk" in one.text]) == 0
    assert questions(stage) == ["May I?"]


async def test_a_link_is_used_once_by_each_though_the_daemon_dies(stage: Stage) -> None:
    fuse, admin, ann = Fuse(stage), Admin(stage), stage.chat()
    daemon = await fuse.life(extra=ADMINS, each=INVITE)
    made = await admin.types("bot 1 invite create 1 7 any 3")
    code = made.text.partition(LINK)[2].split()[0]
    assert len(code) <= 64
    fuse.light(daemon, "redeem:after:1")
    await ann.say(f"/start {code}")
    await killed(daemon, "redeem:after:1")
    await after(stage, daemon, INVITE)
    await ann.wait(lambda chat: any("Welcome" in words for words in chat.answers()), timeout=30)
    await ann.say("hello")
    await ann.wait(lambda chat: "Answer to: hello" in chat.answers(), timeout=30)
    bob = stage.chat(502)
    await _refused(bob, code)
    assert await rows(stage, "SELECT uses_left FROM invite") == [(0,)]
    assert await rows(stage, "SELECT amount FROM spend_limit") == [(3,)]


async def _refused(chat: ChatView, code: str) -> None:
    await chat.say(f"/start {code}")
    await chat.wait(lambda chat: len(said(chat)) > 0, timeout=30)
    assert "used up" in said(chat)[-1].text
