"""/admin alerts: what was told lately, and what is silenced."""

from collections.abc import Iterator

from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.messages_view import cause
from kotodom.admin.screen import PAGE, Screen, go, pages
from kotodom.admin.times import moment
from kotodom.admin.words.alerts import AlertsWords as Words
from kotodom.alerts import buttons, short, told
from kotodom.clock import SECOND
from kotodom.model import AccountRole, Button
from kotodom.ports.admin import AlertRecord
from kotodom.settings import ALERT_CHAT, TIMEZONE

DAY = 24 * 3600 * SECOND
MOST_DAYS = 30


class AlertList(Noun):
    """The commands about alerts."""

    @command("alerts [PAGE]", Words.ABOUT)
    async def list(self, ask: Ask) -> Screen:
        """The newest, those that are silenced first."""
        mine = None
        if not ask.actor.role.includes(AccountRole.MANAGER):
            mine = [bot.id for bot in self.tools.registry.all() if ask.sees(bot)]
        found = await self.tools.store.alert_records(
            mine, limit=PAGE + 1, offset=(ask.page - 1) * PAGE
        )
        lines = [line for record in found[:PAGE] for line in (*self._lines(ask, record), "")]
        target = (
            ((go(ask.say(Words.TARGET), f"setting {ALERT_CHAT.key}"),),)
            if ask.actor.role is AccountRole.ADMIN
            else ()
        )
        return Screen(
            ask.say(Words.TITLE),
            tuple(lines) or (ask.say(Words.EMPTY),),
            buttons=(
                *((self._door(ask, record),) for record in found[:PAGE]),
                *pages("alerts", ask.page, len(found) > PAGE),
                *target,
            ),
            back="health",
            refresh=f"alerts {ask.page}",
        )

    @command("alert KEY", Words.ONE_ABOUT)
    async def card(self, ask: Ask) -> Screen:
        """One cause: what it says, how often it happened."""
        return self._card(ask, await self._find(ask))

    @command("alert KEY silence [DAYS]", Words.SILENCE_ABOUT)
    async def silence(self, ask: Ask) -> Screen:
        """Tell nobody of it for a day, or so many."""
        record = await self._find(ask)
        said = ask.word("DAYS", "1")
        if not (said.isascii() and said.isdigit() and 1 <= int(said) <= MOST_DAYS):
            raise ask.refuse(Words.BAD_DAYS, limit=MOST_DAYS)
        # From when it was said, so that a command carried out again says the same.
        return await self._silence(ask, record, ask.job.received_at + int(said) * DAY)

    @command("alert KEY speak", Words.SPEAK_ABOUT)
    async def speak(self, ask: Ask) -> Screen:
        """Tell of it again."""
        return await self._silence(ask, await self._find(ask), 0)

    async def _silence(self, ask: Ask, record: AlertRecord, until: int) -> Screen:
        entry = ask.audit(
            f"alert:{record.key}", "silent", self._time(record.silent_until), self._time(until)
        )
        await self.tools.store.silence_alert(record.key, until, entry, self.tools.clock.now())
        words = (
            ask.say(Words.SILENT_UNTIL, time=self._time(until))
            if until
            else ask.say(Words.SPEAKS_AGAIN)
        )
        undo = f"alert {record.key} {'speak' if until else 'silence'}"
        label = ask.say(Words.SPEAK if until else Words.SILENCE)
        return Screen(
            words,
            (told(record, ask.language),),
            buttons=((go(label, undo),), (go(ask.say(Words.TITLE), "alerts"),)),
            fresh=True,  # the alert itself stays where it is
        )

    def _card(self, ask: Ask, record: AlertRecord) -> Screen:
        rows = buttons(record, ask.language)
        if self._silent(record):
            rows = (*rows[:-1], (go(ask.say(Words.SPEAK), f"alert {record.key} speak"),))
        bot = self.tools.registry.find(record.bot_id) if record.bot_id is not None else None
        return Screen(
            f"⚠️ {bot.name if bot is not None else ask.say(Words.INSTANCE)}",
            tuple(self._lines(ask, record)),
            buttons=rows,
            back="alerts",
            refresh=f"alert {record.key}",
        )

    async def _find(self, ask: Ask) -> AlertRecord:
        """The alert that is meant; what is not the giver's is not there."""
        record: AlertRecord | None = await self.tools.store.alert_record(short(ask.word("KEY")))
        if record is not None and self._concerns(ask, record):
            return record
        raise ask.refuse(Words.UNKNOWN, key=ask.word("KEY"))

    def _concerns(self, ask: Ask, record: AlertRecord) -> bool:
        if ask.actor.role.includes(AccountRole.MANAGER):
            return True
        bot = self.tools.registry.find(record.bot_id) if record.bot_id is not None else None
        return bot is not None and ask.sees(bot)

    def _lines(self, ask: Ask, record: AlertRecord) -> Iterator[str]:
        yield told(record, ask.language)
        if record.last_sent_at:
            yield ask.say(Words.TOLD_AT, time=self._time(record.last_sent_at))
        else:
            yield ask.say(Words.NEVER_TOLD)
        if record.suppressed:
            yield ask.say(Words.KEPT_BACK, count=record.suppressed)
        if self._silent(record):
            yield f"🔕 {ask.say(Words.SILENT_UNTIL, time=self._time(record.silent_until))}"

    def _door(self, ask: Ask, record: AlertRecord) -> Button:
        """The way to one: its cause, and the bot by its name rather than by its number."""
        bot = self.tools.registry.find(record.bot_id) if record.bot_id is not None else None
        name = bot.name if bot is not None else ask.say(Words.INSTANCE)
        why = cause(record.key.partition(":")[0], ask.language)
        return go(f"{name} · {why}", f"alert {record.key}")

    def _silent(self, record: AlertRecord) -> bool:
        now: int = self.tools.clock.now()
        return record.silent_until > now

    def _time(self, at: int) -> str:
        return moment(at, self.tools.settings.get(TIMEZONE)) if at else "–"
