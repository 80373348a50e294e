"""All messages of one bot together keep its own limit, and no other bot notices."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.telegram.pacing_kit import EPSILON, Recorder

BOTS = (1, 2)
CHATS = tuple(range(-3, 60))
"""Of each bot; the negative ones are groups."""

Step = tuple[str, int, int]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(0, 1_500), st.just(0)),
        st.tuples(st.just("one each"), st.sampled_from(BOTS), st.integers(1, len(CHATS))),
        st.tuples(st.just("many"), st.sampled_from(BOTS), st.sampled_from(CHATS)),
        st.tuples(st.just("penalty"), st.sampled_from(BOTS), st.sampled_from(CHATS)),
        st.tuples(st.just("cancel"), st.sampled_from(BOTS), st.integers(1, 30)),
    ),
    max_size=25,
)


async def play(steps: list[Step], only: int | None = None) -> Recorder:
    it = Recorder()
    tasks: dict[int, list[asyncio.Task[None]]] = {bot: [] for bot in BOTS}
    for kind, bot, value in steps:
        if kind == "wait":
            await it.clock.advance(bot / 1000)
        elif only in (None, bot):
            match kind:
                case "one each":
                    chats = CHATS[:value]
                case "many":
                    chats = (value,) * 7
                case _:
                    chats = ()
            tasks[bot] += [it.message(chat, group=chat < 0, bot=bot) for chat in chats]
            if kind == "penalty":
                await it.pacing.penalise(bot, value, 3)
            if kind == "cancel":
                for task in tasks[bot][-value:]:
                    task.cancel()
        await it.clock.advance(0)
    await it.finish()
    return it


@settings(max_examples=100, deadline=None)
@given(steps=STEPS)
def test_no_pattern_over_chats_exceeds_a_bots_limit_or_touches_another_bot(
    steps: list[Step],
) -> None:
    it = asyncio.run(play(steps))
    for bot in BOTS:
        times = it.by_bot.get(bot, [])
        for first, start in enumerate(times):
            for count, end in enumerate(times[first:], 1):
                assert count <= 30 + 30 * (end - start) + 1e-6
    alone = asyncio.run(play(steps, only=2))
    assert alone.by_bot.get(2, []) == pytest.approx(it.by_bot.get(2, []))


async def test_thirty_go_at_once_then_thirty_a_second_and_the_rest_is_put_off_uncounted() -> None:
    it = Recorder()
    for chat in range(200):
        it.message(chat)
    await it.clock.advance(0)
    assert len(it.went) == 30
    # Two seconds of patience are sixty messages more; the others wait for the next turn.
    assert len(it.put_off) == 110
    assert it.put_off == [pytest.approx(2 + 1 / 30)] * 110
    await it.clock.advance(1)
    assert 59 <= len(it.went) <= 60
    await it.finish()
    assert len(it.went) == 90


async def test_a_chat_that_waits_for_itself_holds_back_no_other_chat_of_its_bot() -> None:
    it = Recorder()
    for _ in range(7):
        it.message(7)
    await it.clock.advance(0)
    for chat in range(100, 125):
        it.message(chat)
    await it.clock.advance(0)
    assert [time for time, chat, _ in it.went if chat >= 100] == [0.0] * 25
    await it.finish()
    assert it.times(7) == [0.0] * 5 + [1.0, 2.0]


async def test_places_that_were_booked_ahead_are_kept() -> None:
    it = Recorder()
    for _ in range(6):
        it.message(7)
    await it.clock.advance(0.999)
    for chat in range(100, 130):
        it.message(chat)
    await it.finish()
    assert it.times(7)[5] == 1.0
    assert len(it.went) == 36
    assert it.went[-1][0] <= 1.0 + 1 / 30 + EPSILON


async def test_a_cancelled_waiter_gives_its_place_to_the_bots_next_message() -> None:
    it = Recorder()
    for chat in range(30):
        it.message(chat)
    waiting = [it.message(chat) for chat in range(100, 160)]
    await it.clock.advance(0)
    it.message(500)
    await it.clock.advance(0)
    assert len(it.put_off) == 1
    for task in waiting:
        task.cancel()
    await it.clock.advance(0)
    it.message(501)
    await it.finish()
    assert it.times(501) == [pytest.approx(1 / 30)]


async def test_display_calls_are_not_counted_with_a_bots_messages() -> None:
    it = Recorder()
    assert all(it.display(chat) for chat in range(100))
    for chat in range(1_000, 1_030):
        it.message(chat)
    await it.clock.advance(0)
    assert it.by_bot[1] == [0.0] * 30


async def test_the_gates_of_idle_bots_are_dropped() -> None:
    it = Recorder(capacity=10)
    for bot in range(500):
        it.message(bot=bot)
        await it.clock.advance(10)
    await it.finish()
    assert len(it.pacing) <= 20
