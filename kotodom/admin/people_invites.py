"""/admin people: invite links to a bot."""

import re
import secrets
from typing import NamedTuple
from urllib.parse import quote

from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.screen import PAGE, Screen, go, pages
from kotodom.admin.words.people import PeopleWords
from kotodom.clock import SECOND
from kotodom.i18n import Wording
from kotodom.model import Bot, Button
from kotodom.ports.admin.access import Invite
from kotodom.wording import moment

DAY = 24 * 3600 * SECOND
CODE_BYTES = 18
"""Of randomness: 24 characters, which nobody guesses; Telegram takes up to 64."""
NOTE = 200
"""Characters of a note."""
CAME = 8
"""So many who came by a link are shown."""
ANY = "any"
_DEFAULTS = ("1", "7", ANY, ANY)
_STEPS = (("1", "5", "25", ANY), ("1", "7", "30", ANY), ("1", "7", "30", ANY), ("10", "50", ANY))
_LIMITS = (100_000, 3_650, 3_650, 1_000_000)


class Terms(NamedTuple):
    """What a link gives; None: no bound."""

    uses: int | None
    valid: int | None
    """Days for which it works."""
    stay: int | None
    """Days for which whoever comes may stay."""
    quota: int | None
    """Questions a day for whoever comes."""


_TEXTS: tuple[tuple[Wording, Wording], ...] = (
    (PeopleWords.INVITE_USES, PeopleWords.INVITE_USES_ANY),
    (PeopleWords.INVITE_VALID, PeopleWords.INVITE_VALID_ANY),
    (PeopleWords.INVITE_STAY, PeopleWords.INVITE_STAY_ANY),
    (PeopleWords.INVITE_QUOTA, PeopleWords.INVITE_QUOTA_ANY),
)


class Invites(Noun):
    """A bot's invite links."""

    @command("bot BOT invites [PAGE]", PeopleWords.ABOUT_INVITES)
    async def invites(self, ask: Ask) -> Screen:
        """All of them, the newest first."""
        bot, now = ask.target, self.tools.clock.now()
        found = await self.tools.store.invites(bot.id, offset=(ask.page - 1) * PAGE, limit=PAGE + 1)
        here = f"bot {bot.id} invites"
        return Screen(
            ask.say(PeopleWords.INVITES_TITLE, bot=bot.name),
            () if found else (ask.say(PeopleWords.INVITES_EMPTY),),
            buttons=(
                *((go(_label(ask, one, now), f"invite {one.id}"),) for one in found[:PAGE]),
                *pages(here, ask.page, len(found) > PAGE),
                (go(ask.say(PeopleWords.INVITE_NEW), f"bot {bot.id} invite"),),
            ),
            back=f"bot {bot.id} people",
            refresh=f"{here} {ask.page}",
        )

    @command("bot BOT invite [USES] [VALID] [STAY] [QUOTA]", PeopleWords.ABOUT_INVITE_FORM)
    async def form(self, ask: Ask) -> Screen:
        """Choose what a new link gives."""
        bot = ask.target
        _link(ask, bot, "")
        said = tuple(
            ask.word(name, default).lower()
            for name, default in zip(("USES", "VALID", "STAY", "QUOTA"), _DEFAULTS, strict=True)
        )
        terms = _terms(ask, said)
        rows = []
        for place, steps in enumerate(_STEPS):
            row = []
            for step in steps:
                chosen = " ".join((*said[:place], step, *said[place + 1 :]))
                label = _term(ask, place, _number(step))
                mark = "● " if step == said[place] else ""
                row.append(go(f"{mark}{label}", f"bot {bot.id} invite {chosen}"))
            rows += [tuple(row[:2]), tuple(row[2:])]
        words = " ".join(said)
        rows.append(
            (go(ask.say(PeopleWords.INVITE_CREATE), f"bot {bot.id} invite create {words}"),)
        )
        return Screen(
            ask.say(PeopleWords.INVITE_NEW),
            (
                ask.say(PeopleWords.INVITE_FORM_HINT),
                "",
                *(f"• {_term(ask, place, value)}" for place, value in enumerate(terms)),
            ),
            buttons=tuple(rows),
            back=f"bot {bot.id} invites",
        )

    @command("bot BOT invite create [USES] [VALID] [STAY] [QUOTA]", PeopleWords.ABOUT_INVITE_CREATE)
    async def create(self, ask: Ask) -> Screen:
        """Make a link."""
        bot = ask.target
        _link(ask, bot, "")
        said = tuple(
            ask.word(name, default).lower()
            for name, default in zip(("USES", "VALID", "STAY", "QUOTA"), _DEFAULTS, strict=True)
        )
        terms = _terms(ask, said)
        invite = Invite(
            id=0,
            bot_id=bot.id,
            code=secrets.token_urlsafe(CODE_BYTES),
            uses_left=terms.uses,
            expires_at=None if terms.valid is None else ask.job.received_at + terms.valid * DAY,
            days=terms.stay,
            quota=terms.quota,
            created_by=ask.actor.user_id,
        )
        entry = ask.audit(f"bot:{bot.id}", "invite", after=" ".join(said))
        made = await self.tools.store.create_invite(invite, entry, self.tools.clock.now())
        return await self._show(ask, made)

    @command("invite INVITE", PeopleWords.ABOUT_INVITE)
    async def one(self, ask: Ask) -> Screen:
        """One link, and who came by it."""
        return await self._show(ask, await self._found(ask))

    @command("invite INVITE revoke", PeopleWords.ABOUT_INVITE_REVOKE)
    async def revoke(self, ask: Ask) -> Screen:
        """Let nobody in by it any more; those who came stay."""
        invite = await self._found(ask)
        entry = ask.audit(f"bot:{invite.bot_id}", f"invite {invite.id}", "works", "revoked")
        await self.tools.store.revoke_invite(invite.id, entry, self.tools.clock.now())
        return await self._show(ask, await self._found(ask))

    @command("invite INVITE note [TEXT…]", PeopleWords.ABOUT_INVITE_NOTE)
    async def note(self, ask: Ask) -> Screen:
        """Write down whom it is for."""
        invite = await self._found(ask)
        said = ask.word("TEXT")
        if not said:
            return Screen(
                ask.say(PeopleWords.NOTE),
                (ask.say(PeopleWords.INVITE_NOTE_ASK),),
                buttons=((go(ask.say(PeopleWords.NOTE_CLEAR), f"invite {invite.id} note -"),),),
                back=f"invite {invite.id}",
                refresh=f"invite {invite.id} note",
                awaits=f"invite {invite.id} note",
            )
        entry = ask.audit(
            f"bot:{invite.bot_id}",
            f"invite {invite.id} note",
            invite.note,
            "" if said == "-" else said[:NOTE],
        )
        await self.tools.store.set_invite_note(invite.id, entry, self.tools.clock.now())
        return await self._show(ask, await self._found(ask))

    async def _found(self, ask: Ask) -> Invite:
        invite: Invite | None = await self.tools.store.invite(ask.number("INVITE"))
        assert invite is not None  # the desk has looked for its bot
        return invite

    async def _show(self, ask: Ask, invite: Invite) -> Screen:
        bot = self.tools.registry.get(invite.bot_id)
        link, now = _link(ask, bot, invite.code), self.tools.clock.now()
        came = await self.tools.store.invited(invite.id, CAME)
        works = invite.works(now)
        lines = [
            ask.say(PeopleWords.INVITE_LINK, link=link),
            *([] if works else [ask.say(PeopleWords.INVITE_WORKS_NOT)]),
            "",
            *(f"• {line}" for line in _given(ask, invite)),
            ask.say(PeopleWords.INVITE_USED, count=invite.used),
            ask.say(PeopleWords.INVITE_MADE, at=moment(invite.created_at)),
            *([ask.say(PeopleWords.NOTE_IS, note=invite.note)] if invite.note else []),
        ]
        rows: list[tuple[Button, ...]] = [
            (go(f"👤 {name or f'id {user_id}'}", f"bot {bot.id} person {user_id}"),)
            for user_id, name, _ in came
        ]
        here = f"invite {invite.id}"
        tools = [go(ask.say(PeopleWords.NOTE), f"{here} note")]
        if works:
            share = f"https://t.me/share/url?url={quote(link, safe='')}"
            tools.append(Button(ask.say(PeopleWords.INVITE_SHARE), url=share))
            tools.append(go(ask.say(PeopleWords.INVITE_REVOKE), f"{here} revoke"))
        return Screen(
            ask.say(PeopleWords.INVITE_TITLE, invite=str(invite.id), bot=bot.name),
            tuple(lines),
            buttons=(*rows, tuple(tools)),
            back=f"bot {bot.id} invites",
            refresh=here,
        )


def _link(ask: Ask, bot: Bot, code: str) -> str:
    if not bot.username:
        raise ask.refuse(PeopleWords.INVITE_NO_NAME)
    return f"https://t.me/{bot.username}?start={code}"


def _terms(ask: Ask, said: tuple[str, ...]) -> Terms:
    for word, limit in zip(said, _LIMITS, strict=True):
        number = _number(word)
        if word != ANY and (number is None or not 1 <= number <= limit):
            raise ask.refuse(PeopleWords.INVITE_BAD, said=word)
    return Terms(*map(_number, said))


def _number(word: str) -> int | None:
    return int(word) if re.fullmatch(r"\d{1,7}", word, re.ASCII) else None


def _term(ask: Ask, place: int, value: int | None) -> str:
    counted, unbounded = _TEXTS[place]
    return ask.say(unbounded) if value is None else ask.say(counted, count=value)


def _given(ask: Ask, invite: Invite) -> list[str]:
    uses = PeopleWords.INVITE_LEFT
    return [
        ask.say(PeopleWords.INVITE_USES_ANY)
        if invite.uses_left is None
        else ask.say(uses, count=invite.uses_left),
        ask.say(PeopleWords.INVITE_VALID_ANY)
        if invite.expires_at is None
        else ask.say(PeopleWords.INVITE_EXPIRES, until=moment(invite.expires_at)),
        _term(ask, 2, invite.days),
        _term(ask, 3, invite.quota),
    ]


def _label(ask: Ask, invite: Invite, now: int) -> str:
    """A link in the list: what tells it from the others."""
    if invite.revoked:
        state = ask.say(PeopleWords.INVITE_REVOKED)
    elif not invite.works(now):
        state = ask.say(PeopleWords.INVITE_OVER)
    else:
        state = _given(ask, invite)[0]
    return (
        f"#{invite.id} {invite.note[:20]} · {state}" if invite.note else f"#{invite.id} · {state}"
    )
