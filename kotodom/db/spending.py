"""The ledger: one row for each call to the provider that costs money."""

from kotodom.db.connection import Connection
from kotodom.db.sql import storable
from kotodom.model import Usage
from kotodom.ports import Purpose


async def insert_spend(
    connection: Connection,
    *,
    bot_id: int,
    chat_id: int | None,
    user_id: int | None,
    purpose: Purpose,
    model: str,
    usage: Usage,
    cost: int | None,
    seconds: int = 0,
    now: int,
) -> None:
    """Account for one call; *cost* None is unknown, *seconds* are those of a recording."""
    await connection.execute(
        "INSERT INTO spend (bot_id, chat_id, tg_user_id, purpose, model, tokens_input,"
        " tokens_cached, tokens_cache_write, tokens_output, estimated, cost, seconds, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        bot_id,
        chat_id,
        user_id,
        purpose,
        storable(model),
        usage.input,
        usage.cached,
        usage.cache_write,
        usage.output,
        usage.estimated,
        cost,
        seconds,
        now,
    )
