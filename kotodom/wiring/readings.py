"""Everything that /metrics shows: what was counted, and how things are at this moment."""

import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from kotodom import __version__
from kotodom import measures as m
from kotodom.clock import SECOND
from kotodom.http.exposition import Family
from kotodom.http.health import BotHealthState, Health
from kotodom.measures import Measure
from kotodom.metrics import OTHER, Metrics, Sample
from kotodom.model import Backlog, Bot, Kind
from kotodom.redaction import redact_often
from kotodom.registry import Registry
from kotodom.schedule import JobView, Schedule
from kotodom.snapshot import Snapshot
from kotodom.wiring.outside import Outside

_BOT = "bot"


class Readings:
    """Gathers the families of one scrape; the bots' numbers become their names."""

    def __init__(
        self,
        *,
        metrics: Metrics,
        snapshot: Snapshot,
        registry: Registry,
        outside: Outside,
        schedule: Schedule,
    ) -> None:
        self._metrics = metrics
        self._snapshot = snapshot
        self._registry = registry
        self._outside = outside
        self._schedule = schedule

    async def take(self) -> list[Family]:
        """All there is now."""
        # Nothing is awaited after this: the bots below are those that it speaks of.
        health, pulse, sizes = await self._snapshot.take_all()
        bots = self._registry.all()
        names = labels_of(bots)
        # Of a bot that is gone nothing is kept.
        self._metrics.keep(_BOT, names)
        self._begin(bots)
        families: list[Family] = [
            (metric.measure, _named(metric.measure, metric.samples(), names))
            for metric in self._metrics.all()
        ]
        families += self._process(health, sizes.engine if sizes is not None else "")
        families += _fleet(health, bots, names)
        families += self._provider(health)
        families.append(_one(m.PAUSED, self._snapshot.paused))
        families += _jobs(self._schedule.jobs())
        if pulse is not None:
            families.append(_one(m.PING, pulse.ping))
            families += _queue(pulse.queue)
        if sizes is not None:
            families.append(_one(m.DATABASE_SIZE, sizes.database))
            families.append(_one(m.DISK, sizes.disk_free))
            families.append(_one(m.BROADCASTS, sizes.broadcasts))
            if sizes.backed_up is not None:
                families.append(_one(m.BACKUP, sizes.backed_up / SECOND))
        return sorted(families, key=lambda family: family[0].name)

    def _begin(self, bots: Sequence[Bot]) -> None:
        """Let each bot's series begin at zero: what rises from nothing is no increase."""
        for bot in bots:
            number, model = str(bot.id), self._registry.model_of(bot)
            self._metrics.counter(m.UPDATES).inc(0, bot=number)
            self._metrics.counter(m.ANSWERS).inc(0, bot=number)
            self._metrics.counter(m.COST).inc(0, bot=number, model=model)
            for status in ("completed", "terminal"):
                self._metrics.counter(m.MESSAGES).inc(0, bot=number, kind="question", status=status)

    def _process(self, health: Health, engine: str) -> Iterator[Family]:
        build = (__version__, platform.python_version(), engine)
        yield m.BUILD, [(build, 1.0)]
        yield _one(m.LIVE, health.live)
        yield _one(m.READY, health.ready)
        yield _one(m.DATABASE_UP, health.database.ok)

    def _provider(self, health: Health) -> Iterator[Family]:
        samples: list[Sample] = []
        for name, states in self._outside.circuits().items():
            for state in ("closed", "half-open", "open"):
                samples.append(((name, state), float(states.count(state))))
        yield m.CIRCUITS, samples
        yield _one(m.PROVIDER_STOPPED, health.provider.stopped)
        if health.provider.last_success_age is not None:
            yield _one(m.PROVIDER_SUCCESS, health.provider.last_success_age)


def labels_of(bots: Iterable[Bot]) -> dict[str, str]:
    """What each bot (by its number) is called: by its name, if that can mean no other."""
    names = {str(bot.id): redact_often(bot.name) for bot in bots}
    counted = Counter(names.values())
    return {
        number: f"{name} ({number})"
        if counted[name] > 1 or name == OTHER or name.endswith(")")
        else name
        for number, name in names.items()
    }


def _named(measure: Measure, samples: list[Sample], names: dict[str, str]) -> list[Sample]:
    if _BOT not in measure.labels:
        return samples
    place = measure.labels.index(_BOT)
    return [
        ((*key[:place], names.get(key[place], OTHER), *key[place + 1 :]), value)
        for key, value in samples
    ]


def _one(measure: Measure, value: float) -> Family:
    return measure, [((), float(value))]


def _fleet(health: Health, bots: Sequence[Bot], names: dict[str, str]) -> Iterator[Family]:
    states = [bot.state for bot in health.bots]
    yield m.BOTS, [((state,), float(states.count(state))) for state in BotHealthState]
    seen = [(names[str(bot.id)], bot, one) for bot, one in zip(bots, health.bots, strict=True)]
    yield (
        m.BOT_POLLING,
        [
            ((name,), float(one.state is BotHealthState.POLLING))
            for name, bot, one in seen
            if bot.enabled
        ],
    )
    yield (
        m.POLL_AGE,
        [
            ((name,), one.last_poll_age)
            for name, bot, one in seen
            if bot.enabled and one.last_poll_age is not None
        ],
    )


def _queue(queue: dict[Kind, Backlog]) -> Iterator[Family]:
    depths: list[Sample] = []
    ages: list[Sample] = []
    for kind in Kind:
        backlog, label = queue.get(kind, Backlog(0, 0, 0, 0)), kind.lower()
        depths.append(((label, "ready"), float(backlog.ready)))
        depths.append(((label, "in_work"), float(backlog.in_work)))
        depths.append(((label, "waiting"), float(backlog.waiting)))
        ages.append(((label,), backlog.oldest_age / SECOND))
    yield m.QUEUE, depths
    yield m.QUEUE_AGE, ages


def _jobs(jobs: Iterable[JobView]) -> Iterator[Family]:
    ran = [(job.name, job.last) for job in jobs if job.last is not None]
    yield m.JOB_AT, [((name,), last.at / SECOND) for name, last in ran]
    yield m.JOB_OK, [((name,), float(last.ok)) for name, last in ran]
