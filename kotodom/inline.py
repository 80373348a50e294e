"""Inline mode: a short answer, offered while somebody writes ``@bot question`` in any chat.

Nothing of it is stored but what it cost: Telegram forgets an unanswered query after half a
minute, and asks again with every letter.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from loguru import logger

from kotodom.budget import Held
from kotodom.clock import SECOND, Clock
from kotodom.composing import short
from kotodom.errors import KeySealed, LimitReached, PriceUnknown, ProviderError, TelegramError
from kotodom.i18n import Text, say
from kotodom.model import Bot, Content, Delta, Done, Person, Question
from kotodom.paying import Payments, was_called
from kotodom.ports import Messenger, Provider, Purpose
from kotodom.questions import Questions, opaque
from kotodom.registry import Registry
from kotodom.tasks import Tasks

PAUSE = 1.0
"""Seconds without another letter after which a question is taken to be whole."""
PATIENCE = 12.0
"""Seconds for an answer: Telegram forgets a query after about 30, and people sooner."""
LENGTH = 600
"""Tokens of an answer at most, reasoning included."""
KEPT = 300
"""Seconds an answer is kept, here and by Telegram."""
KEPT_MAX = 500
ASKING_MAX = 64
"""People who are answered at once; beyond it nothing is offered."""
BRIEF = "Answer briefly: in three sentences at most."


class InlineAnswers:
    """Answers inline queries, one at a time for each person: a newer one ends an older one."""

    def __init__(
        self,
        *,
        provider: Provider,
        messenger: Messenger,
        registry: Registry,
        payments: Payments,
        lets: Callable[[Bot, Person], Awaitable[bool]],
        tasks: Tasks,
        clock: Clock,
    ) -> None:
        """*lets* says who may talk to a bot: the others are offered nothing."""
        self._lets = lets
        self._provider = provider
        self._messenger = messenger
        self._registry = registry
        self._payments = payments
        self._tasks = tasks
        self._clock = clock
        self._asking: dict[tuple[int, int], asyncio.Task[None]] = {}
        self._kept: OrderedDict[tuple[int, int, str], tuple[int, Content]] = OrderedDict()
        """By bot, person and question: the answers, the one that expires first in front."""
        self._expiry: asyncio.TimerHandle | None = None

    def ask(self, bot_id: int, query_id: str, person: Person, words: str) -> None:
        """Begin to answer a query; returns at once."""
        key = (bot_id, person.id)
        older = self._asking.pop(key, None)
        if older is not None:
            older.cancel()
        words = " ".join(words.split())
        if not words or len(self._asking) >= ASKING_MAX:
            return
        task = self._tasks.start(
            self._answer(bot_id, query_id, person, words), name=f"inline-{bot_id}-{person.id}"
        )
        self._asking[key] = task
        task.add_done_callback(lambda done: self._forget(key, done))

    def forget(self, bot_id: int, user_id: int) -> None:
        """Somebody wants nothing kept of them: not even for a few minutes, in memory."""
        asking = self._asking.pop((bot_id, user_id), None)
        if asking is not None:
            asking.cancel()
        for key in [key for key in self._kept if key[:2] == (bot_id, user_id)]:
            del self._kept[key]

    def _forget(self, key: tuple[int, int], task: "asyncio.Task[None]") -> None:
        if self._asking.get(key) is task:
            del self._asking[key]

    async def _answer(self, bot_id: int, query_id: str, person: Person, words: str) -> None:
        bot = self._registry.get(bot_id)
        if not await self._may(bot, person):
            return
        key = (bot_id, person.id, words)
        until, content = self._kept.get(key, (0, None))
        if content is None or until <= self._clock.now():
            await self._clock.sleep(PAUSE)
            content = await self._ask(bot, person, words)
            if content is not None:
                self._keep(key, content)
        title = Text.INLINE_FAILED if content is None else Text.INLINE_TITLE
        offered = say(title, bot.language or person.language_code, bot.texts)
        try:
            await self._messenger.answer_inline(
                bot_id,
                query_id,
                content or Content(offered),
                title=offered,
                seconds=KEPT if content else 0,
            )
        except TelegramError as error:
            logger.debug("an inline query was not answered: {}", error)

    async def _may(self, bot: Bot, person: Person) -> bool:
        try:
            return await self._lets(bot, person)
        except Exception as error:  # noqa: BLE001 - a database in trouble: better no answer
            logger.error("bot {}: an inline query was not answered: {}", bot.name, error)
            return False

    async def _ask(self, bot: Bot, person: Person, words: str) -> Content | None:
        try:
            key = self._registry.key_of(bot)
        except KeySealed as error:
            logger.info("bot {}: an inline query was not answered: {}", bot.name, error)
            return None
        question = Question(
            model=self._registry.model_of(bot),
            instructions=f"{bot.prompt}\n\n{BRIEF}".strip(),
            turns=(),
            text=words,
            user_key=opaque("user", bot.telegram_id, person.id),
            cache_key=opaque("inline", bot.telegram_id),
            max_output_tokens=LENGTH,
            api_key=key,
        )
        written: list[str] = []
        asked = Questions.broken_off("", question).usage.input
        try:
            held = await self._payments.hold_inline(bot.id, person.id, question, asked)
        except (LimitReached, PriceUnknown) as error:
            logger.info("bot {}: an inline query was not answered: {}", bot.name, error)
            return None
        except Exception as error:  # noqa: BLE001 - a database in trouble: better no answer
            logger.error("bot {}: an inline query was not answered: {}", bot.name, error)
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                done = await self._listen(question, written)
        except (TimeoutError, asyncio.CancelledError) as error:
            # It is billed all the same.
            wasted = Questions.broken_off("".join(written), question)
            await self._account(bot, person, question, wasted, held)
            if isinstance(error, asyncio.CancelledError):
                raise
            logger.info("bot {}: an inline query was not answered in time", bot.name)
            return None
        except ProviderError as error:
            logger.info("bot {}: an inline query was not answered: {}", bot.name, error)
            if written or was_called(error):
                wasted = Questions.broken_off("".join(written), question)
                await self._account(bot, person, question, wasted, held)
            else:
                await self._payments.budget.release(held)
            return None
        if done is None:
            await self._payments.budget.release(held)
            return None
        await self._account(bot, person, question, done, held)
        return short(done, bot.language or person.language_code, bot)

    async def _listen(self, question: Question, written: list[str]) -> Done | None:
        async for event in self._provider.stream(question):
            if isinstance(event, Delta):
                written.append(event.text)
            elif isinstance(event, Done):
                return event
        return None

    async def _account(
        self, bot: Bot, person: Person, question: Question, done: Done, held: Held
    ) -> None:
        # A task of its own: the next letter may end this one at any moment.
        await asyncio.shield(
            self._tasks.start(
                self._record(bot, person, question, done, held),
                name=f"inline-spend-{bot.id}-{person.id}",
            )
        )

    async def _record(
        self, bot: Bot, person: Person, question: Question, done: Done, held: Held
    ) -> None:
        try:
            await self._payments.account(
                bot.id,
                person.id,
                purpose=Purpose.INLINE,
                model=done.model,
                usage=done.usage,
                cost=self._payments.cost(done, question.model),
                held=held,
            )
        except Exception as error:  # noqa: BLE001 - a database in trouble: people get their answer
            logger.error("bot {}: an inline answer was not accounted for: {}", bot.name, error)

    def _keep(self, key: tuple[int, int, str], content: Content) -> None:
        self._kept[key] = (self._clock.now() + KEPT * SECOND, content)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        if self._expiry is None:
            self._expiry = asyncio.get_running_loop().call_later(KEPT, self._expire)

    def _expire(self) -> None:
        """Drop what is too old, though nobody may ever ask again."""
        self._expiry = None
        while self._kept:
            until, _ = next(iter(self._kept.values()))
            if until > self._clock.now():
                left = min(KEPT, (until - self._clock.now()) / SECOND)
                self._expiry = asyncio.get_running_loop().call_later(left, self._expire)
                return
            self._kept.popitem(last=False)
