"""Effects are carried out in order, and one that fails stops no other."""

import asyncio
import sqlite3
from collections.abc import Coroutine
from typing import Any

from kotodom.admin.words.alerts import AlertsWords
from kotodom.effects import (
    AdminAlert,
    EffectRunner,
    LeaveGroup,
    RefreshMenu,
    StartPolling,
    StopPolling,
)
from kotodom.errors import NotSent
from kotodom.model import Bot, ChatRef, Job
from kotodom.ports import BotState
from kotodom.tasks import Tasks

BOT = Bot(1, 42, "cat", "cat_bot", "", "", "", "", "", "", True, "")


class RecordingFleet:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def start(self, bot: Bot) -> None:
        self.asked.append(f"start {bot.id}")

    async def stop(self, bot_id: int) -> None:
        self.asked.append(f"stop {bot_id}")

    def states(self) -> list[BotState]:
        return []

    async def dispatch(self, job: Job) -> None:
        raise AssertionError("not an effect")


def run(runner: EffectRunner, fleet: RecordingFleet, alert: Any) -> Coroutine[Any, Any, None]:
    """The runner at work; what it begins is noted with what the fleet was asked."""
    return runner.run(
        fleet=fleet,
        alert=alert,
        leave=lambda bot, chat, by: fleet.asked.append(f"leave {chat.telegram_chat_id} {by}"),
        menu=lambda bot, user: fleet.asked.append(f"menu {bot}"),
    )


async def test_every_effect_reaches_its_part_and_a_failing_one_is_passed_over() -> None:
    fleet, told = RecordingFleet(), list[str]()

    async def alert(alert: AdminAlert) -> None:
        if alert.key == "bad":
            raise NotSent
        told.append(alert.key)

    runner = EffectRunner()
    for effect in (
        StopPolling(7),
        AdminAlert("bad", AlertsWords.POISON),
        AdminAlert("good", AlertsWords.POISON),
        StartPolling(BOT),
        LeaveGroup(1, ChatRef(-5), None),
        RefreshMenu(1),
    ):
        runner.submit(effect)
    running = asyncio.ensure_future(run(runner, fleet, alert))
    async with asyncio.timeout(5):
        await runner.settled()
    running.cancel()
    assert fleet.asked == ["stop 7", "start 1", "leave -5 None", "menu 1"]
    assert told == ["good"]


async def test_an_alert_told_while_the_database_is_in_trouble_ends_nothing() -> None:
    deaths: list[str] = []
    tasks = Tasks(lambda name, error: deaths.append(name))
    told: list[str] = []

    async def alert(alert: AdminAlert) -> None:
        if not told:
            told.append("locked")
            raise sqlite3.OperationalError("database is locked")
        told.append(alert.key)

    runner = EffectRunner()
    tasks.start(run(runner, RecordingFleet(), alert), name="effects")
    runner.submit(AdminAlert("one", AlertsWords.POISON))
    runner.submit(AdminAlert("two", AlertsWords.POISON))
    async with asyncio.timeout(5):
        await runner.settled()
    await tasks.cancel()
    assert (told, deaths) == (["locked", "two"], [])
