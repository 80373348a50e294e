"""Broadcasts: drafts, how they are started and stopped, what became of them.

Who gets them next is :mod:`kotodom.db.admin.broadcast_line`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from kotodom.db.admin.broadcast_line import LineStore, audience
from kotodom.db.admin.desk import insert_audit
from kotodom.db.connection import Connection, Row
from kotodom.db.jobs import chat_of
from kotodom.db.sql import storable, values
from kotodom.db.store_notices import insert_notice
from kotodom.model import Chat, Content, Kind, Lane
from kotodom.model.broadcasts import Broadcast, BroadcastState
from kotodom.ports.admin import AuditEntry, Notice
from kotodom.ports.admin.broadcasts import Place

_COLUMNS = (
    "id, bot_id, text, language, active_days, state, reason, total, delivered, blocked, failed,"
    " created_by, created_at, started_at, finished_at, progress_row"
)
_CHANGEABLE = ("text", "language", "active_days")
_FROM = {
    BroadcastState.PAUSED: (BroadcastState.RUNNING,),
    BroadcastState.RUNNING: (BroadcastState.PAUSED,),
    BroadcastState.CANCELLED: (
        BroadcastState.DRAFT,
        BroadcastState.RUNNING,
        BroadcastState.PAUSED,
    ),
}
"""The states from which somebody may turn a broadcast to each other one."""


class BroadcastsStore(LineStore):
    """The broadcasts' part of the store."""

    async def create_broadcast(
        self, bot_id: int, text: str, user_id: int, entry: AuditEntry, now: int
    ) -> int:
        async def create(connection: Connection) -> int:
            await connection.execute(
                "INSERT INTO broadcast (bot_id, origin, text, state, created_by, created_at)"
                f" VALUES ($1, $2, $3, '{BroadcastState.DRAFT}', $4, $5)"
                " ON CONFLICT (origin) DO NOTHING",
                bot_id,
                entry.origin,
                storable(text),
                user_id,
                now,
            )
            row = await connection.fetchrow(
                "SELECT id FROM broadcast WHERE origin = $1", entry.origin
            )
            await insert_audit(connection, entry, now)
            return int(row[0]) if row is not None else 0

        return await self._database.write(create)

    async def extend_broadcast(
        self, bot_id: int, text: str, user_id: int, entry: AuditEntry, *, since: int, now: int
    ) -> int:
        async def extend(connection: Connection) -> int:
            row = await connection.fetchrow(
                "SELECT id FROM broadcast WHERE bot_id = $1 AND created_by = $2"
                f" AND state = '{BroadcastState.DRAFT}' AND created_at >= $3"
                " ORDER BY id DESC LIMIT 1",
                bot_id,
                user_id,
                since,
            )
            if row is None:
                return 0
            if not await _is_told(connection, entry):
                await connection.execute(
                    "UPDATE broadcast SET text = text || $2 WHERE id = $1", row[0], storable(text)
                )
                await insert_audit(connection, entry, now)
            return int(row[0])

        return await self._database.write(extend)

    async def broadcast(self, broadcast_id: int) -> Broadcast | None:
        row = await self._database.read(
            lambda c: c.fetchrow(f"SELECT {_COLUMNS} FROM broadcast WHERE id = $1", broadcast_id)
        )
        return _broadcast(row) if row is not None else None

    async def broadcasts(
        self, bot_ids: Sequence[int] | None, *, limit: int, offset: int
    ) -> list[Broadcast]:
        if bot_ids is not None and not bot_ids:
            return []
        whose = "" if bot_ids is None else f"WHERE bot_id IN {values(1, len(bot_ids), first=3)}"
        rows = await self._database.read(
            lambda c: c.fetch(
                f"SELECT {_COLUMNS} FROM broadcast {whose} ORDER BY id DESC LIMIT $1 OFFSET $2",
                limit,
                offset,
                *(bot_ids or ()),
            )
        )
        return [_broadcast(row) for row in rows]

    async def running_broadcasts(self) -> list[Broadcast]:
        rows = await self._database.read(
            lambda c: c.fetch(
                f"SELECT {_COLUMNS} FROM broadcast b WHERE state = '{BroadcastState.RUNNING}'"
                " OR (state IN ('PAUSED', 'CANCELLED') AND EXISTS (SELECT 1"
                "  FROM broadcast_recipient r WHERE r.broadcast_id = b.id AND r.failed = $1))"
                " ORDER BY id",
                False,
            )
        )
        return [_broadcast(row) for row in rows]

    async def change_draft(
        self, broadcast_id: int, changes: Mapping[str, str | int], entry: AuditEntry, now: int
    ) -> bool:
        names = [name for name in _CHANGEABLE if name in changes]
        sets = ", ".join(f"{name} = ${number}" for number, name in enumerate(names, 2))

        async def change(connection: Connection) -> bool:
            if await _is_told(connection, entry):
                return True
            touched = await connection.execute(
                f"UPDATE broadcast SET {sets} WHERE id = $1 AND state = '{BroadcastState.DRAFT}'",
                broadcast_id,
                *(_stored(changes[name]) for name in names),
            )
            if touched:
                await insert_audit(connection, entry, now)
            return bool(touched)

        return await self._database.write(change)

    async def audience_languages(self, bot_id: int, limit: int) -> list[tuple[str, int]]:
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT LOWER(COALESCE(NULLIF(u.language, ''), u.language_code)),"
                " COUNT(*) FROM chat c JOIN tg_user u ON u.id = c.telegram_chat_id"
                " WHERE c.bot_id = $1 AND c.type = 'private' AND c.blocked_at IS NULL"
                " GROUP BY 1 ORDER BY 2 DESC, 1",
                bot_id,
            )
        )
        spoken: Counter[str] = Counter()
        for tongue, count in rows:
            # "pt-br" is Portuguese, but "fil" is no Finnish.
            spoken[tongue.partition("-")[0]] += count
        del spoken[""]
        return spoken.most_common(limit)

    async def start_broadcast(
        self,
        broadcast_id: int,
        entry: AuditEntry,
        *,
        progress: tuple[Chat, Sequence[Content]],
        now: int,
    ) -> Lane | None:
        chat, contents = progress

        async def start(connection: Connection) -> Lane | None:
            total = await audience(connection, broadcast_id, now)
            touched = await connection.execute(
                f"UPDATE broadcast SET state = '{BroadcastState.RUNNING}', started_at = $2,"
                " total = $3, upto = (SELECT COALESCE(MAX(id), 0) FROM chat)"
                f" WHERE id = $1 AND state = '{BroadcastState.DRAFT}'",
                broadcast_id,
                now,
                total,
            )
            if not touched:
                return None
            row_id = await insert_notice(
                connection, chat, contents, key=f"broadcast:{broadcast_id}:progress", now=now
            )
            await connection.execute(
                "UPDATE broadcast SET progress_row = $2 WHERE id = $1", broadcast_id, row_id
            )
            await insert_audit(connection, entry, now)
            return Lane(chat.bot_id, chat.id, Kind.NOTICE)

        return await self._database.write(start)

    async def turn_broadcast(
        self,
        broadcast_id: int,
        wanted: BroadcastState,
        entry: AuditEntry | None = None,
        *,
        reason: str = "",
        now: int,
    ) -> bool:
        states = ", ".join(f"'{state}'" for state in _FROM[wanted])
        finished = now if wanted is BroadcastState.CANCELLED else None

        async def turn(connection: Connection) -> bool:
            touched = await connection.execute(
                "UPDATE broadcast SET state = $2, reason = $3, finished_at = $4"
                f" WHERE id = $1 AND state IN ({states})",
                broadcast_id,
                wanted,
                reason,
                finished,
            )
            if not touched:
                return False
            if wanted is BroadcastState.CANCELLED:
                await _take_back(connection, broadcast_id)
            if entry is not None:
                await insert_audit(connection, entry, now)
            return True

        return await self._database.write(turn)

    async def end_broadcast(
        self, broadcast_id: int, report: Notice | None, now: int
    ) -> list[Lane] | None:
        async def end(connection: Connection) -> list[Lane] | None:
            touched = await connection.execute(
                f"UPDATE broadcast SET state = '{BroadcastState.DONE}', finished_at = $2"
                f" WHERE id = $1 AND state = '{BroadcastState.RUNNING}'",
                broadcast_id,
                now,
            )
            if not touched:
                return None
            if report is None:
                return []
            chat = report.chat
            await insert_notice(connection, chat, report.contents, key=report.key, now=now)
            return [Lane(chat.bot_id, chat.id, Kind.NOTICE)]

        return await self._database.write(end)

    async def broadcast_failures(self, broadcast_id: int, limit: int) -> list[tuple[str, int]]:
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT p.terminal_reason FROM broadcast_recipient r"
                " JOIN message_processing p ON p.id = r.processing_id"
                " WHERE r.broadcast_id = $1 AND r.failed = $2 LIMIT $3",
                broadcast_id,
                True,
                limit,
            )
        )
        return Counter(row[0].partition(":")[0] for row in rows).most_common()

    async def progress_place(self, row_id: int) -> Place | None:
        row = await self._database.read(
            lambda c: c.fetchrow(
                "SELECT p.telegram_outgoing_id,"
                " COALESCE(NULLIF(u.language, ''), u.language_code, ''), c.bot_id, c.id,"
                " c.telegram_chat_id, c.thread_id, c.type, c.name, c.history_from, c.not_before"
                " FROM message_processing p JOIN chat c ON c.id = p.chat_id"
                " LEFT JOIN tg_user u ON u.id = c.telegram_chat_id WHERE p.id = $1",
                row_id,
            )
        )
        if row is None:
            return None
        return Place(chat_of(row[2], row[3:10]), row[0] or 0, row[1])


async def _is_told(connection: Connection, entry: AuditEntry) -> bool:
    """Whether that command was carried out before a crash."""
    row = await connection.fetchrow("SELECT 1 FROM audit WHERE origin = $1 LIMIT 1", entry.origin)
    return row is not None


async def _take_back(connection: Connection, broadcast_id: int) -> None:
    """Delete the rows of which nothing was sent, and what they would have said."""
    rows = await connection.fetch(
        "SELECT processing_id FROM broadcast_recipient WHERE broadcast_id = $1 AND failed = $2",
        broadcast_id,
        False,
    )
    for (row_id,) in rows:
        gone = await connection.fetchrow(
            "DELETE FROM message_processing WHERE id = $1 AND status IN ('RECEIVED', 'FAILED')"
            " AND NOT EXISTS (SELECT 1 FROM delivery_part"
            "  WHERE processing_id = $1 AND state <> 'PENDING') RETURNING response_message_id",
            row_id,
        )
        if gone is not None and gone[0] is not None:
            await connection.execute("DELETE FROM message WHERE id = $1", gone[0])


def _stored(value: str | int) -> str | int:
    return storable(value) if isinstance(value, str) else value


def _broadcast(row: Row) -> Broadcast:
    names = [name.strip() for name in _COLUMNS.split(",")]
    fields = dict(zip(names, row, strict=True))
    return Broadcast(**{**fields, "state": BroadcastState(fields["state"])})
