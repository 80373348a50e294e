"""Menus of commands: in both languages, for private chats and groups, and only when they change."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from kotodom.accounts import Accounts
from kotodom.commands.menus import GROUP_CHATS, PRIVATE_CHATS, Menus, entries, fingerprint
from kotodom.commands.names import MENU, NAMES, PRIVATE
from kotodom.db import SqlStore
from kotodom.errors import ChatGone, FloodWait, MessageRefused, NotSent
from kotodom.model import Account, AccountRole, Bot, ChatRef, Incoming, Kind, Person
from kotodom.ports import Store
from kotodom.registry import Registry
from tests.support.answering import migrated, one_bot
from tests.support.flaky import Trouble, flaky
from tests.support.simulated import SimulatedTelegram

BOSS = 900


class Rig:
    """A bot whose menus are refreshed, life after life."""

    def __init__(self, store: SqlStore, bot: Bot) -> None:
        self.store = store
        self.bot = bot
        self.telegram = SimulatedTelegram(iter(()))
        self.registry = Registry("m")
        self.accounts = Accounts([BOSS])

    def menus(self, store: Store) -> Menus:
        return Menus(
            store=store,
            messenger=self.telegram,
            registry=self.registry,
            accounts=self.accounts,
        )

    async def start(self, *troubles: Trouble, **settings: Any) -> int:
        """The next start of the process; returns how many menus it set."""
        await self.store.sync_bots([])
        (found,) = [bot for bot in await self.store.sync_bots([]) if bot.id == self.bot.id]
        self.registry.put(replace(found, **settings))
        before = self.telegram.menus_set
        store = flaky(self.store, *troubles, only="set_menu")
        menus = self.menus(store)
        await menus.refresh(self.bot.id)
        await menus.refresh(self.bot.id)
        return self.telegram.menus_set - before


@pytest.fixture
async def rig(sqlite_url: str) -> AsyncIterator[Rig]:
    async with migrated(sqlite_url) as database:
        store = SqlStore(database)
        yield Rig(store, await one_bot(store))


async def test_there_is_a_menu_for_each_language_and_kind_of_chat(rig: Rig) -> None:
    await rig.start()
    assert set(rig.telegram.menus) == {
        (scope, language) for scope in (PRIVATE_CHATS, GROUP_CHATS) for language in ("", "ru")
    }
    for (scope, language), items in rig.telegram.menus.items():
        names = {name for name, _ in items}
        offered = NAMES - {"model"}
        assert names == (offered if scope == PRIVATE_CHATS else offered - PRIVATE)
        for name, about in items:
            assert 1 <= len(about) <= 256
            assert name.isascii() and name.islower() and len(name) <= 32
            assert any("а" <= sign <= "я" for sign in about) == (language == "ru")


async def test_what_telegram_has_is_not_set_again(rig: Rig) -> None:
    assert await rig.start() == 4
    assert await rig.start() == 0


@pytest.mark.parametrize(
    "settings",
    [{"models": ("a", "b")}, {"texts": {"command-help": "Ask me"}}],
)
async def test_a_change_sets_it_again(rig: Rig, settings: dict[str, Any]) -> None:
    await rig.start()
    assert await rig.start(**settings) == 4
    assert await rig.start(**settings) == 0
    assert await rig.start() == 4


async def test_what_no_menu_shows_changes_none(rig: Rig) -> None:
    await rig.start()
    assert await rig.start(prompt="x", texts={"stopped": "Halt!"}) == 0


@pytest.mark.parametrize("failing", range(4))
@pytest.mark.parametrize("error", [NotSent(), FloodWait(retry_after=5)])
async def test_what_fails_is_set_at_the_next_start(
    rig: Rig, failing: int, error: NotSent | FloodWait
) -> None:
    menus = rig.menus(rig.store)
    rig.registry.put(rig.bot)
    rig.telegram.troubles.append(error)
    await menus.refresh(rig.bot.id)
    assert rig.registry.get(rig.bot.id).menu == ""
    assert await rig.start() == 4


@pytest.mark.parametrize(("trouble", "again"), [(Trouble.BEFORE, 4), (Trouble.AFTER, 0)])
async def test_a_database_in_trouble_ends_nothing(rig: Rig, trouble: Trouble, again: int) -> None:
    await rig.start(trouble, trouble)
    assert await rig.start() == again


def test_a_bots_own_words_are_in_its_menu() -> None:
    bot = Bot(1, 42, "cat", "", "", "", "", "", "", "", True, "")
    own = replace(bot, texts={"command-help.ru": "Помоги"})
    assert dict(entries(own, PRIVATE_CHATS, "ru"))["help"] == "Помоги"
    assert dict(entries(own, PRIVATE_CHATS, "en"))["help"] == "What I can do"
    assert [name for name, _ in entries(replace(bot, models=("a",)), PRIVATE_CHATS, "en")] == list(
        MENU
    )
    assert fingerprint(own) != fingerprint(bot)


async def writes(rig: Rig, user: int, *, language: str = "") -> int:
    """Somebody writes to the bot; returns our id of the chat."""
    said = Incoming(user, "{}", Kind.QUESTION, ChatRef(user), Person(user, "", "", language), "", 1)
    recorded = await rig.store.record_batch(rig.bot.id, [said], [], 1)
    return recorded.lanes[0].chat_id


async def test_who_administers_has_the_command_for_it_in_their_own_chat(rig: Rig) -> None:
    boss, ann = await writes(rig, BOSS, language="ru"), await writes(rig, 501)
    assert await rig.start() == 5
    own = dict(rig.telegram.chat_menus[BOSS])
    assert own["admin"] == "Управление" and own["help"] == "Что я умею"
    assert list(rig.telegram.chat_menus) == [BOSS]
    assert await rig.store.chat_menu(boss) and not await rig.store.chat_menu(ann)
    assert await rig.start() == 0


@pytest.mark.parametrize("error", [MessageRefused("chat not found"), ChatGone()])
async def test_one_chat_that_takes_no_menu_keeps_it_from_nobody(
    rig: Rig, error: MessageRefused | ChatGone
) -> None:
    rig.accounts.put(Account(501, AccountRole.USER, 7))
    await rig.start()
    first, other = await writes(rig, 501), await writes(rig, BOSS)
    rig.telegram.troubles.append(error)
    await rig.menus(rig.store).refresh(rig.bot.id)
    assert not await rig.store.chat_menu(first)
    assert await rig.store.chat_menu(other)
    assert list(rig.telegram.chat_menus) == [BOSS]


async def test_the_first_word_to_a_bot_is_enough(rig: Rig) -> None:
    await rig.start()
    await writes(rig, BOSS)
    await rig.menus(rig.store).refresh(rig.bot.id, BOSS)
    assert "admin" in dict(rig.telegram.chat_menus[BOSS])


async def test_whose_account_ends_loses_the_command(rig: Rig) -> None:
    rig.accounts.put(Account(501, AccountRole.USER, 7))
    await writes(rig, 501)
    await rig.start()
    assert 501 in rig.telegram.chat_menus
    rig.accounts.remove(501)
    await rig.menus(rig.store).refresh(rig.bot.id, 501)
    assert 501 not in rig.telegram.chat_menus
    rig.accounts.put(Account(501, AccountRole.USER, 7))
    await rig.start()
    rig.accounts.remove(501)
    # Nobody said so: the next start sees to it.
    assert await rig.start() == 1
    assert 501 not in rig.telegram.chat_menus
