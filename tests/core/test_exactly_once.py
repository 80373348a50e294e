"""Whatever happens to calls, database and process: each part once, in order, without leftovers.

A real worker, store, delivery and settling around a simulated Telegram, driven by scripts of what
happens to each call to Telegram, to each call of the database, and to each question put to the
provider.
"""

from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kotodom.db import Database, SqlStore
from kotodom.doubts import BUBBLE
from kotodom.errors import KotodomError, ProviderUnavailable, RequestRefused
from kotodom.model import ChatRef, ChatType, Content
from kotodom.retry import RetryPolicy
from tests.support.answering import SORRY, Desk, one_bot
from tests.support.flaky import FlakyStore, Trouble
from tests.support.simulated import Fault, SimulatedTelegram

NUMBERS = count(1)
"""Every example has a bot and a chat of its own in the common database."""

FAULTS = st.lists(st.sampled_from([f for f in Fault if f is not Fault.REFUSED]), max_size=14)
REFUSAL = st.none() | st.integers(0, 10)
"""The call that Telegram refuses, if it is one that can be refused."""
TROUBLES = st.lists(st.sampled_from([Trouble.NONE, Trouble.NONE, *Trouble]), max_size=20)
PARTS = st.lists(st.sampled_from(["alpha", "beta", "alpha"]), min_size=1, max_size=3)
FAILURES = st.lists(
    st.sampled_from([ProviderUnavailable, ProviderUnavailable, RequestRefused]), max_size=6
)


def allowed(
    parts: list[str], telegram: SimulatedTelegram, raised: list[type[KotodomError]], troubles: int
) -> list[list[str]]:
    """What the chat may show in the end.

    The answer, and nothing else, unless there is a reason for an error: a refusal by the provider
    or by Telegram, or as many failures as there are attempts. Then the error message, once, behind
    the parts that had gone out before Telegram refused one; without it only if Telegram refused
    the error message itself.
    """
    begun = [parts[:number] for number in range(len(parts))] if telegram.refused else [[]]
    ends = [[*shown, SORRY] for shown in begun]
    if SORRY in telegram.refused:
        ends += begun
    if RequestRefused in raised:
        return ends
    if telegram.refused or len(raised) + troubles >= RetryPolicy().max_attempts:
        return [parts, *ends]
    return [parts]


@settings(
    deadline=None, max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    script=FAULTS,
    refusal=REFUSAL,
    troubles=TROUBLES,
    parts=PARTS,
    failures=FAILURES,
    supergroup=st.booleans(),
)
async def test_every_message_ends_answered_exactly_once(
    sqlite: Database,
    script: list[Fault],
    refusal: int | None,
    troubles: list[Trouble],
    parts: list[str],
    failures: list[type[KotodomError]],
    supergroup: bool,
) -> None:
    number = next(NUMBERS)
    if refusal is not None:
        script = [*script[:refusal], Fault.REFUSED, *script[refusal:]]
    telegram = SimulatedTelegram(iter(script))
    store = SqlStore(sqlite)
    sick = FlakyStore(store, iter(troubles))
    desk = Desk(store, await one_bot(store, number), telegram, wrap=lambda _: sick)
    desk.answer = [Content(part) for part in parts]
    desk.failures = [failure() for failure in failures]
    chat = ChatRef(number, type=ChatType.SUPERGROUP if supergroup else ChatType.PRIVATE)
    await desk.work_off(await desk.ask(chat))
    raised = failures[: len(failures) - len(desk.failures)]
    shown = desk.shown(number)
    assert shown in allowed(parts, telegram, raised, sick.failed)
    assert BUBBLE.text not in shown
    assert await desk.column("status") == ["COMPLETED" if shown == parts else "TERMINAL"]
