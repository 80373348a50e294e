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
from kotodom.intake import RowIntake
from kotodom.llm.breaker import CircuitBreaker
from kotodom.model import Bot
from kotodom.ports import BotState, Fleet, Store
from kotodom.registry import Registry

STALLED = 3
"""A bot is stalled when no poll has completed for so many poll timeouts."""


class Snapshot:
    """Takes the pulse of every part."""

    def __init__(
        self,
        *,
        store: Store,
        registry: Registry,
        fleet: Fleet,
        breaker: CircuitBreaker,
        intake: RowIntake,
        poll_timeout: int,
        clock: Clock,
    ) -> None:
        self._store = store
        self._registry = registry
        self._fleet = fleet
        self._breaker = breaker
        self._intake = intake
        self._poll_timeout = poll_timeout
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
                last_success_age=_age(self._breaker.last_success, now),
            ),
            queue=QueueHealth(
                backlog.ready, backlog.in_work, backlog.waiting, backlog.oldest_age / SECOND
            ),
            bots=tuple(self._bot(bot, states.get(bot.id), now) for bot in self._registry.all()),
        )

    def _bot(self, bot: Bot, state: BotState | None, now: float) -> BotHealth:
        if state is None:
            return BotHealth(bot.name, BotHealthState.STOPPED, None, bot.error)
        age = _age(state.last_poll, now)
        error = bot.error or state.error
        if not state.running:
            health = BotHealthState.FAILED if error else BotHealthState.STOPPED
        elif age is None:
            health = BotHealthState.STARTING
        elif age > STALLED * self._poll_timeout and not self._intake.paused:
            health = BotHealthState.STALLED
        else:
            health = BotHealthState.POLLING
        return BotHealth(bot.name, health, age, error)


def _age(at: float | None, now: float) -> float | None:
    return None if at is None else round(now - at, 1)
