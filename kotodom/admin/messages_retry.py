"""/admin messages retry: everything that failed together is asked again together."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from kotodom.admin.ask import Ask, Noun, command
from kotodom.admin.messages import ALL, CODE, DAY, mine, span
from kotodom.admin.messages_view import BOUND, View, page_of
from kotodom.admin.screen import PAGE, Screen, columns, draw, go, pages
from kotodom.admin.words.common import CommonWords
from kotodom.admin.words.messages import MessagesWords
from kotodom.clock import SECOND, Clock
from kotodom.model import AccountRole, Content
from kotodom.ports.admin.messages import Bulk, BulkState
from kotodom.registry import Registry
from kotodom.settings import TIMEZONE, Settings

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


class Retries(Noun):
    """The commands about retries of many messages."""

    @command("messages retry CODE [SINCE…]", MessagesWords.BULK_ABOUT)
    async def draft(self, ask: Ask) -> Screen:
        """Show what would be asked again."""
        return await self._draft(ask, mine(self.tools.registry.all(), ask))

    @command("messages of BOT retry CODE [SINCE…]", MessagesWords.BULK_BOT_ABOUT)
    async def draft_of_bot(self, ask: Ask) -> Screen:
        """The same for one bot."""
        return await self._draft(ask, (ask.target.id,))

    @command("retry RETRY", MessagesWords.BULK_CARD_ABOUT)
    async def show(self, ask: Ask) -> Screen:
        """How far it is; from now on this message shows it."""
        bulk = await self._bulk(ask)
        if bulk.state is BulkState.RUNNING:
            await self.tools.store.show_bulk(bulk.id, ask.job.id)
        if bulk.waiting:  # what has ended since the last look counts, too
            step = await self.tools.store.advance_bulk(
                bulk.id, window=0, now=self.tools.clock.now()
            )
            bulk = step.bulk
        return self._screen(ask, bulk)

    @command("retry RETRY start", MessagesWords.BULK_START_ABOUT)
    async def start(self, ask: Ask) -> Screen:
        """Begin what was shown."""
        bulk = await self._bulk(ask)
        entry = ask.audit(f"retry:{bulk.id}", "state", BulkState.DRAFT, BulkState.RUNNING)
        bulk = await self.tools.store.start_bulk(
            bulk.id, shown_by=ask.job.id, entry=entry, now=self.tools.clock.now()
        )
        self.tools.retry_many()
        return self._screen(ask, bulk)

    @command("retry RETRY cancel", MessagesWords.BULK_CANCEL_ABOUT)
    async def cancel(self, ask: Ask) -> Screen:
        """Ask nothing more again."""
        bulk = await self._bulk(ask)
        entry = ask.audit(f"retry:{bulk.id}", "state", bulk.state, BulkState.CANCELLED)
        bulk = await self.tools.store.cancel_bulk(bulk.id, entry=entry, now=self.tools.clock.now())
        return self._screen(ask, bulk)

    @command("retries [PAGE]", MessagesWords.BULKS_ABOUT)
    async def begun(self, ask: Ask) -> Screen:
        """Those there were."""
        everybody = ask.actor.role.includes(AccountRole.MANAGER)
        found = await self.tools.store.bulks(
            None if everybody else ask.actor.user_id, offset=page_of(ask.page), limit=PAGE + 1
        )
        view = self._view(ask)
        lines, buttons = [], []
        for bulk in found[:PAGE]:
            why = view.cause(bulk.code) if bulk.code else ask.say(MessagesWords.BULK_ANY)
            lines += [f"{bulk.id}. {view.at(bulk.created_at)} · {why}", view.result(bulk), ""]
            buttons.append(go(str(bulk.id), f"retry {bulk.id}"))
        return Screen(
            ask.say(MessagesWords.BULKS_TITLE),
            tuple(lines) or (ask.say(MessagesWords.BULKS_NONE),),
            buttons=(
                *columns(buttons, 4),
                *pages("retries", ask.page, len(found) > PAGE),
            ),
            back="messages",
            refresh=f"retries {ask.page}",
        )

    async def _draft(self, ask: Ask, bot_ids: Sequence[int] | None) -> Screen:
        now = self.tools.clock.now()
        code = ask.word("CODE").lower()[:CODE]
        bulk = await self.tools.store.draft_bulk(
            origin=ask.origin,
            created_by=ask.actor.user_id,
            language=ask.language,
            code="" if code == ALL else code,
            bot_ids=bot_ids,
            since=self._since(ask, now),
            upto=now,
            bound=BOUND,
            now=now,
        )
        return self._screen(ask, bulk)

    def _since(self, ask: Ask, now: int) -> int:
        """When the outage began, as it was said; a day ago if it was not."""
        said = ask.word("SINCE").lower()
        try:
            return since(said, now, _zone(self.tools.settings)) if said else now - DAY
        except ValueError:
            raise ask.refuse(MessagesWords.BULK_BAD_SINCE, said=said) from None

    async def _bulk(self, ask: Ask) -> Bulk:
        """The retry that is named, if it is the giver's to see."""
        bulk: Bulk | None = await self.tools.store.bulk(ask.number("RETRY"))
        if bulk is None or not self._sees(ask, bulk):
            raise ask.refuse(CommonWords.NOT_FOUND, what=ask.word("RETRY"))
        return bulk

    def _sees(self, ask: Ask, bulk: Bulk) -> bool:
        own = mine(self.tools.registry.all(), ask)
        if own is None:
            return True
        return bulk.bot_ids is not None and set(bulk.bot_ids) <= set(own)

    def _screen(self, ask: Ask, bulk: Bulk) -> Screen:
        return self._view(ask).bulk(bulk, _names(self.tools.registry, bulk))

    def _view(self, ask: Ask) -> View:
        return View(ask.language, self.tools.settings.get(TIMEZONE), self.tools.clock.now())


class BulkPictures:
    """What the runner shows of a retry, in the language of whoever began it."""

    def __init__(self, registry: Registry, settings: Settings, clock: Clock) -> None:
        self._registry = registry
        self._settings = settings
        self._clock = clock

    def progress(self, bulk: Bulk) -> Sequence[Content]:
        """The screen that was pressed, as it is by now."""
        screen = self._view(bulk).bulk(bulk, _names(self._registry, bulk))
        return draw(screen, bulk.language)

    def news(self, bulk: Bulk) -> Sequence[Content]:
        """The result as a message of its own."""
        return draw(self._view(bulk).news(bulk), bulk.language)

    def _view(self, bulk: Bulk) -> View:
        return View(bulk.language, self._settings.get(TIMEZONE), self._clock.now())


def since(said: str, now: int, zone: tzinfo) -> int:
    """``2h``, ``14:30``, ``2026-12-24`` or ``2026-12-24 14:30`` in milliseconds; ValueError."""
    if found := _TIME.fullmatch(said):
        today = datetime.fromtimestamp(now / SECOND, zone)
        at = today.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
        if at > today:
            at -= timedelta(days=1)
        return round(at.timestamp() * SECOND)
    if "-" in said:
        at = datetime.fromisoformat(said).replace(tzinfo=zone)
        return min(now, max(0, round(at.timestamp() * SECOND)))
    return max(0, now - span(said))


def _zone(settings: Settings) -> tzinfo:
    name = settings.get(TIMEZONE)
    return UTC if name == "UTC" else ZoneInfo(name)


def _names(registry: Registry, bulk: Bulk) -> list[str]:
    bots = [registry.find(bot_id) for bot_id in bulk.bot_ids or ()]
    return [bot.name for bot in bots if bot is not None][:3]
