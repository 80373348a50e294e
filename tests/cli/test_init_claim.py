"""The link that `kotodom claim` prints, in the hands of people: one of them, in time."""

from collections.abc import AsyncIterator

import pytest

from kotodom.model import AccountRole
from kotodom.setup.claim import Claim, make_claim
from tests.support.office import MASHA, UMA, Seat
from tests.support.talking import Room, room

MINUTE = 60.0


@pytest.fixture
async def talk(database_url: str) -> AsyncIterator[Room]:
    async with room(database_url) as talk:
        yield talk


@pytest.fixture
async def claim(talk: Room, database_url: str) -> Claim:
    """As another process makes it, while this one works on the database."""
    return await make_claim(database_url, talk.clock)


async def test_the_first_to_open_it_is_admin_and_the_second_is_told_how_to_get_another(
    talk: Room, claim: Claim
) -> None:
    masha, uma = Seat(talk, MASHA), Seat(talk, UMA)
    assert "You are ADMIN now" in await masha.give(f"/start {claim.code}")
    assert "kotodom claim" in await uma.give(f"/start {claim.code}")
    account = talk.accounts.of(MASHA)
    assert account is not None
    assert account.role is AccountRole.ADMIN
    assert talk.accounts.of(UMA) is None
    assert (await masha.admin("")).startswith("Administration")
    assert "ADMIN here already" in await masha.give(f"/start {claim.code}")
    card = await masha.admin(f"account {MASHA}")
    assert "ADMIN" in card


async def test_it_works_for_fifteen_minutes(talk: Room, claim: Claim) -> None:
    await talk.clock.advance(15 * MINUTE)
    assert "kotodom claim" in await Seat(talk, MASHA).give(f"/start {claim.code}")
    assert talk.accounts.of(MASHA) is None


async def test_until_then_it_works(talk: Room, claim: Claim) -> None:
    await talk.clock.advance(14 * MINUTE)
    assert "You are ADMIN now" in await Seat(talk, MASHA).give(f"/start {claim.code}")


async def test_a_newer_one_revokes_it(talk: Room, claim: Claim, database_url: str) -> None:
    newer = await make_claim(database_url, talk.clock)
    assert "cannot be used" in await Seat(talk, MASHA).give(f"/start {claim.code}")
    assert "You are ADMIN now" in await Seat(talk, MASHA).give(f"/start {newer.code}")


async def test_admins_see_it_and_can_revoke_it(talk: Room, claim: Claim) -> None:
    boss = Seat(talk)
    said = await boss.admin("account invites")
    assert "ADMIN, by kotodom claim on the machine" in said
    await boss.press("Revoke")
    assert "cannot be used" in await Seat(talk, MASHA).give(f"/start {claim.code}")


async def test_a_guessed_one_lets_nobody_in_and_tells_nothing(talk: Room, claim: Claim) -> None:
    assert "kotodom claim" not in await Seat(talk, UMA).give("/start adm-guessed")
    assert talk.accounts.of(UMA) is None
