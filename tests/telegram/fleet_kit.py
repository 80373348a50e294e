"""A fleet with everything around it: an emulated Telegram and a core that writes all down."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from kotodom.clock import Clock, SystemClock
from kotodom.demo.botapi import BotApi, ChatView
from kotodom.model import Bot, Chat, ChatType, Job, Kind, Membership, Person
from kotodom.ports import BotState
from kotodom.telegram.fleet import TelegramFleet
from kotodom.telegram.pool import BotPool
from kotodom.telegram.session import Session

INTERACTIVE = {"callback_query", "my_chat_member", "stopped_message_generation", "inline_query"}
TOKENS = {number: f"{number}:" + "x" * 35 for number in (1, 2, 3)}


def a_bot(number: int = 1, token: str | None = None) -> Bot:
    return Bot(
        id=number,
        telegram_id=number,
        name=f"bot{number}",
        username="",
        token=TOKENS[number] if token is None else token,
        model="",
        prompt="",
        start_message="",
        help_message="",
        error_message="",
        enabled=True,
        error="",
    )


class Log:
    """Things that happened, and a way to wait for them."""

    def __init__(self) -> None:
        self.entries: list[tuple[Any, ...]] = []
        self._changed = asyncio.Event()

    def add(self, *entry: Any) -> None:
        self.entries.append(entry)
        self._changed.set()

    async def wait(self, holds: Callable[[list[tuple[Any, ...]]], object]) -> None:
        async with asyncio.timeout(10):
            while not holds(self.entries):
                self._changed.clear()
                await self._changed.wait()

    def of(self, kind: str) -> list[tuple[Any, ...]]:
        return [entry[1:] for entry in self.entries if entry[0] == kind]

    async def count(self, kind: str, number: int) -> list[tuple[Any, ...]]:
        await self.wait(lambda _: len(self.of(kind)) >= number)
        return self.of(kind)


@dataclass
class Core:
    """Everything of the core a fleet talks to, as a twin that writes down what it is told."""

    log: Log = field(default_factory=Log)
    broken: int = 0
    """How often persisting fails from now on."""
    open: asyncio.Event = field(default_factory=asyncio.Event)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    """Handlers of membership wait for it."""
    raises: Exception | None = None
    changes: list[Membership] = field(default_factory=list)
    """The memberships that the log has only in short."""

    def __post_init__(self) -> None:
        self.open.set()
        self.hold.set()

    # Intake

    async def ready(self) -> None:
        await self.open.wait()

    async def accept(self, bot: Bot, updates: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        ids = [update["update_id"] for update in updates]
        if self.broken:
            self.broken -= 1
            self.log.add("not persisted", bot.id, ids)
            raise OSError("disk full")
        self.log.add("persisted", bot.id, ids, bot.username)
        return [update for update in updates if not INTERACTIVE.isdisjoint(update)]

    # Handlers

    async def question(self, job: Job) -> None:
        self.log.add("question", job.id)
        if self.raises:
            raise self.raises

    async def command(self, job: Job, name: str, args: str) -> None:
        self.log.add("command", job.id, name, args)

    async def inline(self, bot_id: int, query_id: str, person: Person, text: str) -> None:
        self.log.add("inline", bot_id, query_id, person, text)

    async def membership(self, bot_id: int, change: Membership) -> None:
        self.changes.append(change)
        self.log.add("membership", bot_id, change.chat.telegram_chat_id, change.present)
        await self.hold.wait()
        if self.raises:
            raise self.raises

    async def stop_generation(
        self, bot_id: int, telegram_chat_id: int, thread_id: int, draft_id: int
    ) -> None:
        self.log.add("stop", bot_id, telegram_chat_id, thread_id)

    # FleetWatcher

    async def poller_failed(self, bot: Bot, error: Exception, failures: int) -> None:
        self.log.add("failed", bot.id, error, failures)
        raise RuntimeError("the watcher is in trouble itself")

    async def poller_recovered(self, bot: Bot) -> None:
        self.log.add("recovered", bot.id, bot.username)


class SleeplessClock(SystemClock):
    """Waits are written down and over at once; after *limit* of them they last for ever."""

    def __init__(self, limit: int = 1_000) -> None:
        self.slept: list[float] = []
        self._limit = limit

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) >= self._limit:
            await asyncio.Event().wait()
        await asyncio.sleep(0)


@asynccontextmanager
async def fleet_at(
    url: str, core: Core, clock: Clock | None = None, poll_timeout: int = 30
) -> AsyncIterator[TelegramFleet]:
    deaths: list[tuple[str, BaseException]] = []
    fleet = TelegramFleet(
        pool=BotPool(Session(api_base=url)),
        intake=core,
        handlers=core,
        watcher=core,
        clock=clock or SystemClock(),
        poll_timeout=poll_timeout,
        on_death=lambda name, reason: deaths.append((name, reason)),
    )
    try:
        yield fleet
    finally:
        await fleet.close()
    assert deaths == []


@dataclass
class Scene:
    api: BotApi
    core: Core
    fleet: TelegramFleet
    chats: dict[int, ChatView]


def state(fleet: TelegramFleet, bot_id: int = 1) -> BotState:
    return next(state for state in fleet.states() if state.bot.id == bot_id)


def offsets(api: BotApi) -> list[str | None]:
    return [call.params.get("offset") for call in api.calls if call.method == "getUpdates"]


def a_job(text: str, kind: Kind = Kind.QUESTION, raw: str | None = None, **more: Any) -> Job:
    message = {
        "message_id": 3,
        "date": 1,
        "chat": {"id": 7, "type": "private", "first_name": "Ann"},
        "from": {"id": 7, "is_bot": False, "first_name": "Ann"},
        "text": text,
        **more,
    }
    return Job(
        id=11,
        bot_id=1,
        chat=Chat(1, 1, 7, 0, ChatType.PRIVATE, "Ann", 0, 0),
        kind=kind,
        raw=json.dumps({"update_id": 5, "message": message}) if raw is None else raw,
        text=text,
        sender=Person(7),
        telegram_message_id=3,
        received_at=0,
        attempts=1,
        deferrals=0,
        crashes=0,
        outcome=None,
        more=False,
    )


def seen(core: Core) -> list[int]:
    return [update_id for _, ids, _ in core.log.of("persisted") for update_id in ids]
