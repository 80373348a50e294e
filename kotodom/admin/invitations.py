"""/start with the code of an invitation: somebody becomes one of those who administer."""

import secrets
from collections.abc import Callable

from kotodom.accounts import Accounts
from kotodom.admin.screen import Screen, draw, go
from kotodom.admin.words.accounts import AccountsWords, role_words
from kotodom.clock import Clock
from kotodom.commands.call import Call, Said
from kotodom.i18n import say
from kotodom.model import ChatType, Lane, Person
from kotodom.ports import Store
from kotodom.ports.admin.accounts import AccountInvite, Redeemed, Redeeming
from kotodom.reading import speaks_for_chat

MARK = "adm-"
"""How the code of such an invitation begins; no other link costs a look into the database."""


def new_code() -> str:
    """A code that nobody can guess: 192 random bits."""
    return MARK + secrets.token_urlsafe(24)


class AccountInvitations:
    """Makes accounts of those who open such links."""

    def __init__(
        self, *, store: Store, accounts: Accounts, offer: Callable[[Lane], None], clock: Clock
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._offer = offer
        self._clock = clock

    async def open(self, call: Call) -> Said:
        """What whoever opened a link hears; None when it is no invitation of ours."""
        person = call.job.sender
        if not call.args.startswith(MARK) or person is None:
            return None
        if call.job.chat.type is not ChatType.PRIVATE or speaks_for_chat(call.job.raw):
            return None
        language = call.job.language
        known = self._accounts.of(person.id)
        if known is not None and known.configured:
            redeemed = Redeemed(Redeeming.ALREADY, known)
        else:
            redeemed = await self._store.redeem_account_invite(
                call.args,
                person,
                f"job:{call.job.id}",
                self._clock.now(),
                admins=self._accounts.admins(),
            )
        if redeemed.outcome is Redeeming.INVALID or redeemed.account is None:
            claim = redeemed.invite is not None
            words = AccountsWords.CLAIM_INVALID if claim else AccountsWords.INVITE_INVALID
            return say(words, language)
        role = say(role_words(redeemed.account.role), language)
        door = ((go(say(AccountsWords.OPEN, language), ""),),)
        if redeemed.outcome is Redeeming.ALREADY:
            return draw(
                Screen(say(AccountsWords.INVITE_ALREADY, language, role=role), buttons=door),
                language,
            )
        self._accounts.put(redeemed.account)
        if redeemed.invite is not None:
            await self._tell(call.bot.id, redeemed.invite, person)
        lines = (say(AccountsWords.WELCOME_LINE, language, role=role),)
        return draw(Screen(say(AccountsWords.WELCOME, language), lines, buttons=door), language)

    async def _tell(self, bot_id: int, invite: AccountInvite, person: Person) -> None:
        """Tell whoever invited them, if they ever wrote to this bot."""
        chat = await self._store.private_chat(bot_id, invite.created_by)
        if chat is None:
            return
        known = await self._store.people_known([invite.created_by])
        language = known[invite.created_by].language_code if invite.created_by in known else ""
        name = person.full_name or person.username or str(person.id)
        role = say(role_words(invite.role), language)
        screen = Screen(
            say(AccountsWords.ACCEPTED, language, name=name, role=role),
            buttons=((go(say(AccountsWords.SHOW, language), f"account {person.id}"),),),
        )
        lane = await self._store.write_notice(
            chat,
            draw(screen, language),
            key=f"accepted:{invite.id}:{person.id}",
            now=self._clock.now(),
        )
        if lane is not None:
            self._offer(lane)
