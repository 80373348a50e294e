"""/admin accounts: who administers, with which role."""

from dataclasses import replace

from kotodom.admin.accounts_shown import (
    ROLE_ICONS,
    account_buttons,
    account_label,
    person_name,
    read_role,
)
from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.screen import PAGE, Screen, columns, go, pages
from kotodom.admin.times import moment
from kotodom.admin.words.accounts import AccountsWords, may_words, role_words
from kotodom.admin.words.common import CommonWords
from kotodom.model import Account, AccountRole
from kotodom.settings import TIMEZONE

_ADMIN = AccountRole.ADMIN


class Accounts(Noun):
    """The commands about accounts."""

    @command("accounts [PAGE]", AccountsWords.ABOUT, role=_ADMIN)
    async def list(self, ask: Ask) -> Screen:
        """Everybody who administers, ADMIN first."""
        everybody = self.tools.accounts.all()
        shown = everybody[(ask.page - 1) * PAGE : ask.page * PAGE]
        people = await self.tools.store.people_known([one.user_id for one in shown])
        rows = tuple(
            (go(account_label(ask, one, people.get(one.user_id)), f"account {one.user_id}"),)
            for one in shown
        )
        doors = columns(
            [
                go(ask.say(AccountsWords.ADD), "account add"),
                go(ask.say(AccountsWords.INVITE), "account invite"),
                go(ask.say(AccountsWords.INVITES), "account invites"),
                go(ask.say(AccountsWords.AUDIT), "audit"),
            ]
        )
        more = len(everybody) > ask.page * PAGE
        return Screen(
            ask.say(AccountsWords.TITLE),
            (ask.say(AccountsWords.HINT),),
            buttons=(*rows, *pages("accounts", ask.page, more), *doors),
            back="",
            refresh=f"accounts {ask.page}",
        )

    @command("account USER", AccountsWords.CARD_ABOUT, role=_ADMIN)
    async def card(self, ask: Ask) -> Screen:
        """One account."""
        return await self._card(ask, await self._find(ask))

    @command("account add [WHO…]", AccountsWords.ADD_ABOUT, role=_ADMIN)
    async def add(self, ask: Ask) -> Screen:
        """Make somebody an account: ``501``, ``@ann``, ``@ann MANAGER``."""
        said, _, role = ask.word("WHO").strip().partition(" ")
        if not said:
            return Screen(
                ask.say(AccountsWords.ADD_ASK),
                (ask.say(AccountsWords.ADD_HOW),),
                back="accounts",
                awaits="account add",
            )
        user_id = await self.tools.store.find_person(said)
        if not user_id:
            raise ask.refuse(AccountsWords.ADD_UNKNOWN, who=said)
        if any(bot.telegram_id == user_id for bot in self.tools.registry.all()):
            raise ask.refuse(AccountsWords.ADD_BOT)
        known = self._known(user_id)
        if not role.strip():
            if known is not None:
                return await self._card(ask, known, ask.say(AccountsWords.ADD_EXISTS))
            return await self._choose_role(ask, user_id)
        wanted = read_role(ask, role)
        if known is not None and known.role is not wanted:
            return await self._card(ask, known, ask.say(AccountsWords.ADD_EXISTS))
        person = (await self.tools.store.people_known([user_id])).get(user_id)
        async with self.tools.accounts.changing:
            # Somebody may have added them meanwhile: what they were given then stays.
            if self._known(user_id) is None:
                name = person.full_name if person else ""
                await self._save(ask, Account(user_id, wanted, name=name), "role", None, wanted)
            known = self._known(user_id)
        assert known is not None
        told = [ask.say(AccountsWords.ADDED)]
        if person is None:
            told.append(ask.say(AccountsWords.ADDED_START, bot=ask.through.username))
        return await self._card(ask, known, " ".join(told))

    async def _choose_role(self, ask: Ask, user_id: int) -> Screen:
        person = (await self.tools.store.people_known([user_id])).get(user_id)
        lines = tuple(
            f"{ROLE_ICONS[role]} {ask.say(role_words(role))}: {ask.say(may_words(role))}"
            for role in AccountRole
        )
        buttons = tuple(
            (
                go(
                    f"{ROLE_ICONS[role]} {ask.say(role_words(role))}",
                    f"account add {user_id} {role}",
                ),
            )
            for role in AccountRole
        )
        title = ask.say(AccountsWords.ADD_ROLE, who=person_name(user_id, person))
        return Screen(title, lines, buttons=buttons, back="accounts")

    @command("account USER role ROLE", AccountsWords.ROLE_ABOUT, role=_ADMIN)
    async def set_role(self, ask: Ask) -> Screen:
        """Give somebody another role."""
        account = await self._find(ask)
        wanted = read_role(ask, ask.word("ROLE"))
        async with self.tools.accounts.changing:
            account = self._changeable(ask, account.user_id)
            if account.role is not wanted:
                self._keep_an_admin(ask, replace(account, role=wanted))
                before = account.role
                account = replace(account, role=wanted)
                await self._save(ask, account, "role", before, wanted)
        return await self._card(ask, account, ask.say(AccountsWords.ROLE_SET))

    @command("account USER disable", AccountsWords.DISABLE_ABOUT, role=_ADMIN)
    async def disable(self, ask: Ask) -> Screen:
        """Let somebody administer no longer; everything else of theirs stays."""
        return await self._switch(ask, active=False, words=AccountsWords.DISABLE_DONE)

    @command("account USER enable", AccountsWords.ENABLE_ABOUT, role=_ADMIN)
    async def enable(self, ask: Ask) -> Screen:
        """Let them administer again."""
        return await self._switch(ask, active=True, words=AccountsWords.ENABLE_DONE)

    async def _switch(self, ask: Ask, *, active: bool, words: AccountsWords) -> Screen:
        account = await self._find(ask)
        async with self.tools.accounts.changing:
            account = self._changeable(ask, account.user_id)
            if account.active is not active:
                account = replace(account, active=active)
                self._keep_an_admin(ask, account)
                states = ("ACTIVE", "DISABLED") if not active else ("DISABLED", "ACTIVE")
                await self._save(ask, account, "status", *states)
        return await self._card(ask, account, ask.say(words))

    @command("account USER remove", AccountsWords.REMOVE_ABOUT, role=_ADMIN)
    async def remove(self, ask: Ask) -> Screen:
        """Ask before an account goes."""
        account = await self._find(ask)
        account = self._changeable(ask, account.user_id)
        self._keep_an_admin(ask, replace(account, active=False))
        lines = (
            [ask.say(AccountsWords.REMOVE_BOTS, count=count)]
            if (count := self._bots(account))
            else []
        )
        person = (await self.tools.store.people_known([account.user_id])).get(account.user_id)
        name = person_name(account.user_id, person, account.name)
        return Screen(
            ask.say(AccountsWords.REMOVE_ASK, who=name),
            tuple(lines),
            buttons=(
                (go(ask.say(AccountsWords.REMOVE_YES), f"account {account.user_id} remove yes"),),
            ),
            back=f"account {account.user_id}",
        )

    @command("account USER remove yes", AccountsWords.REMOVE_YES_ABOUT, role=_ADMIN)
    async def remove_surely(self, ask: Ask) -> Screen:
        """Delete an account."""
        user_id = await self._user_id(ask)
        async with self.tools.accounts.changing:
            if self._known(user_id) is not None:
                account = self._changeable(ask, user_id)
                self._keep_an_admin(ask, replace(account, active=False))
                entry = ask.audit(f"account:{user_id}", "role", account.role, None)
                now = self.tools.clock.now()
                await self.tools.store.remove_account(user_id, entry, now)
                self.tools.accounts.remove(user_id)
                self._disown(account)
        screen = await self.list(replace(ask, words={}))
        return replace(
            screen, lines=(ask.say(AccountsWords.REMOVE_DONE), *screen.lines), refresh="accounts"
        )

    # -- what they share ---------------------------------------------------------------------

    async def _user_id(self, ask: Ask) -> int:
        said = ask.word("USER")
        found = await self.tools.store.find_person(said)
        if not found:
            raise ask.refuse(CommonWords.NOT_FOUND, what=said)
        return int(found)

    async def _find(self, ask: Ask) -> Account:
        account = self._known(await self._user_id(ask))
        if account is None:
            raise ask.refuse(AccountsWords.UNKNOWN, who=ask.word("USER"))
        return account

    def _known(self, user_id: int) -> Account | None:
        found: Account | None = next(
            (one for one in self.tools.accounts.all() if one.user_id == user_id), None
        )
        return found

    def _changeable(self, ask: Ask, user_id: int) -> Account:
        account = self._known(user_id)
        if account is None:
            raise ask.refuse(AccountsWords.UNKNOWN, who=str(user_id))
        if account.configured:
            raise ask.refuse(AccountsWords.IS_CONFIGURED)
        return account

    def _keep_an_admin(self, ask: Ask, changed: Account) -> None:
        """Refuse what would leave nobody who is ADMIN."""
        if changed.active and changed.role is _ADMIN:
            return
        if not [one for one in self.tools.accounts.admins() if one != changed.user_id]:
            raise ask.refuse(AccountsWords.LAST_ADMIN)

    async def _save(
        self, ask: Ask, account: Account, field: str, before: str | None, after: str
    ) -> None:
        entry = ask.audit(f"account:{account.user_id}", field, before, after)
        now = self.tools.clock.now()
        saved = await self.tools.store.save_account(account, ask.actor.user_id, entry, now)
        self.tools.accounts.put(saved)

    def _disown(self, account: Account) -> None:
        """Their bots are the admins' own now, as the database says."""
        for bot in self.tools.registry.all():
            if account.id and bot.owner_id == account.id:
                self.tools.registry.put(replace(bot, owner_id=None))

    def _bots(self, account: Account) -> int:
        return sum(bot.owner_id == account.id != 0 for bot in self.tools.registry.all())

    async def _card(self, ask: Ask, account: Account, told: str = "") -> Screen:
        store = self.tools.store
        origin = await store.account_origin(account.user_id)
        by = origin.invited_by if origin is not None else None
        people = await store.people_known([account.user_id, *([by] if by else [])])
        person = people.get(account.user_id)
        lines = [told, ""] if told else []
        lines.append(f"{ROLE_ICONS[account.role]} {ask.say(role_words(account.role))}")
        lines.append(ask.say(may_words(account.role)))
        lines.append(ask.say(AccountsWords.CARD_ID, id=str(account.user_id)))
        if person is not None and person.username:
            lines[-1] += f" · @{person.username}"
        if account.role is AccountRole.USER or self._bots(account):
            lines.append(ask.say(AccountsWords.CARD_BOTS, count=self._bots(account)))
        if origin is not None:
            at = moment(origin.created_at, self.tools.settings.get(TIMEZONE))
            if by:
                name = person_name(by, people.get(by))
                lines.append(ask.say(AccountsWords.CARD_SINCE_BY, time=at, who=name))
            else:
                lines.append(ask.say(AccountsWords.CARD_SINCE, time=at))
        if not account.active:
            lines.append(ask.say(AccountsWords.CARD_DISABLED))
        if account.configured:
            lines.append(ask.say(AccountsWords.CARD_CONFIGURED))
        return Screen(
            person_name(account.user_id, person, account.name),
            tuple(lines),
            buttons=account_buttons(ask, account),
            back="accounts",
            refresh=f"account {account.user_id}",
        )
