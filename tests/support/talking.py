"""A bot's whole core as the app wires it, between raw updates and a simulated Telegram."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from kotodom.access import Gatekeeper
from kotodom.accounts import Accounts
from kotodom.admin.desk import Desk as AdminDesk
from kotodom.admin.input import Inputs
from kotodom.admin.invitations import AccountInvitations
from kotodom.admin.messages_retry import BulkPictures
from kotodom.admin.nouns import NOUNS, opening, takes_text
from kotodom.admin.tools import Tools
from kotodom.asker import Asker
from kotodom.backup.nightly import Backups
from kotodom.budget import Budget
from kotodom.bulk import BulkRetries
from kotodom.chart import Chart
from kotodom.clock import SECOND
from kotodom.commands import Commands
from kotodom.commands.personal import PersonalCommands
from kotodom.commands.privacy import Practice, privacy
from kotodom.commands.talk import TalkCommands
from kotodom.composing import Composer
from kotodom.config import Config
from kotodom.db import SqlStore
from kotodom.errors import BackupFailed
from kotodom.generation import Generations
from kotodom.handlers import CoreHandlers
from kotodom.holding import Holding
from kotodom.inbox import Inbox
from kotodom.inline import InlineAnswers
from kotodom.intake import RowIntake
from kotodom.inviting import Invitations
from kotodom.media import Limits, Media
from kotodom.model import Bot, Content, Done, Job, Kind, Lane
from kotodom.money import Price
from kotodom.paying import Payments
from kotodom.places import Places
from kotodom.ports import Store
from kotodom.prices import PriceTable
from kotodom.processor import Processor
from kotodom.questions import Questions
from kotodom.reading import parse_command
from kotodom.schedule import Schedule
from kotodom.sealing import Sealer
from kotodom.settings import Settings
from kotodom.stopping import KillSwitch, SwitchedProvider
from kotodom.takeover import Takeovers
from kotodom.tasks import Tasks
from kotodom.vitals import Circuit, Vitals
from tests.support.answering import Desk, migrated, one_bot
from tests.support.scripted import PlainReader, ScriptedProvider, Shelf
from tests.support.simulated import SimulatedTelegram
from tests.support.updates import ANN, ME, edited, update

LIMITS = Limits(file_bytes=1_000, document_chars=100, sound_seconds=120)
PRICES = {
    "m": Price(Decimal(1), Decimal("0.5"), Decimal(2)),
    "ear": Price(minute=Decimal("0.006")),
}
BOSS = 900
"""Who is ADMIN by the configuration."""
EDITABLE = 900.0
"""Seconds in which an answered question may be edited."""


class Canvas:
    """Draws nothing, but remembers what it was to draw."""

    def __init__(self) -> None:
        self.drawn: list[Chart] = []
        self.picture: bytes | None = b"PNG"

    async def bars(self, chart: Chart) -> bytes | None:
        self.drawn.append(chart)
        return self.picture


async def _make_no_backup(stem: Path, now: int) -> Path:
    raise BackupFailed("nothing is backed up here")


class Room(Desk):
    """One bot that people talk to; ``hear`` takes what Telegram says, ``settle`` works it off."""

    def __init__(self, *args: Any, **how: Any) -> None:
        self.provider = ScriptedProvider()
        self.files = Shelf()
        self.painter = Canvas()
        self.generations = Generations()
        self.accounts = Accounts([BOSS])
        self.config = Config.model_validate(
            {"openai": {"api_key": "k", "model": "m"}, "admin": {"ids": [BOSS]}}
        )
        self.settings = Settings(self.config)
        self.circuit = Circuit("closed", 0.0, None)
        self.tried_now = 0
        self.deaths: list[str] = []
        self.tasks = Tasks(lambda name, error: self.deaths.append(f"{name}: {error!r}"))
        self.offered: list[Lane] = []
        self.sealer = Sealer("A" * 43, None)
        self.held: list[int] = []
        """The bots whose messages were to wait."""
        self.image_turns = 2
        self.context_budget = 100_000
        self.compose: Callable[[Job, Done], list[Content]] | None = None
        """Instead of what the composer makes of an answer."""
        self.practice = Practice("api.example.com", 0, self.image_turns, "ear", False)
        super().__init__(*args, **how)
        self.registry.put(replace(self.bot, username=ME["username"]))

    def _boot(self) -> None:
        super()._boot()
        self.composer = Composer(registry=self.registry, document_chars=LIMITS.document_chars)
        self.prices = PriceTable(PRICES, {})
        self.switch = KillSwitch()
        self.guarded = SwitchedProvider(self.provider, self.switch)
        self.budget = Budget(
            store=self.core_store, submit=self.effects.append, tasks=self.tasks, clock=self.clock
        )
        self.payments = Payments(
            store=self.core_store, budget=self.budget, prices=self.prices, clock=self.clock
        )
        self.media = Media(
            store=self.core_store,
            provider=self.guarded,
            files=self.files,
            reader=PlainReader(),
            payments=self.payments,
            clock=self.clock,
            limits=LIMITS,
            listener="ear",
        )
        self.questions = Questions(
            store=self.core_store,
            media=self.media,
            registry=self.registry,
            budget=self.context_budget,
            image_turns=self.image_turns,
        )
        self.takeovers = Takeovers(
            store=self.core_store,
            registry=self.registry,
            accounts=self.accounts,
            generations=self.generations,
            offer=self.offered.append,
            clock=self.clock,
        )
        self.gatekeeper = Gatekeeper(
            store=self.core_store,
            accounts=self.accounts,
            generations=self.generations,
            offer=self.offered.append,
            answer=lambda job, contents: self.processor.say(job, contents),
            forget=lambda bot_id, user_id: self.inline.forget(bot_id, user_id),
            usable=lambda bot_id: True,
            clock=self.clock,
        )
        self.asker = Asker(
            provider=self.guarded,
            media=self.media,
            questions=self.questions,
            generations=self.generations,
            payments=self.payments,
            tasks=self.tasks,
            clock=self.clock,
        )
        self.processor = Processor(
            store=self.core_store,
            messenger=self.telegram,
            delivery=self.delivery,
            registry=self.registry,
            media=self.media,
            asker=self.asker,
            composer=_Composing(self),
            generations=self.generations,
            payments=self.payments,
            tasks=self.tasks,
            clock=self.clock,
            gates=(self.gatekeeper.block, self.takeovers.gate, self.gatekeeper.gate),
        )
        self.inline = InlineAnswers(
            provider=self.guarded,
            messenger=self.telegram,
            registry=self.registry,
            payments=self.payments,
            lets=self.gatekeeper.lets,
            tasks=self.tasks,
            clock=self.clock,
        )
        self.places = Places(
            store=self.core_store,
            messenger=self.telegram,
            registry=self.registry,
            settings=self.settings,
            submit=self.effects.append,
            tasks=self.tasks,
            clock=self.clock,
        )
        pictures = BulkPictures(self.registry, self.settings, self.clock)
        self.bulk = BulkRetries(
            store=self.core_store,
            messenger=self.telegram,
            turn=self.delivery.turn,
            offer=self.offered.append,
            draw=pictures.progress,
            told=pictures.news,
            clock=self.clock,
        )
        self.vitals = Vitals(
            provider=self.provider,
            circuit=lambda: self.circuit,
            try_now=self._try_now,
            paused=lambda: self.intake.paused,
            halted=lambda: self.switch.stopped,
            folder=None,
            poll_timeout=30,
            clock=self.clock,
        )
        self.schedule = Schedule(clock=self.clock, remember=self.core_store.write_job_run)
        self.backups = Backups(
            make=_make_no_backup,
            folder=Path("no-such-folder"),
            whose="abc123",
            settings=self.settings,
            clock=self.clock,
        )
        self.schedule.daily(self.backups.when, self.backups.run, name="backup")
        self.inbox = Inbox(
            store=self.core_store,
            messenger=self.telegram,
            registry=self.registry,
            accounts=self.accounts,
            takeovers=self.takeovers,
            composer=self.composer,
            offer=self.offered.append,
            submit=self.effects.append,
            clock=self.clock,
        )
        self.tools = self._tools()
        self.inputs = Inputs(
            self.tools, self.accounts, self.sealer.hide, takes_text=takes_text, opening=opening
        )
        self.handlers = self._handlers()
        self.intake = self._intake()
        self.dispatch = self._handle

    def _tools(self) -> Tools:
        return Tools(
            store=self.core_store,
            registry=self.registry,
            accounts=self.accounts,
            messenger=self.telegram,
            provider=self.provider,
            files=self.files,
            reader=PlainReader(),
            registrar=self.telegram,
            sealer=self.sealer,
            gatekeeper=self.gatekeeper,
            takeovers=self.takeovers,
            composer=self.composer,
            inbox=self.inbox,
            submit=self.effects.append,
            offer=self.offered.append,
            states=list,
            hold=self.held.append,
            settings=self.settings,
            schedule=self.schedule,
            vitals=self.vitals,
            backups=self.backups,
            budget=self.budget,
            prices=self.prices,
            switch=self.switch,
            painter=self.painter,
            retry_many=self.bulk.wake,
            config=self.config,
            clock=self.clock,
        )

    def _handlers(self) -> CoreHandlers:
        invitations = AccountInvitations(
            store=self.core_store,
            accounts=self.accounts,
            offer=self.offered.append,
            clock=self.clock,
        )
        links = Invitations(
            store=self.core_store,
            budget=self.budget,
            offer=self.offered.append,
            changed=self.gatekeeper.changed,
            clock=self.clock,
        )
        talk = TalkCommands(
            store=self.core_store,
            registry=self.registry,
            offer=self.offered.append,
            stop=self.processor.stop_chat,
            hears=True,
            arrivals=[invitations.open, links.redeem],
        )
        personal = PersonalCommands(
            store=self.core_store,
            stop=self.processor.stop_person,
            forget=self._forget,
            clock=self.clock,
        )
        said = {**talk.all(), **personal.all(), "privacy": privacy(lambda: self.practice)}
        return CoreHandlers(
            store=self.core_store,
            messenger=self.telegram,
            processor=self.processor,
            gatekeeper=self.gatekeeper,
            commands=Commands(said),
            desk=AdminDesk(self.tools, NOUNS, self.inputs),
            inline=self.inline,
            inbox=self.inbox,
            places=self.places,
            registry=self.registry,
            clock=self.clock,
        )

    def _intake(self) -> RowIntake:
        holding = Holding(
            offer=self.offered.append,
            typing=self.telegram.typing,
            tasks=self.tasks,
            clock=self.clock,
        )
        return RowIntake(
            store=self.core_store,
            offer=self.offered.append,
            submit=self.effects.append,
            metrics=self.metrics,
            clock=self.clock,
            hold=holding.hold,
            changed=self.generations.changed,
            moved=self.places.moved,
            current=self.registry.get,
            sort=self.inputs.sort,
            join_window=1.0,
            edit_window=EDITABLE,
        )

    def _forget(self, bot_id: int, user_id: int) -> None:
        self.inline.forget(bot_id, user_id)
        self.gatekeeper.changed(bot_id, user_id)

    def _try_now(self) -> None:
        self.tried_now += 1

    async def undelivered(self, job: Job, error: BaseException) -> bool:
        return await self.inbox.undelivered(job, error)

    def plainer(self, job: Job, rich: Content) -> Any:
        return self.composer.plainer(job, rich)

    # -- what happens -------------------------------------------------------------------------

    async def hear(self, *updates: dict[str, Any]) -> list[dict[str, Any]]:
        """Telegram says that (an update without its id); returns what is interactive."""
        numbered = []
        for said in updates:
            self._updates += 1
            numbered.append({"update_id": self._updates, **said})
        return await self.intake.accept(self.registry.get(self.bot.id), numbered)

    async def say(self, text: str | None = None, **fields: Any) -> int:
        """Ann sends a message, in private unless *fields* say otherwise; returns its id."""
        number = self.telegram.say()
        await self.hear(update(text, number, **fields))
        return number

    async def edit(self, number: int, text: str | None = None, **fields: Any) -> None:
        """Ann changes an earlier message."""
        await self.hear(edited(text, number, **fields))

    async def lanes(self) -> list[Lane]:
        """The conversations in which something can be done now, commands first."""
        now, found = self.clock.now(), dict[Lane, None]()
        for kind in (Kind.COMMAND, Kind.NOTICE, Kind.QUESTION):
            rows = await self.store.pending(self.bot.id, kind, after=0, limit=100, now=now)
            found |= dict.fromkeys(lane for _, lane in rows)
        return list(found)

    async def settle(self, rounds: int = 200) -> None:
        """Work off all there is; time passes for what waits."""
        for _ in range(rounds):
            backlog = await self.store.backlog(self.clock.now(), [self.bot.id])
            if not (backlog.ready or backlog.waiting or backlog.in_work):
                return
            lanes = await self.lanes()
            for lane in lanes:
                await self.work(lane)
            if not lanes:
                await self.clock.advance(600.0)
        raise AssertionError("a message stays open for ever")

    def begin(self, lane: Lane) -> asyncio.Task[None]:
        """Let a worker take that conversation, beside the test."""
        return asyncio.create_task(self.work(lane))

    def shown(self, chat: int = ANN["id"]) -> list[str]:
        return super().shown(chat)

    async def close(self) -> None:
        """End what is under way; nothing may have died."""
        await self.tasks.cancel()
        assert self.deaths == []

    async def _handle(self, job: Job) -> None:
        """What the router does."""
        if job.kind is Kind.QUESTION:
            await self.handlers.question(job)
            return
        command = parse_command(job.text, self.registry.get(job.bot_id).username)
        await self.handlers.command(job, *(command or ("", job.text)))


class _Composing(Composer):
    """The real composer, unless the test says what an answer looks like."""

    def __init__(self, room: Room) -> None:
        super().__init__(registry=room.registry, document_chars=LIMITS.document_chars)
        self._room = room

    def answer(self, job: Job, bot: Bot, done: Done, *, stopped: bool) -> Any:
        if self._room.compose is not None:
            return self._room.compose(job, done)
        return super().answer(job, bot, done, stopped=stopped)


@asynccontextmanager
async def room(
    url: str,
    *,
    telegram: SimulatedTelegram | None = None,
    wrap: Callable[[Store], Store] = lambda store: store,
    clock: Any = None,
    **spec: Any,
) -> AsyncIterator[Room]:
    """A room on a fresh database, whose bot has these settings."""
    async with migrated(url) as database:
        store = SqlStore(database)
        bot = await one_bot(store, **spec)
        talk = Room(store, bot, telegram or SimulatedTelegram(iter(())), wrap=wrap, clock=clock)
        try:
            yield talk
            await talk.close()
        finally:
            await talk.tasks.cancel()


def minutes(number: float) -> int:
    """So many minutes in milliseconds."""
    return round(number * 60 * SECOND)
