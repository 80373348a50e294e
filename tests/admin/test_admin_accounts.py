"""/admin accounts: who administers, and how somebody comes to it or loses it."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from kotodom.accounts import Accounts
from kotodom.model import Account, AccountRole
from tests.support.office import MASHA, UMA, Seat, employ
from tests.support.talking import BOSS, Room, room

DAY = 24 * 3600.0


@pytest.fixture
async def talk(sqlite_url: str) -> AsyncIterator[Room]:
    async with room(sqlite_url) as talk:
        yield talk


@pytest.fixture
async def boss(talk: Room) -> Seat:
    return Seat(talk)


def _of(talk: Room, user_id: int) -> Account | None:
    return talk.accounts.of(user_id)


async def _again(talk: Room) -> Accounts:
    """Who administers after a restart."""
    accounts = Accounts([BOSS])
    accounts.load(await talk.store.accounts())
    return accounts


async def test_everybody_is_listed_with_role_and_state(talk: Room, boss: Seat) -> None:
    await employ(talk, MASHA, AccountRole.MANAGER)
    await employ(talk, UMA, AccountRole.USER, active=False)
    await boss.admin("accounts")
    assert boss.labels()[:3] == ["👑 Boss (you, config.toml)", "🛠 Masha", "⛔ Uma (disabled)"]


async def test_somebody_is_added_by_id_and_may_administer_at_once(talk: Room, boss: Seat) -> None:
    await boss.admin("accounts")
    await boss.press("Add")
    said = await boss.give(str(MASHA))
    assert said.startswith(f"Which role for {MASHA}?")
    said = await boss.press("MANAGER")
    assert "Added" in said
    assert "never written to a bot here" in said
    masha = _of(talk, MASHA)
    assert masha is not None
    assert masha.role is AccountRole.MANAGER
    assert (await Seat(talk, MASHA).admin("")).startswith("Administration")
    assert (await _again(talk)).of(MASHA) == masha


async def test_somebody_who_wrote_is_added_by_username_with_a_role(talk: Room, boss: Seat) -> None:
    await talk.say("hello")
    await talk.settle()
    said = await boss.admin("account add @Ann manager")
    assert said.startswith("Ann @ann")
    assert "never written" not in said
    ann = _of(talk, 501)
    assert ann is not None
    assert ann.role is AccountRole.MANAGER


async def test_an_unknown_username_is_told_what_to_do_instead(talk: Room, boss: Seat) -> None:
    said = await boss.admin("account add @nobody")
    assert "I do not know @nobody" in said
    assert "numeric id" in said


async def test_a_bot_gets_no_account(talk: Room, boss: Seat) -> None:
    assert "That is a bot" in await boss.admin(f"account add {talk.bot.telegram_id}")


async def test_a_role_is_changed_and_counts_at_once(talk: Room, boss: Seat) -> None:
    await employ(talk, MASHA, AccountRole.MANAGER)
    uma = Seat(talk, MASHA)
    assert "role does not allow" in await uma.admin("accounts")
    await boss.admin(f"account {MASHA}")
    await boss.press("Make ADMIN")
    assert (await uma.admin("accounts")).startswith("Accounts")


async def test_a_disabled_account_is_a_stranger_until_it_is_enabled(talk: Room, boss: Seat) -> None:
    await employ(talk, MASHA, AccountRole.MANAGER)
    masha = Seat(talk, MASHA)
    await boss.admin(f"account {MASHA}")
    await boss.press("Disable")
    nothing = await masha.give("/nonsense")
    assert await masha.admin("") == nothing
    await boss.press("Enable")
    assert (await masha.admin("")).startswith("Administration")


async def test_an_account_is_removed_after_a_question_and_its_bots_stay(
    talk: Room, boss: Seat
) -> None:
    uma = await employ(talk, UMA, AccountRole.USER)
    await _own(talk, uma)
    await boss.admin(f"account {UMA}")
    said = await boss.press("Remove")
    assert "Remove the account of Uma?" in said
    assert "Their bot goes on" in said
    assert _of(talk, UMA) is not None
    assert "Removed" in await boss.press("Yes")
    assert _of(talk, UMA) is None
    assert talk.registry.get(talk.bot.id).owner_id is None
    (owner,) = await talk.store._database.read(lambda c: c.fetch("SELECT owner_id FROM bot"))
    assert owner[0] is None
    # The same button once more, as after a crash.
    assert "Removed" in await boss.push(f"/admin account {UMA} remove yes")


async def _own(talk: Room, account: Account) -> None:
    talk.registry.put(replace(talk.registry.get(talk.bot.id), owner_id=account.id))
    await talk.store._database.write(
        lambda c: c.execute("UPDATE bot SET owner_id = $1", account.id)
    )


@pytest.mark.parametrize("what", ["role USER", "disable", "remove", "remove yes"])
async def test_the_configurations_ids_cannot_be_locked_out(
    talk: Room, boss: Seat, what: str
) -> None:
    await employ(talk, MASHA, AccountRole.ADMIN)
    said = await Seat(talk, MASHA).admin(f"account {BOSS} {what}")
    assert "stands in config.toml" in said
    assert (await boss.admin("accounts")).startswith("Accounts")


@pytest.mark.parametrize("what", ["role MANAGER", "disable", "remove", "remove yes"])
async def test_the_last_admin_stays_admin(talk: Room, what: str) -> None:
    talk.accounts = Accounts([])
    talk._boot()
    await employ(talk, MASHA, AccountRole.ADMIN)
    masha = Seat(talk, MASHA)
    assert "nobody would be ADMIN" in await masha.admin(f"account {MASHA} {what}")
    await employ(talk, UMA, AccountRole.ADMIN)
    assert "nobody would be ADMIN" not in await masha.admin(f"account {MASHA} {what}")


async def test_an_admin_may_step_down_while_another_stays(talk: Room, boss: Seat) -> None:
    await employ(talk, MASHA, AccountRole.ADMIN)
    await Seat(talk, MASHA).admin(f"account {MASHA} role USER")
    masha = _of(talk, MASHA)
    assert masha is not None
    assert masha.role is AccountRole.USER


async def test_an_invitation_makes_whoever_opens_it_first_an_account(
    talk: Room, boss: Seat
) -> None:
    await boss.admin("accounts")
    await boss.press("Invite by link")
    said = await boss.press("MANAGER")
    code = _code(said)
    masha = Seat(talk, MASHA)
    assert "You are MANAGER now" in await masha.give(f"/start {code}")
    account = _of(talk, MASHA)
    assert account is not None
    assert account.role is AccountRole.MANAGER
    assert (await masha.press("Administration")).startswith("Administration")
    assert "Masha accepted your invitation and is MANAGER now" in boss.text
    assert (await boss.press("Show")).startswith("Masha")
    late = Seat(talk, UMA)
    assert "cannot be used any more" in await late.give(f"/start {code}")
    assert _of(talk, UMA) is None


def _code(said: str) -> str:
    found = re.search(r"https://t\.me/cat_bot\?start=([\w-]{16,64})", said)
    assert found, said
    return found[1]


async def test_the_code_of_a_link_is_kept_nowhere_people_look(talk: Room, boss: Seat) -> None:
    code = _code(await boss.admin("account invite USER"))
    assert code not in await boss.admin("account invites")
    await Seat(talk, UMA).give(f"/start {code}")
    rows = await talk.store._database.read(lambda c: c.fetch("SELECT start_payload FROM chat"))
    assert all(row[0] == "" for row in rows)


async def test_a_revoked_and_an_old_invitation_let_nobody_in(talk: Room, boss: Seat) -> None:
    revoked = _code(await boss.admin("account invite USER"))
    old = _code(await boss.admin("account invite USER 1"))
    said = await boss.admin("account invites")
    assert said.count("USER, by Boss") == 2
    await boss.press("Revoke #1")
    await talk.clock.advance(DAY + 1)
    assert "There are none" in await boss.admin("account invites")
    uma = Seat(talk, UMA)
    for code in (revoked, old, "adm-guessed"):
        assert "cannot be used any more" in await uma.give(f"/start {code}")
    assert _of(talk, UMA) is None


async def test_a_disabled_account_lets_itself_in_by_no_link(talk: Room, boss: Seat) -> None:
    await employ(talk, UMA, AccountRole.USER, active=False)
    code = _code(await boss.admin("account invite ADMIN"))
    assert "cannot be used any more" in await Seat(talk, UMA).give(f"/start {code}")
    assert _of(talk, UMA) is None


async def test_an_admin_who_opens_the_link_does_not_use_it_up(talk: Room, boss: Seat) -> None:
    code = _code(await boss.admin("account invite USER"))
    assert "You are ADMIN here already" in await boss.give(f"/start {code}")
    assert "You are USER now" in await Seat(talk, UMA).give(f"/start {code}")


async def test_links_of_somebody_who_is_no_admin_any_more_let_nobody_in(
    talk: Room, boss: Seat
) -> None:
    """Else whoever is removed comes back by a link made before."""
    await employ(talk, MASHA, AccountRole.ADMIN)
    masha = Seat(talk, MASHA)
    code = _code(await masha.admin("account invite ADMIN"))
    await boss.admin(f"account {MASHA} role USER")
    assert "There are none" in await boss.admin("account invites")
    await boss.admin(f"account {MASHA} remove yes")
    assert "cannot be used any more" in await masha.give(f"/start {code}")
    assert _of(talk, MASHA) is None


async def test_no_link_is_good_for_longer_than_may_be(talk: Room, boss: Seat) -> None:
    for days in ("0", "91", "00010000", "9" * 40):
        assert "90" in await boss.admin(f"account invite USER {days}")
    assert "There are none" in await boss.admin("account invites")


async def test_a_username_that_two_people_had_names_nobody(talk: Room, boss: Seat) -> None:
    """Who has it now is not known: rights must not go to whoever had it first."""
    await talk.say("hello")
    taker = {"id": 777, "is_bot": False, "first_name": "Eve", "username": "Ann"}
    await talk.say("hello", **{"from": taker, "chat": {"id": 777, "type": "private"}})
    await talk.settle()
    assert "I do not know @ann" in await boss.admin("account add @ann ADMIN")
    assert _of(talk, 501) is None


async def test_an_id_that_is_too_long_is_nobodys(talk: Room, boss: Seat) -> None:
    assert "I do not know" in await boss.admin(f"account add {'9' * 19} USER")
    assert len(talk.accounts.all()) == 1


async def test_a_link_opened_in_a_group_makes_no_account(talk: Room, boss: Seat) -> None:
    code = _code(await boss.admin("account invite USER"))
    group = {"id": -9, "type": "supergroup", "title": "Cats"}
    uma = Seat(talk, UMA)
    await talk.say(f"/start@cat_bot {code}", **{"from": uma.person, "chat": group})
    await talk.settle()
    assert _of(talk, UMA) is None


async def test_what_a_crash_repeats_is_done_once(database_url: str) -> None:
    """The same row again: one invitation, one account, one line of the log."""
    async with room(database_url) as talk:
        boss = Seat(talk)
        first = _code(await boss.admin("account invite MANAGER"))
        await talk.store._database.write(
            lambda c: c.execute(
                "UPDATE message_processing SET status = 'RECEIVED', outcome = NULL,"
                " answered_revision = 0"
            )
        )
        await talk.store._database.write(lambda c: c.execute("DELETE FROM delivery_part"))
        await talk.settle()
        assert _code(boss.text) == first
        person = Seat(talk, MASHA).person
        from kotodom.model import Person

        who = Person(person["id"], full_name="Masha")
        await Seat(talk, MASHA).give("/help")
        outcomes = [
            (
                await talk.store.redeem_account_invite(
                    first, who, "job:77", talk.clock.now(), admins=[BOSS]
                )
            ).outcome
            for _ in range(2)
        ]
        assert outcomes == ["welcome", "welcome"]
        lines = await talk.store.audit_lines(offset=0, limit=10)
        assert [line.entry.object for line in lines] == [f"account:{MASHA}", "invites"]
