"""Generations that are running: each can be stopped, or told that its question has changed."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from kotodom.errors import QuestionChanged
from kotodom.model import Job

DRAFT_IDS = 0x7FFF_FFFF
"""Draft ids are non-zero 32-bit integers."""


def draft_id(job: Job) -> int:
    """The id of the draft that shows this job's unfinished answer."""
    return (job.id & DRAFT_IDS) or 1


class Generation:
    """One answer in the making; what is said of it from outside takes effect at once."""

    def __init__(self, job: Job, timeout: asyncio.Timeout) -> None:
        self.job = job
        self.stopped = False
        self.changed = False
        self._timeout = timeout

    def stop(self) -> None:
        """What was written so far becomes the answer."""
        self.stopped = True
        self._end()

    def change(self) -> None:
        """The question is another one now: begin again."""
        self.changed = True
        self._end()

    def _end(self) -> None:
        if not self._timeout.expired():
            self._timeout.reschedule(asyncio.get_running_loop().time())


class Generations:
    """All answers in the making, by the row that they answer."""

    def __init__(self) -> None:
        self._running: dict[int, Generation] = {}

    @asynccontextmanager
    async def begin(self, job: Job) -> AsyncIterator[Generation]:
        """Run the body as *job*'s generation.

        Stop ends the body quietly, and ``stopped`` says so; a changed question ends it with
        QuestionChanged.
        """
        generation = None
        try:
            async with asyncio.timeout(None) as timeout:
                generation = self._running[job.id] = Generation(job, timeout)
                yield generation
        except TimeoutError:
            if generation is None or not (generation.stopped or generation.changed):
                raise
        finally:
            if self._running.get(job.id) is generation:
                del self._running[job.id]
        if generation.changed:
            raise QuestionChanged

    def changed(self, row_id: int) -> None:
        """The question of that row is another one now."""
        if row_id in self._running:
            self._running[row_id].change()

    def of_chat(self, bot_id: int, chat_id: int) -> Iterator[Generation]:
        """What is being generated in one conversation (our id of the chat)."""
        for generation in list(self._running.values()):
            if (generation.job.bot_id, generation.job.chat.id) == (bot_id, chat_id):
                yield generation

    def of_person(self, bot_id: int, user_id: int) -> Iterator[Generation]:
        """What is being generated for somebody, in every conversation with that bot."""
        for generation in list(self._running.values()):
            job = generation.job
            if job.bot_id == bot_id and job.sender is not None and job.sender.id == user_id:
                yield generation

    def of_draft(self, bot_id: int, telegram_chat_id: int, draft: int) -> Generation | None:
        """What that draft shows."""
        for generation in self._running.values():
            job = generation.job
            here = (job.bot_id, job.chat.telegram_chat_id) == (bot_id, telegram_chat_id)
            if here and draft_id(job) == draft:
                return generation
        return None
