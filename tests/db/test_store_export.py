"""/mydata: everything that is kept of a person, and nothing of anybody else."""

import json
from dataclasses import replace
from typing import Any

import pytest

from kotodom.db import SqlStore
from kotodom.model import (
    Answer,
    Attachment,
    AttachmentKind,
    Content,
    ContentKind,
    Kind,
    Status,
    Usage,
)
from tests.support.lives import ANN, BOB, FORUM, GROUP, Lives, private, spend
from tests.support.rows import NOW, add_bot, claimed

DAY = 24 * 3600 * 1000


async def everything(store: SqlStore, bot: int, person: int) -> list[dict[str, Any]]:
    return [item async for item in store.stored_about(bot, person)]


async def test_nothing_is_shown_of_a_stranger(store: SqlStore) -> None:
    assert await everything(store, await add_bot(store), 999) == []


async def test_a_person_sees_all_of_theirs_at_this_bot_and_nothing_of_others(
    store: SqlStore,
) -> None:
    bot, other = await add_bot(store, 11), await add_bot(store, 12)
    lives = Lives(store)
    for place in (private(ANN), FORUM, private(ANN)):
        await lives.answer(await lives.say(bot, ANN, place))
        await lives.say(bot, BOB, GROUP)
        await lives.say(other, ANN, private(ANN))
    await store.set_language(ANN.id, "en")
    found = await everything(store, bot, ANN.id)
    assert [item["kind"] for item in found] == [
        "person",
        "conversation",
        "conversation",
        "message",
        "message",
        "message",
        "spending",
    ]
    assert found[0] == {
        "kind": "person",
        "id": ANN.id,
        "username": ANN.username,
        "full_name": ANN.full_name,
        "language_code": "ru",
        "chosen_language": "en",
    }
    assert [item["type"] for item in found[1:3]] == ["private", "supergroup"]
    chats = [item["conversation"] for item in found[1:3]]
    messages = found[3:6]
    assert [item["conversation"] for item in messages] == [chats[0], chats[1], chats[0]]
    first = messages[0]
    assert first["text"].startswith("words of ann_lee_x")
    assert first["answer"] == "answer to words of ann_lee_x"
    assert first["at"] == first["answered_at"] == "2023-11-14T22:13:20Z"
    assert (first["is"], first["status"], first["model"]) == ("QUESTION", "COMPLETED", "m")
    assert first["tokens"] == {"input": 10, "cached": 0, "output": 5, "estimated": False}
    assert first["cost_nano_dollars"] == 7
    assert found[6] == {
        "kind": "spending",
        "day": "2023-11-14",
        "calls": 3,
        "tokens": {"input": 30, "output": 15},
        "seconds_of_sound": 0,
        "cost_nano_dollars": 21,
        "calls_without_price": 0,
    }
    json.dumps(found)
    assert BOB.username not in json.dumps(found)


async def test_spending_is_shown_by_day_also_without_a_price(store: SqlStore) -> None:
    bot = await add_bot(store)
    await Lives(store).say(bot, ANN, private(ANN))
    for now in (NOW + DAY, NOW, NOW + DAY):
        await spend(store, bot, ANN.id, now=now, cost=None)
    days = [item for item in await everything(store, bot, ANN.id) if item["kind"] == "spending"]
    assert [(day["day"], day["calls"]) for day in days] == [("2023-11-14", 1), ("2023-11-15", 2)]
    assert [day["calls_without_price"] for day in days] == [1, 2]
    assert days[0]["cost_nano_dollars"] is None


async def test_files_are_shown_by_kind_and_size_with_what_was_read_out_of_them(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    job = await lives.answer(await lives.say(bot, ANN, private(ANN), pieces=2))
    voice = Attachment(AttachmentKind.VOICE, "secret-file-id", size=99, duration=3, text="hello")
    lane = await lives.say(bot, ANN, private(ANN))
    again = await claimed(store, lane)
    assert again.id != job.id
    await store.keep_reading(
        again, replace(again.pieces[0], text="hello", attachments=(voice,)), now=NOW
    )
    shown = [item for item in await everything(store, bot, ANN.id) if item["kind"] == "message"]
    assert [item["attachments"] for item in shown] == [
        [{"kind": "photo", "bytes": 5}],
        [{"kind": "photo", "bytes": 5}],
        [{"kind": "voice", "bytes": 99, "duration": 3, "text": "hello"}],
    ]
    assert shown[1]["answer"] is None
    assert "secret-file-id" not in json.dumps(shown)


async def test_what_a_command_was_told_is_shown_without_its_files(store: SqlStore) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    lane = await lives.say(bot, ANN, private(ANN), kind=Kind.COMMAND)
    job = await claimed(store, lane)
    dumped = Content("Here it is.", kind=ContentKind.DOCUMENT, payload="{huge}", name="mydata")
    await store.save_answer(job, None, [Content("One."), dumped], outcome=Status.COMPLETED, now=NOW)
    (shown,) = (item for item in await everything(store, bot, ANN.id) if item["kind"] == "message")
    assert shown["answer"] == "One.\nHere it is."
    assert "huge" not in json.dumps(shown)


async def test_an_answer_that_was_replaced_is_shown_too(store: SqlStore) -> None:
    bot = await add_bot(store)
    lives = Lives(store)
    lane = await lives.say(bot, ANN, private(ANN))
    await lives.answer(lane)
    command = await claimed(store, await lives.say(bot, ANN, private(ANN), kind=Kind.COMMAND))
    assert await store.ask_again(command) == lane
    job = await claimed(store, lane)
    await store.save_answer(
        job, Answer("better", "m", Usage(), 1), [Content("x")], outcome=Status.COMPLETED, now=NOW
    )
    messages = [item for item in await everything(store, bot, ANN.id) if item["kind"] == "message"]
    assert messages[0]["answer"] == "better"
    assert messages[0]["earlier_answers"] == ["answer to words of ann_lee_x"]


async def test_many_messages_are_shown_in_order_whatever_the_page(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kotodom.db.store_export.PAGE", 3)
    monkeypatch.setattr("kotodom.db.store_export.IDS", 2)
    bot = await add_bot(store)
    lives = Lives(store)
    for n in range(10):
        await lives.say(bot, ANN, private(ANN) if n % 3 else FORUM)
    shown = [item["text"] for item in await everything(store, bot, ANN.id) if "text" in item]
    numbers = [int(text.rpartition(" ")[2]) for text in shown]
    assert len(numbers) == 10
    assert numbers == sorted(numbers)
