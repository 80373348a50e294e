"""What /admin asks of the database about accounts, invitations and who changed what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kotodom.model import Account, AccountRole, Person
from kotodom.ports.admin.desk import AuditEntry

OPERATOR = 0
"""Made an invitation with `kotodom claim`: whoever may use the machine; no user has this id."""


@dataclass(frozen=True, slots=True)
class AccountInvite:
    """A link that makes whoever opens it first an account."""

    id: int
    code: str
    role: AccountRole
    expires_at: int
    created_by: int
    created_at: int


class Redeeming(StrEnum):
    """What became of somebody who opened an invitation."""

    WELCOME = "welcome"
    ALREADY = "already"
    """They are an account with that role or a higher one: the link stays as it was."""
    INVALID = "invalid"
    """Used, revoked, too old, never made; or they are a disabled account."""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The same, with whom it concerns."""

    outcome: Redeeming
    account: Account | None = None
    invite: AccountInvite | None = None


@dataclass(frozen=True, slots=True)
class AccountOrigin:
    """How somebody came to an account."""

    created_at: int
    invited_by: int | None


@dataclass(frozen=True, slots=True)
class Audited:
    """A change as it was written down."""

    id: int
    at: int
    entry: AuditEntry


@dataclass(frozen=True, slots=True)
class AuditFound:
    """How far a search in the audit log came."""

    lines: tuple[Audited, ...]
    further: int
    """Search on before that line; 0 when everything has been looked at."""


class AccountsStore(Protocol):
    """The part of the store for accounts."""

    async def save_account(
        self, account: Account, invited_by: int, entry: AuditEntry, now: int
    ) -> Account:
        """Add an account, or give the one of that person this role and state; return it."""
        ...

    async def remove_account(self, user_id: int, entry: AuditEntry, now: int) -> None:
        """Delete an account; its bots become the admins'."""
        ...

    async def account_origin(self, user_id: int) -> AccountOrigin | None:
        """When and by whom it was made; None without a stored account."""
        ...

    async def people_known(self, user_ids: Sequence[int]) -> Mapping[int, Person]:
        """Who these are, as far as they ever wrote; their language is the one they chose."""
        ...

    async def create_account_invite(
        self, invite: AccountInvite, entry: AuditEntry, now: int
    ) -> AccountInvite:
        """Keep an invitation; the same command again returns the one that it made."""
        ...

    async def account_invites(
        self, now: int, *, admins: Sequence[int], offset: int, limit: int
    ) -> list[AccountInvite]:
        """Invitations by these *admins* that can still be used, the newest first."""
        ...

    async def revoke_account_invite(self, invite_id: int, entry: AuditEntry, now: int) -> bool:
        """Let nobody use it any more; False when there is no such invitation."""
        ...

    async def redeem_account_invite(
        self, code: str, person: Person, origin: str, now: int, *, admins: Sequence[int]
    ) -> Redeemed:
        """Make *person* an account by an invitation, once for *origin* however often it is told.

        Only those count that the OPERATOR or one of the *admins* (Telegram's ids) made: who is none
        any more lets nobody in, least of all themselves. An operator's that cannot be used comes
        back with the verdict.
        """
        ...

    async def audit_lines(self, *, object: str = "", offset: int, limit: int) -> list[Audited]:
        """Changes, the newest first; with *object* only of that one, such as ``bot:3``."""
        ...

    async def audit_line(self, line_id: int) -> Audited | None:
        """One change."""
        ...

    async def search_audit(self, text: str, *, before: int, rows: int, limit: int) -> AuditFound:
        """The newest changes older than the line *before* (0: all) in which *text* occurs.

        At most so many rows are looked at, and so many returned.
        """
        ...
