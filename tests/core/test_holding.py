"""Questions that may grow: the workers hear of each once, at the last time that was said."""

import asyncio

from kotodom.holding import Holding
from kotodom.model import Chat, ChatType, Kind, Lane
from kotodom.tasks import Tasks
from tests.support.clock import FakeClock

CHAT = Chat(3, 1, 5, 0, ChatType.PRIVATE, "", 0, 0)
LANE = Lane(1, 3, Kind.QUESTION)


class Rig:
    """Holding with a clock in the test's hand."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.offered: list[Lane] = []
        self.typed: list[Chat] = []
        self.tasks = Tasks(lambda name, error: None)
        self.holding = Holding(
            offer=self.offered.append, typing=self._typing, tasks=self.tasks, clock=self.clock
        )

    async def _typing(self, chat: Chat) -> bool:
        self.typed.append(chat)
        return True

    def hold(self, seconds: float, lane: Lane = LANE) -> None:
        self.holding.hold(CHAT, lane, self.clock.now() + round(seconds * 1000))


async def test_a_lane_is_offered_when_its_time_has_come() -> None:
    rig = Rig()
    rig.hold(1.0)
    await rig.clock.sleepers(1)
    await rig.clock.advance(0.9)
    assert (rig.offered, rig.typed) == ([], [CHAT])
    await rig.clock.advance(0.2)
    assert rig.offered == [LANE]


async def test_a_later_time_moves_it_back_and_an_earlier_one_does_not() -> None:
    rig = Rig()
    rig.hold(1.0)
    await rig.clock.sleepers(1)
    await rig.clock.advance(0.5)
    rig.hold(1.0)
    rig.hold(0.1)
    await rig.clock.advance(0.9)
    assert rig.offered == []
    await rig.clock.advance(0.2)
    assert rig.offered == [LANE]


async def test_each_lane_waits_in_one_task() -> None:
    rig = Rig()
    other = Lane(1, 4, Kind.QUESTION)
    for _ in range(10):
        rig.hold(1.0)
        rig.hold(2.0, other)
    assert len(rig.tasks) == 2
    await rig.clock.sleepers(2)
    await rig.clock.advance(1.5)
    assert rig.offered == [LANE]
    await rig.clock.advance(1.0)
    await rig.tasks.wait(5)
    assert (rig.offered, len(rig.typed)) == ([LANE, other], 2)


async def test_what_was_offered_may_be_held_again() -> None:
    rig = Rig()
    for _ in range(2):
        rig.hold(1.0)
        await rig.clock.sleepers(1)
        await rig.clock.advance(1.0)
        await rig.tasks.wait(5)
    assert rig.offered == [LANE, LANE]


async def test_a_time_that_has_passed_is_now() -> None:
    rig = Rig()
    rig.hold(-1.0)
    await asyncio.wait_for(rig.tasks.wait(None), 5)
    assert rig.offered == [LANE]
