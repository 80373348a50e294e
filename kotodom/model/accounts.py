"""People who administer, and who may talk to a bot."""

from dataclasses import dataclass
from enum import StrEnum


class AccountRole(StrEnum):
    """What somebody may administer; each may do what those below it may."""

    ADMIN = "ADMIN"
    MANAGER = "MANAGER"
    """Every bot, but no accounts and no settings."""
    USER = "USER"
    """Bots of their own only."""

    def includes(self, other: "AccountRole") -> bool:
        """Whether this role may do what *other* may."""
        order = list(AccountRole)
        return order.index(self) <= order.index(other)


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who administers."""

    user_id: int
    """Telegram's."""
    role: AccountRole
    id: int = 0
    """Our own; 0 for who stands in the configuration alone."""
    name: str = ""
    active: bool = True
    configured: bool = False
    """The configuration names them: always ADMIN, and nobody can lock them out."""


class AccessMode(StrEnum):
    """Who may talk to a bot."""

    PUBLIC = "public"
    APPROVAL = "approval"
    """Whom an admin lets in; a stranger's first message asks for it."""
    ALLOWLIST = "allowlist"
    """Whom an admin let in; strangers are told that it is private."""
    INVITE = "invite"
    """Whoever came by an invite link, or whom an admin let in."""


class Access(StrEnum):
    """What admins decided about somebody at one bot."""

    NONE = ""
    PENDING = "PENDING"
    """They have been asked, and have not decided."""
    ALLOWED = "ALLOWED"
    DENIED = "DENIED"
    """Not let in; at a public bot it means nothing."""
    BLOCKED = "BLOCKED"
    """Not served, wherever and whoever may talk to the bot."""
