"""Whatever happens to calls and process, each part is shown once, in order, without leftovers."""

import json
import tempfile
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kotodom.db import SqlStore, open_database
from kotodom.delivery import BUBBLE, Delivery
from kotodom.errors import ErrorKind, ProviderUnavailable, RequestRefused, classify
from kotodom.metrics import Metrics
from kotodom.model import (
    Answer,
    BotSpec,
    ChatRef,
    ChatType,
    Content,
    Incoming,
    Job,
    Kind,
    Lane,
    Person,
    Status,
    Usage,
)
from kotodom.registry import Registry
from kotodom.retry import RetryPolicy
from kotodom.settle import Settler
from tests.support.clock import FakeClock
from tests.support.simulated import Crash, Fault, SimulatedTelegram

CHAT = 77
SORRY = "Something went wrong. Please try again later."


class Rig:
    """Store, delivery and settling as the app wires them, around a simulated Telegram."""

    def __init__(self, store: SqlStore, telegram: SimulatedTelegram, registry: Registry) -> None:
        self.clock = FakeClock()
        self.store = store
        self.telegram = telegram
        metrics = Metrics()
        self.delivery = Delivery(store=store, messenger=telegram, metrics=metrics, clock=self.clock)
        self.settler = Settler(
            store=store,
            delivery=self.delivery,
            registry=registry,
            submit=lambda effect: None,
            policy=RetryPolicy(),
            metrics=metrics,
            clock=self.clock,
            token_revoked=lambda bot_id: None,
            fatal=lambda bot_id, failure: None,
        )

    async def attempt(self, job: Job, parts: Sequence[str], provider: list[Exception]) -> None:
        """One attempt, as worker and processor make it."""
        try:
            if job.outcome is not None:
                await self.delivery.deliver(job)
                return
            if provider:
                raise provider.pop()
            await self.store.save_answer(
                job,
                Answer("whole", "m", Usage(), None),
                [Content(part) for part in parts],
                outcome=Status.COMPLETED,
                now=self.clock.now(),
            )
            await self.delivery.deliver(job)
        except Exception as error:  # noqa: BLE001 - the worker settles everything too
            await self.settler.settle(job, error)

    async def work_off(self, lane: Lane, parts: Sequence[str], provider: list[Exception]) -> int:
        """Claim and attempt until nothing is open; a crash is a restart. Returns the attempts."""
        for attempt in range(200):
            job = await self.store.claim(lane, self.clock.now())
            if job is None:
                backlog = await self.store.backlog(self.clock.now())
                if not (backlog.ready or backlog.waiting or backlog.in_work):
                    return attempt
                await self.clock.advance(3600.0)
                continue
            try:
                await self.attempt(job, parts, provider)
            except Crash:
                await self.store.recover(self.clock.now())
        raise AssertionError("a message stays open for ever")


FAULTS = st.lists(st.sampled_from(Fault), max_size=14)
FAILURES = st.lists(st.sampled_from([ProviderUnavailable, RequestRefused]), max_size=6)


@settings(
    deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    script=FAULTS,
    parts=st.lists(st.sampled_from(["alpha", "beta", "alpha"]), min_size=1, max_size=3),
    failures=FAILURES,
    supergroup=st.booleans(),
)
async def test_every_message_ends_answered_exactly_once(
    script: list[Fault],
    parts: list[str],
    failures: list[type[Exception]],
    supergroup: bool,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = await open_database(f"sqlite://{folder}/k.db")
        try:
            await database.migrate()
            store = SqlStore(database)
            telegram = SimulatedTelegram(iter(script))
            registry = Registry("m")
            (bot,) = await store.sync_bots([BotSpec(42, "42:x", "cat")])
            registry.put(bot)
            rig = Rig(store, telegram, registry)
            chat = ChatRef(CHAT, type=ChatType.SUPERGROUP if supergroup else ChatType.PRIVATE)
            row = Incoming(1, json.dumps({}), Kind.QUESTION, chat, Person(5), "hi", telegram.say())
            (lane,) = await store.record_batch(bot.id, [row], [], rig.clock.now())
            errors: list[Exception] = [failure() for failure in failures]
            expected = parts
            for spent, error in enumerate(reversed(errors), 1):
                if classify(error).kind is not ErrorKind.RETRYABLE or spent == 5:
                    expected = [SORRY]
                    break
            await rig.work_off(lane, parts, errors)
            assert telegram.texts(CHAT) == expected
            assert BUBBLE.text not in telegram.texts(CHAT)
        finally:
            await database.close()
