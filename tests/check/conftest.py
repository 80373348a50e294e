"""Emulated Telegram and offline model for the tests of `kotodom check`."""

from collections.abc import AsyncIterator

import pytest

from kotodom.demo.botapi import BotApi
from kotodom.demo.model import ModelServer
from tests.check.check_kit import CAT, DOG


@pytest.fixture
async def telegram() -> AsyncIterator[BotApi]:
    """With the bots cat and dog."""
    api = BotApi()
    await api.start()
    api.add_bot(CAT, username="cat_bot")
    api.add_bot(DOG, username="dog_bot")
    yield api
    await api.stop()


@pytest.fixture
async def model() -> AsyncIterator[str]:
    """The address of a provider with three models."""
    server = ModelServer(models={"gpt-6-luna", "gpt-6-sol", "gpt-transcribe"})
    yield await server.start()
    await server.stop()
