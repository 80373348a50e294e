"""Decisions that meet what people do at the same moment, and ways around them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kotodom.model import Access, AccessMode
from kotodom.ports.admin import AuditEntry
from tests.admin.people_kit import BOBBY, BOSSY, boss, rows, tell
from tests.support.talking import BOSS, Room, minutes, room
from tests.support.updates import ANN

DAY = minutes(24 * 60) / 1000
ENTRY = AuditEntry(BOSS, "Boss", "x", "x", "", None, None, "job:1")


@pytest.fixture
async def closed(database_url: str) -> AsyncIterator[Room]:
    """A bot that lets in whom its admins allow; Ann waits for that."""
    async with room(database_url, access=AccessMode.APPROVAL) as talk:
        await tell(talk, "/start", **BOSSY)
        await tell(talk, "one")
        yield talk


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Room]:
    """A bot for whoever comes by an invite link."""
    async with room(f"sqlite://{tmp_path}/k.db", access=AccessMode.INVITE) as talk:
        yield talk


def before_parking(room: Room, act: Callable[[], Awaitable[Any]]) -> None:
    """Somebody does that between the look at who may talk and what follows from it."""
    park = room.store.park

    async def parking(*args: Any, **how: Any) -> Any:
        await act()
        return await park(*args, **how)

    room.store.park = parking  # type: ignore[method-assign]


def asked(room: Room) -> list[str]:
    return sorted(question.text for question in room.provider.questions)


async def code(room: Room, terms: str) -> str:
    """The code of a new link."""
    said = await boss(room, f"bot cat invite create {terms}")
    return said.partition("?start=")[2].split()[0]


async def test_what_is_asked_while_an_admin_says_yes_is_answered(closed: Room) -> None:
    async def allow() -> None:
        bot = closed.registry.get(closed.bot.id)
        await closed.gatekeeper.decide(bot, ANN["id"], Access.ALLOWED, entry=ENTRY)

    before_parking(closed, allow)
    await tell(closed, "two")
    assert asked(closed) == ["one", "two"]


async def test_what_is_asked_while_an_admin_says_no_does_not_wait(closed: Room) -> None:
    async def deny() -> None:
        bot = closed.registry.get(closed.bot.id)
        await closed.gatekeeper.decide(bot, ANN["id"], Access.DENIED, entry=ENTRY)

    before_parking(closed, deny)
    await tell(closed, "two")
    assert asked(closed) == []
    assert await rows(closed, "SELECT id FROM message_processing WHERE parked > 0") == []


async def test_what_is_asked_while_the_bot_becomes_public_is_answered(closed: Room) -> None:
    async def opened() -> None:
        bot = replace(closed.registry.get(closed.bot.id), access=AccessMode.PUBLIC)
        await closed.store._database.write(
            lambda c: c.execute("UPDATE bot SET access = $1", AccessMode.PUBLIC)
        )
        closed.registry.put(bot)
        await closed.gatekeeper.mode_changed(bot)

    before_parking(closed, opened)
    cards = len(closed.shown(BOSS))
    await tell(closed, "hello", **BOBBY)
    assert asked(closed) == ["hello", "one"]
    assert len(closed.shown(BOSS)) == cards
    assert await closed.store.bots_with(Access.PENDING) == set()


async def test_forgetme_is_no_way_to_ask_again_after_a_denial(closed: Room) -> None:
    await boss(closed, "bot cat request 501 deny")
    seen = len(closed.shown(BOSS))
    await tell(closed, "/forgetme yes")
    await closed.store.purge(100)
    await tell(closed, "two")
    assert len(closed.shown(BOSS)) == seen
    assert await rows(closed, "SELECT user_id, access, note FROM bot_user") == [(501, "DENIED", "")]


async def test_forgetme_is_no_way_to_use_a_link_twice(club: Room) -> None:
    link = await code(club, "5 any 2")
    await tell(club, f"/start {link}")
    await club.clock.advance(2 * DAY + 1)
    await tell(club, "/forgetme yes")
    assert "your time is over" in (await tell(club, f"/start {link}"))[-1]
    assert await rows(club, "SELECT uses_left FROM invite") == [(4,)]


async def test_whoever_had_themselves_forgotten_comes_back_for_the_rest_of_their_stay(
    club: Room,
) -> None:
    link = await code(club, "5 any 2")
    until = (await tell(club, f"/start {link}"))[-1].partition("until ")[2].partition(" UTC")[0]
    await club.clock.advance(DAY)
    await tell(club, "/forgetme yes")
    assert "by an invite link" in (await tell(club, "hello"))[-1]
    assert until in (await tell(club, f"/start {link}"))[-1]
    assert (await tell(club, "hello"))[-1] == "answer to hello"
    assert await rows(club, "SELECT uses_left FROM invite") == [(4,)]
    await boss(club, "invite 1 revoke")
    await tell(club, "/forgetme yes")
    assert "does not work" in (await tell(club, f"/start {link}"))[-1]
