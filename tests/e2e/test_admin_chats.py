"""Conversations in /admin from end to end: taken over through crashes, and the inbox."""

import pytest

from kotodom.demo.botapi import ChatView
from tests.e2e.admin_kit import ADMINS, BOSS, Admin, administered
from tests.e2e.talk_kit import Fuse, killed, settled
from tests.support.daemon import Daemon
from tests.support.stage import BOT, Stage

HERE = "User501"
"""What Ann is called here."""


async def heard(admin: Admin, words: str) -> int:
    """Wait until the admin is shown *words*; how often they are shown."""
    await admin.sees(words)
    return len([shown for shown in admin.screens if words in shown.text])


async def life(stage: Stage) -> Daemon:
    daemon = administered(stage)
    await daemon.start()
    return daemon


async def test_a_conversation_is_found_taken_over_answered_and_given_back(stage: Stage) -> None:
    ann, admin = stage.chat(), Admin(stage)
    daemon = await life(stage)
    await ann.say("hello")
    await ann.wait(lambda chat: chat.answers() == ["Answer to: hello"], timeout=30)
    await admin.types("chats find hello")
    await admin.press(HERE)
    taken = await admin.press("Take over")
    assert "You answer here for 30 min more" in taken.text
    await ann.say("is anybody there?")
    shown = await admin.sees("is anybody there?")
    said = await admin.says("Yes, **I** am.", reply_to=shown.id)
    assert said.title == f"✓ Written to {HERE}."
    await ann.wait(lambda chat: chat.answers()[-1] == "Yes, I am.", timeout=30)
    await daemon.stop()
    await life(stage)
    await ann.say("still you?")
    shown = await admin.sees("still you?")
    back = await admin.press("Give back", on=shown, until="Given back")
    assert back.id != shown.id
    await ann.wait(lambda chat: chat.answers()[-1] == "Answer to: still you?", timeout=30)
    history = stage.model.requests[-1].body["input"]
    assert "administrator" in history[2]["content"]
    assert history[3] == {"role": "assistant", "content": "Yes, **I** am."}


@pytest.mark.parametrize(
    "point",
    [
        "leave_to_admin:before:1",  # in work, nothing is said to anybody
        "leave_to_admin:after:1",  # left to the admin, who has not been told yet
        "mark_sending:after:1",
        "sendMessage:after:1",  # told, but nobody knows
        "mark_sent:after:1",
    ],
)
async def test_what_is_said_meanwhile_is_shown_once_through_a_kill(
    stage: Stage, point: str
) -> None:
    ann, admin, fuse = stage.chat(), Admin(stage), Fuse(stage)
    daemon = await fuse.life(extra=ADMINS)
    await ann.say("hello")
    await ann.wait(lambda chat: chat.answers() == ["Answer to: hello"], timeout=30)
    await admin.types("chats")
    await admin.press(HERE)
    await admin.press("Take over")
    await settled(stage)
    fuse.light(daemon, point)
    await ann.say("do not lose me")
    await killed(daemon, point)
    await life(stage)
    await admin.sees("do not lose me")
    await ann.say("nor me")
    await admin.sees("nor me")
    await settled(stage)
    assert await heard(admin, "do not lose me") == 1
    assert await heard(admin, "nor me") == 1
    assert ann.answers() == ["Answer to: hello"]


async def test_the_inbox_is_a_forum_with_a_topic_for_each_conversation(stage: Stage) -> None:
    ann, admin = stage.chat(), Admin(stage)
    daemon = await life(stage)
    boss = stage.telegram.user(BOSS, "Boss")
    bot = stage.bot(BOT)
    group: ChatView = stage.telegram.group("Helpdesk", [bot], [boss], forum=True)
    await group.promote(rights={"can_manage_topics": True})
    await daemon.wait_for("administrator in a supergroup chat")
    await admin.types(f"bot {bot.username} inbox")
    await admin.press("Helpdesk")
    await group.wait(lambda chat: "now the inbox" in chat.transcript(), timeout=30)
    await ann.say("hello")
    await group.wait(lambda chat: "Answer to: hello" in chat.transcript(), timeout=30)
    (thread,) = group.chat.topics
    await group.say("I am here, too", user=boss, thread_id=thread)
    await ann.wait(lambda chat: chat.answers()[-1] == "I am here, too", timeout=30)
    await group.delete_topic(thread)
    await ann.say("and now?")
    await group.wait(lambda chat: "Answer to: and now?" in chat.transcript(), timeout=30)
    assert len(set(group.chat.topics) - {thread}) == 1
