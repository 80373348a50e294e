"""A raw batch → rows: one transaction for each batch, then the workers are woken."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from loguru import logger

from kotodom.admin.words.alerts import AlertsWords
from kotodom.clock import SECOND, Clock
from kotodom.effects import AdminAlert, LeaveGroup, Submit
from kotodom.errors import DiskFull
from kotodom.i18n import Wording, say
from kotodom.measures import UPDATES
from kotodom.metrics import Metrics
from kotodom.model import Bot, Chat, Edit, Incoming, Lane
from kotodom.ports import Store
from kotodom.reading import Interactive, Moved, Read, Unwelcome, read_update, storable_id


class RowIntake:
    """Persists what pollers receive, and makes them wait when there is no room for more."""

    def __init__(
        self,
        *,
        store: Store,
        offer: Callable[[Lane], None],
        submit: Submit,
        metrics: Metrics,
        clock: Clock,
        hold: Callable[[Chat, Lane, int], None],
        changed: Callable[[int], None],
        moved: Callable[[int, int, int], Awaitable[None]],
        current: Callable[[int], Bot],
        sort: Callable[[Bot, Incoming | Edit], Incoming | Edit],
        join_window: float,
        edit_window: float,
    ) -> None:
        """*hold* waits with a question that may grow, *changed* hears of one in work that is
        another one now, *moved* of a group's new id; *current* is a bot as it is known now, *sort*
        says what is for /admin though it is no command. The
        windows are in seconds."""
        self._store = store
        self._offer = offer
        self._hold = hold
        self._changed = changed
        self._moved = moved
        self._current = current
        self._sort = sort
        self.set_windows(join_window, edit_window)
        self._submit = submit
        self._clock = clock
        self._open = asyncio.Event()
        self._open.set()
        self.full = False
        """A batch found no room on the disk; until something has been written all the same."""
        self._received = metrics.counter(UPDATES)

    @property
    def paused(self) -> bool:
        """Whether pollers are being held back."""
        return not self._open.is_set()

    def set_pressure(self, reason: Wording | None, number: int = 0) -> None:
        """Hold pollers back because of *reason*, which says *number*; None lets them go on."""
        if reason and not self.paused:
            self._open.clear()
            level = "CRITICAL" if reason is AlertsWords.PRESSURE_DISK else "ERROR"
            logger.log(level, "polling pauses: {}", say(reason, "en", number=number))
            self._submit(AdminAlert("pressure", reason, {"number": number}, show="health"))
        elif not reason and self.paused:
            self._open.set()
            logger.info("polling goes on")

    def set_windows(self, join_window: float, edit_window: float) -> None:
        """For what comes from now on; both in seconds."""
        self._join_window = round(join_window * SECOND)
        self._edit_window = round(edit_window * SECOND)

    async def ready(self) -> None:
        await self._open.wait()

    async def accept(self, bot: Bot, updates: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        batch = _Sorted()
        interactive: list[Interactive] = []
        for raw in updates:
            if not storable_id(raw.get("update_id")):
                logger.error("bot {}: an update without a usable id is passed over", bot.name)
                continue
            # As it is now: a group that moved, say, has changed where the bot is welcome.
            read = read_update(raw, self._current(bot.id))
            if isinstance(read, Moved):
                # What was said before it belongs to the old chat, and goes along with it.
                await self._take_in(bot, batch)
                batch = _Sorted()
                await self._moved(bot.id, read.old_chat_id, read.new_chat_id)
            elif isinstance(read, Interactive):
                interactive.append(read)
            else:
                batch.put(self._sort(bot, read) if isinstance(read, Incoming | Edit) else read)
        await self._take_in(bot, batch)
        self._received.inc(len(updates), bot=str(bot.id))
        return [update.raw for update in interactive]

    async def _take_in(self, bot: Bot, batch: "_Sorted") -> None:
        try:
            await self._record(bot, batch)
        except DiskFull:
            self.full = True
            self.set_pressure(AlertsWords.PRESSURE_DISK)
            raise
        for place in batch.unwelcome:
            self._submit(LeaveGroup(bot.id, place.chat, place.by))
        self._tell_of_poison(bot, batch.incoming)

    async def _record(self, bot: Bot, batch: "_Sorted") -> None:
        """Persist, then wake whoever it concerns."""
        if not batch.incoming and not batch.edits:
            return
        now = self._clock.now()
        recorded = await self._store.record_batch(
            bot.id,
            batch.incoming,
            batch.edits,
            now,
            answered_since=now - self._edit_window if self._edit_window else None,
            join_window=self._join_window,
        )
        for row in recorded.rows:
            said = f"a piece of it is received: message {row.id}" if row.joined_to else "received"
            logger.bind(bot=bot.id, chat=row.chat_id, processing=row.joined_to or row.id).info(said)
        for row_id in recorded.changed:
            self._changed(row_id)
        for chat, lane, until in recorded.held:
            self._hold(chat, lane, until)
        for lane in recorded.lanes:
            self._offer(lane)

    def _tell_of_poison(self, bot: Bot, incoming: Sequence[Incoming]) -> None:
        for row in incoming:
            if row.poison:
                logger.error("bot {}: update {}: {}", bot.name, row.update_id, row.poison)
                self._submit(
                    AdminAlert(
                        f"poison:{bot.id}",
                        AlertsWords.POISON,
                        {"bot": bot.name, "update": str(row.update_id)},
                        bot_id=bot.id,
                        show=f"bot {bot.id}",
                    )
                )


@dataclass(slots=True)
class _Sorted:
    """A batch by what is to be done with each update."""

    incoming: list[Incoming] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    unwelcome: list[Unwelcome] = field(default_factory=list)

    def put(self, read: Read) -> None:
        """Add what one update was read as."""
        match read:
            case Incoming():
                self.incoming.append(read)
            case Edit():
                self.edits.append(read)
            case Unwelcome():
                self.unwelcome.append(read)
