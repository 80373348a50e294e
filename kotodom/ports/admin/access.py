"""What the database keeps of who may talk to which bot: standings, requests and invite links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kotodom.model import Access, Chat, Content, Job, Lane
from kotodom.ports.admin.desk import AuditEntry


@dataclass(frozen=True, slots=True)
class Standing:
    """What admins decided about somebody at one bot."""

    access: Access = Access.NONE
    until: int | None = None
    """ALLOWED until then; None: for ever."""
    note: str = ""
    invite_id: int | None = None
    """The link by which they came."""
    decided_by: int | None = None
    """Telegram's id of whoever decided."""
    updated_at: int = 0

    def now(self, now: int) -> Access:
        """What holds at that time: a stay ends by itself."""
        over = self.until is not None and self.until <= now
        return Access.NONE if self.access is Access.ALLOWED and over else self.access


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a decision about somebody."""

    before: Standing
    changed: bool
    """False when it was so already, or somebody else had decided before."""
    lanes: tuple[Lane, ...] = ()
    """They got work: words for the person, questions that waited."""


@dataclass(frozen=True, slots=True)
class Invite:
    """A link that lets people in."""

    id: int
    bot_id: int
    code: str
    uses_left: int | None = None
    """None: any number."""
    expires_at: int | None = None
    days: int | None = None
    """For how long whoever comes may stay; None: for ever."""
    quota: int | None = None
    """Questions a day for whoever comes; None: no limit of their own."""
    note: str = ""
    revoked: bool = False
    created_by: int = 0
    created_at: int = 0
    used: int = 0
    """How many people came by it."""

    def works(self, now: int) -> bool:
        """Whether it still lets somebody in."""
        expired = self.expires_at is not None and self.expires_at <= now
        return not self.revoked and not expired and self.uses_left != 0


class Entrance(StrEnum):
    """What became of somebody who came by a link."""

    UNKNOWN = "unknown"
    """There is no such code."""
    REVOKED = "revoked"
    EXPIRED = "expired"
    USED_UP = "used up"
    SPENT = "spent"
    """They came by it before, and their stay is over."""
    DENIED = "denied"
    """Admins decided not to let them in: no link does."""
    WELCOME = "welcome"
    INSIDE = "inside"
    """They may talk already, for at least as long: nothing is counted."""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The same, with what they were given."""

    entrance: Entrance
    until: int | None = None
    quota: int | None = None
    fresh: bool = False
    """It was counted for this very command."""
    lanes: tuple[Lane, ...] = ()


class AccessStore(Protocol):
    """The part of the store that knows who may talk."""

    async def bots_with(self, access: Access) -> set[int]:
        """The bots at which somebody has that standing."""
        ...

    async def standing(self, bot_id: int, user_id: int) -> Standing | None:
        """What was decided about somebody; None when nothing ever was."""
        ...

    async def park(
        self,
        job: Job,
        words: Sequence[Content],
        cards: Sequence[tuple[Chat, Sequence[Content]]],
        *,
        limit: int,
        now: int,
    ) -> list[Lane]:
        """End a stranger's row without an answer, and ask for them to be let in, if nobody has.

        In one transaction: the row is COMPLETED and, when it is a question and fewer than *limit*
        of theirs wait, kept to be answered later; the first time the person becomes PENDING, and
        *words* for them and the *cards* for admins are written as notices, whose lanes are
        returned. Who was let in meanwhile, by an admin or because the bot is public now, is
        answered instead. Raises StaleJob.
        """
        ...

    async def tell_once(self, job: Job, since: int, now: int) -> bool:
        """Whether *job*'s sender is to be told that they may not talk; True is remembered.

        Not when they were told after *since*, unless it was in answer to this very row.
        """
        ...

    async def decide(
        self,
        bot_id: int,
        user_id: int,
        access: Access,
        *,
        until: int | None,
        pending_only: bool,
        words: Mapping[Access, Sequence[Content]],
        entry: AuditEntry,
        now: int,
    ) -> Decided:
        """Set somebody's standing, with its line in the audit log, in one transaction.

        With *pending_only* only while they are PENDING. Those let in get the answers to what they
        asked meanwhile; of the others nothing waits any more. *words* are written to the person as
        a notice, by what their standing was before.
        """
        ...

    async def open_bot(self, bot_id: int) -> list[Lane]:
        """Everybody may talk to the bot now: what waited for a decision is answered."""
        ...

    async def set_person_note(self, bot_id: int, user_id: int, entry: AuditEntry, now: int) -> None:
        """Keep ``entry.after`` as the admins' note about somebody."""
        ...


class InviteStore(Protocol):
    """The part of the store for invite links to bots."""

    async def create_invite(self, invite: Invite, entry: AuditEntry, now: int) -> Invite:
        """Keep a new link; the same command (``entry.origin``) makes one link only."""
        ...

    async def invites(self, bot_id: int, *, offset: int, limit: int) -> list[Invite]:
        """A bot's links, the newest first."""
        ...

    async def invite(self, invite_id: int) -> Invite | None:
        """One of them."""
        ...

    async def knows_invite(self, bot_id: int, code: str) -> bool:
        """Whether there is (or was) such a link, to this bot or to an account."""
        ...

    async def revoke_invite(self, invite_id: int, entry: AuditEntry, now: int) -> bool:
        """Let nobody in by it any more; False when it was so already."""
        ...

    async def set_invite_note(self, invite_id: int, entry: AuditEntry, now: int) -> None:
        """Keep ``entry.after`` as the admins' note about a link."""
        ...

    async def redeem(self, job: Job, code: str, now: int) -> Redeemed:
        """Let *job*'s sender in by a link, which counts it once for each person."""
        ...

    async def invited(self, invite_id: int, limit: int) -> list[tuple[int, str, int]]:
        """Who came by a link, as (Telegram's id, name, when), the newest first."""
        ...
