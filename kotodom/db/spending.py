"""The ledger: one row for each call to the provider that costs money, and what they add up to."""

from kotodom.days import Days
from kotodom.db.connection import Connection
from kotodom.db.sql import storable, values
from kotodom.model import EACH, Scope, Usage
from kotodom.ports import Purpose

NAME_LENGTH = 200
"""Characters of a model's name that a total is kept under."""


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
    days: Days,
    now: int,
    reservation: int = 0,
    counts: bool = True,
    nameless: int = 0,
) -> bool:
    """Account for one call; *cost* None is unknown, *seconds* are those of a recording.

    A *reservation* is settled with it; one that is settled already means that this call is in the
    ledger, and nothing is written (False). Unless it *counts* it is no question of anybody's.
    *nameless* is a person of whom nothing else is kept: only limits go by what they spend.
    """
    if reservation and not await connection.execute(
        "DELETE FROM reservation WHERE id = $1", reservation
    ):
        return False
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
    if nameless and await _limits(connection, bot_id, nameless):
        user_id = nameless
    question = int(counts and purpose in (Purpose.ANSWER, Purpose.INLINE))
    # After the row above, whose foreign keys lock the person: who forgets people locks them first.
    await _add_up(
        connection,
        scopes(bot_id, chat_id, user_id, model),
        days,
        (question, usage.input + usage.output, cost or 0, cost is None),
        now,
    )
    return True


async def _limits(connection: Connection, bot_id: int, user_id: int) -> bool:
    """Whether there is a limit for that person at that bot."""
    row = await connection.fetchrow(
        f"SELECT 1 FROM spend_limit WHERE scope = '{Scope.USER}' AND key IN ($1, $2) LIMIT 1",
        f"{bot_id}:{user_id}",
        f"{bot_id}:{EACH}",
    )
    return row is not None


def scopes(
    bot_id: int, chat_id: int | None, user_id: int | None, model: str
) -> list[tuple[str, str, int]]:
    """What a call counts for, as (scope, key, bot): always in this order.

    Two transactions that raise the same totals in another order would wait for each other.
    """
    found: list[tuple[str, str, int]] = [
        (Scope.INSTANCE, "", 0),
        (Scope.BOT, str(bot_id), bot_id),
    ]
    if chat_id is not None:
        found.append((Scope.CHAT, str(chat_id), bot_id))
    if user_id:
        found.append((Scope.USER, f"{bot_id}:{user_id}", bot_id))
    found.append((Scope.MODEL, f"{bot_id}:{storable(model)[:NAME_LENGTH]}", bot_id))
    return found


async def _add_up(
    connection: Connection,
    counted_for: list[tuple[str, str, int]],
    days: Days,
    amounts: tuple[int, int, int, int],
    now: int,
) -> None:
    """Raise the totals of the day and of the month."""
    questions, tokens, cost, unpriced = amounts
    rows = [
        (scope, key, bot_id, day, questions, tokens, cost, int(unpriced))
        for scope, key, bot_id in counted_for
        for day in (days.day(now), days.month(now))
    ]
    await connection.execute(
        "INSERT INTO spend_total (scope, key, bot_id, day, questions, tokens, cost, unpriced)"
        f" VALUES {values(len(rows), len(rows[0]))} ON CONFLICT (scope, key, day) DO UPDATE SET"
        " questions = spend_total.questions + excluded.questions,"
        " tokens = spend_total.tokens + excluded.tokens,"
        " cost = spend_total.cost + excluded.cost,"
        " unpriced = spend_total.unpriced + excluded.unpriced",
        *(value for row in rows for value in row),
    )
