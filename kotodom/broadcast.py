"""Broadcasts at work: people put in line, no faster than may be, and a bar that shows how far.

The line is short, so that a pause or a crash leaves little behind; each message in it is a notice
like any other, delivered exactly once by workers of its own, so that no answer waits for it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from loguru import logger

from kotodom import text
from kotodom.admin.broadcast_views import RATE, Moving, progress, report
from kotodom.admin.words.broadcasts import BroadcastsWords
from kotodom.clock import Clock
from kotodom.effects import AdminAlert, Submit
from kotodom.errors import TelegramError
from kotodom.measures import BROADCAST, NOTICES
from kotodom.metrics import Metrics
from kotodom.model import Bot, Content, Job, Lane, Part, PartState, Rich
from kotodom.model.broadcasts import Broadcast, BroadcastState
from kotodom.ports import Messenger, Store
from kotodom.ports.admin import Notice
from kotodom.ports.admin.broadcasts import Tally
from kotodom.registry import Registry

LINE = 2 * RATE
"""People in line at a time: what is sent until the next look, and as much again."""
LOOK = 1.0
"""Seconds between two looks at the line."""
SHOW = 3.0
"""Seconds between two changes of the bar: each is an edit, of which a chat takes one a second."""
COUNTED = 500
"""Ended rows that one look counts."""
SICK = 10
"""So many failures in a row, and nothing delivered between: something is wrong with the text."""
LONGEST = 4
"""Messages that a broadcast has at most."""
FAILURES = 1000
"""Failures that a report groups by their causes."""

Deliver = Callable[[Job, Sequence[Part] | None], Awaitable[None]]


def messages(markdown: str, bot: Bot) -> list[Content]:
    """What a bot's people see of a broadcast; empty when that is nothing."""
    rich = text.rich(markdown, mark="") if bot.rich is Rich.AUTO else None
    return [rich] if rich is not None else text.render(markdown)


class NoticeDelivery:
    """Delivers notices: of each bot RATE messages a second at most, evenly."""

    def __init__(self, *, store: Store, deliver: Deliver, metrics: Metrics, clock: Clock) -> None:
        self._store = store
        self._deliver = deliver
        self._clock = clock
        self._free_at: dict[int, float] = {}
        """Monotonic time from which each bot may send the next one."""
        self._sent = metrics.counter(NOTICES)

    async def deliver(self, job: Job) -> None:
        """Send what is not sent yet of one notice; raises what the messenger raises."""
        parts = await self._store.parts(job)
        await self._wait(job.bot_id, sum(part.state is not PartState.SENT for part in parts))
        await self._deliver(job, parts)
        self._sent.inc()

    async def _wait(self, bot_id: int, count: int) -> None:
        now = self._clock.monotonic()
        at = max(now, self._free_at.get(bot_id, now))
        self._free_at[bot_id] = at + count / RATE
        if at > now:
            await self._clock.sleep(at - now)


class Broadcaster:
    """Feeds the line of every running broadcast, and shows how far each is."""

    def __init__(
        self,
        *,
        store: Store,
        messenger: Messenger,
        registry: Registry,
        offer: Callable[[Lane], None],
        submit: Submit,
        paused: Callable[[], bool],
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        """While *paused* says that there is too much work already, nobody is put in line."""
        self._store = store
        self._messenger = messenger
        self._registry = registry
        self._offer = offer
        self._submit = submit
        self._paused = paused
        self._clock = clock
        self._failing: dict[int, int] = {}
        """Failures of each broadcast since something was delivered."""
        self._shown: dict[int, Content | None] = {}
        """What the bar of each broadcast shows."""
        self._settled = metrics.counter(BROADCAST)

    async def look(self) -> str | None:
        """Count what has ended, put the next ones in line, end what is over."""
        room: dict[int, int] = {}
        running = await self._store.running_broadcasts()
        for broadcast in running:
            tally = await self._tally(broadcast)
            left = room.get(broadcast.bot_id, LINE) - tally.in_line
            if broadcast.state is BroadcastState.RUNNING and not self._is_sick(broadcast, tally):
                left -= await self._feed(broadcast, tally, left)
            elif broadcast.state is BroadcastState.RUNNING:
                await self._give_up(broadcast)
            room[broadcast.bot_id] = left
        return f"{len(running)} running" if running else None

    async def _tally(self, broadcast: Broadcast) -> Tally:
        tally = await self._store.tally_broadcast(broadcast.id, COUNTED)
        for result in ("delivered", "blocked", "failed"):
            if count := getattr(tally, result):
                self._settled.inc(count, bot=str(broadcast.bot_id), result=result)
        return tally

    def _is_sick(self, broadcast: Broadcast, tally: Tally) -> bool:
        failing = 0 if tally.delivered else self._failing.get(broadcast.id, 0)
        self._failing[broadcast.id] = failing + tally.failed
        return self._failing[broadcast.id] >= SICK

    async def _give_up(self, broadcast: Broadcast) -> None:
        """Pause, because nobody is reached: whoever started it must look at it."""
        self._failing.pop(broadcast.id, None)
        causes = await self._store.broadcast_failures(broadcast.id, FAILURES)
        reason = causes[0][0] if causes else ""
        now = self._clock.now()
        if await self._store.turn_broadcast(
            broadcast.id, BroadcastState.PAUSED, reason=reason, now=now
        ):
            logger.warning("broadcast {} pauses: nobody is reached ({})", broadcast.id, reason)
            self._submit(
                AdminAlert(
                    f"broadcast:{broadcast.id}",
                    BroadcastsWords.SICK,
                    {"number": str(broadcast.id), "reason": reason},
                    bot_id=broadcast.bot_id,
                    show=f"broadcast {broadcast.id}",
                )
            )

    async def _feed(self, broadcast: Broadcast, tally: Tally, room: int) -> int:
        """Put so many people in line at most; returns how many."""
        bot = self._registry.find(broadcast.bot_id)
        if room <= 0 or self._paused() or bot is None or not bot.enabled:
            return 0
        fed = await self._store.feed_broadcast(
            broadcast.id, messages(broadcast.text, bot), limit=room, now=self._clock.now()
        )
        for lane in fed.lanes:
            self._offer(lane)
        if fed.over and not fed.lanes and not tally.in_line:
            await self._end(broadcast.id, bot)
        return len(fed.lanes)

    async def _end(self, broadcast_id: int, bot: Bot) -> None:
        ended = await self._store.broadcast(broadcast_id)
        if ended is None:
            return
        now = self._clock.now()
        ended = replace(ended, state=BroadcastState.DONE, finished_at=now)
        place = await self._store.progress_place(ended.progress_row)
        notice = None
        if place is not None:
            failures = await self._store.broadcast_failures(broadcast_id, FAILURES)
            contents = report(Moving(ended, bot), failures, place.language)
            notice = Notice(place.chat, contents, f"broadcast:{broadcast_id}:report")
        for lane in await self._store.end_broadcast(broadcast_id, notice, now) or ():
            self._offer(lane)
        self._failing.pop(broadcast_id, None)
        logger.info("broadcast {} is done: {} delivered", broadcast_id, ended.delivered)

    async def show(self) -> None:
        """Bring every bar up to date: for display only, so whatever goes wrong is passed over."""
        running = {one.id: one for one in await self._store.running_broadcasts()}
        over = [known for known in self._shown if known not in running]
        for broadcast in running.values():
            await self._show(broadcast)
        for broadcast_id in over:
            ended = await self._store.broadcast(broadcast_id)
            # Once more, unless it is only paused and may go on.
            if ended is not None:
                await self._show(ended)
            del self._shown[broadcast_id]

    async def _show(self, broadcast: Broadcast) -> None:
        place = await self._store.progress_place(broadcast.progress_row)
        if place is None or not place.message_id:
            return
        moving = Moving(broadcast, self._registry.find(broadcast.bot_id), self._paused())
        content = progress(moving, place.language)
        if self._shown.get(broadcast.id) == content:
            return
        try:
            await self._messenger.edit(place.chat, place.message_id, content)
        except TelegramError as error:
            logger.debug("broadcast {}: its bar does not move: {}", broadcast.id, error)
            return
        self._shown[broadcast.id] = content
