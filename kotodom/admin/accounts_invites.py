"""/admin account invite: links that make whoever opens them one of those who administer."""

from dataclasses import replace
from urllib.parse import quote

from kotodom.admin.accounts_shown import ROLE_ICONS, person_name, read_role
from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.invitations import new_code
from kotodom.admin.screen import PAGE, Screen, go, pages
from kotodom.admin.times import moment
from kotodom.admin.words.accounts import AccountsWords, may_words, role_words
from kotodom.admin.words.common import CommonWords
from kotodom.clock import SECOND
from kotodom.model import AccountRole, Button
from kotodom.ports.admin.accounts import OPERATOR, AccountInvite
from kotodom.settings import TIMEZONE

DAYS = 7
"""For which a link is good unless somebody says otherwise."""
LONGEST = 90
_DAY = 24 * 3600 * SECOND


class AccountInvites(Noun):
    """The commands about invitations."""

    @command("account invite [ROLE] [DAYS]", AccountsWords.INVITE_ABOUT, role=AccountRole.ADMIN)
    async def invite(self, ask: Ask) -> Screen:
        """Make a link; without a role, ask for one."""
        if not ask.word("ROLE"):
            return self._choose(ask)
        role, days = read_role(ask, ask.word("ROLE")), _days(ask)
        if not ask.through.username:
            raise ask.refuse(AccountsWords.INVITE_NO_USERNAME)
        now = self.tools.clock.now()
        made = AccountInvite(0, new_code(), role, now + days * _DAY, ask.actor.user_id, now)
        entry = ask.audit("invites", "role", None, f"{role}, {days}d")
        made = await self.tools.store.create_account_invite(made, entry, now)
        link = f"https://t.me/{ask.through.username}?start={made.code}"
        share = f"https://t.me/share/url?url={quote(link, safe='')}"
        until = moment(made.expires_at, self.tools.settings.get(TIMEZONE))
        return Screen(
            ask.say(AccountsWords.INVITE_MADE, role=ask.say(role_words(made.role))),
            (ask.say(AccountsWords.INVITE_LINK, time=until), "", link),
            buttons=(
                (Button(ask.say(AccountsWords.INVITE_SHARE), url=share),),
                (
                    go(
                        ask.say(AccountsWords.INVITES_REVOKE, id=str(made.id)),
                        f"account invites revoke {made.id}",
                    ),
                ),
            ),
            back="account invites",
        )

    def _choose(self, ask: Ask) -> Screen:
        lines = tuple(
            f"{ROLE_ICONS[role]} {ask.say(role_words(role))}: {ask.say(may_words(role))}"
            for role in AccountRole
        )
        buttons = tuple(
            (go(f"{ROLE_ICONS[role]} {ask.say(role_words(role))}", f"account invite {role}"),)
            for role in AccountRole
        )
        title = ask.say(AccountsWords.INVITE_ROLE)
        return Screen(title, lines, buttons=buttons, back="accounts")

    @command("account invites [PAGE]", AccountsWords.INVITES_ABOUT, role=AccountRole.ADMIN)
    async def list(self, ask: Ask) -> Screen:
        """Links that can still be used; the links themselves are not shown again."""
        store, now = self.tools.store, self.tools.clock.now()
        admins = [OPERATOR, *self.tools.accounts.admins()]
        found = await store.account_invites(
            now, admins=admins, offset=(ask.page - 1) * PAGE, limit=PAGE + 1
        )
        shown = found[:PAGE]
        people = await store.people_known([one.created_by for one in shown])
        zone = self.tools.settings.get(TIMEZONE)
        lines = tuple(
            ask.say(
                AccountsWords.INVITES_LINE,
                id=str(one.id),
                role=ask.say(role_words(one.role)),
                who=ask.say(AccountsWords.BY_OPERATOR)
                if one.created_by == OPERATOR
                else person_name(one.created_by, people.get(one.created_by)),
                time=moment(one.expires_at, zone),
            )
            for one in shown
        )
        rows = tuple(
            (
                go(
                    ask.say(AccountsWords.INVITES_REVOKE, id=str(one.id)),
                    f"account invites revoke {one.id}",
                ),
            )
            for one in shown
        )
        make = go(ask.say(AccountsWords.INVITE), "account invite")
        return Screen(
            ask.say(AccountsWords.INVITES),
            lines or (ask.say(AccountsWords.INVITES_NONE),),
            buttons=(*rows, *pages("account invites", ask.page, len(found) > PAGE), (make,)),
            back="accounts",
            refresh=f"account invites {ask.page}",
        )

    @command("account invites revoke NUMBER", AccountsWords.REVOKE_ABOUT, role=AccountRole.ADMIN)
    async def revoke(self, ask: Ask) -> Screen:
        """Let nobody use a link any more."""
        number = ask.number("NUMBER")
        entry = ask.audit(f"invite:{number}", "revoked", "no", "yes")
        now = self.tools.clock.now()
        if not await self.tools.store.revoke_account_invite(number, entry, now):
            raise ask.refuse(CommonWords.NOT_FOUND, what=ask.word("NUMBER"))
        screen = await self.list(replace(ask, words={}))
        told = ask.say(AccountsWords.REVOKE_GONE, id=str(number))
        return replace(screen, lines=(told, "", *screen.lines))


def _days(ask: Ask) -> int:
    said = ask.word("DAYS", str(DAYS))
    if not said.isascii() or not said.isdigit() or not 1 <= int(said) <= LONGEST:
        raise ask.refuse(AccountsWords.INVITE_DAYS, limit=LONGEST)
    return int(said)
