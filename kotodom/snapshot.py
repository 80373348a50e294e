"""How everything is doing right now, as the values behind /health and the gauges of /metrics."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from loguru import logger

from kotodom import __version__
from kotodom.backup.files import Backup
from kotodom.clock import SECOND, Clock
from kotodom.http.health import (
    BotHealth,
    BotHealthState,
    DatabaseHealth,
    Health,
    ProviderHealth,
    QueueHealth,
)
from kotodom.llm.breaker import CircuitBreaker
from kotodom.model import Backlog, Bot, Kind
from kotodom.ports import BotState, Fleet, Store
from kotodom.registry import Registry
from kotodom.stopping import KillSwitch
from kotodom.tasks import Tasks
from kotodom.vitals import Vitals
from kotodom.watchdog import Verdict
from kotodom.wiring.shared import Shared

T = TypeVar("T")

FRESH = 0.25
"""Seconds for which what the database said is not asked again."""
PATIENCE = 5.0
"""Seconds that it has to answer."""
SIZES_FRESH = 30.0
"""Seconds for what changes slowly, and costs more to ask."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What the database says."""

    ping: float
    """Seconds that it took to say anything."""
    queue: dict[Kind, Backlog]


@dataclass(frozen=True, slots=True)
class Sizes:
    """What changes slowly."""

    engine: str
    database: int
    """Bytes."""
    disk_free: int
    broadcasts: int
    """That are being sent."""
    backed_up: int | None
    """When the newest backup was made; None while there is none."""


class Snapshot:
    """Takes the pulse of every part; asks the database no more often than it can bear."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        fleet: Fleet,
        breaker: CircuitBreaker,
        switch: KillSwitch,
        vitals: Vitals,
        alive: Callable[[], Verdict],
        phase: Callable[[], str],
        folder: Path | None,
        backups: Callable[[], Awaitable[Sequence[Backup]]],
        tasks: Tasks,
        clock: Clock,
        patience: float = PATIENCE,
    ) -> None:
        """*phase* is "starting" or "stopping", and empty between them; *folder* is where the
        database lies, None for another machine's; *backups* lists them, the newest first."""
        self._store = store
        self._registry = registry
        self._fleet = fleet
        self._breaker = breaker
        self._switch = switch
        self._vitals = vitals
        self._alive = alive
        self._phase = phase
        self._folder = folder
        self._backups = backups
        self._clock = clock
        self._started = clock.monotonic()
        self._silent: set[str] = set()
        """What could not be told when it was last asked for."""
        self._pulse = Shared(
            self._feel,
            name="health",
            seconds=FRESH,
            patience=patience,
            tasks=tasks,
            clock=clock,
        )
        self._sizes = Shared(
            self._weigh,
            name="sizes",
            seconds=SIZES_FRESH,
            patience=patience,
            tasks=tasks,
            clock=clock,
        )

    @property
    def paused(self) -> bool:
        """Whether polling is held back."""
        return self._vitals.paused

    async def take(self) -> Health:
        """How everything is doing."""
        return self._health(await self._felt())

    async def take_all(self) -> tuple[Health, Pulse | None, Sizes | None]:
        """The same, with what the database says and what changes slowly; None: it says nothing."""
        pulse, sizes = await asyncio.gather(self._felt(), self._weighed())
        return self._health(pulse), pulse, sizes

    def _health(self, pulse: Pulse | None) -> Health:
        verdict = self._alive()
        bots = tuple(self._bots())
        waits = tuple(self._waits(pulse, bots))
        return Health(
            live=verdict.ok,
            ready=verdict.ok and not waits,
            reasons=(*verdict.reasons, *waits),
            version=__version__,
            uptime=round(self._clock.monotonic() - self._started, 1),
            database=DatabaseHealth(
                ok=pulse is not None,
                latency_ms=None if pulse is None else round(pulse.ping * 1000, 2),
            ),
            provider=ProviderHealth(
                circuit=self._breaker.state,
                stopped=self._switch.stopped,
                last_success_age=_age(self._breaker.last_success, self._clock.monotonic()),
            ),
            queue=None if pulse is None else _summed(list(pulse.queue.values()), self._pulse.age),
            bots=bots,
        )

    async def _felt(self) -> Pulse | None:
        return await self._asked("how the database is doing", self._pulse)

    async def _weighed(self) -> Sizes | None:
        return await self._asked("what the disk and the database hold", self._sizes)

    async def _asked(self, what: str, shared: Shared[T]) -> T | None:
        try:
            answer = await shared.get()
        except Exception as error:  # noqa: BLE001 - whatever the driver raises, it does not answer
            if what not in self._silent:
                logger.warning("{} cannot be told: {!r}", what, error)
            self._silent.add(what)
            return None
        self._silent.discard(what)
        return answer

    async def _feel(self) -> Pulse:
        begun = self._clock.monotonic()
        await self._store.ping()
        ping = self._clock.monotonic() - begun
        ids = [bot.id for bot in self._registry.all()]
        return Pulse(ping, await self._store.backlog_by_kind(self._clock.now(), ids))

    async def _weigh(self) -> Sizes:
        facts = await self._store.database_facts()
        running = await self._store.running_broadcasts()
        disk = await asyncio.to_thread(shutil.disk_usage, self._folder or Path())
        backups: Sequence[Backup] = ()
        with suppress(OSError):  # a folder that cannot be read: what is there cannot be said
            backups = await self._backups()
        newest = backups[0].made_at if backups else None
        return Sizes(facts.kind, facts.size, disk.free, len(running), newest)

    def _waits(self, pulse: Pulse | None, bots: Sequence[BotHealth]) -> list[str]:
        """Why messages are not received or not answered, but for what a restart would mend."""
        reasons = []
        if phase := self._phase():
            reasons.append(phase)
        if pulse is None:
            reasons.append("the database does not answer")
        if self._vitals.paused:
            reasons.append("polling is held back: too much waits, or the disk is full")
        stalled = [bot.name for bot in bots if bot.state is BotHealthState.STALLED]
        return reasons + [f"bot {name} has not polled for too long" for name in stalled]

    def _bots(self) -> list[BotHealth]:
        states = {state.bot.id: state for state in self._fleet.states()}
        now = self._clock.monotonic()
        return [self._bot(bot, states.get(bot.id), now) for bot in self._registry.all()]

    def _bot(self, bot: Bot, state: BotState | None, now: float) -> BotHealth:
        health = BotHealthState(self._vitals.pulse(state, bot.error))
        if state is None:
            return BotHealth(bot.name, health, None, bot.error)
        return BotHealth(bot.name, health, _age(state.last_poll, now), bot.error or state.error)


def _summed(backlogs: Sequence[Backlog], age: float) -> QueueHealth:
    return QueueHealth(
        sum(one.ready for one in backlogs),
        sum(one.in_work for one in backlogs),
        sum(one.waiting for one in backlogs),
        max((one.oldest_age for one in backlogs), default=0) / SECOND,
        round(age, 3),
    )


def _age(at: float | None, now: float) -> float | None:
    return None if at is None else round(now - at, 1)
