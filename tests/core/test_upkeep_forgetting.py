"""Upkeep: what people wanted gone goes for good, and what is too old goes by itself."""

from dataclasses import replace

import pytest

from kotodom import upkeep
from kotodom.model import Content, Status
from kotodom.ports.admin import AuditEntry
from kotodom.upkeep import DAY
from tests.support.keeping import Rig, rig
from tests.support.lives import ANN, BOB, Lives, dump, private


@pytest.fixture(autouse=True)
def a_few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "AT_ONCE", 2)


async def rows(r: Rig, table: str = "message_processing") -> int:
    return len((await dump(r.store))[table])


async def answered(r: Rig, lives: Lives, count: int) -> None:
    """So many of Ann's questions, asked and answered now."""
    for _ in range(count):
        now = r.clock.now()
        lane = await lives.say(r.bots[0], ANN, private(ANN), now=now)
        await lives.answer(lane, now=now)


@pytest.mark.parametrize("count", [0, 1, 2, 5])
async def test_every_finished_forgetme_is_purged_with_its_person(
    sqlite_url: str, count: int
) -> None:
    async with rig(sqlite_url) as r:
        lives = Lives(r.store)
        for bot in (*r.bots, *r.bots[:1])[: min(count, 3)]:
            await lives.confirm(await lives.forget(bot, ANN, private(ANN)))
        await lives.say(r.bots[0], BOB, private(BOB))
        await r.upkeep.purge()
        assert await rows(r) == 1
        assert list((await dump(r.store))["tg_user"]) == [BOB.id]


async def test_a_forgetme_that_is_not_answered_yet_is_left_alone(sqlite_url: str) -> None:
    async with rig(sqlite_url) as r:
        lives = Lives(r.store)
        job = await lives.forget(r.bots[0], ANN, private(ANN))
        await r.upkeep.purge()
        assert await rows(r) == 1
        await r.store.finish(job, Status.TERMINAL, now=r.clock.now())
        await r.upkeep.purge()
        assert await rows(r) == 0


async def test_what_is_older_than_its_days_goes_and_the_rest_stays(sqlite_url: str) -> None:
    async with rig(sqlite_url, keep_days=30) as r:
        lives = Lives(r.store)
        await answered(r, lives, 5)
        await r.clock.advance(29 * DAY / 1000)
        await answered(r, lives, 1)
        await r.upkeep.expire()
        assert await rows(r) == 6
        await r.clock.advance(2 * DAY / 1000)
        await r.upkeep.expire()
        assert (await rows(r), await rows(r, "message")) == (1, 2)
        assert await rows(r, "spend") == 6  # what it cost stays in the ledger


async def test_what_still_waits_for_its_answer_never_expires(sqlite_url: str) -> None:
    async with rig(sqlite_url, keep_days=1) as r:
        await r.ask(r.bots[0], 7)
        await r.clock.advance(99 * DAY / 1000)
        await r.upkeep.expire()
        assert await rows(r) == 1


async def test_a_bot_of_its_own_mind_keeps_for_as_long_as_it_says(sqlite_url: str) -> None:
    async with rig(sqlite_url, keep_days=30) as r:
        short, ever = r.bots
        r.registry.put(replace(r.registry.get(short), keep_days=1))
        r.registry.put(replace(r.registry.get(ever), keep_days=0))
        lives = Lives(r.store)
        for bot in r.bots:
            now = r.clock.now()
            await lives.answer(await lives.say(bot, ANN, private(ANN), now=now), now=now)
        await r.clock.advance(2 * DAY / 1000)
        assert await r.upkeep.expire() == "1 deleted"
        await r.clock.advance(99 * DAY / 1000)
        await r.upkeep.expire()
        (left,) = (await dump(r.store))["message_processing"].values()
        assert left["bot_id"] == ever


async def test_notices_go_with_the_conversations_and_the_audit_stays(sqlite_url: str) -> None:
    async with rig(sqlite_url, keep_days=1) as r:
        lives = Lives(r.store)
        await answered(r, lives, 1)
        chat = await r.store.private_chat(r.bots[0], ANN.id)
        assert chat is not None
        now = r.clock.now()
        lane = await r.store.write_notice(chat, [Content("hi")], key="k", said="hi", now=now)
        assert lane is not None
        job = await r.store.claim(lane, now)
        assert job is not None
        await r.store.finish(job, Status.COMPLETED, now=now)
        entry = AuditEntry(1, "", "bot BOT set", "bot:1", "", None, None, "job:1")
        await r.store.write_audit(entry, now)
        await r.clock.advance(2 * DAY / 1000)
        await r.upkeep.expire()
        assert [await rows(r, name) for name in ("message_processing", "message")] == [0, 0]
        audit = await r.store._database.read(lambda c: c.fetch("SELECT object FROM audit"))
        assert [row[0] for row in audit] == ["bot:1"]


async def test_who_is_forgotten_leaves_no_notice_behind(sqlite_url: str) -> None:
    async with rig(sqlite_url) as r:
        lives = Lives(r.store)
        await answered(r, lives, 1)
        chat = await r.store.private_chat(r.bots[0], ANN.id)
        assert chat is not None
        now = r.clock.now()
        lane = await r.store.write_notice(chat, [Content("hi")], key="k", said="hi", now=now)
        assert lane is not None
        job = await r.store.claim(lane, now)
        assert job is not None
        await r.store.finish(job, Status.COMPLETED, now=now)
        await lives.confirm(await lives.forget(r.bots[0], ANN, private(ANN)))
        for _ in range(3):
            await r.upkeep.purge()
        assert [await rows(r, name) for name in ("message_processing", "chat", "tg_user")] == [
            0
        ] * 3
