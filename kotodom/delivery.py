"""Exactly-once delivery: parts written ahead, doubts resolved, never guessed.

A part is committed as SENDING before its call and as SENT after it. When the call's fate is
unknown (a lost response, a 5xx, or a part found SENDING after a crash) the doubt is resolved with
what Telegram itself knows: a placeholder is sent, which bounds the ids the lost message can have,
and every unknown id in between is edited into exactly the part. "Not modified" means that the
part had arrived; "not found" means that it had not, and the placeholder becomes the part. Either
way one message shows the part (design §7).
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from loguru import logger

from kotodom.clock import Clock
from kotodom.errors import EntitiesRefused, InDoubt, KotodomError, MessageRefused, NotSent
from kotodom.metrics import Metrics
from kotodom.model import Chat, ChatType, Content, Job, Part, PartState
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
    """Messages that our edits made a second copy of the part, and that are not deleted yet."""


class Delivery:
    """Sends the written parts of a job, in order, and completes the job with the last one."""

    def __init__(
        self, *, store: Store, messenger: Messenger, metrics: Metrics, clock: Clock
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._clock = clock
        self._doubts: dict[int, _Doubt] = {}
        self._turns: dict[tuple[int, int], tuple[asyncio.Lock, int]] = {}
        self._resolved = metrics.counter("delivery_in_doubt_total", "Doubtful sends resolved")
        self._maybe_twice = metrics.counter(
            "delivery_maybe_duplicate_total", "Doubts too wide to resolve: filled the placeholder"
        )

    async def deliver(self, job: Job, parts: Sequence[Part] | None = None) -> None:
        """Send what is not sent yet; raises what the messenger raises, with the row still open."""
        if parts is None:
            parts = await self._store.parts(job)
        async with self.turn(job.chat):
            for part in parts:
                if part.state is not PartState.SENT:
                    await self._deliver(job, part)

    @asynccontextmanager
    async def turn(self, chat: Chat) -> AsyncIterator[None]:
        """One delivery at a time for each Telegram chat: a doubt must not meet another one."""
        key = (chat.bot_id, chat.telegram_chat_id)
        lock, users = self._turns.get(key, (asyncio.Lock(), 0))
        self._turns[key] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._turns[key]
            if users == 1:
                del self._turns[key]
            else:
                self._turns[key] = (lock, users - 1)

    async def _deliver(self, job: Job, part: Part) -> None:
        try:
            await self._send_or_resolve(job, part)
        except EntitiesRefused as error:
            logger.warning("message {}: {}; this part goes out plain", job.id, error)
            plain = await self._store.mark_pending(job, part.index, plain=True)
            await self._send_or_resolve(job, plain)

    async def _send_or_resolve(self, job: Job, part: Part) -> None:
        if part.state is PartState.SENDING:
            await self._resolve(job, part)
            return
        part = await self._store.mark_sending(job, part.index)
        try:
            sent = await self._messenger.send(
                job.chat, part.content, reply_to=_reply_to(job, part.index)
            )
        except InDoubt as error:
            logger.warning("message {} part {} is in doubt: {}", job.id, part.index, error)
            await self._resolve(job, part)
            return
        except EntitiesRefused:
            raise
        except KotodomError:
            # A refusal, a flood limit, no connection: for sure it was not sent.
            await self._store.mark_pending(job, part.index)
            raise
        await self._sent(job, part, sent)

    async def _resolve(self, job: Job, part: Part) -> None:
        bubble = part.bubble_id
        if not bubble:
            bubble = await self._send_bubble(job)
            await self._store.mark_bubble(job, part.index, bubble)
        arrived = await self._find(job, part, bubble)
        if arrived:
            await self._messenger.delete(job.chat, bubble)
        else:
            await self._fill(job, part, bubble)
        self._doubts.pop(job.id, None)
        self._resolved.inc(result="arrived" if arrived else "lost")
        await self._sent(job, part, arrived or bubble)

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
            result = await self._probe(job, message_id, part.content)
            if result is EditResult.UNCHANGED and not arrived:
                arrived = message_id
            elif result is not EditResult.NOT_OURS:
                doubt.stray.append(message_id)
                await self._delete_stray(job, doubt)
            await self._store.mark_probed(job, part.index, message_id, arrived=arrived)
        return arrived

    async def _delete_stray(self, job: Job, doubt: "_Doubt") -> None:
        while doubt.stray:
            await self._messenger.delete(job.chat, doubt.stray[-1])
            doubt.stray.pop()

    def _wait_for_intake(self, job: Job, doubt: "_Doubt") -> None:
        """A gap may be wide only because what people wrote meanwhile is not received yet."""
        if self._clock.monotonic() - doubt.since < PATIENCE:
            raise InDoubt("too many unknown messages lie between")
        logger.error("message {}: the doubt is too wide, it may be said twice", job.id)
        self._maybe_twice.inc()

    async def _probe(self, job: Job, message_id: int, content: Content) -> EditResult:
        try:
            return await self._edit(job.chat, message_id, content)
        except MessageRefused as error:
            if job.deferrals < REFUSALS_MAX:
                raise InDoubt(f"id {message_id} cannot be looked at: {error}") from None
            # Whatever Telegram has against this id for so long, it is hardly a message of ours.
            logger.warning("message {}: id {} is not ours: {}", job.id, message_id, error)
            return EditResult.NOT_OURS

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
        try:
            return await self._messenger.edit(chat, message_id, content)
        except EntitiesRefused:
            # So the lost message cannot have had them either: plain it is.
            return await self._messenger.edit(chat, message_id, Content(content.text))

    async def _sent(self, job: Job, part: Part, message_id: int) -> None:
        await self._store.mark_sent(job, part.index, message_id, now=self._clock.now())


def _reply_to(job: Job, index: int) -> int:
    """In groups the first part quotes the question; in private chats nothing does."""
    if index == 0 and job.chat.type is not ChatType.PRIVATE:
        return job.telegram_message_id
    return 0
