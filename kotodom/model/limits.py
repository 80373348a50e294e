"""What may be spent, and what is set aside for a call that is being made."""

from dataclasses import dataclass
from enum import StrEnum

from kotodom.model.answers import Usage


class Scope(StrEnum):
    """For whom spending is added up, and may be limited."""

    INSTANCE = "instance"
    """Everybody's together."""
    BOT = "bot"
    CHAT = "chat"
    USER = "user"
    """One person at one bot."""
    MODEL = "model"
    """One model at one bot; there are no limits for it."""


class Period(StrEnum):
    """For how long a limit holds before it begins anew, in the configured zone."""

    DAY = "day"
    MONTH = "month"


class Measure(StrEnum):
    """What a limit counts."""

    COST = "cost"
    """Nano-dollars."""
    QUESTIONS = "questions"


EACH = "*"
"""Stands in the key of a limit for every person at a bot."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How much may be spent; 0 allows nothing."""

    scope: Scope
    key: str
    """Empty for INSTANCE, else ``bot``, ``chat`` (our ids), ``bot:user`` or ``bot:*``."""
    bot_id: int
    """0 for INSTANCE."""
    period: Period
    measure: Measure
    amount: int
    id: int = 0
    told_day: int = 0
    """The day (20261122) or month (202611) for which admins were told last…"""
    told: int = 0
    """… that so many percent are used."""

    @property
    def person(self) -> int:
        """Whom a limit of scope USER is for; 0: everybody at that bot, each by themselves."""
        said = self.key.partition(":")[2] if self.scope is Scope.USER else ""
        return int(said) if said and said != EACH else 0


@dataclass(frozen=True, slots=True)
class Check:
    """A limit that a call must keep, and whose spending counts for it."""

    limit: Limit
    key: str
    """As in the limit, but never that of everybody."""
    day: int
    """The day or the month that the period is now."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of a limit is used."""

    check: Check
    used: int
    reserved: int
    """By calls that are being made."""


@dataclass(frozen=True, slots=True)
class Spending:
    """A call to the provider that is about to be made, and what it will take at most, as a guess.

    The purpose is one of ``kotodom.ports.Purpose``.
    """

    bot_id: int
    chat_id: int | None
    user_id: int
    """0: nobody who can be told."""
    purpose: str
    model: str
    usage: Usage
    seconds: int = 0
    """Of sound."""
    cost: int | None = None
    """Nano-dollars; None without a price."""
    row_id: int | None = None
    """The message that it answers."""
