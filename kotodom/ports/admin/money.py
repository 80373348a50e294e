"""What /admin asks of the database about money, and how spending is kept within its limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kotodom.days import Days
from kotodom.model import Check, Limit, Scope, Spending, Standing
from kotodom.money import Price
from kotodom.ports.admin.desk import AuditEntry


@dataclass(frozen=True, slots=True)
class Total:
    """What was spent in some time, added up."""

    key: str
    questions: int = 0
    tokens: int = 0
    """Sent and answered together."""
    cost: int = 0
    """Nano-dollars, as far as prices are known."""
    unpriced: int = 0
    """Calls whose price is unknown."""


class MoneyStore(Protocol):
    """The part of the store for money."""

    @property
    def days(self) -> Days:
        """The calendar by which spending is added up; whoever changes its zone changes it here."""
        ...

    # -- reservations -----------------------------------------------------------------------

    async def reserve(
        self, spending: Spending, checks: Sequence[Check], now: int
    ) -> int | list[Standing]:
        """Set money aside if that keeps within every limit; return the reservation's id.

        Else nothing is written, and the limits that it would break are returned as they stand.
        What is spent, what other calls have reserved and this one are added up in the transaction.
        """
        ...

    async def release_reservation(self, reservation: int) -> None:
        """Nothing was spent of it after all."""
        ...

    async def book_leftovers(self, now: int) -> int:
        """Before the first call: what an earlier process had reserved was most likely billed.

        Each becomes one estimated row of the ledger; returns how many.
        """
        ...

    # -- limits -----------------------------------------------------------------------------

    async def limits(self) -> list[Limit]:
        """All of them, the widest first."""
        ...

    async def set_limit(
        self, limit: Limit, amount: int | None, audit: AuditEntry, now: int
    ) -> Limit | None:
        """Make that the amount of this limit, whatever *limit* says; None: there is none.

        Returns the limit as it is stored.
        """
        ...

    async def standings(self, checks: Sequence[Check]) -> list[Standing]:
        """How much of these limits is used."""
        ...

    async def mark_told(self, limit_id: int, day: int, percent: int) -> bool:
        """Remember that admins are told; False when they were, for that day or month."""
        ...

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
        """The totals of a scope by key, the dearest first, from the one after so many.

        *days* are the first and the last day (or month) that count; *bot_ids* None: all bots.
        """
        ...

    async def daily_totals(
        self, days: tuple[int, int], bot_ids: Sequence[int] | None = None
    ) -> dict[tuple[int, int], Total]:
        """What each bot spent on each day, by (bot, day)."""
        ...

    async def people_called(
        self, user_ids: Sequence[int], bot_ids: Sequence[int] | None = None
    ) -> dict[int, str]:
        """The names of people by Telegram's id, as far as they are known to any of these bots.

        *bot_ids* None: all bots.
        """
        ...

    async def forget_totals(self, before: int) -> int:
        """Delete the totals of people and chats of the days and months before that day."""
        ...

    # -- prices -----------------------------------------------------------------------------

    async def stored_prices(self) -> Mapping[str, Price]:
        """The prices that admins set."""
        ...

    async def set_price(self, model: str, price: Price | None, audit: AuditEntry, now: int) -> None:
        """Set what a model costs; None takes it back."""
        ...

    # -- the kill switch --------------------------------------------------------------------

    async def provider_stopped(self) -> bool:
        """Whether an admin has stopped all calls to the provider."""
        ...

    async def stop_provider(self, stopped: bool, audit: AuditEntry, now: int) -> None:
        """Remember that all calls are stopped, or allowed again."""
        ...
