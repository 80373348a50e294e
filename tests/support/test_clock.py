"""The clock that other tests rely on."""

import asyncio

from tests.support.clock import START, FakeClock


async def test_time_stands_still_until_it_is_moved() -> None:
    clock = FakeClock()
    assert (clock.now(), clock.monotonic()) == (START, 0.0)
    await clock.advance(1.5)
    assert (clock.now(), clock.monotonic()) == (START + 1500, 1.5)


async def test_sleepers_wake_in_the_order_of_their_times() -> None:
    clock = FakeClock()
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.monotonic()))
        if name == "first":
            await clock.sleep(0.5)
            woken.append(("again", clock.monotonic()))

    async with asyncio.TaskGroup() as group:
        for name, seconds in (("last", 3.0), ("first", 1.0), ("second", 2.0)):
            group.create_task(sleeper(name, seconds))
        await clock.sleepers(3)
        await clock.advance(2.5)
        assert woken == [("first", 1.0), ("again", 1.5), ("second", 2.0)]
        await clock.advance(1.0)
    assert woken[-1] == ("last", 3.0)


async def test_a_clock_set_back_leaves_monotonic_time_alone() -> None:
    clock = FakeClock()
    await clock.advance(10)
    clock.set_back(3_600_000)
    assert (clock.now(), clock.monotonic()) == (START + 10_000 - 3_600_000, 10.0)
