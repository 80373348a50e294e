"""What becomes of a message whose attempt failed: put off, or ended with one honest error."""

import random
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import replace

from loguru import logger

from kotodom import text
from kotodom.admin.words.alerts import AlertsWords
from kotodom.clock import SECOND, Clock
from kotodom.delivery import Delivery
from kotodom.effects import AdminAlert, Submit
from kotodom.errors import (
    ChatGone,
    ChatMoved,
    CircuitOpen,
    ErrorKind,
    Failure,
    TelegramError,
    TokenRevoked,
    classify,
)
from kotodom.measures import FAILURES
from kotodom.metrics import Metrics
from kotodom.model import ChatType, Job, Kind, PartState, Status
from kotodom.ports import Store
from kotodom.redaction import redact
from kotodom.registry import Registry
from kotodom.retry import Postpone, RetryPolicy, decide
from kotodom.wording import apology

REVOKED_WAIT = 60.0
"""Seconds a message waits for its bot's token to be replaced before it looks again."""


class Settler:
    """Decides with the pure retry policy and carries the decision out."""

    def __init__(
        self,
        *,
        store: Store,
        delivery: Delivery,
        registry: Registry,
        submit: Submit,
        policy: RetryPolicy,
        metrics: Metrics,
        clock: Clock,
        token_revoked: Callable[[int], None],
        fatal: Callable[[int, Failure], None],
        moved: Callable[[int, int, int], Awaitable[None]],
        undelivered: Callable[[Job, BaseException], Awaitable[bool]] | None = None,
    ) -> None:
        """*moved* carries a bot's group over to its new id; *undelivered* hears of a notice that
        failed and says whether it can be sent after all."""
        self._store = store
        self._delivery = delivery
        self._registry = registry
        self._submit = submit
        self.policy = policy
        self._clock = clock
        self._token_revoked = token_revoked
        self._fatal = fatal
        self._moved = moved
        self._undelivered = undelivered
        self._failures = metrics.counter(FAILURES)

    async def settle(self, job: Job, error: BaseException) -> None:
        """Record that an attempt at *job* failed with *error*; raises what the store raises."""
        failure = classify(error)
        failure = replace(failure, message=redact(failure.message))
        await self._settle(job, error, failure)
        # Not before it is recorded: who calls this tries until the database takes it.
        self._failures.inc(code=failure.code, error_kind=failure.kind)

    async def _settle(self, job: Job, error: BaseException, failure: Failure) -> None:
        if isinstance(error, TokenRevoked):
            await self._wait_for_token(job, failure)
            return
        if isinstance(error, ChatMoved):
            await self._move(job, error)
            return
        if job.kind is Kind.NOTICE and await self._can_be_sent(job, error, failure):
            return
        written = await self._store.outcome(job)
        apologised = written is Status.TERMINAL and job.outcome is not Status.TERMINAL
        if written is not None and (apologised or not isinstance(error, TelegramError)):
            # What is written needs no second answer, only another try at sending it.
            failure = replace(failure, kind=ErrorKind.RETRYABLE, free=True)
        decision = decide(
            failure,
            attempts=job.attempts,
            deferrals=job.deferrals,
            policy=self.policy,
            now=self._clock.now(),
            jitter=random.random(),
        )
        if isinstance(decision, Postpone):
            wait = max(0.0, (decision.not_before - self._clock.now()) / SECOND)
            logger.info(
                "message {} waits: attempt {} failed, again in {:.1f} s: {} ({})",
                job.id,
                job.attempts,
                wait,
                failure.code,
                failure.message,
            )
            await self._store.postpone(
                job,
                status=decision.status,
                spent=decision.spent,
                not_before=decision.not_before,
                code=failure.code,
                message=failure.message,
                # The breaker backs off by itself; a later hiccup must not pay for its outage.
                counted=not isinstance(error, CircuitOpen),
            )
            return
        await self._give_up(job, error, failure)

    async def _wait_for_token(self, job: Job, failure: Failure) -> None:
        """Nothing can be said through a revoked token, so the message waits for a new one."""
        self._token_revoked(job.bot_id)
        await self._store.postpone(
            job,
            status=Status.RECEIVED,
            spent=False,
            not_before=self._clock.now() + int(REVOKED_WAIT * 1000),
            code=failure.code,
            message=failure.message,
        )

    async def _can_be_sent(self, job: Job, error: BaseException, failure: Failure) -> bool:
        """Put a notice off that can be sent after all: its topic was made anew, say."""
        if self._undelivered is None or not await self._undelivered(job, error):
            return False
        await self._store.postpone(
            job,
            status=Status.RECEIVED,
            spent=False,
            not_before=self._clock.now(),
            code=failure.code,
            message=failure.message,
        )
        return True

    async def _move(self, job: Job, error: ChatMoved) -> None:
        """The group became a supergroup: its conversation goes along and is answered there."""
        logger.info("chat {} of bot {} became a supergroup", job.chat.id, job.bot_id)
        await self._moved(job.bot_id, job.chat.telegram_chat_id, error.new_chat_id)
        await self._store.postpone(
            job,
            status=Status.RECEIVED,
            spent=False,
            not_before=self._clock.now(),
            code=error.code,
            message=str(error),
        )

    async def _give_up(self, job: Job, error: BaseException, failure: Failure) -> None:
        logger.error("message {} ends: {} ({})", job.id, failure.code, failure.message)
        if failure.kind is ErrorKind.FATAL:
            self._fatal(job.bot_id, failure)
        reason = f"{failure.code}: {failure.message}"
        in_doubt = any(part.state is PartState.SENDING for part in await self._store.parts(job))
        unasked = job.kind is Kind.NOTICE
        knows = job.told or job.outcome is Status.TERMINAL
        if isinstance(error, ChatGone) or knows or in_doubt or unasked:
            # Nobody to tell, or nobody asked; or they were told before, or the error message was
            # refused; or an answer may be there already.
            await self._end(job, error, failure, reason)
            return
        await self._store.save_answer(
            job,
            None,
            text.plain(apology(self._registry.get(job.bot_id), job.language)),
            outcome=Status.TERMINAL,
            reason=reason,
            code=failure.code,
            now=self._clock.now(),
        )
        told = False
        try:
            told = await self._apologise(replace(job, outcome=Status.TERMINAL))
        finally:
            self._tell_admins(job, failure, told)

    async def _end(self, job: Job, error: BaseException, failure: Failure, reason: str) -> None:
        now = self._clock.now()
        if isinstance(error, ChatGone):
            if job.chat.type is not ChatType.GUEST:
                await self._store.set_blocked(job.bot_id, job.chat.telegram_chat_id, now)
        elif job.kind is not Kind.NOTICE:  # an alert about an alert would never end
            self._tell_admins(job, failure, told=job.told)
        await self._store.finish(
            job,
            Status.TERMINAL,
            reason=reason,
            code=failure.code,
            message=failure.message,
            now=now,
        )

    async def _apologise(self, job: Job) -> bool:
        """Send the error message that is now written ahead; its own trouble only puts it off."""
        try:
            await self._delivery.deliver(job)
        except TelegramError as error:
            await self.settle(job, error)
            return False
        return True

    def _tell_admins(self, job: Job, failure: Failure, told: bool) -> None:
        # What is wrong with the account is wrong for every bot without one of its own, and told
        # once for all of them.
        shared = failure.kind is ErrorKind.FATAL and not self._registry.get(job.bot_id).api_key
        cause = zlib.crc32(failure.message.encode()) if shared else job.bot_id
        whose = "messages" if shared else f"messages of {job.bot_id}"
        self._submit(
            AdminAlert(
                f"{failure.code}:{cause}",
                AlertsWords.UNANSWERED_TOLD if told else AlertsWords.UNANSWERED_UNTOLD,
                {
                    "bot": self._registry.get(job.bot_id).name,
                    "code": failure.code,
                    "reason": failure.message.rstrip("."),
                },
                bot_id=None if shared else job.bot_id,
                show=f"message {job.id}",
                # Only questions are asked again together.
                retry=f"{whose} retry {failure.code}" if job.kind is Kind.QUESTION else "",
            )
        )
