"""The stage the fleet and its pollers are tested on."""

from collections.abc import AsyncIterator

import pytest

from kotodom.demo.botapi import BotApi
from tests.telegram.fleet_kit import TOKENS, Core, Scene, fleet_at


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    api, core = BotApi(flood=None), Core()
    url = await api.start()
    chats = {
        number: api.private(api.add_bot(token, username=f"cat{number}_bot"), api.user(7))
        for number, token in TOKENS.items()
    }
    api.on_call(lambda call, phase: core.log.add("call", call.method, phase))
    async with fleet_at(url, core) as fleet:
        yield Scene(api, core, fleet, chats)
    await api.stop()
