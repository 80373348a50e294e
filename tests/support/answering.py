"""Store, delivery, settling and a worker as the app wires them, around a simulated Telegram."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from kotodom import text
from kotodom.db import Database, SqlStore, open_database
from kotodom.delivery import Delivery
from kotodom.effects import AdminAlert, Effect
from kotodom.i18n import say
from kotodom.metrics import Metrics
from kotodom.model import (
    Answer,
    Bot,
    BotSpec,
    ChatRef,
    Content,
    Incoming,
    Job,
    Kind,
    Lane,
    Person,
    Status,
    Usage,
)
from kotodom.ports import Store
from kotodom.queue import Queue
from kotodom.registry import Registry
from kotodom.retry import RetryPolicy
from kotodom.settle import Settler
from kotodom.tasks import Tasks
from kotodom.worker import Perform, Worker
from tests.support.clock import FakeClock, RushingClock
from tests.support.simulated import Crash, Fault, SimulatedTelegram

CHAT = 77
SORRY = "Something went wrong. Please try again later."


class Desk:
    """One bot that answers; time passes as fast as it is waited for.

    *wrap* puts something between the core and the database; ``store`` is the database itself.
    """

    def __init__(
        self,
        store: SqlStore,
        bot: Bot,
        telegram: SimulatedTelegram,
        *,
        wrap: Callable[[Store], Store] = lambda store: store,
        clock: FakeClock | None = None,
    ) -> None:
        self.clock = clock or RushingClock()
        self.store = store
        self.bot = bot
        self.telegram = telegram
        self.answer: Sequence[Content] = [Content("alpha")]
        self.failures: list[Exception] = []
        """What the provider raises before it answers."""
        self.asked = 0
        """How often the provider was asked."""
        self.effects: list[Effect] = []
        self.dispatch: Perform = self._answer
        self.registry = Registry("m")
        self.registry.put(bot)
        self.metrics = Metrics()
        self.core_store = wrap(store)
        self._updates = 0
        self._boot()

    def _boot(self) -> None:
        """A process begins: whatever another one only remembered is forgotten."""
        self.delivery = Delivery(
            store=self.core_store,
            messenger=self.telegram,
            metrics=self.metrics,
            clock=self.clock,
            plainer=lambda job, rich: self.plainer(job, rich),
        )
        self.settler = Settler(
            store=self.core_store,
            delivery=self.delivery,
            registry=self.registry,
            submit=self.effects.append,
            policy=RetryPolicy(),
            metrics=self.metrics,
            clock=self.clock,
            token_revoked=lambda bot_id: None,
            fatal=lambda bot_id, failure: None,
            moved=self.core_store.move_chat,
            undelivered=lambda job, error: self.undelivered(job, error),
        )
        self._worker = Worker(
            queue=Queue(Kind.QUESTION),
            store=self.core_store,
            dispatch=self._dispatch,
            resume=self.delivery.deliver,
            settle=self.settler.settle,
            tasks=Tasks(lambda name, error: None),
            records=Tasks(lambda name, error: None),
            clock=self.clock,
            concurrency=1,
        )

    async def undelivered(self, job: Job, error: BaseException) -> bool:
        """Whether a notice that failed can be sent after all."""
        return False

    def plainer(self, job: Job, rich: Content) -> Sequence[Content]:
        """What a rich message becomes that Telegram does not take."""
        return text.plain(rich.payload)

    async def ask(self, chat: ChatRef | None = None, *, message_id: int = 0) -> Lane:
        """Somebody asks the bot something; a new message takes the next id."""
        self._updates += 1
        row = Incoming(
            update_id=self._updates,
            raw="{}",
            kind=Kind.QUESTION,
            chat=chat or ChatRef(CHAT),
            sender=Person(5),
            text="hi",
            telegram_message_id=message_id or self.telegram.say(),
        )
        (lane,) = (await self.store.record_batch(self.bot.id, [row], [], self.clock.now())).lanes
        return lane

    async def work(self, lane: Lane) -> None:
        """Let the worker take that conversation once; a crash is a restart."""
        try:
            await self._worker._work(lane)
        except Crash:
            await self.store.recover(self.clock.now())
            self._boot()

    async def work_off(self, *lanes: Lane, rounds: int = 200) -> None:
        """Work until nothing is open, ten minutes a round."""
        for _ in range(rounds):
            backlog = await self.store.backlog(self.clock.now(), [self.bot.id])
            if not (backlog.ready or backlog.waiting or backlog.in_work):
                return
            for lane in lanes:
                await self.work(lane)
            await self.clock.advance(600.0)
        raise AssertionError("a message stays open for ever")

    def shown(self, chat: int = CHAT) -> list[str]:
        """What a chat shows of the bot."""
        return self.telegram.texts(chat)

    def alerts(self) -> list[str]:
        """What the admins were to be told."""
        return [
            say(effect.words, "en", **effect.args)
            for effect in self.effects
            if isinstance(effect, AdminAlert)
        ]

    async def column(self, name: str) -> list[object]:
        """One column of every processing row of the bot, oldest first."""
        rows = await self.store._database.read(
            lambda c: c.fetch(
                f"SELECT {name} FROM message_processing WHERE bot_id = $1 ORDER BY id", self.bot.id
            )
        )
        return [row[0] for row in rows]

    async def _dispatch(self, job: Job) -> None:
        await self.dispatch(job)

    async def _answer(self, job: Job) -> None:
        """What the processor does with a question."""
        self.asked += 1
        if self.failures:
            raise self.failures.pop(0)
        parts = await self.core_store.save_answer(
            job,
            Answer("whole", "m", Usage(), None),
            self.answer,
            outcome=Status.COMPLETED,
            now=self.clock.now(),
        )
        await self.delivery.deliver(job, parts)


async def one_bot(store: SqlStore, telegram_id: int = 42, **spec: Any) -> Bot:
    """A bot for the test, with these settings."""
    bots = await store.sync_bots([BotSpec(telegram_id, f"{telegram_id}:x", "cat", **spec)])
    return next(bot for bot in bots if bot.telegram_id == telegram_id)


@asynccontextmanager
async def migrated(url: str) -> AsyncIterator[Database]:
    """A database with all its tables, closed at the end."""
    database = await open_database(url)
    try:
        await database.migrate()
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def desk(
    url: str,
    *script: Fault,
    telegram: SimulatedTelegram | None = None,
    wrap: Callable[[Store], Store] = lambda store: store,
    clock: FakeClock | None = None,
) -> AsyncIterator[Desk]:
    """A desk on a fresh database; *script* says what happens to the calls to Telegram."""
    async with migrated(url) as database:
        store = SqlStore(database)
        yield Desk(
            store,
            await one_bot(store),
            telegram or SimulatedTelegram(iter(script)),
            wrap=wrap,
            clock=clock,
        )
