"""Limits when things go wrong: a database in trouble, answers that break off, people unknown."""

import asyncio
from typing import Any

import pytest

from kotodom.effects import AdminAlert
from kotodom.errors import StreamBroken
from kotodom.model import EACH, Limit, Measure, Period, Person, Scope
from kotodom.ports.admin import AuditEntry
from tests.support.flaky import Trouble, flaky
from tests.support.scripted import Pause
from tests.support.talking import Room, room
from tests.support.updates import ANN

AUDIT = AuditEntry(1, "Boss", "x", "x", "", None, None, "job:1")
STRANGER = Person(777)


async def may_ask(r: Room, questions: int, *, each: bool = False) -> None:
    """Limit the bot, or each person there, to so many questions a day."""
    scope, key = (Scope.USER, f"{r.bot.id}:{EACH}") if each else (Scope.BOT, str(r.bot.id))
    limit = Limit(scope, key, r.bot.id, Period.DAY, Measure.QUESTIONS, questions)
    stored = await r.store.set_limit(limit, questions, AUDIT, r.clock.now())
    assert stored is not None
    r.budget.put(stored)


async def asks_inline(r: Room, person: Person, words: str) -> None:
    r.inline.ask(r.bot.id, words, person, words)
    assert await r.tasks.wait(10)


def reserving_fails(store: Any) -> Any:
    return flaky(store, Trouble.BEFORE, only="reserve")


async def test_a_database_in_trouble_delays_a_question_and_ends_no_process(sqlite_url: str) -> None:
    async with room(sqlite_url, wrap=reserving_fails) as r:
        await may_ask(r, 10)
        await r.say("hi")
        await r.settle()
        assert r.shown() == ["answer to hi"]
        assert r.deaths == []


async def test_a_database_in_trouble_costs_an_inline_answer_and_ends_no_process(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url, inline=True, wrap=reserving_fails) as r:
        await may_ask(r, 10)
        await asks_inline(r, Person(ANN["id"]), "hi")
        assert r.provider.questions == []
        await asks_inline(r, Person(ANN["id"]), "hi again")
        assert len(r.provider.questions) == 1
        assert r.deaths == []


async def test_an_answer_that_broke_off_costs_nobody_their_last_question(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await may_ask(r, 1)
        r.provider.plays.append(["some", StreamBroken()])
        await r.say("hi")
        await r.settle()
        assert r.shown() == ["answer to hi"]
        await r.say("and?")
        await r.settle()
        assert len(r.provider.questions) == 2


async def test_a_restart_costs_nobody_their_last_question(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await may_ask(r, 1)
        pause = Pause()
        r.provider.plays.append(["some", pause])
        await r.say("hi")
        (lane,) = await r.lanes()
        work = r.begin(lane)
        await pause.reached.wait()
        work.cancel()  # the process ends
        await asyncio.wait([work])
        await r.budget.load()
        await r.settle()
        assert r.shown() == ["answer to hi"]


async def test_changing_a_question_again_and_again_is_no_way_around_a_limit(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        await may_ask(r, 2)
        pauses = [Pause(), Pause()]
        r.provider.plays += [["some", pause] for pause in pauses]
        number = await r.say("hi")
        (lane,) = await r.lanes()
        work = r.begin(lane)
        for pause in pauses:
            await pause.reached.wait()
            await r.edit(number, f"hi {id(pause)}")
        await work
        await r.settle()
        assert len(r.provider.questions) == 2
        assert r.shown()[-1].startswith("I have answered as much as I may for now.")


@pytest.mark.parametrize("known", [True, False])
async def test_everybodys_limit_holds_for_those_who_only_ask_inline(
    sqlite_url: str, known: bool
) -> None:
    async with room(sqlite_url, inline=True) as r:
        await may_ask(r, 1, each=True)
        person = STRANGER
        if known:
            await r.say("/help")
            await r.settle()
            person = Person(ANN["id"])
        for number in range(3):
            await asks_inline(r, person, f"hi {number}")
        assert len(r.provider.questions) == 1


async def test_of_somebody_unknown_nothing_is_added_up_where_no_limit_goes_by_it(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url, inline=True) as r:
        await may_ask(r, 5)
        await asks_inline(r, STRANGER, "hi")
        kept = await r.store._database.read(
            lambda c: c.fetch("SELECT key FROM spend_total WHERE scope = 'user'")
        )
        assert list(kept) == []


async def test_admins_hear_of_a_limit_though_the_database_was_in_trouble_then(
    sqlite_url: str,
) -> None:
    def failing(store: Any) -> Any:
        return flaky(store, Trouble.BEFORE, only="mark_told")

    async with room(sqlite_url, wrap=failing) as r:
        await may_ask(r, 4)
        for _ in range(3):
            await r.say("hi")
            await r.settle()
            assert await r.tasks.wait(10)
        alerts = [effect for effect in r.effects if isinstance(effect, AdminAlert)]
        assert [alert.args["percent"] for alert in alerts] == [50]
