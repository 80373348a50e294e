"""Many messages asked again together: each exactly once, however often the process is killed."""

import json
from collections.abc import Sequence

from kotodom.db.admin.desk import insert_audit
from kotodom.db.admin.messages_again import count_ended, reopen, wanted
from kotodom.db.connection import Connection, Database, Row
from kotodom.db.jobs import chat_of
from kotodom.db.store_notices import insert_notice
from kotodom.model import Chat, Content, Kind, Lane
from kotodom.ports.admin import AuditEntry
from kotodom.ports.admin.messages import Bulk, BulkState, BulkStep

DRAFT_KEPT = 24 * 3600 * 1000
"""Milliseconds for which one that nobody confirmed is kept."""

_BULK = (
    "id, created_by, language, code, bot_ids, since, upto, state, total, reopened, answered,"
    " failed, created_at, started_at, finished_at, changed_at, shown_by,"
    " (SELECT COUNT(*) FROM bulk_retry_item i"
    "  WHERE i.bulk_retry_id = bulk_retry.id AND NOT i.ended)"
)
_CHAT = (
    "c.id, c.telegram_chat_id, c.thread_id, c.type, c.name, c.history_from, c.not_before, c.bot_id"
)


class BulkStore:
    """The part of the store for retries of many messages."""

    _database: Database

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
        async def draft(connection: Connection) -> Bulk:
            known = await connection.fetchrow(
                f"SELECT {_BULK} FROM bulk_retry WHERE origin = $1", origin
            )
            if known is not None:
                return _bulk(known)
            await connection.execute(
                "DELETE FROM bulk_retry WHERE state = 'DRAFT' AND created_at < $1",
                now - DRAFT_KEPT,
            )
            count = await connection.fetchrow(
                f"SELECT COUNT(*) FROM (SELECT 1 FROM message_processing"
                f" WHERE {wanted(code, bot_ids)} LIMIT $3) found",
                since,
                upto,
                bound,
                *([code] if code else []),
            )
            row = await connection.fetchrow(
                "INSERT INTO bulk_retry (origin, created_by, language, code, bot_ids, since, upto,"
                ' "cursor", state, total, created_at, changed_at)'
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $6, 'DRAFT', $8, $9, $9)"
                f" RETURNING {_BULK}",
                origin,
                created_by,
                language[:16],
                code,
                json.dumps(None if bot_ids is None else list(bot_ids)),
                since,
                upto,
                count[0] if count else 0,
                now,
            )
            assert row is not None
            return _bulk(row)

        return await self._database.write(draft)

    async def bulk(self, bulk_id: int) -> Bulk | None:
        row = await self._database.read(
            lambda c: c.fetchrow(f"SELECT {_BULK} FROM bulk_retry WHERE id = $1", bulk_id)
        )
        return None if row is None else _bulk(row)

    async def bulks(self, created_by: int | None, *, offset: int, limit: int) -> list[Bulk]:
        mine = "" if created_by is None else f" AND created_by = {created_by:d}"
        rows = await self._database.read(
            lambda c: c.fetch(
                f"SELECT {_BULK} FROM bulk_retry WHERE started_at IS NOT NULL{mine}"
                " ORDER BY id DESC LIMIT $1 OFFSET $2",
                limit,
                offset,
            )
        )
        return [_bulk(row) for row in rows]

    async def running_bulks(self) -> list[int]:
        rows = await self._database.read(
            lambda c: c.fetch("SELECT id FROM bulk_retry WHERE state = 'RUNNING' ORDER BY id")
        )
        return [row[0] for row in rows]

    async def start_bulk(self, bulk_id: int, *, shown_by: int, entry: AuditEntry, now: int) -> Bulk:
        async def start(connection: Connection) -> Bulk:
            started = await connection.execute(
                "UPDATE bulk_retry SET state = 'RUNNING', started_at = $2, changed_at = $2,"
                " shown_by = $3 WHERE id = $1 AND state = 'DRAFT'",
                bulk_id,
                now,
                shown_by,
            )
            if started:
                await insert_audit(connection, entry, now)
            return await _load(connection, bulk_id)

        return await self._database.write(start)

    async def cancel_bulk(self, bulk_id: int, *, entry: AuditEntry, now: int) -> Bulk:
        async def cancel(connection: Connection) -> Bulk:
            cancelled = await connection.execute(
                "UPDATE bulk_retry SET state = 'CANCELLED', finished_at = $2, changed_at = $2"
                " WHERE id = $1 AND state IN ('DRAFT', 'RUNNING')",
                bulk_id,
                now,
            )
            if cancelled:
                await count_ended(connection, bulk_id, now)
                await _forget_ended(connection, bulk_id)
                await insert_audit(connection, entry, now)
            return await _load(connection, bulk_id)

        return await self._database.write(cancel)

    async def show_bulk(self, bulk_id: int, shown_by: int) -> None:
        await self._database.write(
            lambda c: c.execute(
                "UPDATE bulk_retry SET shown_by = $2 WHERE id = $1", bulk_id, shown_by
            )
        )

    async def advance_bulk(self, bulk_id: int, *, window: int, now: int) -> BulkStep:
        async def advance(connection: Connection) -> BulkStep:
            # First of all, because on PostgreSQL this row lock keeps a second hand out.
            await connection.execute("UPDATE bulk_retry SET state = state WHERE id = $1", bulk_id)
            await count_ended(connection, bulk_id, now)
            bulk = await _load(connection, bulk_id)
            room = window - bulk.waiting
            if bulk.state is not BulkState.RUNNING or room <= 0:
                return BulkStep(bulk, (), bulk.state is not BulkState.RUNNING)
            lanes, exhausted = await reopen(connection, bulk, room, now)
            return BulkStep(await _load(connection, bulk_id), tuple(lanes), exhausted)

        return await self._database.write(advance)

    async def finish_bulk(
        self, bulk_id: int, *, told: tuple[Chat, Sequence[Content]] | None, now: int
    ) -> Lane | None:
        async def finish(connection: Connection) -> Lane | None:
            finished = await connection.execute(
                "UPDATE bulk_retry SET state = 'DONE', finished_at = $2"
                " WHERE id = $1 AND state = 'RUNNING'",
                bulk_id,
                now,
            )
            if not finished:
                return None
            await _forget_ended(connection, bulk_id)
            if told is None:
                return None
            chat, contents = told
            key = f"bulk-retry:{bulk_id}"
            await insert_notice(connection, chat, contents, key=key, now=now)
            return Lane(chat.bot_id, chat.id, Kind.NOTICE)

        return await self._database.write(finish)

    async def shown_at(self, row_id: int) -> tuple[Chat, int] | None:
        row = await self._database.read(lambda c: c.fetchrow(_SHOWN, row_id))
        return None if row is None else (chat_of(row[7], row[:7]), row[8])

    async def chat_of_row(self, row_id: int) -> Chat | None:
        row = await self._database.read(
            lambda c: c.fetchrow(
                f"SELECT {_CHAT} FROM message_processing p JOIN chat c ON c.id = p.chat_id"
                " WHERE p.id = $1",
                row_id,
            )
        )
        return None if row is None else chat_of(row[7], row[:7])


async def _forget_ended(connection: Connection, bulk_id: int) -> None:
    """Nothing more is asked again: only what still waits need be known."""
    await connection.execute(
        "DELETE FROM bulk_retry_item WHERE bulk_retry_id = $1 AND ended", bulk_id
    )


async def _load(connection: Connection, bulk_id: int) -> Bulk:
    row = await connection.fetchrow(f"SELECT {_BULK} FROM bulk_retry WHERE id = $1", bulk_id)
    assert row is not None  # only drafts go, and nobody holds on to those
    return _bulk(row)


def _bulk(row: Row) -> Bulk:
    bot_ids = json.loads(row[4])
    return Bulk(
        id=row[0],
        created_by=row[1],
        language=row[2],
        code=row[3],
        bot_ids=None if bot_ids is None else tuple(bot_ids),
        since=row[5],
        upto=row[6],
        state=BulkState(row[7]),
        total=row[8],
        reopened=row[9],
        answered=row[10],
        failed=row[11],
        created_at=row[12],
        started_at=row[13],
        finished_at=row[14],
        changed_at=row[15],
        shown_by=row[16],
        waiting=row[17],
    )


_SHOWN = f"""
SELECT {_CHAT}, p.telegram_outgoing_id FROM message_processing p JOIN chat c ON c.id = p.chat_id
WHERE p.id = $1 AND p.status = 'COMPLETED' AND p.telegram_outgoing_id IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM delivery_part mine JOIN delivery_part later
  ON later.id_space = mine.id_space AND later.telegram_message_id = mine.telegram_message_id
  WHERE mine.processing_id = p.id AND mine."index" = 0 AND later.processing_id > p.id)
"""
