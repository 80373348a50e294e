"""Menus of commands: in both languages, for private chats and groups, and only when they change."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from kotodom.commands.menus import GROUP_CHATS, PRIVATE_CHATS, Menus, entries, fingerprint
from kotodom.commands.names import MENU, NAMES, PRIVATE
from kotodom.db import SqlStore
from kotodom.errors import FloodWait, NotSent
from kotodom.model import Bot
from kotodom.registry import Registry
from tests.support.answering import migrated, one_bot
from tests.support.flaky import Trouble, flaky
from tests.support.simulated import SimulatedTelegram


class Rig:
    """A bot whose menus are refreshed, life after life."""

    def __init__(self, store: SqlStore, bot: Bot) -> None:
        self.store = store
        self.bot = bot
        self.telegram = SimulatedTelegram(iter(()))
        self.registry = Registry("m")

    async def start(self, *troubles: Trouble, **settings: Any) -> int:
        """The next start of the process; returns how many menus it set."""
        await self.store.sync_bots([])
        (found,) = [bot for bot in await self.store.sync_bots([]) if bot.id == self.bot.id]
        self.registry.put(replace(found, **settings))
        before = self.telegram.menus_set
        store = flaky(self.store, *troubles, only="set_menu")
        menus = Menus(store=store, messenger=self.telegram, registry=self.registry)
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
    menus = Menus(store=rig.store, messenger=rig.telegram, registry=rig.registry)
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
