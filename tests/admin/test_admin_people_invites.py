"""Invite links: who comes in by them, how often, for how long, and with which quota."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kotodom.model import AccessMode, Account, AccountRole, BotSpec, Kind, Measure, Period, Scope
from tests.admin.people_kit import (
    BOBBY,
    BOSSY,
    SECONDS,
    boss,
    labels,
    lane_of,
    rows,
    tap,
    tell,
)
from tests.support.talking import BOSS, Room, minutes, room

DAY = minutes(24 * 60) / 1000


@pytest.fixture
async def club(tmp_path: Path) -> AsyncIterator[Room]:
    """A bot for whoever comes by an invite link."""
    async with room(
        f"sqlite://{tmp_path}/k.db", access=AccessMode.INVITE, start_message="Meow"
    ) as talk:
        yield talk


async def code(room: Room, terms: str = "") -> str:
    """The code of a new link."""
    said = await boss(room, f"bot cat invite create {terms}")
    return said.partition("https://t.me/cat_bot?start=")[2].split()[0]


async def test_a_link_lets_in_and_greets(club: Room) -> None:
    assert "by an invite link" in (await tell(club, "hello"))[-1]
    link = await code(club)
    assert len(link) >= 22
    assert (await tell(club, f"/start {link}"))[-1] == (
        "Welcome: your invite link has let you in.\n\nMeow"
    )
    assert (await tell(club, "hello"))[-1] == "answer to hello"
    assert await rows(club, "SELECT start_payload FROM chat WHERE telegram_chat_id = 501") == [
        ("",)
    ]


async def test_a_link_is_used_up_by_as_many_people_as_it_is_for(club: Room) -> None:
    link = await code(club, "1")
    await tell(club, f"/start {link}")
    assert "used up" in (await tell(club, f"/start {link}", **BOBBY))[-1]
    # Whoever is in already may press it again.
    assert (await tell(club, f"/start {link}"))[-1] == "Meow"
    assert await rows(club, "SELECT uses_left FROM invite") == [(0,)]


async def test_a_link_counts_once_for_each_person_and_renews_no_stay(club: Room) -> None:
    link = await code(club, "5 any 2")
    assert "You may talk to me until" in (await tell(club, f"/start {link}"))[-1]
    await tell(club, f"/start {link}")
    await club.clock.advance(2 * DAY + 1)
    assert "your time is over" in (await tell(club, f"/start {link}"))[-1]
    assert "by an invite link" in (await tell(club, "hello"))[-1]
    assert await rows(club, "SELECT uses_left FROM invite") == [(4,)]
    another = await code(club, "5 any 2")
    assert "Welcome" in (await tell(club, f"/start {another}"))[-1]
    assert (await tell(club, "hello"))[-1] == "answer to hello"


async def test_a_link_that_gives_less_than_somebody_has_is_not_used_up(club: Room) -> None:
    await tell(club, f"/start {await code(club, '1 any any')}")
    less = await code(club, "1 any 7")
    assert (await tell(club, f"/start {less}"))[-1] == "Meow"
    assert (await boss(club, "bot cat person 501")).count("until") == 0


async def test_links_expire_and_are_revoked(club: Room) -> None:
    link = await code(club, "5 1")
    await club.clock.advance(DAY + 1)
    assert "out of date" in (await tell(club, f"/start {link}"))[-1]
    link = await code(club, "5 1")
    assert "lets nobody in any more" in await tap(club, "Revoke")
    assert "Revoke" not in labels(club)
    assert "does not work" in (await tell(club, f"/start {link}"))[-1]
    assert club.provider.questions == []


async def test_a_wrong_code_is_told_each_time_where_links_are_needed(club: Room) -> None:
    assert "does not work" in (await tell(club, "/start nonsense"))[-1]
    assert "does not work" in (await tell(club, "/start nonsense"))[-1]
    assert len(club.shown()) == 2


async def test_a_link_of_another_bot_lets_nobody_in_here(club: Room) -> None:
    link = await code(club)
    other = await club.store.sync_bots(
        [BotSpec(42, "42:x", "cat"), BotSpec(43, "43:x", "dog", access=AccessMode.INVITE)]
    )
    dog = next(bot for bot in other if bot.telegram_id == 43)
    assert not await club.store.knows_invite(dog.id, link)
    assert await club.store.knows_invite(club.bot.id, link)


async def test_a_quota_comes_with_the_link_and_is_kept_to(club: Room) -> None:
    link = await code(club, "any any any 2")
    assert "You may ask me 2 questions a day." in (await tell(club, f"/start {link}"))[-1]
    limit = club.budget.find(Scope.USER, f"{club.bot.id}:501", Period.DAY, Measure.QUESTIONS)
    assert limit is not None
    assert limit.amount == 2
    for number in range(4):
        await tell(club, f"q{number}")
    assert len(club.provider.questions) == 2
    # Nobody gives themselves a better one by pressing the link again.
    await boss(club, "bot cat person 501 quota 1 day")
    await tell(club, f"/start {link}")
    assert "Quota: 1 question a day" in await boss(club, "bot cat person 501")


async def test_a_link_that_is_taken_up_again_after_a_crash_counts_once(club: Room) -> None:
    link = await code(club, "1 any 2 5")
    await club.say(f"/start {link}")
    lane = await lane_of(club, Kind.COMMAND)
    job = await club.store.claim(lane, club.clock.now())
    assert job is not None
    await club.store.redeem(job, link, club.clock.now())
    await club.store.recover(club.clock.now())
    club._boot()
    await club.gatekeeper.load(club.registry.all())
    await club.settle()
    assert "Welcome" in club.shown()[-1]
    assert "5 questions a day" in club.shown()[-1]
    assert await rows(club, "SELECT uses_left FROM invite") == [(0,)]


async def test_the_last_use_is_given_to_one_of_those_who_press_at_once(database_url: str) -> None:
    async with room(database_url, access=AccessMode.INVITE) as talk:
        link = await code(talk, "1")
        await talk.say(f"/start {link}")
        await talk.say(f"/start {link}", **BOBBY)
        await asyncio.gather(*(talk.work(lane) for lane in await talk.lanes()))
        await talk.settle()
        said = sorted([talk.shown()[-1], talk.shown(502)[-1]])
        assert "used up" in said[0]
        assert "Welcome" in said[1]


async def test_a_link_answers_what_waited_for_a_decision(tmp_path: Path) -> None:
    async with room(f"sqlite://{tmp_path}/k.db", access=AccessMode.APPROVAL) as talk:
        await tell(talk, "/start", **BOSSY)
        await tell(talk, "hello")
        card = len(talk.shown(BOSS))
        link = await code(talk)
        await tell(talk, f"/start {link}")
        assert "answer to hello" in talk.shown()
        # The card that the chief has is out of date, and says so.
        said = await boss(talk, f"bot {talk.bot.id} request 501 deny")
        assert "has decided already" in said or "✅ Let in." in said
        assert (await tell(talk, "again"))[-1] == "answer to again"
        assert card


async def test_no_link_lets_in_whom_admins_denied_or_blocked(club: Room) -> None:
    link = await code(club, "5")
    await boss(club, "bot cat person 501 deny")
    assert await tell(club, f"/start {link}") == []
    await boss(club, "bot cat person 501 block")
    assert await tell(club, f"/start {link}") == []
    assert await rows(club, "SELECT uses_left FROM invite") == [(5,)]


async def test_the_form_is_filled_in_by_buttons_and_makes_one_link(club: Room) -> None:
    said = await boss(club, "bot cat invites")
    assert "There are no links yet" in said
    assert "• 1 person" in await tap(club, "New link")
    assert "• 5 people" in await tap(club, "5 people")
    assert "• 50 questions a day" in await tap(club, "50 questions")
    made = await tap(club, "Create")
    assert made.startswith("Invite link #1 · cat")
    assert "5 more people can come" in made
    assert "stay for ever" in made
    share = next(
        button
        for row in club.telegram.contents(BOSS)[-1].buttons
        for button in row
        if button.label == "↗ Share"
    )
    assert share.url.startswith("https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fcat_bot")
    assert "Note" in await boss(club, "invite 1 note")
    await tell(club, "for the chess club", **BOSSY)
    assert "📝 for the chess club" in club.shown(BOSS)[-1]
    assert "#1 for the chess club" in next(iter(await _labels(club, "bot cat invites")))


async def _labels(room: Room, command: str) -> dict[str, str]:
    await boss(room, command)
    return labels(room)


@pytest.mark.parametrize("terms", ["0", "x", "1 0", "1 1 1 -5", "100001"])
async def test_terms_that_make_no_sense_are_refused(club: Room, terms: str) -> None:
    assert "does not fit" in await boss(club, f"bot cat invite create {terms}")
    assert await rows(club, "SELECT * FROM invite") == []


async def test_who_came_by_a_link_is_shown(club: Room) -> None:
    link = await code(club, "5")
    await tell(club, f"/start {link}")
    said = await boss(club, "invite 1")
    assert "1 person came by it" in said
    assert labels(club)["👤 Ann"] == f"/admin bot {club.bot.id} person 501"
    assert "Came by invite link #1" in await boss(club, "bot cat person 501")


async def test_nobody_sees_a_link_of_a_bot_that_is_not_theirs(club: Room) -> None:
    await code(club)
    club.accounts.put(Account(901, AccountRole.USER, 7))
    for command in ("invite 1", "invite 1 revoke", "bot cat invites", "bot cat invite create"):
        assert "There is no" in (await tell(club, f"/admin {command}", **SECONDS))[-1]
    assert await rows(club, "SELECT revoked FROM invite") in ([(0,)], [(False,)])
