"""Alerts: one per cause and hour, and never taken as told before somebody has read it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from kotodom.alerts import Alerts
from kotodom.model import BotSpec, Chat, ChatRef, Content, Incoming, Kind, Person
from tests.support.answering import Desk, desk
from tests.support.simulated import Fault, SimulatedTelegram

Turn = Callable[[Chat], AbstractAsyncContextManager[None]]

ADMIN, OTHER = 501, 502
HOUR = 3600.0


@asynccontextmanager
async def told_by(
    url: str, *script: Fault, admins: Sequence[int] = (ADMIN,), started: Sequence[int] = (ADMIN,)
) -> AsyncIterator[tuple[Desk, Alerts]]:
    """Alerts on a desk whose bot these people have started."""
    async with desk(url, *script) as d:
        for person in started:
            await d.ask(ChatRef(person))
        yield d, alerts(d, admins)


def alerts(
    d: Desk, admins: Sequence[int], *, stopped: Sequence[int] = (), turn: Turn | None = None
) -> Alerts:
    """Alerts wired as the app does it; *stopped* bots tell nobody."""
    return Alerts(
        store=d.core_store,
        messenger=d.telegram,
        turn=turn or d.delivery.turn,
        admin_ids=admins,
        usable=lambda bot_id: bot_id not in stopped,
        redact=lambda words: words.replace("42:secret", "***"),
        clock=d.clock,
    )


async def test_a_cause_is_told_once_an_hour_with_the_number_of_those_kept_back(
    sqlite_url: str,
) -> None:
    async with told_by(sqlite_url) as (d, told):
        for _ in range(3):
            await told.tell("cause", "It broke.")
        assert d.shown(ADMIN) == ["⚠️ It broke."]
        await d.clock.advance(HOUR)
        await told.tell("cause", "It broke.")
        assert d.shown(ADMIN)[1:] == ["⚠️ It broke.\n\n(2 more like this since the last alert.)"]


async def test_two_causes_do_not_silence_each_other(sqlite_url: str) -> None:
    async with told_by(sqlite_url) as (d, told):
        await told.tell("one", "One.")
        await told.tell("two", "Two.")
        assert d.shown(ADMIN) == ["⚠️ One.", "⚠️ Two."]


async def test_an_alert_that_reached_nobody_silences_nothing(sqlite_url: str) -> None:
    async with told_by(sqlite_url, Fault.NOT_SENT) as (d, told):
        await told.tell("cause", "It broke.")
        assert d.shown(ADMIN) == []
        await told.tell("cause", "It broke.")
        assert len(d.shown(ADMIN)) == 1
        assert "It broke." in d.shown(ADMIN)[0]
        await told.tell("cause", "It broke.")
        assert len(d.shown(ADMIN)) == 1


async def test_an_admin_who_starts_a_bot_later_hears_of_it_then(sqlite_url: str) -> None:
    async with told_by(sqlite_url, started=()) as (d, told):
        await told.tell("cause", "It broke.")
        await d.ask(ChatRef(ADMIN))
        await told.tell("cause", "It broke.")
        assert len(d.shown(ADMIN)) == 1


async def test_every_admin_is_told_and_one_who_cannot_be_reached_stops_no_other(
    sqlite_url: str,
) -> None:
    async with told_by(
        sqlite_url, Fault.NOT_SENT, admins=(ADMIN, OTHER), started=(ADMIN, OTHER)
    ) as (d, told):
        await told.tell("cause", "It broke.")
        assert (d.shown(ADMIN), d.shown(OTHER)) == ([], ["⚠️ It broke."])


async def test_an_admin_of_two_bots_is_told_once_by_the_first_one_that_runs(
    sqlite_url: str,
) -> None:
    async with desk(sqlite_url) as d:
        bots = await d.store.sync_bots([BotSpec(42, "42:x", "cat"), BotSpec(43, "43:x", "dog")])
        row = Incoming(1, "{}", Kind.QUESTION, ChatRef(ADMIN), Person(ADMIN), "hi", 1)
        for bot in bots:
            await d.store.record_batch(bot.id, [row], [], d.clock.now())
        senders: list[int] = []

        class Watched(SimulatedTelegram):
            async def send(
                self, chat: Chat, content: Content, *, reply_to: int = 0, silent: bool = False
            ) -> int:
                senders.append(chat.bot_id)
                return await super().send(chat, content)

        d.telegram = Watched(iter(()))
        await alerts(d, [ADMIN]).tell("one", "One.")
        await alerts(d, [ADMIN], stopped=[bots[0].id]).tell("two", "Two.")
        assert senders == [bot.id for bot in bots]


async def test_no_secret_is_sent(sqlite_url: str) -> None:
    async with told_by(sqlite_url) as (d, told):
        await told.tell("cause", "token 42:secret is wrong")
        assert d.shown(ADMIN) == ["⚠️ token *** is wrong"]


async def test_a_long_alert_is_told_whole(sqlite_url: str) -> None:
    async with told_by(sqlite_url) as (d, told):
        await told.tell("cause", "word " * 2000)
        assert len(d.shown(ADMIN)) == 3
        assert " ".join(d.shown(ADMIN)).count("word") == 2000


async def test_a_clock_set_back_silences_no_alert_for_longer(sqlite_url: str) -> None:
    async with told_by(sqlite_url) as (d, told):
        await told.tell("cause", "It broke.")
        d.clock.set_back(48 * 3_600_000)
        await told.tell("cause", "It broke.")
        assert len(d.shown(ADMIN)) == 2


async def test_an_alert_waits_for_the_delivery_under_way_in_its_chat(sqlite_url: str) -> None:
    """Otherwise its id, not known yet, could be taken for that of a doubtful answer."""
    async with told_by(sqlite_url) as (d, _):
        asked = asyncio.Event()

        def turn(chat: Chat) -> AbstractAsyncContextManager[None]:
            asked.set()
            return d.delivery.turn(chat)

        told = alerts(d, [ADMIN], turn=turn)
        (chat,) = await d.store.admin_chats([ADMIN])
        async with d.delivery.turn(chat), asyncio.timeout(5):
            telling = asyncio.ensure_future(told.tell("cause", "It broke."))
            await asked.wait()
            await asyncio.sleep(0)
            assert d.shown(ADMIN) == []
        await telling
        assert d.shown(ADMIN) == ["⚠️ It broke."]


@pytest.mark.parametrize("fate", [Fault.LOST_BEFORE, Fault.LOST_AFTER])
async def test_an_alert_between_two_rounds_of_a_doubt_stays_as_it_is(
    sqlite_url: str, fate: Fault
) -> None:
    async with told_by(sqlite_url, fate, Fault.NOT_SENT, started=()) as (d, told):
        lane = await d.ask(ChatRef(ADMIN))
        await d.work(lane)
        await told.tell("cause", "It broke.")
        await d.clock.advance(600)
        await d.work_off(lane)
        assert sorted(d.shown(ADMIN)) == ["alpha", "⚠️ It broke."]


async def test_nobody_is_told_without_admins(sqlite_url: str) -> None:
    async with told_by(sqlite_url, admins=()) as (d, told):
        await told.tell("cause", "It broke.")
        assert d.shown(ADMIN) == []


async def test_what_telegram_refuses_is_nobody_elses_trouble(sqlite_url: str) -> None:
    async with told_by(sqlite_url, Fault.REFUSED) as (d, told):
        await told.tell("cause", "It broke.")
        assert d.shown(ADMIN) == []
