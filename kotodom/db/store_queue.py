"""The queue: what waits, who takes it, and how a row's work ends."""

from collections.abc import Sequence
from dataclasses import replace

from kotodom.clock import Clock
from kotodom.db.connection import Connection, Database, Row
from kotodom.db.sql import OPEN, WAITING, storable, values
from kotodom.errors import StaleJob
from kotodom.model import (
    TRANSITIONS,
    Backlog,
    Chat,
    ChatType,
    Job,
    Kind,
    Lane,
    Person,
    Recovered,
    Status,
)

ERROR_LENGTH = 1000


class QueueStore:
    """The queue's part of the store."""

    _database: Database
    _clock: Clock

    async def pending(
        self, bot_id: int, kind: Kind, *, after: int, limit: int, now: int
    ) -> list[tuple[int, Lane]]:
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT id, chat_id FROM message_processing"
                f" WHERE bot_id = $1 AND kind = $2 AND id > $3 AND {WAITING} AND not_before <= $4"
                " ORDER BY id LIMIT $5",
                bot_id,
                kind,
                after,
                now,
                limit,
            )
        )
        return [(row[0], Lane(bot_id, row[1], kind)) for row in rows]

    async def due(
        self, *, since: int, now: int, limit: int, bot_ids: Sequence[int], written: bool
    ) -> list[Lane]:
        if not bot_ids:
            return []
        only = "AND outcome IS NOT NULL" if written else ""
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT bot_id, chat_id, kind FROM message_processing"
                f" WHERE {WAITING} AND not_before > $1 AND not_before <= $2 {only}"
                f" AND bot_id IN {values(1, len(bot_ids), first=4)}"
                " GROUP BY bot_id, chat_id, kind ORDER BY MIN(not_before) LIMIT $3",
                since,
                now,
                limit,
                *bot_ids,
            )
        )
        return [Lane(row[0], row[1], Kind(row[2])) for row in rows]

    async def claim(self, lane: Lane, now: int, *, written: bool = False) -> Job | None:
        only = "AND outcome IS NOT NULL" if written else ""

        async def take(connection: Connection) -> Row | None:
            # The head is chosen before it is judged: one that waits holds back the others.
            row = await connection.fetchrow(
                "UPDATE message_processing SET status = 'PROCESSING', attempts = attempts + 1,"
                " claimed_at = $3, not_before = 0 WHERE id = (SELECT id FROM message_processing"
                f" WHERE chat_id = $1 AND kind = $2 AND {OPEN} ORDER BY id LIMIT 1)"
                f" AND {WAITING} AND not_before <= $3 {only} RETURNING id",
                lane.chat_id,
                lane.kind,
                now,
            )
            return row and await connection.fetchrow(_JOB, row[0])

        row = await self._database.write(take)
        return None if row is None else _job(row)

    async def release(self, lane: Lane) -> None:
        await self._database.write(
            lambda c: c.execute(
                "UPDATE message_processing SET status = 'RECEIVED', attempts = attempts - 1"
                f" WHERE chat_id = $1 AND kind = $2 AND {OPEN} AND status = 'PROCESSING'",
                lane.chat_id,
                lane.kind,
            )
        )

    async def backlog(self, now: int, bot_ids: Sequence[int]) -> Backlog:
        if not bot_ids:
            return Backlog(0, 0, 0, 0)
        row = await self._database.read(
            lambda c: c.fetchrow(
                "SELECT COUNT(CASE WHEN status <> 'PROCESSING' AND not_before <= $1 THEN 1 END),"
                " COUNT(CASE WHEN status = 'PROCESSING' THEN 1 END),"
                " COUNT(CASE WHEN status <> 'PROCESSING' AND not_before > $1 THEN 1 END),"
                f" MIN(received_at) FROM message_processing WHERE {OPEN}"
                f" AND bot_id IN {values(1, len(bot_ids), first=2)}",
                now,
                *bot_ids,
            )
        )
        ready, in_work, waiting, oldest = row if row is not None else (0, 0, 0, None)
        return Backlog(ready, in_work, waiting, 0 if oldest is None else max(0, now - oldest))

    async def recover(self, now: int) -> Recovered:
        async def rescue(connection: Connection) -> Recovered:
            requeued = await connection.execute(
                "UPDATE message_processing SET status = 'RECEIVED', attempts = attempts - 1,"
                " crashes = crashes + CASE WHEN outcome IS NULL THEN 1 ELSE 0 END"
                f" WHERE {OPEN} AND status = 'PROCESSING'"
            )
            row = await connection.fetchrow(
                # CROSS JOIN: SQLite takes the open rows first, rather than every part ever sent.
                "SELECT COUNT(*) FROM message_processing p CROSS JOIN delivery_part d"
                " WHERE d.processing_id = p.id AND d.state = 'SENDING'"
                f" AND p.outcome IS NOT NULL AND {OPEN}"
            )
            return Recovered(requeued, row[0] if row else 0)

        return await self._database.write(rescue)

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
        _check(status)
        given_back = 0 if spent else 1
        deferrals = "0" if spent else f"deferrals + {int(counted)}"
        sql = (
            "UPDATE message_processing SET status = $2, not_before = $3,"
            f" attempts = attempts - $4, deferrals = {deferrals}"
        )
        error: tuple[object, ...] = ()
        if code:
            sql += ", last_error_kind = $5, last_error = $6, last_error_at = $7"
            error = (code, storable(message)[:ERROR_LENGTH], self._clock.now())
        await self._end(job, sql, status, not_before, given_back, *error)

    async def finish(self, job: Job, status: Status, *, reason: str = "", now: int) -> None:
        _check(status)
        await self._end(
            job,
            "UPDATE message_processing SET status = $2, terminal_reason = $3, finished_at = $4",
            status,
            storable(reason),
            now,
        )

    async def _end(self, job: Job, update: str, *values: object) -> None:
        """Run an update of a row that is still in work."""

        async def end(connection: Connection) -> None:
            sql = f"{update} WHERE id = $1 AND status = 'PROCESSING'"
            if not await connection.execute(sql, job.id, *values):
                raise StaleJob

        await self._database.write(end)


def _check(status: Status) -> None:
    """Only what the state machine allows leaves PROCESSING."""
    if status not in TRANSITIONS[Status.PROCESSING]:
        raise ValueError(f"a row in work cannot become {status}")


_JOB = f"""
SELECT p.id, p.bot_id, p.kind, p.raw_update, p.telegram_incoming_id, p.received_at, p.attempts,
       p.deferrals, p.crashes, p.outcome,
       c.id, c.telegram_chat_id, c.thread_id, c.type, c.name, c.history_from, c.not_before,
       c.blocked_at,
       m.text, u.id, u.username, u.full_name, u.language_code,
       EXISTS (SELECT 1 FROM message_processing
               WHERE chat_id = p.chat_id AND kind = p.kind AND id > p.id AND {OPEN})
FROM message_processing p
JOIN chat c ON c.id = p.chat_id
LEFT JOIN message m ON m.id = p.message_id
LEFT JOIN tg_user u ON u.id = m.tg_user_id
WHERE p.id = $1
"""


def _job(row: Row) -> Job:
    bot_id: int = row[1]
    return Job(
        id=row[0],
        bot_id=bot_id,
        kind=Kind(row[2]),
        raw=row[3],
        telegram_message_id=row[4],
        received_at=row[5],
        attempts=row[6],
        deferrals=row[7],
        crashes=row[8],
        outcome=None if row[9] is None else Status(row[9]),
        chat=replace(chat_of(bot_id, row[10:17]), blocked=row[17] is not None),
        text=row[18] or "",
        sender=None if row[19] is None else Person(row[19], row[20], row[21], row[22]),
        more=bool(row[23]),
    )


def chat_of(bot_id: int, row: Row) -> Chat:
    """A chat from (id, telegram_chat_id, thread_id, type, name, history_from, not_before)."""
    return Chat(
        id=row[0],
        bot_id=bot_id,
        telegram_chat_id=row[1],
        thread_id=row[2],
        type=ChatType(row[3]),
        name=row[4],
        history_from=row[5],
        not_before=row[6],
    )
