"""/admin messages: the dead-letter inbox as a list with filters, for each role."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from kotodom.errors import ProviderTimeout, RequestRefused
from kotodom.model import Account, AccountRole
from tests.admin.messages_kit import Boss, fail
from tests.support.talking import BOSS, Room, room


@pytest.fixture
async def talk(sqlite_url: str) -> AsyncIterator[Room]:
    async with room(sqlite_url) as talk:
        yield talk


async def test_an_empty_inbox_says_so(talk: Room) -> None:
    assert "Everything was answered" in await Boss(talk).asks("messages")


async def test_dead_letters_stand_with_cause_age_and_sender_newest_first(talk: Room) -> None:
    first = await fail(talk, "the first question")
    await talk.clock.advance(7_500)
    second = await fail(talk, "the second question")
    boss = Boss(talk)
    shown = await boss.asks("messages")
    assert shown.startswith("📥 Not answered")
    assert "Last 24 h: refused by the model 2" in shown
    assert shown.index("the second question") < shown.index("the first question")
    assert "2h 5m ago · refused by the model" in shown
    assert "Ann: the first question" in shown
    assert boss.buttons()[:2] == [f"message {second}", f"message {first}"]
    assert "the first question" in await boss.press(f"message {first}")
    assert "the second question" in await boss.press("messages")


async def test_pages_hold_eight_and_turn(talk: Room) -> None:
    for number in range(9):
        await fail(talk, f"number {number}.")
    boss = Boss(talk)
    assert "number 0." not in await boss.asks("messages")
    page = await boss.press("messages list dead all all all 2")
    assert "9. ❌" in page
    assert "number 0." in page
    assert "messages list dead all all all 1" in boss.buttons()


async def test_filters_are_stepped_through_by_buttons(talk: Room) -> None:
    await fail(talk, "refused one")
    talk.provider.plays += [[ProviderTimeout("slow")]] * 5
    await fail(talk, "slow one", RequestRefused("x"))
    boss = Boss(talk)
    await boss.asks("messages")
    by_cause = await boss.press("messages list dead all provider_refused all")
    assert "refused one" in by_cause
    await boss.press("messages list dead all provider_refused 1h")
    await boss.press("messages list dead all provider_refused 1d")
    assert "🕒 1d" in boss.labels()
    assert "Whose messages?" in await boss.press("messages bots dead provider_refused 1d")
    mine = await boss.press(f"messages list dead {talk.bot.id} provider_refused 1d")
    assert "refused one" in mine
    assert f"messages of {talk.bot.id} retry provider_refused 1d" in boss.buttons()
    assert (await boss.press(f"messages list wait {talk.bot.id} provider_refused 1d")).startswith(
        "⏳ Waiting"
    )


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("messages list lost", "“lost” is no state"),
        ("messages list dead nobody", "There is no “nobody” here"),
        ("messages list dead all all yesterday", "“yesterday” is no age"),
        ("messages list all", "💬 All questions"),
        ("messages list done cat", "✅ Answered"),
        ("messages list work", "⚙️ Being answered"),
    ],
)
async def test_typed_filters_work_or_say_what_is_wrong(
    talk: Room, command: str, words: str
) -> None:
    await fail(talk)
    await talk.say("fine")
    await talk.settle()
    assert words in await Boss(talk).asks(command)


async def test_all_and_done_show_questions_and_no_commands(talk: Room) -> None:
    await talk.say("a good question")
    await talk.settle()
    shown = await Boss(talk).asks("messages list all")
    assert "a good question" in shown
    assert "2." not in shown


async def test_a_user_sees_messages_of_own_bots_only(talk: Room) -> None:
    row = await fail(talk, "somebody else's")
    someone = Boss(talk)
    someone.who = {"id": BOSS + 1, "is_bot": False, "first_name": "Small"}
    talk.accounts.put(Account(BOSS + 1, AccountRole.USER, id=5))

    async def asks(command: str) -> str:
        office = {"id": BOSS + 1, "type": "private", "first_name": "Small"}
        await talk.say(f"/admin {command}", **{"from": someone.who, "chat": office})
        await talk.settle()
        return talk.shown(BOSS + 1)[-1]

    assert "somebody else's" not in await asks("messages")
    assert "There is no" in await asks(f"message {row}")
    assert "There is no" in await asks(f"message {row} retry")
    assert "There is no" in await asks(f"messages list dead {talk.bot.id}")
    assert "nothing to ask again" in await asks("messages retry all 1d")
    talk.registry.put(replace(talk.registry.get(talk.bot.id), owner_id=5))
    assert "somebody else's" in await asks("messages")
    assert "somebody else's" in await asks(f"message {row}")
