"""/admin jobs: scheduled work, when it runs next and how it went last."""

from collections.abc import Iterator, Mapping

from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.screen import Screen, columns, go
from kotodom.admin.times import lasting, moment
from kotodom.admin.words.jobs import JobsWords as Words
from kotodom.clock import SECOND
from kotodom.i18n import Wording
from kotodom.model import AccountRole
from kotodom.schedule import JobView, Schedule
from kotodom.settings import TIMEZONE

_MANAGER = AccountRole.MANAGER
MEANINGS: Mapping[str, Wording] = {
    "sweep": Words.SWEEP,
    "pressure": Words.PRESSURE,
    "purge": Words.PURGE,
    "expire": Words.EXPIRE,
    "broadcasts": Words.BROADCASTS,
    "bars": Words.BARS,
    "budget": Words.BUDGET,
    "digest": Words.DIGEST,
    "backup": Words.BACKUP,
    "takeovers": Words.TAKEOVERS,
    "inboxes": Words.INBOXES,
}
"""What each job does, in words; one that is not here is shown by its name."""


class Jobs(Noun):
    """The commands about scheduled work."""

    @command("jobs", Words.ABOUT, role=_MANAGER)
    async def list(self, ask: Ask) -> Screen:
        """Every job: next run and last result."""
        found = self.tools.schedule.jobs()
        return Screen(
            ask.say(Words.TITLE),
            tuple(line for job in found for line in (*self._lines(ask, job), "")),
            buttons=columns([go(f"▶ {job.name}", f"job {job.name} run") for job in found], 3),
            back="health",
            refresh="jobs",
        )

    @command("job NAME", Words.CARD_ABOUT, role=_MANAGER)
    async def card(self, ask: Ask) -> Screen:
        """One job."""
        return self._card(ask, self._find(ask))

    @command("job NAME run", Words.RUN_ABOUT, role=_MANAGER)
    async def run(self, ask: Ask) -> Screen:
        """Run a job now, beside its schedule."""
        job = self._find(ask)
        run = await self.tools.schedule.run_now(job.name)
        return self._card(ask, self._find(ask), ask.say(Words.DONE if run else Words.RUNNING))

    def _card(self, ask: Ask, job: JobView, note: str = "") -> Screen:
        meaning = MEANINGS.get(job.name)
        lines = [note, ""] if note else []
        if meaning is not None:
            lines += [ask.say(meaning), ""]
        return Screen(
            job.name,
            (*lines, *self._lines(ask, job)[1:]),
            buttons=((go(ask.say(Words.RUN), f"job {job.name} run"),),),
            back="jobs",
            refresh=f"job {job.name}",
        )

    def _find(self, ask: Ask) -> JobView:
        said = ask.word("NAME").lower()
        schedule: Schedule = self.tools.schedule
        for job in schedule.jobs():
            if job.name == said:
                return job
        raise ask.refuse(Words.UNKNOWN, name=ask.word("NAME"))

    def _lines(self, ask: Ask, job: JobView) -> tuple[str, ...]:
        return tuple(_lines(ask, job, self.tools.settings.get(TIMEZONE)))


def _lines(ask: Ask, job: JobView, zone: str) -> Iterator[str]:
    icon = "⏳" if job.running else "⚠️" if job.last and not job.last.ok else "•"
    yield f"{icon} {job.name}"
    if job.daily is not None:
        at = f"{job.daily.hour:02}:{job.daily.minute:02} {job.daily.zone}"
        yield ask.say(Words.DAILY, time=at)
    elif job.seconds:
        yield ask.say(Words.EVERY, period=lasting(job.seconds, ask.language))
    else:
        yield ask.say(Words.NOT_PLANNED)
    if job.next_run is not None and (job.daily is not None or job.seconds >= 60):
        yield ask.say(Words.NEXT, time=moment(job.next_run, zone))
    if job.last is None:
        yield ask.say(Words.NEVER)
        return
    result = job.last.result or ("✓" if job.last.ok else "✗")
    took = lasting(job.last.took / SECOND, ask.language)
    yield ask.say(Words.LAST, time=moment(job.last.at, zone), took=took, result=result)
