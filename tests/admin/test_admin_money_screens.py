"""/admin money: what was spent, the chart, limits, prices, the kill switch, as admins see them."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from chats_kit import Office, labels

from kotodom.db import SqlStore
from kotodom.model import Account, AccountRole, Bot, BotSpec, ContentKind
from kotodom.ports import Purpose
from tests.support.lives import spend
from tests.support.talking import BOSS, Room, room
from tests.support.updates import ANN

DOLLAR = 10**9
CENT = DOLLAR // 100
DAY = 24 * 3600
MANAGER, OWNER = 901, 902


class Desk:
    """A room with an admin, a manager and somebody who owns one of two bots."""

    def __init__(self, talk: Room, other: Bot) -> None:
        self.talk = talk
        self.other = other
        self.boss = Office(talk)
        self.manager = Office(talk, MANAGER, "Manager")
        self.owner = Office(talk, OWNER, "Owner")
        talk.accounts.put(Account(MANAGER, AccountRole.MANAGER, 5))
        talk.accounts.put(Account(OWNER, AccountRole.USER, 6))
        talk.registry.put(replace(talk.registry.get(talk.bot.id), owner_id=6))

    async def spends(self, dollars: float, bot: int = 0, **how: Any) -> None:
        """Ann's call cost that much."""
        cost = round(dollars * DOLLAR)
        bot = bot or self.talk.bot.id
        now = self.talk.clock.now()
        await spend(self.talk.store, bot, ANN["id"], **{"cost": cost, "now": now, **how})


@asynccontextmanager
async def desk(url: str) -> AsyncIterator[Desk]:
    async with room(url) as talk:
        await talk.say("hello")
        await talk.settle()
        (other,) = [
            bot
            for bot in await talk.store.sync_bots(
                [
                    _spec(talk.bot),
                    replace(_spec(talk.bot), telegram_id=43, token="43:x", name="dog"),
                ]
            )
            if bot.name == "dog"
        ]
        talk.registry.put(other)
        yield Desk(talk, other)


def _spec(bot: Bot) -> BotSpec:
    return BotSpec(bot.telegram_id, bot.token, bot.name)


async def test_the_overview_says_what_was_spent_today_this_week_and_this_month(
    sqlite_url: str,
) -> None:
    async with desk(sqlite_url) as at:
        await at.spends(1.5)
        await at.spends(2, at.other.id)
        await at.spends(0, cost=None)
        said = await at.boss.types("money")
        assert "Today: $3.50 · 4 questions · 60 tokens" in said
        assert "7 days: $3.50" in said
        assert "This month: $3.50" in said
        assert "1 call has no price" in said
        assert "• dog: $2.00 · 1 question" in said
        await at.talk.clock.advance(DAY)
        said = await at.boss.presses("↻ Refresh")
        assert "Today: $0.0000 · 0 questions" in said
        assert "7 days: $3.50" in said


async def test_it_reads_well_in_russian(sqlite_url: str) -> None:
    async with desk(sqlite_url) as at:
        await at.spends(1.5)
        at.boss._from["language_code"] = "ru"
        said = await at.boss.types("money")
        assert "Сегодня: $1.50 · 2 вопроса · 30 токенов" in said


async def test_whoever_owns_one_bot_sees_its_money_alone(sqlite_url: str) -> None:
    async with desk(sqlite_url) as at:
        await at.spends(1)
        await at.spends(7, at.other.id)
        for words in ("money", "money bots", "money people", "money models"):
            said = await at.owner.types(words)
            assert "$1.00" in said
            assert "7.00" not in said, words
            assert "8.00" not in said, words
            assert "dog" not in said, words
        await at.owner.types("money chart")
        assert [one.name for one in at.talk.painter.drawn[-1].series] == ["cat"]


async def test_lists_by_bot_person_and_model_turn_pages(sqlite_url: str) -> None:
    async with desk(sqlite_url) as at:
        for number in range(10):
            await at.spends(number + 1, model=f"model-{number}")
        said = await at.boss.types("money models month")
        assert said.splitlines()[4].startswith("• model-9: $10.00")
        said = await at.boss.presses("2 ▶")
        assert "model-1" in said
        assert "model-9" not in said
        said = await at.boss.types("money people")
        assert "@ann → cat: $55.00" in said
        said = await at.boss.presses("7 days")
        assert "7 days:" in said
        assert "yesterday" in await at.boss.types("money bots yesterday")


async def test_the_chart_is_a_picture_or_letters_without_the_library(sqlite_url: str) -> None:
    async with desk(sqlite_url) as at:
        await at.talk.clock.advance(DAY)
        await at.spends(1)
        await at.talk.clock.advance(DAY)
        await at.spends(3)
        await at.boss.types("money chart")
        photo = at.boss.contents[-1]
        assert photo.kind is ContentKind.PHOTO
        assert base64.b64decode(photo.payload) == b"PNG"
        (series,) = at.talk.painter.drawn[-1].series
        assert series.amounts[-2:] == (1.0, 3.0)
        at.talk.painter.picture = None
        said = await at.boss.types("money chart")
        assert "██████████████████ $3.00" in said
        assert "cat $4.00" in said


async def test_a_limit_is_set_by_typing_by_buttons_and_by_answering(sqlite_url: str) -> None:
    async with desk(sqlite_url) as at:
        said = await at.boss.types("money limit day cost 5")
        assert "All bots, a day: $0.0000 of $5.00 (0 %)" in said
        await at.boss.types(f"bot {at.talk.bot.id} limits")
        await at.boss.presses("💬 Questions a month")
        said = await at.boss.says("200")
        assert "cat, a month: 1 of 200 questions (0 %)" in said
        await at.boss.types(f"bot {at.talk.bot.id} person each limit day questions")
        said = await at.boss.presses("10")
        assert "each person at cat, a day: 10 questions" in said
        said = await at.boss.types("bot cat person @ann limit day questions 50")
        assert "@ann at cat, a day: 1 of 50 questions (2 %)" in said
        said = await at.boss.types("chat 1 limit month cost 0.25")
        assert "chat 1 (cat), a month: $0.0000 of $0.2500" in said
        said = await at.boss.types("money limits")
        assert said.count("\n") == 6
        stored = await at.talk.store.limits()
        await at.talk.budget.reload()
        assert sorted(at.talk.budget.all(), key=lambda one: one.id) == sorted(
            stored, key=lambda one: one.id
        )


async def test_a_limit_counts_at_once_and_is_gone_at_once(sqlite_url: str) -> None:
    async with desk(sqlite_url) as at:
        await at.boss.types("bot cat limit day questions 0")
        await at.talk.say("hi?")
        await at.talk.settle()
        assert "not allowed to answer" in at.talk.shown()[-1]
        said = await at.boss.types("bot cat limit day questions none")
        assert "no such limit any more" in said
        await at.talk.say("and now?")
        await at.talk.settle()
        assert at.talk.shown()[-1] == "answer to and now?"


async def test_a_limit_is_audited_with_what_it_was(sqlite_url: str) -> None:
    async with desk(sqlite_url) as at:
        await at.boss.types("money limit day cost 5")
        await at.boss.types("money limit day cost 7")
        await at.boss.types("money limit day cost none")
        rows = await at.talk.store._database.read(
            lambda c: c.fetch("SELECT user_id, object, field, before, after FROM audit ORDER BY id")
        )
        assert [tuple(row) for row in rows] == [
            (BOSS, "limit:instance:", "day cost", None, "$5.00"),
            (BOSS, "limit:instance:", "day cost", "$5.00", "$7.00"),
            (BOSS, "limit:instance:", "day cost", "$7.00", None),
        ]


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("money limit week cost 5", "write day or month"),
        ("money limit day love 5", "write cost or questions"),
        ("money limit day cost five", "5 or 0.50"),
        ("money limit day cost -5", "5 or 0.50"),
        ("money limit day cost 1,000", "5 or 0.50"),
        ("money limit day questions 1.5", "such as 100"),
        ("bot cat person @nobody limit day questions 5", "@nobody"),
    ],
)
async def test_what_does_not_fit_is_said_with_what_would(
    sqlite_url: str, words: str, hint: str
) -> None:
    async with desk(sqlite_url) as at:
        assert hint in await at.boss.types(words)
        assert await at.talk.store.limits() == []


async def test_who_owns_a_bot_limits_its_chats_and_people_but_not_the_bot(sqlite_url: str) -> None:
    async with desk(sqlite_url) as at:
        assert "@ann at cat" in await at.owner.types("bot cat person 501 limit day questions 5")
        assert "chat 1 (cat)" in await at.owner.types("chat 1 limit day questions 5")
        for words in ("bot cat limit day cost 500", "money limit day cost 500", "money prices"):
            assert await at.owner.types(words) == "Your role does not allow that."
        for words in ("bot dog limits", "bot dog person each limit day questions 5"):
            assert "no “dog” here" in await at.owner.types(words)
        await at.boss.types("money limit day cost 5")
        await at.boss.types("bot dog limit day cost 5")
        said = await at.owner.types("money limits")
        assert "All bots" not in said
        assert "dog" not in said
        assert len(await at.talk.store.limits()) == 4


async def test_a_limit_in_dollars_warns_of_models_without_a_price(sqlite_url: str) -> None:
    async with desk(sqlite_url) as at:
        bot = at.talk.registry.get(at.talk.bot.id)
        at.talk.registry.put(replace(bot, model="llama"))
        said = await at.boss.types("bot cat limit day cost 5")
        assert "questions to llama are refused" in said
        said = await at.boss.presses("🏷 llama")
        assert "no price" in said
        said = await at.boss.presses("0 – it is my own")
        assert "llama: $0 · $0 · $0" in said
        await at.talk.say("hi?")
        await at.talk.settle()
        assert at.talk.shown()[-1] == "answer to hi?"


async def test_prices_are_shown_with_their_source_and_changed(sqlite_url: str) -> None:
    async with desk(sqlite_url) as at:
        await at.spends(0, model="mystery", cost=None)
        said = await at.manager.types("money prices")
        assert "⚠️ mystery: no price" in said.splitlines()[4:6]
        said = await at.manager.types("money price m")
        assert "m: $1 · $0.5 · $2" in said
        assert "Set by Kotodom" in said
        said = await at.manager.says("0.10 0,01 0.50")
        assert "m: $0.1 · $0.01 · $0.5" in said
        assert "Set in /admin" in said
        assert at.talk.prices["m"].output == Decimal("0.50")
        said = await at.manager.types("money price m minute 0.006")
        assert "a minute of sound: $0.006" in said
        assert "$0.01" in said
        said = await at.manager.presses("↩ Take back")
        assert "m: $1 · $0.5 · $2" in said
        assert "is no price" in await at.manager.types("money price m cheap")
        await at.talk.say("what does it cost?")
        await at.talk.settle()


async def test_prices_that_admins_set_are_there_after_a_restart(sqlite_url: str) -> None:
    async with desk(sqlite_url) as at:
        await at.boss.types("money price m 3 2 1")
        stored = await at.talk.store.stored_prices()
        assert stored["m"].input == Decimal(3)


async def test_one_tap_stops_all_calls_and_one_resumes_them(sqlite_url: str) -> None:
    async with desk(sqlite_url) as at:
        await at.manager.types("money")
        said = await at.manager.presses("🛑 Stop all calls")
        assert "All calls to the model provider are stopped" in said
        assert at.talk.switch.stopped
        assert await at.talk.store.provider_stopped()
        assert "are stopped" in await at.boss.types("")
        at.talk.provider.questions.clear()
        await at.talk.say("is anybody there?")
        (lane,) = await at.talk.lanes()
        await at.talk.work(lane)
        assert at.talk.provider.questions == []
        said = await at.manager.presses("▶️ Resume calls")
        assert "stopped" not in said
        assert not await at.talk.store.provider_stopped()
        await at.talk.settle()
        assert at.talk.shown()[-1] == "answer to is anybody there?"
        assert await at.owner.types("money stop") == "Your role does not allow that."


async def test_every_button_of_money_fits_and_leads_somewhere(sqlite_url: str) -> None:
    async with desk(sqlite_url) as at:
        await at.spends(1)
        await at.boss.types("money limit day cost 5")
        await at.boss.types("bot cat person each limit day questions 5")
        seen, todo = set[str](), ["money", "bot cat limits", "chat 1 limits"]
        while todo and len(seen) < 60:
            words = todo.pop()
            seen.add(words)
            said = await at.boss.types(words)
            assert "There is no command" not in said, words
            for command in labels(_last_screen(at.boss)).values():
                next_words = command.removeprefix("/admin").strip()
                mine = "limit" in next_words or next_words.startswith("money")
                if mine and next_words not in seen and "stop" not in next_words:
                    todo.append(next_words)
        assert len(seen) > 20


def _last_screen(office: Office) -> Any:
    return next(content for content in reversed(office.contents) if content.buttons)


async def test_purposes_are_counted_as_people_see_them(sqlite_url: str) -> None:
    async with desk(sqlite_url) as at:
        await at.spends(1, purpose=Purpose.TRANSCRIPT)
        assert "Today: $1.00 · 1 question" in await at.boss.types("money")


async def test_the_screens_stay_fast_with_many_people(tmp_path: Path, sqlite_url: str) -> None:
    async with desk(sqlite_url) as at:
        store: SqlStore = at.talk.store
        month = store.days.month(at.talk.clock.now())
        rows = [
            ("user", f"{at.talk.bot.id}:{number}", at.talk.bot.id, month, 1, 10, number * CENT)
            for number in range(1_000, 11_000)
        ]
        await store._database.write(
            lambda c: c.executemany(
                "INSERT INTO spend_total (scope, key, bot_id, day, questions, tokens, cost)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                rows,
            )
        )
        plan = await store._database.read(
            lambda c: c.fetch(
                "EXPLAIN QUERY PLAN SELECT key, SUM(cost) FROM spend_total"
                f" WHERE scope = 'user' AND day >= {month} AND day <= {month} GROUP BY key"
            )
        )
        assert "spend_total_of_day" in str([tuple(row) for row in plan])
        said = await at.boss.types("money people month")
        assert said.splitlines()[4].startswith("• 10999 → cat")
