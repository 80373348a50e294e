"""Who gets a broadcast: its people, put in line a few at a time, and what became of each.

The cursor, the rows and the recipients are written together: whatever is killed when, everybody
is put in line once, and a row is delivered once like any other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kotodom.clock import SECOND
from kotodom.db.connection import Connection, Database, Row
from kotodom.db.jobs import chat_of
from kotodom.db.sql import FINISHED, values
from kotodom.db.store_notices import insert_notice
from kotodom.errors import ChatGone
from kotodom.model import Access, AccessMode, Chat, Content, Kind, Lane, Role, Status
from kotodom.model.broadcasts import BroadcastState
from kotodom.ports.admin.broadcasts import Fed, Tally

SCANNED = 2000
"""Chats that one transaction looks through at most, however few of them are meant."""
_DAY = 24 * 3600 * SECOND
_GONE = ChatGone.code

_SAME = "d.bot_id = c.bot_id AND d.telegram_chat_id = c.telegram_chat_id AND d.type = 'private'"
_STANDING = "SELECT 1 FROM bot_user s WHERE s.bot_id = c.bot_id AND s.user_id = c.telegram_chat_id"
_SPEAKS = "LOWER(COALESCE(NULLIF(u.language, ''), u.language_code, ''))"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A broadcast as its people are chosen."""

    bot_id: int
    language: str
    active_days: int
    text: str
    started_at: int
    public: bool


class LineStore:
    """The broadcasts' line."""

    _database: Database

    async def audience(self, broadcast_id: int, now: int) -> int:
        return await self._database.read(lambda c: audience(c, broadcast_id, now))

    async def feed_broadcast(
        self, broadcast_id: int, contents: Sequence[Content], *, limit: int, now: int
    ) -> Fed:
        async def feed(connection: Connection) -> Fed:
            # A write, though it changes nothing: on PostgreSQL its row lock keeps a pause out.
            row = await connection.fetchrow(
                "UPDATE broadcast SET cursor = cursor"
                f" WHERE id = $1 AND state = '{BroadcastState.RUNNING}' RETURNING cursor, upto",
                broadcast_id,
            )
            if row is None:
                return Fed()
            wanted = await _wanted(connection, broadcast_id, now)
            end = await _window(connection, row[0], row[1])
            chats = await _next(connection, wanted, row[0], end, limit, now) if end else []
            for chat in chats:
                await _put_in_line(connection, broadcast_id, chat, contents, wanted.text, now)
            cursor = chats[-1].id if len(chats) == limit else end or row[1]
            await connection.execute(
                "UPDATE broadcast SET cursor = $2 WHERE id = $1", broadcast_id, cursor
            )
            lanes = tuple(Lane(chat.bot_id, chat.id, Kind.NOTICE) for chat in chats)
            return Fed(lanes, cursor >= row[1])

        return await self._database.write(feed)

    async def tally_broadcast(self, broadcast_id: int, limit: int) -> Tally:
        async def tally(connection: Connection) -> Tally:
            rows = await connection.fetch(
                "SELECT r.id, p.status, p.terminal_reason, p.id, p.response_message_id"
                " FROM broadcast_recipient r JOIN message_processing p ON p.id = r.processing_id"
                f" WHERE r.broadcast_id = $1 AND r.failed = $2 AND p.{FINISHED}"
                " ORDER BY r.id LIMIT $3",
                broadcast_id,
                False,
                limit,
            )
            delivered = [row for row in rows if row[1] == Status.COMPLETED]
            missed = [row for row in rows if row[1] != Status.COMPLETED]
            blocked = [row for row in missed if row[2].partition(":")[0] == _GONE]
            failed = [row for row in missed if row[2].partition(":")[0] != _GONE]
            if rows:
                await _settle(connection, broadcast_id, delivered, blocked, failed)
            left = await connection.fetchrow(
                "SELECT COUNT(*) FROM broadcast_recipient WHERE broadcast_id = $1 AND failed = $2",
                broadcast_id,
                False,
            )
            in_line = int(left[0]) if left is not None else 0
            return Tally(len(delivered), len(blocked), len(failed), in_line)

        return await self._database.write(tally)


async def audience(connection: Connection, broadcast_id: int, now: int) -> int:
    """How many people a broadcast is for, as things are now."""
    wanted = await _wanted(connection, broadcast_id, now)
    meant, arguments = _meant(wanted, now, first=2)
    row = await connection.fetchrow(
        "SELECT COUNT(*) FROM chat c LEFT JOIN tg_user u ON u.id = c.telegram_chat_id"
        f" WHERE c.bot_id = $1 AND {meant}",
        wanted.bot_id,
        *arguments,
    )
    return int(row[0]) if row is not None else 0


async def _wanted(connection: Connection, broadcast_id: int, now: int) -> _Wanted:
    row = await connection.fetchrow(
        "SELECT b.bot_id, b.language, b.active_days, b.text, b.started_at, t.access"
        " FROM broadcast b JOIN bot t ON t.id = b.bot_id WHERE b.id = $1",
        broadcast_id,
    )
    assert row is not None
    return _Wanted(
        row[0], row[1], row[2], row[3], now if row[4] is None else row[4], row[5] == _PUBLIC
    )


async def _window(connection: Connection, cursor: int, upto: int) -> int:
    """The last of the next chats to be looked through; 0 when there are none."""
    row = await connection.fetchrow(
        "SELECT MAX(id) FROM (SELECT id FROM chat WHERE id > $1 AND id <= $2"
        f" ORDER BY id LIMIT {SCANNED}) w",
        cursor,
        upto,
    )
    return int(row[0]) if row is not None and row[0] is not None else 0


async def _next(
    connection: Connection, wanted: _Wanted, cursor: int, end: int, limit: int, now: int
) -> list[Chat]:
    meant, arguments = _meant(wanted, now, first=5)
    rows = await connection.fetch(
        "SELECT c.id, c.telegram_chat_id, c.thread_id, c.type, c.name, c.history_from,"
        " c.not_before FROM chat c LEFT JOIN tg_user u ON u.id = c.telegram_chat_id"
        f" WHERE c.id > $1 AND c.id <= $2 AND c.bot_id = $3 AND {meant} ORDER BY c.id LIMIT $4",
        cursor,
        end,
        wanted.bot_id,
        limit,
        *arguments,
    )
    return [chat_of(wanted.bot_id, row) for row in rows]


def _meant(wanted: _Wanted, now: int, *, first: int) -> tuple[str, list[object]]:
    """The condition on a chat ``c`` and its person ``u``, with its arguments from ``$first`` on."""
    arguments: list[object] = []

    def argument(value: object) -> str:
        arguments.append(value)
        return f"${first + len(arguments) - 1}"

    conditions = [
        "c.type = 'private'",
        "c.blocked_at IS NULL",
        # Each person once, however many topics they have.
        f"NOT EXISTS (SELECT 1 FROM chat d WHERE {_SAME} AND d.id < c.id)",
    ]
    if wanted.public:
        conditions.append(f"NOT EXISTS ({_STANDING} AND s.access = '{Access.BLOCKED}')")
    else:
        conditions.append(
            f"EXISTS ({_STANDING} AND s.access = '{Access.ALLOWED}'"
            f" AND (s.until IS NULL OR s.until > {argument(now)}))"
        )
    if wanted.active_days:
        since = argument(wanted.started_at - wanted.active_days * _DAY)
        conditions.append(f"EXISTS (SELECT 1 FROM chat d WHERE {_SAME} AND d.last_at >= {since})")
    if wanted.language:
        language = wanted.language.lower()
        same, dialect = argument(language), argument(f"{language}-%")
        conditions.append(f"({_SPEAKS} = {same} OR {_SPEAKS} LIKE {dialect})")
    return " AND ".join(conditions), arguments


async def _put_in_line(
    connection: Connection,
    broadcast_id: int,
    chat: Chat,
    contents: Sequence[Content],
    said: str,
    now: int,
) -> None:
    row_id = await insert_notice(
        connection,
        chat,
        contents,
        key=f"broadcast:{broadcast_id}:{chat.telegram_chat_id}",
        role=Role.ADMIN,
        said=said,
        now=now,
    )
    if row_id:
        await connection.execute(
            "INSERT INTO broadcast_recipient (broadcast_id, processing_id) VALUES ($1, $2)",
            broadcast_id,
            row_id,
        )


async def _settle(
    connection: Connection,
    broadcast_id: int,
    delivered: Sequence[Row],
    blocked: Sequence[Row],
    failed: Sequence[Row],
) -> None:
    """Count rows that have ended."""
    reached = [row[0] for row in (*delivered, *blocked)]
    if reached:
        await connection.execute(
            f"DELETE FROM broadcast_recipient WHERE id IN {values(1, len(reached))}", *reached
        )
    if failed:
        await connection.execute(
            "UPDATE broadcast_recipient SET failed = $1"
            f" WHERE id IN {values(1, len(failed), first=2)}",
            True,
            *(row[0] for row in failed),
        )
    await _unsay(connection, (*blocked, *failed))
    await connection.execute(
        "UPDATE broadcast SET delivered = delivered + $2, blocked = blocked + $3,"
        " failed = failed + $4 WHERE id = $1",
        broadcast_id,
        len(delivered),
        len(blocked),
        len(failed),
    )


async def _unsay(connection: Connection, rows: Iterable[Row]) -> None:
    """What did not arrive was not said: the model must not know of it."""
    messages = [row[4] for row in rows if row[4] is not None]
    if messages:
        ids = values(1, len(messages))
        await connection.execute(
            "UPDATE message_processing SET response_message_id = NULL"
            f" WHERE response_message_id IN {ids}",
            *messages,
        )
        await connection.execute(f"DELETE FROM message WHERE id IN {ids}", *messages)


_PUBLIC = AccessMode.PUBLIC.value
