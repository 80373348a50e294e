"""The states a message passes through, and the kinds of things there are.

The life of one incoming message (``TRANSITIONS`` below is the whole truth)::

    RECEIVED ──claimed, attempt counted──▶ PROCESSING ──every part sent───────────▶ COMPLETED
     ▲ ▲ ▲                                  │  │  └────RETRYABLE: not_before──▶ FAILED  │
     │ │ └────shutdown, crash, free error───┘  │                                  │     │
     │ │                                       └──FATAL, TERMINAL, spent──▶ TERMINAL    │
     │ └──────────────an admin or /retry────────────────────────────────────┘     │     │
     └────────────────the question was edited, or /retry──────────────────────────│─────┘
    PROCESSING ◀──────────────────────────due─────────────────────────────────────┘
"""

from enum import StrEnum


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
    Status.COMPLETED: frozenset({Status.RECEIVED}),
}

OPEN = frozenset({Status.RECEIVED, Status.PROCESSING, Status.FAILED})
"""A message in one of these still owes its sender an answer."""


class Kind(StrEnum):
    """Which lane of the queue a message takes."""

    QUESTION = "QUESTION"
    COMMAND = "COMMAND"
    """Jumps the queue and takes no provider slot."""
    NOTICE = "NOTICE"
    """Answers nothing: it was written ahead for somebody who did not ask."""


class PartState(StrEnum):
    """Where one part of an answer stands."""

    PENDING = "PENDING"
    SENDING = "SENDING"
    """Committed before the call: found after a crash, it is in doubt."""
    SENT = "SENT"
    SURPLUS = "SURPLUS"
    """A message of an earlier answer that the new one has no use for: to be deleted."""


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
    GUEST = "guest"
    """A chat the bot is no member of: it was summoned there for one answer."""
