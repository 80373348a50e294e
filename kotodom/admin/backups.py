"""/admin backup: what backups there are, and one more now."""

from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.screen import PAGE, Screen, go, pages
from kotodom.admin.times import lasting, moment, size
from kotodom.admin.words.backups import BackupWords as Words
from kotodom.backup.nightly import JOB
from kotodom.clock import SECOND
from kotodom.model import AccountRole
from kotodom.schedule import JobView
from kotodom.settings import BACKUP_KEEP, TIMEZONE

_ADMIN = AccountRole.ADMIN


class Backups(Noun):
    """The commands about backups."""

    @command("backup [PAGE]", Words.ABOUT, role=_ADMIN)
    async def show(self, ask: Ask) -> Screen:
        """Every backup with its size and age."""
        return await self._screen(ask)

    @command("backup now", Words.NOW_ABOUT, role=_ADMIN)
    async def now(self, ask: Ask) -> Screen:
        """Make one beside the schedule."""
        run = await self.tools.schedule.run_now(JOB)
        if run is None:
            return await self._screen(ask, ask.say(Words.RUNNING))
        return await self._screen(ask, ask.say(Words.DONE) if run.ok else "")

    async def _screen(self, ask: Ask, note: str = "") -> Screen:
        tools = self.tools
        found = await tools.backups.all()
        now = tools.clock.now()
        job = self._job()
        lines = [note] if note else []
        if job is not None and job.last is not None and not job.last.ok:
            lines.append(ask.say(Words.FAILED, reason=job.last.result))
        lines += ["", ask.say(Words.FOLDER, folder=str(tools.backups.folder))]
        lines += [*self._plan(ask, job), ""]
        for one in found[(ask.page - 1) * PAGE : ask.page * PAGE]:
            ago = lasting(max(0, now - one.made_at) / SECOND, ask.language)
            lines.append(ask.say(Words.LINE, name=one.path.name, size=size(one.size), ago=ago))
        if not found:
            lines.append(ask.say(Words.EMPTY))
        lines += ["", ask.say(Words.KEY)]
        return Screen(
            ask.say(Words.TITLE),
            tuple(lines),
            buttons=(
                (go(ask.say(Words.NOW), "backup now"),),
                *pages("backup", ask.page, len(found) > ask.page * PAGE),
                (go(ask.say(Words.SETTING), f"setting {BACKUP_KEEP.key}"),),
            ),
            back="health",
            refresh=f"backup {ask.page}",
        )

    def _plan(self, ask: Ask, job: JobView | None) -> list[str]:
        """When the next one comes, and how many stay."""
        keep = self.tools.settings.get(BACKUP_KEEP)
        if not keep:
            return [ask.say(Words.OFF)]
        lines = []
        if job is not None and job.next_run is not None:
            zone = self.tools.settings.get(TIMEZONE)
            lines.append(ask.say(Words.NEXT, time=moment(job.next_run, zone)))
        return [*lines, ask.say(Words.KEPT, count=keep)]

    def _job(self) -> JobView | None:
        return next((job for job in self.tools.schedule.jobs() if job.name == JOB), None)
