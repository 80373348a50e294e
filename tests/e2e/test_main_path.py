"""A message gets its answer: order, concurrency, commands, floods, trouble, and an orderly end."""

import asyncio
import itertools
import sqlite3
from contextlib import closing

from kotodom.demo.botapi import Call, Garbage, Status
from kotodom.demo.model_faults import Hang, Latency
from kotodom.demo.model_faults import Status as ModelStatus
from tests.support.stage import ANN, BOT, Stage, asked


async def test_quick_messages_of_one_chat_are_answered_in_order(stage: Stage) -> None:
    chat = stage.chat()
    daemon = stage.daemon()
    await daemon.start()
    for number in range(20):
        await chat.say(f"question {number}")
    await chat.wait(lambda chat: len(chat.answers()) >= 20, timeout=60)
    assert chat.answers() == [f"Answer to: question {number}" for number in range(20)]
    assert stage.telegram.violations == 0
    assert await daemon.stop() == 0


async def test_200_chats_are_answered_while_one_is_stuck(stage: Stage) -> None:
    stage.model.add(Hang(), match=lambda body: "stuck" in str(body["input"][-1]))
    stuck = stage.chat(900)
    daemon = stage.daemon()
    await daemon.start()
    await stuck.say("stuck")
    await stage.model.wait_for(lambda model: model.active == 1, timeout=20)
    chats = [stage.chat(1000 + number) for number in range(200)]
    for chat in chats:
        await chat.say("hi")
    for chat in chats:
        await chat.wait(lambda chat: chat.answers() == ["Answer to: hi"], timeout=40)
    assert stuck.answers() == []


async def test_commands_answer_at_once_and_refresh_forgets(stage: Stage) -> None:
    chat = stage.chat()
    daemon = stage.daemon()
    await daemon.start()
    await chat.say("/start")
    await chat.wait(lambda chat: len(chat.answers()) == 1, timeout=30)
    assert "Ask me anything" in chat.answers()[0]
    await chat.say("first")
    await chat.wait(lambda chat: len(chat.answers()) == 2)
    await chat.say(f"/refresh@bot{BOT}_bot")
    await chat.wait(lambda chat: len(chat.answers()) == 3)
    await chat.say("/help@some_other_bot")
    await chat.say("second")
    await chat.wait(lambda chat: len(chat.answers()) == 4)
    assert [len(request.body["input"]) for request in stage.model.requests] == [1, 1]
    await chat.say("third")
    await chat.wait(lambda chat: len(chat.answers()) == 5)
    said = [item["content"] for item in stage.model.requests[-1].body["input"]]
    assert "second" in str(said[0])
    assert "first" not in str(said)


async def test_a_command_overtakes_a_question_that_hangs(stage: Stage) -> None:
    stage.model.add(Hang())
    chat = stage.chat()
    daemon = stage.daemon()
    await daemon.start()
    await chat.say("slow")
    await stage.model.wait_for(lambda model: model.active == 1, timeout=20)
    await chat.say("/help")
    await chat.wait(lambda chat: len(chat.answers()) == 1)
    assert "/refresh" in chat.answers()[0]


async def test_a_flood_limit_is_obeyed_over_a_restart_and_the_answer_comes_once(
    stage: Stage,
) -> None:
    chat = stage.chat()
    stage.telegram.faults.add(
        "sendMessage", Status(429, "Too Many Requests: retry after 6", retry_after=6)
    )
    daemon = stage.daemon()
    await daemon.start()
    await chat.say("one")
    limited = await stage_call(stage, "sendMessage")
    assert await daemon.stop() == 0
    second = stage.daemon()
    await second.start()
    await chat.wait(lambda chat: chat.answers() == ["Answer to: one"], timeout=40)
    later = [call for call in stage.telegram.calls if call.at > limited.at and call.chat_id == ANN]
    assert min(call.at for call in later) - limited.at >= 6
    assert stage.telegram.violations == 0


async def stage_call(stage: Stage, method: str) -> Call:
    """The first answered call of that method."""
    seen = asyncio.Event()

    def hook(call: Call, phase: str) -> None:
        if call.method == method and phase == "answered":
            seen.set()

    remove = stage.telegram.on_call(hook)
    async with asyncio.timeout(30):
        await seen.wait()
    remove()
    return next(call for call in stage.telegram.calls if call.method == method)


async def test_drafts_meet_a_storm_of_429_and_the_answer_is_whole(stage: Stage) -> None:
    stage.model._delta_interval = 0.05
    chat = stage.chat()
    stage.telegram.faults.add(
        "sendMessageDraft", Status(429, "Too Many Requests: retry after 3", retry_after=3)
    )
    daemon = stage.daemon()
    await daemon.start()
    await chat.say("tell me")
    await chat.wait(lambda chat: chat.answers() == ["Answer to: tell me"], timeout=40)
    assert stage.telegram.violations == 0


async def test_one_revoked_bot_stops_alone_and_its_messages_wait(stage: Stage) -> None:
    broken, healthy = 7002, 7003
    daemon = stage.daemon(broken, healthy, extra="[admin]\nids = [501]")
    admin = stage.chat(ANN, healthy)
    await daemon.start()
    await admin.say("/start")
    await admin.wait(lambda chat: len(chat.answers()) == 1, timeout=30)
    stage.bot(broken).revoke()
    await admin.wait(
        lambda chat: any("does not accept the token" in a for a in chat.answers()), timeout=30
    )
    await admin.say("still there?")
    await admin.wait(lambda chat: "Answer to: still there?" in chat.answers())


async def test_an_undecodable_update_holds_nothing_up(stage: Stage) -> None:
    chat = stage.chat()
    daemon = stage.daemon()
    await daemon.start()
    stage.bot().inject(
        {
            "message": {
                "message_id": 40,
                "date": 1,
                "chat": {"id": ANN, "type": "private", "first_name": "Ann"},
                "from": {"id": ANN, "is_bot": False, "first_name": "Ann"},
                "text": "from the future",
                "forward_origin": {"type": "time_machine", "date": 1},
            }
        }
    )
    stage.bot().inject({"message": {"message_id": "x", "chat": "y"}})
    await chat.say("hello")
    await chat.wait(lambda chat: "Answer to: hello" in chat.answers(), timeout=30)
    assert "Something went wrong. Please try again later." in chat.answers()
    assert len(chat.answers()) == 2


async def test_quota_is_fatal_the_user_hears_it_once_and_the_admin_why(stage: Stage) -> None:
    stage.model.add(
        ModelStatus(429, {"type": "insufficient_quota", "code": "insufficient_quota"}), times=2
    )
    admin, chat = stage.chat(ANN), stage.chat(502)
    daemon = stage.daemon(extra="[admin]\nids = [501]")
    await daemon.start()
    await admin.say("/start")
    await admin.wait(lambda chat: len(chat.answers()) == 1, timeout=30)
    await chat.say("one")
    await chat.say("two")
    sorry = "Something went wrong. Please try again later."
    await chat.wait(lambda chat: chat.answers() == [sorry, sorry], timeout=30)
    await admin.wait(lambda chat: len(chat.answers()) == 2)
    await chat.say("three")
    await chat.wait(lambda chat: chat.answers()[-1] == "Answer to: three")
    assert len(admin.answers()) == 2


async def test_an_outage_of_the_provider_opens_the_circuit_and_loses_nothing(
    stage: Stage,
) -> None:
    stage.model.add(ModelStatus(500), times=5)
    chats = [stage.chat(600 + number) for number in range(8)]
    daemon = stage.daemon(
        extra="[processing]\nretry_base = 0.2\n[breaker]\nfail_max = 3\nreset_timeout = 1"
    )
    await daemon.start()
    for chat in chats:
        await chat.say("hi")
    for chat in chats:
        await chat.wait(lambda chat: chat.answers() == ["Answer to: hi"], timeout=60)


async def test_garbage_from_telegram_is_survived(stage: Stage) -> None:
    stage.telegram.faults.add("getUpdates", Garbage(), times=2)
    chat = stage.chat()
    daemon = stage.daemon()
    await daemon.start()
    await chat.say("hi")
    await chat.wait(lambda chat: chat.answers() == ["Answer to: hi"], timeout=40)


async def test_sigterm_under_load_requeues_without_spending_attempts(stage: Stage) -> None:
    stage.model.add(Hang(), times=3)
    daemon = stage.daemon(extra="[processing]\ndrain_timeout = 0.5\nmax_attempts = 1")
    await daemon.start()
    chats = [stage.chat(700 + number) for number in range(3)]
    for chat in chats:
        await chat.say("hi")
    await stage.model.wait_for(lambda model: model.active == 3, timeout=20)
    assert await daemon.stop(timeout=10) == 0
    second = stage.daemon(extra="[processing]\nmax_attempts = 1")
    await second.start()
    for chat in chats:
        await chat.wait(lambda chat: chat.answers() == ["Answer to: hi"], timeout=40)


async def test_a_group_is_answered_when_it_talks_to_the_bot(stage: Stage) -> None:
    bot = stage.bot()
    people = [stage.telegram.user(801, "Ann"), stage.telegram.user(802, "Bob")]
    group = stage.telegram.group("Cats", [bot], people, supergroup=True)
    daemon = stage.daemon()
    await daemon.start()
    await group.say("nobody asked you", user=people[0])
    await group.say(f"@bot{BOT}_bot hello", user=people[1])
    await group.wait(lambda chat: len(chat.answers()) == 1, timeout=30)
    assert [asked(request.body["input"]) for request in stage.model.requests] == [
        f"Bob: @bot{BOT}_bot hello"
    ]
    answer = next(message for message in group.messages() if message.from_bot)
    assert answer.reply_to


async def test_stop_ends_the_generation_and_keeps_what_was_written(stage: Stage) -> None:
    stage.model._delta_interval = 0.05
    stage.model._answer = lambda items, body: " ".join(map(str, itertools.chain(range(2000))))
    chat = stage.chat()
    daemon = stage.daemon()
    await daemon.start()
    await chat.say("count")
    await chat.wait(lambda chat: chat.draft is not None and "5" in chat.draft.text, timeout=30)
    await chat.stop_generation()
    await chat.wait(lambda chat: chat.answers(), timeout=10)
    assert "(Stopped.)" in chat.answers()[0]
    await stage.model.wait_for(lambda model: model.disconnects == 1, timeout=10)
    assert await daemon.stop() == 0
    with closing(sqlite3.connect(stage.folder / "kotodom.db")) as database:
        (usage,) = database.execute(
            "SELECT tokens_input > 0, tokens_output > 0, usage_estimated FROM message_processing"
        ).fetchall()
    assert usage == (1, 1, 1)


async def test_a_stop_that_comes_late_does_not_end_the_next_answer(stage: Stage) -> None:
    numbers = " ".join(map(str, range(100)))
    stage.model._delta_interval = 0.05
    stage.model._answer = lambda items, body: numbers if asked(items) == "two" else "Answer"
    chat = stage.chat()
    daemon = stage.daemon()
    await daemon.start()
    await chat.say("one")
    await chat.wait(lambda chat: chat.draft is not None, timeout=30)
    assert chat.draft is not None
    first = chat.draft.id
    await chat.say("two")
    await chat.wait(lambda chat: chat.draft is not None and "1 2 3" in chat.draft.text, timeout=30)
    assert chat.draft.id != first
    late = {"chat": chat.chat.to_dict(), "draft_id": first}
    chat.bot.inbox.put("stopped_message_generation", late)
    await chat.wait(lambda chat: len(chat.answers()) == 2, timeout=30)
    assert chat.answers() == ["Answer", numbers]


async def test_whoever_blocks_the_bot_costs_no_more_calls_of_the_model(stage: Stage) -> None:
    chat = stage.chat()
    daemon = stage.daemon()
    await daemon.start()
    await chat.say("one")
    await chat.wait(lambda chat: chat.answers(), timeout=30)
    stage.model.add(Latency(1.0))
    for number in range(4):
        await chat.say(f"more {number}")
    await stage.model.wait_for(lambda model: model.active == 1, timeout=20)
    await chat.block()
    await daemon.wait_for("message 5 ends: chat_gone")
    assert len(stage.model.requests) == 2
    await chat.unblock()
    await chat.say("back again")
    await chat.wait(lambda chat: chat.answers()[1:] == ["Answer to: back again"], timeout=30)


async def test_the_backlog_of_a_bot_that_was_removed_stops_no_other_one(stage: Stage) -> None:
    """Three of its messages wait for ever; polling pauses only for the two of the other one."""
    removed, kept = 7002, 7001
    limit = "[processing]\nbacklog_limit = 2\n"
    stage.model.add(Hang(), times=5)
    daemon = stage.daemon(kept, removed, extra=limit)
    await daemon.start()
    for number in range(3):
        await stage.chat(600 + number, removed).say("hi")
    await stage.model.wait_for(lambda model: model.active == 3, timeout=20)
    daemon.kill()
    await daemon.died()
    second = stage.daemon(kept, extra=limit)
    await second.start()
    for number in range(2):
        await stage.chat(700 + number, kept).say("hi")
    await second.wait_for("polling pauses: ")
    assert "2 messages wait to be answered" in second.said()
