"""A circuit that one bot's own key has opened holds back that bot's questions alone."""

from dataclasses import replace

from kotodom.effects import AdminAlert
from tests.support.keeping import Rig, rig

OWN = "own-key-0123456789"


def own(r: Rig, key: str = OWN) -> None:
    """The second bot has a key of its own, whose circuit alone is open."""
    r.registry.put(replace(r.registry.get(r.bots[1]), api_key=key))
    r.provider.waits[key] = 30.0


async def test_only_the_questions_of_that_bot_wait(sqlite_url: str) -> None:
    async with rig(sqlite_url) as r:
        own(r)
        (ours,), (theirs,) = await r.ask(r.bots[0], 1), await r.ask(r.bots[1], 2)
        for lane in (ours, theirs):
            await r.postpone(lane, 1_000)
        await r.clock.advance(1)
        await r.upkeep.tick()
        assert r.offered() == {ours}
        assert [r.upkeep.circuit_open(bot) for bot in r.bots] == [False, True]
        r.provider.waits.clear()
        await r.upkeep.tick()
        assert theirs in await r.fed()


async def test_its_owner_hears_whose_circuit_it_is(sqlite_url: str) -> None:
    async with rig(sqlite_url) as r:
        own(r)
        r.upkeep.circuit_changed("https://api", "closed", "open", OWN)
        (alert,) = r.effects
        assert isinstance(alert, AdminAlert)
        assert (alert.bot_id, alert.args["address"]) == (r.bots[1], "https://api (b)")


async def test_questions_wait_while_the_key_cannot_be_opened(sqlite_url: str) -> None:
    async with rig(sqlite_url) as r:
        own(r, "sealed:gAAAA")
        r.provider.waits.clear()
        (theirs,) = await r.ask(r.bots[1], 2)
        await r.upkeep.tick()
        assert r.upkeep.circuit_open(r.bots[1])
        r.registry.put(replace(r.registry.get(r.bots[1]), api_key=OWN))
        await r.upkeep.tick()
        assert await r.fed() == {theirs}
