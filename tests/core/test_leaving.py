"""Where a bot is: recorded, left where it is not to be, and carried over when a group moves."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from kotodom.effects import AdminAlert, LeaveGroup
from kotodom.errors import ChatGone, MessageRefused, NotSent
from kotodom.model import ChatRef, ChatType, Content, Groups, Membership, Person
from kotodom.places import ONCE
from tests.support.flaky import Trouble, flaky
from tests.support.simulated import SimulatedTelegram
from tests.support.talking import Room, room
from tests.support.updates import BOB, GROUP, update

CATS = ChatRef(-9, type=ChatType.SUPERGROUP, name="Cats")
ANN = Person(501, "ann", "Ann", "en")
OFF = "I don't talk in groups, so I will leave now. Write to me in private"


def joined(chat: ChatRef = CATS, by: Person | None = ANN) -> Membership:
    return Membership(chat, "member", True, by)


def left(chat: ChatRef = CATS, status: str = "kicked") -> Membership:
    return Membership(chat, status, False, ANN)


async def settled(r: Room) -> None:
    async with asyncio.timeout(5):
        await r.tasks.wait(None)


async def chats(r: Room) -> list[tuple[object, ...]]:
    rows = await r.store._database.read(
        lambda c: c.fetch(
            "SELECT telegram_chat_id, member_status, blocked_at IS NOT NULL FROM chat ORDER BY id"
        )
    )
    return [(row[0], row[1], bool(row[2])) for row in rows]


@pytest.fixture
async def off(sqlite_url: str) -> AsyncIterator[Room]:
    """A bot that stays in no group."""
    async with room(sqlite_url, groups=Groups.OFF) as r:
        yield r


async def test_a_bot_that_stays_in_no_group_says_so_and_leaves(off: Room) -> None:
    await off.handlers.membership(off.bot.id, joined())
    await settled(off)
    (said,) = off.shown(-9)
    assert said.startswith(OFF)
    assert off.telegram.left == [-9]


async def test_it_says_so_in_the_language_of_whoever_added_it(off: Room) -> None:
    await off.handlers.membership(off.bot.id, joined(by=Person(5, language_code="ru")))
    await settled(off)
    assert off.shown(-9)[0].startswith("В группах я не")


async def test_it_says_so_once_an_hour_but_leaves_each_time(off: Room) -> None:
    for _ in range(3):
        await off.handlers.membership(off.bot.id, joined())
        await settled(off)
    assert (len(off.shown(-9)), off.telegram.left) == (1, [-9, -9, -9])
    await off.clock.advance(ONCE / 1000 + 1)
    await off.handlers.membership(off.bot.id, joined())
    await settled(off)
    assert len(off.shown(-9)) == 2


async def test_many_updates_at_once_are_one_farewell(off: Room) -> None:
    for _ in range(5):
        off.places.leave(off.bot.id, CATS, ANN)
    assert len(off.tasks) == 1
    await settled(off)
    assert off.telegram.left == [-9]


async def test_a_message_from_such_a_group_makes_it_leave(off: Room) -> None:
    await off.hear(update("hello", chat=GROUP, **{"from": BOB}))
    assert await off.lanes() == []
    (effect,) = off.effects
    assert isinstance(effect, LeaveGroup)
    assert (effect.bot_id, effect.chat.telegram_chat_id) == (off.bot.id, -9)
    assert effect.by is not None and effect.by.id == BOB["id"]


class Silenced(SimulatedTelegram):
    """Lets the bot write nowhere."""

    async def send(self, chat: Any, content: Content, **how: Any) -> int:
        raise MessageRefused("Bad Request: not enough rights")


async def test_it_leaves_though_it_may_not_say_so(sqlite_url: str) -> None:
    async with room(sqlite_url, groups=Groups.OFF, telegram=Silenced(iter(()))) as r:
        await r.handlers.membership(r.bot.id, joined())
        await settled(r)
        assert r.telegram.left == [-9]


@pytest.mark.parametrize("error", [NotSent(), ChatGone()])
async def test_what_failed_is_tried_again_with_the_next_message(
    off: Room, error: Exception
) -> None:
    off.telegram.troubles.append(error)  # type: ignore[arg-type]
    for _ in range(2):
        off.places.leave(off.bot.id, CATS, ANN)
        await settled(off)
    assert off.telegram.left == [-9]


@pytest.mark.parametrize("trouble", [Trouble.BEFORE, Trouble.AFTER])
async def test_a_database_in_trouble_only_puts_it_off(sqlite_url: str, trouble: Trouble) -> None:
    async with room(
        sqlite_url,
        groups=Groups.OFF,
        wrap=lambda store: flaky(store, trouble, only="admit_alert"),
    ) as r:
        for _ in range(2):
            r.places.leave(r.bot.id, CATS, ANN)
            await settled(r)
        assert r.telegram.left == [-9]


@pytest.mark.parametrize(("ids", "stays"), [((-9,), True), ((-8,), False), ((), False)])
async def test_an_allowlist_says_which_id_it_needs(
    sqlite_url: str, ids: tuple[int, ...], stays: bool
) -> None:
    async with room(sqlite_url, groups=Groups.ALLOWLIST, group_ids=ids) as r:
        await r.handlers.membership(r.bot.id, joined())
        await settled(r)
        assert r.telegram.left == ([] if stays else [-9])
        assert [said.rpartition(" ")[2] for said in r.shown(-9)] == ([] if stays else ["-9"])


async def test_leaving_private_chats_is_never_said(off: Room) -> None:
    private = ChatRef(501, name="Ann")
    await off.handlers.membership(off.bot.id, Membership(private, "member", True, ANN))
    await settled(off)
    assert (off.telegram.left, off.shown()) == ([], [])


async def test_being_added_and_removed_is_recorded(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await r.handlers.membership(r.bot.id, joined())
        assert await chats(r) == [(-9, "member", False)]
        await r.handlers.membership(r.bot.id, left())
        assert await chats(r) == [(-9, "kicked", True)]
        await r.handlers.membership(r.bot.id, Membership(CATS, "administrator", True, None))
        assert await chats(r) == [(-9, "administrator", False)]
        assert r.telegram.left == []


async def test_a_block_is_recorded_and_an_unblock_clears_it(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await r.say("hello")
        await r.settle()
        private = ChatRef(501, name="Ann")
        await r.handlers.membership(r.bot.id, left(private))
        assert await chats(r) == [(501, "kicked", True)]
        await r.handlers.membership(r.bot.id, joined(private))
        assert await chats(r) == [(501, "member", False)]


async def moved(r: Room, old: int = -5, new: int = -100) -> None:
    chat = {"id": old, "type": "group", "title": "Cats"}
    await r.hear(update(chat=chat, migrate_to_chat_id=new))


async def test_a_group_that_moves_takes_its_conversation_along(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await r.handlers.membership(r.bot.id, joined(ChatRef(-5, type=ChatType.GROUP)))
        await moved(r)
        assert [row[0] for row in await chats(r)] == [-100]
        assert r.effects == []


async def test_its_permission_goes_along_until_the_owner_writes_it_down(sqlite_url: str) -> None:
    async with room(sqlite_url, groups=Groups.ALLOWLIST, group_ids=(-5,)) as r:
        await moved(r)
        assert r.registry.get(r.bot.id).group_ids == (-5, -100)
        (alert,) = r.effects
        assert isinstance(alert, AdminAlert)
        assert alert.args["new"] == "-100"
        await r.handlers.membership(r.bot.id, joined(ChatRef(-100, type=ChatType.SUPERGROUP)))
        await settled(r)
        assert r.telegram.left == []


async def test_a_group_that_was_not_allowed_is_not_allowed_by_moving(sqlite_url: str) -> None:
    async with room(sqlite_url, groups=Groups.ALLOWLIST, group_ids=(-6,)) as r:
        await moved(r)
        assert r.registry.get(r.bot.id).group_ids == (-6,)
        assert r.effects == []
