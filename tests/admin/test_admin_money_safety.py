"""/admin money in trouble: the kill switch without a database, names of others, sums in part."""

from dataclasses import replace

from chats_kit import Office

from kotodom.model import Account, AccountRole, BotSource, BotSpec
from kotodom.ports import Purpose
from tests.support.flaky import Trouble, flaky
from tests.support.lives import spend
from tests.support.talking import Room, room
from tests.support.updates import ANN

OWNER = 902


async def owner_of_one(talk: Room) -> Office:
    """Somebody who owns the bot; another's bot knows a person whom theirs does not."""
    talk.accounts.put(Account(OWNER, AccountRole.USER, 6))
    talk.registry.put(replace(talk.registry.get(talk.bot.id), owner_id=6))
    await talk.store._database.write(
        lambda c: c.execute(
            "INSERT INTO tg_user (id, username, full_name) VALUES (777, 'victim', 'Secret Name')"
        )
    )
    return Office(talk, OWNER, "Owner")


async def test_the_switch_stops_all_calls_though_the_database_is_in_trouble(
    sqlite_url: str,
) -> None:
    async with room(
        sqlite_url, wrap=lambda store: flaky(store, Trouble.BEFORE, only="stop_provider")
    ) as talk:
        boss = Office(talk)
        await talk.say("/admin money stop", **{"from": boss._from, "chat": boss._chat})
        (lane,) = await talk.lanes()
        await talk.work(lane)
        assert talk.switch.stopped
        assert not await talk.store.provider_stopped()
        await talk.settle()
        assert await talk.store.provider_stopped()
        changes = await talk.store._database.read(
            lambda c: c.fetch("SELECT before, after FROM audit WHERE object = 'provider'")
        )
        assert [tuple(row) for row in changes] == [("allowed", "stopped")]


async def test_whoever_owns_one_bot_learns_nobodys_name_whom_it_does_not_know(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as talk:
        owner = await owner_of_one(talk)
        assert "nobody called “@victim”" in await owner.types("bot cat person @victim limit")
        for command in (
            "bot cat person 777 limit",
            "bot cat person 777 limit day questions 5",
            "bot cat limits",
            "money limits",
            "bot cat person 777 block",
            "bot cat people with blocked",
            "people with blocked",
            "people find 777",
        ):
            await owner.types(command)
            shown = f"{owner.contents[-1]}"
            assert "victim" not in shown, command
            assert "Secret" not in shown, command
        assert "777 at cat" in await owner.types("money limits")


async def test_the_names_of_people_who_wrote_to_the_bot_are_shown(sqlite_url: str) -> None:
    async with room(sqlite_url) as talk:
        owner = await owner_of_one(talk)
        await talk.say("hello")
        await talk.settle()
        assert "@ann at cat" in await owner.types(f"bot cat person {ANN['id']} limit")
        await owner.types("bot cat person @ann block")
        await owner.types("people with blocked")
        assert "Ann @ann" in f"{owner.contents[-1]}"


async def test_the_chart_says_that_it_is_not_all(sqlite_url: str) -> None:
    async with room(sqlite_url) as talk:
        boss = Office(talk)
        await spend(talk.store, talk.bot.id, ANN["id"], cost=None, now=talk.clock.now())
        assert "1 call has no price" in await boss.types("money chart")
        await spend(talk.store, talk.bot.id, ANN["id"], cost=10**9, now=talk.clock.now())
        await boss.types("money chart")
        assert "1 call has no price" in boss.texts[-2]
        talk.painter.picture = None
        assert "1 call has no price" in await boss.types("money chart")


async def test_a_probe_of_an_admin_is_no_question(sqlite_url: str) -> None:
    async with room(sqlite_url) as talk:
        now = talk.clock.now()
        await spend(talk.store, talk.bot.id, 0, cost=5, now=now, purpose=Purpose.PROBE)
        assert "Today: $0.0000 · 0 questions" in await Office(talk).types("money")


async def test_limits_of_a_deleted_bot_are_not_listed(sqlite_url: str) -> None:
    async with room(sqlite_url) as talk:
        (dog,) = [
            bot
            for bot in await talk.store.sync_bots(
                [BotSpec(talk.bot.telegram_id, "42:x", "cat"), BotSpec(43, "43:x", "dog")]
            )
            if bot.name == "dog"
        ]
        talk.registry.put(dog)
        boss = Office(talk)
        await boss.types("bot dog limit day questions 5")
        assert "dog" in await boss.types("money limits")
        talk.registry.end(dog.id, BotSource.DELETED)
        assert "There are no limits here." in await boss.types("money limits")
