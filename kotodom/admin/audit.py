"""/admin audit: who changed what, and how it was before."""

import difflib
from collections.abc import Sequence

from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.screen import PAGE, PREFIX, PRESS, Screen, go, pages
from kotodom.admin.times import moment
from kotodom.admin.words.accounts import AccountsWords
from kotodom.admin.words.common import CommonWords
from kotodom.model import AccountRole, Buttons
from kotodom.ports.admin.accounts import Audited
from kotodom.redaction import redact
from kotodom.settings import TIMEZONE

SEARCHED = 1_000
"""Lines of the log that one search looks at."""
_ADMIN = AccountRole.ADMIN


class Audit(Noun):
    """The commands about the audit log."""

    @command("audit [PAGE]", AccountsWords.AUDIT_ABOUT, role=_ADMIN)
    async def list(self, ask: Ask) -> Screen:
        """Every change, the newest first."""
        return await self._lines(ask, "", ask.say(AccountsWords.AUDIT_TITLE), "accounts")

    @command("audit of OBJECT [PAGE]", AccountsWords.AUDIT_OF_ABOUT, role=_ADMIN)
    async def of(self, ask: Ask) -> Screen:
        """The changes of one thing, such as ``bot:3``."""
        object = ask.word("OBJECT")
        title = ask.say(AccountsWords.AUDIT_OF_TITLE, what=object)
        return await self._lines(ask, object, title, _screen_of(object))

    async def _lines(self, ask: Ask, object: str, title: str, back: str) -> Screen:
        found = await self.tools.store.audit_lines(
            object=object, offset=(ask.page - 1) * PAGE, limit=PAGE + 1
        )
        here = f"audit of {object}" if object else "audit"
        find = go(ask.say(AccountsWords.AUDIT_FIND), "audit find")
        return Screen(
            title,
            () if found else (ask.say(AccountsWords.AUDIT_NONE),),
            buttons=(
                *self._rows(found[:PAGE]),
                *pages(here, ask.page, len(found) > PAGE),
                *(((find,),) if not object else ()),
            ),
            back=back,
            refresh=f"{here} {ask.page}",
        )

    @command("audit entry ENTRY", AccountsWords.AUDIT_ENTRY_ABOUT, role=_ADMIN)
    async def entry(self, ask: Ask) -> Screen:
        """One change, with what is different."""
        line = await self.tools.store.audit_line(ask.number("ENTRY"))
        if line is None:
            raise ask.refuse(CommonWords.NOT_FOUND, what=ask.word("ENTRY"))
        entry = line.entry
        what = f"{entry.object} {entry.field}".strip()
        who = f"{entry.user_name or '–'} ({entry.user_id})"
        lines = [
            ask.say(AccountsWords.AUDIT_WHO, who=who),
            ask.say(AccountsWords.AUDIT_WHAT, what=f"{PREFIX} {entry.action}"),
            ask.say(AccountsWords.AUDIT_OBJECT, what=what or "–"),
        ]
        time = moment(line.at, self.tools.settings.get(TIMEZONE))
        buttons: Buttons = ()
        if entry.object:
            more = go(ask.say(AccountsWords.CHANGES), f"audit of {entry.object}")
            there = _screen_of(entry.object)
            show = (go(ask.say(AccountsWords.SHOW), there),) if there != "audit" else ()
            buttons = ((more, *show),)
        return Screen(
            ask.say(AccountsWords.AUDIT_ENTRY_TITLE, id=str(line.id), time=time),
            tuple(lines),
            code=difference(redact(entry.before or ""), redact(entry.after or "")),
            buttons=buttons,
            back="audit",
        )

    @command("audit find [TEXT…]", AccountsWords.AUDIT_FIND_ABOUT, role=_ADMIN)
    async def find(self, ask: Ask) -> Screen:
        """The changes in which a text occurs: names, ids, fields, values."""
        if not ask.word("TEXT").strip():
            return Screen(ask.say(AccountsWords.AUDIT_FIND_ASK), back="audit", awaits="audit find")
        return await self._found(ask, 0)

    @command("audit before ENTRY find TEXT…", AccountsWords.AUDIT_FURTHER_ABOUT, role=_ADMIN)
    async def find_further(self, ask: Ask) -> Screen:
        """The same among older changes."""
        return await self._found(ask, ask.number("ENTRY"))

    async def _found(self, ask: Ask, before: int) -> Screen:
        text = " ".join(ask.word("TEXT").split())[:200]
        found = await self.tools.store.search_audit(text, before=before, rows=SEARCHED, limit=PAGE)
        words = AccountsWords.AUDIT_FOUND if found.lines else AccountsWords.AUDIT_FOUND_NONE
        lines, further = [], []
        if found.further:
            command = f"audit before {found.further} find {text}"
            if len(f"{PREFIX} {command}".encode()) <= PRESS:
                further = [(go(ask.say(AccountsWords.AUDIT_FURTHER), command),)]
            else:
                lines = [ask.say(AccountsWords.AUDIT_FURTHER_TYPE, command=f"{PREFIX} {command}")]
        return Screen(
            ask.say(words, text=text),
            tuple(lines),
            buttons=(*self._rows(found.lines), *further),
            back="audit",
        )

    def _rows(self, lines: Sequence[Audited]) -> Buttons:
        zone = self.tools.settings.get(TIMEZONE)
        return tuple(
            (go(f"{moment(line.at, zone)[5:]} · {_brief(line)}", f"audit entry {line.id}"),)
            for line in lines
        )


def difference(before: str, after: str) -> str:
    """What is different, line by line, with three lines around each change."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


def _brief(line: Audited) -> str:
    entry = line.entry
    who = entry.user_name or str(entry.user_id)
    what = f"{entry.object} {entry.field}".strip() or entry.action
    return f"{who}: {what}"


def _screen_of(object: str) -> str:
    """The command that shows what an audit line is about."""
    kind, _, key = object.partition(":")
    if kind in ("account", "bot", "setting", "chat", "message", "broadcast") and key:
        return f"{kind} {key}"
    return "audit"
