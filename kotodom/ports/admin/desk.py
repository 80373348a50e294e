"""What the desk itself asks of the database: whose an object is, what is awaited, who did what."""

from dataclasses import dataclass
from typing import Protocol

from kotodom.model import Account, Chat


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A change that somebody made; secrets are masked."""

    user_id: int
    user_name: str
    action: str
    object: str
    """``bot:3``, ``account:501``, ``setting:zone``, …"""
    field: str
    before: str | None
    after: str | None
    origin: str
    """The command that did it: carried out again after a crash, it is written once."""


class DeskStore(Protocol):
    """The part of the store that every command of /admin needs."""

    async def accounts(self) -> list[Account]:
        """Everybody who was ever given an account."""
        ...

    async def bot_of(self, kind: str, object_id: int) -> int | None:
        """The bot that an object belongs to; None when there is no such object.

        *kind* is an argument's name: CHAT, MESSAGE (a row's id), BROADCAST, INVITE.
        """
        ...

    async def chat(self, chat_id: int) -> Chat | None:
        """A conversation by our id."""
        ...

    async def private_chat(self, bot_id: int, user_id: int) -> Chat | None:
        """Somebody's private chat with a bot; None when they never wrote to it."""
        ...

    async def find_person(self, said: str) -> int | None:
        """Telegram's id of whom somebody called ``501`` or ``@name``.

        None when that is unknown, or two people had the name: nobody knows here who has it now.
        """
        ...

    async def await_input(self, bot_id: int, user_id: int, command: str, until: int) -> None:
        """Remember which command somebody's next message completes; empty: none."""
        ...

    async def awaited(self, now: int) -> list[tuple[int, int, str, int]]:
        """What is awaited as (bot_id, user_id, command, until)."""
        ...

    async def write_audit(self, entry: AuditEntry, now: int) -> None:
        """Write down a change that has no transaction of its own."""
        ...

    async def set_chat_menu(self, chat_id: int, fingerprint: str) -> None:
        """Remember which menu of commands an admin's chat was given; empty: the general one."""
        ...

    async def chat_menu(self, chat_id: int) -> str:
        """The fingerprint of the menu that an admin's chat was given."""
        ...
