"""The database's part of /admin money."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from kotodom.db.admin.desk import insert_audit
from kotodom.db.admin.reservations import ReservationStore, read_standings
from kotodom.db.connection import Connection, Row
from kotodom.db.sql import storable, values, wrote_to
from kotodom.model import Check, Limit, Measure, Period, Scope, Standing
from kotodom.money import Price
from kotodom.ports.admin import AuditEntry
from kotodom.ports.admin.money import Total

STOPPED = "provider stopped"
"""The setting that says since when no provider is called; not there: it is."""
_LIMIT = "scope, key, bot_id, period, measure, amount, id, told_day, told"
_SUMS = "SUM(questions), SUM(tokens), SUM(cost), SUM(unpriced)"
_PRICE = ("input", "cached", "output", "minute")


class MoneyStore(ReservationStore):
    """The store's part for money."""

    # -- limits -----------------------------------------------------------------------------

    async def limits(self) -> list[Limit]:
        rows = await self._database.read(
            lambda c: c.fetch(f"SELECT {_LIMIT} FROM spend_limit ORDER BY bot_id, id")
        )
        order = list(Scope)
        return sorted(map(_limit, rows), key=lambda limit: order.index(limit.scope))

    async def set_limit(
        self, limit: Limit, amount: int | None, audit: AuditEntry, now: int
    ) -> Limit | None:
        where = (limit.scope, limit.key, limit.period, limit.measure)

        async def write(connection: Connection) -> Limit | None:
            row: Row | None = None
            if amount is None:
                await connection.execute(
                    "DELETE FROM spend_limit"
                    " WHERE scope = $1 AND key = $2 AND period = $3 AND measure = $4",
                    *where,
                )
            else:
                row = await connection.fetchrow(
                    "INSERT INTO spend_limit (scope, key, period, measure, bot_id, amount)"
                    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (scope, key, period, measure)"
                    " DO UPDATE SET amount = excluded.amount,"
                    # Of another amount, other shares are used.
                    " told = CASE WHEN spend_limit.amount = excluded.amount"
                    " THEN spend_limit.told ELSE 0 END"
                    f" RETURNING {_LIMIT}",
                    *where,
                    limit.bot_id,
                    amount,
                )
            await insert_audit(connection, audit, now)
            return row and _limit(row)

        return await self._database.write(write)

    async def standings(self, checks: Sequence[Check]) -> list[Standing]:
        return await self._database.read(lambda c: read_standings(c, checks))

    async def mark_told(self, limit_id: int, day: int, percent: int) -> bool:
        touched = await self._database.write(
            lambda c: c.execute(
                "UPDATE spend_limit SET told_day = $2, told = $3"
                " WHERE id = $1 AND (told_day <> $2 OR told < $3)",
                limit_id,
                day,
                percent,
            )
        )
        return bool(touched)

    # -- totals -----------------------------------------------------------------------------

    async def totals(
        self,
        scope: Scope,
        days: tuple[int, int],
        *,
        bot_ids: Sequence[int] | None = None,
        after: int = 0,
        limit: int = 1000,
    ) -> list[Total]:
        only, ids = _only(bot_ids, first=6)
        rows = await self._database.read(
            lambda c: c.fetch(
                f"SELECT key, {_SUMS} FROM spend_total"
                f" WHERE scope = $1 AND day >= $2 AND day <= $3{only} GROUP BY key"
                " ORDER BY SUM(cost) DESC, SUM(tokens) DESC, key LIMIT $4 OFFSET $5",
                scope,
                *days,
                limit,
                after,
                *ids,
            )
        )
        return [Total(row[0], *map(int, row[1:])) for row in rows]

    async def daily_totals(
        self, days: tuple[int, int], bot_ids: Sequence[int] | None = None
    ) -> dict[tuple[int, int], Total]:
        only, ids = _only(bot_ids, first=3)
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT bot_id, day, key, questions, tokens, cost, unpriced FROM spend_total"
                f" WHERE scope = '{Scope.BOT}' AND day >= $1 AND day <= $2{only}",
                *days,
                *ids,
            )
        )
        return {(row[0], row[1]): Total(*row[2:]) for row in rows}

    async def people_called(
        self, user_ids: Sequence[int], bot_ids: Sequence[int] | None = None
    ) -> dict[int, str]:
        if not user_ids or (bot_ids is not None and not bot_ids):
            return {}
        wrote = ""
        if bot_ids is not None:
            bots = values(1, len(bot_ids), first=len(user_ids) + 1)
            wrote = f" AND {wrote_to(f'IN {bots}', 'u.id')}"
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT u.id, u.username, u.full_name FROM tg_user u"
                f" WHERE u.id IN {values(1, len(user_ids))}{wrote}",
                *user_ids,
                *(bot_ids or ()),
            )
        )
        return {row[0]: f"@{row[1]}" if row[1] else row[2] for row in rows}

    async def forget_totals(self, before: int) -> int:
        return await self._database.write(
            lambda c: c.execute(
                f"DELETE FROM spend_total WHERE scope IN ('{Scope.CHAT}', '{Scope.USER}')"
                # A month's number is below every day's.
                " AND ((day < $1 AND day > 1000000) OR day < $2)",
                before,
                before // 100,
            )
        )

    # -- prices -----------------------------------------------------------------------------

    async def stored_prices(self) -> Mapping[str, Price]:
        rows = await self._database.read(
            lambda c: c.fetch(f"SELECT model, {', '.join(_PRICE)} FROM price ORDER BY model")
        )
        return {
            row[0]: Price(*(None if said is None else Decimal(said) for said in row[1:]))
            for row in rows
        }

    async def set_price(self, model: str, price: Price | None, audit: AuditEntry, now: int) -> None:
        async def write(connection: Connection) -> None:
            await connection.execute("DELETE FROM price WHERE model = $1", storable(model))
            if price is not None:
                said = (getattr(price, name) for name in _PRICE)
                await connection.execute(
                    f"INSERT INTO price (model, {', '.join(_PRICE)}) VALUES ($1, $2, $3, $4, $5)",
                    storable(model),
                    *(None if amount is None else str(amount) for amount in said),
                )
            await insert_audit(connection, audit, now)

        await self._database.write(write)

    # -- the kill switch --------------------------------------------------------------------

    async def provider_stopped(self) -> bool:
        row = await self._database.read(
            lambda c: c.fetchrow("SELECT value FROM setting WHERE key = $1", STOPPED)
        )
        return row is not None

    async def stop_provider(self, stopped: bool, audit: AuditEntry, now: int) -> None:
        async def write(connection: Connection) -> None:
            if stopped:
                await connection.execute(
                    "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
                    STOPPED,
                    str(now),
                )
            else:
                await connection.execute("DELETE FROM setting WHERE key = $1", STOPPED)
            await insert_audit(connection, audit, now)

        await self._database.write(write)


def _limit(row: Row) -> Limit:
    return Limit(
        Scope(row[0]), row[1], row[2], Period(row[3]), Measure(row[4]), row[5], row[6], *row[7:9]
    )


def _only(bot_ids: Sequence[int] | None, *, first: int) -> tuple[str, Sequence[int]]:
    """The condition that picks these bots' totals, and its values."""
    if bot_ids is None:
        return "", ()
    if not bot_ids:
        return " AND 1 = 0", ()
    return f" AND bot_id IN {values(1, len(bot_ids), first=first)}", bot_ids
