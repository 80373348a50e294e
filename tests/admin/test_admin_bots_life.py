"""Bots are seen at a glance, started and stopped, exported and deleted."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from kotodom.db.admin.bots_history import _erase
from kotodom.effects import Effect, StartPolling, StopPolling
from kotodom.errors import TokenRevoked
from kotodom.model import Bot, BotSource, ChatRef, Incoming, Kind, Person
from kotodom.ports import BotIdentity, BotState, Store
from kotodom.ports.admin import AuditEntry
from tests.admin.chats_kit import Office, labels
from tests.support.talking import Room, room

TOKEN = "70001:" + "T" * 35


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(f"sqlite://{tmp_path}/k.db", model="m") as talk:
        talk.telegram.identities[TOKEN] = BotIdentity(70001, "dog_bot", "Dog")
        await Office(talk).says(TOKEN)
        talk.effects.clear()
        yield talk


def dog(talk: Room) -> Bot:
    (found,) = [bot for bot in talk.registry._bots.values() if bot.telegram_id == 70001]
    return found


def polling(talk: Room) -> list[Effect]:
    return [effect for effect in talk.effects if isinstance(effect, StartPolling | StopPolling)]


async def test_the_list_says_how_each_bot_is_doing(talk: Room) -> None:
    await talk.say("hello")
    await talk.settle()
    await talk.say("this one waits")
    now = talk.clock.monotonic()
    states = [
        BotState(talk.registry.get(1), True, now - 3, ""),
        BotState(dog(talk), False, None, ""),
    ]
    talk.tools = replace(talk.tools, states=lambda: states)
    talk.registry.mark(dog(talk).id, f"{TokenRevoked.code}: Telegram does not accept the token")
    talk.handlers = talk._handlers()
    await talk.say("/admin bots", **boss())
    for lane in await talk.lanes():
        if lane.kind == "COMMAND":
            await talk.work(lane)
    shown = talk.telegram.texts(900)[-1]
    assert "🟢 cat @cat_bot\n   running, polled 3s ago" in shown
    assert "1 waiting · today 1 answer, $0." in shown
    assert "🔴 Dog @dog_bot\n   stopped by an error: token" in shown


def boss() -> dict[str, Any]:
    return {
        "from": {"id": 900, "is_bot": False, "first_name": "Boss"},
        "chat": {"id": 900, "type": "private", "first_name": "Boss"},
    }


async def test_nine_bots_take_two_pages(talk: Room) -> None:
    for number in range(70002, 70010):
        token = f"{number}:" + "T" * 35
        talk.telegram.identities[token] = BotIdentity(number, f"b{number}_bot", f"B{number}")
        await Office(talk).says(token)
    office = Office(talk)
    first = await office.types("bots")
    assert "Bots: 10" in first and first.count("waiting") == 8
    assert (await office.presses("2 ▶")).count("waiting") == 2


async def test_a_bot_is_stopped_and_started_and_its_messages_wait(talk: Room) -> None:
    office, bot = Office(talk), dog(talk)
    await office.types("bot dog_bot")
    assert "is stopped" in await office.presses("⏸ Stop")
    assert polling(talk) == [StopPolling(bot.id)]
    assert talk.held == [bot.id]
    known = await talk.store.known_bot(70001)
    assert known is not None and not known.enabled
    assert "start it instead" in await office.types("bot dog_bot restart")
    assert "starts now" in await office.types("bot dog_bot enable")
    assert polling(talk)[1:] == [StartPolling(dog(talk))]
    assert "starts anew" in await office.types("bot dog_bot restart")
    assert polling(talk)[2:] == [StartPolling(dog(talk))]


class Meanwhile:
    """A store in which somebody else does something before a change is written down."""

    def __init__(self, store: Any, deed: Callable[[], Any]) -> None:
        self._store = store
        self._deed = deed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def write_audit(self, entry: AuditEntry, now: int) -> None:
        await self._deed()
        await self._store.write_audit(entry, now)

    async def change_bot(self, *args: Any) -> Any:
        await self._deed()
        return await self._store.change_bot(*args)


def meanwhile(talk: Room, deed: Callable[[], Any]) -> None:
    talk.tools = replace(talk.tools, store=cast(Store, Meanwhile(talk.store, deed)))
    talk.handlers = talk._handlers()


async def test_a_restart_takes_the_token_that_came_meanwhile(talk: Room) -> None:
    async def give() -> None:
        talk.registry.put(replace(dog(talk), token="70001:new"))

    meanwhile(talk, give)
    await Office(talk).types("bot dog_bot restart")
    assert [e.bot.token for e in polling(talk) if isinstance(e, StartPolling)] == ["70001:new"]


@pytest.mark.parametrize("command", ["restart", "enable", "set name Rex"])
async def test_nobody_revives_a_bot_that_is_deleted_meanwhile(talk: Room, command: str) -> None:
    bot = dog(talk)

    async def delete() -> None:
        what = f"bot:{bot.id}", "source", None, "erased"
        entry = AuditEntry(901, "Eve", "bot BOT delete all", *what, "job:77")
        await talk.store.delete_bot(bot.id, True, entry, 1)
        talk.registry.end(bot.id, BotSource.ERASED)

    meanwhile(talk, delete)
    assert "no “Dog” here" in await Office(talk).types(f"bot dog_bot {command}")
    assert polling(talk) == []
    known = await talk.store.known_bot(70001)
    assert known is not None
    assert (known.enabled, known.source, known.name) == (False, BotSource.ERASED, "Dog")
    assert not dog(talk).enabled


async def test_nobody_saws_off_the_bot_they_speak_through(talk: Room) -> None:
    office = Office(talk)
    talk.registry.put(replace(talk.registry.get(1), source=BotSource.ADMIN))
    assert "talking to me through cat" in await office.types("bot cat disable")
    assert "talking to me through cat" in await office.types("bot cat delete")
    assert polling(talk) == []


async def test_a_bot_of_the_file_is_deleted_in_the_file(talk: Room) -> None:
    office = Office(talk)
    assert "config.toml" in await office.types("bot cat delete")
    assert "🗑 Delete" not in labels(office.contents[-1])


async def test_deleting_asks_for_the_name_and_keeps_or_erases_what_was_said(talk: Room) -> None:
    office, bot = Office(talk), dog(talk)
    await talk.store._database.write(
        lambda c: c.execute(
            "INSERT INTO chat (id, bot_id, telegram_chat_id, type) VALUES (77, $1, 501, 'private')",
            bot.id,
        )
    )
    await talk.store._database.write(
        lambda c: c.execute(
            "INSERT INTO message (chat_id, role, text, id_space, created_at)"
            " VALUES (77, 'user', 'hello', 1, 1)"
        )
    )
    await talk.store._database.write(
        lambda c: c.execute(
            "INSERT INTO message_processing (bot_id, update_id, chat_id, kind, status, raw_update,"
            " telegram_incoming_id, received_at) VALUES ($1, 1, 77, 'QUESTION', 'RECEIVED', '{}',"
            " 1, 1)",
            bot.id,
        )
    )
    await office.types("bot dog_bot delete")
    assert "send the bot's name: Dog" in await office.presses("🗑 Delete, keep the history")
    assert "not its name" in await office.says("Cat")
    assert dog(talk).source is BotSource.ADMIN
    assert "is deleted" in await office.says("dog")
    assert polling(talk) == [StopPolling(bot.id)]
    assert "no “Dog”" in await office.types("bot Dog")
    assert await count(talk, "message WHERE chat_id = 77") == 1
    assert await count(talk, "message_processing WHERE bot_id = 2 AND status = 'TERMINAL'") == 1
    await office.says(TOKEN)
    await office.types("bot Dog delete all Dog")
    while await talk.store.erase_bots(200):
        pass
    for rest in ("message WHERE chat_id = 77", "chat WHERE bot_id = 2"):
        assert await count(talk, rest) == 0
    assert await count(talk, "bot WHERE id = 2 AND source = 'deleted' AND token = ''") == 1
    assert await count(talk, "message WHERE chat_id <> 77") > 0


async def count(talk: Room, rest: str) -> int:
    row = await talk.store._database.read(lambda c: c.fetchrow(f"SELECT COUNT(*) FROM {rest}"))
    assert row is not None
    return int(row[0])


async def test_what_the_last_poll_of_a_deleted_bot_brings_is_not_kept(talk: Room) -> None:
    office, bot = Office(talk), dog(talk)
    await office.types("bot dog_bot delete all Dog")
    said = Incoming(7, "{}", Kind.QUESTION, ChatRef(501), Person(501, "", "Ann", ""), "hello", 1)
    recorded = await talk.store.record_batch(bot.id, [said], [], 1)
    assert recorded.lanes == ()
    assert await count(talk, f"message_processing WHERE bot_id = {bot.id}") == 0
    assert await count(talk, f"chat WHERE bot_id = {bot.id}") == 0
    # Nor is its sender taken for somebody who is known.
    await talk.store.record_batch(talk.bot.id, [said], [], 1)
    assert await count(talk, "tg_user WHERE id = 501") == 1


async def test_the_history_comes_as_a_file_without_any_token(talk: Room) -> None:
    await talk.say("hello cat")
    await talk.settle()
    office = Office(talk)
    await office.types("bot cat export")
    file = office.contents[-1]
    whole = json.loads(file.payload)
    assert file.name == "cat_bot-history.json"
    assert whole["bot"]["username"] == "cat_bot"
    said = [(item["role"], item["text"]) for item in whole["messages"] if item["chat"] == 501]
    assert said == [("user", "hello cat"), ("assistant", "answer to hello cat")]
    assert "T" * 35 not in file.payload and "42:x" not in file.payload
    last = whole["messages"][-1]["id"]
    assert "Nothing more" in await office.types(f"bot cat export {last + 1000}")


async def test_what_is_said_to_admin_stands_in_no_bots_history(talk: Room) -> None:
    """It may be about other bots, and this one's owner need not administer those."""
    office = Office(talk)
    await office.types("bot dog_bot set prompt A secret of Dog's")
    await talk.say("hello cat")
    await talk.settle()
    await office.types("bot cat export")
    file = office.contents[-1].payload
    assert "hello cat" in file
    assert "secret of Dog" not in file and "sealed:" not in file and "/admin" not in file


async def test_what_came_back_before_it_was_erased_keeps_what_is_new(talk: Room) -> None:
    office, bot = Office(talk), dog(talk)
    await office.types("bot dog_bot delete all Dog")
    rows = await talk.store._database.read(
        lambda c: c.fetch("SELECT id FROM bot WHERE source = 'erased'")
    )
    assert [row[0] for row in rows] == [bot.id]
    await office.says(TOKEN)
    assert await talk.store._database.write(lambda c: _erase(c, bot.id, 200)) == 0


async def test_a_long_history_comes_in_parts(talk: Room) -> None:
    await talk.say("the first")
    await talk.settle()
    for number in range(6):
        await talk.store._database.write(
            lambda c, number=number: c.execute(
                "INSERT INTO message (chat_id, role, text, id_space, created_at)"
                " SELECT id, 'user', $1, 1, 1 FROM chat WHERE telegram_chat_id = 501",
                f"{number} {'x' * 1_500_000}",
            )
        )
    office = Office(talk)
    await office.types("bot cat export")
    files = 1
    while any("⬇️ The next part" in labels(content) for content in office.contents):
        await office.presses("⬇️ The next part")
        files += 1
    said = [
        item["text"][0]
        for content in office.contents
        if content.name
        for item in json.loads(content.payload)["messages"]
        if item["chat"] == 501
    ]
    assert files == 2
    assert said == ["t", "a", *"012345"]
