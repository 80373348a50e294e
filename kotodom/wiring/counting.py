"""The store that counts: what was committed is counted here, once, wherever it was decided."""

from collections.abc import Callable, Container, Sequence

from kotodom.clock import SECOND
from kotodom.db import Database, SqlStore
from kotodom.errors import QuestionChanged
from kotodom.measures import (
    ANSWERED,
    ANSWERS,
    ATTEMPTS,
    COMMIT,
    COST,
    FIRST_TOKEN,
    MESSAGES,
    TOKENS,
    UNPRICED,
)
from kotodom.metrics import OTHER, Metrics
from kotodom.model import (
    Answer,
    Content,
    Edit,
    Incoming,
    Job,
    Kind,
    Lane,
    Part,
    Piece,
    Status,
    Transcript,
    Usage,
)
from kotodom.money import NANO, undated
from kotodom.ports import Purpose
from kotodom.ports.store import Recorded
from kotodom.registry import Registry

FIRST = 1
"""A question's revision while nobody has changed it or had it asked again."""


class Counts:
    """The counters of what is committed."""

    def __init__(self, metrics: Metrics) -> None:
        self._attempts = metrics.counter(ATTEMPTS)
        self._messages = metrics.counter(MESSAGES)
        self._answers = metrics.counter(ANSWERS)
        self._first_token = metrics.histogram(FIRST_TOKEN)
        self._answered = metrics.histogram(ANSWERED)
        self._tokens = metrics.counter(TOKENS)
        self._cost = metrics.counter(COST)
        self._unpriced = metrics.counter(UNPRICED)

    def claimed(self, kind: Kind) -> None:
        """An attempt has begun."""
        self._attempts.inc(kind=kind.lower())

    def generated(self, job: Job, answer: Answer) -> None:
        """The model has answered."""
        self._answers.inc(bot=str(job.bot_id))
        if answer.first_token_at is not None and _is_first(job):
            self._first_token.observe((answer.first_token_at - job.received_at) / SECOND)

    def ended(self, bot_id: int, kind: Kind, status: Status) -> None:
        """A message has come to its end."""
        self._messages.inc(bot=str(bot_id), kind=kind.lower(), status=status.lower())

    def answered(self, job: Job, now: int) -> None:
        """All of the answer to a question is in the chat."""
        if _is_first(job):
            self._answered.observe((now - job.received_at) / SECOND)

    def spent(self, bot_id: int, model: str, usage: Usage, cost: int | None) -> None:
        """The provider was called; *cost* None is unknown."""
        for kind in ("input", "cached", "output"):
            self._tokens.inc(max(0, getattr(usage, kind)), model=model, type=kind)
        if cost is None:
            self._unpriced.inc(bot=str(bot_id), model=model)
        else:
            self._cost.inc(cost / NANO, bot=str(bot_id), model=model)


class CountedStore(SqlStore):
    """A store whose messages, answers, tokens and money are counted as they are committed."""

    def __init__(self, database: Database, metrics: Metrics) -> None:
        super().__init__(database)
        database.committed = metrics.histogram(COMMIT).observe
        self._counts = Counts(metrics)

    async def record_batch(
        self,
        bot_id: int,
        incoming: Sequence[Incoming],
        edits: Sequence[Edit],
        now: int,
        *,
        answered_since: int | None = None,
        join_window: int = 1000,
    ) -> Recorded:
        recorded = await super().record_batch(
            bot_id, incoming, edits, now, answered_since=answered_since, join_window=join_window
        )
        for item in incoming:
            if item.poison:
                self._counts.ended(bot_id, item.kind, Status.TERMINAL)
        return recorded

    async def claim(self, lane: Lane, now: int, *, written: bool = False) -> Job | None:
        job = await super().claim(lane, now, written=written)
        if job is not None:
            self._counts.claimed(lane.kind)
        return job

    async def save_answer(
        self,
        job: Job,
        answer: Answer | None,
        contents: Sequence[Content],
        *,
        outcome: Status,
        reason: str = "",
        code: str = "",
        replaces: int = 0,
        reservation: int = 0,
        now: int,
    ) -> tuple[Part, ...]:
        parts = await super().save_answer(
            job,
            answer,
            contents,
            outcome=outcome,
            reason=reason,
            code=code,
            replaces=replaces,
            reservation=reservation,
            now=now,
        )
        if answer is not None:
            self._counts.generated(job, answer)
            self._counts.spent(job.bot_id, answer.model, answer.usage, answer.cost)
        return parts

    async def keep_reading(
        self,
        job: Job,
        piece: Piece,
        *,
        transcript: Transcript | None = None,
        cost: int | None = None,
        reservation: int = 0,
        now: int,
    ) -> None:
        paid = False
        try:
            await super().keep_reading(
                job, piece, transcript=transcript, cost=cost, reservation=reservation, now=now
            )
            paid = True
        except QuestionChanged:
            # The text is of no use any more, but it was accounted for.
            paid = True
            raise
        finally:
            if paid and transcript is not None:
                self._counts.spent(job.bot_id, transcript.model, transcript.usage, cost)

    async def record_spend(
        self,
        bot_id: int,
        user_id: int,
        *,
        purpose: Purpose,
        model: str,
        usage: Usage,
        cost: int | None,
        seconds: int = 0,
        chat_id: int | None = None,
        reservation: int = 0,
        counts: bool = True,
        now: int,
    ) -> None:
        await super().record_spend(
            bot_id,
            user_id,
            purpose=purpose,
            model=model,
            usage=usage,
            cost=cost,
            seconds=seconds,
            chat_id=chat_id,
            reservation=reservation,
            counts=counts,
            now=now,
        )
        self._counts.spent(bot_id, model, usage, cost)

    def ended(self, job: Job, status: Status, sent: bool) -> None:
        if status not in (Status.COMPLETED, Status.TERMINAL):
            return  # it is asked anew at once
        self._counts.ended(job.bot_id, job.kind, status)
        if sent and job.kind is Kind.QUESTION and status is Status.COMPLETED:
            self._counts.answered(job, self._clock.now())


def model_label(prices: Container[str], registry: Registry, listener: str) -> Callable[[str], str]:
    """What a model is called in labels: what somebody here has named, and else ``other``.

    A provider may answer with any name; *listener* is the model that hears recordings.
    """

    seen, chosen = -1, set[str]()

    def named(model: str) -> bool:
        nonlocal seen, chosen
        if seen != registry.changes:
            # Not for each call: there may be hundreds of bots.
            bots = registry.all()
            chosen = {name for bot in bots for name in (bot.model, bot.fallback_model, *bot.models)}
            seen = registry.changes
        return model in prices or model in chosen or model in (registry.default_model, listener)

    def label(model: str) -> str:
        return next((name for name in (model, undated(model)) if name and named(name)), OTHER)

    return label


def _is_first(job: Job) -> bool:
    """Whether it was asked once: how long a second answer took, its arrival does not say."""
    return job.revision == FIRST and not job.told
