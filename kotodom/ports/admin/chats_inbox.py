"""What the inbox of a bot asks of the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from kotodom.model import Attachment, Chat, Content, Lane, Person, Role


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """A message that is to be shown in the inbox."""

    id: int
    row_id: int
    """The row whose question or answer it is; 0: none."""
    role: Role
    sender: Person | None
    text: str
    preface: str
    attachments: tuple[Attachment, ...]
    telegram_message_id: int
    """0 when it is no message of a person."""
    edited: bool


class Group(NamedTuple):
    """A supergroup in which a bot is."""

    telegram_chat_id: int
    name: str


class InboxStore(Protocol):
    """The part of the store for bots' inboxes."""

    async def inbox_waiting(self, bot_id: int, *, public: bool, limit: int) -> list[Chat]:
        """Conversations of which something is to be shown, the longest waiting first.

        Of people who may talk to the bot: *public* says that everybody may who is not blocked.
        """
        ...

    async def inbox_entries(self, chat_id: int, limit: int) -> list[InboxEntry]:
        """What is to be shown of one conversation, oldest first."""
        ...

    async def inbox_topic(self, chat_id: int, inbox_id: int) -> Chat | None:
        """The topic of a conversation in that group; None when it has none yet."""
        ...

    async def chat_of_topic(self, topic_id: int) -> Chat | None:
        """The conversation that a topic (our id) shows."""
        ...

    async def open_inbox_topic(
        self, chat: Chat, group: Chat, thread_id: int, contents: Sequence[Content], now: int
    ) -> Chat:
        """Remember the topic that was made for a conversation, and begin it with *contents*."""
        ...

    async def renew_inbox_topic(self, topic: Chat, thread_id: int) -> None:
        """Somebody deleted a topic: what it shows is shown in that one from now on."""
        ...

    async def write_inbox(
        self, topic: Chat, shown: Sequence[tuple[InboxEntry, Sequence[Content]]], now: int
    ) -> Lane:
        """Write down what is shown of these entries, which are done with then."""
        ...

    async def trim_inbox(self, bot_id: int, keep: int) -> int:
        """Forget all but the newest entries of a bot; return how many were forgotten."""
        ...

    async def group_chat(self, bot_id: int, telegram_chat_id: int) -> Chat | None:
        """A group as such, rather than one of its topics."""
        ...

    async def inbox_groups(self, bot_id: int) -> list[Group]:
        """The supergroups in which a bot is an administrator."""
        ...
