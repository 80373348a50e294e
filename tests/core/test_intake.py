"""Raw batches become questions: albums and split texts are one, edits change what they edit."""

import asyncio
from typing import Any

import pytest

from kotodom.admin.words.alerts import AlertsWords
from kotodom.db import SqlStore
from kotodom.effects import AdminAlert, LeaveGroup
from kotodom.model import Groups
from tests.support.answering import one_bot
from tests.support.clock import FakeClock
from tests.support.scripted import Pause
from tests.support.simulated import SimulatedTelegram
from tests.support.talking import Room, room
from tests.support.updates import ANN, BOB, GROUP, document, edited, photo, update

CALL = [{"type": "mention", "offset": 0, "length": 8}]


def shot(r: Room, name: str, **fields: Any) -> dict[str, Any]:
    """The next picture of an album."""
    r.files.files[name] = name.encode()
    return update(None, r.telegram.say(), media_group_id="album", **photo(name), **fields)


def pictures(r: Room) -> list[list[str]]:
    """The pictures of every question."""
    return [[image.data.decode() for image in asked.images] for asked in r.provider.questions]


async def test_an_album_in_one_batch_is_one_question(store: SqlStore) -> None:
    r = Room(store, await one_bot(store), SimulatedTelegram(iter(())))
    await r.hear(shot(r, "a", caption="what are these?"), shot(r, "b"), shot(r, "c"))
    await r.settle()
    assert pictures(r) == [["a", "b", "c"]]
    assert r.shown() == ["answer to what are these?"]
    assert set(await r.column("status")) == {"COMPLETED"}
    await r.close()


async def test_an_album_in_several_batches_waits_for_its_end_and_looks_alive(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url, clock=FakeClock()) as r:
        await r.hear(shot(r, "a"))
        await r.clock.sleepers(1)
        await r.clock.advance(0.9)
        await r.hear(shot(r, "b", caption="what are these?"))
        await r.clock.advance(0.9)
        assert (await r.lanes(), r.offered) == ([], [])
        assert r.telegram.typed == [ANN["id"]]
        await r.clock.advance(0.2)
        (lane,) = await r.lanes()
        assert r.offered == [lane]
        await r.work(lane)
        assert pictures(r) == [["a", "b"]]


async def test_a_picture_that_comes_while_its_album_is_answered_has_it_asked_anew(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        pause = Pause()
        r.provider.plays.append(["so", pause])
        await r.hear(shot(r, "a"))
        await r.clock.advance(2.0)
        (lane,) = await r.lanes()
        work = r.begin(lane)
        await pause.reached.wait()
        await r.hear(shot(r, "b"))
        async with asyncio.timeout(5):
            await work
        assert pictures(r) == [["a"], ["a", "b"]]
        assert len(r.shown()) == 1


async def test_a_text_that_the_client_split_is_one_question(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        whole = "x" * 9_000
        parts = [whole[at : at + 4096] for at in range(0, 9_000, 4096)]
        await r.hear(*(update(part, r.telegram.say()) for part in parts))
        await r.settle()
        (asked,) = r.provider.questions
        assert asked.text == whole


async def test_two_peoples_texts_are_two_questions(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        long = "@cat_bot " + "x" * 4087
        await r.hear(update(long, r.telegram.say(), chat=GROUP, entities=CALL))
        await r.hear(
            update("@cat_bot y", r.telegram.say(), chat=GROUP, entities=CALL, **{"from": BOB})
        )
        await r.settle()
        assert len(r.provider.questions) == 2


async def test_in_a_group_the_rest_of_what_was_meant_for_the_bot_is_taken_and_nothing_else(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        how = {"caption": "@cat_bot these?", "caption_entities": CALL, "chat": GROUP}
        await r.hear(
            shot(r, "a", chat=GROUP),
            shot(r, "b", **how),
            update("hello Bob", r.telegram.say(), chat=GROUP),
        )
        await r.settle()
        assert pictures(r) == [["a", "b"]]
        assert len(await r.column("id")) == 2


async def test_a_batch_that_is_told_again_is_one_batch(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        batch = [{"update_id": 7, **update("why?", r.telegram.say())}]
        for _ in range(2):
            await r.intake.accept(r.bot, batch)
        await r.settle()
        assert len(r.shown()) == 1


async def test_an_edit_in_the_batch_of_its_question_is_the_question(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        number = r.telegram.say()
        await r.hear(update("why?", number), edited("how?", number))
        await r.settle()
        assert r.shown() == ["answer to how?"]


async def test_an_edit_of_what_nobody_asked_is_passed_over(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await r.edit(4711, "how?")
        assert (await r.lanes(), await r.column("id")) == ([], [])


async def test_an_edit_that_changes_nothing_to_be_seen_asks_nobody(sqlite_url: str) -> None:
    """Telegram also tells of reactions and previews that way."""
    async with room(sqlite_url) as r:
        number = await r.say("why?")
        await r.settle()
        await r.edit(number, "why?")
        await r.settle()
        assert len(r.provider.questions) == 1


async def test_the_caption_of_one_picture_of_an_album_can_be_edited(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        first = shot(r, "a", caption="what?")
        await r.hear(first, shot(r, "b"))
        await r.settle()
        number = first["message"]["message_id"]
        await r.hear(edited(None, number, media_group_id="album", caption="who?", **photo("a")))
        await r.settle()
        assert pictures(r) == [["a", "b"], ["a", "b"]]
        assert r.shown() == ["answer to who?"]


async def test_a_document_that_is_exchanged_is_read_anew(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.files.files |= {"one": b"one", "two": b"two"}
        number = await r.say(caption="sum it up", **document("one"))
        await r.settle()
        await r.edit(number, caption="sum it up", **document("two"))
        await r.settle()
        assert "two" in r.provider.questions[1].text
        assert "one" not in r.provider.questions[1].text
        assert len(r.shown()) == 1


async def test_what_cannot_be_read_is_kept_and_told_to_the_admins(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await r.hear({"message": {"message_id": "x"}}, update("why?", r.telegram.say()))
        await r.settle()
        assert await r.column("status") == ["TERMINAL", "COMPLETED"]
        (alert,) = r.effects
        assert isinstance(alert, AdminAlert)
        assert alert.key == f"poison:{r.bot.id}"


async def test_what_is_unwelcome_is_left_and_not_stored(sqlite_url: str) -> None:
    async with room(sqlite_url, groups=Groups.OFF) as r:
        await r.hear(update("why?", r.telegram.say(), chat=GROUP), update("hi", r.telegram.say()))
        assert [type(effect) for effect in r.effects] == [LeaveGroup]
        assert len(await r.column("id")) == 1


async def test_a_group_that_moves_within_a_batch_is_answered_in_its_new_place(
    sqlite_url: str,
) -> None:
    """Telegram says so on both sides; what was said before it belongs to the old one."""
    async with room(sqlite_url) as r:
        old = {"id": -5, "type": "group", "title": "Cats"}
        new = {"id": -100, "type": "supergroup", "title": "Cats"}
        await r.hear(
            update("@cat_bot why?", r.telegram.say(), chat=old, entities=CALL),
            update(None, r.telegram.say(), chat=old, migrate_to_chat_id=-100),
            update(None, 1, chat=new, migrate_from_chat_id=-5),
            update("@cat_bot how?", 2, chat=new, entities=CALL),
        )
        await r.settle()
        assert [question.text for question in r.provider.questions] == [
            "Ann (@ann): @cat_bot why?",
            "Ann (@ann): @cat_bot how?",
        ]
        assert [turn.question for turn in r.provider.questions[1].turns] == [
            "Ann (@ann): @cat_bot why?"
        ]
        assert (len(r.shown(-100)), r.shown(-5)) == (2, [])


async def test_what_is_interactive_is_handed_back(sqlite_url: str) -> None:
    async with room(sqlite_url, inline=True) as r:
        query = {"inline_query": {"id": "1", "from": ANN, "query": "why", "offset": ""}}
        handed = await r.hear(query, update("hi", r.telegram.say()), {"poll": {}})
        assert [set(raw) for raw in handed] == [{"update_id", "inline_query"}]


@pytest.mark.parametrize("pressed", [True, False])
async def test_pressure_is_told_once_and_holds_pollers_back(sqlite_url: str, pressed: bool) -> None:
    async with room(sqlite_url) as r:
        if pressed:
            r.intake.set_pressure(AlertsWords.PRESSURE_DISK, 7)
            r.intake.set_pressure(AlertsWords.PRESSURE_DISK, 7)
        assert r.intake.paused == pressed
        assert len(r.effects) == int(pressed)
        r.intake.set_pressure(None)
        async with asyncio.timeout(5):
            await r.intake.ready()
