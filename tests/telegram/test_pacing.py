"""The gate keeps Telegram's limits whatever is asked of it, and serves penalties to the end."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kotodom.clock import SECOND
from kotodom.errors import FloodWait
from kotodom.telegram.pacing import DISPLAY_INTERVAL, GROUP_WINDOW, RESTORED_MAX, Pacing
from tests.support.clock import FakeClock
from tests.telegram.pacing_kit import EPSILON, Recorder, most_within

CHATS = {1: False, 2: False, -3: True, -4: True}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.floats(0, 40)),
        st.tuples(st.just("wait"), st.sampled_from([0.1, 0.5, 0.75, 1.0])),
        st.tuples(st.just("message"), st.sampled_from(list(CHATS))),
        st.tuples(st.just("messages"), st.sampled_from(list(CHATS))),
        st.tuples(st.just("displays"), st.sampled_from(list(CHATS))),
        st.tuples(st.just("penalty"), st.sampled_from(list(CHATS))),
    ),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(steps=STEPS, capacity=st.sampled_from([1, 10_000]))
def test_no_call_pattern_exceeds_a_limit(steps: list[tuple[str, float]], capacity: int) -> None:
    async def play() -> None:
        it = Recorder(capacity)
        silence: list[tuple[int, float, float]] = []
        for step, value in steps:
            chat = int(value)
            match step:
                case "wait":
                    await it.clock.advance(value)
                case "message":
                    it.message(chat, group=CHATS[chat])
                case "messages":
                    for _ in range(12):
                        it.message(chat, group=CHATS[chat])
                        await it.clock.advance(0.9)
                case "displays":
                    for _ in range(60):
                        it.display(chat)
                        await it.clock.advance(0.2)
                case "penalty":
                    await it.pacing.penalise(1, chat, 9)
                    silence.append((chat, it.clock.monotonic(), it.clock.monotonic() + 9))
        await it.finish()

        for chat, group in CHATS.items():
            messages, displays = it.times(chat, "message"), it.times(chat, "display")
            for window in (1.0, 3.0, 10.0, 60.0):
                assert most_within(messages, window) <= 5 + window
            if group:
                assert most_within(messages, 60.0) <= 20
            assert most_within(displays, 0.75) <= 1
            assert most_within(displays, 5.0) <= 20
            # Also when the network brings them a second closer together.
            assert most_within(displays, 31.0) <= 40
        for chat, start, end in silence:
            assert not [t for t, where, _ in it.went if where == chat and start < t < end - EPSILON]
        assert all(wait > 0 for wait in it.put_off)

    asyncio.run(play())


async def test_a_burst_of_five_goes_at_once_then_one_a_second_in_order() -> None:
    it = Recorder()
    for number in range(7):
        it.message(label=str(number))
    await it.clock.advance(0)
    assert [label for _, _, label in it.went] == ["0", "1", "2", "3", "4"]
    await it.finish()
    assert [(time, label) for time, _, label in it.went[5:]] == [(1, "5"), (2, "6")]


async def test_a_message_that_would_wait_longer_than_two_seconds_is_put_off_unsent() -> None:
    it = Recorder()
    for _ in range(8):
        it.message()
    await it.clock.advance(0)
    assert it.put_off == [3.0]
    await it.finish()
    assert len(it.went) == 7


async def test_a_group_gets_twenty_messages_a_minute() -> None:
    it = Recorder()
    for _ in range(30):
        it.message(-5, group=True)
        await it.clock.advance(1)
    assert len(it.went) == 20
    await it.clock.advance(GROUP_WINDOW - 30)
    it.message(-5, group=True)
    await it.finish()
    assert len(it.went) == 21


async def test_display_calls_are_skipped_rather_than_awaited() -> None:
    it = Recorder()
    assert it.display()
    await it.clock.advance(DISPLAY_INTERVAL - 0.01)
    assert not it.display()
    await it.clock.advance(0.01)
    assert it.display()


async def test_a_waiting_message_goes_before_any_display_call() -> None:
    it = Recorder()
    for _ in range(6):
        it.message()
    await it.clock.advance(0.9)
    assert not it.display()
    await it.clock.advance(0.1)
    assert it.display()
    await it.finish()


async def test_a_penalty_silences_its_chat_alone_and_is_stored() -> None:
    it = Recorder()
    await it.pacing.penalise(1, 7, 30)
    assert it.penalties == [(1, 7, it.clock.now() + 30_000)]
    it.message(7)
    assert not it.display(7)
    it.message(8)
    assert it.display(8)
    await it.clock.advance(0)
    assert it.put_off == [30.0]
    assert it.times(8, "message") == [0.0]
    await it.clock.advance(30)
    it.message(7)
    await it.finish()
    assert it.times(7, "message") == [30.0]


async def test_a_message_caught_waiting_by_a_penalty_is_put_off() -> None:
    it = Recorder()
    for _ in range(6):
        it.message()
    await it.clock.advance(0.5)
    await it.pacing.penalise(1, 7, 100)
    await it.finish()
    assert len(it.went) == 5
    assert it.put_off == [pytest.approx(99.5)]


async def test_what_a_penalty_kept_from_going_is_not_counted() -> None:
    it = Recorder()
    for _ in range(7):
        it.message()
    await it.clock.advance(0)
    await it.pacing.penalise(1, 7, 6)
    await it.clock.advance(6)
    assert len(it.put_off) == 2
    for _ in range(5):
        it.message()
    await it.finish()
    # A burst that had spent five at the start has them all again after six seconds of silence.
    assert it.times(7) == [0.0] * 5 + [6.0] * 5


async def test_cancelled_waiters_are_not_counted() -> None:
    it = Recorder()
    for _ in range(5):
        it.message()
    for _ in range(20):
        waiting = [it.message() for _ in range(2)]
        await it.clock.advance(0.01)
        for task in waiting:
            task.cancel()
    await it.clock.advance(0)
    assert it.put_off == []
    it.message()
    await it.finish()
    assert it.times(7) == [0.0] * 5 + [pytest.approx(1.0)]


async def test_cancelled_waiters_do_not_fill_a_groups_minute() -> None:
    it = Recorder()
    for _ in range(20):
        it.message(-5, group=True)
        await it.clock.advance(1)
    await it.clock.advance(GROUP_WINDOW - 21)
    for _ in range(30):
        waiting = it.message(-5, group=True)
        await it.clock.advance(0)
        waiting.cancel()
    await it.clock.advance(1)
    it.message(-5, group=True)
    it.message(-5, group=True)
    await it.finish()
    assert it.put_off == []
    assert it.times(-5)[20:] == [GROUP_WINDOW, GROUP_WINDOW + 1]
    assert most_within(it.times(-5), 60.0) == 20


async def test_a_shorter_penalty_does_not_end_a_longer_one() -> None:
    it = Recorder()
    await it.pacing.penalise(1, 7, 100)
    await it.pacing.penalise(1, 7, 5)
    it.message()
    await it.clock.advance(0)
    assert it.put_off == [100.0]


async def test_a_penalty_that_cannot_be_stored_is_served_all_the_same() -> None:
    async def broken(*_: int) -> None:
        raise OSError("no database")

    pacing = Pacing(clock=FakeClock(), on_penalty=broken)
    await pacing.penalise(1, 7, 30)
    with pytest.raises(FloodWait):
        await pacing.message(1, 7, group=False)


async def test_a_remembered_penalty_is_served_to_its_end_after_a_restart() -> None:
    it = Recorder()
    it.pacing.restore(1, 7, it.clock.now() + 12_000)
    it.pacing.restore(1, 8, it.clock.now() - 1)
    it.message(7)
    it.message(8)
    await it.clock.advance(0)
    assert it.put_off == [12.0]
    assert it.times(8, "message") == [0.0]


async def test_a_wall_clock_that_jumped_silences_nobody_for_days() -> None:
    it = Recorder()
    until = it.clock.now() + 60_000
    it.clock.set_back(10 * 24 * 3600 * SECOND)
    it.pacing.restore(1, 7, until)
    it.message()
    await it.clock.advance(0)
    assert it.put_off == [RESTORED_MAX]


async def test_a_wall_clock_that_jumps_does_not_shorten_a_penalty() -> None:
    it = Recorder()
    await it.pacing.penalise(1, 7, 300)
    it.clock.set_back(-3600 * SECOND)
    it.message()
    await it.clock.advance(0)
    assert it.put_off == [300.0]


async def test_idle_gates_are_dropped_and_penalties_are_not() -> None:
    it = Recorder(capacity=10)
    await it.pacing.penalise(1, -1, 100_000)
    for chat in range(500):
        it.message(chat)
        await it.clock.advance(10)
    await it.finish()
    assert len(it.pacing) <= 20
    it.message(-1)
    await it.clock.advance(0)
    assert len(it.put_off) == 1
