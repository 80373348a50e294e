"""Exactly-once delivery: parts written ahead, doubts resolved, never guessed.

A part is committed as SENDING before its call and as SENT after it. When the call's fate is
unknown (a lost response, a 5xx, or a part found SENDING after a crash) the doubt is resolved
(:mod:`kotodom.doubts`). Either way one message shows the part (design §7).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from loguru import logger

from kotodom.clock import SECOND, Clock
from kotodom.doubts import Doubts
from kotodom.errors import ChatGone, EntitiesRefused, InDoubt, KotodomError, MessageRefused
from kotodom.metrics import Metrics
from kotodom.model import (
    Chat,
    ChatType,
    Content,
    ContentKind,
    Job,
    Kind,
    Part,
    PartState,
    Status,
)
from kotodom.ports import EditResult, Messenger, Store
from kotodom.reading import guest_query


class Delivery:
    """Sends the written parts of a job, in order, and completes the job with the last one."""

    def __init__(
        self,
        *,
        store: Store,
        messenger: Messenger,
        metrics: Metrics,
        clock: Clock,
        preview: Callable[[int], bool] = lambda bot_id: False,
        plainer: Callable[[Job, Content], Sequence[Content]] = lambda job, rich: (),
    ) -> None:
        """*preview* says whether a bot's links show what they lead to; *plainer* says a rich
        message with plain formatting, for when Telegram refuses it."""
        self._preview = preview
        self._plainer = plainer
        self._store = store
        self._messenger = messenger
        self._clock = clock
        self._doubts = Doubts(
            store=store, messenger=messenger, preview=preview, metrics=metrics, clock=clock
        )
        self._turns: dict[tuple[int, int], tuple[asyncio.Lock, int]] = {}

    async def deliver(self, job: Job, parts: Sequence[Part] | None = None) -> None:
        """Send what is not sent yet; raises what the messenger raises, with the row still open."""
        # Not always by the worker that has claimed it.
        with logger.contextualize(bot=job.bot_id, chat=job.chat.id, processing=job.id):
            if parts is None:
                parts = await self._store.parts(job)
            async with self.turn(job.chat):
                if job.chat.type is ChatType.GUEST:
                    await self._show_guest(job, parts)
                else:
                    await self._deliver_all(job, parts)
            self._tell(job, len(parts))

    def _tell(self, job: Job, parts: int) -> None:
        seconds = (self._clock.now() - job.received_at) / SECOND
        # What nobody asked for may be thousands of messages.
        level = "DEBUG" if job.kind is Kind.NOTICE else "INFO"
        done = "apologised" if job.outcome is Status.TERMINAL else "answered"
        logger.log(level, "{} in {:.1f} s, parts: {}", done, seconds, parts)

    async def show_placeholder(self, job: Job, content: Content) -> None:
        """Answer a summons at once, so that the answer itself can be edited into that message.

        Telegram takes one answer to each summons: once it is known where that is shown, nothing
        more is sent.
        """
        async with self.turn(job.chat):
            if await self._store.inline_id(job):
                return
            try:
                sent = await self._messenger.answer_guest(job.chat, guest_query(job.raw), content)
            except MessageRefused as error:
                raise ChatGone(
                    "the summons has expired, or it was answered and the response that says where"
                    f" was lost: {error}"
                ) from error
            await self._store.set_inline_id(job, sent)

    async def _deliver_all(self, job: Job, parts: Sequence[Part]) -> None:
        for part in parts:
            if part.state is PartState.SURPLUS:
                await self._messenger.delete(job.chat, part.telegram_message_id)
                await self._store.drop_part(job, part.index, now=self._clock.now())
            elif part.state is not PartState.SENT and not await self._deliver(job, part):
                # There are others now, or others are to be done with what follows.
                await self._deliver_all(job, await self._store.parts(job))
                return

    async def _show_guest(self, job: Job, parts: Sequence[Part]) -> None:
        """Edit the answer into the inline message; a second edit finds it there."""
        inline_id = await self._store.inline_id(job)
        if not inline_id:
            raise ChatGone("the summons was never answered, so there is nothing to edit")
        for part in parts:
            if part.state is PartState.SENT:
                continue
            try:
                await self._messenger.edit_inline(job.chat, inline_id, part.content)
            except EntitiesRefused:
                await self._messenger.edit_inline(job.chat, inline_id, Content(part.content.text))
            await self._sent(job, part, 0)

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

    async def _deliver(self, job: Job, part: Part) -> bool:
        """Bring one part into the chat; False when the parts are not what they were."""
        try:
            return await self._show(job, part)
        except EntitiesRefused as error:
            logger.warning("message {}: {}; this part goes out plainer", job.id, error)
        if part.content.kind is ContentKind.COPY:
            await self._store.mark_pending(job, part.index)
            said = replace(part.content, kind=ContentKind.TEXT, payload="")
            await self._store.rewrite_part(job, part.index, [said])
            return False
        if part.content.kind is ContentKind.RICH:
            await self._store.mark_pending(job, part.index)
            contents = self._plainer(job, part.content)
            await self._store.rewrite_part(job, part.index, contents)
            return False
        plain = await self._store.mark_pending(job, part.index, plain=True)
        return await self._show(job, plain)

    async def _show(self, job: Job, part: Part) -> bool:
        if part.state is PartState.SENDING:
            await self._resolve(job, part)
            # An earlier answer's message that was in doubt may be surplus now.
            return part.index >= 0
        if not part.telegram_message_id:
            await self._send(job, part)
            return True
        if await self._replace(job, part):
            return True
        # Whatever it is that cannot be edited, it must not stay beside what replaces it.
        await self._messenger.delete(job.chat, part.telegram_message_id)
        await self._store.mark_anew(job, part.index)
        return False

    async def _send(self, job: Job, part: Part) -> None:
        part = await self._store.mark_sending(job, part.index)
        try:
            sent = await self._messenger.send(
                job.chat,
                part.content,
                reply_to=_reply_to(job, part.index),
                silent=part.index > 0,  # one answer rings once
                preview=self._preview(job.bot_id),
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

    async def _replace(self, job: Job, part: Part) -> bool:
        """Edit an earlier message into the part; False when it is not there to be edited.

        An edit whose fate is unknown is simply made again: it can only show the same.
        """
        try:
            result = await self._messenger.edit(
                job.chat,
                part.telegram_message_id,
                part.content,
                preview=self._preview(job.bot_id),
            )
        except MessageRefused as error:
            logger.warning("message {}: its answer cannot be edited: {}", job.id, error)
            return False
        if result is EditResult.NOT_OURS:
            return False
        await self._sent(job, part, part.telegram_message_id)
        return True

    async def _resolve(self, job: Job, part: Part) -> None:
        await self._sent(job, part, await self._doubts.resolve(job, part))

    async def _sent(self, job: Job, part: Part, message_id: int) -> None:
        await self._store.mark_sent(job, part.index, message_id, now=self._clock.now())
        logger.debug("part {} is message {} there", part.index, message_id)


def _reply_to(job: Job, index: int) -> int:
    """In groups the first part quotes the question; in private chats nothing does."""
    if index == 0 and job.chat.type is not ChatType.PRIVATE:
        return job.telegram_message_id
    return 0
