"""/admin health: how everything is doing, and one tiny call to the provider to make sure."""

from kotodom import __version__, money
from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.bots_pulse import called, sign, state
from kotodom.admin.screen import PAGE, Screen, go, pages
from kotodom.admin.times import lasting, moment, size
from kotodom.admin.words.alerts import AlertsWords
from kotodom.admin.words.backups import BackupWords
from kotodom.admin.words.common import CommonWords
from kotodom.admin.words.health import HealthWords
from kotodom.admin.words.jobs import DigestWords
from kotodom.backup.nightly import JOB
from kotodom.budget import Held
from kotodom.clock import SECOND
from kotodom.errors import (
    AccountError,
    LimitReached,
    PriceUnknown,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    RequestRefused,
    StreamBroken,
)
from kotodom.model import AccountRole, Bot, Buttons, Spending, Usage
from kotodom.ports import Purpose
from kotodom.redaction import redact
from kotodom.settings import TIMEZONE
from kotodom.vitals import PROBE_TOKENS, BotPulse, Probed

TROUBLES = 4
"""Bots in trouble that the first screen names."""
WORDS = 200
"""Characters of an error there."""
PROBE_INPUT = 32
"""Tokens that a probe's question takes at most."""
_MANAGER = AccountRole.MANAGER
_PULSES = {
    BotPulse.POLLING: HealthWords.BOT_POLLING,
    BotPulse.STARTING: HealthWords.BOT_STARTING,
    BotPulse.STALLED: HealthWords.BOT_STALLED,
    BotPulse.FAILED: HealthWords.BOT_FAILED,
    BotPulse.STOPPED: HealthWords.BOT_STOPPED,
}
_WHY: tuple[tuple[type[ProviderError], HealthWords], ...] = (
    (ProviderTimeout, HealthWords.WHY_TIMEOUT),
    (RateLimited, HealthWords.WHY_LIMITED),
    (AccountError, HealthWords.WHY_ACCOUNT),
    (RequestRefused, HealthWords.WHY_REFUSED),
    (ProviderUnavailable, HealthWords.WHY_UNAVAILABLE),
    (StreamBroken, HealthWords.WHY_UNAVAILABLE),
)


class Health(Noun):
    """The commands about health."""

    @command("health", HealthWords.ABOUT)
    async def show(self, ask: Ask) -> Screen:
        """Everything at a glance; whoever owns only some bots sees those."""
        bots = self._bots(ask)
        if not ask.actor.role.includes(_MANAGER):
            lines = [*await self._queue(ask, bots), "", *self._fleet(ask, bots)]
            return self._screen(ask, lines, good=not self._ill(bots), buttons=self._doors(ask))
        database, good = await self._database(ask)
        lines = [database, *self._provider(ask)]
        if good:
            lines += await self._queue(ask, bots)
        lines += ["", *await self._host(ask), "", *self._fleet(ask, bots)]
        lines += ["", self._last_error(ask)]
        vitals = self.tools.vitals
        halts = vitals.halted() or vitals.paused or vitals.circuit().state != "closed"
        good = good and not halts and not self._ill(bots)
        return self._screen(ask, lines, good=good, buttons=self._doors(ask))

    def _screen(self, ask: Ask, lines: list[str], *, good: bool, buttons: Buttons) -> Screen:
        title = ask.say(HealthWords.TITLE if good else HealthWords.TITLE_BAD)
        return Screen(title, tuple(lines), buttons=buttons, refresh="health")

    def _doors(self, ask: Ask) -> Buttons:
        bots = go(ask.say(HealthWords.BOTS), "health bots")
        told = (
            go(f"🔔 {ask.say(AlertsWords.TITLE)}", "alerts"),
            go(ask.say(DigestWords.DOOR), "digest"),
        )
        if not ask.actor.role.includes(_MANAGER):
            return ((bots,), told)
        backups: Buttons = ()
        if ask.actor.role is AccountRole.ADMIN:
            now = go(ask.say(BackupWords.NOW), "backup now")
            backups = ((go(ask.say(BackupWords.DOOR), "backup"), now),)
        return (
            (go(ask.say(HealthWords.PROBE), "health probe"), bots),
            (
                go(ask.say(HealthWords.ERRORS), "health errors"),
                go(ask.say(HealthWords.JOBS), "jobs"),
            ),
            told,
            *backups,
        )

    async def _database(self, ask: Ask) -> tuple[str, bool]:
        clock = self.tools.clock
        begun = clock.monotonic()
        try:
            await self.tools.store.ping()
            took = clock.monotonic() - begun
            facts = await self.tools.store.database_facts()
        except Exception as error:  # noqa: BLE001 - whatever the driver raises is what is to be shown
            return ask.say(HealthWords.DATABASE_BAD, error=redact(str(error))[:WORDS]), False
        words = ask.say(
            HealthWords.DATABASE,
            kind=facts.kind,
            size=size(facts.size),
            time=f"{took * 1000:.1f} ms",
        )
        return words, True

    def _provider(self, ask: Ask) -> list[str]:
        circuit = self.tools.vitals.circuit()
        words = {
            "open": HealthWords.PROVIDER_OPEN,
            "half-open": HealthWords.PROVIDER_HALF,
        }.get(circuit.state, HealthWords.PROVIDER_CLOSED)
        last = ask.say(HealthWords.PROVIDER_NEVER)
        if circuit.last_success is not None:
            ago = lasting(self.tools.clock.monotonic() - circuit.last_success, ask.language)
            last = ask.say(HealthWords.PROVIDER_LAST, ago=ago)
        wait = lasting(circuit.opens_in, ask.language)
        lines = [f"{ask.say(words, wait=wait)} {last}"]
        if self.tools.vitals.halted():
            lines.insert(0, ask.say(HealthWords.HALTED))
        return lines

    async def _queue(self, ask: Ask, bots: list[Bot]) -> list[str]:
        now = self.tools.clock.now()
        backlog = await self.tools.store.backlog(now, [bot.id for bot in bots])
        asking = any(bot.id == ask.through.id for bot in bots)  # this very command is in work
        working = max(0, backlog.in_work - asking)
        line = ask.say(
            HealthWords.QUEUE, ready=backlog.ready, working=working, waiting=backlog.waiting
        )
        lines = [line]
        if backlog.oldest_age and (backlog.ready or working or backlog.waiting):
            age = lasting(backlog.oldest_age / SECOND, ask.language)
            lines.append(ask.say(HealthWords.QUEUE_OLDEST, age=age))
        if self.tools.vitals.paused:
            lines.append(ask.say(HealthWords.QUEUE_PAUSED))
        return lines

    async def _host(self, ask: Ask) -> list[str]:
        host = await self.tools.vitals.host()
        used = (
            ask.say(HealthWords.MEMORY_UNKNOWN)
            if host.memory is None
            else ask.say(HealthWords.MEMORY, size=size(host.memory))
        )
        lag = f"{host.lag * 1000:.1f} ms"
        uptime = lasting(host.uptime, ask.language)
        return [
            ask.say(HealthWords.HOST, disk=size(host.disk_free), memory=used, lag=lag),
            ask.say(HealthWords.VERSION, version=__version__, uptime=uptime),
            await self._backup(ask),
        ]

    async def _backup(self, ask: Ask) -> str:
        """When the database was last copied, and whether that failed since."""
        job = next((job for job in self.tools.schedule.jobs() if job.name == JOB), None)
        if job is not None and job.last is not None and not job.last.ok:
            return ask.say(BackupWords.LAST_BAD)
        found = await self.tools.backups.all()
        if not found:
            return ask.say(HealthWords.BACKUP, time=ask.say(CommonWords.NEVER))
        passed = max(0, self.tools.clock.now() - found[0].made_at)
        ago = lasting(passed / SECOND, ask.language)
        return ask.say(BackupWords.LAST, ago=ago, size=size(found[0].size))

    # -- the fleet ---------------------------------------------------------------------------

    @command("health bots [PAGE]", HealthWords.BOTS_ABOUT)
    async def bots(self, ask: Ask) -> Screen:
        """Every bot: what it is doing, when it polled last, what is wrong."""
        bots = self._bots(ask)
        shown = bots[(ask.page - 1) * PAGE : ask.page * PAGE]
        lines = [
            f"{sign(self.tools, bot)} {called(bot)}\n   {state(self.tools, ask, bot)}"
            for bot in shown
        ]
        rows = tuple((go(f"{sign(self.tools, bot)} {bot.name}", f"bot {bot.id}"),) for bot in shown)
        more = len(bots) > ask.page * PAGE
        return Screen(
            ask.say(HealthWords.BOTS_TITLE),
            tuple(lines) or (ask.say(HealthWords.FLEET_NONE),),
            buttons=(*rows, *pages("health bots", ask.page, more)),
            back="health",
            refresh=f"health bots {ask.page}",
        )

    def _bots(self, ask: Ask) -> list[Bot]:
        return [bot for bot in self.tools.registry.all() if ask.sees(bot)]

    def _pulses(self, bots: list[Bot]) -> dict[int, BotPulse]:
        states = {found.bot.id: found for found in self.tools.states()}
        return {bot.id: self.tools.vitals.pulse(states.get(bot.id), bot.error) for bot in bots}

    def _ill(self, bots: list[Bot]) -> list[Bot]:
        """The bots about which somebody must do something."""
        pulses = self._pulses(bots)
        return [bot for bot in bots if pulses[bot.id] in (BotPulse.FAILED, BotPulse.STALLED)]

    def _fleet(self, ask: Ask, bots: list[Bot]) -> list[str]:
        """How many bots do what, and those in trouble by name."""
        if not bots:
            return [ask.say(HealthWords.FLEET_NONE)]
        pulses = list(self._pulses(bots).values())
        counts = [
            ask.say(words, count=count)
            for pulse, words in _PULSES.items()
            if (count := pulses.count(pulse))
        ]
        ill = self._ill(bots)
        lines = [ask.say(HealthWords.FLEET, states=" · ".join(counts))]
        lines += [
            ask.say(HealthWords.FLEET_TROUBLE, name=bot.name, state=state(self.tools, ask, bot))
            for bot in ill[:TROUBLES]
        ]
        if len(ill) > TROUBLES:
            lines.append(ask.say(HealthWords.FLEET_MORE, count=len(ill) - TROUBLES))
        return lines

    # -- the provider ------------------------------------------------------------------------

    @command("health probe", HealthWords.PROBE_ABOUT, role=_MANAGER)
    async def probe(self, ask: Ask) -> Screen:
        """Make one tiny call now and say how it went."""
        if self.tools.vitals.halted():
            raise ask.refuse(HealthWords.PROBE_HALTED)
        model = self.tools.registry.default_model
        held = await self._held(ask, model)
        probed = await self.tools.vitals.probe(model, f"probe-{ask.through.id}")
        if probed.done is not None:
            await self._account(ask, probed, held)
        else:
            await self.tools.budget.release(held)
        lines = self._told(ask, probed)
        again = go(ask.say(HealthWords.PROBE), "health probe")
        words = HealthWords.PROBE_GOOD if probed.error is None else HealthWords.PROBE_BAD
        title = ask.say(words, model=model, time=lasting(probed.seconds, ask.language))
        return Screen(title, tuple(lines), buttons=((again,),), back="health")

    def _told(self, ask: Ask, probed: Probed) -> list[str]:
        if probed.error is None:
            said = " ".join(probed.done.text.split())[:80] if probed.done else ""
            lines = [ask.say(HealthWords.PROBE_ANSWER, said=said or "–")]
        else:
            error = probed.error
            why = next((words for kind, words in _WHY if isinstance(error, kind)), None)
            lines = [
                ask.say(why or HealthWords.WHY_OTHER),
                "",
                redact(str(error))[:WORDS],
            ]
        circuit = self.tools.vitals.circuit()
        return [*lines, "", ask.say(HealthWords.PROBE_CIRCUIT, state=circuit.state)]

    async def _held(self, ask: Ask, model: str) -> Held:
        """The money for a probe: it keeps to the limits like any other call."""
        usage = Usage(PROBE_INPUT, output=PROBE_TOKENS, estimated=True)
        cost = money.cost(usage, model, self.tools.prices)
        spending = Spending(ask.through.id, None, 0, Purpose.PROBE, model, usage, cost=cost)
        try:
            held: Held = await self.tools.budget.hold(spending)
        except (LimitReached, PriceUnknown):
            raise ask.refuse(HealthWords.PROBE_LIMITED) from None
        return held

    async def _account(self, ask: Ask, probed: Probed, held: Held) -> None:
        """It is billed like any other call."""
        done = probed.done
        assert done is not None
        cost = money.cost(done.usage, done.model, self.tools.prices)
        if cost is None:
            cost = money.cost(done.usage, probed.model, self.tools.prices)
        await self.tools.store.record_spend(
            ask.through.id,
            0,
            purpose=Purpose.PROBE,
            model=done.model,
            usage=done.usage,
            cost=cost,
            reservation=held.reservation,
            now=self.tools.clock.now(),
        )
        self.tools.budget.settled(held)

    # -- errors ------------------------------------------------------------------------------

    @command("health errors [PAGE]", HealthWords.ERRORS_ABOUT, role=_MANAGER)
    async def errors(self, ask: Ask) -> Screen:
        """The last errors of this process, the newest first."""
        troubles = self.tools.vitals.troubles.newest()
        zone = self.tools.settings.get(TIMEZONE)
        shown = troubles[(ask.page - 1) * PAGE : ask.page * PAGE]
        lines = [f"{moment(one.at, zone)}\n   {one.text[:WORDS]}" for one in shown]
        more = len(troubles) > ask.page * PAGE
        return Screen(
            ask.say(HealthWords.ERRORS_TITLE),
            tuple(lines) or (ask.say(HealthWords.ERRORS_EMPTY),),
            buttons=pages("health errors", ask.page, more),
            back="health",
            refresh=f"health errors {ask.page}",
        )

    def _last_error(self, ask: Ask) -> str:
        troubles = self.tools.vitals.troubles.newest()
        if not troubles:
            return ask.say(HealthWords.ERRORS_NONE)
        passed = max(0.0, (self.tools.clock.now() - troubles[0].at) / SECOND)
        ago = lasting(passed, ask.language)
        return ask.say(HealthWords.ERRORS_LINE, ago=ago, error=troubles[0].text[:WORDS])
