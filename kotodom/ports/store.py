"""The database as the core sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from kotodom.model import (
    Backlog,
    Bot,
    BotSpec,
    Chat,
    Edit,
    Incoming,
    Job,
    Kind,
    Lane,
    Piece,
    Recovered,
    Transcript,
    Turn,
)
from kotodom.ports.admin import AdminStore
from kotodom.ports.store_answers import AnswerStore
from kotodom.ports.store_notices import NoticeStore
from kotodom.ports.store_people import PeopleStore


class NewRow(NamedTuple):
    """A row that a batch has made."""

    id: int
    chat_id: int
    """0: the update is too broken to say."""
    joined_to: int
    """The row whose question it is a piece of; 0 for none."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a batch means to those who work."""

    lanes: tuple[Lane, ...] = ()
    """They got work that may be claimed now, or once their time has come."""
    held: tuple[tuple[Chat, Lane, int], ...] = ()
    """They wait until that time for the rest of a question."""
    changed: tuple[int, ...] = ()
    """Rows in work whose question has changed."""
    rows: tuple[NewRow, ...] = ()
    """What came in that was not known yet."""


class Store(AnswerStore, NoticeStore, PeopleStore, AdminStore, Protocol):
    """The database. Each call is one transaction, atomic and safe to cancel."""

    # -- bots -------------------------------------------------------------------------------

    async def sync_bots(self, specs: Sequence[BotSpec]) -> list[Bot]:
        """Write the file's bots over the database's and return every bot.

        A bot is found by ``telegram_id``. Fields that are None keep what the database has (or
        the column's default for a new bot). Bots that came from a file and left it are disabled,
        never deleted. Tokens are taken from the specs and not stored.
        """
        ...

    async def set_username(self, bot_id: int, username: str) -> None:
        """Remember what getMe said."""
        ...

    async def set_bot_error(self, bot_id: int, error: str) -> None:
        """Mark why a human must act on this bot; an empty text clears it."""
        ...

    # -- intake -----------------------------------------------------------------------------

    async def record_batch(
        self,
        bot_id: int,
        incoming: Sequence[Incoming],
        edits: Sequence[Edit],
        now: int,
        *,
        answered_since: int | None = None,
        join_window: int = 1000,
    ) -> Recorded:
        """Store one getUpdates batch in one transaction.

        Users, chats and messages are upserted or inserted; a row whose (bot, update_id) exists is
        ignored together with its message. The bot's highest known message id rises (for
        supergroups the chat's). Poison rows are stored TERMINAL and give no lane. A chat that
        writes again is no longer blocked.

        The pictures of an album and the rest of a text that the client split join the question
        they belong to while it has no answer yet: their own rows are COMPLETED at once. What may
        still grow waits a moment (``not_before``); what is in work already is asked anew.

        An edit changes the question of which the message is (a piece). Without an answer that is
        all; an answered one is asked again, its answer edited in place, if it was received at
        *answered_since* or later (None: never). An edit that changes nothing is dropped.

        *join_window* is how many milliseconds a question that may grow waits for each next piece.
        """
        ...

    # -- queue ------------------------------------------------------------------------------

    async def pending(
        self, bot_id: int, kind: Kind, *, after: int, limit: int, now: int
    ) -> list[tuple[int, Lane]]:
        """The next rows of a bot that may be claimed now, as (row id, lane), oldest first.

        Rows RECEIVED or FAILED whose ``not_before`` has come, with an id above *after*.
        """
        ...

    async def due(
        self, *, since: int, now: int, limit: int, bot_ids: Sequence[int], written: bool
    ) -> list[Lane]:
        """Lanes with a row whose ``not_before`` lies in (since, now]: the sweep's question.

        Only of these bots; with *written* only rows that need no provider any more.
        """
        ...

    async def claim(self, lane: Lane, now: int, *, written: bool = False) -> Job | None:
        """Take the lane's oldest open row into work: PROCESSING, attempt counted.

        With *written* only when it needs no provider any more: its parts are written, or it is to
        be stopped.

        None when the lane has no open row, or its oldest is in work or not due yet: a message
        that waits for its retry holds back the later ones.
        """
        ...

    async def reload(self, job: Job) -> Job:
        """The job as its row is now: its question may have changed. Raises StaleJob."""
        ...

    async def request_stop(
        self, chat_id: int, row_id: int | None = None
    ) -> tuple[int, Lane] | None:
        """Remember that a question of this conversation shall not be answered any further.

        That is *row_id*, which somebody sees being answered; when nothing is, the question that
        is in work or else the oldest that was: it waits for its retry, and may be claimed at
        once, so that its end can be told. Returns its row and lane; None when there is none
        without an answer.
        """
        ...

    async def ask_again(self, job: Job) -> Lane | Literal["busy"] | None:
        """Reopen the newest finished question of *job*'s sender in this conversation.

        Its next answer comes as new messages; *job* itself is COMPLETED with it. Returns its lane;
        None when there is none since the history was forgotten; "busy" when a question of this
        conversation is still open.
        """
        ...

    async def release(self, lane: Lane) -> None:
        """Put the lane's row in work back to RECEIVED, its attempt given back, no crash counted.

        For whoever holds the lane and could not hear whether its claim was committed.
        """
        ...

    async def backlog(self, now: int, bot_ids: Sequence[int]) -> Backlog:
        """Count what is ready, in work and waiting for these bots."""
        ...

    async def backlog_by_kind(self, now: int, bot_ids: Sequence[int]) -> dict[Kind, Backlog]:
        """The same for each kind of message; of which there is none is left out."""
        ...

    async def recover(self, now: int) -> Recovered:
        """After a start: every PROCESSING row goes back to RECEIVED.

        Its attempt is given back, and unless its parts are already written (then it is surely no
        poison) a crash is counted. Parts found SENDING stay so: delivery resolves them.
        """
        ...

    # -- conversation -----------------------------------------------------------------------

    async def history(self, job: Job, limit: int) -> list[Turn]:
        """The newest answered questions of this chat before *job*, newest first.

        Only QUESTION rows with an assistant's answer, above ``chat.history_from``. A question
        is its prefaces, texts and the texts of its documents; in groups it begins with who spoke.
        """
        ...

    async def keep_reading(
        self,
        job: Job,
        piece: Piece,
        *,
        transcript: Transcript | None = None,
        cost: int | None = None,
        reservation: int = 0,
        now: int,
    ) -> None:
        """Keep a piece as it is now that its files were read: nothing is read or paid for twice.

        A *transcript* is accounted for in the same transaction, and the *reservation* that was made
        for it is settled. Raises QuestionChanged when the
        question is another by now: then only the transcript is accounted for.
        """
        ...

    async def forget(self, job: Job) -> None:
        """Set the chat's ``history_from`` to this row."""
        ...

    async def set_penalty(self, bot_id: int, telegram_chat_id: int, until: int) -> None:
        """Remember a 429: every topic of that chat waits until then."""
        ...

    async def penalties(self, now: int) -> list[tuple[int, int, int]]:
        """Penalties still running as (bot_id, telegram_chat_id, until)."""
        ...

    async def set_blocked(self, bot_id: int, telegram_chat_id: int, at: int | None) -> None:
        """Mark a chat as gone (blocked, kicked, not found), or as back with None."""
        ...

    async def move_chat(self, bot_id: int, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup: its conversations, with all that is open, go along."""
        ...

    async def rewind(self, milliseconds: int, now: int) -> None:
        """The wall clock was set back by so much: what waits waits no longer for that."""
        ...

    # -- alerts -----------------------------------------------------------------------------

    async def admit_alert(self, key: str, now: int, window: int) -> int | None:
        """None when *key* was told within *window* ms (it is counted), else how many were not."""
        ...

    async def admin_chats(self, user_ids: Sequence[int]) -> list[Chat]:
        """Private, unblocked chats of these people with enabled bots, by bot then person."""
        ...

    # -- health -----------------------------------------------------------------------------

    async def ping(self) -> None:
        """Touch the database; raises when it cannot be used."""
        ...

    async def make_sure_of_room(self, size: int) -> None:
        """Write so many bytes and delete them again; raises DiskFull when there is no room."""
        ...
