"""One answer of the model: what came with the question, what that may cost, and the asking."""

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from loguru import logger

from kotodom.budget import NOTHING, Held
from kotodom.clock import Clock
from kotodom.errors import PicturesRefused, QuestionChanged, RequestRefused
from kotodom.generation import Generations
from kotodom.i18n import Text
from kotodom.media import Media
from kotodom.model import Bot, Delta, Done, Job, Question
from kotodom.paying import Payments, was_called
from kotodom.ports import Provider
from kotodom.questions import Questions
from kotodom.streaming import Display
from kotodom.tasks import Tasks

PICTURED = 16
"""Questions with pictures that are asked at once: their pictures lie in memory meanwhile."""
BLIND = 3_600.0
"""Seconds for which a model that takes no pictures is not shown any."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a generation ended."""

    job: Job
    question: Question
    done: Done
    held: Held
    stopped: bool
    began_at: int | None
    """When the first of it came."""


@dataclass(slots=True)
class _Written:
    """What the model has written so far, and to which question."""

    texts: list[str] = field(default_factory=list)
    began_at: int | None = None
    """When the first of it came."""
    asked: Question | None = None
    """As it was put to the provider, who bills it from then on; None while it was not."""
    held: Held = NOTHING
    alive: bool = False
    """The provider has said anything at all, be it that it thinks."""


class Asker:
    """Puts questions to the model."""

    def __init__(
        self,
        *,
        provider: Provider,
        media: Media,
        questions: Questions,
        generations: Generations,
        payments: Payments,
        tasks: Tasks,
        clock: Clock,
    ) -> None:
        self._provider = provider
        self._media = media
        self._questions = questions
        self._generations = generations
        self._payments = payments
        self._tasks = tasks
        self._clock = clock
        self.pictured = asyncio.Semaphore(PICTURED)
        self._blind_until: dict[str, float] = {}

    async def ask(self, job: Job, bot: Bot, display: Display) -> Outcome | Text:
        """Ask the model; a text says why there is nothing to ask, or that it was stopped before."""
        done: Done | None = None
        written = _Written()
        try:
            async with self._generations.begin(job):
                job = await self._media.read(
                    job, self._questions.user_key(job, bot), self._questions.key_of(bot)
                )
                if not self._questions.asks(job):
                    sounds = any(item.sound for piece in job.pieces for item in piece.attachments)
                    return Text.NOTHING_HEARD if sounds else Text.NOT_UNDERSTOOD
                plan = await self._questions.plan(job, bot)
                job, tokens = plan.job, self._questions.input_tokens(plan)
                asked, written.held = await self._payments.hold_answer(
                    job, bot, plan.question, tokens
                )
                plan = replace(plan, question=asked)
                sees = plan.pictured and self._sees(plan.question.model)
                # Before they are fetched, because they lie in memory from then on.
                async with self.pictured if sees else nullcontext():
                    question = (
                        await self._questions.complete(plan)
                        if sees
                        else self._questions.unseen(plan)
                    )
                    done = await self._stream(question, written, display)
        except QuestionChanged:
            # Else whoever changes a question again and again would get around their limit.
            await self._waste(job, written, done, billed=True, counts=True)
            raise
        except asyncio.CancelledError:
            if written.asked is None:
                # The process ends before anybody was asked.
                self._tasks.start(self._payments.budget.release(written.held), name="release")
            raise
        except Exception as error:
            billed = written.alive or was_called(error)
            await self._waste(job, written, done, billed=billed, counts=False)
            raise
        if written.asked is None:
            await self._payments.budget.release(written.held)
            return Text.STOPPED_EMPTY
        stopped = done is None
        done = done or self._broken_off(written, written.asked)
        # Without its pictures, which are of no more use, it may wait for its delivery.
        question = replace(written.asked, images=(), turns=())
        return Outcome(job, question, done, written.held, stopped, written.began_at)

    async def _stream(self, question: Question, written: _Written, display: Display) -> Done | None:
        try:
            return await self._listen(question, written, display)
        except RequestRefused as error:
            if written.texts or not self._questions.pictured(question):
                raise
            # Most likely a model without eyes: it can still answer the words, and say so.
            logger.warning("refused with pictures, so asked without them: {}", error)
            if isinstance(error, PicturesRefused):
                self._blind_until[question.model] = self._clock.monotonic() + BLIND
            return await self._listen(self._questions.blind(question), written, display)

    def _sees(self, model: str) -> bool:
        """Whether the model is shown pictures, for all that is known of it."""
        return self._clock.monotonic() >= self._blind_until.get(model, 0.0)

    async def _listen(self, question: Question, written: _Written, display: Display) -> Done | None:
        written.asked = question
        logger.debug("{} is asked, with {} turns before", question.model, len(question.turns))
        async for event in self._provider.stream(question):
            written.alive = True
            if isinstance(event, Delta):
                if not written.texts:
                    written.began_at = self._clock.now()
                    logger.debug("the answer begins")
                written.texts.append(event.text)
                display.add(event.text)
            elif isinstance(event, Done):
                return event
        return None

    def _broken_off(self, written: _Written, asked: Question) -> Done:
        return self._questions.broken_off("".join(written.texts), asked)

    async def _waste(
        self, job: Job, written: _Written, done: Done | None, *, billed: bool, counts: bool
    ) -> None:
        """Nothing comes of what was asked; *billed* says that it is paid for all the same.

        It *counts* as a question unless it will be asked again.
        """
        if written.asked is None or not (done or billed):
            await self._payments.budget.release(written.held)
            return
        done = done or self._broken_off(written, written.asked)
        await self._payments.account_answer(job, written.asked, done, written.held, counts=counts)
