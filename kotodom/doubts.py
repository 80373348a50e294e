"""Sends whose fate is unknown: resolved with what Telegram itself knows, never guessed.

A placeholder is sent, which bounds the ids that the lost message can have, and every unknown id in
between is edited into exactly the part. "Not modified" means that the part had arrived; "not
found" means that it had not, and the placeholder becomes the part (design §7).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from loguru import logger

from kotodom.clock import Clock
from kotodom.errors import EntitiesRefused, InDoubt, KotodomError, MessageRefused, NotSent
from kotodom.measures import IN_DOUBT, MAYBE_TWICE
from kotodom.metrics import Metrics
from kotodom.model import FILES, Chat, Content, ContentKind, Job, Part
from kotodom.ports import EditResult, Messenger, Store

BUBBLE = Content("…")
"""The placeholder that bounds a doubt."""
PROBES_MAX = 50
"""More unknown ids than this are not searched: the placeholder is filled and it is counted."""
REFUSALS_MAX = 10
"""Deferrals to wait while Telegram refuses even a placeholder or a look: about 15 minutes."""
DOUBTS_MAX = 1000
"""Doubts remembered between rounds; a forgotten one is only resolved with more effort."""
PATIENCE = 60.0
"""Seconds to wait for a gap that is too wide to narrow, as people's messages are received."""


@dataclass(slots=True)
class _Doubt:
    """What this process knows of a doubt between its rounds."""

    since: float
    stray: list[int] = field(default_factory=list)
    """Messages of ours that are not the part (any more), and that are not deleted yet."""


class Doubts:
    """Finds out where a part is shown, or shows it; one doubt at a time for each chat."""

    def __init__(
        self,
        *,
        store: Store,
        messenger: Messenger,
        preview: Callable[[int], bool],
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._preview = preview
        self._clock = clock
        self._doubts: dict[int, _Doubt] = {}
        self._resolved = metrics.counter(IN_DOUBT)
        for result in ("arrived", "lost", "sent_anew", "refused"):
            self._resolved.inc(0, result=result)
        self._maybe_twice = metrics.counter(MAYBE_TWICE)

    async def resolve(self, job: Job, part: Part) -> int:
        """The id of the one message that shows a SENDING part.

        Raises what the messenger raises; then the part is still SENDING and the next round goes
        on, or it is PENDING because it is surely not there. EntitiesRefused: surely not there.
        """
        bubble = part.bubble_id
        if not bubble:
            bubble = await self._send_bubble(job)
            await self._store.mark_bubble(job, part.index, bubble)
        try:
            arrived = await self._find(job, part, bubble)
            if arrived:
                await self._messenger.delete(job.chat, bubble)
            elif part.content.kind in FILES:
                await self._send_anew(job, part, bubble)
            else:
                await self._fill(job, part, bubble)
        except EntitiesRefused:
            # A rich message that Telegram does not take: so it cannot have arrived either.
            await self._clear(job, part, bubble)
            self._resolved.inc(result="refused")
            raise
        self._doubts.pop(job.id, None)
        self._resolved.inc(result="arrived" if arrived else "lost")
        return arrived or bubble

    async def _send_bubble(self, job: Job) -> int:
        try:
            return await self._messenger.send(job.chat, BUBBLE, silent=True)
        except MessageRefused as error:
            if job.deferrals >= REFUSALS_MAX:
                raise
            # Nothing is wrong with the text, so it is the chat (a closed topic, slow mode).
            raise InDoubt(f"the chat takes no messages now: {error}") from None

    async def _find(self, job: Job, part: Part, bubble: int) -> int:
        """Return the id under which the part had arrived; 0 when it had not.

        Every unknown id between what was known before and the placeholder is tried, and each step
        is committed: a flood limit or a crash may end this round, and the next one goes on there.
        A message that only *became* the part by our edit is deleted: it was the placeholder of an
        earlier round, or a doubtful part of another topic of this chat, whose own round will find
        it gone. (A crash between that edit and that deletion can still exchange the answers of
        two topics that are in doubt together: Telegram offers nothing to tell them apart.)
        """
        doubt = self._doubts.setdefault(job.id, _Doubt(since=self._clock.monotonic()))
        if len(self._doubts) > DOUBTS_MAX:
            del self._doubts[next(iter(self._doubts))]
        await self._delete_stray(job, doubt)
        ids = await self._store.unknown_ids(job, part.known_before, bubble, PROBES_MAX)
        if ids is None:
            self._wait_for_intake(job, doubt)
            ids = []
        arrived = part.telegram_message_id
        for message_id in ids:
            result = await self._probe(job, message_id, part.content, bubble)
            if result is EditResult.UNCHANGED and not arrived:
                arrived = message_id
            elif result is not EditResult.NOT_OURS:
                doubt.stray.append(message_id)
                await self._delete_stray(job, doubt)
            await self._store.mark_probed(job, part.index, message_id, arrived=arrived)
        return arrived

    async def _delete_stray(self, job: Job, doubt: _Doubt) -> None:
        while doubt.stray:
            await self._messenger.delete(job.chat, doubt.stray[-1])
            doubt.stray.pop()

    def _wait_for_intake(self, job: Job, doubt: _Doubt) -> None:
        """A gap may be wide only because what people wrote meanwhile is not received yet."""
        if self._clock.monotonic() - doubt.since < PATIENCE:
            raise InDoubt("too many unknown messages lie between")
        logger.error("message {}: the doubt is too wide, it may be said twice", job.id)
        self._maybe_twice.inc()

    async def _probe(self, job: Job, message_id: int, content: Content, bubble: int) -> EditResult:
        try:
            if content.kind is ContentKind.COPY:
                # Only its buttons can be compared, and a placeholder may have none, either.
                stray = await self._edit(job.chat, message_id, BUBBLE)
                if stray is not EditResult.NOT_OURS:
                    return EditResult.EDITED
            result = await self._edit(job.chat, message_id, content)
            if result is EditResult.NOT_OURS and content.kind in FILES - {ContentKind.COPY}:
                # A placeholder of an earlier round cannot become a file, but it can be found.
                stray = await self._edit(job.chat, message_id, BUBBLE)
                return result if stray is EditResult.NOT_OURS else EditResult.EDITED
            return result
        except (EntitiesRefused, MessageRefused) as error:
            if isinstance(error, EntitiesRefused):
                # The message or the id? The placeholder is ours: it refuses only the message.
                await self._edit(job.chat, bubble, content)
            if job.deferrals < REFUSALS_MAX:
                raise InDoubt(f"id {message_id} cannot be looked at: {error}") from None
            # Whatever Telegram has against this id for so long, it is hardly a message of ours.
            logger.warning("message {}: id {} is not ours: {}", job.id, message_id, error)
            return EditResult.NOT_OURS

    async def _clear(self, job: Job, part: Part, bubble: int) -> None:
        """Nothing shows the part, so whatever of ours lies between is a placeholder: all go."""
        parts = await self._store.parts(job)
        low = next(now.known_before for now in parts if now.index == part.index)
        for message_id in await self._store.unknown_ids(job, low, bubble, PROBES_MAX) or ():
            if await self._probe(job, message_id, BUBBLE, bubble) is not EditResult.NOT_OURS:
                await self._messenger.delete(job.chat, message_id)
        await self._messenger.delete(job.chat, bubble)

    async def _send_anew(self, job: Job, part: Part, bubble: int) -> None:
        """No text becomes a file: the placeholder goes, nothing is there, it is sent again."""
        await self._messenger.delete(job.chat, bubble)
        await self._store.mark_pending(job, part.index)
        self._resolved.inc(result="sent_anew")
        raise NotSent("a file that was in doubt had not arrived")

    async def _fill(self, job: Job, part: Part, bubble: int) -> None:
        """Make the placeholder the part; if that cannot be, leave no placeholder behind."""
        try:
            if await self._edit(job.chat, bubble, part.content) is not EditResult.NOT_OURS:
                return
            reason: KotodomError = NotSent("the placeholder of a doubtful message is gone")
        except MessageRefused as error:
            await self._messenger.delete(job.chat, bubble)
            reason = error
        # Nothing shows the part now: it is sent anew, or given up.
        await self._store.mark_pending(job, part.index)
        raise reason

    async def _edit(self, chat: Chat, message_id: int, content: Content) -> EditResult:
        preview = self._preview(chat.bot_id)
        try:
            return await self._messenger.edit(chat, message_id, content, preview=preview)
        except EntitiesRefused:
            if content.kind is not ContentKind.TEXT:
                raise
            # So the lost message cannot have had them either: plain it is.
            plain = replace(content, entities=())
            return await self._messenger.edit(chat, message_id, plain, preview=preview)
