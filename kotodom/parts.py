"""One running Kotodom: everything between the database and Telegram, started and stopped."""

import asyncio
import gc
from typing import TYPE_CHECKING

from loguru import logger

from kotodom.admin.words.bots import BotsWords
from kotodom.clock import Clock
from kotodom.config import Config
from kotodom.effects import AdminAlert, RefreshMenu, StartPolling
from kotodom.errors import ProviderError, SealBroken
from kotodom.limits import affordable, raise_open_files
from kotodom.measures import LAG
from kotodom.metrics import Metrics
from kotodom.model import Bot
from kotodom.notify import Notifier
from kotodom.ports import Store
from kotodom.queue import Feeder
from kotodom.recovery import recover
from kotodom.settings import CONCURRENCY, Settings
from kotodom.vitals import BotPulse
from kotodom.watchdog import Watchdog
from kotodom.wiring.administration import Administration
from kotodom.wiring.counting import model_label
from kotodom.wiring.ground import Died, Ground
from kotodom.wiring.outside import Outside
from kotodom.wiring.talk import Talk
from kotodom.wiring.unasked import Unasked
from kotodom.wiring.work import Work

if TYPE_CHECKING:
    from kotodom.http import HealthServer

WARM_UP_AFTER = 1.5
"""Seconds after the start: polling comes first."""


class Parts:
    """Every part, in the order in which each needs those before it."""

    def __init__(
        self,
        config: Config,
        settings: Settings,
        store: Store,
        clock: Clock,
        died: Died,
        notifier: Notifier,
        metrics: Metrics,
    ) -> None:
        self._claiming: list[asyncio.Task[None]] = []
        self._started = self._pausing = False
        self._ground = Ground(config, settings, store, clock, died, metrics)
        self._outside = Outside(
            self._ground,
            # Late: who looks after them is built upon them.
            circuit_changed=lambda *what: self._work.upkeep.circuit_changed(*what),
            stop_changed=lambda stopped: self._work.upkeep.stop_changed(stopped),
        )
        self._vitals = self._outside.vitals(self._ground, lambda: self._work.intake.paused)
        self._talk = Talk(self._ground, self._outside, lambda: self._work.fleet.states())
        self._ground.metrics.fit(
            "model",
            model_label(self._talk.prices, self._ground.registry, config.openai.transcribe_model),
        )
        self._administration = Administration(self._ground, self._outside, self._talk, self._vitals)
        self._work = Work(self._ground, self._outside, self._talk, self._administration)
        self._unasked = Unasked(
            self._ground, self._outside, self._talk, lambda: self._work.intake.paused
        )
        self.watchdog = Watchdog(
            ping=store.ping,
            states=self._work.fleet.states,
            paused=lambda: self._work.intake.paused,
            status=self._status,
            notifier=notifier,
            clock=clock,
            late=self._ground.metrics.histogram(LAG).observe,
        )
        self._health = self._health_server()

    def _health_server(self) -> "HealthServer | None":
        listen = self._ground.config.http.listen
        if not listen:
            return None
        # Here, because an HTTP server takes memory and most do without.
        from kotodom.wiring.monitoring import health_server

        return health_server(
            listen,
            self._ground,
            self._outside,
            fleet=self._work.fleet,
            vitals=self._vitals,
            alive=self.watchdog.alive,
            phase=self._phase,
        )

    def _phase(self) -> str:
        """What keeps this from its work for a moment; empty when nothing does."""
        if self._pausing:
            return "stopping"
        return "" if self._started else "starting"

    async def start(self) -> None:
        """Recover, then answer, then poll: what was promised before comes first."""
        allowed = raise_open_files()
        self._vitals.troubles.listen()
        for bot in await self._ground.store.sync_bots(self._ground.config.bot_specs()):
            self._ground.registry.put(self._ground.sealer.opened(bot))
        self._ground.accounts.load(await self._ground.store.accounts())
        self._ground.accounts.changed = self._administers
        wanted, bots = self._ground.settings.get(CONCURRENCY), self._ground.registry.all()
        self._work.workers[0].resize(affordable(allowed, len(bots), wanted))
        await self._talk.gatekeeper.load(self._ground.registry.all())
        await self._administration.inputs.load()
        self._talk.prices.load(await self._ground.store.stored_prices())
        await self._talk.budget.load()
        self._outside.switch.throw(await self._ground.store.provider_stopped())
        await recover(self._ground.store, self._ground.clock)
        for penalty in await self._ground.store.penalties(self._ground.clock.now()):
            self._outside.pacing.restore(*penalty)
        if self._health is not None:
            await self._health.start()
        self._start_side_tasks()
        for bot in self._ground.registry.all():
            # Nobody is answered through a token before Telegram has accepted it.
            for queue in self._ground.queues:
                queue.hold(bot.id)
            if bot.enabled and bot.token:
                self._ground.effects.submit(StartPolling(bot))
            if bot.error.startswith(SealBroken.code):
                self._tell_of_seal(bot)
        for queue, worker in zip(self._ground.queues, self._work.workers, strict=True):
            self._claiming.append(
                self._ground.side.start(worker.run(), name=f"claim-{queue.kind.lower()}s")
            )
        self._work.upkeep.start()
        self._ground.schedule.load(await self._ground.store.job_runs())
        self._started = True

    def _start_side_tasks(self) -> None:
        for queue in self._ground.queues:
            feeder = Feeder(queue, self._ground.store, self._ground.clock)
            self._ground.side.start(feeder.run(), name=f"feed-{queue.kind.lower()}s")
        self._ground.side.start(
            self._ground.effects.run(
                fleet=self._work.fleet,
                alert=self._unasked.alerts.tell,
                leave=self._talk.places.leave,
                menu=self._refresh_menu,
            ),
            name="effects",
        )
        self._ground.side.start(self._work.upkeep.watch_clock(), name="clock")
        self._ground.side.start(self.watchdog.run(), name="watchdog")
        self._ground.side.start(self.watchdog.run_pings(), name="database-pings")
        self._ground.side.start(self._administration.bulk.run(), name="retry-many")
        self._ground.side.start(self._warm_up(), name="warm-up")

    def _status(self) -> str:
        """What goes on, in one line."""
        if self._pausing:
            return f"stopping: {len(self._ground.work)} messages in work"
        states = {state.bot.id: state for state in self._work.fleet.states()}
        bots = self._ground.registry.all()
        pulses = [self._vitals.pulse(states.get(bot.id), bot.error) for bot in bots]
        waiting = self._work.upkeep.backlog
        paused = "; polling is held back" if self._work.intake.paused else ""
        return (
            f"{pulses.count(BotPulse.POLLING)} of {len(bots)} bots poll; {waiting.ready} messages "
            f"ready, {waiting.in_work} in work, {waiting.waiting} waiting{paused}"
        )

    def _tell_of_seal(self, bot: Bot) -> None:
        args = {"bot": bot.name, "reason": bot.error}
        key = f"{SealBroken.code}:{bot.id}"
        show = f"bot {bot.id}"
        words = BotsWords.ALERT_KEY_SEALED if bot.token else BotsWords.ALERT_SEALED
        self._ground.effects.submit(AdminAlert(key, words, args, bot.id, show))

    def _refresh_menu(self, bot_id: int, user_id: int) -> None:
        name = f"menu-{bot_id}-{user_id}"
        self._ground.side.start(self._administration.menus.refresh(bot_id, user_id), name=name)

    def _administers(self, user_id: int) -> None:
        """Somebody does so now, or does no longer: every bot's menu tells them."""
        for bot in self._ground.registry.all():
            if bot.enabled and bot.token:
                self._ground.effects.submit(RefreshMenu(bot.id, user_id))

    async def _warm_up(self) -> None:
        """Before the first question: load what it needs, and keep it out of the collector's way.

        A full collection over everything imported stalls the loop for about 0.1 s (tests/bench).
        """
        await self._ground.clock.sleep(WARM_UP_AFTER)
        try:
            await self._outside.model.warm_up()
        except ProviderError as error:
            logger.error("the model provider cannot be asked: {}", error)
        gc.collect()
        gc.freeze()

    async def pause(self) -> None:
        """Take nothing in and claim nothing more; what is in work goes on."""
        self._pausing = True
        self._work.upkeep.stop()
        for task in self._claiming:
            task.cancel()
        await asyncio.gather(
            *(self._work.fleet.stop(state.bot.id) for state in self._work.fleet.states())
        )

    async def drain(self, timeout: float) -> None:
        """Let what is in work end by itself."""
        await self._ground.work.wait(timeout)

    async def requeue(self) -> None:
        """Put what is still in work back; no attempt is spent."""
        if len(self._ground.work):
            logger.warning("{} messages go back to the queue", len(self._ground.work))
        await self._ground.work.cancel()
        await self._ground.records.wait(None)

    async def close(self) -> None:
        """End what is left: side tasks and every connection."""
        await self._ground.side.cancel()
        await self._work.fleet.close()
        await self._outside.model.close()
        if self._health is not None:
            await self._health.stop()
        self._vitals.troubles.end()
