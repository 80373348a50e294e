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


class Delivery:
    """Sends the written parts of a job, in order, and completes the job with the last one."""

    def __init__(
        self, *, store: Store, messenger: Messenger, metrics: Metrics, clock: Clock
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._clock = clock
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
            bubble = await self._messenger.send(job.chat, BUBBLE, silent=True)
            await self._store.mark_bubble(job, part.index, bubble)
        found = await self._find(job, part, bubble)
        if found:
            keep, *stray = found
            for message_id in (*stray, bubble):
                await self._messenger.delete(job.chat, message_id)
        else:
            keep = bubble
            await self._fill(job, part, bubble)
        self._resolved.inc(result="arrived" if found else "lost")
        await self._sent(job, part, keep)

    async def _find(self, job: Job, part: Part, bubble: int) -> list[int]:
        """Ids of ours between what was known before and the placeholder, the part's own first.

        An id that *becomes* the part by the edit was a placeholder of an earlier, doubtful round.
        """
        ids = await self._store.unknown_ids(job, part.known_before, bubble, PROBES_MAX)
        if ids is None:
            logger.error("message {} part {}: the doubt is too wide", job.id, part.index)
            self._maybe_twice.inc()
            return []
        exact: list[int] = []
        changed: list[int] = []
        for message_id in ids:
            match await self._probe(job.chat, message_id, part.content):
                case EditResult.UNCHANGED:
                    exact.append(message_id)
                case EditResult.EDITED:
                    changed.append(message_id)
                case EditResult.NOT_OURS if not (exact or changed):
                    # A flood limit may end this round: the next one begins behind this id.
                    await self._store.mark_probed(job, part.index, message_id)
        return exact + changed

    async def _probe(self, chat: Chat, message_id: int, content: Content) -> EditResult:
        try:
            return await self._edit(chat, message_id, content)
        except MessageRefused:
            # Whatever Telegram has against this id: it is not a message of ours with this text.
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
