"""What is committed is counted, whichever way a message came to its end."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from kotodom.db import Database
from kotodom.errors import RequestRefused
from kotodom.measures import (
    ANSWERED,
    ANSWERS,
    ATTEMPTS,
    COMMIT,
    COST,
    FIRST_TOKEN,
    MESSAGES,
    TOKENS,
    UNPRICED,
)
from kotodom.metrics import Distribution, Metrics
from kotodom.model import AccessMode, Backlog, Bot, BotSource, Done, Kind, Usage
from kotodom.money import NANO
from kotodom.prices import PriceTable
from kotodom.registry import Registry
from kotodom.wiring.counting import CountedStore, model_label
from tests.support.answering import migrated, one_bot
from tests.support.simulated import SimulatedTelegram
from tests.support.talking import PRICES, Room
from tests.support.updates import GROUP, voice


class Counted(Room):
    """A room whose store counts."""

    counted: Metrics
    database: Database

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await self.database.read(lambda c: c.fetch(sql))]

    def seen(self, measure: Any) -> dict[tuple[str, ...], Any]:
        return dict(next(m for m in self.counted.all() if m.measure is measure).samples())

    async def compare(self) -> Counter[tuple[str, str, str]]:
        """What was counted is what the database has; returns it."""
        ended = Counter(
            (str(bot), kind.lower(), status.lower())
            for bot, kind, status in await self.rows(
                "SELECT bot_id, kind, status FROM message_processing"
                " WHERE status IN ('COMPLETED', 'TERMINAL') AND joined_to = 0"
            )
        )
        assert self.seen(MESSAGES) == ended
        return ended


@asynccontextmanager
async def room(url: str, **spec: Any) -> AsyncIterator[Counted]:
    metrics = Metrics()
    async with migrated(url) as database:
        store = CountedStore(database, metrics)
        bot = await one_bot(store, **spec)
        talk = Counted(store, bot, SimulatedTelegram(iter(())))
        talk.counted, talk.database = metrics, database
        try:
            yield talk
            await talk.close()
        finally:
            await talk.tasks.cancel()


async def test_answers_commands_failures_and_poison(database_url: str) -> None:
    async with room(database_url) as r:
        await r.say("/help")
        await r.say("one")
        await r.settle()
        r.provider.plays.append([RequestRefused("no")])
        await r.say("two")
        await r.settle()
        await r.hear({"message": {"message_id": 7, "chat": {"id": "x"}}})
        bot = str(r.bot.id)
        ended = await r.compare()
        assert ended == {
            (bot, "command", "completed"): 1,
            (bot, "question", "completed"): 1,
            (bot, "question", "terminal"): 2,
        }
        assert r.seen(ATTEMPTS) == {("command",): 1, ("question",): 2}
        assert r.seen(ANSWERS) == {(bot,): 1}
        for times in (FIRST_TOKEN, ANSWERED):
            (seen,) = r.seen(times).values()
            assert isinstance(seen, Distribution)
            assert sum(seen.counts) == 1
        (commits,) = r.seen(COMMIT).values()
        assert sum(commits.counts) > 10


async def test_a_question_that_is_asked_again_ends_twice_but_is_timed_once(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        number = await r.say("one")
        await r.settle()
        await r.edit(number, "two")
        await r.settle()
        await r.say("/retry")
        await r.settle()
        bot = str(r.bot.id)
        assert r.seen(MESSAGES) == {
            (bot, "question", "completed"): 3,
            (bot, "command", "completed"): 1,
        }
        assert r.seen(ANSWERS) == {(bot,): 3}
        assert sum(r.seen(ANSWERED)[()].counts) == 1
        assert sum(r.seen(FIRST_TOKEN)[()].counts) == 1


async def test_who_is_not_let_in_is_counted_and_not_timed(sqlite_url: str) -> None:
    async with room(sqlite_url, access=AccessMode.APPROVAL) as r:
        await r.say("let me in")
        await r.settle()
        bot = str(r.bot.id)
        assert (await r.compare())[bot, "question", "completed"] == 1
        assert sum(r.seen(ANSWERED)[()].counts) == 0


async def test_what_waits_is_counted_for_each_kind(database_url: str) -> None:
    async with room(database_url) as r:
        assert await r.store.backlog_by_kind(r.clock.now(), []) == {}
        await r.say("/help")
        await r.say("one")
        await r.clock.advance(1)
        await r.say("two", chat={**GROUP, "type": "private", "id": 77})
        now, bots = r.clock.now(), [r.bot.id]
        assert await r.store.backlog_by_kind(now, bots) == {
            Kind.COMMAND: Backlog(1, 0, 0, 1000),
            Kind.QUESTION: Backlog(2, 0, 0, 1000),
        }
        assert await r.store.backlog(now, bots) == Backlog(3, 0, 0, 1000)


async def test_tokens_and_money_are_what_the_ledger_says(database_url: str) -> None:
    async with room(database_url) as r:
        r.files.files["voice"] = b"hello"
        r.provider.plays.append(["hm", Done("hm", Usage(input=1000, cached=400, output=50), "m")])
        await r.say("count me")
        await r.settle()
        await r.say(**voice(duration=60))
        await r.settle()
        r.provider.plays.append(["x", Done("x", Usage(input=7, output=9), "mystery")])
        r.registry.put(replace(r.registry.get(r.bot.id), model="mystery"))
        await r.say("who are you")
        await r.settle()
        ledger = await r.rows(
            "SELECT model, SUM(tokens_input), SUM(tokens_cached), SUM(tokens_output), SUM(cost),"
            " SUM(CASE WHEN cost IS NULL THEN 1 ELSE 0 END) FROM spend GROUP BY model"
        )
        assert {row[0] for row in ledger} == {"m", "ear", "mystery"}
        bot = str(r.bot.id)
        cost, unpriced, tokens = r.seen(COST), r.seen(UNPRICED), r.seen(TOKENS)
        for model, read, cached, written, spent, unknown in ledger:
            assert tokens[model, "input"] == read
            assert tokens[model, "cached"] == cached
            assert tokens[model, "output"] == written
            assert cost.get((bot, model), 0) == pytest.approx(int(spent or 0) / NANO)
            assert unpriced.get((bot, model), 0) == unknown


def test_a_model_is_named_only_if_somebody_here_has_named_it() -> None:
    registry = Registry("ours")
    label = model_label(PriceTable(PRICES, {}), registry, "listener")
    assert [label(name) for name in ("m", "ours", "listener", "m-2026-01-02")] == [
        *("m", "ours", "listener", "m"),
    ]
    assert [label(name) for name in ("theirs", "", "theirs-2026-01-02")] == ["other"] * 3
    registry.put(Bot(1, 1, "cat", "", "", "theirs", "", "", "", "", True, ""))
    assert label("theirs") == label("theirs-2026-01-02") == "theirs"
    registry.end(1, BotSource.DELETED)
    assert label("theirs") == "other"


def test_a_model_is_not_looked_for_in_every_bot_each_time() -> None:
    class Asked(Registry):
        times = 0

        def all(self) -> list[Bot]:
            self.times += 1
            return super().all()

    registry = Asked("ours")
    label = model_label(PriceTable(PRICES, {}), registry, "listener")
    assert {label("theirs") for _ in range(10)} == {"other"}
    assert registry.times == 1
