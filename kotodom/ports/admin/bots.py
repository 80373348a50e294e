"""What /admin asks of the database about bots."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from kotodom.model import Bot, Chat
from kotodom.ports.admin.desk import AuditEntry


class Came(StrEnum):
    """What became of a token."""

    NEW = "NEW"
    """A bot nobody knew."""
    RENEWED = "RENEWED"
    """A known bot has another token now."""
    BACK = "BACK"
    """A bot that was deleted, or had left the configuration, is there again."""
    SAME = "SAME"
    """This very command has done it before."""


@dataclass(frozen=True, slots=True)
class NewBot:
    """A bot to add; its token is sealed."""

    telegram_id: int
    name: str
    username: str
    token: str
    owner_id: int | None
    like: int = 0
    """The bot whose settings it begins with; 0: none."""


@dataclass(frozen=True, slots=True)
class Version:
    """One change of a field."""

    id: int
    at: int
    user_id: int
    user_name: str
    before: str
    after: str
    origin: str
    """The command that made it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that is not saved yet."""

    base: str
    """What the bot had when it was shown beside it."""
    text: str
    origin: str
    """The command that added to it last."""


class Figures(NamedTuple):
    """How much one bot has to do."""

    waiting: int = 0
    """Questions that wait or are in work."""
    questions: int = 0
    """Answered today."""
    cost: int = 0
    """Nano-dollars, of the answers whose price is known."""
    unpriced: int = 0
    """Answers today whose price is not known."""


class Said(NamedTuple):
    """One message of a bot's history."""

    id: int
    chat_id: int
    telegram_chat_id: int
    chat_name: str
    role: str
    user_id: int | None
    user_name: str
    text: str
    at: int


class MenuChat(NamedTuple):
    """The private chat of somebody who has, or is to have, a menu of commands of their own."""

    chat: Chat
    menu: str
    """A fingerprint of the one it was given; empty: none."""
    language: str


class BotsStore(Protocol):
    """The part of the store for bots."""

    async def known_bot(self, telegram_id: int) -> Bot | None:
        """A bot by Telegram's id, also one that nobody sees any more; its token is sealed."""
        ...

    async def add_bot(self, new: NewBot, entry: AuditEntry, now: int) -> tuple[Bot, Came]:
        """Add a bot, or give the one with that id its token; the entry's object is filled in.

        Bots of the configuration must not be given here. The one that is returned has its token
        sealed.
        """
        ...

    async def change_bot(
        self, bot_id: int, field: str, value: object, entry: AuditEntry, now: int
    ) -> tuple[int, Bot]:
        """Set a field; the same command does it once. Returns the change's number and the bot.

        The actor's draft for that field goes with it.
        """
        ...

    async def delete_bot(self, bot_id: int, erase: bool, entry: AuditEntry, now: int) -> None:
        """Let nobody see a bot any more; its token goes, and with *erase* all that was said."""
        ...

    async def erase_bots(self, limit: int) -> int:
        """Delete up to *limit* rows of what erased bots have left; return how many it were."""
        ...

    async def bot_versions(
        self, bot_id: int, field: str, *, skip: int, limit: int
    ) -> list[Version]:
        """The changes of a field, newest first."""
        ...

    async def bot_version(self, bot_id: int, field: str, change_id: int) -> Version | None:
        """One of them."""
        ...

    async def put_bot_draft(
        self, bot_id: int, user_id: int, field: str, draft: Draft, now: int
    ) -> None:
        """Keep a text until it is saved."""
        ...

    async def bot_draft(self, bot_id: int, user_id: int, field: str) -> Draft | None:
        """The text that somebody has not saved yet."""
        ...

    async def drop_bot_draft(self, bot_id: int, user_id: int, field: str) -> None:
        """Forget it."""
        ...

    async def bot_figures(self, bot_ids: Sequence[int], now: int) -> Mapping[int, Figures]:
        """How much these bots have to do, and have done today."""
        ...

    async def said_by_bot(self, bot_id: int, *, after: int, limit: int) -> list[Said]:
        """What was said to and by a bot, oldest first, from above that message."""
        ...

    async def menu_chats(
        self, bot_id: int, user_ids: Collection[int], *, only: bool
    ) -> list[MenuChat]:
        """Private chats of these people, and (unless *only* they count) of all who have a menu."""
        ...
