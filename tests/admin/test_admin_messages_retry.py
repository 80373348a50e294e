"""/admin messages retry: the whole of an outage asked again, with progress and a result."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kotodom import bulk
from kotodom.admin.messages_retry import since
from kotodom.errors import RequestRefused
from kotodom.model import Account, AccountRole
from kotodom.ports import Store
from tests.admin.messages_kit import BOSSY, SORRY, Boss, broken, fail, values
from tests.support.flaky import FlakyStore, Trouble
from tests.support.talking import BOSS, Room, room
from tests.support.updates import ANN


@pytest.fixture
async def talk(sqlite_url: str) -> AsyncIterator[Room]:
    async with room(sqlite_url) as talk:
        yield talk


async def outage(talk: Room, people: int, each: int = 1) -> None:
    """So many people ask so much, and nobody is answered."""
    talk.provider.respond = broken
    for person in range(people):
        for number in range(each):
            chat = {"id": 600 + person, "type": "private", "first_name": f"P{person}"}
            who = {**ANN, "id": 600 + person, "username": f"p{person}"}
            await talk.say(f"question {person}.{number}", **{"chat": chat, "from": who})
    await talk.settle()
    talk.provider.respond = lambda asked: [f"answer to {asked.text}"]


async def run(talk: Room, steps: int = 50) -> None:
    """Let the retry go on till nothing of it is left."""
    for _ in range(steps):
        if not await talk.bulk.step():
            return
        await talk.settle()
        await talk.clock.advance(bulk.PACE)
    raise AssertionError("a retry never ends")


async def begin(talk: Room, command: str = "messages retry all 1d") -> Boss:
    boss = Boss(talk)
    await boss.asks(command)
    (start,) = [button for button in boss.buttons() if button.endswith("start")]
    await boss.press(start)
    return boss


async def test_a_whole_outage_is_answered_and_told(talk: Room) -> None:
    await outage(talk, 3)
    boss = Boss(talk)
    draft = await boss.asks("messages retry provider_refused 2h")
    assert "3 messages would be asked again." in draft
    assert "Cause: refused by the model (provider_refused)" in draft
    assert "✅ Yes, ask 3 again" in boss.labels()
    running = await boss.press("retry 1 start")
    assert "⏳ Under way" in running
    await run(talk)
    assert "3 asked again: 3 answered, 0 failed again, 0 wait." in boss.shown()
    assert "✅ Done." in boss.shown()
    for person in range(3):
        assert talk.shown(600 + person) == [SORRY, f"answer to question {person}.0"]


async def test_progress_is_shown_in_the_pressed_message_while_it_goes_on(talk: Room) -> None:
    await outage(talk, 2, each=2)
    boss = await begin(talk)
    await talk.bulk.step()
    lanes = [lane for lane in await talk.lanes() if lane.kind == "QUESTION"]
    await talk.work(lanes[0])
    await talk.clock.advance(bulk.SHOWN + 1)
    await talk.bulk.step()
    assert "4 asked again: 1 answered, 0 failed again, 3 wait." in boss.shown()
    assert "25 %" in boss.shown()
    assert len([1 for chat, _ in talk.telegram.shown if chat == BOSS]) == 1
    await run(talk)


async def test_progress_does_not_paint_over_what_is_looked_at_meanwhile(talk: Room) -> None:
    await outage(talk, 2)
    boss = await begin(talk)
    await boss.press("messages", settle=False)
    for lane in await talk.lanes():
        if lane.kind == "COMMAND":
            await talk.work(lane)
    assert "📥" in boss.shown()
    before = boss.shown()
    await run(talk)
    texts = talk.shown(BOSS)
    assert texts[0] == before
    assert "2 asked again: 2 answered" in texts[1]
    assert len(texts) == 2


async def test_who_waits_long_for_the_result_is_told_it_as_news(talk: Room) -> None:
    await outage(talk, 1)
    boss = await begin(talk)
    await talk.bulk.step()
    await talk.clock.advance(60)
    await run(talk)
    first, news = talk.shown(BOSS)
    assert "✅ Done." in first
    assert "1 asked again: 1 answered" in news
    assert boss.buttons() == ["retry 1"]


async def test_what_fails_again_is_counted_and_asked_only_once(talk: Room) -> None:
    await outage(talk, 2)
    talk.provider.plays.append([RequestRefused("still")])
    boss = await begin(talk)
    asked = len(talk.provider.questions)
    await run(talk)
    assert "2 asked again: 1 answered, 1 failed again, 0 wait." in boss.shown()
    assert len(talk.provider.questions) == asked + 2
    assert sorted(len(talk.shown(600 + person)) for person in range(2)) == [1, 2]


async def test_more_than_a_window_is_asked_in_several_steps(
    talk: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "WINDOW", 2)
    await outage(talk, 5)
    boss = await begin(talk)
    await talk.bulk.step()
    assert await values(talk, "SELECT reopened FROM bulk_retry") == [2]
    await run(talk)
    assert "5 asked again: 5 answered" in boss.shown()


async def test_a_retry_can_be_stopped(talk: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "WINDOW", 2)
    await outage(talk, 5)
    boss = await begin(talk)
    await talk.bulk.step()
    await boss.press("retry 1 cancel")
    await run(talk)
    assert "⏹ Stopped" in boss.shown()
    assert await values(talk, "SELECT reopened FROM bulk_retry") == [2]
    await boss.asks("retries")
    assert "retry 1" in boss.buttons()


async def test_a_draft_that_is_cancelled_changes_nothing(talk: Room) -> None:
    await outage(talk, 1)
    boss = Boss(talk)
    await boss.asks("messages retry all 1d")
    assert "Nothing was changed" in await boss.press("retry 1 cancel")
    assert "Nothing was changed" in await boss.asks("retry 1 start")
    await run(talk)
    assert talk.shown(600) == [SORRY]


async def test_causes_lead_to_a_retry_and_nothing_to_retry_says_so(talk: Room) -> None:
    boss = Boss(talk)
    assert "Nothing failed" in await boss.asks("messages causes")
    assert "There is nothing to ask again" in await boss.asks("messages retry all 1h")
    await fail(talk)
    await boss.asks("messages causes")
    assert "refused by the model · 1" in boss.labels()
    assert "1 message would be asked again." in await boss.press(
        "messages retry provider_refused 1d"
    )
    assert "“soon” is no time" in await boss.asks("messages retry all soon")
    assert "Bot: cat" in await boss.asks("messages of cat retry provider_refused 1h")


async def test_nobody_elses_retry_is_to_be_seen_by_a_user(talk: Room) -> None:
    await outage(talk, 1)
    await begin(talk)
    talk.accounts.put(Account(BOSS + 1, AccountRole.USER, id=5))
    who = {"id": BOSS + 1, "is_bot": False, "first_name": "Small"}
    office = {"id": BOSS + 1, "type": "private", "first_name": "Small"}
    for command in ("retry 1", "retry 1 cancel", "retry 1 start"):
        await talk.say(f"/admin {command}", **{**BOSSY, "from": who, "chat": office})
        await talk.settle()
        assert "There is no “1” here" in talk.shown(BOSS + 1)[-1]
    await run(talk)


NOON = 1_700_049_600_000
"""2023-11-15 12:00 UTC."""


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("30m", 30 * 60),
        ("2h", 2 * 3600),
        ("1d", 24 * 3600),
        ("11:30", 1800),
        ("12:30", 24 * 3600 - 1800),
        ("2023-11-15 09:00", 3 * 3600),
        ("2023-11-14", 36 * 3600),
    ],
)
def test_the_beginning_of_an_outage_is_said_in_many_ways(said: str, back: int) -> None:
    assert since(said, NOON, UTC) == NOON - back * 1000


@pytest.mark.parametrize("said", ["soon", "-1h", "25:00", "2023-13-01", "h"])
def test_what_is_no_time_is_refused(said: str) -> None:
    with pytest.raises(ValueError):
        since(said, NOON, UTC)


TROUBLES = st.lists(st.sampled_from([Trouble.NONE, Trouble.NONE, *Trouble]), max_size=40)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(troubles=TROUBLES)
async def test_whatever_the_database_does_nothing_is_answered_twice_or_forgotten(
    tmp_path_factory: pytest.TempPathFactory, troubles: list[Trouble]
) -> None:
    folder = tmp_path_factory.mktemp("retry")
    script: list[Trouble] = []

    def wrap(store: Store) -> Store:
        return cast(Store, FlakyStore(store, _as_written(script)))

    async with room(f"sqlite://{folder}/k.db", wrap=wrap) as talk:
        await outage(talk, 2, each=2)
        await begin(talk)
        script += troubles
        busy = True
        while busy:
            with suppress(sqlite3.OperationalError):  # the runner tries on, too
                busy = await talk.bulk.step()
            for lane in await talk.lanes():
                await talk.work(lane)
            await talk.clock.advance(60.0)  # less than the retry's patience
        assert await values(talk, "SELECT state FROM bulk_retry") == ["DONE"]
        assert await values(talk, "SELECT reopened - answered - failed FROM bulk_retry") == [0]
        assert await values(talk, "SELECT reopened FROM bulk_retry") == [4]
        said = [text for person in range(2) for text in talk.shown(600 + person) if text != SORRY]
        answered = await values(talk, ANSWERED)
        assert sorted(said) == sorted(f"answer to {text}" for text in answered)


ANSWERED = (
    "SELECT m.text FROM message_processing p JOIN message m ON m.id = p.message_id"
    " WHERE p.kind = 'QUESTION' AND p.status = 'COMPLETED'"
)


def _as_written(script: list[Trouble]) -> Iterator[Trouble]:
    """What *script* says, once it says anything."""
    while True:
        yield script.pop(0) if script else Trouble.NONE


@pytest.mark.parametrize("said", ["999999d", "0001-01-01", "9999-12-31 23:59"])
async def test_times_beyond_all_calendars_are_no_trouble(talk: Room, said: str) -> None:
    boss = Boss(talk)
    await fail(talk)
    assert "Failed between " in await boss.asks(f"messages retry all {said}")


async def test_a_cause_that_no_error_can_have_is_simply_not_found(database_url: str) -> None:
    async with room(database_url) as talk:
        boss = Boss(talk)
        await fail(talk)
        assert "nothing to ask again" in await boss.asks(f"messages retry {'x' * 300}")
        assert "nothing to ask again" in await boss.asks(f"messages of cat retry {'x' * 300}")
        assert "1 message would be asked again." in await boss.asks("messages retry ALL")


async def test_a_retry_in_trouble_holds_up_no_other(sqlite_url: str) -> None:
    script: list[Trouble] = []

    def wrap(store: Store) -> Store:
        return cast(Store, FlakyStore(store, _as_written(script), only="advance_bulk"))

    async with room(sqlite_url, wrap=wrap) as talk:
        await outage(talk, 2)
        boss = Boss(talk)
        for cause in ("provider_refused", "all"):
            await boss.asks(f"messages retry {cause}")
            await boss.press(boss.buttons()[0])
        script.append(Trouble.BEFORE)
        with pytest.raises(sqlite3.OperationalError):
            await talk.bulk.step()
        first, second = [await talk.store.bulk(number) for number in (1, 2)]
        assert first is not None and first.reopened == 0
        assert second is not None and second.reopened == 2
