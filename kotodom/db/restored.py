"""What must change in a database from a backup before Kotodom may go on with it.

Between the backup and now Kotodom has gone on: what was owed then has most likely been answered,
and nobody here knows what was said since. So nothing owed is sent by itself (it is shown among the
messages that were not answered, where an admin can have it tried again), nothing is searched for by
its place in a chat, and no number is given a second time that an old button may still mean.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kotodom.db.connection import Connection
from kotodom.db.schema import Table, next_ids, quoted, read_tables
from kotodom.db.sql import OPEN

RESTORED = "restored"
"""The cause of death of what was owed, and the key of the fact that tells of it."""
UNKNOWN_ID = -1
"""Stands for the highest message id of a chat while nobody knows it."""
SKIPPED_IDS = 1_000_000
"""More messages than there can have been since the backup."""
SKIPPED_NUMBERS = 1_000
"""More broadcasts, retries, invitations."""
MAX_ID = 2**62
"""Beyond that a number was not given by a database, but written by hand."""
REMEMBERED = 5_000
"""Updates that are known to have been taken in: what Telegram may hand over again is each bot's
last batch, a hundred at most."""

_SKIPPED = {
    **dict.fromkeys(("message", "message_processing", "chat", "delivery_part"), SKIPPED_IDS),
    **dict.fromkeys(("broadcast", "bulk_retry", "invite", "bot_draft"), SKIPPED_NUMBERS),
}


@dataclass(frozen=True, slots=True)
class Owed:
    """What was put aside."""

    messages: int
    broadcasts: int
    retries: int


@dataclass(frozen=True, slots=True)
class _Step:
    """One change, and the columns without which (in an older database) it has no meaning."""

    name: str
    table: str
    columns: tuple[str, ...]
    sql: str
    takes_now: bool = False


_END = (
    f"status = 'TERMINAL', terminal_reason = '{RESTORED}', last_error_kind = '{RESTORED}',"
    " last_error = 'it was open when the backup was made, and may have been answered since',"
    " last_error_at = $1, finished_at = $1, not_before = 0"
)
_STEPS = (
    _Step(
        "messages",
        "message_processing",
        ("finished_at",),
        f"UPDATE message_processing SET {_END} WHERE {OPEN}",
        takes_now=True,
    ),
    _Step(
        "messages",
        "message_processing",
        ("parked",),
        f"UPDATE message_processing SET {_END}, parked = 0 WHERE parked > 0",
        takes_now=True,
    ),
    # The search for a lost send would find answers of later, and delete them.
    _Step(
        "",
        "delivery_part",
        ("index",),
        "DELETE FROM delivery_part WHERE \"index\" < 0 AND state = 'SENDING'",
    ),
    _Step(
        "",
        "delivery_part",
        (),
        "UPDATE delivery_part SET state = 'PENDING', bubble_id = 0, telegram_message_id = NULL"
        " WHERE state = 'SENDING'",
    ),
    _Step("", "bot", (), f"UPDATE bot SET last_message_id = {UNKNOWN_ID}"),
    _Step("", "chat", (), f"UPDATE chat SET last_message_id = {UNKNOWN_ID}"),
    _Step("", "bot", ("menu",), "UPDATE bot SET menu = ''"),
    _Step(
        "",
        "chat",
        ("taken_until",),
        "UPDATE chat SET taken_until = 0, taken_by = 0, taken_in = 0, taken_for = 0"
        " WHERE taken_until > 0 AND taken_until <= $1",
        takes_now=True,
    ),
    _Step("", "awaited", (), "DELETE FROM awaited"),
    _Step("", "inbox_entry", (), "DELETE FROM inbox_entry"),
    _Step(
        "broadcasts",
        "broadcast",
        (),
        f"UPDATE broadcast SET state = 'PAUSED', reason = '{RESTORED}' WHERE state = 'RUNNING'",
    ),
    _Step(
        "retries",
        "bulk_retry",
        (),
        "UPDATE bulk_retry SET state = 'CANCELLED', finished_at = $1"
        " WHERE state IN ('RUNNING', 'DRAFT')",
        takes_now=True,
    ),
    # Whoever came by one since is not known to have: a used link would let a second one in.
    _Step("", "invite", (), "UPDATE invite SET revoked = (1 = 1) WHERE role <> ''"),
)


async def settle(
    connection: Connection, dialect: str, *, origin: str, made_at: int, now: int
) -> Owed:
    """Put aside what was owed in the database that *connection* is in a transaction of.

    It may be of an older schema. *origin* names the backup, made at *made_at*.
    """
    tables = {table.name: table for table in await read_tables(connection, dialect)}
    counts = {"messages": 0, "broadcasts": 0, "retries": 0, "": 0}
    for step in _STEPS:
        table = tables.get(step.table)
        if table is not None and set(step.columns) <= set(table.columns):
            counts[step.name] += await connection.execute(step.sql, *[now] * step.takes_now)
    await _skip_numbers(connection, dialect, list(tables.values()))
    del counts[""]
    if "fact" in tables:
        told = {"from": origin, "made_at": made_at, **counts}
        await connection.execute(
            "INSERT INTO fact (key, value, at) VALUES ($1, $2, $3) ON CONFLICT (key)"
            " DO UPDATE SET value = excluded.value, at = excluded.at",
            RESTORED,
            json.dumps(told),
            now,
        )
    return Owed(**counts)


async def _skip_numbers(connection: Connection, dialect: str, tables: Sequence[Table]) -> None:
    last_ids = await next_ids(connection, dialect, tables)
    for table in _SKIPPED.keys() & {table.name for table in tables}:
        number = min(last_ids.get(table, 0), MAX_ID) + _SKIPPED[table]
        if dialect == "sqlite":
            # One that has never had a row has no line there.
            await connection.execute("DELETE FROM sqlite_sequence WHERE name = $1", table)
            await connection.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)", table, number
            )
        else:
            await connection.fetch(
                "SELECT setval(pg_get_serial_sequence($1, 'id'), $2)", quoted(table), number
            )


LAST_UPDATES = (
    "SELECT b.telegram_id, p.update_id FROM {schema}message_processing p"
    " JOIN {schema}bot b ON b.id = p.bot_id WHERE p.update_id >= 0"
    f" AND p.id > (SELECT MAX(id) FROM {{schema}}message_processing) - {REMEMBERED}"
)
"""What another database took in last: (Telegram's id of the bot, update)."""


async def remember_updates(
    connection: Connection, updates: Iterable[tuple[int, int]], now: int
) -> None:
    """Know updates as taken in already, so that Telegram's telling them again means nothing."""
    rows = await connection.fetch("SELECT telegram_id, id FROM bot")
    bots = {row[0]: row[1] for row in rows}
    await connection.executemany(
        "INSERT INTO message_processing (bot_id, update_id, kind, status, raw_update,"
        " telegram_incoming_id, received_at, finished_at, terminal_reason)"
        " VALUES ($1, $2, 'COMMAND', 'COMPLETED', '{}', 0, $3, $3, $4)"
        " ON CONFLICT (bot_id, update_id) DO NOTHING",
        [(bots[bot], update, now, RESTORED) for bot, update in updates if bot in bots],
    )
