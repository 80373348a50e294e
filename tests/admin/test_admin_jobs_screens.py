"""/admin jobs and the daily digest: what runs when, and what happened in a day."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from kotodom.clock import SECOND
from kotodom.digest import DAY, Digest
from kotodom.errors import RequestRefused
from kotodom.model import AccountRole, Usage
from kotodom.ports import Purpose
from kotodom.schedule import TimeOfDay
from kotodom.settings import DIGEST, DIGEST_TIME, TIMEZONE
from tests.admin.test_admin_alerts_screens import alerts
from tests.support.office import UMA, Seat, employ
from tests.support.talking import Room, room


@pytest.fixture
async def talk(sqlite_url: str) -> AsyncIterator[Room]:
    async with room(sqlite_url) as talk:
        yield talk


async def work() -> str:
    return "3 deleted"


def daily(talk: Room) -> Digest:
    """The digest as the app wires it."""
    return Digest(
        store=talk.core_store,
        accounts=talk.accounts,
        registry=talk.registry,
        settings=talk.settings,
        alerts=alerts(talk),
        offer=talk.offered.append,
        clock=talk.clock,
    )


# -- jobs -------------------------------------------------------------------------------------


async def test_jobs_are_seen_and_run_by_a_button(talk: Room) -> None:
    talk.schedule.every(3600, work, name="expire")
    talk.schedule.daily(lambda: TimeOfDay(9, 5, "UTC"), work, name="digest")
    boss = Seat(talk)
    text = await boss.admin("jobs")
    assert "• expire\nEvery 1h\nIt has not run yet." in text
    assert "Daily at 09:05 UTC" in text
    assert "It has run." in await boss.press("▶ expire")
    assert "Last: 2023-11-14 22:13 (0s) 3 deleted" in boss.text
    assert [run.name for run in await talk.store.job_runs()] == ["expire"]


async def test_an_unknown_job_is_said_to_be_so(talk: Room) -> None:
    assert "There is no job “x”" in await Seat(talk).admin("job x run")


async def test_a_user_runs_no_jobs(talk: Room) -> None:
    talk.schedule.every(3600, work, name="expire")
    await employ(talk, UMA, AccountRole.USER)
    assert "Your role does not allow that" in await Seat(talk, UMA).admin("job expire run")
    assert await talk.store.job_runs() == []


# -- the digest -------------------------------------------------------------------------------


async def busy_day(talk: Room) -> None:
    """Two answers, a failure, and a call whose price nobody knows."""
    await talk.say("one")
    await talk.settle()
    await talk.say("two")
    await talk.settle()
    talk.provider.plays.append([RequestRefused("no")])
    await talk.say("three")
    await talk.settle()
    await talk.store.record_spend(
        talk.bot.id,
        501,
        purpose=Purpose.TRANSCRIPT,
        model="new",
        usage=Usage(),
        cost=None,
        now=talk.clock.now(),
    )


async def test_it_says_what_happened(talk: Room) -> None:
    await busy_day(talk)
    text = await Seat(talk).admin("digest")
    for words in (
        "💬 3 messages",
        "✅ 2 answers",
        "⚠️ 1 could not be answered",
        "refused by the model × 1",
        "💰 Spent: $0.0000",
        "❓ 1 call has no known price",
        "1. Ann: 2 · $0.0000",
    ):
        assert words in text, text


async def test_a_quiet_day_is_one_line(talk: Room) -> None:
    assert "Nobody wrote" in await Seat(talk).admin("digest")


async def test_what_is_older_than_a_day_does_not_count(talk: Room) -> None:
    await busy_day(talk)
    await talk.clock.advance(DAY / SECOND)
    assert "Nobody wrote" in await Seat(talk).admin("digest")


async def test_everybody_gets_theirs_once_a_day_through_restarts(talk: Room) -> None:
    boss, uma = Seat(talk, language="ru"), Seat(talk, UMA)
    account = await employ(talk, UMA, AccountRole.USER)
    await boss.admin("")
    await uma.admin("")
    await busy_day(talk)
    talk.settings.put(DIGEST, True)
    for _ in range(2):
        await daily(talk).write()
        await talk.settle()
    assert talk.shown(boss.user_id)[-1].startswith("📊 Последние 24 часа")
    assert "3 сообщения" in boss.text
    assert (len(talk.shown(boss.user_id)), len(talk.shown(UMA))) == (2, 1)
    talk.registry.put(replace(talk.registry.get(talk.bot.id), owner_id=account.id))
    await talk.clock.advance(DAY / SECOND)
    await daily(talk).write()
    await talk.settle()
    assert (len(talk.shown(boss.user_id)), len(talk.shown(UMA))) == (3, 2)


async def test_a_user_sees_only_their_own_bots(talk: Room) -> None:
    account = await employ(talk, UMA, AccountRole.USER)
    await busy_day(talk)
    uma = Seat(talk, UMA)
    assert "Nobody wrote" in await uma.admin("digest")
    talk.registry.put(replace(talk.registry.get(talk.bot.id), owner_id=account.id))
    assert "3 messages" in await uma.admin("digest")


async def test_somebody_who_wants_none_gets_none(talk: Room) -> None:
    boss = Seat(talk)
    talk.settings.put(DIGEST, True)
    assert "It comes daily at 09:00 (UTC)" in await boss.admin("digest")
    assert "You do not get the daily digest" in await boss.press("Not for me")
    assert await daily(talk).write() == "0 told"
    await boss.press("Get it daily")
    assert await daily(talk).write() == "1 told"


async def test_when_it_comes_is_set(talk: Room) -> None:
    digest = daily(talk)
    assert digest.when() is None
    talk.settings.put(DIGEST, True)
    talk.settings.put(DIGEST_TIME, "18:30")
    talk.settings.put(TIMEZONE, "Asia/Yekaterinburg")
    assert digest.when() == TimeOfDay(18, 30, "Asia/Yekaterinburg")
