"""How sums and limits are written on the screens of money."""

from collections.abc import Iterable, Mapping

from kotodom.admin.ask import Ask
from kotodom.admin.screen import go
from kotodom.admin.words.money import MoneyWords
from kotodom.budget import amount_said
from kotodom.days import Days
from kotodom.model import Bot, Button, Limit, Scope, Standing
from kotodom.money import dollars
from kotodom.ports.admin.money import Total

PERIODS = ("today", "week", "month")
_SAID = {
    **{period: period for period in PERIODS},
    **dict.fromkeys(("day", "сегодня", "день"), "today"),
    **dict.fromkeys(("7", "неделя"), "week"),
    **dict.fromkeys(("30", "месяц"), "month"),
}


def period_of(ask: Ask, default: str) -> str:
    """The period that somebody wrote."""
    said = ask.word("PERIOD", default)
    if said.lower() not in _SAID:
        raise ask.refuse(MoneyWords.BAD_PERIOD, said=said)
    return _SAID[said.lower()]


def range_of(period: str, days: Days, now: int) -> tuple[int, int]:
    """The first and last day (or month) of a period, as totals are kept by."""
    if period == "month":
        return days.month(now), days.month(now)
    last = days.last(now, 7 if period == "week" else 1)
    return last[0], last[-1]


def period_buttons(ask: Ask, command: str, current: str) -> tuple[Button, ...]:
    """A button for each period; the one that is shown is marked."""
    return tuple(
        go(
            ("• " if period == current else "") + ask.say(MoneyWords.PERIOD, period=period),
            f"{command} {period}",
        )
        for period in PERIODS
    )


def summed(totals: Iterable[Total]) -> Total:
    """All of them together."""
    found = list(totals)
    return Total(
        "",
        sum(total.questions for total in found),
        sum(total.tokens for total in found),
        sum(total.cost for total in found),
        sum(total.unpriced for total in found),
    )


def entry(ask: Ask, name: str, total: Total) -> str:
    """One line of a list."""
    line = ask.say(
        MoneyWords.ENTRY,
        name=name,
        cost=dollars(total.cost),
        questions=total.questions,
        tokens=total.tokens,
    )
    return f"{line} ⚠️" if total.unpriced else line


def unpriced(ask: Ask, total: Total) -> list[str]:
    """The warning that a sum is not all, where it is not."""
    return [ask.say(MoneyWords.UNPRICED, calls=total.unpriced)] if total.unpriced else []


def whose(ask: Ask, scope: Scope, key: str, bot: Bot | None, names: Mapping[int, str]) -> str:
    """Of what a limit or a sum is, in words."""
    who = key.partition(":")[2]
    each = scope is Scope.USER and who == "*"
    if scope is Scope.CHAT:
        who = key
    elif who.isdigit():
        who = names.get(int(who), who)
    return ask.say(
        MoneyWords.WHOSE,
        scope="each" if each else scope.value,
        who=who,
        bot=bot.name if bot is not None else "–",
    )


def limit_line(ask: Ask, limit: Limit, name: str, standing: Standing | None) -> str:
    """One limit, and how much of it is used where that is one number."""
    said = {
        "whose": name,
        "period": limit.period.value,
        "measure": limit.measure.value,
        "amount": amount_said(limit.measure, limit.amount),
    }
    if standing is None:
        return ask.say(MoneyWords.LIMIT_EACH, **said)
    percent = standing.used * 100 // limit.amount if limit.amount else 100
    sign = "🔴" if percent >= 100 else "🟡" if percent >= 80 else "🟢"
    used = amount_said(limit.measure, standing.used)
    return f"{sign} " + ask.say(MoneyWords.LIMIT_USED, **said, used=used, percent=percent)
