"""Where a bot talks: groups, topics, guest and inline mode; and chats that are gone."""

from typing import Any

import pytest

from kotodom.demo.botapi import Call, ChatView, Status
from tests.e2e.talk_kit import (
    Fuse,
    called,
    happened,
    killed,
    questions,
    ready,
    request,
    rows,
    said,
    settled,
    until,
)
from tests.support.stage import BOT, Stage

NAME = f"@bot{BOT}_bot"


def friends(stage: Stage, **how: Any) -> ChatView:
    """A group of Ann and Bob with the bot."""
    people = [stage.telegram.user(501, "Ann"), stage.telegram.user(502, "Bob", "bobby")]
    return stage.telegram.group("Friends", [stage.bot()], people, **how)


async def test_in_a_group_it_answers_who_addresses_it_and_nobody_else(stage: Stage) -> None:
    stage.bot().can_read_all = True
    group = friends(stage)
    ann, bob = group.chat.people
    daemon = stage.daemon(each="name_pattern = 'kotik'")
    await ready(stage, daemon, group)
    (help_text,) = group.answers()
    bots_message = said(group)[0].id
    me = {"id": BOT, "is_bot": True, "first_name": "Bot"}

    annas = await group.say("hello all", user=ann)
    await group.say("@bot7001_bottle is somebody else", user=bob)
    await group.say("/help@other_bot", user=ann)
    await group.say("and I say to you", user=bob, reply_to=annas)
    await group.say("kotiki are many", user=ann)
    await group.say(f"my address is me{NAME}", user=ann)
    other = {"type": "text_mention", "offset": 0, "length": 3, "user": bob.to_dict()}
    await group.say("Bob by a link", user=ann, entities=[other])

    await group.say(f"😀😀 {NAME} mentioned", user=ann)
    link = {"type": "text_mention", "offset": 3, "length": 3, "user": me}
    await group.say("😀 you by a link", user=bob, entities=[link])
    await group.say("replied to", user=ann, reply_to=bots_message)
    await group.say("Well, Kotik, named", user=bob)
    await group.say(f"/help{NAME}", user=ann)

    await group.wait(lambda group: len(group.answers()) == 6, timeout=20)
    await settled(stage)
    said_to_it = [text.splitlines()[-1] for text in questions(stage)]
    assert said_to_it == [
        f"Ann: 😀😀 {NAME} mentioned",
        "Bob (@bobby): 😀 you by a link",
        "Ann: replied to",
        "Bob (@bobby): Well, Kotik, named",
    ]
    assert group.answers().count(help_text) == 2
    assert len(group.answers()) == 6


async def test_topics_are_conversations_of_their_own_and_nothing_private_is_in_them(
    stage: Stage,
) -> None:
    group, private = friends(stage, forum=True), stage.chat(501)
    await stage.daemon().start()
    await private.say("my secret")
    await private.wait(lambda chat: chat.answers(), timeout=30)
    for number, (topic, words) in enumerate([(11, "cats"), (12, "dogs"), (11, "more")], 1):
        await group.say(f"{NAME} {words}", thread_id=topic)
        await group.wait(lambda group, number=number: len(group.answers()) == number)
    assert [shown.thread_id for shown in said(group)] == [11, 12, 11]
    assert questions(stage)[-1] == f"Ann: {NAME} more"
    _, cats, dogs, more = [str(request.body["input"]) for request in stage.model.requests]
    assert "secret" not in cats + dogs + more
    assert "cats" not in dogs
    assert "cats" in more
    assert "dogs" not in more
    keys = [request.body["safety_identifier"] for request in stage.model.requests]
    assert len(set(keys)) == 1, "it is one and the same person all the time"


async def test_a_groups_upgrade_carries_the_conversation_and_the_answer_over(stage: Stage) -> None:
    group = friends(stage)
    upgraded: list[ChatView] = []

    async def upgrade(call: Call, phase: str) -> None:
        if call.method == "sendMessage" and phase == "before" and not upgraded:
            upgraded.append(await group.upgrade())

    stage.telegram.on_call(upgrade)
    await stage.daemon().start()
    await group.say(f"{NAME} remember 42")
    await request(stage)
    await until(stage, "SELECT COUNT(*) FROM message_processing WHERE status = 'COMPLETED'", 1)
    (new,) = upgraded
    assert (group.answers(), len(new.answers())) == ([], 1)
    await new.say(f"{NAME} what was it?")
    await new.wait(lambda new: len(new.answers()) == 2)
    history = [item["content"] for item in stage.model.requests[-1].body["input"]]
    assert history[0] == f"Ann: {NAME} remember 42"
    assert await rows(stage, "SELECT DISTINCT telegram_chat_id FROM chat") == [(new.id,)]


async def test_a_bot_stays_in_an_allowed_group_that_is_upgraded(stage: Stage) -> None:
    group = friends(stage)
    await stage.daemon(each=f'groups = "allowlist"\ngroup_ids = [{group.id}]').start()
    left = called(stage, "leaveChat")
    await group.say(f"{NAME} remember 42")
    await group.wait(lambda group: len(group.answers()) == 1)
    new = await group.upgrade()
    await new.say(f"{NAME} what was it?")
    await new.wait(lambda new: len(new.answers()) == 1)
    assert not left.is_set()
    history = [item["content"] for item in stage.model.requests[-1].body["input"]]
    assert history[0] == f"Ann: {NAME} remember 42"


async def test_being_added_promoted_and_removed_is_recorded(stage: Stage) -> None:
    group, bot = friends(stage), stage.bot()
    status = f"SELECT member_status FROM chat WHERE telegram_chat_id = {group.id}"
    daemon = stage.daemon()
    await daemon.start()
    await daemon.wait_for("is ready")
    await until(stage, status, "member")
    await group.promote()
    await until(stage, status, "administrator")
    await group.kick()
    await until(stage, status, "kicked")
    assert await rows(stage, "SELECT blocked_at IS NULL FROM chat") == [(0,)]
    await group.join(bot)
    await until(stage, status, "member")
    assert await rows(stage, "SELECT blocked_at IS NULL FROM chat") == [(1,)]


async def test_a_bot_for_no_groups_says_so_once_and_leaves(stage: Stage) -> None:
    olga = stage.telegram.user(503, "Olga", language_code="ru")
    group = friends(stage, added_by=olga)
    left = called(stage, "leaveChat")
    await stage.daemon(each='groups = "off"').start()
    await happened(left, 30)
    (why,) = group.answers()
    assert why.startswith("В группах я не разговариваю"), why
    left = called(stage, "leaveChat")
    await group.join(stage.bot(), user=olga)
    await happened(left)
    assert group.answers() == [why]
    assert not stage.model.requests


async def test_a_bot_stays_in_the_groups_of_its_list_and_leaves_others(stage: Stage) -> None:
    allowed, other = friends(stage), friends(stage)
    left = called(stage, "leaveChat")
    each = f'groups = "allowlist"\ngroup_ids = [{allowed.id}]'
    await stage.daemon(each=each).start()
    await happened(left, 30)
    (why,) = other.answers()
    assert str(other.id) in why
    await allowed.say(f"{NAME} may I?")
    await allowed.wait(lambda group: group.answers() == [f"Answer to: Ann: {NAME} may I?"])
    leaves = [call.chat_id for call in stage.telegram.calls if call.method == "leaveChat"]
    assert leaves == [other.id]


async def test_topics_of_a_private_chat_are_conversations_of_their_own(stage: Stage) -> None:
    stage.bot().topics_enabled = True
    chat = stage.chat()
    await stage.daemon().start()
    for number, (topic, words) in enumerate([(11, "cats"), (12, "dogs"), (11, "more")], 1):
        await chat.say(words, thread_id=topic)
        await chat.wait(lambda chat, number=number: len(chat.answers()) == number, timeout=30)
    assert [shown.thread_id for shown in said(chat)] == [11, 12, 11]
    asked = [[item["content"] for item in r.body["input"]] for r in stage.model.requests]
    assert asked == [["cats"], ["dogs"], ["cats", "Answer to: cats", "more"]]


WAIT = "One moment…"


async def test_a_guest_answers_at_once_and_then_edits_it_into_the_answer(stage: Stage) -> None:
    bot = stage.bot()
    bot.guest = True
    ann = stage.telegram.user(501, "Ann")
    await stage.daemon(each="guest = true").start()
    guest = stage.telegram.guest(bot, ann, "Elsewhere", f"{NAME} what is it?", reply_to="A riddle")
    await guest.wait(timeout=30)
    await guest.view.wait(lambda view: guest.history[-1] != WAIT)
    assert guest.history[0] == WAIT
    (asked,) = questions(stage)
    assert guest.history[1:] == [f"Answer to: {asked}"]
    assert "A riddle" in asked
    assert asked.endswith(f"Ann: {NAME} what is it?")
    (placed,) = [c.at for c in stage.telegram.calls if c.method == "answerGuestQuery"]
    assert placed < stage.model.requests[0].at


@pytest.mark.parametrize("point", ["set_inline_id:after:1", "editMessageText:before:1"])
async def test_a_guest_killed_before_its_answer_still_gives_it(stage: Stage, point: str) -> None:
    bot = stage.bot()
    bot.guest = True
    fuse = Fuse(stage)
    daemon = await fuse.life(each="guest = true")
    fuse.light(daemon, point)
    ann = stage.telegram.user(501, "Ann")
    guest = stage.telegram.guest(bot, ann, "Elsewhere", f"{NAME} what is it?")
    await killed(daemon, point)
    assert guest.history == [WAIT]
    await fuse.life(each="guest = true")
    answer = f"Answer to: Ann: {NAME} what is it?"
    await guest.wait(answer, timeout=30)
    await settled(stage)
    assert guest.history == [WAIT, answer]
    assert len([c for c in stage.telegram.calls if c.method == "answerGuestQuery"]) == 1


async def test_an_inline_answer_is_short_personal_and_kept(stage: Stage) -> None:
    bot = stage.bot()
    bot.inline = True
    ann, bob = stage.telegram.user(501, "Ann"), stage.telegram.user(502, "Bob")
    await stage.daemon(each="inline = true").start()
    first = await stage.telegram.inline(bot, ann, "what is up").wait(30)
    (result,) = first.results
    assert result.text == "Answer to: what is up"
    assert (first.is_personal, first.cache_time) == (True, 300)
    assert stage.model.requests[0].body["max_output_tokens"] == 600
    assert (await stage.telegram.inline(bot, ann, "what is up").wait()).cached
    again = await stage.telegram.inline(bot, ann, "what  is  up").wait()
    assert (again.cached, again.results[0].text) == (False, "Answer to: what is up")
    assert len(stage.model.requests) == 1, "nobody has asked the model for it again"
    await stage.telegram.inline(bot, bob, "what is up").wait()
    assert len(stage.model.requests) == 2
    assert await rows(stage, "SELECT purpose, tg_user_id FROM spend") == [("inline", None)] * 2
    assert await rows(stage, "SELECT COUNT(*) FROM message") == [(0,)]


async def test_a_chat_that_is_gone_ends_its_questions_quietly_until_it_is_back(
    stage: Stage,
) -> None:
    blocked, deactivated, unknown = stage.chat(501), stage.chat(502), stage.chat(503)
    kicked = friends(stage)
    gone = {blocked.id, deactivated.id, unknown.id, kicked.id}

    async def leave(call: Call, phase: str) -> None:
        """They go while they are being answered."""
        if call.method == "sendMessage" and phase == "before" and call.chat_id in gone:
            gone.remove(call.chat_id)
            if call.chat_id == blocked.id:
                await blocked.block()
            elif call.chat_id == deactivated.id:
                deactivated.user.deactivated = True
            elif call.chat_id == kicked.id:
                await kicked.kick()

    stage.telegram.faults.add(
        "sendMessage", Status(400, "Bad Request: chat not found"), chat=unknown.id
    )
    stage.telegram.on_call(leave)
    for chat in (blocked, deactivated, unknown):
        await chat.say("one")
        await chat.say("two")
    await kicked.say(f"{NAME} one")
    daemon = stage.daemon(extra="[admin]\nids = [599]")
    await daemon.start()
    await daemon.wait_for("is ready")
    await until(stage, "SELECT COUNT(*) FROM message_processing WHERE status = 'TERMINAL'", 7)
    reasons = [
        row[0] for row in await rows(stage, "SELECT terminal_reason FROM message_processing")
    ]
    for words in ("blocked by the user", "deactivated", "chat not found", "kicked from the group"):
        assert sum(words in reason for reason in reasons) == 1, reasons
    assert all(reason.startswith("chat_gone") for reason in reasons), reasons
    sent = [call.chat_id for call in stage.telegram.calls if call.method == "sendMessage"]
    assert sorted(sent) == sorted({blocked.id, deactivated.id, unknown.id, kicked.id})
    assert len(stage.model.requests) == 4, "what came after is not even asked"
    marked = "SELECT COUNT(*) FROM chat WHERE blocked_at IS NOT NULL"
    assert await rows(stage, marked) == [(4,)]

    await blocked.unblock()
    await until(stage, marked, 3)
    deactivated.user.deactivated = False
    for chat in (blocked, deactivated, unknown):
        await chat.say("three")
        await chat.wait(lambda chat: chat.answers() == ["Answer to: three"])
    await kicked.join(stage.bot())
    await until(stage, marked, 0)
