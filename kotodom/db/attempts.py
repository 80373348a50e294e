"""What went wrong at each attempt at a message, for whoever looks at it afterwards."""

from kotodom.db.connection import Connection
from kotodom.db.sql import storable
from kotodom.model import Job

KEPT = 20
"""Attempts of one message that are kept, the newest: one may wait for days."""
ERROR_LENGTH = 1000
"""Characters of an error's message that are kept."""


async def insert_attempt(
    connection: Connection, job: Job, *, code: str, message: str, now: int
) -> None:
    """Write a failed attempt down in the transaction that says what became of it."""
    await connection.execute(
        "INSERT INTO attempt (processing_id, number, began_at, at, code, message)"
        " SELECT id, $2, claimed_at, $3, $4, $5 FROM message_processing WHERE id = $1",
        job.id,
        job.attempts,
        now,
        code,
        storable(message)[:ERROR_LENGTH],
    )
    await connection.execute(
        "DELETE FROM attempt WHERE processing_id = $1 AND id < (SELECT MIN(id) FROM"
        " (SELECT id FROM attempt WHERE processing_id = $1 ORDER BY id DESC LIMIT $2) newest)",
        job.id,
        KEPT,
    )
