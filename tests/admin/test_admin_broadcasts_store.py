"""Who gets a broadcast, each once, on both engines."""

import pytest

from kotodom.clock import SECOND
from kotodom.db import SqlStore
from kotodom.model import Content, Job, Kind, Lane, Status
from kotodom.model.broadcasts import BroadcastState
from tests.admin.broadcast_kit import FIRST, entry, invite, stand
from tests.support.rows import NOW, add_bot

DAY = 24 * 3600 * SECOND
SAID = [Content("hello")]


async def draft(store: SqlStore, bot: int, **changes: str | int) -> int:
    """A draft with these filters."""
    number = await store.create_broadcast(bot, "hello", 900, entry("job:draft"), NOW)
    if changes:
        assert await store.change_draft(number, changes, entry("job:change"), NOW)
    return number


async def begin(store: SqlStore, number: int) -> None:
    """Start it; its bar is shown to the boss."""
    row = await store._database.read(lambda c: c.fetchrow("SELECT bot_id FROM broadcast"))
    assert row is not None
    bot_id: int = row[0]
    await invite(store, bot_id, 1, first=900, blocked=True)
    chat = await store.private_chat(bot_id, 900)
    assert chat is not None
    lane = await store.start_broadcast(number, entry("job:start"), progress=(chat, SAID), now=NOW)
    assert lane == Lane(bot_id, chat.id, Kind.NOTICE)


async def in_line(store: SqlStore, number: int, limit: int = 1000) -> list[int]:
    """Put everybody in line, *limit* at a time; returns their Telegram ids."""
    people = []
    over = False
    while not over:
        lanes, over = await store.feed_broadcast(number, SAID, limit=limit, now=NOW)
        for lane in lanes:
            chat = await store.chat(lane.chat_id)
            assert chat is not None
            people.append(chat.telegram_chat_id)
    return people


async def test_everybody_is_put_in_line_once_in_small_steps(store: SqlStore) -> None:
    bot = await add_bot(store)
    people = await invite(store, bot, 7)
    number = await draft(store, bot)
    assert await store.audience(number, NOW) == 7
    await begin(store, number)
    assert sorted(await in_line(store, number, limit=3)) == list(people)
    assert await in_line(store, number) == []
    found = await store.broadcast(number)
    assert found is not None
    assert (found.state, found.total) == (BroadcastState.RUNNING, 7)


async def test_a_person_with_topics_gets_it_once(store: SqlStore) -> None:
    bot = await add_bot(store)
    await invite(store, bot, 2)
    await invite(store, bot, 2, thread_id=5)
    number = await draft(store, bot)
    assert await store.audience(number, NOW) == 2
    await begin(store, number)
    assert sorted(await in_line(store, number)) == [FIRST, FIRST + 1]


async def test_nobody_gets_it_who_blocked_the_bot_or_is_blocked_or_talks_to_another(
    store: SqlStore,
) -> None:
    bot, other = await add_bot(store), await add_bot(store, 12)
    await invite(store, bot, 3)
    await invite(store, bot, 2, first=20_000, blocked=True)
    await invite(store, other, 2, first=30_000)
    await stand(store, bot, FIRST, "BLOCKED", None)
    await stand(store, bot, FIRST + 1, "DENIED", None)
    number = await draft(store, bot)
    assert await store.audience(number, NOW) == 2
    await begin(store, number)
    assert sorted(await in_line(store, number)) == [FIRST + 1, FIRST + 2]


async def test_of_a_bot_that_is_not_public_only_those_get_it_who_were_let_in(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    await invite(store, bot, 4)
    await store._database.write(lambda c: c.execute("UPDATE bot SET access = 'approval'"))
    await stand(store, bot, FIRST, "ALLOWED", None)
    await stand(store, bot, FIRST + 1, "ALLOWED", NOW + 1)
    await stand(store, bot, FIRST + 2, "ALLOWED", NOW)
    number = await draft(store, bot)
    await begin(store, number)
    assert sorted(await in_line(store, number)) == [FIRST, FIRST + 1]


@pytest.mark.parametrize(
    ("changes", "who"),
    [
        ({"active_days": 7}, {2, 3}),
        ({"language": "ru"}, {1, 3}),
        ({"language": "ru", "active_days": 7}, {3}),
    ],
)
async def test_a_filter_chooses(
    store: SqlStore, changes: dict[str, str | int], who: set[int]
) -> None:
    bot = await add_bot(store)
    old, new = NOW - 8 * DAY, NOW - 6 * DAY
    await invite(store, bot, 1, first=10, language="en", last_at=old)
    await invite(store, bot, 1, first=1, language="ru", last_at=old)
    await invite(store, bot, 1, first=2, language="en-GB", last_at=new)
    await invite(store, bot, 1, first=3, language="ru-RU", last_at=new)
    await invite(store, bot, 1, first=4, language="rum", last_at=old)
    number = await draft(store, bot, **changes)
    assert await store.audience(number, NOW) == len(who)
    await begin(store, number)
    assert set(await in_line(store, number)) == who


async def test_who_comes_after_it_was_started_does_not_get_it(store: SqlStore) -> None:
    bot = await add_bot(store)
    await invite(store, bot, 2)
    number = await draft(store, bot)
    await begin(store, number)
    await invite(store, bot, 2, first=20_000)
    assert sorted(await in_line(store, number)) == [FIRST, FIRST + 1]


async def job_of(store: SqlStore, lane: Lane) -> Job:
    job = await store.claim(lane, NOW)
    assert job is not None
    return job


async def test_what_became_of_each_is_counted_once_and_what_did_not_arrive_is_unsaid(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    await invite(store, bot, 4)
    number = await draft(store, bot)
    await begin(store, number)
    lanes, _ = await store.feed_broadcast(number, SAID, limit=9, now=NOW)
    ends = ((Status.COMPLETED, ""), (Status.TERMINAL, "chat_gone: blocked"))
    for lane, (status, reason) in zip(lanes, ends, strict=False):
        await store.finish(await job_of(store, lane), status, reason=reason, now=NOW)
    job = await job_of(store, lanes[2])
    await store.finish(job, Status.TERMINAL, reason="message_refused: no", now=NOW)
    assert await store.tally_broadcast(number, 99) == (1, 1, 1, 1)
    assert await store.tally_broadcast(number, 99) == (0, 0, 0, 1)
    found = await store.broadcast(number)
    assert found is not None
    assert (found.delivered, found.blocked, found.failed, found.pending) == (1, 1, 1, 1)
    assert await store.broadcast_failures(number, 99) == [("message_refused", 1)]
    rows = await store._database.read(lambda c: c.fetch("SELECT role, text FROM message"))
    assert [tuple(row) for row in rows] == [("admin", "hello")] * 2


async def test_cancelled_it_takes_back_whoever_got_nothing_of_it(store: SqlStore) -> None:
    bot = await add_bot(store)
    await invite(store, bot, 3)
    number = await draft(store, bot)
    await begin(store, number)
    lanes, _ = await store.feed_broadcast(number, SAID, limit=9, now=NOW)
    job = await job_of(store, lanes[0])
    await store.mark_sending(job, 0)
    assert await store.turn_broadcast(number, BroadcastState.CANCELLED, entry("c"), now=NOW)
    assert await store.claim(lanes[1], NOW) is None
    assert await store.claim(lanes[2], NOW) is None
    await store.mark_sent(job, 0, 77, now=NOW)
    assert await store.tally_broadcast(number, 99) == (1, 0, 0, 0)
    assert await store.running_broadcasts() == []


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([BroadcastState.PAUSED], BroadcastState.PAUSED),
        ([BroadcastState.PAUSED, BroadcastState.RUNNING], BroadcastState.RUNNING),
        ([BroadcastState.CANCELLED, BroadcastState.RUNNING], BroadcastState.CANCELLED),
        ([BroadcastState.RUNNING], BroadcastState.RUNNING),
    ],
)
async def test_its_states_lead_only_where_they_should(
    store: SqlStore, steps: list[BroadcastState], state: BroadcastState
) -> None:
    bot = await add_bot(store)
    await invite(store, bot, 1)
    number = await draft(store, bot)
    await begin(store, number)
    for step in steps:
        await store.turn_broadcast(number, step, entry(step), now=NOW)
    found = await store.broadcast(number)
    assert found is not None
    assert found.state is state


async def test_a_draft_that_is_started_twice_is_started_once(store: SqlStore) -> None:
    bot = await add_bot(store)
    await invite(store, bot, 2)
    number = await draft(store, bot)
    await begin(store, number)
    chat = await store.private_chat(bot, 900)
    assert chat is not None
    again = await store.start_broadcast(number, entry("x"), progress=(chat, SAID), now=NOW + 1)
    assert again is None
    assert not await store.change_draft(number, {"text": "other"}, entry("y"), NOW)


async def test_the_same_command_writes_one_draft(store: SqlStore) -> None:
    bot = await add_bot(store)
    one = await store.create_broadcast(bot, "hello", 900, entry(), NOW)
    assert await store.create_broadcast(bot, "hello", 900, entry(), NOW) == one
    rest = entry("job:2")
    for _ in range(2):
        assert await store.extend_broadcast(bot, " you", 900, rest, since=NOW, now=NOW) == one
    found = await store.broadcast(one)
    assert found is not None
    assert found.text == "hello you"
    late = await store.extend_broadcast(bot, "!", 900, entry("z"), since=NOW + 1, now=NOW)
    assert late == 0


async def test_the_languages_that_most_people_speak_are_offered(store: SqlStore) -> None:
    bot = await add_bot(store)
    await invite(store, bot, 2, first=10, language="ru-RU")
    await invite(store, bot, 1, first=20, language="RU")
    await invite(store, bot, 2, first=30, language="de")
    await invite(store, bot, 4, first=40, language="")
    await invite(store, bot, 1, first=50, language="fil")
    assert await store.audience_languages(bot, 2) == [("ru", 3), ("de", 2)]
    assert await store.audience_languages(bot, 9) == [("ru", 3), ("de", 2), ("fil", 1)]
