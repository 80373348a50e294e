"""The running bots: each has its own poller and dispatcher, and none touches another."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiogram.client.bot import Bot as ApiBot
from aiogram.dispatcher.dispatcher import Dispatcher
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from loguru import logger
from pydantic import ValidationError

from kotodom.clock import Clock
from kotodom.errors import NotSent, PoisonUpdate, TokenRevoked
from kotodom.model import Bot, Job
from kotodom.ports import BotState, FleetWatcher, Handlers, Intake
from kotodom.tasks import Tasks
from kotodom.telegram.methods import ANSWERS, JSON, METHODS
from kotodom.telegram.poller import Poller, tell
from kotodom.telegram.pool import BotPool
from kotodom.telegram.router import build_dispatcher

INTERACTIVE_MAX = 32
"""Interactive updates of one bot in work at once; beyond that its poller waits."""
WARM_UP_AFTER = 1.0
"""Seconds after the first start until all models are built: the first polls go out before."""


@dataclass
class _Member:
    """One bot that was started at least once."""

    bot: Bot
    error: str = ""
    dispatcher: Dispatcher | None = None
    poller: Poller | None = None
    task: asyncio.Task[None] | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(INTERACTIVE_MAX))

    @property
    def running(self) -> bool:
        return self.task is not None and not self.task.done()

    def username(self) -> str:
        return self.poller.bot.username if self.poller else self.bot.username

    def state(self) -> BotState:
        poller = self.poller
        if poller is None:
            return BotState(self.bot, False, None, self.error)
        return BotState(
            poller.bot,
            self.running,
            poller.last_poll,
            poller.error,
            poller.code,
            poller.failing_since,
            poller.due,
        )


class TelegramFleet:
    """Implements :class:`kotodom.ports.Fleet`.

    *on_death* is told the name and the exception of a task that ended by a bug of ours.
    """

    def __init__(
        self,
        *,
        pool: BotPool,
        intake: Intake,
        handlers: Handlers,
        watcher: FleetWatcher,
        clock: Clock,
        poll_timeout: int,
        on_death: Callable[[str, BaseException], None],
    ) -> None:
        self._pool = pool
        self._intake = intake
        self._handlers = handlers
        self._watcher = watcher
        self._clock = clock
        self._poll_timeout = poll_timeout
        self._tasks = Tasks(on_death)
        self._members: dict[int, _Member] = {}
        self._warm_up: asyncio.TimerHandle | None = None

    async def start(self, bot: Bot) -> None:
        member = self._members.setdefault(bot.id, _Member(bot))
        async with member.lock:
            await self._end(member)
            member.bot, member.error, member.poller = bot, "", None
            try:
                api = self._pool.put(bot)
            except TokenRevoked as error:
                member.error = str(error)
                await tell(bot, self._watcher.poller_failed(bot, error, 1))
                return
            member.dispatcher = build_dispatcher(
                bot_id=bot.id, username=member.username, handlers=self._handlers
            )
            member.poller = self._poller(member, api, member.dispatcher)
            member.task = self._tasks.start(member.poller.run(), name=f"poller-{bot.id}")
        if self._warm_up is None:
            loop = asyncio.get_running_loop()
            self._warm_up = loop.call_later(WARM_UP_AFTER, warm_up)

    async def stop(self, bot_id: int) -> None:
        member = self._members.get(bot_id)
        if member is not None:
            async with member.lock:
                await self._end(member)

    def states(self) -> list[BotState]:
        return [member.state() for member in self._members.values()]

    async def dispatch(self, job: Job) -> Any:
        """Feed a job to its bot's dispatcher; polling need not be on, but the bot must be known.

        What the handler raises comes out as it is. PoisonUpdate also when no handler takes the
        update: the row would never end otherwise.
        """
        api = self._pool.get(job.bot_id)
        member = self._members.get(job.bot_id)
        if member is None or member.dispatcher is None:
            raise NotSent("this bot was never started")
        try:
            raw = json.loads(job.raw)
        except ValueError:
            raise PoisonUpdate("the stored update is no JSON") from None
        result = await _feed(member.dispatcher, api, raw, job=job)
        if result is UNHANDLED:
            raise PoisonUpdate("no handler takes this update")
        return result

    async def close(self) -> None:
        """Stop every poller and what it started, then close every connection."""
        if self._warm_up is not None:
            self._warm_up.cancel()
        await self._tasks.cancel()
        await self._pool.close()

    def _poller(self, member: _Member, api: ApiBot, dispatcher: Dispatcher) -> Poller:
        async def interactive(update: JSON) -> None:
            await member.slots.acquire()
            self._tasks.start(
                self._interact(member, dispatcher, api, update),
                name=f"update-{member.bot.id}-{update.get('update_id')}",
            )

        return Poller(
            bot=member.bot,
            api=api,
            intake=self._intake,
            watcher=self._watcher,
            interactive=interactive,
            clock=self._clock,
            poll_timeout=self._poll_timeout,
        )

    async def _interact(
        self, member: _Member, dispatcher: Dispatcher, api: ApiBot, update: JSON
    ) -> None:
        try:
            await _feed(dispatcher, api, update)
        except PoisonUpdate as error:
            logger.warning("bot {}: {}", member.bot.name, error)
        except Exception as error:  # noqa: BLE001 - one press of a button ends nothing else
            logger.opt(exception=error).error("bot {}: an update failed", member.bot.name)
        finally:
            member.slots.release()

    async def _end(self, member: _Member) -> None:
        if member.task is not None:
            member.task.cancel()
            await asyncio.wait([member.task])
            member.task = None


async def _feed(dispatcher: Dispatcher, api: ApiBot, raw: JSON, **data: Any) -> Any:
    """Decode *raw* and hand it to the dispatcher; PoisonUpdate tells where, never what."""
    try:
        update = Update.model_validate(raw, context={"bot": api})
        _ = update.event_type
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise PoisonUpdate(f"the update cannot be decoded: {where}: {first['type']}") from None
    except UpdateTypeLookupError:
        raise PoisonUpdate("the update is of no known kind") from None
    return await dispatcher.feed_update(api, update, **data)


def warm_up() -> None:
    """Complete every model the daemon uses (0.12 s of CPU, nearly all of it for updates).

    Otherwise a person would wait for it, and it must happen in one thread.
    """
    for model in (Update, *METHODS, *ANSWERS):
        model.model_rebuild()
