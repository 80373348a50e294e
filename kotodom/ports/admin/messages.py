"""What /admin asks of the database about messages: what became of each, and another try at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kotodom.model import Attachment, Chat, Content, Kind, Lane, Person, Role, Status
from kotodom.ports.admin.desk import AuditEntry


class Which(StrEnum):
    """Which messages are listed, by where they stand."""

    DEAD = "dead"
    """They ended without an answer; the last to end first."""
    WAIT = "wait"
    """They wait for their turn or their next try; the next to be tried first."""
    WORK = "work"
    """They are being answered now."""
    DONE = "done"
    """Questions that have their answer; the newest first."""
    ALL = "all"
    """Every question; the newest first."""


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """Which messages a list shows."""

    which: Which = Which.DEAD
    bot_ids: tuple[int, ...] | None = None
    """None: of every bot."""
    code: str = ""
    """Why they failed, the last time they did; empty: whether they did or not."""
    since: int = 0
    """When they ended (DEAD) or came, at the earliest."""


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message in a list."""

    id: int
    bot_id: int
    kind: Kind
    status: Status
    code: str
    at: int
    """When it ended, or else when it came."""
    due: int
    """When it is tried next; 0: at once, or never."""
    sender: str
    text: str
    """Its beginning."""


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """What went wrong, and when."""

    number: int
    began_at: int | None
    at: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class MessageCard:
    """All there is to know of one message."""

    id: int
    bot_id: int
    kind: Kind
    status: Status
    outcome: Status | None
    """What it becomes (or would have become) once its parts are sent; None: none are written."""
    chat: Chat | None
    sender: Person | None
    text: str
    attachments: tuple[Attachment, ...]
    received_at: int
    claimed_at: int | None
    first_token_at: int | None
    generated_at: int | None
    sent_at: int | None
    finished_at: int | None
    not_before: int
    attempts: int
    crashes: int
    code: str
    reason: str
    wanted_model: str
    model: str
    tokens_input: int
    tokens_output: int
    cost: int | None
    answer: str
    """Its beginning; empty: there is none."""
    answered_by: Role | None
    parts: int
    parts_sent: int
    apologised: bool
    """Whether its sender was told that something went wrong."""
    language: str
    """Of its sender."""
    blocked: bool
    """Whether its chat could not be written to the last time."""
    failed: tuple[FailedAttempt, ...] = ()
    """Oldest first."""


class Change(StrEnum):
    """What became of a change to a message."""

    DONE = "done"
    """Also when this very command did it before a crash."""
    STALE = "stale"
    """It is not what it was: somebody else was faster, or there is nothing to be done."""


class BulkState(StrEnum):
    """Where a retry of many messages stands."""

    DRAFT = "DRAFT"
    """It was shown, and waits to be confirmed."""
    RUNNING = "RUNNING"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Bulk:
    """Many messages that are asked again together."""

    id: int
    created_by: int
    language: str
    code: str
    """Why they had failed; empty: for any reason."""
    bot_ids: tuple[int, ...] | None
    """None: of every bot."""
    since: int
    upto: int
    """Those that ended in between."""
    state: BulkState
    total: int
    """How many there were when it was shown, up to the bound that counting has."""
    reopened: int
    answered: int
    failed: int
    waiting: int
    """Asked again, and neither answered nor failed yet."""
    created_at: int
    started_at: int | None
    finished_at: int | None
    changed_at: int
    """When anything of it went on last."""
    shown_by: int
    """The command whose answer shows its progress."""


@dataclass(frozen=True, slots=True)
class BulkStep:
    """One step of such a retry."""

    bulk: Bulk
    lanes: tuple[Lane, ...]
    """They got work."""
    exhausted: bool
    """Nothing is left to be asked again."""


class MessagesStore(Protocol):
    """The part of the store for messages."""

    async def messages_page(
        self, wanted: MessageFilter, *, now: int, offset: int, limit: int
    ) -> list[MessageLine]:
        """Messages that meet the filter, in the order that :class:`Which` says."""
        ...

    async def message_causes(
        self, bot_ids: Sequence[int] | None, *, since: int, bound: int
    ) -> list[tuple[str, int]]:
        """(code, how many) of what ended without an answer since then, the most first.

        The newest *bound* are counted. No code stands for what could not even be read.
        """
        ...

    async def message_card(self, row_id: int) -> MessageCard | None:
        """Everything about one message; one of several pieces stands for them all."""
        ...

    async def retry_message(
        self, row_id: int, *, model: str, entry: AuditEntry, now: int
    ) -> tuple[Change, Lane | None]:
        """Let one message be tried again at once, as if it had never been; *model* may be empty.

        TERMINAL becomes RECEIVED, what waits waits no longer. When its answer is written, only
        what is not sent is sent, unless another model is wanted: then that one's answer takes the
        place of what was sent. Only with a lane has it work; whoever calls this offers it.
        """
        ...

    async def answer_message(
        self, row_id: int, text: str, contents: Sequence[Content], *, entry: AuditEntry, now: int
    ) -> tuple[Change, Lane | None]:
        """Make an admin's words the answer of a question that has none; they wait to be sent."""
        ...

    async def drop_message(
        self, row_id: int, contents: Sequence[Content], *, entry: AuditEntry, now: int
    ) -> tuple[Change, Lane | None]:
        """Give a question up for good, with *contents* unless its sender was told already."""
        ...

    async def draft_bulk(
        self,
        *,
        origin: str,
        created_by: int,
        language: str,
        code: str,
        bot_ids: Sequence[int] | None,
        since: int,
        upto: int,
        bound: int,
        now: int,
    ) -> Bulk:
        """Count what would be asked again (*bound* at most), and keep that until it is confirmed.

        With an *origin* that is known it returns what that one made. Drafts of more than a day
        ago go.
        """
        ...

    async def bulk(self, bulk_id: int) -> Bulk | None:
        """One of them."""
        ...

    async def bulks(self, created_by: int | None, *, offset: int, limit: int) -> list[Bulk]:
        """Those that were confirmed, newest first; *created_by* None: by anybody."""
        ...

    async def running_bulks(self) -> list[int]:
        """Those that are RUNNING."""
        ...

    async def start_bulk(self, bulk_id: int, *, shown_by: int, entry: AuditEntry, now: int) -> Bulk:
        """DRAFT becomes RUNNING; anything else stays as it is."""
        ...

    async def cancel_bulk(self, bulk_id: int, *, entry: AuditEntry, now: int) -> Bulk:
        """DRAFT or RUNNING becomes CANCELLED; what was asked again goes on."""
        ...

    async def show_bulk(self, bulk_id: int, shown_by: int) -> None:
        """From now on that command's answer shows the progress."""
        ...

    async def advance_bulk(self, bulk_id: int, *, window: int, now: int) -> BulkStep:
        """Count what has ended, and ask so many again that *window* of them are under way.

        One transaction: a message is asked again exactly once, however often this is cut off.
        """
        ...

    async def finish_bulk(
        self, bulk_id: int, *, told: tuple[Chat, Sequence[Content]] | None, now: int
    ) -> Lane | None:
        """RUNNING becomes DONE, with a notice (:meth:`NoticeStore.write_notice`) if *told*."""
        ...

    async def shown_at(self, row_id: int) -> tuple[Chat, int] | None:
        """The chat and message that still show a command's answer; None when none does (yet)."""
        ...

    async def chat_of_row(self, row_id: int) -> Chat | None:
        """The conversation that a message came from; None when it is gone."""
        ...
