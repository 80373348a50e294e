"""What /admin asks of the database about conversations, and what it does to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from kotodom.model import Attachment, Chat, ChatType, Content, Job, Lane, Person, Role, Status
from kotodom.ports.admin.chats_inbox import InboxStore
from kotodom.ports.admin.desk import AuditEntry


@dataclass(frozen=True, slots=True)
class ChatEntry:
    """A conversation in a list."""

    id: int
    bot_id: int
    type: ChatType
    name: str
    username: str
    """Of the person, in a private chat."""
    telegram_chat_id: int
    last_at: int
    """When somebody wrote last; 0 when nobody knows."""
    taken_until: int
    said: str = ""
    """What was said last, or what was found; its beginning."""


@dataclass(frozen=True, slots=True)
class ChatCard:
    """A conversation with all that its screen shows."""

    chat: Chat
    person: Person | None
    """Whose private chat it is."""
    last_at: int
    blocked_at: int | None
    taken_until: int
    taken_by: int
    taken_by_name: str
    messages: int
    """What was said in it; counted up to a bound."""
    cost: int
    """Nano-dollars, as far as prices are known."""
    unpriced: int


@dataclass(frozen=True, slots=True)
class Said:
    """One stored message, with what became of it."""

    id: int
    role: Role
    at: int
    sender: Person | None
    text: str
    attachments: tuple[Attachment, ...]
    row_id: int
    """The row that it is the question or the answer of; 0: neither."""
    status: Status | None
    """Of a question, or of what an admin said; None for everything else."""
    reason: str
    """Why a question was not answered, or an admin's words not delivered."""
    left: bool
    """A question that was left to an admin to answer."""
    model: str
    tokens: int
    cost: int | None
    """Nano-dollars; None when unknown, or when it is no answer."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A conversation that an admin has taken over."""

    chat: Chat
    until: int
    by: int
    """Telegram's id of that admin."""
    language: str
    """What the admin reads."""
    shown_in: Chat | None
    """Where they are shown what is said in it; None when that chat is gone."""
    minutes: int
    """How much longer each message makes it."""


class GivenBack(NamedTuple):
    """What came of giving a conversation back."""

    lane: Lane | None
    """Of the question that the model answers now; None when nobody waits."""
    notice: Lane | None
    """Of the words for the admin; None when there were none."""


class Page(NamedTuple):
    """What one step of a search found."""

    found: list[ChatEntry]
    further: int
    """Where the next step begins; 0: everything has been looked through."""


class ChatsStore(InboxStore, Protocol):
    """The part of the store for conversations."""

    async def list_chats(
        self, bot_ids: Sequence[int], *, offset: int, limit: int
    ) -> list[ChatEntry]:
        """Conversations with these bots, the newest activity first."""
        ...

    async def find_chats(
        self, bot_ids: Sequence[int], text: str, *, before: int, limit: int
    ) -> Page:
        """Conversations by name, @username or id, newest first, from the id *before* down.

        0 begins. One step looks at a bounded number of them.
        """
        ...

    async def find_said(
        self, bot_ids: Sequence[int], text: str, *, before: int, limit: int
    ) -> Page:
        """The same by what was said in them, from the message *before* down."""
        ...

    async def chat_card(self, chat_id: int) -> ChatCard | None:
        """A conversation by our id."""
        ...

    async def chat_said(self, chat_id: int, *, offset: int, limit: int) -> list[Said]:
        """What was said, newest first."""
        ...

    async def chat_said_after(self, chat_id: int, after: int, limit: int) -> list[Said]:
        """The same for a file: oldest first, the messages with an id above *after*."""
        ...

    async def asked_words(self, row_id: int, user_id: int) -> str | None:
        """What somebody wrote in a command of theirs; None when it is not theirs."""
        ...

    async def forget_chat(self, chat_id: int, row_id: int, audit: AuditEntry, now: int) -> bool:
        """The model sees nothing from before that row again; False when it was so already."""
        ...

    async def choose_chat_model(
        self, chat_id: int, model: str, audit: AuditEntry, now: int
    ) -> None:
        """The model that answers in a conversation; empty: the bot's own."""
        ...

    async def say_as_admin(
        self,
        chat: Chat,
        contents: Sequence[Content],
        *,
        said: str,
        key: str,
        mirror: bool,
        audit: AuditEntry,
        now: int,
    ) -> Lane | None:
        """Write an admin's words ahead; the model sees *said* in the history.

        Whoever has taken the conversation over has it for longer then. *mirror*: the bot's inbox
        is shown them, too. None when that *key* is written already.
        """
        ...

    async def take_chat(
        self, chat: Chat, *, by: int, shown_in: int, minutes: int, audit: AuditEntry, now: int
    ) -> Taken | None:
        """Let an admin answer instead of the model, and return who did before, if somebody did.

        Questions that wait for their retry wait no longer: they are the admin's now.
        """
        ...

    async def taken_chat(self, chat_id: int) -> Taken | None:
        """Who has taken a conversation over, whether or not the time is up."""
        ...

    async def taken_chats_due(self, now: int) -> list[Taken]:
        """Those whose time is up."""
        ...

    async def give_chat_back(
        self,
        taken: Taken,
        *,
        answer: bool,
        contents: Sequence[Content],
        waiting: Sequence[Content],
        audit: AuditEntry | None,
        now: int,
    ) -> GivenBack | None:
        """Let the model answer again; None when somebody else has ended or prolonged it.

        With *answer* the newest question is answered by it, if nobody has. The admin is told
        *contents* (*waiting* when a question is answered now); without any: nothing.
        """
        ...

    async def leave_to_admin(
        self, job: Job, contents: Sequence[Content], *, shown_in: Chat | None, now: int
    ) -> tuple[bool, Lane | None]:
        """End a question without an answer and show it to whoever has the conversation.

        Both in one transaction, which also prolongs the time. (False, None) when nobody has it any
        more. Raises QuestionChanged and StaleJob.
        """
        ...

    async def piece_ids(self, job: Job) -> list[tuple[int, tuple[Attachment, ...]]]:
        """Telegram's ids of a question's messages, each with what came with it, in order."""
        ...
