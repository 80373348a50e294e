"""One question: context → provider → parts written ahead → delivery."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kotodom import context, money, text
from kotodom.clock import Clock
from kotodom.delivery import Delivery
from kotodom.errors import ChatGone
from kotodom.i18n import Text, say
from kotodom.metrics import Metrics
from kotodom.model import Answer, Bot, Content, Delta, Done, Job, Part, Question, Status, Usage
from kotodom.ports import Messenger, Provider, Store
from kotodom.registry import Registry
from kotodom.streaming import Display
from kotodom.tasks import Tasks

HISTORY_MAX = 200
"""Turns read from the database at most; the token budget usually ends the history earlier."""
DRAFT_IDS = 0x7FFF_FFFF
"""Draft ids are non-zero 32-bit integers."""

DraftKey = tuple[int, int, int]
"""(bot, Telegram chat, draft id)."""


@dataclass(slots=True)
class _Scope:
    """A generation that Stop can end."""

    timeout: asyncio.Timeout
    stopped: bool = False

    def stop(self) -> None:
        if not self.stopped:
            self.stopped = True
            self.timeout.reschedule(asyncio.get_running_loop().time())


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
        prices: Mapping[str, money.Price],
        tasks: Tasks,
        metrics: Metrics,
        clock: Clock,
        context_budget: int,
        answered: Callable[[Bot], None] = lambda bot: None,
    ) -> None:
        self._store = store
        self._provider = provider
        self._messenger = messenger
        self._delivery = delivery
        self._registry = registry
        self._prices = prices
        self._tasks = tasks
        self._clock = clock
        self._budget = context_budget
        self._answered = answered
        self._generating: dict[DraftKey, _Scope] = {}
        self._answers = metrics.counter("answers_total", "Answers generated")

    async def question(self, job: Job) -> None:
        """Answer *job* from the first token to the last part sent."""
        if job.chat.blocked:
            raise ChatGone("the chat could not be written to the last time")
        if not job.text.strip():
            await self.notice(job, say(Text.TEXT_ONLY, _language(job)))
            return
        bot = self._registry.get(job.bot_id)
        question = await self._ask(job, bot)
        async with self._display(job) as display:
            # Committed before a frame under way is waited for: from here on a crash costs nothing.
            done, stopped = await self._stream(job, question, display)
            parts = await self._save(job, question, done, stopped)
        self._answers.inc(bot=bot.name)
        self._answered(bot)
        await self._delivery.deliver(job, parts)

    async def notice(self, job: Job, words: str) -> None:
        """Answer *job* with a text of our own, which the model never sees."""
        parts = await self._store.save_answer(
            job, None, text.plain(words), outcome=Status.COMPLETED, now=self._clock.now()
        )
        await self._delivery.deliver(job, parts)

    def stop(self, bot_id: int, telegram_chat_id: int, draft_id: int) -> None:
        """End the generation behind that draft; what was written so far becomes the answer."""
        scope = self._generating.get((bot_id, telegram_chat_id, draft_id))
        if scope is not None:
            scope.stop()

    async def _ask(self, job: Job, bot: Bot) -> Question:
        turns = await self._store.history(job, HISTORY_MAX)
        person = job.sender.id if job.sender else job.chat.telegram_chat_id
        return Question(
            model=self._registry.model_of(bot),
            instructions=bot.prompt,
            turns=context.build(turns, text=job.text, instructions=bot.prompt, budget=self._budget),
            text=job.text,
            user_key=_opaque("user", bot.telegram_id, person),
            cache_key=_opaque("chat", bot.telegram_id, job.chat.id),
        )

    def _display(self, job: Job) -> Display:
        return Display(
            messenger=self._messenger,
            chat=job.chat,
            draft_id=_draft_id(job),
            render=text.render_draft,
            tasks=self._tasks,
            clock=self._clock,
        )

    async def _save(
        self, job: Job, question: Question, done: Done, stopped: bool
    ) -> tuple[Part, ...]:
        cost = money.cost(done.usage, done.model, self._prices)
        if cost is None:
            # Some servers report a name of their own; the price is known by the one we asked for.
            cost = money.cost(done.usage, question.model, self._prices)
        return await self._store.save_answer(
            job,
            Answer(text=done.text, model=done.model, usage=done.usage, cost=cost),
            _contents(done, stopped, _language(job)),
            outcome=Status.COMPLETED,
            now=self._clock.now(),
        )

    async def _stream(self, job: Job, question: Question, display: Display) -> tuple[Done, bool]:
        key = (job.bot_id, job.chat.telegram_chat_id, _draft_id(job))
        written: list[str] = []
        scope = None
        try:
            async with asyncio.timeout(None) as timeout:
                scope = self._generating[key] = _Scope(timeout)
                async for event in self._provider.stream(question):
                    if isinstance(event, Delta):
                        written.append(event.text)
                        display.add(event.text)
                    elif isinstance(event, Done):
                        return event, False
        except TimeoutError:
            if scope is None or not scope.stopped:
                raise
        finally:
            if self._generating.get(key) is scope:
                del self._generating[key]
        return _stopped("".join(written), question), True


def _stopped(written: str, question: Question) -> Done:
    """What a stopped generation leaves; the provider bills it but does not say how much."""
    asked = context.estimate_tokens(question.instructions) + context.estimate_tokens(question.text)
    asked += context.history_tokens(question.turns[::-1])
    usage = Usage(input=asked, output=context.estimate_tokens(written), estimated=True)
    return Done(text=written, usage=usage, model=question.model)


def _contents(done: Done, stopped: bool, language: str) -> list[Content]:
    """The parts of an answer, with a visible mark when it is not whole."""
    mark = None
    if stopped:
        mark = Text.STOPPED if done.text.strip() else Text.STOPPED_EMPTY
    elif done.incomplete == "content_filter":
        mark = Text.CUT_BY_FILTER
    elif done.incomplete:
        mark = Text.CUT_BY_LENGTH
    contents = text.render(done.text)
    if mark is not None:
        contents = _marked(contents, say(mark, language))
    return contents or text.plain(say(Text.EMPTY_ANSWER, language))


def _marked(contents: list[Content], mark: str) -> list[Content]:
    """Put the mark into the last part when it fits there, else behind it."""
    if contents:
        both = f"{contents[-1].text}\n\n{mark}"
        if text.utf16_len(both) <= text.LIMIT:
            return [*contents[:-1], Content(both, contents[-1].entities)]
    return [*contents, *text.plain(mark)]


def _draft_id(job: Job) -> int:
    return (job.id & DRAFT_IDS) or 1


def _language(job: Job) -> str:
    return job.sender.language_code if job.sender else ""


def _opaque(*parts: object) -> str:
    """A hash that tells the provider nothing but sameness."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:32]
