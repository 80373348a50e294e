"""/usage /language /mydata /privacy: each person's own business, told to that person."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from kotodom.commands import personal
from kotodom.commands.privacy import Practice
from kotodom.model import ContentKind, Groups
from kotodom.ports import Purpose
from tests.support.lives import spend
from tests.support.talking import Room, room
from tests.support.updates import ANN, BOB, document, voice

DAY = 24 * 3600 * 1000


async def said(r: Room, text: str, **fields: Any) -> str:
    """What a command is answered with."""
    await r.say(text, **fields)
    await r.settle()
    return r.shown()[-1]


def at(r: Room, **when: int) -> int:
    """Some time of the present month, in milliseconds."""
    now = datetime.fromtimestamp(r.clock.now() / 1000, UTC)
    return round(now.replace(**when).timestamp() * 1000)  # type: ignore[arg-type]


async def test_usage_sums_today_and_this_month(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        assert await said(r, "/usage") == "You have not asked me anything this month."
        await said(r, "why?")
        midnight = at(r, hour=0, minute=0, second=0, microsecond=0)
        first = at(r, day=1, hour=0, minute=0, second=0, microsecond=0)
        for now, cost in ((midnight - 1, 2_000_000_000), (first, 0), (first - 1, 9_000_000_000)):
            await spend(r.store, r.bot.id, ANN["id"], now=now, cost=cost)
        assert (await said(r, "/usage")).splitlines() == [
            "What you have used",
            "Today: 1 question, 15 tokens, $0.0000",
            "This month: 3 questions, 45 tokens, $2.00",
        ]


async def test_usage_is_in_russian_with_its_plurals(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        for _ in range(5):
            await spend(r.store, r.bot.id, ANN["id"], now=r.clock.now())
        await r.say("hi")  # by which the bot knows her
        await r.settle()
        for _ in range(4):
            await spend(r.store, r.bot.id, ANN["id"], now=r.clock.now())
        text = await said(r, "/usage", **{"from": {**ANN, "language_code": "ru"}})
        assert "5 вопросов" in text


async def test_usage_says_what_it_cannot_price_and_counts_recordings_as_part_of_a_question(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        await said(r, "why?")
        how = {"now": r.clock.now()}
        await spend(r.store, r.bot.id, ANN["id"], purpose=Purpose.TRANSCRIPT, **how)
        await spend(r.store, r.bot.id, ANN["id"], cost=None, **how)
        today = (await said(r, "/usage")).splitlines()[1]
        assert today.startswith("Today: 2 questions, ")
        assert today.endswith("plus 1 question whose price is unknown")


async def test_usage_is_ones_own(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await r.say("hi", chat={"id": 502, "type": "private"}, **{"from": BOB})
        await r.settle()
        assert await said(r, "/usage") == "You have not asked me anything this month."


async def test_a_language_is_chosen_by_a_button_or_a_word(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        assert await said(r, "/language") == (
            "My messages to you are in English. Which language do you prefer?"
        )
        rows = r.telegram.contents(ANN["id"])[-1].buttons
        assert [button.command for (button,) in rows] == [
            "/language en",
            "/language ru",
            "/language auto",
        ]
        assert "Русский" in await said(r, "/language RU")
        assert "Команды" in await said(r, "/help")
        assert "fr" in await said(r, "/language fr")
        assert "Команды" in await said(r, "/help")


async def test_language_auto_follows_telegram_again(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await said(r, "/language ru")
        assert await said(r, "/language auto") == (
            "Done. My messages follow the language of your Telegram."
        )
        assert "Commands" in await said(r, "/help")
        russian = {"from": {**ANN, "language_code": "ru"}}
        assert "Команды" in await said(r, "/help", **russian)
        await said(r, "/language en", **russian)
        assert "Commands" in await said(r, "/help", **russian)


async def test_mydata_is_everything_in_a_file(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.files.files |= {"doc": b"my notes", "voice": b"my voice"}
        await r.say("my words")
        await r.say(**document())
        await r.say(**voice())
        await r.say("not mine", chat={"id": 502, "type": "private"}, **{"from": BOB})
        await r.settle()
        await said(r, "/mydata")
        file = r.telegram.contents(ANN["id"])[-1]
        assert (file.kind, file.name) == (ContentKind.DOCUMENT, "mydata.json")
        items = json.loads(file.payload)
        assert items[0]["id"] == ANN["id"]
        for mine in ("my words", "my notes", "my voice", "answer to my words", "ann"):
            assert mine in file.payload
        assert "not mine" not in file.payload
        texts = sum("text" in item for item in items)
        assert file.text.startswith(f"Everything stored about you, {texts} messages included.")


async def test_mydata_comes_in_files_that_telegram_takes(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal, "FILE_BYTES", 2_000)
    async with room(sqlite_url) as r:
        for number in range(8):
            await r.say(f"message {number} " + "x" * 300)
        await r.settle()
        await said(r, "/mydata")
        files = [
            content
            for content in r.telegram.contents(ANN["id"])
            if content.kind is ContentKind.DOCUMENT
        ]
        assert [file.name for file in files[:2]] == ["mydata.json", "mydata-2.json"]
        items = [item for file in files for item in json.loads(file.payload)]
        assert sum("message" in str(item.get("text")) for item in items) >= 8
        assert all(len(file.payload.encode()) < 4_000 for file in files)


@pytest.mark.parametrize(
    ("practice", "words", "not_words"),
    [
        (
            Practice("api.example.com", 0, 4, "ear", False),
            ["All of it is kept until you delete it.", "api.example.com", "ear turns", "4 q"],
            ["looking for a fault", "copy of everything"],
        ),
        (
            Practice("localhost", 30, 0, "", True, 7),
            [
                "deleted after 30 days",
                "I do not listen",
                "My owner is looking for a fault",
                "the last 7 are kept",
            ],
            ["sent again with each new one"],
        ),
        (Practice("x", 1, 1, "", False), ["after 1 day,", "your last question are"], []),
    ],
)
async def test_privacy_is_said_from_the_settings_as_they_are(
    sqlite_url: str, practice: Practice, words: list[str], not_words: list[str]
) -> None:
    async with room(sqlite_url) as r:
        r.practice = practice
        r._boot()
        text = " ".join((await said(r, "/privacy")).replace("\u2068", "").split())
        for part in words:
            assert part in text
        for part in not_words:
            assert part not in text
        assert "everybody shares one conversation" in text


async def test_privacy_speaks_of_groups_only_where_the_bot_is_in_some(sqlite_url: str) -> None:
    async with room(sqlite_url, groups=Groups.OFF) as r:
        assert "everybody shares" not in await said(r, "/privacy")
