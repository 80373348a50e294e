"""Claims a conversation's oldest message, has it answered, and records how that went.

One attempt is a pipeline of small steps: claim, perform, and on failure settle. The settling write
is shielded from cancellation and tried until it succeeds, so that a row is never left in work by
a process that lives on.
"""

import asyncio
from collections.abc import Awaitable, Callable

from loguru import logger

from kotodom.clock import Clock
from kotodom.errors import CrashedTooOften, KotodomError, StaleJob
from kotodom.model import Job, Lane, Status
from kotodom.ports import Store
from kotodom.queue import Queue
from kotodom.slots import Slots
from kotodom.tasks import Tasks

CRASHES_MAX = 3
"""A message that was in work at that many crashes is taken to be their cause (design §3)."""

Perform = Callable[[Job], Awaitable[None]]
Settle = Callable[[Job, BaseException], Awaitable[None]]


class Worker:
    """Works off one queue with at most *concurrency* messages at a time."""

    def __init__(
        self,
        *,
        queue: Queue,
        store: Store,
        dispatch: Perform,
        resume: Perform,
        settle: Settle,
        tasks: Tasks,
        records: Tasks,
        clock: Clock,
        concurrency: int,
        only_written: Callable[[int], bool] = lambda bot_id: False,
    ) -> None:
        """*tasks* may be cancelled, *records* (claims and what takes them back) must not be.

        While *only_written* says so of a bot, only those of its messages are claimed whose answer
        is written.
        """
        self._queue = queue
        self._store = store
        self._dispatch = dispatch
        self._resume = resume
        self._settle = settle
        self._tasks = tasks
        self._records = records
        self._clock = clock
        self._slots = Slots(concurrency)
        self._only_written = only_written

    def resize(self, concurrency: int) -> None:
        """Have at most so many in work; what is beyond it already goes on to its end."""
        self._slots.resize(concurrency)

    async def run(self) -> None:
        """Claim and work for ever; cancelling this stops the claiming, not what is in work."""
        while True:
            await self._slots.acquire()
            try:
                lane = await self._queue.take()
            except asyncio.CancelledError:
                self._slots.release()
                raise
            self._tasks.start(self._work(lane), name=f"{lane.kind.lower()}-{lane.chat_id}")

    async def _work(self, lane: Lane) -> None:
        more = False
        try:
            job = await self._claim(lane)
            if job is not None:
                more = job.more
                with logger.contextualize(bot=job.bot_id, chat=job.chat.id, processing=job.id):
                    await self._attempt(job)
        finally:
            self._queue.done(lane, more=more)
            self._slots.release()

    async def _claim(self, lane: Lane) -> Job | None:
        claim = self._records.start(self._claim_surely(lane), name=f"claim-{lane.chat_id}")
        try:
            return await asyncio.shield(claim)
        except asyncio.CancelledError:
            # The claim is committed all the same, so it has to be taken back.
            job = await claim
            if job is not None:
                await self._requeue(job)
            raise

    async def _claim_surely(self, lane: Lane) -> Job | None:
        try:
            written = self._only_written(lane.bot_id)
            return await self._store.claim(lane, self._clock.now(), written=written)
        except Exception as error:  # noqa: BLE001 - the database is in trouble, the row is safe
            logger.error("cannot claim work: {}", error)
            await self._take_back(lane)
            self._queue.rescan(lane.bot_id)
            return None

    async def _take_back(self, lane: Lane) -> None:
        """Nobody knows whether the claim was committed; nobody else can have claimed this lane."""
        told = False
        while True:
            await self._clock.sleep(1.0)
            try:
                await self._store.release(lane)
                return
            except Exception as error:  # noqa: BLE001 - still in trouble, maybe for long: told once
                if not told:
                    logger.error("cannot take a claim back, trying again: {}", error)
                told = True

    async def _attempt(self, job: Job) -> None:
        logger.debug("attempt {} begins", job.attempts)
        try:
            await self._perform(job)
            logger.debug("attempt {} is over", job.attempts)
        except StaleJob:
            logger.warning("message {} is no longer ours; left alone", job.id)
        except asyncio.CancelledError:
            await asyncio.shield(self._records.start(self._requeue(job), name=f"requeue-{job.id}"))
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the row must be settled
            if not isinstance(error, KotodomError):
                logger.opt(exception=error).error("message {} met an unexpected error", job.id)
            await self._settle_surely(job, error)

    async def _perform(self, job: Job) -> None:
        if job.outcome is not None:
            await self._resume(job)
        elif job.crashes >= CRASHES_MAX:
            raise CrashedTooOften
        else:
            await self._dispatch(job)

    async def _settle_surely(self, job: Job, error: BaseException) -> None:
        delay, told = 0.1, False
        while True:
            try:
                await self._settle(job, error)
                return
            except StaleJob:
                return
            except asyncio.CancelledError:
                await asyncio.shield(
                    self._records.start(self._requeue(job), name=f"requeue-{job.id}")
                )
                raise
            except Exception as trouble:  # noqa: BLE001 - the database is in trouble: wait for it
                if not told:
                    logger.error("message {} cannot be recorded, trying again: {}", job.id, trouble)
                told = True
                await self._clock.sleep(delay)
                delay = min(delay * 2, 5.0)

    async def _requeue(self, job: Job) -> None:
        """Shutdown is not a failure: the row goes back and no attempt is spent."""
        try:
            await self._store.postpone(
                job, status=Status.RECEIVED, spent=False, not_before=0, code="", message=""
            )
        except StaleJob:
            pass
        except Exception as error:  # noqa: BLE001 - the next start recovers the row
            logger.error("message {} stays in work until the next start: {}", job.id, error)
