"""What takes messages in, works them off, and looks after what nobody asks for."""

from kotodom import logs
from kotodom.broadcast import NoticeDelivery
from kotodom.following import follow_work, retry_policy
from kotodom.holding import Holding
from kotodom.intake import RowIntake
from kotodom.queue import Queue
from kotodom.recovery import Sweep
from kotodom.settings import LOG_LEVEL, POLL_TIMEOUT
from kotodom.settle import Settler
from kotodom.telegram.fleet import TelegramFleet
from kotodom.upkeep import Upkeep
from kotodom.wiring.administration import Administration
from kotodom.wiring.ground import Ground
from kotodom.wiring.outside import Outside
from kotodom.wiring.talk import Talk
from kotodom.worker import Perform, Worker

COMMAND_CONCURRENCY = 16
"""Commands in work at once; they wait for nobody but Telegram."""
NOTICE_CONCURRENCY = 16
"""The same for what nobody asked for, so that a broadcast delays no command."""


class Work:
    """Pollers, intake, workers, upkeep."""

    def __init__(
        self, ground: Ground, outside: Outside, talk: Talk, administration: Administration
    ) -> None:
        self._ground = ground
        self._talk = talk
        self.intake = self._intake(outside, administration)
        self.fleet = TelegramFleet(
            pool=outside.pool,
            intake=self.intake,
            handlers=administration.handlers,
            watcher=ground.watcher,
            clock=ground.clock,
            poll_timeout=ground.settings.get(POLL_TIMEOUT),
            on_death=ground.died,
        )
        self.upkeep = self._upkeep(outside)
        self._settler = Settler(
            store=ground.store,
            delivery=talk.delivery,
            registry=ground.registry,
            submit=ground.submit,
            policy=retry_policy(ground.settings),
            metrics=ground.metrics,
            clock=ground.clock,
            token_revoked=ground.watcher.token_revoked,
            fatal=ground.watcher.fatal,
            moved=talk.moved,
            undelivered=talk.inbox.undelivered,
        )
        self.workers = self._workers()
        follow_work(
            ground.settings,
            intake=self.intake,
            upkeep=self.upkeep,
            settler=self._settler,
            worker=self.workers[0],
        )
        ground.settings.watch([LOG_LEVEL], lambda: logs.set_level(ground.settings.get(LOG_LEVEL)))

    def _intake(self, outside: Outside, administration: Administration) -> RowIntake:
        ground = self._ground
        conversation = ground.config.conversation
        holding = Holding(
            offer=ground.offer,
            typing=outside.messenger.typing,
            tasks=ground.side,
            clock=ground.clock,
        )
        return RowIntake(
            store=ground.store,
            offer=ground.offer,
            submit=ground.submit,
            metrics=ground.metrics,
            clock=ground.clock,
            hold=holding.hold,
            changed=self._talk.generations.changed,
            moved=self._talk.moved,
            current=ground.registry.get,
            sort=administration.inputs.sort,
            join_window=conversation.join_window,
            edit_window=conversation.edit_window,
        )

    def _upkeep(self, outside: Outside) -> Upkeep:
        ground = self._ground
        processing = ground.config.processing
        return Upkeep(
            store=ground.store,
            provider=outside.provider,
            registry=ground.registry,
            questions=ground.questions,
            sweep=Sweep(ground.store, ground.offer, ground.clock),
            intake=self.intake,
            submit=ground.submit,
            schedule=ground.schedule,
            clock=ground.clock,
            folder=ground.folder,
            backlog_limit=processing.backlog_limit,
            min_free_disk_mb=processing.min_free_disk_mb,
            keep_days=ground.config.conversation.keep_days,
            try_again=ground.effects.try_again,
        )

    def _workers(self) -> list[Worker]:
        ground, deliver = self._ground, self._talk.delivery.deliver
        notices = NoticeDelivery(
            store=ground.store, deliver=deliver, metrics=ground.metrics, clock=ground.clock
        )
        kinds: list[tuple[Queue, Perform, int]] = [
            (ground.questions, deliver, ground.config.processing.concurrency),
            (ground.commands, deliver, COMMAND_CONCURRENCY),
            (ground.notices, notices.deliver, NOTICE_CONCURRENCY),
        ]
        return [
            Worker(
                queue=queue,
                store=ground.store,
                dispatch=self.fleet.dispatch,
                resume=resume,
                settle=self._settler.settle,
                tasks=ground.work,
                records=ground.records,
                clock=ground.clock,
                concurrency=concurrency,
                # Only questions need the provider.
                only_written=self.upkeep.circuit_open
                if queue is ground.questions
                else lambda bot_id: False,
            )
            for queue, resume, concurrency in kinds
        ]
