"""SIGKILL at every await that matters: every message answered, none twice, no placeholder left."""

import pytest

from kotodom.demo.botapi import ChatView, DropAfter, Status, StatusAfter
from tests.support.stage import Stage, asked

LONG = "\n\n".join(f"Paragraph {number}. " + "word " * 300 for number in range(1, 8))
"""An answer of three parts."""


async def finish(stage: Stage, chat: ChatView, *answers: str) -> None:
    """Start a healthy daemon, wait for the answers, then see that nothing more comes."""
    daemon = stage.daemon()
    await daemon.start()
    try:
        await settle(chat, *answers)
    except TimeoutError as error:
        raise AssertionError(f"{error}\n{daemon.said()}") from None
    assert await daemon.stop() == 0, daemon.said()
    assert chat.answers() == [*answers, "Answer to: and last?"], daemon.said()


async def settle(chat: ChatView, *answers: str) -> None:
    """Wait until the bot has said exactly that, and that again after one more question."""
    await chat.wait(lambda chat: chat.answers() == list(answers), timeout=40)
    await chat.say("and last?")
    expected = [*answers, "Answer to: and last?"]
    await chat.wait(lambda chat: chat.answers() == expected, timeout=40)


@pytest.mark.parametrize(
    "point",
    [
        "record_batch:before:1",  # received, not persisted: Telegram still has it
        "record_batch:after:1",  # persisted, not acknowledged: it comes a second time
        "claim:after:1",  # in work
        "save_answer:before:1",  # answered by the provider, not committed
        "save_answer:after:1",  # committed, nothing sent
        "mark_sending:after:1",  # SENDING committed, the call not made
        "mark_sent:before:1",  # the call made, its success not committed
        "mark_sent:after:1",  # all done
    ],
)
async def test_a_kill_at_any_commit_loses_nothing_and_says_nothing_twice(
    both_stages: Stage, point: str
) -> None:
    stage = both_stages
    chat = stage.chat()
    daemon = stage.daemon()
    await daemon.start(crash_at=point)
    await chat.say("one")
    assert await daemon.died() == -9, daemon.said()
    await chat.say("two")
    await finish(stage, chat, "Answer to: one", "Answer to: two")


@pytest.mark.parametrize("phase", ["before", "after"])
async def test_a_kill_around_the_effect_of_a_send_is_resolved(
    both_stages: Stage, phase: str
) -> None:
    stage = both_stages
    chat = stage.chat()
    daemon = stage.daemon()
    stage.kill_on(daemon, "sendMessage", phase)
    await daemon.start()
    await chat.say("one")
    assert await daemon.died() == -9, daemon.said()
    await finish(stage, chat, "Answer to: one")


async def test_a_kill_between_two_parts_sends_each_part_once(both_stages: Stage) -> None:
    stage = both_stages
    stage.model._answer = lambda items, body: (
        LONG if asked(items) == "long" else "Answer to: " + asked(items)
    )
    chat = stage.chat()
    daemon = stage.daemon()
    await daemon.start(crash_at="mark_sent:after:2")
    await chat.say("long")
    assert await daemon.died() == -9, daemon.said()
    second = stage.daemon()
    await second.start()
    await chat.wait(lambda chat: "Paragraph 7" in "".join(chat.answers()), timeout=40)
    whole = "\n\n".join(chat.answers())
    assert [whole.count(f"Paragraph {number}.") for number in range(1, 8)] == [1] * 7
    assert await second.stop() == 0


@pytest.mark.parametrize("point", ["mark_bubble:before:1", "mark_bubble:after:1"])
async def test_a_kill_while_a_doubt_is_resolved_leaves_no_placeholder(
    stage: Stage, point: str
) -> None:
    chat = stage.chat()
    first = stage.daemon()
    await first.start(crash_at="mark_sent:before:1")
    await chat.say("one")
    assert await first.died() == -9, first.said()
    second = stage.daemon()
    await second.start(crash_at=point)
    assert await second.died() == -9, second.said()
    await finish(stage, chat, "Answer to: one")


@pytest.mark.parametrize("lost", [DropAfter(), StatusAfter(502)])
async def test_a_response_lost_on_the_way_is_no_second_answer(
    both_stages: Stage, lost: DropAfter | StatusAfter
) -> None:
    stage = both_stages
    chat = stage.chat()
    stage.telegram.faults.add("sendMessage", lost)
    await chat.say("one")
    await finish(stage, chat, "Answer to: one")


async def test_even_the_placeholder_may_be_lost(stage: Stage) -> None:
    chat = stage.chat()
    stage.telegram.faults.add("sendMessage", DropAfter(), times=3)
    await chat.say("one")
    await finish(stage, chat, "Answer to: one")


async def test_a_500_without_effect_is_resolved_too(stage: Stage) -> None:
    chat = stage.chat()
    stage.telegram.faults.add("sendMessage", Status(500, "Internal Server Error: restart"))
    await chat.say("one")
    await finish(stage, chat, "Answer to: one")
