"""Inline mode: what was typed last is answered, briefly, once, and paid for."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from kotodom import inline
from kotodom.errors import MessageRefused, ProviderUnavailable
from kotodom.inline import ASKING_MAX, KEPT, KEPT_MAX, PATIENCE, PAUSE
from kotodom.model import Content, Person
from tests.support.aside import Offered
from tests.support.clock import FakeClock
from tests.support.flaky import Trouble, flaky
from tests.support.scripted import Pause
from tests.support.talking import Room, room

ANN = Person(501, "ann", "Ann", "en")


@pytest.fixture
async def r(sqlite_url: str) -> AsyncIterator[Room]:
    """A room whose time the test moves."""
    async with room(sqlite_url, clock=FakeClock(), inline=True, prompt="You are a cat.") as talk:
        yield talk


async def typed(r: Room, *queries: str, person: Person = ANN, pause: float = 0.2) -> None:
    """Somebody types, with so many seconds between two letters."""
    for number, query in enumerate(queries):
        await r.handlers.inline(r.bot.id, f"q{number} {query}", person, query)
        await r.clock.advance(pause)


async def done(r: Room) -> list[Offered]:
    """What is offered once the person has stopped typing."""
    await r.clock.advance(PAUSE)
    async with asyncio.timeout(5):
        await r.tasks.wait(None)
    return r.telegram.offers


async def test_only_the_last_query_is_asked(r: Room) -> None:
    await typed(r, "w", "wh", "why", "why?")
    (offered,) = await done(r)
    assert offered == Offered("q3 why?", Content("answer to why?"), "Answer", KEPT)
    (asked,) = r.provider.questions
    assert asked.turns == ()
    assert asked.instructions.startswith("You are a cat.\n\nAnswer briefly")
    assert asked.max_output_tokens == inline.LENGTH


async def test_nobody_is_asked_while_somebody_types(r: Room) -> None:
    await typed(r, "why", pause=PAUSE * 0.9)
    await typed(r, "why?", pause=PAUSE * 0.9)
    assert r.provider.questions == []


async def test_a_newer_query_ends_the_older_ones_generation(r: Room) -> None:
    pause = Pause()
    r.provider.plays.append([pause])
    await typed(r, "why", pause=PAUSE)
    await pause.reached.wait()
    await typed(r, "why?")
    assert [offered.query_id for offered in await done(r)] == ["q0 why?"]
    assert (r.provider.broken_off, r.provider.listening) == (1, 0)


async def test_an_emptied_query_ends_it_too_and_is_not_answered(r: Room) -> None:
    await typed(r, "why", "  ")
    assert await done(r) == []
    assert r.provider.questions == []


async def test_the_same_question_is_answered_from_memory_for_a_while(r: Room) -> None:
    await typed(r, "why?")
    await done(r)
    await typed(r, " why? ")
    offers = await done(r)
    assert len(offers) == 2
    assert len(r.provider.questions) == 1
    await r.clock.advance(KEPT)
    await typed(r, "why?")
    await done(r)
    assert len(r.provider.questions) == 2


async def test_answers_are_each_persons_own(r: Room) -> None:
    await typed(r, "why?")
    await done(r)
    await typed(r, "why?", person=Person(502))
    await done(r)
    first, second = r.provider.questions
    assert first.user_key != second.user_key
    assert first.cache_key == second.cache_key


async def test_kept_answers_are_bounded(r: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline, "KEPT_MAX", 3)
    assert KEPT_MAX > 3
    for number in range(5):
        await typed(r, f"why {number}?")
        await done(r)
    assert len(r.inline._kept) == 3


@pytest.mark.parametrize("play", [[ProviderUnavailable()], ["\u200b"], []])
async def test_a_failure_is_said_and_not_kept(r: Room, play: list[str | Exception]) -> None:
    r.provider.plays.append(play)
    await typed(r, "why?")
    (offered,) = await done(r)
    words = "No answer this time. Please ask again."
    assert offered == Offered("q0 why?", Content(words), words, 0)
    await typed(r, "why?")
    assert (await done(r))[1].answer == Content("answer to why?")


async def test_an_answer_that_takes_too_long_is_given_up(
    r: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inline, "PATIENCE", 0.01)
    assert PATIENCE < 30
    r.provider.plays.append([Pause()])
    await typed(r, "why?")
    (offered,) = await done(r)
    assert offered.seconds == 0
    assert r.provider.listening == 0


async def test_a_telegram_that_refuses_the_answer_ends_nothing(r: Room) -> None:
    r.telegram.troubles.append(MessageRefused("Bad Request"))
    await typed(r, "why?")
    assert await done(r) == []
    await typed(r, "why?")
    assert len(await done(r)) == 1


async def test_so_many_people_are_answered_at_once_and_no_more(r: Room) -> None:
    for number in range(ASKING_MAX + 5):
        await r.handlers.inline(r.bot.id, f"q{number}", Person(1000 + number), "why?")
    await r.clock.advance(PAUSE)
    await done(r)
    assert len(r.provider.questions) == ASKING_MAX
    await typed(r, "why?")
    await done(r)
    assert len(r.provider.questions) == ASKING_MAX + 1


async def test_it_is_paid_for_with_a_name_only_if_the_person_is_known(r: Room) -> None:
    await r.say("hello")
    await r.settle()
    await typed(r, "why?")
    await typed(r, "how?", person=Person(999))
    await done(r)
    rows = await r.store._database.read(
        lambda c: c.fetch("SELECT tg_user_id FROM spend WHERE purpose = 'inline' ORDER BY id")
    )
    assert sorted(str(row[0]) for row in rows) == ["501", "None"]


@pytest.mark.parametrize("trouble", [Trouble.BEFORE, Trouble.AFTER])
async def test_a_database_in_trouble_costs_neither_the_answer_nor_the_process(
    sqlite_url: str, trouble: Trouble
) -> None:
    async with room(
        sqlite_url,
        clock=FakeClock(),
        inline=True,
        wrap=lambda store: flaky(store, trouble, only="record_spend"),
    ) as r:
        await typed(r, "why?")
        assert [offered.answer for offered in await done(r)] == [Content("answer to why?")]


async def test_nothing_of_it_is_stored(r: Room) -> None:
    await typed(r, "a secret")
    await done(r)
    rows = await r.store._database.read(lambda c: c.fetch("SELECT COUNT(*) FROM message"))
    assert rows[0][0] == 0
