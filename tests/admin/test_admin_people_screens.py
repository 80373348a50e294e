"""The screens of people: lists, the search, a person's card and what can be done there."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from kotodom.admin import people
from kotodom.model import AccessMode, Account, AccountRole, BotSpec
from tests.admin.people_kit import BOBBY, BOSSY, SECONDS, boss, labels, rows, tap, tell
from tests.support.talking import BOSS, Room, room
from tests.support.updates import GROUP


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Room]:
    """A bot to which Ann, Bob and a Russian have written."""
    async with room(f"sqlite://{tmp_path}/k.db") as talk:
        await tell(talk, "hi")
        await tell(talk, "hi", **BOBBY)
        await tell(talk, "привет", **person(503, "Ольга Иванова", "olga"))
        yield talk


def person(user_id: int, name: str, username: str = "") -> dict[str, Any]:
    sender = {"id": user_id, "is_bot": False, "first_name": name, "username": username}
    return {"from": sender, "chat": {"id": user_id, "type": "private", "first_name": name}}


async def test_people_are_listed_and_a_button_opens_the_card(town: Room) -> None:
    said = await boss(town, "people")
    assert said.startswith("People")
    assert [label for label in labels(town) if "Ann" in label or "Bob" in label]
    card = await tap(town, "Ann @ann")
    assert card.startswith("Ann @ann")
    assert "id 501 · cat" in card
    assert "Today: 1 question, 15 tokens" in card
    assert "The bot talks with everybody." in card
    assert "💬 private" in labels(town)


async def test_a_list_has_pages_of_eight(town: Room) -> None:
    for number in range(10):
        await town.say("hi", **person(600 + number, f"Person {number}"))
    await town.settle()
    await boss(town, "people")
    first = [label for label in labels(town) if "Person" in label]
    assert len([key for key in labels(town).values() if " person " in key]) == 8
    await tap(town, "2 ▶")
    second = [label for label in labels(town) if "Person" in label]
    assert not set(first) & set(second)
    assert "◀ 1" in labels(town)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ann", ["Ann @ann"]),
        ("@ANN", ["Ann @ann"]),
        ("ольга", ["Ольга Иванова @olga"]),
        ("ИВАНОВА", ["Ольга Иванова @olga"]),
        ("502", ["Bob"]),
        ("50", ["Ольга Иванова @olga", "Bob", "Ann @ann"]),
    ],
)
async def test_people_are_found_by_name_username_and_id(
    town: Room, words: str, found: list[str]
) -> None:
    assert words in await boss(town, f"people find {words}")
    names = [label for label, said in labels(town).items() if " person " in said]
    assert names == found


async def test_a_search_says_when_there_is_nobody(town: Room) -> None:
    assert "Nobody called “zzz”" in await boss(town, "people find zzz")


async def test_what_is_looked_for_can_be_sent_after_the_button(town: Room) -> None:
    await boss(town, "people")
    assert "Whom do you look for?" in await tap(town, "Find")
    assert (await tell(town, "bob", **BOSSY))[-1].startswith("Found: “bob”")
    assert town.provider.questions[-1].text != "bob"


async def test_a_search_goes_on_further_back(town: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "LOOK", 2)
    await boss(town, "people find a")
    assert "Ann @ann" not in labels(town)
    await tap(town, "Search further back")
    assert "Ann @ann" in labels(town)
    assert "Search further back" not in labels(town)


async def test_people_of_groups_are_found_and_shown_too(town: Room) -> None:
    mention = [{"type": "mention", "offset": 0, "length": 8}]
    gus = person(700, "Gus")["from"]
    await tell(town, "@cat_bot hi", chat=GROUP, entities=mention, **{"from": gus})
    await boss(town, "people find gus")
    card = await tap(town, "Gus")
    assert card.startswith("Gus")
    assert "💬 Cats" in labels(town)


async def test_a_person_known_to_several_bots_is_shown_at_each(town: Room) -> None:
    bots = await town.store.sync_bots([BotSpec(42, "42:x", "cat"), BotSpec(43, "43:x", "dog")])
    for bot in bots:
        town.registry.put(bot)
    dog = next(bot for bot in bots if bot.name == "dog")
    await boss(town, "bot dog person 501 note A friend")
    said = await boss(town, "person 501")
    assert "Which bot is it about?" in said
    assert "📝 A friend" in await tap(town, "dog")
    assert dog.id != town.bot.id


async def test_a_user_finds_only_people_of_their_own_bots(town: Room) -> None:
    bots = await town.store.sync_bots([BotSpec(42, "42:x", "cat"), BotSpec(43, "43:x", "dog")])
    await town.store._database.write(
        lambda c: c.execute(
            "INSERT INTO account (id, telegram_user_id, role) VALUES (7, 901, 'USER')"
        )
    )
    await town.store._database.write(
        lambda c: c.execute("UPDATE bot SET owner_id = 7 WHERE name = 'dog'")
    )
    for bot in await town.store.sync_bots([BotSpec(42, "42:x", "cat"), BotSpec(43, "43:x", "dog")]):
        town.registry.put(bot)
    town.accounts.put(Account(901, AccountRole.USER, 7))
    for command, answer in (
        ("people", "Nobody here yet."),
        ("people find ann", "Nobody called"),
        ("person 501", "There is no"),
        ("bot cat person 501", "There is no"),
        ("bot cat person 501 block", "There is no"),
        ("bot dog person @ann", "I know nobody called “@ann”"),
    ):
        assert answer in (await tell(town, f"/admin {command}", **SECONDS))[-1], command
    said = (await tell(town, "/admin bot dog person 501", **SECONDS))[-1]
    assert "Ann" not in said
    assert "Never wrote to this bot." in said
    assert bots


async def test_a_note_is_written_and_deleted(town: Room) -> None:
    await boss(town, "bot cat person 502")
    await tap(town, "Note")
    assert "📝 Owes me a book" in (await tell(town, "Owes me a book", **BOSSY))[-1]
    await tap(town, "Note")
    assert "📝" not in await tap(town, "Delete the note")
    audit = await rows(town, "SELECT before, after FROM audit ORDER BY id")
    assert audit == [("", "Owes me a book"), ("Owes me a book", "")]


async def test_a_quota_is_set_shown_and_kept_to(town: Room) -> None:
    await boss(town, "bot cat person 502")
    assert "How many questions may they ask?" in await tap(town, "Quota")
    assert "Quota: 5 questions a day" in await tap(town, "5 a day")
    await boss(town, "bot cat person 502 quota 2 month")
    said = await boss(town, "bot cat person @bob quota 2 month")
    assert "I know nobody called" in said  # Bob has no username
    assert "Quota: 2 questions a month" in await boss(town, "bot cat person 502")
    assert "a day" not in (await boss(town, "bot cat person 502"))
    asked = len(town.provider.questions)
    await tell(town, "two", **BOBBY)
    await tell(town, "three", **BOBBY)
    assert len(town.provider.questions) == asked + 1
    assert "No quota" in await boss(town, "bot cat person 502 quota none")
    assert (await tell(town, "four", **BOBBY))[-1] == "answer to four"


@pytest.mark.parametrize("said", ["many", "5 week", "-1", "5 5"])
async def test_what_is_no_quota_is_refused(town: Room, said: str) -> None:
    assert "is no quota" in await boss(town, f"bot cat person 502 quota {said}")


@pytest.mark.parametrize("said", ["0", "x", "4000"])
async def test_what_is_no_number_of_days_is_refused(town: Room, said: str) -> None:
    assert "is no number of days" in await boss(town, f"bot cat person 502 allow {said}")


async def test_every_change_is_audited_once(town: Room) -> None:
    await boss(town, "bot cat person 502 block")
    await boss(town, "bot cat person 502 block")
    await boss(town, "bot cat person 502 unblock")
    audit = await rows(town, "SELECT user_id, object, field, before, after FROM audit ORDER BY id")
    about = (BOSS, f"bot:{town.bot.id}", "access 502")
    assert audit == [(*about, "", "BLOCKED"), (*about, "BLOCKED", "")]


async def test_lists_by_standing(town: Room) -> None:
    await boss(town, "bot cat person 502 block")
    await boss(town, "people")
    assert "⛔ Bob" in labels(town)
    await tap(town, "⛔ Blocked")
    assert "⛔ Bob" in labels(town)
    assert "is none of these" in await boss(town, "people with horns")
    assert "Nobody here yet." in await boss(town, "bot cat people with denied")


async def test_the_screens_speak_russian(town: Room) -> None:
    russian = {**BOSSY, "from": {**BOSSY["from"], "language_code": "ru"}}
    await town.store.set_language(501, "ru")
    said = (await tell(town, "/admin bot cat person 501", **russian))[-1]
    assert "Бот говорит со всеми." in said
    assert "Сегодня: 1 вопрос" in said
    assert "Люди" in (await tell(town, "/admin people", **russian))[-1]


async def test_decisions_fit_the_bots_mode(tmp_path: Path) -> None:
    async with room(f"sqlite://{tmp_path}/k.db", access=AccessMode.ALLOWLIST) as talk:
        await tell(talk, "hi")
        await boss(talk, "bot cat person 501")
        assert {"✅ Allow", "✅ Allow for a day", "✅ For a week", "⛔ Block"} <= set(labels(talk))
        await tap(talk, "✅ Allow")
        assert "✅ Allow" not in labels(talk)
        assert "🚫 Deny" in labels(talk)
