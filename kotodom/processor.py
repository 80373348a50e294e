"""One question: what came with it, context → provider → parts written ahead → delivery."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from loguru import logger

from kotodom import text, wording
from kotodom.asker import Asker, Outcome
from kotodom.clock import Clock
from kotodom.composing import Composer
from kotodom.delivery import Delivery
from kotodom.errors import (
    ChatGone,
    FileUnusable,
    LimitReached,
    PriceUnknown,
    QuestionChanged,
    StaleJob,
)
from kotodom.generation import Generation, Generations, draft_id
from kotodom.i18n import Text, say
from kotodom.media import Media
from kotodom.model import (
    Answer,
    Bot,
    ChatType,
    Content,
    Job,
    Part,
    Status,
)
from kotodom.patience import with_room
from kotodom.paying import Payments
from kotodom.ports import Messenger, Store
from kotodom.registry import Registry
from kotodom.streaming import Display
from kotodom.tasks import Tasks

Gate = Callable[[Job, Bot], Awaitable[bool]]
"""Asked before a question is put to a model: True when it has dealt with the job for good."""
LONG = 20_000
"""Characters of an answer that is put into messages in a thread: others are answered meanwhile."""


class Processor:
    """Answers questions; what goes wrong is raised and settled by the worker."""

    def __init__(
        self,
        *,
        store: Store,
        messenger: Messenger,
        delivery: Delivery,
        registry: Registry,
        media: Media,
        asker: Asker,
        composer: Composer,
        generations: Generations,
        payments: Payments,
        tasks: Tasks,
        clock: Clock,
        gates: Sequence[Gate] = (),
        answered: Callable[[Bot], None] = lambda bot: None,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._delivery = delivery
        self._registry = registry
        self._media = media
        self._asker = asker
        self._composer = composer
        self._generations = generations
        self._payments = payments
        self._tasks = tasks
        self._clock = clock
        self._gates = tuple(gates)
        self._answered = answered

    async def question(self, job: Job) -> None:
        """Answer *job* from the first sign of life to the last part sent."""
        if job.chat.blocked:
            raise ChatGone("the chat could not be written to the last time")
        bot = self._registry.get(job.bot_id)
        while True:
            try:
                if await self._stopped_at_a_gate(job, bot):
                    return
                job, parts = await self._answer(job, bot)
                break
            except QuestionChanged:
                job = await self._store.reload(job)
            except (LimitReached, PriceUnknown) as error:
                refused = await self._refuse(job, bot, error)
                if refused is None:
                    return
                parts = refused
                break
        await self._delivery.deliver(job, parts)

    async def _stopped_at_a_gate(self, job: Job, bot: Bot) -> bool:
        """Whether somebody else has dealt with *job*; else a guest's summons is answered first."""
        for gate in self._gates:
            if await gate(job, bot):
                return True
        if job.chat.type is ChatType.GUEST:
            waiting = Content(say(Text.GUEST_PLACEHOLDER, job.language, bot.texts))
            await self._delivery.show_placeholder(job, waiting)
        return False

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
                outcome = await self._asker.ask(job, bot, display)
            except FileUnusable as error:
                words = wording.file_problem(error, job.language, bot, self._media.limits)
                return job, await self._save_words(job, text.plain(words))
            if isinstance(outcome, Text):
                words = say(outcome, job.language, bot.texts)
                return job, await self._save_words(job, text.plain(words))
            # Committed before a frame under way is waited for: from here on a crash costs nothing.
            parts = await self._save(outcome, bot)
        self._answered(bot)
        return outcome.job, parts

    def _display(self, job: Job) -> Display:
        return Display(
            messenger=self._messenger,
            chat=job.chat,
            draft_id=draft_id(job),
            render=text.render_draft,
            tasks=self._tasks,
            clock=self._clock,
        )

    async def _save(self, outcome: Outcome, bot: Bot) -> tuple[Part, ...]:
        done = outcome.done
        cost = self._payments.cost(done, outcome.question.model)
        try:
            save = partial(
                self._store.save_answer,
                outcome.job,
                Answer(
                    text=done.text,
                    model=done.model,
                    usage=done.usage,
                    cost=cost,
                    first_token_at=outcome.began_at,
                ),
                await self._compose(outcome, bot),
                outcome=Status.COMPLETED,
                reservation=outcome.held.reservation,
            )
            # It has been paid for.
            parts = await with_room(lambda: save(now=self._clock.now()), self._clock)
        except Exception as error:
            # It is of no use: another question was meant, or its sender was forgotten meanwhile;
            # or nobody knows whether it was written, which a reservation does.
            useless = isinstance(error, QuestionChanged | StaleJob)
            if outcome.held.reservation or useless:
                await self._payments.account_answer(
                    outcome.job, outcome.question, done, outcome.held, counts=useless
                )
            raise
        self._payments.budget.settled(outcome.held)
        usage = done.usage
        logger.info(
            "{} has answered: {} tokens in ({} cached), {} out",
            done.model,
            usage.input,
            usage.cached,
            usage.output,
        )
        return parts

    async def _compose(self, outcome: Outcome, bot: Bot) -> Sequence[Content]:
        done = outcome.done
        compose = partial(self._composer.answer, outcome.job, bot, done, stopped=outcome.stopped)
        return await asyncio.to_thread(compose) if len(done.text) > LONG else compose()

    async def _refuse(
        self, job: Job, bot: Bot, error: LimitReached | PriceUnknown
    ) -> tuple[Part, ...] | None:
        """Say that there is no money for it; None when the sender knows, and it has ended."""
        reason, now = f"{error.code}: {error}", self._clock.now()
        if job.told:
            await self._store.finish(
                job, Status.TERMINAL, reason=reason, code=error.code, message=str(error), now=now
            )
            return None
        return await self._store.save_answer(
            job,
            None,
            text.plain(wording.no_money(error, job.language, bot, now)),
            outcome=Status.TERMINAL,
            reason=reason,
            code=error.code,
            now=now,
        )

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
