"""A running emulator, a clock in the test's hand, and a plain HTTP client."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from kotodom.demo.botapi import BotApi, ChatView, EmulatedBot, FloodRules

TOKEN = "42:" + "A" * 35


class ManualClock:
    """Time that passes only when the test says so."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def now(self) -> int:
        return 1_800_000_000_000 + int(self.seconds * 1000)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


class Client:
    """Calls the Bot API as a form, the way aiogram posts it."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    async def raw(self, method: str, *, token: str = TOKEN, **params: Any) -> dict[str, Any]:
        """The whole answer."""
        form = {name: value for name, value in params.items() if value is not None}
        async with self.session.post(f"{self.url}/bot{token}/{method}", data=form) as response:
            body: dict[str, Any] = await response.json()
            assert response.status == (200 if body["ok"] else body["error_code"])
            return body

    async def ok(self, method: str, **params: Any) -> Any:
        """The result of a call that must succeed."""
        body = await self.raw(method, **params)
        assert body["ok"], body
        return body["result"]

    async def refused(self, method: str, **params: Any) -> str:
        """Telegram's words for a call that must fail."""
        body = await self.raw(method, **params)
        assert not body["ok"], body
        return str(body["description"])


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def flood() -> FloodRules | None:
    """Off, unless a test file says otherwise."""
    return None


@pytest.fixture
async def api(clock: ManualClock, flood: FloodRules | None) -> AsyncIterator[BotApi]:
    emulator = BotApi(clock=clock, flood=flood)
    await emulator.start()
    yield emulator
    await emulator.stop()


@pytest.fixture
def bot(api: BotApi) -> EmulatedBot:
    return api.add_bot(TOKEN, username="cat_bot", name="Cat")


@pytest.fixture
async def chat(api: BotApi, bot: EmulatedBot) -> ChatView:
    """A private chat in which the person has said /start, which was fetched and confirmed."""
    view = api.private(bot, api.user(7, "Ann", "ann"))
    await view.say("/start")
    bot.inbox.drop_all()
    return view


@pytest.fixture
async def client(api: BotApi) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(session, api.url)


@pytest.fixture
async def aio(api: BotApi, bot: EmulatedBot) -> AsyncIterator[Bot]:
    """aiogram's own client of the bot."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api.url))
    yield Bot(bot.token, session=session)
    await session.close()


@pytest.fixture
def heard(aio: Bot):
    """What the bot hears next, as aiogram parses it; all of it is confirmed."""

    async def hear():
        updates = await aio.get_updates(allowed_updates=[])
        if updates:
            await aio.get_updates(offset=updates[-1].update_id + 1, limit=1)
        return [update.event for update in updates]

    return hear
