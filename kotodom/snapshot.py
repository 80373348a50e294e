"""How everything is doing right now, as the values behind /health."""

from kotodom import __version__
from kotodom.clock import SECOND, Clock
from kotodom.http import (
    BotHealth,
    BotHealthState,
    DatabaseHealth,
    Health,
    ProviderHealth,
    QueueHealth,
)
from kotodom.llm.breaker import CircuitBreaker
from kotodom.model import Bot
from kotodom.ports import BotState, Fleet, Store
from kotodom.registry import Registry
from kotodom.stopping import KillSwitch
from kotodom.vitals import Vitals


class Snapshot:
    """Takes the pulse of every part."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        fleet: Fleet,
        breaker: CircuitBreaker,
        switch: KillSwitch,
        vitals: Vitals,
        clock: Clock,
    ) -> None:
        self._store = store
        self._registry = registry
        self._fleet = fleet
        self._breaker = breaker
        self._switch = switch
        self._vitals = vitals
        self._clock = clock
        self._started = clock.monotonic()

    async def take(self) -> Health:
        """How everything is doing; raises what the database raises when it cannot be used."""
        begun = self._clock.monotonic()
        await self._store.ping()
        latency = (self._clock.monotonic() - begun) * 1000
        backlog = await self._store.backlog(
            self._clock.now(), [bot.id for bot in self._registry.all()]
        )
        now = self._clock.monotonic()
        states = {state.bot.id: state for state in self._fleet.states()}
        return Health(
            version=__version__,
            uptime=round(now - self._started, 1),
            database=DatabaseHealth(ok=True, latency_ms=round(latency, 2)),
            provider=ProviderHealth(
                circuit=self._breaker.state,
                stopped=self._switch.stopped,
                last_success_age=_age(self._breaker.last_success, now),
            ),
            queue=QueueHealth(
                backlog.ready, backlog.in_work, backlog.waiting, backlog.oldest_age / SECOND
            ),
            bots=tuple(self._bot(bot, states.get(bot.id), now) for bot in self._registry.all()),
        )

    def _bot(self, bot: Bot, state: BotState | None, now: float) -> BotHealth:
        health = BotHealthState(self._vitals.pulse(state, bot.error))
        if state is None:
            return BotHealth(bot.name, health, None, bot.error)
        return BotHealth(bot.name, health, _age(state.last_poll, now), bot.error or state.error)


def _age(at: float | None, now: float) -> float | None:
    return None if at is None else round(now - at, 1)
