"""What an admin does with one message that has no answer: each change in one transaction.

The press that asks for a change may be carried out again after a crash. The audit line that is
written with the change says whether it was made by this very press.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from kotodom.db.admin.desk import insert_audit
from kotodom.db.connection import Connection, Database
from kotodom.db.jobs import load_job
from kotodom.db.parts import space_of
from kotodom.db.sql import storable
from kotodom.db.store_answers import replace_parts
from kotodom.model import Content, Job, Kind, Lane, Role, Status
from kotodom.ports.admin import AuditEntry
from kotodom.ports.admin.messages import Change

AFRESH = (
    "status = CASE WHEN status = 'TERMINAL' THEN 'RECEIVED' ELSE status END,"
    " attempts = 0, deferrals = 0, crashes = 0, not_before = 0, finished_at = NULL"
)
"""What makes a row one that is worked on at once, as if it had never been tried."""
APOLOGISED = (
    "(told OR (outcome = 'TERMINAL' AND EXISTS (SELECT 1 FROM delivery_part d"
    " WHERE d.processing_id = message_processing.id AND d.state = 'SENT' AND d.\"index\" >= 0)))"
)
"""Whether the sender knows that something went wrong."""
_REASKED = (
    f"{AFRESH}, terminal_reason = '', outcome = NULL, revision = revision + 1,"
    f" response_message_id = NULL, told = {APOLOGISED}"
)
"""What makes a question without an answer one that a model is asked again."""

Work = Callable[[Connection, "_Row"], Awaitable[bool]]


class _Row(NamedTuple):
    """What a change depends on."""

    id: int
    bot_id: int
    chat_id: int | None
    kind: Kind
    status: Status
    outcome: Status | None
    joined: bool
    apologised: bool
    doubtful: bool
    blocked: bool

    @property
    def lane(self) -> Lane | None:
        return None if self.chat_id is None else Lane(self.bot_id, self.chat_id, self.kind)

    @property
    def waits(self) -> bool:
        """It waits for its turn or its next try."""
        return self.status in (Status.RECEIVED, Status.FAILED)

    @property
    def unwritten(self) -> bool:
        """And nothing is written that would be sent."""
        return self.waits and self.outcome is None


class ChangeStore:
    """The part of the store that changes what becomes of one message."""

    _database: Database

    async def retry_message(
        self, row_id: int, *, model: str, entry: AuditEntry, now: int
    ) -> tuple[Change, Lane | None]:
        async def retry(connection: Connection, row: _Row) -> bool:
            dead = row.status is Status.TERMINAL
            written = row.outcome is Status.COMPLETED
            if not (dead or row.waits):
                return False
            if not model and (row.waits or written):
                # Where the answer is written, only what is not sent is sent; doubts are resolved.
                reason = ", terminal_reason = ''" if dead else ""
                return await _update(connection, row, f"{AFRESH}{reason}")
            if row.kind is not Kind.QUESTION:
                return False
            if dead:
                # What stands there of an answer is replaced by the other one.
                change = f"{_REASKED}, wanted_model = $4, in_place = $5, stop_requested = $6"
                return await _update(connection, row, change, storable(model), written, False)
            change = f"{AFRESH}, wanted_model = $4"
            return row.unwritten and await _update(connection, row, change, storable(model))

        return await self._change(row_id, retry, entry, now)

    async def answer_message(
        self, row_id: int, text: str, contents: Sequence[Content], *, entry: AuditEntry, now: int
    ) -> tuple[Change, Lane | None]:
        async def answer(connection: Connection, row: _Row) -> bool:
            if row.kind is not Kind.QUESTION:
                return False
            if not (row.status is Status.TERMINAL or row.unwritten):
                return False
            change = (
                f"{AFRESH}, terminal_reason = '', outcome = 'COMPLETED',"
                " answered_revision = revision, model = '', response_generated_at = $4,"
                " wanted_model = '', grown_at = 0, stop_requested = $5, in_place = $5"
            )
            if not await _update(connection, row, change, now, False):
                return False
            job = await _job(connection, row)
            message = await connection.fetchrow(
                "INSERT INTO message (chat_id, role, text, id_space, reply_to_id, created_at)"
                " VALUES ($1, $2, $3, $4, (SELECT message_id FROM message_processing"
                " WHERE id = $5), $6) RETURNING id",
                job.chat.id,
                Role.ADMIN,
                storable(text),
                space_of(job.chat),
                row.id,
                now,
            )
            await connection.execute(
                "UPDATE message_processing SET response_message_id = $2 WHERE id = $1",
                row.id,
                message and message[0],
            )
            in_place = row.outcome is Status.COMPLETED
            await replace_parts(connection, job, contents, in_place, 0)
            return True

        return await self._change(row_id, answer, entry, now)

    async def drop_message(
        self, row_id: int, contents: Sequence[Content], *, entry: AuditEntry, now: int
    ) -> tuple[Change, Lane | None]:
        async def drop(connection: Connection, row: _Row) -> bool:
            gone = "terminal_reason = 'dropped', last_error_kind = 'dropped', last_error_at = $4"
            # What is in doubt may be the answer: an apology behind it would be one too many.
            untold = (
                contents
                and row.kind is Kind.QUESTION
                and not (row.apologised or row.doubtful or row.blocked)
            )
            if not untold:
                return row.status is Status.TERMINAL and await _update(connection, row, gone, now)
            if not (row.status is Status.TERMINAL or row.unwritten):
                return False
            change = (
                f"{AFRESH}, {gone}, outcome = 'TERMINAL',"
                " answered_revision = revision, response_generated_at = $4, grown_at = 0"
            )
            if not await _update(connection, row, change, now):
                return False
            await replace_parts(connection, await _job(connection, row), contents, False, 0)
            return True

        return await self._change(row_id, drop, entry, now)

    async def _change(
        self, row_id: int, work: Work, entry: AuditEntry, now: int
    ) -> tuple[Change, Lane | None]:
        async def change(connection: Connection) -> tuple[Change, Lane | None]:
            row = await _row(connection, row_id)
            if row is None or row.chat_id is None or row.joined:
                return Change.STALE, None
            if await was_done(connection, entry):
                return Change.DONE, row.lane
            if not await work(connection, row):
                return Change.STALE, None
            await insert_audit(connection, entry, now)
            return Change.DONE, row.lane

        return await self._database.write(change)


async def was_done(connection: Connection, entry: AuditEntry) -> bool:
    """Whether the command that asks for it made this change before a crash."""
    row = await connection.fetchrow(
        "SELECT 1 FROM audit WHERE origin = $1 AND object = $2 AND field = $3",
        entry.origin,
        entry.object,
        entry.field,
    )
    return row is not None


async def _update(connection: Connection, row: _Row, change: str, *values: object) -> bool:
    """Change a row if it still is what was decided about."""
    touched = await connection.execute(
        f"UPDATE message_processing SET {change}"
        " WHERE id = $1 AND status = $2 AND COALESCE(outcome, '') = $3",
        row.id,
        row.status,
        row.outcome or "",
        *values,
    )
    return touched == 1


async def _row(connection: Connection, row_id: int) -> _Row | None:
    found = await connection.fetchrow(
        "SELECT id, bot_id, chat_id, kind, status, outcome, joined_to,"
        f" {APOLOGISED},"
        " EXISTS (SELECT 1 FROM delivery_part d WHERE d.processing_id = message_processing.id"
        "  AND d.state = 'SENDING'),"
        " EXISTS (SELECT 1 FROM chat c WHERE c.id = message_processing.chat_id"
        "  AND c.blocked_at IS NOT NULL)"
        " FROM message_processing WHERE id = $1",
        row_id,
    )
    if found is None:
        return None
    return _Row(
        found[0],
        found[1],
        found[2],
        Kind(found[3]),
        Status(found[4]),
        None if found[5] is None else Status(found[5]),
        found[6] > 0,
        *map(bool, found[7:10]),
    )


async def _job(connection: Connection, row: _Row) -> Job:
    job = await load_job(connection, row.id)
    assert job is not None  # it was updated in this transaction
    return job
