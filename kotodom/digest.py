"""The daily digest: what happened in the last day, to each who administers, about their bots."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from kotodom.accounts import Accounts, manages
from kotodom.admin.messages_view import cause
from kotodom.admin.screen import Screen, draw, go
from kotodom.admin.words.jobs import DigestWords
from kotodom.alerts import Alerts
from kotodom.clock import SECOND, Clock
from kotodom.i18n import say
from kotodom.model import Account, Buttons, Lane
from kotodom.money import dollars
from kotodom.ports import Store
from kotodom.ports.admin import Figures
from kotodom.registry import Registry
from kotodom.schedule import TimeOfDay
from kotodom.settings import DIGEST, DIGEST_TIME, TIMEZONE, Settings

DAY = 24 * 3600 * SECOND
TOP = 5
"""People and bots that are named."""
CAUSES = 5


class Digest:
    """Writes everybody's digest, once a day."""

    def __init__(
        self,
        *,
        store: Store,
        accounts: Accounts,
        registry: Registry,
        settings: Settings,
        alerts: Alerts,
        offer: Callable[[Lane], None],
        clock: Clock,
    ) -> None:
        """*alerts* knows where people can be told something."""
        self._store = store
        self._accounts = accounts
        self._registry = registry
        self._settings = settings
        self._alerts = alerts
        self._offer = offer
        self._clock = clock

    def when(self) -> TimeOfDay | None:
        """When it is written; None: not at all."""
        if not self._settings.get(DIGEST):
            return None
        hour, _, minute = self._settings.get(DIGEST_TIME).partition(":")
        return TimeOfDay(int(hour), int(minute), self._settings.get(TIMEZONE))

    async def write(self) -> str | None:
        """Write today's digest for everybody who did not turn it off; told again, it is one."""
        now = self._clock.now()
        told = 0
        active = {one.user_id: one for one in self._accounts.all() if one.active}
        for addressee in await self._alerts.chats(active):
            account = active[addressee.chat.telegram_chat_id]
            bots = bots_of(account, self._registry)
            if not bots or await self._store.silent_until(muted_key(account.user_id)) > now:
                continue
            figures = await self._store.figures(bots, since=now - DAY, until=now, top=TOP)
            screen = digest(figures, self._registry, addressee.language)
            lane = await self._store.write_notice(
                addressee.chat,
                draw(screen, addressee.language),
                key=f"digest:{self._today(now)}:{account.user_id}",
                now=now,
            )
            if lane is not None:
                self._offer(lane)
                told += 1
        return f"{told} told"

    def _today(self, now: int) -> str:
        zone = self._settings.get(TIMEZONE)
        known: tzinfo = UTC if zone == "UTC" else ZoneInfo(zone)
        return datetime.fromtimestamp(now / SECOND, known).date().isoformat()


def bots_of(account: Account, registry: Registry) -> list[int]:
    """The bots that somebody administers."""
    return [bot.id for bot in registry.all() if manages(account, bot)]


def muted_key(user_id: int) -> str:
    """Under what it is remembered that somebody wants no digest."""
    return f"digest:{user_id}"


def digest(figures: Figures, registry: Registry, language: str) -> Screen:
    """The figures as a screen."""
    row = []
    if figures.failed:
        row.append(go(say(DigestWords.SHOW_FAILED, language), "messages"))
    if figures.cost or figures.unpriced:
        row.append(go(say(DigestWords.SHOW_MONEY, language), "money"))
    rows: Buttons = (tuple(row),) if row else ()
    return Screen(
        f"📊 {say(DigestWords.TITLE, language)}",
        tuple(_lines(figures, registry, language)),
        buttons=rows,
    )


def _lines(figures: Figures, registry: Registry, language: str) -> Iterator[str]:
    if not figures.messages and not figures.cost and not figures.unpriced:
        yield say(DigestWords.QUIET, language)
        return
    yield f"💬 {say(DigestWords.MESSAGES, language, count=figures.messages)}"
    yield f"✅ {say(DigestWords.ANSWERS, language, count=figures.answers)}"
    if figures.waiting:
        yield f"⏳ {say(DigestWords.WAITING, language, count=figures.waiting)}"
    if figures.failed:
        yield f"⚠️ {say(DigestWords.FAILED, language, count=figures.failed)}"
        for code, count in figures.failures[:CAUSES]:
            yield f"   {cause(code, language)} × {count}"
    yield f"💰 {say(DigestWords.SPEND, language, cost=dollars(figures.cost))}"
    if figures.unpriced:
        yield f"❓ {say(DigestWords.UNPRICED, language, count=figures.unpriced)}"
    if len(figures.bots) > 1:
        yield f"\n{say(DigestWords.BOTS, language)}"
        for bot in figures.bots[:TOP]:
            known = registry.find(bot.bot_id)
            yield say(
                DigestWords.BOT_LINE,
                language,
                bot=known.name if known is not None else "…",
                messages=bot.messages,
                failed=bot.failed,
            )
    if figures.top:
        yield f"\n{say(DigestWords.TOP, language)}"
        for number, one in enumerate(figures.top, 1):
            line = say(
                DigestWords.TOP_LINE,
                language,
                who=one.name,
                count=one.questions,
                cost=dollars(one.cost),
            )
            yield f"{number}. {line}"
