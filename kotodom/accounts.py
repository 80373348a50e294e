"""Who administers, as this process knows it: the database's accounts and the configuration's."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace

from kotodom.model import Account, AccountRole, Bot


class Accounts:
    """Accounts by Telegram's user id; the configuration's ids are ADMIN whatever is stored."""

    def __init__(self, configured: Iterable[int]) -> None:
        self._configured = frozenset(configured)
        self._accounts: dict[int, Account] = {}
        self.changed: Callable[[int], None] = lambda user_id: None
        """Hears who administers from now on, or does no longer."""
        self.changing = asyncio.Lock()
        """Held while an account is looked at and then changed: two admins are not one."""

    def load(self, accounts: Iterable[Account]) -> None:
        """Know these, and no others beside the configuration's."""
        self._accounts = {account.user_id: account for account in accounts}

    def put(self, account: Account) -> None:
        """Add an account or replace what is known of it."""
        self._accounts[account.user_id] = account
        self.changed(account.user_id)

    def remove(self, user_id: int) -> None:
        """Forget an account."""
        self._accounts.pop(user_id, None)
        self.changed(user_id)

    def all(self) -> list[Account]:
        """Every account, disabled ones too: ADMIN first."""
        known = {user_id: self._true(account) for user_id, account in self._accounts.items()}
        for user_id in self._configured:
            known.setdefault(user_id, self._true(Account(user_id, AccountRole.ADMIN)))
        order = list(AccountRole)
        return sorted(known.values(), key=lambda one: (order.index(one.role), one.user_id))

    def of(self, user_id: int) -> Account | None:
        """The account of somebody who may administer now; None for everybody else."""
        if user_id in self._configured:
            return self._true(self._accounts.get(user_id) or Account(user_id, AccountRole.ADMIN))
        account = self._accounts.get(user_id)
        return account if account is not None and account.active else None

    def admins(self) -> list[int]:
        """Telegram's ids of everybody who is ADMIN now."""
        return [one.user_id for one in self.all() if one.active and one.role is AccountRole.ADMIN]

    def _true(self, account: Account) -> Account:
        if account.user_id not in self._configured:
            return account
        return replace(account, role=AccountRole.ADMIN, active=True, configured=True)


def manages(account: Account, bot: Bot) -> bool:
    """Whether the bot is somebody's to administer."""
    if account.role.includes(AccountRole.MANAGER):
        return True
    return account.id != 0 and bot.owner_id == account.id
