"""The values the core works with: frozen, without behaviour of their own, and the state machine.

Every time is an integer of milliseconds since the epoch, UTC; every money amount an integer of
nano-dollars; every Telegram id a 64-bit integer. ``id`` without a prefix is our database's.

The life of one incoming message (``TRANSITIONS`` below is the whole truth)::

    RECEIVED ──claimed, attempt counted──▶ PROCESSING ──every part sent──────────▶ COMPLETED
       ▲  ▲                                  │  │  └────RETRYABLE: not_before────▶ FAILED
       │  └──shutdown, crash, free error─────┘  │                                    │
       │                                        └──FATAL, TERMINAL, spent──▶ TERMINAL│
       └───────────────an admin retries───────────────────────────────────────┘      │
    PROCESSING ◀─────────────────────────────due──────────────────────────────────────┘
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Where an incoming message stands."""

    RECEIVED = "RECEIVED"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    TERMINAL = "TERMINAL"


TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.RECEIVED: frozenset({Status.PROCESSING}),
    Status.PROCESSING: frozenset(
        {Status.COMPLETED, Status.FAILED, Status.TERMINAL, Status.RECEIVED}
    ),
    Status.FAILED: frozenset({Status.PROCESSING}),
    Status.TERMINAL: frozenset({Status.RECEIVED}),
    Status.COMPLETED: frozenset(),
}

OPEN = frozenset({Status.RECEIVED, Status.PROCESSING, Status.FAILED})
"""A message in one of these still owes its sender an answer."""


class Kind(StrEnum):
    """Which lane of the queue a message takes."""

    QUESTION = "QUESTION"
    COMMAND = "COMMAND"
    """Jumps the queue and takes no provider slot."""


class PartState(StrEnum):
    """Where one part of an answer stands."""

    PENDING = "PENDING"
    SENDING = "SENDING"
    """Committed before the call: found after a crash, it is in doubt."""
    SENT = "SENT"


class Role(StrEnum):
    """Who said a stored message."""

    USER = "user"
    ASSISTANT = "assistant"
    ADMIN = "admin"
    NOTICE = "notice"
    """Said by the bot, but not by the model: alerts, error messages. Never shown to the model."""


class ChatType(StrEnum):
    """Telegram's kinds of chats."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class BotSpec:
    """One ``[[bots]]`` entry: the file's fields win, ``None`` leaves the database's value."""

    telegram_id: int
    token: str = field(repr=False)
    name: str
    model: str | None = None
    prompt: str | None = None
    start_message: str | None = None
    help_message: str | None = None
    error_message: str | None = None
    enabled: bool | None = None


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot as the database knows it."""

    id: int
    telegram_id: int
    name: str
    username: str
    token: str = field(repr=False)
    """From the configuration, never stored in clear; empty when no file names the bot."""
    model: str
    """Empty: the configuration's default model."""
    prompt: str
    start_message: str
    help_message: str
    error_message: str
    enabled: bool
    error: str
    """Why a human must act, in words; empty when all is well."""


@dataclass(frozen=True, slots=True)
class Person:
    """A Telegram user who wrote something."""

    id: int
    username: str = ""
    full_name: str = ""
    language_code: str = ""


@dataclass(frozen=True, slots=True)
class ChatRef:
    """A conversation as Telegram names it; ``thread_id`` 0 means no topic."""

    telegram_chat_id: int
    thread_id: int = 0
    type: ChatType = ChatType.PRIVATE
    name: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation: a (bot, Telegram chat, topic)."""

    id: int
    bot_id: int
    telegram_chat_id: int
    thread_id: int
    type: ChatType
    name: str
    history_from: int
    """The processing id up to which history is forgotten; 0 keeps it all."""
    not_before: int
    """Nothing is sent to this chat before that time; 0 means no penalty."""
    blocked: bool = False
    """It could not be written to the last time, and has not written since."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a batch, read from its raw update and ready to be stored."""

    update_id: int
    raw: str
    """The whole update as JSON text."""
    kind: Kind
    chat: ChatRef | None
    """None when the update is too broken to say."""
    sender: Person | None
    text: str
    telegram_message_id: int
    poison: str = ""
    """Why it can never be answered; such a row is stored as TERMINAL at once."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A user changed the text of an earlier message."""

    chat: ChatRef
    telegram_message_id: int
    text: str
    raw_message: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lane:
    """One conversation's queue: messages of one kind in one chat are answered in order."""

    bot_id: int
    chat_id: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed row: one incoming message that this worker now answers."""

    id: int
    bot_id: int
    chat: Chat
    kind: Kind
    raw: str
    text: str
    sender: Person | None
    telegram_message_id: int
    received_at: int
    attempts: int
    """Including this one."""
    deferrals: int
    """How often it was put off without an attempt spent, since its last real attempt."""
    crashes: int
    outcome: Status | None
    """What it will be once its parts are sent; None while no parts are written."""
    more: bool = False
    """Other open rows of the same lane wait behind this one."""

    @property
    def lane(self) -> Lane:
        return Lane(self.bot_id, self.chat.id, self.kind)


@dataclass(frozen=True, slots=True)
class Entity:
    """A piece of formatting; offset and length count UTF-16 units, as Telegram does."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As the Bot API wants it."""
        data: dict[str, Any] = {"type": self.type, "offset": self.offset, "length": self.length}
        if self.url is not None:
            data["url"] = self.url
        if self.language is not None:
            data["language"] = self.language
        return data


@dataclass(frozen=True, slots=True)
class Content:
    """What one Telegram message shows: 1 to 4096 UTF-16 units, and its formatting."""

    text: str
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One message of an answer, written ahead of its sending."""

    index: int
    content: Content
    state: PartState = PartState.PENDING
    known_before: int = 0
    """The highest message id known when SENDING was committed."""
    bubble_id: int = 0
    """The placeholder that resolves a doubt; 0 when there is none."""
    telegram_message_id: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its answer, as the model sees it again."""

    question: str
    answer: str
    input_tokens: int = 0
    """What the provider counted for the whole request; 0 when unknown."""
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider counted them."""

    input: int = 0
    cached: int = 0
    cache_write: int = 0
    output: int = 0
    """Reasoning included."""
    estimated: bool = False
    """The provider did not say: the numbers are ours."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the provider is asked."""

    model: str
    instructions: str
    turns: tuple[Turn, ...]
    text: str
    user_key: str
    """An opaque hash of the person, at most 64 characters."""
    cache_key: str
    """An opaque key that stays the same within one conversation, at most 64 characters."""


@dataclass(frozen=True, slots=True)
class Delta:
    """Some more text of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """The model is alive but has not said anything visible yet."""


@dataclass(frozen=True, slots=True)
class Done:
    """The answer is complete: always the last event of a stream."""

    text: str
    """The whole text, which is what counts; the deltas were only for display."""
    usage: Usage
    model: str
    """The model that really answered, as the provider names it."""
    incomplete: str = ""
    """Why the answer was cut (``max_output_tokens``, ``content_filter``, …); empty when whole."""


Event = Delta | Thinking | Done


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer with all that is remembered of it."""

    text: str
    model: str
    usage: Usage
    cost: int | None
    """Nano-dollars; None when the model's price is unknown."""
    role: Role = Role.ASSISTANT


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much work the table holds right now."""

    ready: int
    in_work: int
    waiting: int
    """Put off to a later time."""
    oldest_age: int
    """Milliseconds since the oldest open message arrived; 0 when there is none."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a start found left over from an unclean end."""

    requeued: int
    in_doubt: int
