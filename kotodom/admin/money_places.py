"""Where limits stand, and how people write them."""

import re
from dataclasses import dataclass
from decimal import Decimal

from kotodom.admin.ask import Ask
from kotodom.admin.words.money import MoneyWords
from kotodom.model import EACH, Bot, Limit, Measure, Period, Scope
from kotodom.money import NANO

_PERIODS = {
    **dict.fromkeys(("day", "daily", "день", "сутки"), Period.DAY),
    **dict.fromkeys(("month", "monthly", "месяц"), Period.MONTH),
}
_MEASURES = {
    **dict.fromkeys(("cost", "dollars", "money", "$", "доллары", "деньги"), Measure.COST),
    **dict.fromkeys(("questions", "question", "вопросы"), Measure.QUESTIONS),
}
_NONE = frozenset({"none", "no", "off", "unlimited", "нет", "снять", "-", "–"})
_EACH = frozenset({EACH, "each", "everybody", "everyone", "каждый", "все"})
_DOLLARS = re.compile(r"\$?(\d{1,9}(?:\.\d{1,9}|,\d{1,2})?)\$?", re.ASCII)
"""“1,5” is one and a half; “1,000” may mean a thousand or one, and is refused."""
_COUNT = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a limit stands."""

    scope: Scope
    key: str
    bot_id: int
    command: str
    """What sets a limit here, but for period, measure and amount."""
    list: str
    """The command of the list in which it stands."""
    above: str
    """The command of the screen from which that is reached."""


INSTANCE = Place(Scope.INSTANCE, "", 0, "money limit", "money limits", "money")


def of_bot(bot: Bot) -> Place:
    """A bot."""
    return _of_bot(bot.id)


def of_chat(bot: Bot, chat_id: int) -> Place:
    """A chat (our id)."""
    return _of_chat(bot.id, str(chat_id))


def of_person(bot_id: int, person: str) -> Place:
    """A person at a bot, or (``*``) each of them."""
    key = f"{bot_id}:{person}"
    said = "each" if person == EACH else person
    command = f"bot {bot_id} person {said} limit"
    above = f"bot {bot_id} limits" if person == EACH else f"bot {bot_id} person {person}"
    return Place(Scope.USER, key, bot_id, command, command, above)


def place_of(limit: Limit) -> Place:
    """Where a limit stands that is there already."""
    match limit.scope:
        case Scope.BOT:
            return _of_bot(limit.bot_id)
        case Scope.CHAT:
            return _of_chat(limit.bot_id, limit.key)
        case Scope.USER:
            return of_person(limit.bot_id, limit.key.partition(":")[2])
        case _:
            return INSTANCE


def _of_bot(bot_id: int) -> Place:
    here = f"bot {bot_id}"
    return Place(Scope.BOT, str(bot_id), bot_id, f"{here} limit", f"{here} limits", here)


def _of_chat(bot_id: int, chat_id: str) -> Place:
    here = f"chat {chat_id}"
    return Place(Scope.CHAT, chat_id, bot_id, f"{here} limit", f"{here} limits", here)


def everybody(said: str) -> bool:
    """Whether somebody wrote that each person is meant."""
    return said.lower() in _EACH


def period_said(ask: Ask) -> Period:
    """The period that somebody wrote."""
    said = ask.word("PERIOD")
    if (period := _PERIODS.get(said.lower())) is None:
        raise ask.refuse(MoneyWords.LIMIT_BAD_PERIOD, said=said)
    return period


def measure_said(ask: Ask) -> Measure:
    """What somebody wants to limit."""
    said = ask.word("MEASURE")
    if (measure := _MEASURES.get(said.lower())) is None:
        raise ask.refuse(MoneyWords.LIMIT_BAD_MEASURE, said=said)
    return measure


def amount_written(ask: Ask, measure: Measure, said: str) -> int | None:
    """The amount that somebody wrote; None takes the limit away."""
    if said.lower() in _NONE:
        return None
    fits = (_DOLLARS if measure is Measure.COST else _COUNT).fullmatch(said.replace(" ", ""))
    if fits is None:
        raise ask.refuse(MoneyWords.LIMIT_BAD_AMOUNT, said=said, measure=measure.value)
    if measure is Measure.COST:
        return int(Decimal(fits[1].replace(",", ".")) * NANO)
    return int(fits[0])
