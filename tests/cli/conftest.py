"""The two sides of `kotodom init`, emulated."""

from collections.abc import AsyncIterator

import pytest

from kotodom.demo.botapi import BotApi
from kotodom.demo.model import ModelServer
from kotodom.setup.draft import Draft
from tests.cli.init_kit import KEY, TOKEN


@pytest.fixture
async def emulated() -> AsyncIterator[BotApi]:
    """Telegram with one bot, @cat_bot."""
    api = BotApi()
    await api.start()
    api.add_bot(TOKEN, username="cat_bot", name="Cat")
    yield api
    await api.stop()


@pytest.fixture
async def models() -> AsyncIterator[tuple[ModelServer, str]]:
    """A provider with three models, and its address."""
    server = ModelServer(models={"gpt-6-luna", "gpt-6-sol", "text-embedding-3", "gpt-transcribe"})
    yield server, await server.start()
    await server.stop()


@pytest.fixture
def draft(emulated: BotApi, models: tuple[ModelServer, str]) -> Draft:
    return Draft(TOKEN, KEY, models[1], api_base=emulated.url)
