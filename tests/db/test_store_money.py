"""Totals and reservations: what is spent adds up, and never beyond a limit."""

import asyncio
from decimal import Decimal

import pytest

from kotodom.db import Connection, SqlStore
from kotodom.model import ChatRef, ChatType, Check, Limit, Measure, Period, Scope, Spending, Usage
from kotodom.money import Price
from kotodom.ports import Purpose
from kotodom.ports.admin import AuditEntry
from tests.support.answering import one_bot
from tests.support.lives import ANN, BOB, Lives, private, spend
from tests.support.rows import NOW

AUDIT = AuditEntry(1, "Boss", "x", "x", "", None, None, "job:1")
CENT = 10_000_000


async def rows(store: SqlStore, sql: str) -> list[tuple[object, ...]]:
    found = await store._database.read(lambda c: c.fetch(sql))
    return [tuple(row) for row in found]


async def totals(store: SqlStore) -> dict[tuple[str, str, int], tuple[int, ...]]:
    found = await rows(
        store, "SELECT scope, key, day, questions, tokens, cost, unpriced FROM spend_total"
    )
    return {tuple(row[:3]): tuple(map(int, row[3:])) for row in found}  # type: ignore[misc,arg-type]


def limit(scope: Scope, key: str, bot: int, amount: int, measure: Measure = Measure.COST) -> Limit:
    return Limit(scope, key, bot, Period.DAY, measure, amount)


async def checked(store: SqlStore, made: Limit, key: str = "") -> Check:
    stored = await store.set_limit(made, made.amount, AUDIT, NOW)
    assert stored is not None
    return Check(stored, key or made.key, store.days.day(NOW))


def call(bot: int, cost: int | None = CENT, user: int = ANN.id, **more: object) -> Spending:
    usage = Usage(input=100, output=50, estimated=True)
    return Spending(bot, None, user, Purpose.ANSWER, "m", usage, cost=cost, **more)  # type: ignore[arg-type]


async def test_each_call_raises_the_day_and_the_month_of_all_it_counts_for(
    store: SqlStore,
) -> None:
    bot = (await one_bot(store)).id
    lives = Lives(store)
    lane = await lives.say(bot, ANN, private(ANN))
    await lives.answer(lane, now=NOW)
    await spend(store, bot, ANN.id, now=NOW, cost=None)
    await spend(store, bot, ANN.id, now=NOW, purpose=Purpose.TRANSCRIPT)
    day, month = store.days.day(NOW), store.days.month(NOW)
    found = await totals(store)
    everything = (2, 45, 14, 1)
    for when in (day, month):
        assert found["instance", "", when] == everything
        assert found["bot", str(bot), when] == everything
        assert found["user", f"{bot}:{ANN.id}", when] == everything
        assert found["model", f"{bot}:m", when] == everything
        assert found["chat", str(lane.chat_id), when] == (1, 15, 7, 0)


async def test_many_calls_at_once_add_up(store: SqlStore) -> None:
    bots = [(await one_bot(store, number)).id for number in (41, 42)]
    await Lives(store).say(bots[0], ANN, private(ANN))
    await asyncio.gather(*(spend(store, bots[n % 2], ANN.id, now=NOW, cost=3) for n in range(60)))
    assert (await totals(store))["instance", "", store.days.month(NOW)][2] == 180


async def test_reservations_at_once_never_go_beyond_a_limit(store: SqlStore) -> None:
    bot = (await one_bot(store)).id
    check = await checked(store, limit(Scope.BOT, str(bot), bot, 5 * CENT))
    found = await asyncio.gather(*(store.reserve(call(bot), [check], NOW) for _ in range(20)))
    assert sum(isinstance(one, int) for one in found) == 5
    (standing,) = await store.standings([check])
    assert (standing.used, standing.reserved) == (0, 5 * CENT)


async def test_reserving_and_settling_at_once_never_go_beyond_a_limit(store: SqlStore) -> None:
    bot = (await one_bot(store)).id
    check = await checked(store, limit(Scope.INSTANCE, "", 0, 10 * CENT))

    async def one() -> int:
        found = await store.reserve(call(bot), [check], NOW)
        if not isinstance(found, int):
            return 0
        await spend(store, bot, ANN.id, cost=CENT, now=NOW, reservation=found)
        return 1

    assert sum(await asyncio.gather(*(one() for _ in range(40)))) == 10
    (standing,) = await store.standings([check])
    assert (standing.used, standing.reserved) == (10 * CENT, 0)


@pytest.mark.parametrize("scope", [Scope.INSTANCE, Scope.BOT, Scope.CHAT, Scope.USER])
async def test_each_level_has_a_sum_of_its_own(store: SqlStore, scope: Scope) -> None:
    bot, other = (await one_bot(store)).id, (await one_bot(store, 77)).id
    lives = Lives(store)
    chat = (await lives.say(bot, ANN, private(ANN))).chat_id
    elsewhere = (await lives.say(bot, BOB, private(BOB))).chat_id
    key = {
        Scope.INSTANCE: "",
        Scope.BOT: str(bot),
        Scope.CHAT: str(chat),
        Scope.USER: f"{bot}:{ANN.id}",
    }[scope]
    check = await checked(store, limit(scope, key, bot, 2, Measure.QUESTIONS))

    def asked(bot: int, chat: int, user: int) -> Spending:
        return Spending(bot, chat, user, Purpose.ANSWER, "m", Usage())

    assert isinstance(await store.reserve(asked(bot, chat, ANN.id), [check], NOW), int)
    # Somebody else's, which counts for the wider levels only.
    assert isinstance(await store.reserve(asked(bot, elsewhere, BOB.id), [], NOW), int)
    assert isinstance(await store.reserve(asked(other, elsewhere, ANN.id), [], NOW), int)
    (standing,) = await store.standings([check])
    assert standing.reserved == {Scope.INSTANCE: 3, Scope.BOT: 2}.get(scope, 1)


async def test_zero_allows_nothing_and_none_is_no_limit(store: SqlStore) -> None:
    bot = (await one_bot(store)).id
    made = limit(Scope.BOT, str(bot), bot, 0, Measure.QUESTIONS)
    check = await checked(store, made)
    assert isinstance(await store.reserve(call(bot), [check], NOW), list)
    assert await store.set_limit(made, None, AUDIT, NOW) is None
    assert await store.limits() == []
    assert isinstance(await store.reserve(call(bot), [], NOW), int)


async def test_a_reservation_is_settled_once_however_often_that_is_tried(store: SqlStore) -> None:
    bot = (await one_bot(store)).id
    found = await store.reserve(call(bot), [], NOW)
    assert isinstance(found, int)
    for _ in range(3):
        await spend(store, bot, ANN.id, cost=7, now=NOW, reservation=found)
    assert await rows(store, "SELECT cost FROM spend") == [(7,)]
    assert await rows(store, "SELECT id FROM reservation") == []


async def test_what_a_crash_left_reserved_is_booked_once_on_its_own_day(store: SqlStore) -> None:
    bot = (await one_bot(store)).id
    lives = Lives(store)
    lane = await lives.say(bot, ANN, private(ANN))
    yesterday = NOW - 24 * 3_600_000
    asked = Spending(
        bot, lane.chat_id, ANN.id, Purpose.ANSWER, "m", Usage(100, output=50), cost=CENT
    )
    await store.reserve(asked, [], yesterday)
    assert [await store.book_leftovers(NOW) for _ in range(2)] == [1, 0]
    told = "SELECT tg_user_id, chat_id, tokens_input, tokens_output, cost, created_at FROM spend"
    assert await rows(store, told) == [(ANN.id, lane.chat_id, 100, 50, CENT, yesterday)]
    assert (await rows(store, "SELECT estimated FROM spend"))[0][0]
    day = store.days.day(yesterday)
    # It is asked anew and counts as a question then.
    assert (await totals(store))["chat", str(lane.chat_id), day] == (0, 150, CENT, 0)


async def test_what_is_reserved_survives_the_chat_it_was_for(store: SqlStore) -> None:
    bot = (await one_bot(store)).id
    lives = Lives(store)
    lane = await lives.say(bot, ANN, private(ANN))
    job = await lives.answer(lane)
    asked = Spending(
        bot, lane.chat_id, ANN.id, Purpose.ANSWER, "m", Usage(), cost=CENT, row_id=job.id
    )
    await store.reserve(asked, [], NOW)

    async def delete(connection: Connection) -> None:
        await connection.execute("DELETE FROM message_processing WHERE chat_id = $1", lane.chat_id)
        await connection.execute("DELETE FROM message WHERE chat_id = $1", lane.chat_id)
        await connection.execute("DELETE FROM chat WHERE id = $1", lane.chat_id)

    await store._database.write(delete)
    assert await store.book_leftovers(NOW) == 1


async def test_forgetting_somebody_forgets_what_they_spent_unless_a_limit_goes_by_it(
    store: SqlStore,
) -> None:
    lives = Lives(store)
    for number, limited in ((41, False), (42, True)):
        bot = (await one_bot(store, number)).id
        if limited:
            await checked(store, limit(Scope.USER, f"{bot}:*", bot, CENT), f"{bot}:{ANN.id}")
        await lives.answer(await lives.say(bot, ANN, private(ANN)))
        job = await lives.forget(bot, ANN, private(ANN))
        while await store.erase_some(job, 100):
            pass
        kept = {key for key in await totals(store) if key[0] == "user" and key[1][0] == str(bot)}
        assert bool(kept) is limited
        assert (await totals(store))["bot", str(bot), store.days.month(NOW)][2] == 7


async def test_old_days_of_people_and_chats_are_forgotten(store: SqlStore) -> None:
    bot = (await one_bot(store)).id
    chat = (await Lives(store).say(bot, ANN, private(ANN))).chat_id
    old = NOW - 100 * 24 * 3_600_000
    for when in (old, NOW):
        await spend(store, bot, ANN.id, now=when, chat_id=chat)
    await store.forget_totals(store.days.last(NOW, 62)[0])
    found = await totals(store)
    for scope in ("user", "chat"):
        kept = {key[2] for key in found if key[0] == scope}
        assert kept == {store.days.day(NOW), store.days.month(NOW)}
    assert ("bot", str(bot), store.days.day(old)) in found


async def test_a_group_that_becomes_a_supergroup_takes_its_limits_and_sums_along(
    store: SqlStore,
) -> None:
    bot = (await one_bot(store)).id
    lives = Lives(store)
    old = await lives.say(bot, ANN, ChatRef(-4, type=ChatType.GROUP, name="Friends"))
    await lives.answer(old)
    new = await lives.say(bot, ANN, ChatRef(-1004, type=ChatType.SUPERGROUP, name="Friends"))
    await lives.answer(new)
    await checked(store, limit(Scope.CHAT, str(old.chat_id), bot, CENT))
    await store.move_chat(bot, -4, -1004)
    (kept,) = await store.limits()
    assert kept.key == str(new.chat_id)
    found = await totals(store)
    assert found["chat", str(new.chat_id), store.days.day(NOW)][2] == 14
    assert not [key for key in found if key[:2] == ("chat", str(old.chat_id))]


async def test_totals_are_paged_dearest_first_and_by_bot(store: SqlStore) -> None:
    bots = [(await one_bot(store, number)).id for number in (41, 42, 43)]
    for number, bot in enumerate(bots):
        await spend(store, bot, 0, cost=number, now=NOW)
    month = (store.days.month(NOW),) * 2
    found = await store.totals(Scope.BOT, month)
    assert [total.key for total in found] == [str(bot) for bot in reversed(bots)]
    some = await store.totals(Scope.BOT, month, bot_ids=bots[:2], after=1, limit=1)
    assert [total.key for total in some] == [str(bots[0])]
    assert await store.totals(Scope.BOT, month, bot_ids=[]) == []
    daily = await store.daily_totals((store.days.day(NOW),) * 2)
    assert {key: total.cost for key, total in daily.items()} == {
        (bot, store.days.day(NOW)): number for number, bot in enumerate(bots)
    }


async def test_prices_and_the_switch_are_kept_with_their_audit(store: SqlStore) -> None:
    price = Price(Decimal("0.10"), Decimal("0.01"), Decimal("0.5"), Decimal("0.006"))
    for name, given in (("a", price), ("b", Price(minute=Decimal(1))), ("a", price)):
        await store.set_price(name, given, AUDIT, NOW)
    assert await store.stored_prices() == {"a": price, "b": Price(minute=Decimal(1))}
    await store.set_price("a", None, AUDIT, NOW)
    assert list(await store.stored_prices()) == ["b"]
    for stopped in (True, True, False, True):
        await store.stop_provider(stopped, AUDIT, NOW)
        assert await store.provider_stopped() is stopped
    assert await rows(store, "SELECT COUNT(*) FROM audit") == [(1,)]


async def test_admins_are_told_once_for_each_mark_and_period(store: SqlStore) -> None:
    bot = (await one_bot(store)).id
    check = await checked(store, limit(Scope.BOT, str(bot), bot, CENT))
    told = [
        await store.mark_told(check.limit.id, day, mark)
        for day, mark in ((1, 50), (1, 50), (1, 80), (1, 50), (2, 50))
    ]
    assert told == [True, False, True, False, True]
    again = await checked(store, limit(Scope.BOT, str(bot), bot, 2 * CENT))
    assert again.limit.told == 0
