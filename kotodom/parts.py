"""One running Kotodom: everything between the database and Telegram, started and stopped."""

import asyncio
import gc

from loguru import logger

from kotodom.admin.words.bots import BotsWords
from kotodom.clock import Clock
from kotodom.config import Config
from kotodom.effects import AdminAlert, RefreshMenu, StartPolling
from kotodom.errors import ProviderError, SealBroken
from kotodom.http import HealthServer
from kotodom.model import Bot
from kotodom.ports import Store
from kotodom.queue import Feeder
from kotodom.recovery import recover
from kotodom.settings import Settings
from kotodom.snapshot import Snapshot
from kotodom.wiring.administration import Administration
from kotodom.wiring.ground import Died, Ground
from kotodom.wiring.outside import Outside
from kotodom.wiring.talk import Talk
from kotodom.wiring.unasked import Unasked
from kotodom.wiring.work import Work

WARM_UP_AFTER = 1.5
"""Seconds after the start: polling comes first."""


class Parts:
    """Every part, in the order in which each needs those before it."""

    def __init__(
        self, config: Config, settings: Settings, store: Store, clock: Clock, died: Died
    ) -> None:
        self._claiming: list[asyncio.Task[None]] = []
        self._ground = Ground(config, settings, store, clock, died)
        self._outside = Outside(
            self._ground,
            # Late: who looks after them is built upon them.
            circuit_changed=lambda key, old, new: self._work.upkeep.circuit_changed(key, old, new),
            stop_changed=lambda stopped: self._work.upkeep.stop_changed(stopped),
        )
        self._vitals = self._outside.vitals(self._ground, lambda: self._work.intake.paused)
        self._talk = Talk(self._ground, self._outside, lambda: self._work.fleet.states())
        self._administration = Administration(self._ground, self._outside, self._talk, self._vitals)
        self._work = Work(self._ground, self._outside, self._talk, self._administration)
        self._unasked = Unasked(
            self._ground, self._outside, self._talk, lambda: self._work.intake.paused
        )
        self._health = self._health_server()

    def _health_server(self) -> HealthServer | None:
        listen = self._ground.config.http.listen
        if not listen:
            return None
        snapshot = Snapshot(
            store=self._ground.store,
            registry=self._ground.registry,
            fleet=self._work.fleet,
            breaker=self._outside.breaker,
            switch=self._outside.switch,
            vitals=self._vitals,
            clock=self._ground.clock,
        )
        return HealthServer(listen, snapshot.take, self._ground.metrics)

    async def start(self) -> None:
        """Recover, then answer, then poll: what was promised before comes first."""
        self._vitals.troubles.listen()
        for bot in await self._ground.store.sync_bots(self._ground.config.bot_specs()):
            self._ground.registry.put(self._ground.sealer.opened(bot))
        self._ground.accounts.load(await self._ground.store.accounts())
        self._ground.accounts.changed = self._administers
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
            elif bot.error.startswith(SealBroken.code):
                self._tell_of_seal(bot)
        for queue, worker in zip(self._ground.queues, self._work.workers, strict=True):
            self._claiming.append(
                self._ground.side.start(worker.run(), name=f"claim-{queue.kind.lower()}s")
            )
        self._work.upkeep.start()
        self._ground.schedule.load(await self._ground.store.job_runs())

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
        self._ground.side.start(self._administration.bulk.run(), name="retry-many")
        self._ground.side.start(self._warm_up(), name="warm-up")

    def _tell_of_seal(self, bot: Bot) -> None:
        args = {"bot": bot.name, "reason": bot.error}
        key = f"{SealBroken.code}:{bot.id}"
        show = f"bot {bot.id}"
        self._ground.effects.submit(AdminAlert(key, BotsWords.ALERT_SEALED, args, bot.id, show))

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
