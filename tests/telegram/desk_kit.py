"""A messenger at work, in front of whatever answers it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from kotodom.clock import SystemClock
from kotodom.model import Bot, Chat, ChatType, Content, Entity
from kotodom.telegram.messenger import TelegramMessenger
from kotodom.telegram.pacing import Pacing
from kotodom.telegram.pool import BotPool
from kotodom.telegram.session import Session
from tests.telegram.scripted import Answer, ScriptedApi, scripted

TOKEN = "42:" + "x" * 35
HELLO = Content("hello", (Entity("bold", 0, 5),))


def a_bot(token: str = TOKEN, bot_id: int = 1) -> Bot:
    return Bot(
        id=bot_id,
        telegram_id=int(token.partition(":")[0] or 0),
        name=f"bot{bot_id}",
        username="",
        token=token,
        model="",
        prompt="",
        start_message="",
        help_message="",
        error_message="",
        enabled=True,
        error="",
    )


def a_chat(chat_id: int = 7, thread_id: int = 0, kind: ChatType = ChatType.PRIVATE) -> Chat:
    return Chat(1, 1, chat_id, thread_id, kind, "", 0, 0)


@dataclass
class Desk:
    """A messenger at work, and the penalties it asked to be remembered."""

    messenger: TelegramMessenger
    pacing: Pacing
    pool: BotPool
    penalties: list[tuple[int, int, int]] = field(default_factory=list)


@asynccontextmanager
async def desk_at(url: str, proxy: str = "") -> AsyncIterator[Desk]:
    penalties: list[tuple[int, int, int]] = []

    async def remember(bot_id: int, chat_id: int, until: int) -> None:
        penalties.append((bot_id, chat_id, until))

    pool = BotPool(Session(api_base=url, proxy=proxy))
    pool.put(a_bot())
    pacing = Pacing(clock=SystemClock(), on_penalty=remember)
    try:
        yield Desk(TelegramMessenger(pool=pool, pacing=pacing), pacing, pool, penalties)
    finally:
        await pool.close()


@asynccontextmanager
async def desk_with(
    answer: Callable[[str, dict[str, str]], Answer],
) -> AsyncIterator[tuple[Desk, ScriptedApi]]:
    async with scripted(answer) as api, desk_at(api.url) as desk:
        yield desk, api
