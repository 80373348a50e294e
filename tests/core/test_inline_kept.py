"""What inline mode keeps in memory, what it pays for, and how it says that an answer was cut."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from kotodom import inline
from kotodom.inline import KEPT, PAUSE
from kotodom.model import Done, Person, Usage
from tests.support.clock import FakeClock
from tests.support.scripted import Pause
from tests.support.talking import Room, room

ANN = Person(501, "ann", "Ann", "en")
BOB = Person(502, "", "Bob", "en")


@pytest.fixture
async def r(sqlite_url: str) -> AsyncIterator[Room]:
    async with room(sqlite_url, clock=FakeClock(), inline=True) as talk:
        yield talk


async def asked(r: Room, words: str, person: Person = ANN) -> None:
    r.inline.ask(r.bot.id, f"q {words}", person, words)
    await r.clock.advance(PAUSE)


async def done(r: Room) -> None:
    async with asyncio.timeout(5):
        while not await r.tasks.wait(0.1):
            pass


async def spent(r: Room) -> list[tuple[int, bool]]:
    """(output tokens, estimated) of every call."""
    rows = await r.store._database.read(
        lambda c: c.fetch("SELECT tokens_output, estimated FROM spend WHERE purpose = 'inline'")
    )
    return [(row[0], bool(row[1])) for row in rows]


async def test_a_query_that_the_next_letter_ends_is_paid_for(r: Room) -> None:
    pause = Pause()
    r.provider.plays.append(["some words", pause])
    await asked(r, "why")
    await pause.reached.wait()
    await asked(r, "why?")
    await done(r)
    estimate, whole = await spent(r)
    assert estimate[0] > 0 and estimate[1]
    assert whole == (5, False)


async def test_a_query_that_nobody_was_asked_about_is_free(r: Room) -> None:
    r.inline.ask(r.bot.id, "q", ANN, "wh")
    await asked(r, "why?")
    await done(r)
    assert await spent(r) == [(5, False)]


async def test_an_answer_that_takes_too_long_is_paid_for(
    r: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inline, "PATIENCE", 0.01)
    r.provider.plays.append([Pause()])
    await asked(r, "why?")
    await done(r)
    assert [estimated for _, estimated in await spent(r)] == [True]


async def test_a_cut_answer_says_so(r: Room) -> None:
    usage = Usage(input=1, output=600)
    r.provider.plays.append([Done("half an ans", usage, "m", "max_output_tokens")])
    await asked(r, "why?")
    await done(r)
    (offered,) = r.telegram.offers
    assert offered.answer.text == "half an ans\n\n(The answer was cut here: it grew too long.)"


async def test_an_answer_is_not_kept_anew_each_time_it_is_offered(r: Room) -> None:
    for _ in range(3):
        await asked(r, "why?")
        await done(r)
        await r.clock.advance(KEPT * 0.4)
    await asked(r, "why?")
    await done(r)
    assert len(r.provider.questions) == 2


async def test_who_is_forgotten_is_forgotten_here_too(r: Room) -> None:
    await r.say("hello")
    await r.settle()
    await asked(r, "ann's secret")
    await asked(r, "bob's secret", BOB)
    await done(r)
    pause = Pause()
    r.provider.plays.append([pause])
    await asked(r, "ann's last secret")
    await pause.reached.wait()
    await r.say("/forgetme yes")
    await r.settle()
    await done(r)
    assert "ann's" not in repr(r.inline._kept)
    assert "bob's" in repr(r.inline._kept)
    assert r.provider.listening == 0


async def test_nothing_outlives_its_time_though_nobody_asks_again(
    r: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned: list[Callable[[], object]] = []
    loop = asyncio.get_running_loop()
    timer = loop.call_later

    def call_later(delay: float, callback: Callable[[], object], *args: object) -> object:
        if delay > 60:
            planned.append(callback)
        return timer(delay, callback, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "call_later", call_later)
    await asked(r, "why?")
    await done(r)
    await r.clock.advance(KEPT / 2)
    await asked(r, "how?", BOB)
    await done(r)
    await r.clock.advance(KEPT / 2)
    for callback in planned[:]:
        callback()
    assert [words for _, _, words in r.inline._kept] == ["how?"]
    await r.clock.advance(KEPT / 2)
    planned[-1]()
    assert not r.inline._kept
