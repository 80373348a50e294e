"""Bots are added by their tokens, which are deleted from the chat and kept sealed."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from kotodom.effects import StartPolling, StopPolling
from kotodom.errors import FloodWait, NotSent
from kotodom.model import Account, AccountRole, BotSource, Content
from kotodom.ports import BotIdentity
from kotodom.ports.admin import AuditEntry
from kotodom.ports.admin.bots import Came, NewBot
from kotodom.sealing import Sealer
from tests.admin.chats_kit import Office
from tests.support.talking import BOSS, Room, room

TOKEN = "70001:" + "T" * 35
NEWER = "70001:" + "N" * 35
DOG = BotIdentity(70001, "dog_bot", "Dog")


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(f"sqlite://{tmp_path}/k.db") as talk:
        talk.telegram.identities |= {TOKEN: DOG, NEWER: DOG}
        yield talk


async def stored(talk: Room) -> str:
    """Everything that the database keeps of messages and bots."""
    rows = await talk.store._database.read(
        lambda c: c.fetch(
            "SELECT p.raw_update, m.text, b.token FROM bot b"
            " LEFT JOIN message_processing p ON p.bot_id = b.id"
            " LEFT JOIN message m ON m.id = p.message_id"
        )
    )
    return repr([tuple(row) for row in rows])


def started(talk: Room) -> list[tuple[str, str]]:
    return [(e.bot.name, e.bot.token) for e in talk.effects if isinstance(e, StartPolling)]


@pytest.mark.parametrize(
    "said",
    [TOKEN, f"/admin bots add {TOKEN}", f"Done!\nUse this token:\n{TOKEN}\nKeep it secure."],
)
async def test_a_pasted_token_adds_its_bot_at_once_and_lies_nowhere_in_clear(
    talk: Room, said: str
) -> None:
    office = Office(talk)
    assert "Dog is here" in await office.says(said)
    assert started(talk) == [("Dog", TOKEN)]
    assert TOKEN not in await stored(talk)
    known = await talk.store.known_bot(70001)
    assert known is not None
    assert known.source is BotSource.ADMIN
    assert known.token.startswith("sealed:")
    assert talk.sealer.opened(known).token == TOKEN


async def test_the_message_with_the_token_is_deleted_first(talk: Room) -> None:
    office = Office(talk)
    number = talk.telegram.next_id
    talk.telegram.shown[BOSS, number] = Content(f"look: {TOKEN}")
    await office.says(f"look: {TOKEN}")
    assert (BOSS, number) not in talk.telegram.shown


async def test_the_answer_leads_to_the_bot(talk: Room) -> None:
    office = Office(talk)
    await office.says(TOKEN)
    urls = [button.url for row in office.contents[-1].buttons for button in row if button.url]
    assert urls == ["https://t.me/dog_bot"]


async def test_another_token_of_a_known_bot_replaces_its_token(talk: Room) -> None:
    office = Office(talk)
    await office.says(TOKEN)
    assert "works with that token" in await office.says(NEWER)
    assert started(talk) == [("Dog", TOKEN), ("Dog", NEWER)]
    assert len([bot for bot in talk.registry.all() if bot.telegram_id == 70001]) == 1


async def test_one_token_that_several_send_at_once_adds_one_bot(database_url: str) -> None:
    new = NewBot(70001, "Dog", "dog_bot", "sealed:x", None)

    def entry(number: int) -> AuditEntry:
        return AuditEntry(BOSS, "Boss", "bots add", "", "token", None, "***", f"job:{number}")

    async with room(database_url) as talk:
        came = await asyncio.gather(
            *(talk.store.add_bot(new, entry(number), 1) for number in range(6))
        )
    assert len({bot.id for bot, _ in came}) == 1
    assert sorted(how for _, how in came) == [Came.NEW, *[Came.RENEWED] * 5]


async def test_no_bot_is_called_by_the_username_of_another(talk: Room) -> None:
    office = Office(talk)
    await office.says(TOKEN)
    assert "Another bot is called" in await office.types("bot Dog set name Cat_Bot")
    talk.telegram.identities["70009:" + "O" * 35] = BotIdentity(70009, "owl_bot", "dog_bot")
    await office.says("70009:" + "O" * 35)
    assert [bot.name for bot in talk.registry.all()] == ["cat", "Dog", "owl_bot"]


async def test_a_bot_of_the_file_keeps_the_files_token(talk: Room) -> None:
    mine = "4200000:" + "A" * 35
    talk.telegram.identities[mine] = BotIdentity(talk.bot.telegram_id, "cat_bot", "Cat")
    assert "config.toml" in await Office(talk).says(mine)
    assert started(talk) == []


async def test_what_telegram_does_not_accept_adds_nothing(talk: Room) -> None:
    office = Office(talk)
    assert "does not accept" in await office.says("70002:" + "X" * 35)
    talk.telegram.troubles.append(NotSent())
    assert "could not be asked" in await office.says(TOKEN)
    assert "no bot token in that" in await office.says("/admin bots add hello")
    assert len(talk.registry.all()) == 1


async def test_without_a_key_nothing_is_kept_and_the_words_say_what_to_set(talk: Room) -> None:
    talk.sealer._keys = ""
    answer = await Office(talk).says(TOKEN)
    assert "[secrets] key" in answer
    assert TOKEN not in await stored(talk)
    assert len(talk.registry.all()) == 1


async def test_a_user_owns_the_bots_they_add_and_takes_nobody_elses(talk: Room) -> None:
    await talk.store._database.write(
        lambda c: c.execute(
            "INSERT INTO account (id, telegram_user_id, role, name) VALUES (7, 77, 'USER', 'Una'),"
            " (8, 88, 'USER', 'Udo')"
        )
    )
    for number, user in ((7, 77), (8, 88)):
        talk.accounts.put(Account(user, AccountRole.USER, number))
    una, udo = Office(talk, 77, "Una"), Office(talk, 88, "Udo")
    await una.says(TOKEN)
    dog = talk.tools.find_bot("dog_bot")
    assert dog is not None and dog.owner_id == 7
    assert "somebody else administers" in await udo.says(NEWER)
    assert "no “dog_bot”" in await udo.types("bot dog_bot")
    assert started(talk) == [("Dog", TOKEN)]
    assert "Whose it is: 77" in await Office(talk).types("bot dog_bot")


async def test_a_deleted_bot_comes_back_with_its_settings(talk: Room) -> None:
    office = Office(talk)
    await office.says(TOKEN)
    await office.types("bot dog_bot set name Rex")
    await office.types("bot Rex delete keep Rex")
    assert talk.tools.find_bot("Rex") is None
    assert "is back" in await office.says(TOKEN)
    assert talk.tools.find_bot("Rex") is not None
    assert [type(e) for e in talk.effects if isinstance(e, StartPolling | StopPolling)] == [
        StartPolling,
        StopPolling,
        StartPolling,
    ]


async def test_a_clone_begins_with_the_settings_of_its_model(talk: Room) -> None:
    office = Office(talk)
    await office.types("bot cat set rich auto")
    assert "token of the new bot" in await office.types("bot cat clone")
    assert "Dog is here" in await office.says(TOKEN)
    dog = talk.tools.find_bot("dog_bot")
    assert dog is not None and (dog.rich, dog.name) == ("auto", "Dog")
    assert "clone needs a bot that is new" in await office.types(f"bot cat clone {NEWER}")


async def test_a_token_is_given_only_to_its_own_bot(talk: Room) -> None:
    office = Office(talk)
    other = "70009:" + "O" * 35
    talk.telegram.identities[other] = BotIdentity(70009, "owl_bot", "Owl")
    await office.says(TOKEN)
    assert "Send me the token of @dog_bot" in await office.types("bot dog_bot token")
    assert "not of Dog" in await office.says(other)
    assert "works with that token" in await office.types(f"bot dog_bot token {NEWER}")


async def test_a_bot_is_created_in_one_tap_where_telegram_lets_us(talk: Room) -> None:
    office = Office(talk)
    talk.telegram.identities["42:x"] = BotIdentity(42, "cat_bot", "Cat")
    assert "Bot Management Mode" in await office.types("bots create")
    talk.telegram.identities["42:x"] = BotIdentity(42, "cat_bot", "Cat", can_manage_bots=True)
    await office.types("bots create Rex")
    assert "Rex" in [b.creates for row in office.contents[-1].buttons for b in row]
    talk.telegram.managed[70001] = TOKEN
    await talk.hear(created(BOSS))
    await talk.settle()
    assert "Dog is here" in office.texts[-1]
    assert started(talk) == [("Dog", TOKEN)]
    assert TOKEN not in await stored(talk)


async def test_a_new_token_brings_no_deleted_bot_back(talk: Room) -> None:
    office = Office(talk)
    talk.telegram.managed[70001] = TOKEN
    await talk.hear(created(BOSS))
    await talk.settle()
    await office.types("bot dog_bot delete keep Dog")
    talk.telegram.managed[70001] = NEWER
    await talk.hear(created(BOSS))
    await talk.settle()
    assert "@dog_bot was deleted here" in office.texts[-1]
    assert talk.tools.find_bot("dog_bot") is None


async def test_only_telegram_can_say_that_a_bot_was_created(talk: Room) -> None:
    talk.telegram.managed[70001] = TOKEN
    assert "Only Telegram itself" in await Office(talk).types("bots created 70001")
    await talk.hear(created(501))
    await talk.settle()
    assert len(talk.registry.all()) == 1
    assert talk.shown(501) == []


def created(user: int) -> dict[str, Any]:
    bot = {"id": 70001, "is_bot": True, "first_name": "Dog", "username": "dog_bot"}
    return {"managed_bot": {"user": {"id": user, "is_bot": False, "first_name": "B"}, "bot": bot}}


async def test_a_token_that_cannot_be_wiped_is_mentioned(talk: Room) -> None:
    class Busy:
        async def delete(self, chat: object, message_id: int) -> None:
            raise FloodWait(retry_after=5)

    office = Office(talk)
    talk.telegram.delete = Busy().delete  # type: ignore[method-assign]
    assert "please delete it yourself" in await office.says(TOKEN)
    assert started(talk) == [("Dog", TOKEN)]


async def test_what_is_sealed_opens_with_any_of_the_keys_and_with_no_other(tmp_path: Path) -> None:
    old, new = Sealer("A" * 43, None), Sealer(f"{'B' * 43},{'A' * 43}", None)
    sealed = old.seal(TOKEN)
    assert TOKEN not in sealed
    assert new.open(sealed) == TOKEN
    assert Sealer("B" * 43, None).open(new.seal(TOKEN)) == TOKEN
    assert json.dumps(sealed) == f'"{sealed}"'
