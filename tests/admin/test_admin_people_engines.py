"""What the database knows of people and their standings, alike on both engines."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from kotodom.model import Access, AccessMode, BotSpec
from kotodom.ports.admin import AuditEntry
from kotodom.ports.admin.access import Standing
from tests.admin.people_kit import BOBBY, BOSSY, boss, rows, tap, tell
from tests.support.talking import BOSS, Room, room
from tests.support.updates import GROUP

MENTION = {"entities": [{"type": "mention", "offset": 0, "length": 8}]}


@pytest.fixture
async def talk(database_url: str) -> AsyncIterator[Room]:
    async with room(database_url, access=AccessMode.APPROVAL) as talk:
        await tell(talk, "/start", **BOSSY)
        yield talk


def entry(field: str, after: str) -> AuditEntry:
    return AuditEntry(BOSS, "Boss", "test", "bot:1", field, None, after, f"job:{field}")


async def test_from_a_request_to_the_answer(talk: Room) -> None:
    await tell(talk, "one")
    await tell(talk, "two")
    store, bot = talk.store, talk.bot.id
    assert await store.bots_with(Access.PENDING) == {bot}
    assert await store.count_people_with([bot], Access.PENDING, 10) == 1
    (waiting,) = await store.people_with([bot], Access.PENDING, offset=0, limit=9)
    assert (waiting.person.username, waiting.standing.access) == ("ann", Access.PENDING)
    await tap(talk, "✅ Allow")
    assert talk.shown()[-1] == "answer to two"
    standing = await store.standing(bot, 501)
    assert standing is not None
    assert (standing.access, standing.decided_by) == (Access.ALLOWED, BOSS)
    assert await rows(talk, "SELECT parked FROM message_processing WHERE parked > 0") == []


async def test_a_person_is_known_by_what_they_did_here(talk: Room) -> None:
    store, bot = talk.store, talk.bot.id
    (dog,) = [
        one
        for one in await store.sync_bots([BotSpec(42, "42:x", "cat"), BotSpec(43, "43:x", "dog")])
        if one.name == "dog"
    ]
    both = [bot, dog.id]
    await tell(talk, "@cat_bot hi", chat=GROUP, **MENTION)
    assert await store.people_of(both, offset=0, limit=9) != []
    assert await store.bots_of(501, both) == [bot]
    assert await store.bots_of(502, both) == []
    await store.set_person_note(dog.id, 502, entry("note 502", "A friend"), 1)
    assert await store.bots_of(502, both) == [dog.id]
    card = await store.person_card(bot, 501, chats=3)
    assert [chat.name for chat in card.chats] == ["Cats"]
    assert (card.first_at, card.person.full_name, card.waiting) == (None, "Ann", 0)
    await tell(talk, "hi")
    card = await store.person_card(bot, 501, chats=3)
    assert [chat.name for chat in card.chats] == ["Ann", "Cats"]
    assert card.waiting == 1
    assert card.first_at is not None
    unknown = await store.person_card(dog.id, 501, chats=3)
    assert (unknown.person.full_name, unknown.known) == ("", False)
    assert await store.languages([501, 999]) == {501: ""}


async def test_a_search_pages_through_everybody(talk: Room) -> None:
    await tell(talk, "hi")
    await tell(talk, "hi", **BOBBY)
    store, bots = talk.store, [talk.bot.id]
    first = await store.find_people("o", bots, before=0, look=10, limit=1)
    assert [found.person.id for found in first.found] == [BOSS]
    second = await store.find_people("o", bots, before=first.further, look=10, limit=1)
    assert [found.person.full_name for found in second.found] == ["Bob"]
    assert second.further == 0
    assert (await store.find_people("50", bots, before=0, look=1, limit=8)).further == BOSS


async def test_invites_are_listed_counted_and_revoked(talk: Room) -> None:
    said = await boss(talk, "bot cat invite create 2 7 30 5")
    code = said.partition("?start=")[2].split()[0]
    await tell(talk, f"/start {code}")
    store = talk.store
    (invite,) = await store.invites(talk.bot.id, offset=0, limit=9)
    assert (invite.uses_left, invite.days, invite.quota, invite.used) == (1, 30, 5, 1)
    assert [row[:2] for row in await store.invited(invite.id, 9)] == [(501, "Ann")]
    await store.set_invite_note(invite.id, entry("note", "x"), 1)
    assert await store.revoke_invite(invite.id, entry("revoke", "x"), 1)
    assert not await store.revoke_invite(invite.id, entry("again", "x"), 1)
    assert not (await store.invites(talk.bot.id, offset=0, limit=9))[0].works(1)
    assert await store.bots_of(501, [talk.bot.id]) == [talk.bot.id]


async def test_forgetting_takes_standings_and_uses_of_links_that_are_over_along(
    talk: Room,
) -> None:
    for terms in ("1 any 1", "any any 2"):
        said = await boss(talk, f"bot cat invite create {terms}")
        code = said.partition("?start=")[2].split()[0]
        await tell(talk, f"/start {code}")
    await tell(talk, "/forgetme yes")
    await talk.store.purge(100)
    assert await rows(talk, "SELECT * FROM bot_user") == []
    assert await rows(talk, "SELECT invite_id FROM invite_use") == [(2,)]
    await talk.gatekeeper.load([])
    assert await talk.store.standing(talk.bot.id, 501) is None


async def test_words_of_refusal_are_counted_by_row(talk: Room) -> None:
    """Told once in a while, but again in answer to the row that is taken up again."""
    await talk.say("hi")
    (lane,) = await talk.lanes()
    job = await talk.store.claim(lane, talk.clock.now())
    assert job is not None
    assert await talk.store.tell_once(job, 0, 5)
    assert await talk.store.tell_once(job, 0, 6)
    other = replace(job, id=job.id + 1)
    assert not await talk.store.tell_once(other, 0, 7)
    assert await talk.store.tell_once(other, 6, 8)
    assert await talk.store.standing(talk.bot.id, 501) == Standing(updated_at=5)
    await talk.store.release(lane)
