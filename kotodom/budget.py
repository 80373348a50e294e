"""Limits for spending: money is set aside before a call to the provider and settled after it.

What is reserved stands in the database, so that a crash neither forgets a call that was most
likely billed nor counts it twice. The limits themselves are known in memory, too: where none
applies, nothing is written before a call.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from loguru import logger

from kotodom.admin.words.money import MoneyWords
from kotodom.clock import Clock
from kotodom.effects import AdminAlert, Submit
from kotodom.errors import LimitReached, PriceUnknown
from kotodom.model import EACH, Check, Limit, Measure, Period, Scope, Spending, Standing
from kotodom.money import dollars
from kotodom.ports import Store
from kotodom.tasks import Tasks

MARKS = (100, 80, 50)
"""Percent of a limit at which admins are told."""
KEPT_DAYS = 62
"""Days for which it is known what each person and chat spent: this month and the last."""
LONGEST_PAUSE = 30.0
"""Seconds between two tries of a database in trouble."""


@dataclass(frozen=True, slots=True)
class Held:
    """Money set aside for one call."""

    reservation: int = 0
    """0: no limit applies, so there is none."""
    checks: tuple[Check, ...] = ()


NOTHING = Held()
"""Nothing is set aside, and no limit applies."""


class Budget:
    """Keeps what is spent within its limits."""

    def __init__(self, *, store: Store, submit: Submit, tasks: Tasks, clock: Clock) -> None:
        self._store = store
        self._submit = submit
        self._tasks = tasks
        self._clock = clock
        self._limits: dict[tuple[Scope, str, Period, Measure], Limit] = {}

    async def load(self) -> None:
        """Before the first call: take up the limits, and account for what a crash left open."""
        left = await self._store.book_leftovers(self._clock.now())
        if left:
            logger.warning("{} calls were cut off by the last end: booked as estimated", left)
        await self.reload()

    async def reload(self) -> None:
        """Take the limits as they are in the database now."""
        self._limits = {_place(limit): limit for limit in await self._store.limits()}

    async def roll_over(self) -> str | None:
        """A new day of spending begins: forget what people and chats spent long ago."""
        before = self._store.days.last(self._clock.now(), KEPT_DAYS)[0]
        gone = await self._store.forget_totals(before)
        return str(gone) if gone else None

    def all(self) -> list[Limit]:
        """Every limit, the widest first."""
        order = list(Scope)
        return sorted(
            self._limits.values(), key=lambda one: (order.index(one.scope), one.bot_id, one.id)
        )

    def find(self, scope: Scope, key: str, period: Period, measure: Measure) -> Limit | None:
        """The limit of that place, if there is one."""
        return self._limits.get((scope, key, period, measure))

    def put(self, limit: Limit) -> None:
        """An admin has set it."""
        self._limits[_place(limit)] = limit

    def remove(self, limit: Limit) -> None:
        """An admin has taken it away."""
        self._limits.pop(_place(limit), None)

    def checks(self, bot_id: int, chat_id: int | None, user_id: int) -> list[Check]:
        """The limits that a call must keep; a person's own one counts instead of everybody's."""
        if not self._limits:
            return []
        found = [
            *self._of(Scope.INSTANCE, ""),
            *self._of(Scope.BOT, str(bot_id)),
            *(self._of(Scope.CHAT, str(chat_id)) if chat_id is not None else ()),
        ]
        if user_id:
            key = f"{bot_id}:{user_id}"
            each = {_rule(one.limit): one for one in self._of(Scope.USER, f"{bot_id}:{EACH}", key)}
            own = {_rule(one.limit): one for one in self._of(Scope.USER, key)}
            found += ({**each, **own}).values()
        return found

    def check(self, limit: Limit) -> Check | None:
        """How a limit is looked at now; None for everybody's, each of whom has a sum of theirs."""
        if limit.scope is Scope.USER and not limit.person:
            return None
        return Check(limit, limit.key, self._day(limit.period))

    async def hold(self, spending: Spending) -> Held:
        """Set money aside for a call; raises LimitReached or PriceUnknown.

        Whoever holds it must have it settled with the call, or give it back.
        """
        checks = self.checks(spending.bot_id, spending.chat_id, spending.user_id)
        if not checks:
            return NOTHING
        costs = any(check.limit.measure is Measure.COST for check in checks)
        if costs and spending.cost is None:
            self._tell_unpriced(spending)
            raise PriceUnknown(f"There is a limit for spending, but no price for {spending.model}")
        reserving = self._tasks.start(self._reserve(spending, checks), name="reserve")
        try:
            found = await asyncio.shield(reserving)
        except asyncio.CancelledError:
            self._tasks.start(self._abandon(reserving), name="release")
            raise
        if isinstance(found, Exception):
            raise found
        if isinstance(found, int):
            return Held(found, tuple(checks))
        for standing in found:
            await self._tell(standing, 100)
        raise self._reached(found, spending)

    async def release(self, held: Held) -> None:
        """Nothing was spent of it after all."""
        if held.reservation:
            await self.surely(lambda: self._store.release_reservation(held.reservation))

    def settled(self, held: Held) -> None:
        """It is settled in the database: see whether admins must know how much is used."""
        if held.checks:
            self._tasks.start(self._watch(held.checks), name="limits")

    async def surely(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write what must not be lost, however long the database is in trouble."""
        await asyncio.shield(self._tasks.start(self._insist(write), name="ledger"))

    async def _insist(self, write: Callable[[], Awaitable[None]]) -> None:
        pause = 0.1
        while True:
            try:
                await write()
                return
            except Exception as error:  # noqa: BLE001 - a database in trouble: wait for it
                logger.error("the ledger cannot be written, trying again: {}", error)
                await self._clock.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _reserve(
        self, spending: Spending, checks: Sequence[Check]
    ) -> int | list[Standing] | Exception:
        try:
            return await self._store.reserve(spending, checks, self._clock.now())
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asked for the money
            return error

    async def _abandon(self, reserving: "asyncio.Task[int | list[Standing] | Exception]") -> None:
        """Nobody waits for what is being reserved any more."""
        found = await reserving
        if isinstance(found, int):
            await self.release(Held(found))
        elif isinstance(found, Exception):
            logger.error("nothing was reserved: {}", found)

    def _of(self, scope: Scope, key: str, counted: str = "") -> Iterable[Check]:
        for period in Period:
            for measure in Measure:
                limit = self._limits.get((scope, key, period, measure))
                if limit is not None:
                    yield Check(limit, counted or key, self._day(period))

    def _day(self, period: Period) -> int:
        days, now = self._store.days, self._clock.now()
        return days.day(now) if period is Period.DAY else days.month(now)

    def _reached(self, broken: Sequence[Standing], spending: Spending) -> LimitReached:
        limits = [standing.check.limit for standing in broken]
        days, now = self._store.days, self._clock.now()
        hopeless = any(limit.amount < _need(limit, spending) for limit in limits)
        months = any(limit.period is Period.MONTH for limit in limits)
        return LimitReached(
            "; ".join(f"{limit.scope} {limit.period} {limit.measure}" for limit in limits),
            resets_at=0 if hopeless else days.next_month(now) if months else days.next_day(now),
        )

    async def _watch(self, checks: Sequence[Check]) -> None:
        try:
            for standing in await self._store.standings(checks):
                limit = standing.check.limit
                share = standing.used * 100 // limit.amount if limit.amount else 100
                mark = next((mark for mark in MARKS if share >= mark), 0)
                if mark == 100 or (mark and limit.key == standing.check.key):
                    await self._tell(standing, mark)
        except Exception as error:  # noqa: BLE001 - the next call looks again
            logger.error("nobody was told how much of the limits is used: {}", error)

    async def _tell(self, standing: Standing, mark: int) -> None:
        """Tell admins once for each mark, and in a day or month."""
        check = standing.check
        known = self._limits.get(_place(check.limit))
        if known is None or (known.told_day == check.day and known.told >= mark):
            return
        told = replace(known, told_day=check.day, told=mark)
        self.put(told)
        try:
            first = await self._store.mark_told(known.id, check.day, mark)
        except Exception:
            if self._limits.get(_place(told)) is told:
                self.put(known)  # the next call tells them
            raise
        if first:
            self._submit(_alert(standing, mark))

    def _tell_unpriced(self, spending: Spending) -> None:
        self._submit(
            AdminAlert(
                f"unpriced:{spending.model}",
                MoneyWords.ALERT_UNPRICED,
                {"model": spending.model},
                bot_id=spending.bot_id,
                show=f"money price {spending.model}",
            )
        )


def show_command(limit: Limit) -> str:
    """The screen on which a limit stands, as a command."""
    match limit.scope:
        case Scope.INSTANCE:
            return "money limits"
        case Scope.CHAT:
            return f"chat {limit.key} limits"
        case _:
            return f"bot {limit.bot_id} limits"


def amount_said(measure: Measure, amount: int) -> str:
    """An amount as people read it."""
    return dollars(amount) if measure is Measure.COST else str(amount)


def _alert(standing: Standing, mark: int) -> AdminAlert:
    limit, key = standing.check.limit, standing.check.key
    return AdminAlert(
        f"limit:{limit.id}:{standing.check.day}:{mark}",
        MoneyWords.ALERT_REACHED if mark == 100 else MoneyWords.ALERT_LIMIT,
        {
            "percent": mark,
            "scope": limit.scope,
            "who": key.partition(":")[2] or key,
            "period": limit.period,
            "measure": limit.measure,
            "used": amount_said(limit.measure, standing.used),
            "amount": amount_said(limit.measure, limit.amount),
        },
        bot_id=limit.bot_id or None,
        show=show_command(limit),
    )


def _place(limit: Limit) -> tuple[Scope, str, Period, Measure]:
    return limit.scope, limit.key, limit.period, limit.measure


def _rule(limit: Limit) -> tuple[Period, Measure]:
    return limit.period, limit.measure


def _need(limit: Limit, spending: Spending) -> int:
    return (spending.cost or 0) if limit.measure is Measure.COST else 1
