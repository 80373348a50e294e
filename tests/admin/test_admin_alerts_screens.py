"""/admin alerts: what was told, what is silenced, and whose business it is."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from kotodom.admin.words.alerts import AlertsWords
from kotodom.alerts import Alerts
from kotodom.effects import AdminAlert
from kotodom.model import AccountRole
from tests.support.office import UMA, Seat, employ
from tests.support.talking import Room, room

DAY = 24 * 3600.0


@pytest.fixture
async def talk(sqlite_url: str) -> AsyncIterator[Room]:
    async with room(sqlite_url) as talk:
        yield talk


def alerts(talk: Room) -> Alerts:
    """Alerts as the app wires them."""
    return Alerts(
        store=talk.core_store,
        accounts=talk.accounts,
        registry=talk.registry,
        settings=talk.settings,
        usable=lambda bot_id: True,
        offer=talk.offered.append,
        redact=lambda words: words,
        metrics=talk.metrics,
        clock=talk.clock,
    )


async def ring(talk: Room, key: str = "circuit:x", *, bot_id: int | None = None) -> None:
    """Something is wrong."""
    await alerts(talk).tell(
        AdminAlert(key, AlertsWords.CIRCUIT, {"address": "api"}, bot_id=bot_id, show="health")
    )
    await talk.settle()


async def test_an_alert_is_silenced_for_a_day_by_its_button_and_stays_where_it_is(
    talk: Room,
) -> None:
    boss = Seat(talk)
    await boss.admin("")
    await ring(talk)
    before = boss.screens
    assert "Silenced until 2023-11-15 22:13" in await boss.press("Silence for a day")
    assert boss.screens == before + 1
    await talk.clock.advance(DAY / 2)
    await ring(talk)
    assert boss.screens == before + 1
    await talk.clock.advance(DAY / 2)
    await ring(talk)
    assert boss.screens == before + 2
    assert "1 more like this" in boss.text


async def test_it_speaks_again_when_it_is_told_to(talk: Room) -> None:
    boss = Seat(talk)
    await boss.admin("")
    await ring(talk)
    await boss.press("Silence")
    assert "It will be told again" in await boss.press("Tell me again")
    await talk.clock.advance(3600)
    before = boss.screens
    await ring(talk)
    assert boss.screens == before + 1


async def test_the_list_has_them_all_those_that_are_silenced_first(talk: Room) -> None:
    boss = Seat(talk)
    assert "Nothing has gone wrong yet" in await boss.admin("alerts")
    for number in range(9):
        await ring(talk, f"k{number}")
        await talk.clock.advance(1)
    await boss.admin("alert k3 silence 2")
    text = await boss.admin("alerts")
    assert text.index("🔕") < text.index("Told", text.index("🔕"))
    assert boss.labels()[:2] == ["Kotodom · k3", "Kotodom · k8"]
    await boss.press("2 ▶")
    assert "Kotodom · k0" in boss.labels()
    assert "Kotodom" in await boss.press("Kotodom · k0")


@pytest.mark.parametrize("days", ["0", "31", "ever", "-1"])
async def test_nobody_silences_for_ever(talk: Room, days: str) -> None:
    boss = Seat(talk)
    await ring(talk, "k")
    assert "a whole number from 1 to 30" in await boss.admin(f"alert k silence {days}")


async def test_an_unknown_alert_is_said_to_be_so(talk: Room) -> None:
    assert "There is no alert “x”" in await Seat(talk).admin("alert x")


async def test_a_user_hears_and_silences_only_what_is_about_their_bots(talk: Room) -> None:
    account = await employ(talk, UMA, AccountRole.USER)
    uma = Seat(talk, UMA)
    await uma.admin("")
    await ring(talk, "instance")
    await ring(talk, "bot", bot_id=talk.bot.id)
    for key in ("instance", "bot"):
        assert "There is no alert" in await uma.admin(f"alert {key} silence")
        assert await talk.store.silent_until(key) == 0
    assert "Nothing has gone wrong yet" in await uma.admin("alerts")
    talk.registry.put(replace(talk.registry.get(talk.bot.id), owner_id=account.id))
    assert "Silenced until" in await uma.admin("alert bot silence")
    assert "There is no alert" in await uma.admin("alert instance silence")


async def test_silencing_is_audited_once(talk: Room) -> None:
    boss = Seat(talk)
    await ring(talk, "k")
    await boss.admin("alert k silence")
    rows = await talk.store._database.read(
        lambda c: c.fetch("SELECT object, field, before, after FROM audit")
    )
    assert [tuple(row) for row in rows] == [("alert:k", "silent", "–", "2023-11-15 22:13")]


async def test_in_russian(talk: Room) -> None:
    boss = Seat(talk, language="ru")
    await boss.admin("")
    await ring(talk)
    assert "Поставщик модели" in boss.text
    assert "Заглушено до" in await boss.press("Молчать день")
