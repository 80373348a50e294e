"""One question: what came with it, context → provider → parts written ahead → delivery."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial

from loguru import logger

from kotodom import money, text, wording
from kotodom.clock import Clock
from kotodom.composing import Composer
from kotodom.delivery import Delivery
from kotodom.errors import (
    ChatGone,
    FileUnusable,
    PicturesRefused,
    QuestionChanged,
    RequestRefused,
    StaleJob,
)
from kotodom.generation import Generation, Generations, draft_id
from kotodom.i18n import Text, say
from kotodom.media import Media
from kotodom.metrics import Metrics
from kotodom.model import (
    Answer,
    Bot,
    ChatType,
    Content,
    Delta,
    Done,
    Job,
    Part,
    Question,
    Status,
)
from kotodom.ports import Messenger, Provider, Purpose, Store
from kotodom.questions import Questions
from kotodom.registry import Registry
from kotodom.streaming import Display
from kotodom.tasks import Tasks

PICTURED = 16
"""Questions with pictures that are asked at once: their pictures lie in memory meanwhile."""
BLIND = 3_600.0
"""Seconds for which a model that takes no pictures is not shown any."""
LONG = 20_000
"""Characters of an answer that is put into messages in a thread: others are answered meanwhile."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How a generation ended."""

    job: Job
    question: Question
    done: Done
    stopped: bool


@dataclass(slots=True)
class _Written:
    """What the model has written so far, and to which question."""

    texts: list[str] = field(default_factory=list)
    asked: Question | None = None
    """As it was put to the provider, who bills it from then on; None while it was not."""


class Processor:
    """Answers questions; what goes wrong is raised and settled by the worker."""

    def __init__(
        self,
        *,
        store: Store,
        provider: Provider,
        messenger: Messenger,
        delivery: Delivery,
        registry: Registry,
        media: Media,
        questions: Questions,
        composer: Composer,
        generations: Generations,
        prices: Mapping[str, money.Price],
        tasks: Tasks,
        metrics: Metrics,
        clock: Clock,
        answered: Callable[[Bot], None] = lambda bot: None,
    ) -> None:
        self._store = store
        self._provider = provider
        self._messenger = messenger
        self._delivery = delivery
        self._registry = registry
        self._media = media
        self._questions = questions
        self._composer = composer
        self._generations = generations
        self._prices = prices
        self._tasks = tasks
        self._clock = clock
        self._answered = answered
        self._pictured = asyncio.Semaphore(PICTURED)
        self._blind_until: dict[str, float] = {}
        self._answers = metrics.counter("answers_total", "Answers generated")

    async def question(self, job: Job) -> None:
        """Answer *job* from the first sign of life to the last part sent."""
        if job.chat.blocked:
            raise ChatGone("the chat could not be written to the last time")
        bot = self._registry.get(job.bot_id)
        if job.chat.type is ChatType.GUEST:
            waiting = Content(say(Text.GUEST_PLACEHOLDER, job.language, bot.texts))
            await self._delivery.show_placeholder(job, waiting)
        while True:
            try:
                job, parts = await self._answer(job, bot)
                break
            except QuestionChanged:
                job = await self._store.reload(job)
        await self._delivery.deliver(job, parts)

    async def say(self, job: Job, contents: Sequence[Content], *, replaces: int = 0) -> None:
        """Answer *job* with words of our own, which the model never sees.

        *replaces* is a message of ours that becomes the first of them.
        """
        await self._delivery.deliver(job, await self._save_words(job, contents, replaces))

    async def stop_chat(self, job: Job) -> bool:
        """End what is generated in *job*'s conversation; False when there is nothing to end."""
        running = list(self._generations.of_chat(job.bot_id, job.chat.id))
        for generation in running:
            await self._stop(generation)
        return bool(running)

    async def stop_person(self, job: Job) -> None:
        """End what is generated for *job*'s sender, wherever they asked this bot."""
        if job.sender is not None:
            for generation in self._generations.of_person(job.bot_id, job.sender.id):
                generation.stop()

    async def stop_draft(self, bot_id: int, telegram_chat_id: int, draft: int) -> None:
        """The Stop button of that draft was pressed."""
        generation = self._generations.of_draft(bot_id, telegram_chat_id, draft)
        if generation is not None:
            await self._stop(generation)

    async def _stop(self, generation: Generation) -> None:
        generation.stop()
        # So that it stays stopped, whatever happens before it is answered.
        await self._store.request_stop(generation.job.chat.id, generation.job.id)

    async def _answer(self, job: Job, bot: Bot) -> tuple[Job, tuple[Part, ...]]:
        if job.stopped:
            stopped = text.plain(say(Text.STOPPED_EMPTY, job.language, bot.texts))
            return job, await self._save_words(job, stopped)
        async with self._display(job) as display:
            try:
                outcome = await self._generate(job, bot, display)
            except FileUnusable as error:
                words = wording.file_problem(error, job.language, bot, self._media.limits)
                return job, await self._save_words(job, text.plain(words))
            if isinstance(outcome, Text):
                words = say(outcome, job.language, bot.texts)
                return job, await self._save_words(job, text.plain(words))
            # Committed before a frame under way is waited for: from here on a crash costs nothing.
            parts = await self._save(outcome, bot)
        self._answers.inc(bot=bot.name)
        self._answered(bot)
        return outcome.job, parts

    async def _generate(self, job: Job, bot: Bot, display: Display) -> _Outcome | Text:
        """Ask the model; a text says why there is nothing to ask, or that it was stopped before."""
        done: Done | None = None
        written = _Written()
        try:
            async with self._generations.begin(job):
                job = await self._media.read(job, self._questions.user_key(job, bot))
                if not self._questions.asks(job):
                    sounds = any(item.sound for piece in job.pieces for item in piece.attachments)
                    return Text.NOTHING_HEARD if sounds else Text.NOT_UNDERSTOOD
                plan = await self._questions.plan(job, bot)
                job = plan.job
                sees = plan.pictured and self._sees(plan.question.model)
                # Before they are fetched, because they lie in memory from then on.
                async with self._pictured if sees else nullcontext():
                    question = (
                        await self._questions.complete(plan)
                        if sees
                        else self._questions.unseen(plan)
                    )
                    done = await self._stream(question, written, display)
        except QuestionChanged:
            if written.asked is not None:
                wasted = done or self._broken_off(written, written.asked)
                await self._account(job, written.asked, wasted)
            raise
        if written.asked is None:
            return Text.STOPPED_EMPTY
        stopped = done is None
        done = done or self._broken_off(written, written.asked)
        # Without its pictures, which are of no more use, it may wait for its delivery.
        return _Outcome(job, replace(written.asked, images=(), turns=()), done, stopped)

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
        async for event in self._provider.stream(question):
            if isinstance(event, Delta):
                written.texts.append(event.text)
                display.add(event.text)
            elif isinstance(event, Done):
                return event
        return None

    def _broken_off(self, written: _Written, asked: Question) -> Done:
        return self._questions.broken_off("".join(written.texts), asked)

    def _display(self, job: Job) -> Display:
        return Display(
            messenger=self._messenger,
            chat=job.chat,
            draft_id=draft_id(job),
            render=text.render_draft,
            tasks=self._tasks,
            clock=self._clock,
        )

    async def _save(self, outcome: _Outcome, bot: Bot) -> tuple[Part, ...]:
        done = outcome.done
        cost = self._cost(outcome.question, done)
        try:
            return await self._store.save_answer(
                outcome.job,
                Answer(text=done.text, model=done.model, usage=done.usage, cost=cost),
                await self._compose(outcome, bot),
                outcome=Status.COMPLETED,
                now=self._clock.now(),
            )
        except (QuestionChanged, StaleJob):
            # It is of no use: another question was meant, or its sender was forgotten meanwhile.
            await self._account(outcome.job, outcome.question, done)
            raise

    async def _compose(self, outcome: _Outcome, bot: Bot) -> Sequence[Content]:
        done = outcome.done
        compose = partial(self._composer.answer, outcome.job, bot, done, stopped=outcome.stopped)
        return await asyncio.to_thread(compose) if len(done.text) > LONG else compose()

    async def _account(self, job: Job, question: Question, done: Done) -> None:
        """What was answered is of no use any more, but it has to be paid for."""
        await self._store.record_spend(
            job.bot_id,
            job.sender.id if job.sender else 0,
            purpose=Purpose.ANSWER,
            model=done.model,
            usage=done.usage,
            cost=self._cost(question, done),
            now=self._clock.now(),
        )

    def _cost(self, question: Question, done: Done) -> int | None:
        cost = money.cost(done.usage, done.model, self._prices)
        if cost is None:
            # Some servers report a name of their own; the price is known by the one we asked for.
            cost = money.cost(done.usage, question.model, self._prices)
        return cost

    async def _save_words(
        self, job: Job, contents: Sequence[Content], replaces: int = 0
    ) -> tuple[Part, ...]:
        return await self._store.save_answer(
            job,
            None,
            contents,
            outcome=Status.COMPLETED,
            replaces=replaces,
            now=self._clock.now(),
        )
