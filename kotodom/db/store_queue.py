"""The queue: what waits, who takes it, and how a row's work ends."""

from collections.abc import Callable, Sequence
from typing import Literal

from kotodom.clock import Clock
from kotodom.db.attempts import ERROR_LENGTH, insert_attempt
from kotodom.db.connection import Connection, Database, Row
from kotodom.db.jobs import load_job
from kotodom.db.sql import OPEN, WAITING, storable, values
from kotodom.db.store_edits import REOPEN
from kotodom.errors import StaleJob
from kotodom.model import TRANSITIONS, Backlog, Job, Kind, Lane, Recovered, Status

SAYABLE = (
    "(outcome IS NOT NULL OR stop_requested"
    " OR chat_id IN (SELECT id FROM chat WHERE taken_until > 0))"
)
"""The provider is not needed: the answer is written, nobody wants one, or an admin gives it."""


class QueueStore:
    """The queue's part of the store."""

    _database: Database
    _clock: Clock
    ended: Callable[[Job, Status, bool], None]

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
        only = f"AND {SAYABLE}" if written else ""
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
        only = f"AND {SAYABLE}" if written else ""

        async def take(connection: Connection) -> Job | None:
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
            return row and await load_job(connection, row[0])

        return await self._database.write(take)

    async def reload(self, job: Job) -> Job:
        fresh = await self._database.read(
            lambda c: load_job(c, job.id, f" AND p.status = '{Status.PROCESSING}'")
        )
        if fresh is None:
            raise StaleJob
        return fresh

    async def request_stop(
        self, chat_id: int, row_id: int | None = None
    ) -> tuple[int, Lane] | None:
        which = _IN_WORK_OR_WAITING if row_id is None else f"{row_id:d}"
        row = await self._database.write(
            lambda c: c.fetchrow(
                # What waits for its retry need not wait any longer to be told that it ends.
                "UPDATE message_processing SET stop_requested = $2, not_before = 0"
                f" WHERE id = {which} AND chat_id = $1 AND kind = '{Kind.QUESTION}' AND {OPEN}"
                " AND outcome IS NULL RETURNING id, bot_id",
                chat_id,
                True,
            )
        )
        return None if row is None else (row[0], Lane(row[1], chat_id, Kind.QUESTION))

    async def ask_again(self, job: Job) -> Lane | Literal["busy"] | None:
        async def reopen(connection: Connection) -> Lane | Literal["busy"] | None:
            busy = await connection.fetchrow(
                "SELECT 1 FROM message_processing WHERE chat_id = $1"
                f" AND kind = '{Kind.QUESTION}' AND {OPEN} LIMIT 1",
                job.chat.id,
            )
            if busy is not None:
                return "busy"
            last = await connection.fetchrow(
                _LAST_QUESTION, job.chat.id, job.sender.id if job.sender else 0, job.id
            )
            if last is None:
                return None
            await connection.execute(
                f"UPDATE message_processing SET {REOPEN} WHERE id = $1", last[0], False, False
            )
            # Together with it, so that the command is never carried out twice.
            await connection.execute(
                "UPDATE message_processing SET status = 'COMPLETED', finished_at = $2"
                " WHERE id = $1 AND status = 'PROCESSING'",
                job.id,
                self._clock.now(),
            )
            return Lane(job.bot_id, job.chat.id, Kind.QUESTION)

        lane = await self._database.write(reopen)
        if isinstance(lane, Lane):
            self.ended(job, Status.COMPLETED, False)
        return lane

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
                f"SELECT {_BACKLOG} AND bot_id IN {values(1, len(bot_ids), first=2)}",
                now,
                *bot_ids,
            )
        )
        return _backlog(row if row is not None else (0, 0, 0, None), now)

    async def backlog_by_kind(self, now: int, bot_ids: Sequence[int]) -> dict[Kind, Backlog]:
        if not bot_ids:
            return {}

        async def count(connection: Connection) -> dict[Kind, Backlog]:
            # One after the other: grouped, SQLite would walk through all that a bot ever received.
            found = {}
            for kind in Kind:
                row = await connection.fetchrow(
                    f"SELECT {_BACKLOG} AND kind = $2"
                    f" AND bot_id IN {values(1, len(bot_ids), first=3)}",
                    now,
                    kind,
                    *bot_ids,
                )
                if row is not None and row[-1] is not None:
                    found[kind] = _backlog(row, now)
            return found

        return await self._database.read(count)

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
        failed = (code, message) if code else None
        await self._end(job, sql, status, not_before, given_back, *error, failed=failed)

    async def finish(
        self,
        job: Job,
        status: Status,
        *,
        reason: str = "",
        code: str = "",
        message: str = "",
        now: int,
    ) -> None:
        _check(status)
        sql = "UPDATE message_processing SET status = $2, terminal_reason = $3, finished_at = $4"
        values: tuple[object, ...] = (status, storable(reason), now)
        if code:
            sql += ", last_error_kind = $5, last_error = $6, last_error_at = $4"
            values += (code, storable(message)[:ERROR_LENGTH])
        await self._end(job, sql, *values, failed=(code, message) if code else None)
        self.ended(job, status, False)

    async def _end(
        self, job: Job, update: str, *values: object, failed: tuple[str, str] | None
    ) -> None:
        """Run an update of a row that is still in work; *failed*: why the attempt ended so."""

        async def end(connection: Connection) -> None:
            sql = f"{update} WHERE id = $1 AND status = 'PROCESSING'"
            if not await connection.execute(sql, job.id, *values):
                raise StaleJob
            if failed is not None:
                await insert_attempt(
                    connection, job, code=failed[0], message=failed[1], now=self._clock.now()
                )

        await self._database.write(end)


def _backlog(row: Row, now: int) -> Backlog:
    """What the columns :data:`_BACKLOG` say."""
    ready, in_work, waiting, oldest = row
    return Backlog(ready, in_work, waiting, 0 if oldest is None else max(0, now - oldest))


def _check(status: Status) -> None:
    """Only what the state machine allows leaves PROCESSING."""
    if status not in TRANSITIONS[Status.PROCESSING]:
        raise ValueError(f"a row in work cannot become {status}")


_BACKLOG = (
    "COUNT(CASE WHEN status <> 'PROCESSING' AND not_before <= $1 THEN 1 END),"
    " COUNT(CASE WHEN status = 'PROCESSING' THEN 1 END),"
    " COUNT(CASE WHEN status <> 'PROCESSING' AND not_before > $1 THEN 1 END),"
    f" MIN(received_at) FROM message_processing WHERE {OPEN}"
)

_IN_WORK_OR_WAITING = f"""(
SELECT id FROM message_processing WHERE chat_id = $1 AND kind = '{Kind.QUESTION}' AND {OPEN}
AND claimed_at IS NOT NULL ORDER BY CASE WHEN status = 'PROCESSING' THEN 0 ELSE 1 END, id LIMIT 1)
"""

_LAST_QUESTION = f"""
SELECT p.id FROM message m JOIN message_processing p ON p.message_id = m.id
WHERE m.chat_id = $1 AND m.role = 'user' AND m.tg_user_id = $2 AND p.kind = '{Kind.QUESTION}'
AND p.joined_to = 0 AND p.id < $3 AND p.id > (SELECT history_from FROM chat WHERE id = $1)
ORDER BY m.id DESC LIMIT 1
"""
