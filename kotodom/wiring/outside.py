"""The model provider and Telegram, as the core reaches them."""

from collections.abc import Callable

from kotodom.llm.breaker import CircuitBreaker, State
from kotodom.llm.circuits import OwnCircuits
from kotodom.llm.openai import OpenAIProvider
from kotodom.settings import ANSWER_TIMEOUT, ANSWER_TOTAL, FAIL_MAX, POLL_TIMEOUT, RESET_TIMEOUT
from kotodom.stopping import KillSwitch, SwitchedProvider
from kotodom.telegram.files import TelegramFiles
from kotodom.telegram.messenger import TelegramMessenger
from kotodom.telegram.pacing import Pacing
from kotodom.telegram.pool import BotPool
from kotodom.telegram.session import Session
from kotodom.vitals import Circuit, Vitals
from kotodom.wiring.ground import Ground


class Outside:
    """Everything that leaves the machine."""

    def __init__(
        self,
        ground: Ground,
        *,
        circuit_changed: Callable[[str, str, str, str], None],
        stop_changed: Callable[[bool], None],
    ) -> None:
        """*circuit_changed* hears of a breaker's new state (and of whose key it is, empty: the
        instance's), *stop_changed* of the kill switch."""
        config = ground.config
        openai, settings = config.openai, ground.settings
        self._registry = ground.registry

        def circuit(name: str, api_key: str = "") -> CircuitBreaker:
            return CircuitBreaker(
                name,
                settings.get(FAIL_MAX),
                settings.get(RESET_TIMEOUT),
                clock=ground.clock,
                on_change=lambda key, old, new: circuit_changed(key, old, new, api_key),
            )

        asking, hearing = openai.base_url, f"{openai.base_url} (recordings)"
        self.breaker, self._hearing = circuit(asking), circuit(hearing)
        self._own = OwnCircuits(lambda api_key: circuit(asking, api_key))
        self._own_hearing = OwnCircuits(lambda api_key: circuit(hearing, api_key))
        self.model = OpenAIProvider(
            api_key=openai.api_key.get_secret_value(),
            base_url=openai.base_url,
            proxy=openai.proxy.get_secret_value(),
            timeout=settings.get(ANSWER_TIMEOUT),
            total_timeout=settings.get(ANSWER_TOTAL),
            transcribe_model=openai.transcribe_model,
            breaker=self.breaker,
            hearing=self._hearing,
            own=self._own,
            own_hearing=self._own_hearing,
            clock=ground.clock,
            metrics=ground.metrics,
        )
        self.switch = KillSwitch(stop_changed)
        self.provider = SwitchedProvider(self.model, self.switch)
        self.pool = BotPool(
            Session(
                api_base=config.telegram.api_base,
                proxy=config.telegram.proxy.get_secret_value(),
                metrics=ground.metrics,
            )
        )
        self.pacing = Pacing(clock=ground.clock, on_penalty=ground.store.set_penalty)
        self.messenger = TelegramMessenger(pool=self.pool, pacing=self.pacing)
        self.files = TelegramFiles(pool=self.pool)

    def circuits(self) -> dict[str, list[State]]:
        """The states of all circuit breakers, by what they are for."""
        used = {bot.api_key for bot in self._registry.all() if bot.enabled}
        return {
            "answers": [self.breaker.state],
            "recordings": [self._hearing.state],
            "own_keys": [*self._own.states(used), *self._own_hearing.states(used)],
        }

    def vitals(self, ground: Ground, paused: Callable[[], bool]) -> Vitals:
        """How all of it is doing; *paused* says whether the pollers are held back."""
        return Vitals(
            provider=self.model,
            circuit=lambda: Circuit(
                self.breaker.state, self.breaker.open_for(), self.breaker.last_success
            ),
            try_now=self.breaker.try_now,
            paused=paused,
            halted=lambda: self.switch.stopped,
            folder=ground.folder,
            poll_timeout=ground.settings.get(POLL_TIMEOUT),
            clock=ground.clock,
        )
