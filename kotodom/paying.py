"""What calls to the provider cost: estimated and set aside before, accounted for after.

A call that came to nothing is paid for as well, if the provider had begun to work on it.
"""

from collections.abc import Mapping
from dataclasses import replace

from kotodom import money
from kotodom.budget import NOTHING, Budget, Held
from kotodom.clock import Clock
from kotodom.errors import LimitReached, PriceUnknown, ProviderStopped
from kotodom.model import Bot, Done, Job, Question, Spending, Transcript, Usage
from kotodom.ports import Purpose, Store

ASSUMED_OUTPUT = 1_000
"""Tokens of an answer, reasoning included, while nobody knows how long it gets."""
SOUND_INPUT = 20
"""Tokens a second of sound, where models that listen are paid by the token: GPT-4o Transcribe is
listed at $6 a million and at about $0.006 a minute, which makes 17 of them."""
SOUND_OUTPUT = 5
"""Tokens a second of speech as text, a little on the high side."""
UNKNOWN_SOUND = 60
"""Seconds of a recording of which Telegram does not say how long it is."""


class Payments:
    """Holds money for calls and has them accounted for."""

    def __init__(
        self, *, store: Store, budget: Budget, prices: Mapping[str, money.Price], clock: Clock
    ) -> None:
        self._store = store
        self._prices = prices
        self._clock = clock
        self.budget = budget

    # -- before -----------------------------------------------------------------------------

    async def hold_answer(
        self, job: Job, bot: Bot, question: Question, tokens: int
    ) -> tuple[Question, Held]:
        """Set money aside for an answer to a question of so many *tokens*.

        Where there is none for the model, the one that the bot falls back to is asked instead.
        Raises LimitReached or PriceUnknown.
        """
        try:
            return question, await self._hold(_answer(job, question, tokens))
        except (LimitReached, PriceUnknown):
            if bot.fallback_model in ("", question.model):
                raise
            cheaper = replace(question, model=bot.fallback_model)
            try:
                return cheaper, await self._hold(_answer(job, cheaper, tokens))
            except (LimitReached, PriceUnknown):
                pass
            raise

    async def hold_transcript(self, job: Job, model: str, seconds: int) -> Held:
        """Set money aside for a recording; raises LimitReached or PriceUnknown."""
        seconds = seconds or UNKNOWN_SOUND
        usage = Usage(SOUND_INPUT * seconds, output=SOUND_OUTPUT * seconds, estimated=True)
        spending = _of(job, Purpose.TRANSCRIPT, model, usage, seconds)
        cost = money.cost_of_sound(Transcript("", model, seconds, usage), self._prices)
        return await self.budget.hold(replace(spending, cost=cost))

    async def hold_inline(self, bot_id: int, user_id: int, question: Question, tokens: int) -> Held:
        """Set money aside for an inline answer; raises LimitReached or PriceUnknown."""
        output = question.max_output_tokens or ASSUMED_OUTPUT
        usage = Usage(tokens, output=output, estimated=True)
        return await self._hold(
            Spending(bot_id, None, user_id, Purpose.INLINE, question.model, usage)
        )

    async def _hold(self, spending: Spending) -> Held:
        cost = money.cost(spending.usage, spending.model, self._prices)
        return await self.budget.hold(replace(spending, cost=cost))

    # -- after ------------------------------------------------------------------------------

    def cost(self, done: Done, asked: str) -> int | None:
        """What an answer cost, in nano-dollars; None when neither name has a price.

        Some servers report a name of their own; the price is known by the one we *asked* for.
        """
        cost = money.cost(done.usage, done.model, self._prices)
        return money.cost(done.usage, asked, self._prices) if cost is None else cost

    def cost_of_sound(self, transcript: Transcript) -> int | None:
        """What listening cost, in nano-dollars; None when that is unknown."""
        return money.cost_of_sound(transcript, self._prices)

    async def account_answer(
        self, job: Job, asked: Question, done: Done, held: Held, *, counts: bool
    ) -> None:
        """What was answered is of no use any more, but it has to be paid for.

        What was lost through no fault of the person's does not *count* as a question.
        """
        await self.account(
            job.bot_id,
            job.sender.id if job.sender else 0,
            chat_id=job.chat.id,
            purpose=Purpose.ANSWER,
            model=done.model,
            usage=done.usage,
            cost=self.cost(done, asked.model),
            held=held,
            counts=counts,
        )

    async def account_sound(self, job: Job, transcript: Transcript, held: Held) -> None:
        """Nobody waits for the transcript any more, but it is billed."""
        await self.account(
            job.bot_id,
            job.sender.id if job.sender else 0,
            chat_id=job.chat.id,
            purpose=Purpose.TRANSCRIPT,
            model=transcript.model,
            usage=transcript.usage,
            cost=self.cost_of_sound(transcript),
            seconds=transcript.seconds,
            held=held,
        )

    async def account(
        self,
        bot_id: int,
        user_id: int,
        *,
        chat_id: int | None = None,
        purpose: Purpose,
        model: str,
        usage: Usage,
        cost: int | None,
        seconds: int = 0,
        held: Held = NOTHING,
        counts: bool = True,
    ) -> None:
        """Write a call into the ledger that nothing else is stored of."""
        now = self._clock.now()

        async def record() -> None:
            await self._store.record_spend(
                bot_id,
                user_id,
                chat_id=chat_id,
                purpose=purpose,
                model=model,
                usage=usage,
                cost=cost,
                seconds=seconds,
                reservation=held.reservation,
                counts=counts,
                now=now,
            )

        if held.reservation:
            # Written twice, it counts once.
            await self.budget.surely(record)
        else:
            await record()
        self.budget.settled(held)


def was_called(error: BaseException) -> bool:
    """Whether the provider was at work when an admin stopped everything."""
    return isinstance(error, ProviderStopped) and error.called


def _answer(job: Job, question: Question, tokens: int) -> Spending:
    output = question.max_output_tokens or ASSUMED_OUTPUT
    usage = Usage(input=tokens, output=output, estimated=True)
    return _of(job, Purpose.ANSWER, question.model, usage)


def _of(job: Job, purpose: Purpose, model: str, usage: Usage, seconds: int = 0) -> Spending:
    user_id = job.sender.id if job.sender else 0
    return Spending(job.bot_id, job.chat.id, user_id, purpose, model, usage, seconds, row_id=job.id)
