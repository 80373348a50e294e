"""Money set aside before a call and settled after it."""

from collections.abc import Sequence

from kotodom.days import Days
from kotodom.db.connection import Connection, Database, Row
from kotodom.db.spending import insert_spend
from kotodom.db.sql import storable
from kotodom.model import Check, Measure, Scope, Spending, Standing, Usage
from kotodom.ports import Purpose

_COUNTED = f"purpose <> '{Purpose.TRANSCRIPT}'"
"""What counts as a question, as in the totals."""


class ReservationStore:
    """The store's part for reservations."""

    _database: Database
    days: Days

    async def reserve(
        self, spending: Spending, checks: Sequence[Check], now: int
    ) -> int | list[Standing]:
        async def reserve(connection: Connection) -> int | list[Standing]:
            # On PostgreSQL this row lock lets one reservation at a time add up what there is.
            await connection.execute(
                "UPDATE spend_limit SET amount = amount"
                " WHERE id = (SELECT MIN(id) FROM spend_limit)"
            )
            standings = await read_standings(connection, checks)
            broken = [standing for standing in standings if _breaks(standing, spending)]
            return broken or await _insert(connection, spending, now)

        return await self._database.write(reserve)

    async def release_reservation(self, reservation: int) -> None:
        await self._database.write(
            lambda c: c.execute("DELETE FROM reservation WHERE id = $1", reservation)
        )

    async def book_leftovers(self, now: int) -> int:
        async def book(connection: Connection) -> int:
            rows = await connection.fetch(
                "SELECT r.id, r.bot_id, r.chat_id, u.id, r.purpose, r.model, r.tokens_input,"
                " r.tokens_output, r.seconds, r.amount, r.created_at, r.user_id FROM reservation r"
                " LEFT JOIN tg_user u ON u.id = r.user_id ORDER BY r.id"
            )
            for row in rows:
                await _book(connection, row, self.days)
            return len(rows)

        return await self._database.write(book)


async def read_standings(connection: Connection, checks: Sequence[Check]) -> list[Standing]:
    """How much of each limit is used and reserved, all as of one moment."""
    if not checks:
        return []
    selects: list[str] = []
    values: list[object] = []
    for index, check in enumerate(checks):
        said, where = _reserved(check, len(values) + 4)
        selects.append(
            f"SELECT {index}, COALESCE((SELECT {check.limit.measure} FROM spend_total"
            f" WHERE scope = ${len(values) + 1} AND key = ${len(values) + 2}"
            f" AND day = ${len(values) + 3}), 0), {said}"
        )
        values += [check.limit.scope, check.key, check.day, *where]
    # One statement: between two, a call could be settled and so be counted in neither.
    rows = await connection.fetch(" UNION ALL ".join(selects), *values)
    found = {row[0]: row for row in rows}
    # PostgreSQL sums whole numbers into decimals.
    return [
        Standing(check, int(found[index][1]), int(found[index][2]))
        for index, check in enumerate(checks)
    ]


def _reserved(check: Check, first: int) -> tuple[str, list[int]]:
    """The subquery that adds up the open reservations of a limit, and its values."""
    what = "SUM(amount)" if check.limit.measure is Measure.COST else "COUNT(*)"
    conditions = [] if check.limit.measure is Measure.COST else [_COUNTED]
    values: list[int] = []
    match check.limit.scope:
        case Scope.BOT:
            values = [int(check.key)]
            conditions.append(f"bot_id = ${first}")
        case Scope.CHAT:
            values = [int(check.key)]
            conditions.append(f"chat_id = ${first}")
        case Scope.USER:
            values = [int(part) for part in check.key.split(":")]
            conditions.append(f"bot_id = ${first} AND user_id = ${first + 1}")
        case _:
            pass  # everybody's
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"COALESCE((SELECT {what} FROM reservation{where}), 0)", values


def _breaks(standing: Standing, spending: Spending) -> bool:
    limit = standing.check.limit
    need = (spending.cost or 0) if limit.measure is Measure.COST else 1
    return standing.used + standing.reserved + need > limit.amount


async def _insert(connection: Connection, spending: Spending, now: int) -> int:
    row = await connection.fetchrow(
        "INSERT INTO reservation (processing_id, bot_id, chat_id, user_id, purpose, model,"
        " tokens_input, tokens_output, seconds, amount, created_at)"
        " VALUES ((SELECT id FROM message_processing WHERE id = $1), $2,"
        " (SELECT id FROM chat WHERE id = $3), $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
        spending.row_id,
        spending.bot_id,
        spending.chat_id,
        spending.user_id,
        spending.purpose,
        storable(spending.model),
        spending.usage.input,
        spending.usage.output,
        spending.seconds,
        spending.cost,
        now,
    )
    assert row is not None
    found: int = row[0]
    return found


async def _book(connection: Connection, row: Row, days: Days) -> None:
    reservation, bot_id, chat_id, user_id, purpose, model = row[:6]
    tokens_input, tokens_output, seconds, amount, created_at, reserved_for = row[6:]
    await insert_spend(
        connection,
        bot_id=bot_id,
        chat_id=chat_id,
        user_id=user_id,
        purpose=Purpose(purpose),
        model=model,
        usage=Usage(input=tokens_input, output=tokens_output, estimated=True),
        cost=amount,
        seconds=seconds,
        days=days,
        now=created_at,
        reservation=reservation,
        # Whoever asked it is not to pay for our end with one of their questions: it is asked anew.
        counts=purpose != Purpose.ANSWER,
        nameless=0 if user_id else reserved_for,
    )
