"""The composition root: builds every part, wires them together, starts and stops them."""

import asyncio
import gc
from collections.abc import Callable
from pathlib import Path

from loguru import logger

from kotodom.alerts import Alerts
from kotodom.clock import Clock
from kotodom.config import Config
from kotodom.db import sqlite_path
from kotodom.effects import EffectRunner, StartPolling
from kotodom.errors import ProviderError
from kotodom.holding import Holding
from kotodom.http import HealthServer
from kotodom.intake import RowIntake
from kotodom.llm.breaker import CircuitBreaker
from kotodom.llm.openai import OpenAIProvider
from kotodom.metrics import Metrics
from kotodom.model import Kind, Lane
from kotodom.ports import Store
from kotodom.queue import Feeder, Queue
from kotodom.recovery import Sweep, recover
from kotodom.redaction import redact
from kotodom.registry import Registry
from kotodom.retry import RetryPolicy
from kotodom.settle import Settler
from kotodom.snapshot import Snapshot
from kotodom.tasks import Tasks
from kotodom.telegram.fleet import TelegramFleet
from kotodom.telegram.messenger import TelegramMessenger
from kotodom.telegram.pacing import Pacing
from kotodom.telegram.pool import BotPool
from kotodom.telegram.session import Session
from kotodom.upkeep import Upkeep
from kotodom.watcher import Watcher
from kotodom.wiring import Talk
from kotodom.worker import Worker

WARM_UP_AFTER = 1.5
"""Seconds after the start: polling comes first."""
COMMAND_CONCURRENCY = 16
"""Commands in work at once; they wait for nobody but Telegram."""

Died = Callable[[str, BaseException], None]


class Parts:
    """Everything between the database and Telegram, wired together."""

    def __init__(self, config: Config, store: Store, clock: Clock, died: Died) -> None:
        self._config = config
        self._store = store
        self._clock = clock
        self.metrics = Metrics()
        self.effects = EffectRunner()
        self.registry = Registry(config.openai.model)
        self.questions = Queue(Kind.QUESTION)
        self.commands = Queue(Kind.COMMAND)
        self.queues = (self.questions, self.commands)
        self._side = Tasks(died)
        self._work = Tasks(died)
        self._records = Tasks(died)
        self._claiming: list[asyncio.Task[None]] = []
        self.watcher = Watcher(
            store=store,
            registry=self.registry,
            queues=self.queues,
            submit=self.effects.submit,
            tasks=self._side,
        )
        self._wire_provider()
        self._wire_telegram(died)
        self._wire_work()
        self._health = self._health_server()

    def _wire_provider(self) -> None:
        openai, breaker = self._config.openai, self._config.breaker
        self._breaker, hearing = (
            CircuitBreaker(
                key,
                breaker.fail_max,
                breaker.reset_timeout,
                clock=self._clock,
                on_change=lambda key, old, new: self._upkeep.circuit_changed(key, old, new),
            )
            for key in (openai.base_url, f"{openai.base_url} (recordings)")
        )
        self._provider = OpenAIProvider(
            api_key=openai.api_key.get_secret_value(),
            base_url=openai.base_url,
            proxy=openai.proxy.get_secret_value(),
            timeout=openai.timeout,
            total_timeout=openai.total_timeout,
            transcribe_model=openai.transcribe_model,
            breaker=self._breaker,
            hearing=hearing,
            clock=self._clock,
        )

    def _wire_telegram(self, died: Died) -> None:
        telegram = self._config.telegram
        self._pool = BotPool(
            Session(api_base=telegram.api_base, proxy=telegram.proxy.get_secret_value())
        )
        self._pacing = Pacing(clock=self._clock, on_penalty=self._store.set_penalty)
        self.messenger = TelegramMessenger(pool=self._pool, pacing=self._pacing)
        self.talk = Talk(
            config=self._config,
            store=self._store,
            clock=self._clock,
            metrics=self.metrics,
            registry=self.registry,
            provider=self._provider,
            messenger=self.messenger,
            pool=self._pool,
            tasks=self._side,
            submit=self.effects.submit,
            offer=self.offer,
            answered=self.watcher.answered,
        )
        self.delivery = self.talk.delivery
        self.intake = self._row_intake()
        self.fleet = TelegramFleet(
            pool=self._pool,
            intake=self.intake,
            handlers=self.talk.handlers,
            watcher=self.watcher,
            clock=self._clock,
            poll_timeout=telegram.poll_timeout,
            on_death=died,
        )
        self.alerts = Alerts(
            store=self._store,
            messenger=self.messenger,
            turn=self.delivery.turn,
            admin_ids=self._config.admin.ids,
            usable=self._is_running,
            redact=redact,
            clock=self._clock,
        )

    def _row_intake(self) -> RowIntake:
        conversation = self._config.conversation
        holding = Holding(
            offer=self.offer, typing=self.messenger.typing, tasks=self._side, clock=self._clock
        )
        return RowIntake(
            store=self._store,
            offer=self.offer,
            submit=self.effects.submit,
            metrics=self.metrics,
            clock=self._clock,
            hold=holding.hold,
            changed=self.talk.generations.changed,
            moved=self.talk.places.moved,
            current=self.registry.get,
            join_window=conversation.join_window,
            edit_window=conversation.edit_window,
        )

    def _wire_work(self) -> None:
        processing = self._config.processing
        self._upkeep = Upkeep(
            store=self._store,
            provider=self._provider,
            registry=self.registry,
            questions=self.questions,
            sweep=Sweep(self._store, self.offer, self._clock),
            intake=self.intake,
            submit=self.effects.submit,
            clock=self._clock,
            folder=_folder(self._config),
            backlog_limit=processing.backlog_limit,
            min_free_disk_mb=processing.min_free_disk_mb,
            keep_days=self._config.conversation.keep_days,
        )
        settler = Settler(
            store=self._store,
            delivery=self.delivery,
            registry=self.registry,
            submit=self.effects.submit,
            policy=RetryPolicy(
                processing.max_attempts, processing.retry_base, processing.retry_max
            ),
            metrics=self.metrics,
            clock=self._clock,
            token_revoked=self.watcher.token_revoked,
            fatal=self.watcher.fatal,
            moved=self.talk.places.moved,
        )
        self._workers = [
            Worker(
                queue=queue,
                store=self._store,
                dispatch=self.fleet.dispatch,
                resume=self.delivery.deliver,
                settle=settler.settle,
                tasks=self._work,
                records=self._records,
                clock=self._clock,
                concurrency=concurrency,
                only_written=only_written,
            )
            for queue, concurrency, only_written in (
                (self.questions, processing.concurrency, self._upkeep.circuit_open),
                (self.commands, COMMAND_CONCURRENCY, lambda: False),
            )
        ]

    def _health_server(self) -> HealthServer | None:
        listen = self._config.http.listen
        if not listen:
            return None
        snapshot = Snapshot(
            store=self._store,
            registry=self.registry,
            fleet=self.fleet,
            breaker=self._breaker,
            intake=self.intake,
            poll_timeout=self._config.telegram.poll_timeout,
            clock=self._clock,
        )
        return HealthServer(listen, snapshot.take, self.metrics)

    async def start(self) -> None:
        """Recover, then answer, then poll: what was promised before comes first."""
        for bot in await self._store.sync_bots(self._config.bot_specs()):
            self.registry.put(bot)
        await recover(self._store, self._clock)
        for penalty in await self._store.penalties(self._clock.now()):
            self._pacing.restore(*penalty)
        if self._health is not None:
            await self._health.start()
        self._start_side_tasks()
        for bot in self.registry.all():
            # Nobody is answered through a token before Telegram has accepted it.
            for queue in self.queues:
                queue.hold(bot.id)
            if bot.enabled and bot.token:
                self.effects.submit(StartPolling(bot))
        for queue, worker in zip(self.queues, self._workers, strict=True):
            self._claiming.append(
                self._side.start(worker.run(), name=f"claim-{queue.kind.lower()}s")
            )
        self._upkeep.start()

    def _start_side_tasks(self) -> None:
        for queue in self.queues:
            feeder = Feeder(queue, self._store, self._clock)
            self._side.start(feeder.run(), name=f"feed-{queue.kind.lower()}s")
        self._side.start(
            self.effects.run(
                fleet=self.fleet,
                alert=self.alerts.tell,
                leave=self.talk.places.leave,
                menu=self._refresh_menu,
            ),
            name="effects",
        )
        self._side.start(self._upkeep.watch_clock(), name="clock")
        self._side.start(self._warm_up(), name="warm-up")

    def _refresh_menu(self, bot_id: int) -> None:
        self._side.start(self.talk.menus.refresh(bot_id), name=f"menu-{bot_id}")

    async def _warm_up(self) -> None:
        """Before the first question: load what it needs, and keep it out of the collector's way.

        A full collection over everything imported stalls the loop for about 0.1 s (tests/bench).
        """
        await self._clock.sleep(WARM_UP_AFTER)
        try:
            await self._provider.warm_up()
        except ProviderError as error:
            logger.error("the model provider cannot be asked: {}", error)
        gc.collect()
        gc.freeze()

    async def pause(self) -> None:
        """Take nothing in and claim nothing more; what is in work goes on."""
        self._upkeep.stop()
        for task in self._claiming:
            task.cancel()
        await asyncio.gather(*(self.fleet.stop(state.bot.id) for state in self.fleet.states()))

    async def drain(self, timeout: float) -> None:
        """Let what is in work end by itself."""
        await self._work.wait(timeout)

    async def requeue(self) -> None:
        """Put what is still in work back; no attempt is spent."""
        if len(self._work):
            logger.warning("{} messages go back to the queue", len(self._work))
        await self._work.cancel()
        await self._records.wait(None)

    async def close(self) -> None:
        """End what is left: side tasks and every connection."""
        await self._side.cancel()
        await self.fleet.close()
        await self._provider.close()
        if self._health is not None:
            await self._health.stop()

    def offer(self, lane: Lane) -> None:
        """Wake whoever works on that kind of message."""
        (self.questions if lane.kind is Kind.QUESTION else self.commands).offer(lane)

    def _is_running(self, bot_id: int) -> bool:
        return any(state.running for state in self.fleet.states() if state.bot.id == bot_id)


def _folder(config: Config) -> Path | None:
    """Where a SQLite database grows; None for other databases."""
    path = sqlite_path(config.database.url.get_secret_value())
    return path.parent if path else None
