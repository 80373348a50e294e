"""Which messages a retry of many asks again, how, and what has become of them."""

from collections.abc import Sequence

from kotodom.db.admin.messages_change import APOLOGISED
from kotodom.db.connection import Connection
from kotodom.db.sql import FINISHED
from kotodom.model import Kind, Lane
from kotodom.ports.admin.messages import Bulk

_WRITTEN = "outcome = 'COMPLETED'"
"""Its answer is written, and only its delivery ended: it needs no second one."""
_AGAIN = ", ".join(
    (
        "status = 'RECEIVED', attempts = 0, deferrals = 0, crashes = 0, not_before = 0",
        "finished_at = NULL, terminal_reason = '', stop_requested = $2",
        f"told = CASE WHEN {_WRITTEN} THEN told ELSE {APOLOGISED} END",
        f"in_place = CASE WHEN {_WRITTEN} THEN in_place ELSE $2 END",
        f"revision = CASE WHEN {_WRITTEN} THEN revision ELSE revision + 1 END",
        f"response_message_id = CASE WHEN {_WRITTEN} THEN response_message_id ELSE NULL END",
        f"outcome = CASE WHEN {_WRITTEN} THEN outcome ELSE NULL END",
    )
)


async def reopen(
    connection: Connection, bulk: Bulk, room: int, now: int
) -> tuple[list[Lane], bool]:
    """Ask the next *room* messages again; True when those were the last.

    Oldest first; the cursor saves looking through what was found already. What fails again ends
    later than ``upto``, unless the clock was set back: so those of this retry are left out.
    """
    cursor = await connection.fetchrow('SELECT "cursor" FROM bulk_retry WHERE id = $1', bulk.id)
    rows = await connection.fetch(
        "SELECT id, bot_id, chat_id, finished_at FROM message_processing"
        f" WHERE {wanted(bulk.code, bulk.bot_ids)} AND NOT EXISTS (SELECT 1"
        f" FROM bulk_retry_item i WHERE i.bulk_retry_id = {bulk.id:d}"
        "  AND i.processing_id = message_processing.id) ORDER BY finished_at, id LIMIT $3",
        max(bulk.since, cursor[0] if cursor else 0),
        bulk.upto,
        room,
        *([bulk.code] if bulk.code else []),
    )
    lanes: dict[Lane, None] = {}
    reopened = 0
    for row_id, bot_id, chat_id, _ in rows:
        touched = await connection.execute(
            f"UPDATE message_processing SET {_AGAIN} WHERE id = $1 AND status = 'TERMINAL'",
            row_id,
            False,
        )
        if not touched:
            continue  # an admin was faster with this one
        await connection.execute(
            "INSERT INTO bulk_retry_item (bulk_retry_id, processing_id) VALUES ($1, $2)"
            " ON CONFLICT (bulk_retry_id, processing_id) DO NOTHING",
            bulk.id,
            row_id,
        )
        reopened += 1
        lanes[Lane(bot_id, chat_id, Kind.QUESTION)] = None
    if rows:
        await connection.execute(
            'UPDATE bulk_retry SET "cursor" = $2, reopened = reopened + $3, changed_at = $4'
            " WHERE id = $1",
            bulk.id,
            rows[-1][3],
            reopened,
            now,
        )
    return list(lanes), len(rows) < room


async def count_ended(connection: Connection, bulk_id: int, now: int) -> None:
    """Count what has been answered or has failed since the last time."""
    rows = await connection.fetch(
        "SELECT i.id, p.status FROM bulk_retry_item i"
        " JOIN message_processing p ON p.id = i.processing_id"
        f" WHERE i.bulk_retry_id = $1 AND NOT i.ended AND p.{FINISHED}",
        bulk_id,
    )
    if not rows:
        return
    await connection.executemany(
        "UPDATE bulk_retry_item SET ended = $2 WHERE id = $1", [(row[0], True) for row in rows]
    )
    answered = sum(row[1] == "COMPLETED" for row in rows)
    await connection.execute(
        "UPDATE bulk_retry SET answered = answered + $2, failed = failed + $3, changed_at = $4"
        " WHERE id = $1",
        bulk_id,
        answered,
        len(rows) - answered,
        now,
    )


def wanted(code: str, bot_ids: Sequence[int] | None) -> str:
    """The condition for questions that ended in vain between $1 and $2, for the reason $4 if any.

    Not those that cannot be told, nor those that an admin gave up; and of those that a restored
    backup owed, which may have been answered, only when they are asked for by name.
    """
    cause = (
        " AND last_error_kind = $4"
        if code
        else " AND last_error_kind NOT IN ('dropped', 'restored')"
    )
    bots = ""
    if bot_ids is not None:
        # The sign keeps the planners from taking an index that gives another order.
        bots = f" AND +bot_id IN ({', '.join(f'{bot:d}' for bot in bot_ids) or 'NULL'})"
    return (
        "status = 'TERMINAL' AND finished_at >= $1 AND finished_at <= $2"
        f"{cause}{bots} AND kind = '{Kind.QUESTION}' AND joined_to = 0 AND chat_id IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM chat c WHERE c.id = message_processing.chat_id"
        "  AND c.blocked_at IS NOT NULL)"
    )
