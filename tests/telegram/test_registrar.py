"""Whose a token is, as an emulated Telegram says."""

from collections.abc import AsyncIterator

import pytest

from kotodom.demo.botapi import BotApi
from kotodom.errors import MessageRefused, TelegramError, TokenRevoked
from kotodom.model import Bot
from kotodom.telegram.pool import BotPool
from kotodom.telegram.registrar import TelegramRegistrar
from kotodom.telegram.session import Session

TOKEN = "70001:" + "T" * 35


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    api = BotApi()
    await api.start()
    yield api
    await api.stop()


@pytest.fixture
async def pool(api: BotApi) -> AsyncIterator[BotPool]:
    pool = BotPool(Session(api_base=api.url, proxy=""))
    yield pool
    await pool.close()


async def test_a_token_is_its_bots_though_nobody_knows_the_bot(api: BotApi, pool: BotPool) -> None:
    api.add_bot(TOKEN, username="dog_bot", name="Dog", manages=True)
    found = await TelegramRegistrar(pool).identify(TOKEN)
    assert (found.telegram_id, found.username, found.name) == (70001, "dog_bot", "Dog")
    assert found.can_manage_bots


async def test_what_is_no_token_is_told_apart_from_a_telegram_that_is_away(
    api: BotApi, pool: BotPool
) -> None:
    registrar = TelegramRegistrar(pool)
    for nobodys in ("hello", TOKEN):
        with pytest.raises(TokenRevoked):
            await registrar.identify(nobodys)
    await api.stop()
    with pytest.raises(TelegramError) as caught:
        await registrar.identify(TOKEN)
    assert not isinstance(caught.value, TokenRevoked)
    assert "T" * 35 not in str(caught.value)


async def test_the_token_of_a_managed_bot_is_its_managers_to_fetch(
    api: BotApi, pool: BotPool
) -> None:
    boss = api.add_bot(TOKEN, username="dog_bot", name="Dog", manages=True)
    made = api.create_bot(boss, api.user(501, "Ann"), "Rex", "rex_bot")
    pool.put(Bot(1, 70001, "dog", "", TOKEN, "", "", "", "", "", True, ""))
    registrar = TelegramRegistrar(pool)
    token = await registrar.managed_token(1, made.id)
    assert (await registrar.identify(token)).username == "rex_bot"
    with pytest.raises(MessageRefused):
        await registrar.managed_token(1, 12345)
