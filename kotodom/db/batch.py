"""One getUpdates batch on its way into the tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from kotodom.db.sql import id_space
from kotodom.db.store_growth import ChatKey, Head
from kotodom.model import Chat, ChatRef, ChatType, Edit, Incoming, Lane, Person
from kotodom.ports import NewRow


@dataclass(frozen=True, slots=True)
class KnownChat:
    id: int
    type: ChatType
    name: str


@dataclass(slots=True)
class Batch:
    """What one transaction writes; what it has learned counts once it is committed."""

    bot_id: int
    incoming: list[Incoming]
    edits: Sequence[Edit]
    now: int
    answered_since: int | None
    join_window: int
    may_grow: bool
    """Questions of this bot may have come before that wait for their next piece."""
    inbox_id: int = 0
    """The group in which the bot's conversations are shown; 0: none."""
    chats: dict[ChatKey, KnownChat] = field(default_factory=dict)
    """Those that are as the database has them."""
    people: dict[int, Person] = field(default_factory=dict)
    """Those that are new or have changed."""
    heads: dict[int, Head] = field(default_factory=dict)
    """Update id → the question that this message begins or is a piece of."""
    changed: list[int] = field(default_factory=list)
    lanes: dict[Lane, None] = field(default_factory=dict)
    held: dict[Lane, tuple[Chat, Lane, int]] = field(default_factory=dict)
    rows: list[NewRow] = field(default_factory=list)

    def key(self, chat: ChatRef) -> ChatKey:
        return self.bot_id, chat.telegram_chat_id, chat.thread_id

    def space(self, chat: ChatRef) -> int:
        return id_space(chat.type, self.bot_id, chat.telegram_chat_id)
