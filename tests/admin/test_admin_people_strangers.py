"""Strangers in private, in groups, as guests and inline; and what is kept of people."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kotodom.model import AccessMode, Person
from tests.admin.people_kit import BOBBY, BOSSY, boss, rows, tell
from tests.support.talking import BOSS, Room, minutes, room
from tests.support.updates import GROUP, guest

DAY = minutes(24 * 60)


@pytest.fixture
async def closed(tmp_path: Path) -> AsyncIterator[Room]:
    """A bot that lets in whom its admins allow; the chief has opened it."""
    async with room(f"sqlite://{tmp_path}/k.db", access=AccessMode.APPROVAL) as talk:
        await tell(talk, "/start", **BOSSY)
        yield talk


@pytest.fixture
async def public(tmp_path: Path) -> AsyncIterator[Room]:
    async with room(f"sqlite://{tmp_path}/k.db") as talk:
        await tell(talk, "/start", **BOSSY)
        yield talk


async def test_an_allowlist_tells_strangers_once_a_day(tmp_path: Path) -> None:
    async with room(f"sqlite://{tmp_path}/k.db", access=AccessMode.ALLOWLIST) as talk:
        assert "I am a private bot" in (await tell(talk, "hello"))[-1]
        assert len(await tell(talk, "hello?")) == 1
        await talk.clock.advance(DAY / 1000 + 1)
        assert len(await tell(talk, "hello??")) == 2
        assert talk.provider.questions == []
        await boss(talk, "bot cat person 501 allow")
        assert "You have been let in" in talk.shown()[-1]
        assert (await tell(talk, "hello!"))[-1] == "answer to hello!"


async def test_people_can_be_allowed_before_they_write(tmp_path: Path) -> None:
    async with room(f"sqlite://{tmp_path}/k.db", access=AccessMode.ALLOWLIST) as talk:
        assert "Never wrote to this bot." in await boss(talk, "bot cat person 501 allow 30")
        assert (await tell(talk, "hello"))[-1] == "answer to hello"


async def test_in_a_group_only_those_let_in_are_answered(tmp_path: Path) -> None:
    async with room(f"sqlite://{tmp_path}/k.db", access=AccessMode.APPROVAL) as talk:
        mention = {"chat": GROUP, "entities": [{"type": "mention", "offset": 0, "length": 8}]}
        await boss(talk, "bot cat person 501 allow")
        assert (await tell(talk, "@cat_bot hi", **mention))[-1].startswith("answer to")
        asked = len(talk.provider.questions)
        stranger = {**mention, "from": BOBBY["from"]}
        assert "write to me in private" in (await tell(talk, "@cat_bot me too", **stranger))[-1]
        seen = len(talk.shown(GROUP["id"]))
        await talk.clock.advance(30 * DAY / 1000)
        assert len(await tell(talk, "@cat_bot and now?", **stranger)) == seen
        assert len(talk.provider.questions) == asked
        assert len(talk.shown(BOSS)) == 1  # nobody is asked about people in groups


async def test_a_guest_who_may_not_talk_gets_nothing(tmp_path: Path) -> None:
    async with room(f"sqlite://{tmp_path}/k.db", access=AccessMode.ALLOWLIST, guest=True) as talk:
        await talk.hear(guest("hi"))
        await talk.settle()
        assert talk.telegram.inline == {}
        assert talk.provider.questions == []


async def test_inline_queries_of_strangers_are_offered_nothing(tmp_path: Path) -> None:
    async with room(f"sqlite://{tmp_path}/k.db", access=AccessMode.ALLOWLIST, inline=True) as talk:
        await talk.handlers.inline(talk.bot.id, "q1", Person(501), "hi")
        await talk.tasks.wait(None)
        assert talk.telegram.offers == []
        await boss(talk, "bot cat person 501 allow")
        await talk.handlers.inline(talk.bot.id, "q2", Person(501), "hi")
        await talk.tasks.wait(None)
        assert [offer.query_id for offer in talk.telegram.offers] == ["q2"]


async def test_forgetme_takes_the_standing_along(closed: Room) -> None:
    await tell(closed, "one")
    await tell(closed, "/forgetme yes")
    assert await rows(closed, "SELECT * FROM bot_user") == []
    # What the request repeats of them goes, too.
    cards = "SELECT text FROM delivery_part WHERE text LIKE '%wants to talk%'"
    assert await rows(closed, cards) == []
    seen = len(closed.shown(BOSS))
    await tell(closed, "two")
    assert len(closed.shown(BOSS)) == seen + 1
    assert "does not wait" not in closed.shown(BOSS)[-1]


async def test_of_a_blocked_person_forgetme_leaves_the_id_alone(public: Room) -> None:
    await tell(public, "one")
    await boss(public, "bot cat person 501 note A nuisance")
    await boss(public, "bot cat person 501 block")
    await tell(public, "/forgetme yes")
    (kept,) = await rows(public, "SELECT user_id, access, note, until FROM bot_user")
    assert kept == (501, "BLOCKED", "", None)
    shown = len(public.shown())
    assert len(await tell(public, "two")) == shown
    assert "stay even after /forgetme" in (await tell(public, "/privacy"))[-1]


async def test_mydata_says_what_was_decided_and_noted(public: Room) -> None:
    await tell(public, "one")
    await boss(public, "bot cat person 501 note Likes cats")
    await tell(public, "/mydata")
    file = public.telegram.contents(501)[-1]
    assert '"note": "Likes cats"' in file.payload
