"""A bot's whole core as the app wires it, between raw updates and a simulated Telegram."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

from kotodom.clock import SECOND
from kotodom.commands import Commands
from kotodom.commands.personal import PersonalCommands
from kotodom.commands.privacy import Practice, privacy
from kotodom.commands.talk import TalkCommands
from kotodom.composing import Composer
from kotodom.db import SqlStore
from kotodom.generation import Generations
from kotodom.handlers import CoreHandlers
from kotodom.holding import Holding
from kotodom.inline import InlineAnswers
from kotodom.intake import RowIntake
from kotodom.media import Limits, Media
from kotodom.model import Bot, Content, Done, Job, Kind, Lane
from kotodom.money import Price
from kotodom.places import Places
from kotodom.ports import Store
from kotodom.processor import Processor
from kotodom.questions import Questions
from kotodom.reading import parse_command
from kotodom.tasks import Tasks
from tests.support.answering import Desk, migrated, one_bot
from tests.support.scripted import PlainReader, ScriptedProvider, Shelf
from tests.support.simulated import SimulatedTelegram
from tests.support.updates import ANN, ME, edited, update

LIMITS = Limits(file_bytes=1_000, document_chars=100, sound_seconds=120)
PRICES = {
    "m": Price(Decimal(1), Decimal("0.5"), Decimal(2)),
    "ear": Price(minute=Decimal("0.006")),
}
EDITABLE = 900.0
"""Seconds in which an answered question may be edited."""


class Room(Desk):
    """One bot that people talk to; ``hear`` takes what Telegram says, ``settle`` works it off."""

    def __init__(self, *args: Any, **how: Any) -> None:
        self.provider = ScriptedProvider()
        self.files = Shelf()
        self.generations = Generations()
        self.deaths: list[str] = []
        self.tasks = Tasks(lambda name, error: self.deaths.append(f"{name}: {error!r}"))
        self.offered: list[Lane] = []
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
        self.media = Media(
            store=self.core_store,
            provider=self.provider,
            files=self.files,
            reader=PlainReader(),
            prices=PRICES,
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
        self.processor = Processor(
            store=self.core_store,
            provider=self.provider,
            messenger=self.telegram,
            delivery=self.delivery,
            registry=self.registry,
            media=self.media,
            questions=self.questions,
            composer=_Composing(self),
            generations=self.generations,
            prices=PRICES,
            tasks=self.tasks,
            metrics=self.metrics,
            clock=self.clock,
        )
        self.inline = InlineAnswers(
            store=self.core_store,
            provider=self.provider,
            messenger=self.telegram,
            registry=self.registry,
            prices=PRICES,
            tasks=self.tasks,
            clock=self.clock,
        )
        self.places = Places(
            store=self.core_store,
            messenger=self.telegram,
            registry=self.registry,
            submit=self.effects.append,
            tasks=self.tasks,
            clock=self.clock,
        )
        self.handlers = self._handlers()
        self.intake = self._intake()
        self.dispatch = self._handle

    def _handlers(self) -> CoreHandlers:
        talk = TalkCommands(
            store=self.core_store,
            registry=self.registry,
            offer=self.offered.append,
            stop=self.processor.stop_chat,
            hears=True,
        )
        personal = PersonalCommands(
            store=self.core_store,
            stop=self.processor.stop_person,
            forget=self.inline.forget,
            clock=self.clock,
        )
        said = {**talk.all(), **personal.all(), "privacy": privacy(self.practice)}
        return CoreHandlers(
            store=self.core_store,
            messenger=self.telegram,
            processor=self.processor,
            commands=Commands(said),
            inline=self.inline,
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
            store=self.store,
            offer=self.offered.append,
            submit=self.effects.append,
            metrics=self.metrics,
            clock=self.clock,
            hold=holding.hold,
            changed=self.generations.changed,
            moved=self.places.moved,
            current=self.registry.get,
            join_window=1.0,
            edit_window=EDITABLE,
        )

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
        for kind in (Kind.COMMAND, Kind.QUESTION):
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
