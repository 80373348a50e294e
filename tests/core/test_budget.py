"""Spending is kept within its limits: set aside before a call, settled after it, never lost."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from kotodom.admin.words.money import MoneyWords
from kotodom.effects import AdminAlert
from kotodom.errors import ProviderUnavailable, RequestRefused, StreamBroken
from kotodom.model import EACH, Limit, Measure, Period, Person, Scope, Thinking
from kotodom.money import Price
from kotodom.ports import Store
from kotodom.ports.admin import AuditEntry
from tests.support.flaky import Trouble, flaky
from tests.support.scripted import Pause
from tests.support.talking import Room, room
from tests.support.updates import ANN, voice

DOLLAR = 10**9
AUDIT = AuditEntry(1, "Boss", "x", "x", "", None, None, "job:1")
COSTS = Measure.COST
ASKED = Measure.QUESTIONS


async def limited(
    r: Room,
    amount: int,
    measure: Measure = ASKED,
    *,
    scope: Scope = Scope.BOT,
    key: str | None = None,
    period: Period = Period.DAY,
) -> Limit:
    """Set a limit, as /admin does."""
    where = {Scope.INSTANCE: "", Scope.BOT: str(r.bot.id)}.get(scope, "") if key is None else key
    made = Limit(scope, where, 0 if scope is Scope.INSTANCE else r.bot.id, period, measure, amount)
    stored = await r.store.set_limit(made, amount, AUDIT, r.clock.now())
    assert stored is not None
    r.budget.put(stored)
    return stored


async def ledger(r: Room) -> list[tuple[Any, ...]]:
    """(model, cost, estimated) of every call; nothing may be left reserved."""
    left = await r.store._database.read(lambda c: c.fetch("SELECT id FROM reservation"))
    assert list(left) == []
    rows = await r.store._database.read(
        lambda c: c.fetch("SELECT model, cost, estimated FROM spend ORDER BY id")
    )
    return [(row[0], row[1], bool(row[2])) for row in rows]


def told(r: Room) -> list[AdminAlert]:
    return [effect for effect in r.effects if isinstance(effect, AdminAlert)]


async def idle(r: Room) -> None:
    """Let what runs beside the answers end."""
    assert await r.tasks.wait(10)


def counting(calls: list[str]) -> Any:
    """A store that notes what is asked of it."""

    class Counting:
        def __init__(self, store: Store) -> None:
            self._store = store

        def __getattr__(self, name: str) -> Any:
            calls.append(name)
            return getattr(self._store, name)

    return Counting


async def test_without_limits_nothing_is_written_before_a_call(sqlite_url: str) -> None:
    calls: list[str] = []
    async with room(sqlite_url, wrap=counting(calls)) as r:
        await r.say("hi")
        await r.settle()
    assert "save_answer" in calls
    assert not {"reserve", "release_reservation", "standings", "limits"} & set(calls)


async def test_at_the_limit_people_hear_so_once_and_the_question_can_be_retried(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        await limited(r, 1)
        await r.say("one")
        await r.settle()
        await r.say("two")
        await r.settle()
        assert len(r.provider.questions) == 1
        assert r.shown()[-1].startswith("I have answered as much as I may for now. Please ask")
        assert len(r.shown()) == 2
        assert await r.column("status") == ["COMPLETED", "TERMINAL"]
        assert (await r.column("last_error_kind"))[-1] == "limit"
        assert len(await ledger(r)) == 1


async def test_the_limit_is_over_with_the_day(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await limited(r, 1)
        for _ in range(2):
            await r.say("again")
            await r.settle()
            await r.clock.advance(24 * 3600)
        assert len(r.provider.questions) == 2


@pytest.mark.parametrize("scope", [Scope.INSTANCE, Scope.BOT, Scope.CHAT, Scope.USER])
@pytest.mark.parametrize("measure", Measure)
async def test_zero_at_any_level_allows_nothing(
    sqlite_url: str, scope: Scope, measure: Measure
) -> None:
    async with room(sqlite_url) as r:
        key = {Scope.CHAT: "1", Scope.USER: f"{r.bot.id}:{ANN['id']}"}.get(scope)
        await limited(r, 0, measure, scope=scope, key=key)
        await r.say("hi")
        await r.settle()
        assert r.provider.questions == []
        assert r.shown() == ["I am not allowed to answer that here. Whoever runs me can change it."]


async def test_everybodys_limit_counts_for_each_and_a_persons_own_wins(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await limited(r, 1, scope=Scope.USER, key=f"{r.bot.id}:{EACH}")
        await limited(r, 3, scope=Scope.USER, key=f"{r.bot.id}:{ANN['id']}")
        other = {"id": 502, "is_bot": False, "first_name": "Bob"}
        there = {"from": other, "chat": {"id": 502, "type": "private", "first_name": "Bob"}}
        for _ in range(4):
            await r.say("mine")
            await r.say("his", **there)
            await r.settle()
        assert sorted(question.text for question in r.provider.questions) == ["his"] + ["mine"] * 3


async def test_where_the_money_is_spent_the_cheaper_model_answers(sqlite_url: str) -> None:
    async with room(sqlite_url, fallback_model="cheap") as r:
        r.prices.set("cheap", Price(*[Decimal("0.000001")] * 3))
        await limited(r, 1_500_000, COSTS)
        await r.say("hi")
        await r.settle()
        assert [question.model for question in r.provider.questions] == ["cheap"]
        assert r.shown() == ["answer to hi"]
        assert (await ledger(r))[0][0] == "cheap"


async def test_a_model_without_a_price_is_refused_where_dollars_are_limited(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url, model="mystery") as r:
        await limited(r, 100 * DOLLAR, COSTS)
        for _ in range(2):
            await r.say("hi")
            await r.settle()
        assert r.provider.questions == []
        assert r.shown() == ["Something went wrong. Please try again later."] * 2
        assert await r.column("last_error_kind") == ["unpriced"] * 2
        alerts = {alert.key: alert for alert in told(r)}
        assert alerts["unpriced:mystery"].show == "money price mystery"
        r.prices.set("mystery", Price(*[Decimal(0)] * 3))
        await r.say("and now?")
        await r.settle()
        assert r.shown()[-1] == "answer to and now?"


async def test_an_unpriced_model_is_fine_where_only_questions_are_limited(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url, model="mystery") as r:
        await limited(r, 5)
        await r.say("hi")
        await r.settle()
        assert await ledger(r) == [("mystery", None, False)]


@pytest.mark.parametrize(
    ("play", "booked"),
    [
        ([ProviderUnavailable()], 0),
        ([RequestRefused()], 0),
        (["some", StreamBroken()], 1),
        ([Thinking(), StreamBroken()], 1),
    ],
)
async def test_a_failed_attempt_gives_its_money_back_unless_the_model_had_begun(
    sqlite_url: str, play: Sequence[Any], booked: int
) -> None:
    async with room(sqlite_url) as r:
        await limited(r, 10 * DOLLAR, COSTS)
        r.provider.plays.append(play)
        await r.say("hi")
        await r.settle()
        found = await ledger(r)
        assert sum(estimated for _, _, estimated in found) == booked


async def test_a_stopped_answer_is_settled_with_what_was_written(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await limited(r, 10 * DOLLAR, COSTS)
        pause = Pause()
        r.provider.plays.append(["some words", pause])
        await r.say("hi")
        (lane,) = await r.lanes()
        work = r.begin(lane)
        await pause.reached.wait()
        await r.say("/stop")
        await r.settle()
        await work
        ((_, cost, estimated),) = await ledger(r)
        assert estimated
        assert cost > 0


@pytest.mark.parametrize("trouble", [Trouble.BEFORE, Trouble.AFTER])
async def test_an_answer_is_accounted_for_once_though_nobody_knows_whether_it_was_written(
    sqlite_url: str, trouble: Trouble
) -> None:
    async with room(sqlite_url, wrap=lambda store: flaky(store, trouble, only="save_answer")) as r:
        await limited(r, 10 * DOLLAR, COSTS)
        await r.say("hi")
        await r.settle()
        # Each call to the model has its row: the second one was made because the first was lost.
        assert len(await ledger(r)) == len(r.provider.questions)
        assert r.shown() == ["answer to hi"]


async def test_an_edited_question_pays_for_both_answers(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await limited(r, 10 * DOLLAR, COSTS)
        pause = Pause()
        r.provider.plays.append(["some", pause])
        number = await r.say("hi")
        (lane,) = await r.lanes()
        work = r.begin(lane)
        await pause.reached.wait()
        await r.edit(number, "hi there")
        await work
        await r.settle()
        assert [estimated for _, _, estimated in await ledger(r)] == [True, False]


async def test_what_is_cancelled_while_money_is_set_aside_gives_it_back(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await limited(r, 10 * DOLLAR, COSTS)
        begun, go_on = asyncio.Event(), asyncio.Event()
        reserve = r.store.reserve

        async def slow(*args: Any) -> Any:
            found = await reserve(*args)
            begun.set()
            await go_on.wait()
            return found

        r.store.reserve = slow  # type: ignore[method-assign]
        await r.say("hi")
        (lane,) = await r.lanes()
        work = r.begin(lane)
        await begun.wait()
        await r.say("/stop")
        for command in await r.lanes():
            await r.work(command)
        await work
        go_on.set()
        await idle(r)
        assert await ledger(r) == []
        assert r.provider.questions == []


async def test_recordings_are_limited_too(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.files.files["voice"] = b"hello"
        # A minute costs $0.006, and the answer is estimated at $0.002.
        await limited(r, 7_000_000, COSTS)
        await r.say(**voice(duration=60))
        await r.settle()
        assert len(r.provider.heard) == 1
        assert r.provider.questions == []
        await r.say(**voice(duration=60))
        await r.settle()
        assert len(r.provider.heard) == 1
        assert await ledger(r) == [("ear", 6_000_000, False)]
        assert await r.column("last_error_kind") == ["limit", "limit"]


async def test_a_recording_nobody_could_listen_to_gives_its_money_back(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.files.files["voice"] = b"hello"
        await limited(r, DOLLAR, COSTS)
        r.provider.transcripts.append(ProviderUnavailable())
        await r.say(**voice(duration=60))
        await r.settle()
        assert [row[0] for row in await ledger(r)] == ["ear", "m"]


async def test_inline_answers_are_limited_too(sqlite_url: str) -> None:
    async with room(sqlite_url, inline=True) as r:
        await limited(r, 1)
        for number in range(2):
            r.inline.ask(r.bot.id, f"q{number}", Person(ANN["id"]), f"hi {number}")
            await idle(r)
        assert len(r.provider.questions) == 1
        assert len(await ledger(r)) == 1


async def test_admins_hear_of_half_of_a_limit_of_most_and_of_all_of_it_once_each(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        await limited(r, 10)
        for _ in range(12):
            await r.say("hi")
            await r.settle()
            await idle(r)
        percents = [alert.args["percent"] for alert in told(r)]
        assert percents == [50, 80, 100]
        assert told(r)[-1].words is MoneyWords.ALERT_REACHED
        assert told(r)[0].show == f"bot {r.bot.id} limits"
        await r.clock.advance(24 * 3600)
        for _ in range(5):
            await r.say("hi")
            await r.settle()
            await idle(r)
        assert [alert.args["percent"] for alert in told(r)] == [50, 80, 100, 50]


async def test_what_was_told_is_not_told_again_after_a_restart(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await limited(r, 2)
        await r.say("hi")
        await r.settle()
        await idle(r)
        await r.budget.load()
        r.effects.clear()
        (limit,) = r.budget.all()
        assert (limit.told, limit.amount) == (50, 2)


async def test_what_an_earlier_life_had_reserved_is_booked_at_the_start(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await limited(r, 10 * DOLLAR, COSTS)
        pause = Pause()
        r.provider.plays.append(["some", pause])
        await r.say("hi")
        (lane,) = await r.lanes()
        work = r.begin(lane)
        await pause.reached.wait()
        work.cancel()  # the process ends
        await asyncio.wait([work])
        await r.budget.load()
        ((model, cost, estimated),) = await ledger(r)
        assert (model, estimated) == ("m", True)
        assert cost > 0


# -- the kill switch ------------------------------------------------------------------------


async def test_the_switch_ends_what_is_generated_and_it_is_asked_again_later(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        pause = Pause()
        r.provider.plays.append(["some", pause])
        await r.say("hi")
        (lane,) = await r.lanes()
        work = r.begin(lane)
        await pause.reached.wait()
        r.switch.throw(True)
        await work
        assert r.provider.listening == 0
        assert await r.column("status") == ["RECEIVED"]
        assert await r.column("attempts") == [0]
        assert r.guarded.open_for() > 0
        # Nobody claims what needs the provider now; whoever did would call nobody.
        await r.clock.advance(5)
        await r.work(lane)
        assert len(r.provider.questions) == 1
        assert await r.column("attempts") == [0]
        r.switch.throw(False)
        await r.settle()
        assert r.shown() == ["answer to hi"]
        # The broken one is billed, too.
        assert [estimated for _, _, estimated in await ledger(r)] == [True, False]


async def test_the_switch_ends_a_recording_being_heard(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.files.files["voice"] = b"hello"
        await limited(r, DOLLAR, COSTS)
        pause = Pause()
        r.provider.transcripts.append(pause)
        await r.say(**voice(duration=60))
        (lane,) = await r.lanes()
        work = r.begin(lane)
        await pause.reached.wait()
        r.switch.throw(True)
        await work
        assert await r.column("attempts") == [0]
        assert await ledger(r) == [("ear", 6_000_000, True)]
