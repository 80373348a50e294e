"""A question is edited: before its answer, while that is written or sent, and after it."""

import asyncio
from collections.abc import Sequence

from kotodom.demo.botapi import Call, ChatView
from kotodom.demo.model_faults import Hang
from tests.e2e.talk_kit import (
    Fuse,
    happened,
    killed,
    questions,
    request,
    rows,
    said,
    script,
    settled,
)
from tests.support.stage import Stage

PARAGRAPH = "word " * 300


def long(name: str, parts: int = 3) -> str:
    """An answer of so many messages."""
    texts = [f"{name} {number}. {PARAGRAPH}{PARAGRAPH}".strip() for number in range(1, parts + 1)]
    return "\n\n".join(texts)


def heads(chat: ChatView) -> list[str]:
    """How the bot's messages begin."""
    return [text.split(".")[0] for text in chat.answers()]


async def test_an_edit_before_the_answer_changes_the_question_and_is_answered_once(
    stage: Stage,
) -> None:
    stage.model.add(Hang(), match=lambda body: "hangs" in str(body["input"][-1]))
    chat = stage.chat()
    await stage.daemon().start()
    first = await chat.say("this one hangs")
    second = await chat.say("waits as it was")
    running = await request(stage)
    await chat.edit(second, "waits as it is now")
    await chat.edit(first, "this one is quick")  # while it is generated
    await happened(running.gone)
    expected = ["Answer to: this one is quick", "Answer to: waits as it is now"]
    await chat.wait(lambda chat: chat.answers() == expected, timeout=30)
    await settled(stage)
    assert questions(stage) == ["this one hangs", "this one is quick", "waits as it is now"]
    assert chat.answers() == expected


async def test_an_edit_after_the_answer_has_it_answered_anew_in_place(stage: Stage) -> None:
    script(stage, {"longer": long("Longer", 3), "long": long("Long", 2)})
    chat = stage.chat()
    await stage.daemon().start()
    question = await chat.say("a long one")
    await chat.wait(lambda chat: heads(chat) == ["Long 1", "Long 2"], timeout=30)
    ids = [shown.id for shown in said(chat)]
    await settled(stage)

    await chat.edit(question, "a short one")
    await chat.wait(lambda chat: chat.answers() == ["Answer to: a short one"])
    assert [shown.id for shown in said(chat)] == ids[:1]
    await settled(stage)

    await chat.edit(question, "a longer one")
    await chat.wait(lambda chat: heads(chat) == [f"Longer {n}" for n in (1, 2, 3)], timeout=20)
    assert said(chat)[0].id == ids[0]
    await settled(stage)

    await chat.say("and now?")
    await chat.wait(lambda chat: len(chat.answers()) == 4)
    history = [item["content"] for item in stage.model.requests[-1].body["input"]]
    assert history == ["a longer one", long("Longer", 3), "and now?"], "nothing of what was before"
    assert len(stage.model.requests) == 4


async def test_an_edit_after_the_window_changes_nothing(stage: Stage) -> None:
    chat = stage.chat()
    await stage.daemon(extra="[conversation]\nedit_window = 600").start()
    question = await chat.say("one")
    await chat.wait(lambda chat: chat.answers() == ["Answer to: one"], timeout=30)
    await settled(stage)
    await rows(stage, "UPDATE message_processing SET received_at = received_at - 601000")
    await chat.edit(question, "two")
    await chat.say("three")
    await chat.wait(lambda chat: len(chat.answers()) == 2)
    assert chat.answers() == ["Answer to: one", "Answer to: three"]
    assert questions(stage) == ["one", "three"]


async def test_an_edit_while_the_answer_is_being_sent_replaces_it(stage: Stage) -> None:
    script(stage, {"long": long("Long")})
    chat = stage.chat()
    taken, polls = asyncio.Event(), []

    async def hook(call: Call, phase: str) -> None:
        """Between the first part and the second the edit is received."""
        if call.method == "getUpdates" and phase == "before" and polls:
            taken.set()  # asking for more, it has stored what it got
        if call.method == "getUpdates" and phase == "answered" and question in _edited(call):
            polls.append(call)
        if call.method == "sendMessage" and phase == "after" and not polls:
            await chat.edit(question, "brief")
            await happened(taken)

    question = 0
    stage.telegram.on_call(hook)
    await stage.daemon().start()
    question = await chat.say("long")
    await chat.wait(lambda chat: chat.answers() == ["Answer to: brief"], timeout=30)
    await settled(stage)
    assert chat.answers() == ["Answer to: brief"]
    assert questions(stage) == ["long", "brief"]


def _edited(call: Call) -> list[int]:
    """The messages that those updates say were edited."""
    updates = call.result or []
    return [item["edited_message"]["message_id"] for item in updates if "edited_message" in item]


POINTS = [
    "record_batch:before:1",  # the edit is received, not persisted
    "record_batch:after:1",  # persisted
    "claim:after:1",  # in work
    "save_answer:before:1",  # the new answer is there, not committed
    "save_answer:after:1",  # committed, the old one is shown: nothing of it is edited yet
    "editMessageText:after:1",  # edited, not committed
    "mark_sent:after:1",  # committed, the surplus is still shown
    "deleteMessage:after:1",  # some of it is deleted, not committed
    "drop_part:after:1",
    "drop_part:after:2",  # all is done
]
"""Between two of these nothing changes, neither in the database nor in the chat."""
GROWING = [
    "mark_sending:after:1",  # the first part is edited, the second not sent
    "sendMessage:after:1",
    "mark_sent:after:2",
]


async def kill_and_see(stage: Stage, points: Sequence[str], before: str, after: str) -> None:
    """Kill the daemon at each point of an edit, which turns one answer into the other."""
    script(stage, {"before": before, "after": after})
    fuse = Fuse(stage)
    chats = [stage.chat(600 + number) for number in range(len(points))]
    daemon = await fuse.life()
    for chat, point in zip(chats, points, strict=True):
        asked = len(stage.model.requests)
        question = await chat.say("before")
        await chat.wait(lambda chat: "".join(chat.answers()).count(".") == before.count("."), 30)
        await settled(stage)
        fuse.light(daemon, point)
        await chat.edit(question, "after")
        await killed(daemon, point)
        daemon = await fuse.life()
        await chat.wait(lambda chat: "\n\n".join(chat.answers()) == after, timeout=30)
        await settled(stage)
        twice = point in ("claim:after:1", "save_answer:before:1")
        assert len(stage.model.requests) - asked <= (3 if twice else 2), point
    for chat, point in zip(chats, points, strict=True):
        assert "\n\n".join(chat.answers()) == after, f"{point}\n{chat.transcript()}"


async def test_a_kill_at_any_step_of_a_shorter_answer_shows_just_the_new_one(stage: Stage) -> None:
    await kill_and_see(stage, POINTS, long("Long"), "Short. Brief.")


async def test_a_kill_while_an_answer_grows_shows_just_the_new_one(stage: Stage) -> None:
    await kill_and_see(stage, GROWING, "Short. Brief.", long("Long"))


async def test_a_kill_at_an_edit_on_postgres_shows_just_the_new_one(postgres_stage: Stage) -> None:
    points = ["save_answer:after:1", "mark_sent:before:1", "drop_part:before:2"]
    await kill_and_see(postgres_stage, points, long("Long"), "Short. Brief.")
