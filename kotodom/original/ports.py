"""Whom an import talks to: the original's database, and ours."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from kotodom.original.rows import (
    OldAdmin,
    OldBot,
    OldChat,
    OldMessage,
    OldPerson,
    OldProcessing,
    OldSetting,
)
from kotodom.original.understanding import NewBot, NewChat, NewMessage


class Came(StrEnum):
    """What an imported row is noted as."""

    BOT = "Bot"
    PERSON = "TgUser"
    CHAT = "Chat"
    MESSAGE = "Message"
    ANSWER = "Answer"
    """The row that says what became of a question; its id there is the answer's."""
    PROCESSING = "MessageProcessing"
    SETTING = "Setting"
    ADMIN = "User"


class Reader(Protocol):
    """The original's database; each walk yields batches in the order of ids."""

    async def count(self, table: str) -> int:
        """How many rows it has; 0 where it does not exist."""
        ...

    async def bots(self) -> Sequence[OldBot]: ...

    async def admins(self) -> Sequence[OldAdmin]: ...

    async def settings(self) -> Sequence[OldSetting]: ...

    def people(self) -> AsyncIterator[Sequence[OldPerson]]: ...

    def chats(self) -> AsyncIterator[Sequence[OldChat]]: ...

    def messages(self) -> AsyncIterator[Sequence[OldMessage]]: ...

    def processings(self) -> AsyncIterator[Sequence[OldProcessing]]: ...


class Here(Protocol):
    """What our database has already."""

    async def known(self, kind: Came, ids: Iterable[str]) -> Collection[str]:
        """Those of *ids* that came before."""
        ...

    async def bots(self) -> Mapping[int, bool]:
        """Our bots by Telegram id: False for one that was deleted, or left the configuration."""
        ...

    async def people(self, ids: Sequence[int]) -> Collection[int]:
        """Those that are here already."""
        ...

    async def chats(self) -> Collection[tuple[int, int]]:
        """Our conversations: the bot's and the chat's Telegram id."""
        ...

    async def going_on(self) -> Collection[tuple[int, int]]:
        """Those in which something was asked here."""
        ...

    async def settings(self) -> Collection[str]:
        """The keys that admins have set here."""
        ...


class Writer(Here, Protocol):
    """Our database. What could come twice it notes as come, in the same transaction."""

    async def put_bot(self, bot: NewBot) -> None: ...

    async def put_people(self, people: Sequence[OldPerson]) -> None: ...

    async def put_chats(self, chats: Sequence[NewChat]) -> None: ...

    async def put_messages(self, messages: Sequence[NewMessage]) -> None: ...

    async def put_processings(self, rows: Sequence[OldProcessing]) -> None: ...

    async def put_setting(self, foreign_id: str, key: str, value: str) -> None: ...

    async def put_admin(self, admin: OldAdmin) -> None: ...


class Nowhere:
    """There is no database yet: nothing is here."""

    async def known(self, kind: Came, ids: Iterable[str]) -> Collection[str]:
        return ()

    async def bots(self) -> Mapping[int, bool]:
        return {}

    async def people(self, ids: Sequence[int]) -> Collection[int]:
        return ()

    async def chats(self) -> Collection[tuple[int, int]]:
        return ()

    async def going_on(self) -> Collection[tuple[int, int]]:
        return ()

    async def settings(self) -> Collection[str]:
        return ()
