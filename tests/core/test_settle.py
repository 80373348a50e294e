"""What a failed attempt ends in: another try, or one honest error, and who is told of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kotodom.effects import AdminAlert
from kotodom.errors import (
    AccountError,
    ChatGone,
    ChatMoved,
    CircuitOpen,
    MessageRefused,
    NotSent,
    ProviderUnavailable,
    RequestRefused,
)
from kotodom.measures import FAILURES
from kotodom.model import Chat, ChatRef, ChatType, Content
from kotodom.ports import Store
from tests.support.answering import SORRY, desk
from tests.support.flaky import Trouble, flaky
from tests.support.simulated import Fault, SimulatedTelegram
from tests.support.talking import room
from tests.support.updates import ANN, update

BLANKS = ["", " ", "\n\t", "\u200b", "\u2060\ufeff"]
"""Texts that show nothing, which Telegram refuses."""


def failing(method: str, trouble: Trouble) -> Callable[[Store], Store]:
    """A database that fails at the first call of that method."""
    return lambda store: flaky(store, trouble, only=method)


@pytest.mark.parametrize("error", [RequestRefused, AccountError, MessageRefused])
@pytest.mark.parametrize("trouble", [Trouble.BEFORE, Trouble.AFTER])
@pytest.mark.parametrize("method", ["parts", "save_answer", "mark_sending", "mark_sent"])
async def test_one_error_message_is_shown_though_the_database_has_a_hiccup(
    sqlite_url: str, method: str, trouble: Trouble, error: type[Exception]
) -> None:
    async with desk(sqlite_url, wrap=failing(method, trouble)) as d:
        d.failures = [error()]
        await d.work_off(await d.ask())
        assert d.shown() == [SORRY]
        assert await d.column("status") == ["TERMINAL"]


@pytest.mark.parametrize("method", ["outcome", "parts", "postpone", "save_answer"])
async def test_an_attempt_that_failed_is_counted_once_however_often_it_is_recorded(
    sqlite_url: str, method: str
) -> None:
    script = [Trouble.BEFORE] * 3
    async with desk(sqlite_url, wrap=lambda store: flaky(store, *script, only=method)) as d:
        d.failures = [ProviderUnavailable(), RequestRefused()]
        await d.work_off(await d.ask())
        assert d.metrics.counter(FAILURES).samples() == [
            (("provider_refused", "TERMINAL"), 1),
            (("provider_unavailable", "RETRYABLE"), 1),
        ]


@pytest.mark.parametrize("trouble", [Trouble.BEFORE, Trouble.AFTER])
@pytest.mark.parametrize("method", ["mark_sending", "mark_sent"])
async def test_the_admins_hear_of_an_error_though_the_database_has_a_hiccup(
    sqlite_url: str, method: str, trouble: Trouble
) -> None:
    async with desk(sqlite_url, wrap=failing(method, trouble)) as d:
        d.failures = [AccountError("no money")]
        await d.work_off(await d.ask())
        assert len(d.alerts()) == 1
        assert "no money" in d.alerts()[0]


@pytest.mark.parametrize("trouble", [Trouble.BEFORE, Trouble.AFTER])
@pytest.mark.parametrize("method", ["parts", "mark_sending", "mark_sent"])
async def test_a_written_answer_is_never_followed_by_an_error(
    sqlite_url: str, method: str, trouble: Trouble
) -> None:
    """The last attempt but one has been spent before the database has its hiccup."""
    async with desk(sqlite_url, wrap=failing(method, trouble)) as d:
        d.failures = [ProviderUnavailable() for _ in range(4)]
        await d.work_off(await d.ask())
        assert d.shown() == ["alpha"]
        assert d.asked == 5
        assert await d.column("status") == ["COMPLETED"]


@pytest.mark.parametrize("blank", BLANKS)
async def test_a_blank_error_message_is_the_default_one(sqlite_url: str, blank: str) -> None:
    async with desk(sqlite_url) as d:
        d.registry.put(replace(d.bot, error_message=blank))
        lane = await d.ask()
        job = await d.store.claim(lane, d.clock.now())
        assert job is not None
        await d.settler.settle(job, RequestRefused())
        assert d.shown() == [SORRY]
        assert await d.column("status") == ["TERMINAL"]


async def test_the_admins_are_told_whether_the_sender_heard_of_it(sqlite_url: str) -> None:
    async with desk(sqlite_url) as d:
        d.failures = [RequestRefused("too long.")]
        await d.work_off(await d.ask())
        assert d.alerts() == [
            "cat could not answer a message (refused by the model): too long. "
            "Its sender was told that something went wrong."
        ]


async def test_the_admins_are_not_told_that_the_sender_knows_while_telegram_is_away(
    sqlite_url: str,
) -> None:
    async with desk(sqlite_url, Fault.NOT_SENT) as d:
        d.failures = [RequestRefused("too long.")]
        await d.work_off(await d.ask())
        assert "could not be told" in d.alerts()[0]
        assert len(d.alerts()) == 1
        assert d.shown() == [SORRY]


async def test_a_refused_error_message_ends_the_row_and_is_told(sqlite_url: str) -> None:
    async with desk(sqlite_url, Fault.REFUSED, Fault.REFUSED) as d:
        await d.work_off(await d.ask())
        assert d.shown() == []
        assert await d.column("status") == ["TERMINAL"]
        assert all("could not be told" in words for words in d.alerts())
        assert d.alerts()


async def test_an_open_circuit_does_not_lengthen_the_waits_of_what_comes_after_it(
    sqlite_url: str,
) -> None:
    """A written answer that meets a network hiccup waits a second, not five minutes."""
    async with desk(sqlite_url) as d:
        lane = await d.ask()
        for error in [CircuitOpen(retry_after=30)] * 20:
            job = await d.store.claim(lane, d.clock.now())
            assert job is not None
            await d.settler.settle(job, error)
            await d.clock.advance(60)
        job = await d.store.claim(lane, d.clock.now())
        assert job is not None
        await d.settler.settle(job, NotSent())
        (not_before,) = await d.column("not_before")
        assert isinstance(not_before, int)
        assert not_before - d.clock.now() <= 2_000


class Upgraded(SimulatedTelegram):
    """A basic group that has become a supergroup."""

    async def send(self, chat: Chat, content: Content, **how: Any) -> int:
        if chat.telegram_chat_id == -5:
            raise ChatMoved(new_chat_id=-100)
        return await super().send(chat, content, **how)


GROUP = ChatRef(-5, type=ChatType.GROUP, name="Cats")


async def test_a_group_that_became_a_supergroup_gets_its_answer_there(sqlite_url: str) -> None:
    async with desk(sqlite_url, telegram=Upgraded(iter(()))) as d:
        await d.work_off(await d.ask(GROUP))
        assert d.shown(-100) == ["alpha"]
        assert d.asked == 1
        assert (await d.column("attempts"), d.alerts()) == ([1], [])


async def test_its_honest_error_goes_there_too(sqlite_url: str) -> None:
    async with desk(sqlite_url, telegram=Upgraded(iter(()))) as d:
        d.failures = [RequestRefused()]
        await d.work_off(await d.ask(GROUP))
        assert d.shown(-100) == [SORRY]


async def test_what_waits_in_the_old_group_is_found_in_the_new_one(sqlite_url: str) -> None:
    """Somebody has written in the supergroup already, so the two conversations become one."""
    async with desk(sqlite_url, telegram=Upgraded(iter(()))) as d:
        old = await d.ask(GROUP)
        new = await d.ask(ChatRef(-100, type=ChatType.SUPERGROUP, name="Cats"), message_id=1)
        await d.work(old)
        await d.clock.advance(1)
        offered = await d.store.due(
            since=0, now=d.clock.now(), limit=9, bot_ids=[d.bot.id], written=False
        )
        assert offered == [new]
        await d.work_off(new)
        assert d.shown(-100) == ["alpha", "alpha"]


class Blocked(SimulatedTelegram):
    """Everybody has blocked the bot."""

    async def send(self, chat: Chat, content: Content, **how: Any) -> int:
        raise ChatGone("Forbidden: bot was blocked by the user")


async def test_a_chat_that_is_gone_is_not_asked_for_until_it_writes_again(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url, telegram=Blocked(iter(()))) as r:
        lane = await r.ask()
        await r.ask()
        await r.work(lane)
        asked = len(r.provider.questions)
        await r.settle()
        assert (len(r.provider.questions), r.alerts()) == (asked, [])
        assert await r.column("status") == ["TERMINAL", "TERMINAL"]
        await r.ask()
        await r.work(lane)
        assert len(r.provider.questions) == asked + 1


@pytest.mark.parametrize("name", ["start", "help"])
@pytest.mark.parametrize("blank", BLANKS)
async def test_a_blank_start_or_help_message_is_the_default_one(
    sqlite_url: str, blank: str, name: str
) -> None:
    async with room(sqlite_url, start_message=blank, help_message=blank) as r:
        await r.hear(update(f"/{name}"))
        await r.settle()
        assert await r.column("status") == ["COMPLETED"]
        assert len(r.shown(ANN["id"])) == 1


async def test_what_is_wrong_with_the_account_is_one_cause_for_every_bot(sqlite_url: str) -> None:
    """A hundred bots without money are one alert; a bot's own trouble is told by bot."""
    async with desk(sqlite_url) as d:
        for error in (AccountError("no money"), AccountError("no money"), RequestRefused("odd")):
            d.failures = [error]
            await d.work_off(await d.ask())
        first, second, odd = (one for one in d.effects if isinstance(one, AdminAlert))
        assert first.key == second.key
        assert (first.bot_id, first.retry) == (None, "messages retry provider_account")
        assert (odd.key, odd.bot_id) == (f"provider_refused:{d.bot.id}", d.bot.id)
