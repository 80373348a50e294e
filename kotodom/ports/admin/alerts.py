"""What alerts ask of the database: whether a cause may be told again, and to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from kotodom.model import Chat, Content, Lane
from kotodom.ports.admin.desk import AuditEntry


class Addressee(NamedTuple):
    """Somebody's private chat with a bot, in which they can be told something."""

    chat: Chat
    language: str
    """Chosen, or else what their Telegram speaks; empty when nobody knows."""


class Notice(NamedTuple):
    """Words that are written ahead (see ``NoticeStore.write_notice``)."""

    chat: Chat
    contents: Sequence[Content]
    key: str


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """A cause, as it was told last."""

    key: str
    bot_id: int | None
    """Whose trouble it is; None: the instance's."""
    words: str
    """A text's id."""
    args: Mapping[str, str | int] = field(default_factory=dict)
    screen: str = ""
    """The command that shows more."""
    retry: str = ""
    last_sent_at: int = 0
    """0: it has reached nobody yet."""
    suppressed: int = 0
    """How often it has happened since."""
    silent_until: int = 0


class AlertsStore(Protocol):
    """The part of the store for alerts."""

    async def weigh_alert(self, key: str, now: int, window: int) -> int | None:
        """How many of *key* were kept back since it was told last.

        None when it was told within *window* ms, or is silenced: then this one is counted.
        """
        ...

    async def tell_alert(
        self, record: AlertRecord, notices: Sequence[Notice], now: int
    ) -> list[Lane]:
        """Write an alert's notices and that it is told, in one transaction; return their lanes.

        ``record.suppressed`` says how many were kept back so far, which it tells. Without notices
        it has reached nobody: then it is counted with those, and the next one is admitted.
        """
        ...

    async def silence_alert(self, key: str, until: int, entry: AuditEntry, now: int) -> None:
        """Tell nobody of *key* before *until*; 0 lets it speak again."""
        ...

    async def silent_until(self, key: str) -> int:
        """Until when *key* is silenced; 0 when it is not."""
        ...

    async def alert_record(self, key: str) -> AlertRecord | None:
        """One alert; None when there never was such a one."""
        ...

    async def alert_records(
        self, bot_ids: Sequence[int] | None, *, limit: int, offset: int
    ) -> list[AlertRecord]:
        """The alerts about these bots, or with None all of them, the instance's too; newest first.

        Those that are silenced come before the others.
        """
        ...

    async def addressees(self, user_ids: Sequence[int]) -> list[Addressee]:
        """Private, unblocked chats of these people with enabled bots, by bot then person."""
        ...

    async def place(self, bot_id: int, telegram_chat_id: int) -> Addressee | None:
        """A chat that a bot is known to be in, whatever its type; its first topic."""
        ...
