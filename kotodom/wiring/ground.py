"""What every other part stands on: the bots, the queues, the tasks, the effects."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kotodom.accounts import Accounts
from kotodom.admin.words.alerts import AlertsWords
from kotodom.backup.files import backup_folder, whose
from kotodom.backup.nightly import Backups
from kotodom.clock import Clock
from kotodom.config import Config
from kotodom.db import sqlite_path
from kotodom.effects import AdminAlert, EffectRunner, Submit
from kotodom.metrics import Metrics
from kotodom.model import Kind, Lane
from kotodom.ports import Store
from kotodom.queue import Queue
from kotodom.registry import Registry
from kotodom.schedule import Schedule
from kotodom.sealing import Sealer, key_file
from kotodom.settings import Settings
from kotodom.tasks import Tasks
from kotodom.watcher import Watcher

Died = Callable[[str, BaseException], None]


@dataclass
class Ground:
    """The ground floor; *died* is told of a task that ended by a bug of ours."""

    config: Config
    settings: Settings
    store: Store
    clock: Clock
    died: Died
    metrics: Metrics = field(default_factory=Metrics)
    effects: EffectRunner = field(default_factory=EffectRunner)

    def __post_init__(self) -> None:
        config = self.config
        self.registry = Registry(config.openai.model)
        self.accounts = Accounts(config.admin.ids)
        self.questions = Queue(Kind.QUESTION)
        self.commands = Queue(Kind.COMMAND)
        self.notices = Queue(Kind.NOTICE)
        self.queues = (self.questions, self.commands, self.notices)
        self.side = Tasks(self.died)
        """Tasks that nobody waits for."""
        self.work = Tasks(self.died)
        """Messages in work; they may be cancelled."""
        self.records = Tasks(self.died)
        """Claims and what takes them back; they must not be."""
        self.schedule = Schedule(
            clock=self.clock, remember=self.store.write_job_run, failed=self._job_failed
        )
        url = config.database.url.get_secret_value()
        path = sqlite_path(url)
        self.folder: Path | None = path.parent if path else None
        """Where a SQLite database grows; None for other databases."""
        self.sealer = Sealer(config.secrets.key.get_secret_value(), key_file(path))
        self.backups = Backups(
            make=self._back_up,
            folder=backup_folder(config.backup.folder, path),
            whose=whose(str(path or url)),
            settings=self.settings,
            clock=self.clock,
        )
        self.watcher = Watcher(
            store=self.store,
            registry=self.registry,
            queues=self.queues,
            submit=self.submit,
            tasks=self.side,
        )

    @property
    def submit(self) -> Submit:
        """Hands an effect over."""
        return self.effects.submit

    def offer(self, lane: Lane) -> None:
        """Wake whoever works on that kind of message."""
        next(queue for queue in self.queues if queue.kind is lane.kind).offer(lane)

    async def _back_up(self, stem: Path, now: int) -> Path:
        # Here, because it is needed once a day.
        from kotodom.db.backup import make_backup

        return await make_backup(self.config.database.url.get_secret_value(), stem, now)

    def _job_failed(self, name: str, error: str) -> None:
        args = {"job": name, "reason": error}
        self.submit(AdminAlert(f"job:{name}", AlertsWords.JOB_FAILED, args, show="jobs"))
