"""Conversations taken over: the model is silent, the admin sees everything and answers."""

from collections.abc import AsyncIterator

import pytest

from kotodom.asking import BY_ADMIN
from kotodom.model import BotSource, ContentKind, Kind, Lane
from tests.admin.chats_kit import ANN_CHAT, Office, labels
from tests.support.scripted import Pause
from tests.support.talking import Room, minutes, room
from tests.support.updates import BOB, photo, update


@pytest.fixture
async def talk(database_url: str) -> AsyncIterator[Room]:
    async with room(database_url) as talk:
        await talk.say("hello")
        await talk.settle()
        yield talk


@pytest.fixture
def boss(talk: Room) -> Office:
    return Office(talk)


async def test_what_is_said_meanwhile_is_shown_to_the_admin_and_not_to_the_model(
    talk: Room, boss: Office
) -> None:
    said = await boss.types(f"chat {ANN_CHAT} take")
    assert "Taken over" in said
    assert "30 min more" in said
    await talk.say("is anybody there?")
    await talk.settle()
    assert boss.texts[-1] == "💬 Ann (@ann) → cat\nis anybody there?"
    assert list(labels(boss.contents[-1]).values()) == [
        f"/admin chat {ANN_CHAT} say",
        f"/admin chat {ANN_CHAT} give",
    ]
    assert [asked.text for asked in talk.provider.questions] == ["hello"]
    assert talk.shown() == ["answer to hello"]


async def test_a_reply_to_what_somebody_wrote_goes_to_them(talk: Room, boss: Office) -> None:
    await boss.types(f"chat {ANN_CHAT} take")
    await talk.say("is anybody there?")
    await talk.settle()
    said = await boss.replies("is anybody there?", "Yes, **me**.")
    assert said.startswith("✓ Written to Ann.")
    assert talk.shown()[-1] == "Yes, me."
    assert [entity.type for entity in talk.telegram.contents(501)[-1].entities] == ["bold"]


async def test_the_model_later_sees_what_the_admin_said_and_what_nobody_answered(
    talk: Room, boss: Office
) -> None:
    await boss.types(f"chat {ANN_CHAT} take")
    await talk.say("one")
    await talk.settle()
    await boss.replies("one", "I see")
    await talk.say("two")
    await talk.say("three")
    await talk.settle()
    await boss.types(f"chat {ANN_CHAT} give quietly")
    await talk.say("four")
    await talk.settle()
    turns = talk.provider.questions[-1].turns
    assert [(turn.question, turn.answer) for turn in turns] == [
        ("hello", "answer to hello"),
        ("one", ""),
        (BY_ADMIN, "I see"),
        ("two", ""),
        ("three", ""),
    ]


async def test_what_is_being_generated_ends_and_is_the_admins(talk: Room, boss: Office) -> None:
    pause = Pause()
    talk.provider.plays.append(["half of an", pause, "answer"])
    await talk.say("slow?")
    at_work = talk.begin(Lane(talk.bot.id, ANN_CHAT, Kind.QUESTION))
    await pause.reached.wait()
    await talk.say("/admin chat 1 take", **{"from": boss._from, "chat": boss._chat})
    for lane in await talk.lanes():
        await talk.work(lane)
    await at_work
    await talk.settle()
    assert talk.shown() == ["answer to hello"]
    assert "slow?" in boss.texts[-1]


async def test_time_that_is_up_gives_back_and_the_waiting_message_is_answered(
    talk: Room, boss: Office
) -> None:
    await boss.types(f"chat {ANN_CHAT} take 10")
    await talk.say("anybody?")
    await talk.settle()
    await talk.takeovers.end_due()
    assert talk.shown() == ["answer to hello"]
    await talk.clock.advance(10 * 60 + 1)
    await talk.takeovers.end_due()
    await talk.takeovers.end_due()
    await talk.settle()
    assert talk.shown()[-1] == "answer to anybody?"
    assert [text.splitlines()[0] for text in boss.texts][-1] == "Your time with Ann is up"
    assert len([text for text in boss.texts if "time with Ann" in text]) == 1


async def test_each_message_of_the_admins_gives_the_whole_time_again(
    talk: Room, boss: Office
) -> None:
    await boss.types(f"chat {ANN_CHAT} take 10")
    await talk.clock.advance(9 * 60)
    await boss.types(f"chat {ANN_CHAT} say still here")
    await talk.clock.advance(9 * 60)
    await boss.types(f"chat {ANN_CHAT} say me, too")
    taken = await talk.store.taken_chat(ANN_CHAT)
    assert taken is not None
    assert taken.until == talk.clock.now() + minutes(10)


async def test_whoever_goes_on_writing_to_nobody_is_answered_when_the_time_is_up(
    talk: Room, boss: Office
) -> None:
    await boss.types(f"chat {ANN_CHAT} take 10")
    for asked in ("one", "two", "three"):
        await talk.clock.advance(4 * 60)
        await talk.takeovers.end_due()
        await talk.say(asked)
        await talk.settle()
    assert talk.shown()[-1] == "answer to three"
    assert "Your time with Ann is up" in boss.texts[-1]


async def test_nobody_waits_for_an_admin_who_can_be_shown_nothing(talk: Room, boss: Office) -> None:
    await boss.types(f"chat {ANN_CHAT} take")
    await talk.store.set_blocked(talk.bot.id, boss.user, talk.clock.now())
    await talk.say("is anybody there?")
    await talk.settle()
    assert talk.shown()[-1] == "answer to is anybody there?"
    assert await talk.store.taken_chat(ANN_CHAT) is None


async def test_nobody_waits_for_an_admin_whose_own_chat_is_gone(talk: Room, boss: Office) -> None:
    await boss.types(f"chat {ANN_CHAT} take")
    await talk.store._database.write(
        lambda c: c.execute("UPDATE chat SET taken_in = 999 WHERE taken_in > 0")
    )
    await talk.say("is anybody there?")
    await talk.settle()
    assert talk.shown()[-1] == "answer to is anybody there?"


async def test_a_deleted_bot_has_nothing_to_answer_when_the_time_is_up(
    talk: Room, boss: Office
) -> None:
    await boss.types(f"chat {ANN_CHAT} take")
    await talk.say("is anybody there?")
    await talk.settle()
    talk.registry.end(talk.bot.id, BotSource.DELETED)
    await talk.clock.advance(31 * 60)
    await talk.takeovers.end_due()
    assert await talk.store.taken_chat(ANN_CHAT) is None
    open_ = [lane for lane in await talk.lanes() if lane.kind is Kind.QUESTION]
    assert open_ == []


async def test_a_clock_that_is_set_back_takes_nothing_over_for_longer(
    talk: Room, boss: Office
) -> None:
    await boss.types(f"chat {ANN_CHAT} take 10")
    before = await talk.store.taken_chat(ANN_CHAT)
    await talk.store.rewind(minutes(60), talk.clock.now() - minutes(60))
    after = await talk.store.taken_chat(ANN_CHAT)
    assert before is not None and after is not None
    assert after.until == before.until - minutes(60)


async def test_a_reply_to_somebody_else_is_no_rest_of_a_long_message(
    talk: Room, boss: Office
) -> None:
    bobs = {"chat": {"id": 502, "type": "private", "first_name": "Bob"}, "from": BOB}
    await talk.say("hi", **bobs)
    await talk.settle()
    await boss.types(f"chat {ANN_CHAT} take")
    (chat,) = (await talk.store.find_chats([talk.bot.id], "502", before=0, limit=2)).found
    await boss.types(f"chat {chat.id} take")
    await talk.say("asked by Ann")
    await talk.say("asked by Bob", **bobs)
    await talk.settle()
    await boss.replies("asked by Ann", "long " * 500)
    await boss.replies("asked by Bob", "for Bob alone")
    assert talk.shown(BOB["id"])[-1] == "for Bob alone"
    assert "for Bob alone" not in talk.shown()


async def test_what_the_admin_answered_is_not_answered_again_when_given_back(
    talk: Room, boss: Office
) -> None:
    await boss.types(f"chat {ANN_CHAT} take")
    await talk.say("question")
    await talk.settle()
    await boss.replies("question", "my answer")
    said = await boss.presses("↩️ Give back", on="✓ Written")
    assert said.splitlines()[2] == "↩️ Given back: the model answers Ann again."
    assert talk.shown()[-1] == "my answer"


async def test_a_restart_forgets_nothing(talk: Room, boss: Office) -> None:
    await boss.types(f"chat {ANN_CHAT} take")
    talk._boot()
    await talk.say("after the restart")
    await talk.settle()
    assert "after the restart" in boss.texts[-1]


async def test_an_edit_is_shown_too(talk: Room, boss: Office) -> None:
    await boss.types(f"chat {ANN_CHAT} take")
    number = await talk.say("tyop")
    await talk.settle()
    await talk.edit(number, "typo")
    await talk.settle()
    assert boss.texts[-1] == "✏️ Ann (@ann) → cat, changed:\ntypo"
    assert len(talk.provider.questions) == 1


async def test_files_come_along_where_the_admin_talks_to_the_same_bot(
    talk: Room, boss: Office
) -> None:
    await boss.types(f"chat {ANN_CHAT} take")
    number = await talk.say(caption="look", **photo())
    await talk.settle()
    words, picture = boss.contents[-2:]
    assert words.text == "💬 Ann (@ann) → cat\nlook\n📎 picture"
    assert (picture.kind, picture.payload) == (ContentKind.COPY, f"[501, {number}]")
    assert labels(picture) == labels(words)


async def test_a_picture_as_the_reply_is_passed_on(talk: Room, boss: Office) -> None:
    await boss.types(f"chat {ANN_CHAT} take")
    await talk.say("show me")
    await talk.settle()
    await boss.replies("show me", None, caption="here", **photo("mine"))
    passed = talk.telegram.contents(501)[-1]
    assert passed.kind is ContentKind.COPY
    assert passed.payload.startswith("[900, ")
    await boss.types(f"chat {ANN_CHAT} give quietly")
    await talk.say("thanks")
    await talk.settle()
    assert "here\n[Sent a picture]" in [turn.answer for turn in talk.provider.questions[-1].turns]


async def test_what_waits_for_its_retry_is_the_admins_at_once(talk: Room, boss: Office) -> None:
    talk.provider.plays.append([ConnectionError("down")])
    await talk.say("in trouble")
    (lane,) = await talk.lanes()
    await talk.work(lane)
    assert await talk.lanes() == []
    await boss.types(f"chat {ANN_CHAT} take")
    assert "in trouble" in boss.texts[-1]


async def test_another_admin_takes_it_over_and_the_first_is_told(talk: Room, boss: Office) -> None:
    second = Office(talk, 901, "Second")
    talk.accounts._configured |= {901}
    await boss.types(f"chat {ANN_CHAT} take")
    await second.types(f"chat {ANN_CHAT} take")
    assert boss.texts[-1].startswith("Somebody else answers Ann now")
    await talk.say("hi")
    await talk.settle()
    assert "hi" in second.texts[-1]
    assert "hi" not in boss.texts[-1]


async def test_whose_rights_end_has_nothing_taken(talk: Room, boss: Office) -> None:
    await boss.types(f"chat {ANN_CHAT} take")
    talk.accounts._configured = frozenset()
    await talk.say("and now?")
    await talk.settle()
    assert talk.shown()[-1] == "answer to and now?"
    assert await talk.store.taken_chat(ANN_CHAT) is None


@pytest.mark.parametrize("said", ["0", "x", "1441", "-5"])
async def test_minutes_are_a_whole_number_within_a_day(talk: Room, boss: Office, said: str) -> None:
    assert "whole number from 1 to 1,440" in await boss.types(f"chat {ANN_CHAT} take {said}")
    assert await talk.store.taken_chat(ANN_CHAT) is None


async def test_nobody_takes_their_own_conversation(talk: Room, boss: Office) -> None:
    await boss.types("")
    own = (await talk.store.private_chat(talk.bot.id, boss.user)) or None
    assert own is not None
    assert "your own conversation" in await boss.types(f"chat {own.id} take")


async def test_saying_something_twice_after_a_crash_sends_it_once(talk: Room, boss: Office) -> None:
    await talk.say("/admin chat 1 say once", **{"from": boss._from, "chat": boss._chat})
    (lane,) = await talk.lanes()
    job = await talk.store.claim(lane, talk.clock.now())
    assert job is not None
    desk = talk.handlers._desk
    first = await desk.answer(job, talk.bot, "chat 1 say once")
    again = await desk.answer(job, talk.bot, "chat 1 say once")
    assert first is not None and again is not None
    await talk.store.release(lane)
    await talk.settle()
    assert talk.shown().count("once") == 1


async def test_a_long_message_comes_whole_and_each_part_can_be_answered(
    talk: Room, boss: Office
) -> None:
    await boss.types(f"chat {ANN_CHAT} take")
    before = len(boss.texts)
    text = "word " * 800
    await talk.hear(update(text[:4000], talk.telegram.say()))
    await talk.clock.advance(2)
    await talk.settle()
    shown = boss.contents[before:]
    assert "".join(content.text for content in shown).count("word") == 800
    assert all(labels(content) for content in shown)
