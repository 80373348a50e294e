"""/forgetme: asks once, then all of it goes, through crashes, and is said to be gone."""

from collections.abc import AsyncIterator, Callable

import pytest

from kotodom.commands import personal
from kotodom.db import SqlStore
from tests.support.answering import migrated, one_bot
from tests.support.clock import RushingClock
from tests.support.flaky import Trouble, flaky
from tests.support.lives import dump
from tests.support.scripted import Pause
from tests.support.simulated import Crash, Fault, SimulatedTelegram
from tests.support.talking import Room, room
from tests.support.updates import ANN, BOB, GROUP, press

DONE = "Done. Everything stored about you is deleted."
BOBS = {"chat": {"id": 502, "type": "private"}, "from": BOB}


@pytest.fixture(autouse=True)
def a_few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal, "ERASED_AT_ONCE", 2)


async def life(r: Room) -> None:
    """Ann and Bob have been talking with the bot."""
    for number in range(3):
        await r.say(f"ann's secret {number}")
        await r.say(f"bob's secret {number}", **BOBS)
        await r.say("/help@cat_bot", chat=GROUP)
    await r.settle()


async def kept(r: Room, word: str) -> bool:
    """Whether any row of any table says that."""
    tables = await dump(r.store)
    return any(word in str(row) for rows in tables.values() for row in rows.values())


async def test_it_asks_before_it_deletes(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await life(r)
        await r.say("/forgetme")
        await r.settle()
        question = r.telegram.contents(ANN["id"])[-1]
        assert question.text.startswith("Shall I delete everything stored about you")
        commands = [button.command for (button,) in question.buttons]
        assert commands == ["/forgetme yes", "/forgetme no"]
        assert await kept(r, "ann's secret")


async def test_a_no_keeps_everything(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await life(r)
        await r.hear(press("/forgetme no", 1))
        await r.settle()
        assert r.shown()[-1] == "All right, nothing was deleted."
        assert await kept(r, "ann's secret")


async def forget(r: Room) -> None:
    """Ann confirms, and is answered; what is left goes a little later."""
    await r.say("/forgetme yes")
    await r.settle()
    assert r.shown()[-1] == DONE
    while await r.store.purge(10):
        pass


async def gone(r: Room) -> None:
    """Nothing of Ann is left, and all of Bob."""
    assert not await kept(r, "ann's secret")
    tables = await dump(r.store)
    assert [row for row in tables["tg_user"] if row == ANN["id"]] == []
    for rows in tables.values():
        for row in rows.values():
            assert "ann" not in {str(value) for value in row.values()}
            assert str(ANN["id"]) not in {str(value) for value in row.values()}
    assert await kept(r, "bob's secret")


async def test_a_yes_deletes_everything_and_says_so(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await life(r)
        await forget(r)
        await gone(r)


@pytest.mark.parametrize("trouble", [Trouble.BEFORE, Trouble.AFTER])
@pytest.mark.parametrize("method", ["begin_erasure", "erase_some", "save_answer", "mark_sent"])
async def test_a_database_in_trouble_only_delays_it(
    sqlite_url: str, method: str, trouble: Trouble
) -> None:
    async with room(sqlite_url) as r:
        await life(r)
        r.core_store = flaky(r.store, trouble, only=method)
        r._boot()
        await forget(r)
        await gone(r)


class Dying:
    """A store at whose *number*-th step of erasing the process is killed."""

    def __init__(self, store: SqlStore, number: int) -> None:
        self._store = store
        self._left = number

    def __getattr__(self, name: str) -> object:
        call: Callable[..., object] = getattr(self._store, name)
        if name not in ("begin_erasure", "erase_some"):
            return call

        async def step(*args: object, **how: object) -> object:
            self._left -= 1
            result = await call(*args, **how)  # type: ignore[misc]
            if self._left == 0:
                raise Crash
            return result

        return step


@pytest.fixture(params=["sqlite", "postgres"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[SqlStore]:
    async with migrated(request.getfixturevalue(f"{request.param}_url")) as database:
        yield SqlStore(database)


@pytest.mark.parametrize("number", [1, 2, 4])
async def test_a_crash_half_way_does_not_keep_a_thing(store: SqlStore, number: int) -> None:
    """The command is carried out again by the next life of the process, and confirmed."""
    dying = Dying(store, number)
    r = Room(
        store,
        await one_bot(store),
        SimulatedTelegram(iter(())),
        wrap=lambda _: dying,  # type: ignore[arg-type, return-value]
        clock=RushingClock(),
    )
    await life(r)
    await forget(r)
    await gone(r)
    assert r.shown().count(DONE) == 1
    await r.close()


@pytest.mark.parametrize("fault", [Fault.CRASH_AFTER, Fault.CRASH_BEFORE, Fault.LOST_AFTER])
async def test_it_is_said_once_that_it_is_done(sqlite_url: str, fault: Fault) -> None:
    async with room(sqlite_url) as r:
        await life(r)
        r.telegram.script = iter([fault])
        await forget(r)
        await gone(r)
        assert r.shown().count(DONE) == 1


async def test_what_is_being_written_ends_without_a_trace(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        pause = Pause()
        r.provider.plays.append(["so", pause])
        await r.say("ann's secret")
        (lane,) = await r.lanes()
        work = r.begin(lane)
        await pause.reached.wait()
        await r.say("/forgetme yes")
        for command in await r.lanes():
            await r.work(command)
        await work
        await r.settle()
        assert r.provider.listening == 0
        assert not await kept(r, "ann's secret")
        assert r.shown()[-1] == DONE


async def test_who_asked_to_be_forgotten_may_begin_anew(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await life(r)
        await forget(r)
        await r.say("hello again")
        await r.settle()
        assert r.shown()[-1] == "answer to hello again"
        assert r.provider.questions[-1].turns == ()
