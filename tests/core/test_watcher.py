"""A bot's trouble: marked, told once, its messages held back, and all of it undone in time."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from kotodom.db import SqlStore, open_database
from kotodom.effects import AdminAlert, Effect, StopPolling
from kotodom.errors import ErrorKind, Failure, NotSent, PollConflict, TelegramError, TokenRevoked
from kotodom.model import Bot, BotSpec, Kind, Lane
from kotodom.queue import Queue
from kotodom.registry import Registry
from kotodom.tasks import Tasks
from kotodom.watcher import ALERT_AFTER, Watcher


class Rig:
    """A watcher over one bot, with its effects collected."""

    def __init__(self, store: SqlStore, bot: Bot) -> None:
        self.store = store
        self.bot = bot
        self.registry = Registry("m")
        self.registry.put(bot)
        self.queue = Queue(Kind.QUESTION)
        self.effects: list[Effect] = []
        self.tasks = Tasks(lambda name, error: None)
        self.watcher = Watcher(
            store=store,
            registry=self.registry,
            queues=(self.queue,),
            submit=self.effects.append,
            tasks=self.tasks,
        )

    async def stored_error(self) -> str:
        await self.tasks.wait(5)
        return (await self.store.sync_bots([BotSpec(42, "42:x", "cat")]))[0].error

    def alerts(self) -> list[str]:
        return [effect.key for effect in self.effects if isinstance(effect, AdminAlert)]


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    database = await open_database(f"sqlite://{tmp_path}/k.db")
    await database.migrate()
    store = SqlStore(database)
    rig = Rig(store, (await store.sync_bots([BotSpec(42, "42:x", "cat")]))[0])
    yield rig
    await rig.tasks.cancel()
    await database.close()


async def test_a_token_that_was_replaced_meanwhile_stops_nothing(rig: Rig) -> None:
    rig.registry.put(replace(rig.bot, token="42:new"))
    await rig.watcher.poller_failed(rig.bot, TokenRevoked(), 1)
    assert rig.effects == []
    assert await rig.stored_error() == ""
    assert not rig.queue.is_held(rig.bot.id)


async def test_a_revoked_token_stops_the_bot_and_holds_its_messages(rig: Rig) -> None:
    await rig.watcher.poller_failed(rig.bot, TokenRevoked(), 1)
    assert StopPolling(rig.bot.id) in rig.effects
    assert "token" in await rig.stored_error()
    rig.queue.offer(Lane(rig.bot.id, 1, Kind.QUESTION))
    assert rig.queue._next() is None


async def test_a_new_token_clears_the_mark_and_lets_the_messages_go(rig: Rig) -> None:
    await rig.watcher.poller_failed(rig.bot, TokenRevoked(), 1)
    rig.queue.offer(Lane(rig.bot.id, 1, Kind.QUESTION))
    await rig.watcher.poller_recovered(replace(rig.bot, username="cat_bot"))
    assert await rig.stored_error() == ""
    assert rig.registry.get(rig.bot.id).username == "cat_bot"
    assert rig.queue._next() is not None


async def test_a_conflict_is_told_and_a_hiccup_is_not(rig: Rig) -> None:
    await rig.watcher.poller_failed(rig.bot, NotSent(), 1)
    assert rig.alerts() == []
    await rig.watcher.poller_failed(rig.bot, NotSent(), ALERT_AFTER)
    await rig.watcher.poller_failed(rig.bot, PollConflict("terminated by other"), 1)
    assert rig.alerts() == ["polling:telegram_unreachable", f"conflict:{rig.bot.id}"]


async def test_what_keeps_every_bot_from_polling_is_one_alert_and_not_one_a_bot(rig: Rig) -> None:
    """DNS is gone, say: the alerts have one key, so that one is told an hour."""
    for bot_id in (rig.bot.id, rig.bot.id + 1, rig.bot.id + 2):
        bot = replace(rig.bot, id=bot_id)
        rig.registry.put(bot)
        await rig.watcher.poller_failed(bot, NotSent("ClientConnectorDNSError"), ALERT_AFTER)
    assert set(rig.alerts()) == {"polling:telegram_unreachable"}
    await rig.watcher.poller_failed(rig.bot, TelegramError("odd"), ALERT_AFTER)
    assert rig.alerts()[-1] == f"polling:{rig.bot.id}"


async def test_a_broken_account_is_marked_until_the_model_answers_again(rig: Rig) -> None:
    rig.watcher.fatal(rig.bot.id, Failure(ErrorKind.FATAL, "provider_account", "no money"))
    assert await rig.stored_error() == "provider_account: no money"
    rig.watcher.answered(rig.registry.get(rig.bot.id))
    assert await rig.stored_error() == ""
