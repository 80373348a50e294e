"""Upkeep over a real table and queue, with a circuit and a clock in the test's hand."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from kotodom.db import SqlStore
from kotodom.effects import Effect
from kotodom.intake import RowIntake
from kotodom.metrics import Metrics
from kotodom.model import (
    Bot,
    BotSpec,
    ChatRef,
    Content,
    Event,
    Incoming,
    Kind,
    Lane,
    Person,
    Question,
    Status,
)
from kotodom.queue import Feeder, Queue
from kotodom.recovery import Sweep
from kotodom.registry import Registry
from kotodom.schedule import Schedule
from kotodom.upkeep import Upkeep
from tests.support.answering import migrated
from tests.support.clock import FakeClock
from tests.support.flaky import Trouble, flaky


class Circuit:
    """A provider whose circuit the test opens."""

    def __init__(self) -> None:
        self.wait = 0.0
        self.waits: dict[str, float] = {}
        """The same for keys of single bots."""

    async def stream(self, question: Question) -> AsyncIterator[Event]:
        raise AssertionError("upkeep asks nobody")
        yield

    def open_for(self, api_key: str = "") -> float:
        return self.waits.get(api_key, 0.0 if api_key else self.wait)


class Rig:
    """Upkeep over a real table and queue; *troubles* happen to ``rewind``."""

    def __init__(
        self, store: SqlStore, bots: Sequence[Bot], *troubles: Trouble, keep_days: int = 0
    ) -> None:
        self.store = store
        self.clock = FakeClock()
        self.provider = Circuit()
        self.effects: list[Effect] = []
        self.told = asyncio.Event()
        self.registry = Registry("m")
        for bot in bots:
            self.registry.put(bot)
        self.bots = [bot.id for bot in bots]
        self.queue = Queue(Kind.QUESTION)
        self.intake = RowIntake(
            sort=lambda bot, incoming: incoming,
            store=store,
            offer=self.queue.offer,
            submit=self.submit,
            metrics=Metrics(),
            clock=self.clock,
            hold=lambda chat, lane, until: self.queue.offer(lane),
            changed=lambda row_id: None,
            moved=store.move_chat,
            current=self.registry.get,
            join_window=1.0,
            edit_window=900.0,
        )
        self.schedule = Schedule(clock=self.clock)
        self.upkeep = Upkeep(
            store=flaky(store, *troubles, only="rewind"),
            provider=self.provider,
            registry=self.registry,
            questions=self.queue,
            sweep=Sweep(store, self.queue.offer, self.clock),
            intake=self.intake,
            submit=self.submit,
            schedule=self.schedule,
            clock=self.clock,
            folder=None,
            backlog_limit=3,
            min_free_disk_mb=0,
            keep_days=keep_days,
        )
        self.feeder = Feeder(self.queue, store, self.clock)

    def submit(self, effect: Effect) -> None:
        self.effects.append(effect)
        self.told.set()

    async def ask(self, bot: int, *chats: int) -> list[Lane]:
        """A question of each chat, which the queue does not hear of."""
        rows = [
            Incoming(chat, "{}", Kind.QUESTION, ChatRef(chat), Person(5), "hi", chat)
            for chat in chats
        ]
        recorded = await self.store.record_batch(bot, rows, [], self.clock.now())
        return list(recorded.lanes)

    async def postpone(self, lane: Lane, milliseconds: int, *, written: bool = False) -> None:
        """The lane's message waits so long for its next try."""
        job = await self.store.claim(lane, self.clock.now())
        assert job is not None
        if written:
            await self.store.save_answer(
                job, None, [Content("x")], outcome=Status.COMPLETED, now=self.clock.now()
            )
        await self.store.postpone(
            job,
            status=Status.FAILED,
            spent=True,
            not_before=self.clock.now() + milliseconds,
            code="",
            message="",
        )

    def offered(self) -> set[Lane]:
        """What the queue has been told of."""
        return set(self.queue._known)

    async def fed(self) -> set[Lane]:
        """What the queue knows once the feeder has read what was asked for."""
        for bot in self.queue.wanting():
            await self.feeder._feed(bot)
        return self.offered()


@asynccontextmanager
async def rig(url: str, *troubles: Trouble, keep_days: int = 0) -> AsyncIterator[Rig]:
    """Two bots, both of them serving."""
    async with migrated(url) as database:
        store = SqlStore(database)
        bots = await store.sync_bots([BotSpec(1, "1:x", "a"), BotSpec(2, "2:x", "b")])
        yield Rig(store, bots, *troubles, keep_days=keep_days)
