"""The database as the core sees it."""

from collections.abc import Sequence
from typing import Protocol

from kotodom.model import (
    Answer,
    Backlog,
    Bot,
    BotSpec,
    Chat,
    Content,
    Edit,
    Incoming,
    Job,
    Kind,
    Lane,
    Part,
    Recovered,
    Status,
    Turn,
)


class Store(Protocol):
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
        self, bot_id: int, incoming: Sequence[Incoming], edits: Sequence[Edit], now: int
    ) -> list[Lane]:
        """Store one getUpdates batch in one transaction and return the lanes that got work.

        Users, chats and messages are upserted or inserted; a row whose (bot, update_id) exists is
        ignored together with its message. The bot's highest known message id rises (for
        supergroups the chat's). Poison rows are stored TERMINAL and give no lane. An edit changes
        text and raw update of a question that is not yet in work and has no parts; any other
        edit is dropped. A chat that writes again is no longer blocked.
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

        Only of these bots; with *written* only rows whose parts are written.
        """
        ...

    async def claim(self, lane: Lane, now: int, *, written: bool = False) -> Job | None:
        """Take the lane's oldest open row into work: PROCESSING, attempt counted.

        With *written* only when its parts are written: it needs no provider any more.

        None when the lane has no open row, or its oldest is in work or not due yet: a message
        that waits for its retry holds back the later ones.
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

    async def recover(self, now: int) -> Recovered:
        """After a start: every PROCESSING row goes back to RECEIVED.

        Its attempt is given back, and unless its parts are already written (then it is surely no
        poison) a crash is counted. Parts found SENDING stay so: delivery resolves them.
        """
        ...

    # -- outcome ----------------------------------------------------------------------------

    async def postpone(
        self,
        job: Job,
        *,
        status: Status,
        spent: bool,
        not_before: int,
        code: str,
        message: str,
        counted: bool = True,
    ) -> None:
        """Put a row in work off: FAILED after a spent attempt, RECEIVED after a free one.

        *not_before* 0 means at once. A free one gives the attempt back and, if *counted*, counts a
        deferral; a spent one resets the deferrals. *code* and *message* (at most 1,000 characters
        are kept) become the row's last error; an empty code leaves it. Raises StaleJob when the
        row is not PROCESSING any more.
        """
        ...

    async def finish(self, job: Job, status: Status, *, reason: str = "", now: int) -> None:
        """End a row without sending anything (more): COMPLETED or TERMINAL. Raises StaleJob."""
        ...

    async def save_answer(
        self,
        job: Job,
        answer: Answer | None,
        contents: Sequence[Content],
        *,
        outcome: Status,
        reason: str = "",
        code: str = "",
        now: int,
    ) -> tuple[Part, ...]:
        """Commit the answer, its usage and cost, and all its parts (PENDING), in one transaction.

        PENDING parts of an earlier save are replaced; SENT ones and those in doubt stay, and the
        new ones are numbered after them. Returns every part. ValueError without any content.
        *outcome* is what the row becomes once the last part is sent. *answer* None stores no
        message for the history (error messages, command replies). Raises StaleJob.
        """
        ...

    # -- delivery ---------------------------------------------------------------------------

    async def outcome(self, job: Job) -> Status | None:
        """What the row becomes once its parts are sent, as committed; None without parts."""
        ...

    async def parts(self, job: Job) -> tuple[Part, ...]:
        """The job's parts in order."""
        ...

    async def mark_sending(self, job: Job, index: int) -> Part:
        """Commit SENDING with ``known_before``: the highest message id known in that sequence.

        The sequence is the chat's own for supergroups and channels, else the bot's.
        """
        ...

    async def mark_pending(self, job: Job, index: int, *, plain: bool = False) -> Part:
        """The part is surely not there: back to PENDING, without a bubble; return it.

        *plain* drops its entities, because Telegram refused them.
        """
        ...

    async def mark_bubble(self, job: Job, index: int, message_id: int) -> None:
        """Commit the placeholder's id; the highest known id rises with it."""
        ...

    async def mark_probed(self, job: Job, index: int, message_id: int, *, arrived: int) -> None:
        """The ids up to *message_id* are looked through: ``known_before`` rises to it.

        *arrived* is where the doubtful part was found, 0 while it was not; the part keeps it.
        """
        ...

    async def mark_sent(self, job: Job, index: int, message_id: int, *, now: int) -> bool:
        """Commit SENT; with the last part the row takes its outcome in the same transaction.

        Returns True when that was the last part. Clears the bubble; the highest known id rises.
        """
        ...

    async def unknown_ids(self, job: Job, low: int, high: int, limit: int) -> list[int] | None:
        """Message ids strictly between *low* and *high* that we know nothing of, ascending.

        Known are the ids of stored messages, sent parts and notices in the same id sequence.
        None when more than *limit* ids would be returned.
        """
        ...

    async def note_sent(self, chat: Chat, message_id: int, text: str, now: int) -> None:
        """Remember a message that is no answer (an alert) so that its id is known."""
        ...

    # -- conversation -----------------------------------------------------------------------

    async def history(self, job: Job, limit: int) -> list[Turn]:
        """The newest answered questions of this chat before *job*, newest first.

        Only QUESTION rows with an assistant's answer, above ``chat.history_from``.
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

    async def reopen_alert(self, key: str) -> None:
        """Nobody could be told: the next one of that key is admitted."""
        ...

    async def admin_chats(self, user_ids: Sequence[int]) -> list[Chat]:
        """Private, unblocked chats of these people with enabled bots, by bot then person."""
        ...

    # -- health -----------------------------------------------------------------------------

    async def ping(self) -> None:
        """Touch the database; raises when it cannot be used."""
        ...
