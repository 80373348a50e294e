"""The queue: order, turns, bounded memory, and nothing forgotten."""

import asyncio
from collections.abc import Sequence
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from kotodom.clock import SystemClock
from kotodom.model import Kind, Lane
from kotodom.ports import Store
from kotodom.queue import Feeder, Queue


def lane(bot: int, chat: int) -> Lane:
    return Lane(bot, chat, Kind.QUESTION)


async def drain(queue: Queue, count: int) -> list[Lane]:
    return [await queue.take() for _ in range(count)]


async def test_bots_take_turns_however_busy_one_of_them_is() -> None:
    queue = Queue(Kind.QUESTION)
    for chat in range(100):
        queue.offer(lane(1, chat))
    queue.offer(lane(2, 900))
    first = await drain(queue, 2)
    assert {taken.bot_id for taken in first} == {1, 2}


async def test_a_lane_is_with_one_worker_only_and_comes_back_when_offered_meanwhile() -> None:
    queue = Queue(Kind.QUESTION)
    queue.offer(lane(1, 1))
    taken = await queue.take()
    queue.offer(lane(1, 1))
    waiting = asyncio.ensure_future(queue.take())
    await asyncio.sleep(0)
    assert not waiting.done()
    queue.done(taken, more=False)
    assert await waiting == taken


async def test_a_lane_given_back_with_more_queues_behind_the_others() -> None:
    queue = Queue(Kind.QUESTION)
    queue.offer(lane(1, 1))
    queue.offer(lane(1, 2))
    taken = await queue.take()
    queue.done(taken, more=True)
    assert await drain(queue, 2) == [lane(1, 2), lane(1, 1)]


async def test_a_held_bot_gives_nothing_out_until_it_is_released() -> None:
    queue = Queue(Kind.QUESTION)
    queue.hold(1)
    queue.offer(lane(1, 1))
    queue.offer(lane(2, 2))
    assert await queue.take() == lane(2, 2)
    waiting = asyncio.ensure_future(queue.take())
    await asyncio.sleep(0)
    assert not waiting.done()
    queue.release(1)
    assert await waiting == lane(1, 1)


class Table:
    """The part of a store that the feeder reads: open rows, oldest first."""

    def __init__(self, rows: Sequence[tuple[int, Lane]]) -> None:
        self.rows = dict(rows)
        self.read = 0

    async def pending(
        self, bot_id: int, kind: Kind, *, after: int, limit: int, now: int
    ) -> list[tuple[int, Lane]]:
        await asyncio.sleep(0)
        found = [
            (key, self.rows[key])
            for key in sorted(self.rows)
            if key > after and self.rows[key].bot_id == bot_id
        ]
        self.read += len(found[:limit])
        return found[:limit]


@given(
    rows=st.lists(st.tuples(st.integers(1, 3), st.integers(1, 40)), max_size=200),
    capacity=st.integers(1, 8),
    page=st.integers(1, 7),
)
async def test_every_row_of_the_table_is_worked_off_within_bounded_memory(
    rows: list[tuple[int, int]], capacity: int, page: int
) -> None:
    table = Table([(number, lane(bot, chat)) for number, (bot, chat) in enumerate(rows, 1)])
    queue = Queue(Kind.QUESTION, capacity=capacity)
    feeder = Feeder(queue, cast(Store, table), SystemClock(), page=page)
    feeding = asyncio.ensure_future(feeder.run())
    for bot in (1, 2, 3):
        queue.rescan(bot)
    order: list[int] = []
    while table.rows:
        taken = await asyncio.wait_for(queue.take(), 5)
        assert len(queue) <= 3 * capacity
        mine = [key for key in sorted(table.rows) if table.rows[key] == taken]
        if mine:
            order.append(mine[0])
            del table.rows[mine[0]]
        queue.done(taken, more=len(mine) > 1)
    feeding.cancel()
    assert sorted(order) == list(range(1, len(rows) + 1))


async def test_a_lane_dropped_while_the_table_is_read_is_found_by_another_pass() -> None:
    table = Table([(1, lane(1, 1))])
    queue = Queue(Kind.QUESTION, capacity=1)
    feeding = asyncio.ensure_future(Feeder(queue, cast(Store, table), SystemClock(), page=10).run())
    queue.rescan(1)
    first = await queue.take()
    queue.offer(lane(1, 2))
    table.rows = {2: lane(1, 2), 3: lane(1, 3)}
    queue.offer(lane(1, 3))  # no room: only the table knows it now
    queue.done(first, more=False)
    second = await queue.take()
    del table.rows[2]
    queue.done(second, more=False)
    assert {second, await asyncio.wait_for(queue.take(), 5)} == {lane(1, 2), lane(1, 3)}
    feeding.cancel()
