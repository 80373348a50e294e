"""Who may give which command about whose bot: one table, and every command there is.

``TABLE`` says of each command the lowest role that may give it, and whether it names an object of
a bot's, which must be the giver's to administer. A command that has no line here fails the test.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from kotodom.admin.ask import AdminCommand, Ask
from kotodom.admin.nouns import all_commands
from kotodom.admin.screen import Screen
from kotodom.model import AccountRole, Bot
from tests.admin.rights_table import TABLE
from tests.support.office import MASHA, UMA, Seat, employ
from tests.support.rights_world import GONE, SECRETS, STRANGER, World, world
from tests.support.talking import BOSS, Room
from tests.support.updates import GROUP

ADMIN, MANAGER, USER = AccountRole.ADMIN, AccountRole.MANAGER, AccountRole.USER
PEOPLE = {ADMIN: BOSS, MANAGER: MASHA, USER: UMA}
FORBIDDEN = "Your role does not allow that."


@pytest.fixture
async def there(sqlite_url: str) -> AsyncIterator[World]:
    async with world(sqlite_url) as there:
        yield there


# -- the table ------------------------------------------------------------------------------------


def test_every_command_has_a_line_and_every_line_a_command() -> None:
    declared = {one.pattern.text: one.role for one in all_commands()}
    assert {text: role for text, (role, _) in TABLE.items()} == declared


def test_no_two_commands_are_written_alike() -> None:
    texts = [one.pattern.text for one in all_commands()]
    assert len(texts) == len(set(texts))


def test_the_table_says_which_commands_name_a_bots_object() -> None:
    for text, (_, scoped) in TABLE.items():
        named = {"BOT", "CHAT", "MESSAGE", "BROADCAST", "INVITE"} & set(text.split())
        assert bool(named) is scoped, text


# -- allowed --------------------------------------------------------------------------------------


class _Recorder:
    """Stands in for every command's own function, behind the desk's judgement."""

    def __init__(self, talk: Room) -> None:
        self.given: list[tuple[str, Bot | None]] = []
        desk = talk.handlers._desk
        desk._commands = [
            (declared._replace(run=self._take(declared)), noun) for declared, noun in desk._commands
        ]

    def _take(self, declared: AdminCommand) -> Any:
        async def run(noun: object, ask: Ask) -> Screen:
            self.given.append((declared.pattern.text, ask.bot))
            return Screen("taken")

        return run


@pytest.mark.parametrize("role", list(AccountRole))
async def test_whoever_has_the_role_is_heard_about_the_bots_they_administer(
    there: World, role: AccountRole
) -> None:
    recorder = _Recorder(there.talk)
    seat = Seat(there.talk, PEOPLE[role])
    wrong = []
    for text, (lowest, scoped) in TABLE.items():
        if not role.includes(lowest):
            continue
        for mine in (True, False) if scoped and role.includes(MANAGER) else (True,):
            recorder.given.clear()
            await seat.admin(there.line(text, mine=mine))
            bot = (there.own if mine else there.other).id if scoped else None
            heard = [(pattern, found and found.id) for pattern, found in recorder.given]
            if heard != [(text, bot)]:
                wrong.append((text, mine, heard, seat.text[:80]))
    assert wrong == []


# -- denied ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [MANAGER, USER])
async def test_a_lower_role_is_refused_and_nothing_changes(there: World, role: AccountRole) -> None:
    seat = Seat(there.talk, PEOPLE[role])
    await seat.admin("")
    before = await there.everything()
    wrong = []
    for text, (lowest, _) in TABLE.items():
        if role.includes(lowest):
            continue
        for mine in (True, False):
            line = there.line(text, mine=mine)
            for said in (await seat.admin(line), await seat.push(f"/admin {line}")):
                if said != FORBIDDEN:
                    wrong.append((text, said))
    assert wrong == []
    assert await there.everything() == before


async def test_of_anothers_bot_a_user_hears_that_there_is_none_and_nothing_changes(
    there: World,
) -> None:
    """Typed, and with forged callback data."""
    seat = Seat(there.talk, UMA)
    await seat.admin("")
    before = await there.everything()
    wrong = []
    for text, (lowest, scoped) in TABLE.items():
        if not scoped or not USER.includes(lowest):
            continue
        line = there.line(text, mine=False)
        for said in (await seat.admin(line), await seat.push(f"/admin {line}")):
            if not said.startswith("There is no “") or not said.endswith("” here."):
                wrong.append((text, said))
    assert wrong == []
    assert await there.everything() == before


async def test_an_object_of_anothers_bot_is_not_reached_through_ones_own(there: World) -> None:
    """``bot MINE …`` with the number of another's chat, invite or message."""
    recorder = _Recorder(there.talk)
    seat = Seat(there.talk, UMA)
    own, other = there.objects(mine=True), there.objects(mine=False)
    for text, (lowest, _) in TABLE.items():
        named = [
            kind for kind in ("CHAT", "MESSAGE", "BROADCAST", "INVITE") if kind in text.split()
        ]
        if not named or not USER.includes(lowest):
            continue
        mixed = {**own, **{kind: other[kind] for kind in named}}
        await seat.admin(there.fill(text, mixed))
    assert recorder.given == []


@pytest.mark.parametrize("user_id", [STRANGER, GONE], ids=["stranger", "disabled"])
async def test_strangers_hear_what_they_hear_of_any_unknown_command(
    there: World, user_id: int
) -> None:
    seat = Seat(there.talk, user_id)
    nothing = await seat.give("/nonsense")
    before = await there.everything()
    wrong = []
    for text in TABLE:
        line = f"/admin {there.line(text, mine=True)}"
        for said in (await seat.give(line), await seat.push(line)):
            if said != nothing:
                wrong.append((text, said))
    assert wrong == []
    assert await there.everything() == before


async def test_whoever_speaks_for_a_chat_is_a_stranger(there: World) -> None:
    seat = Seat(there.talk)
    speaks = {"sender_chat": {"id": -100777, "type": "channel", "title": "Boss's channel"}}
    nothing = await seat.give("/nonsense")
    before = await there.everything()
    for text in TABLE:
        line = f"/admin {there.line(text, mine=True)}"
        assert await seat.give(line, **speaks) == nothing, text
    assert await there.everything() == before


async def test_in_a_group_every_command_is_answered_with_the_hint_alone(there: World) -> None:
    recorder = _Recorder(there.talk)
    seat = Seat(there.talk)
    for number, text in enumerate(TABLE, 1):
        line = f"/admin@cat_bot {there.line(text, mine=True)}"
        await there.talk.say(line, **{"from": seat.person, "chat": GROUP})
        await there.talk.settle()
        whispers = there.talk.telegram.whispers
        assert len(whispers) == number, text
        assert "private chats only" in whispers[-1][2]
    assert recorder.given == []


# -- what a user sees -----------------------------------------------------------------------------


async def _walk(there: World, seat: Seat, role: AccountRole) -> AsyncIterator[tuple[str, str]]:
    """Every command that the role may give, about either bot; what was said, and all it shows.

    On the way each button is looked at: it is no longer than Telegram takes, and understood.
    """
    patterns = [declared.pattern for declared in all_commands()]
    for text, (lowest, _) in TABLE.items():
        if not role.includes(lowest) or _ends(text):
            continue
        for mine in (True, False):
            for line in dict.fromkeys((there.line(text, mine=mine), there.short(text, mine=mine))):
                await seat.admin(line)
                for button in seat.buttons():
                    if button.command.startswith("/admin"):
                        assert len(button.command.encode()) <= 64, (line, button)
                        meant = button.command.removeprefix("/admin").strip()
                        assert any(one.match(meant) is not None for one in patterns), button
                    else:
                        assert button.url or button.creates or button.command, (line, button)
                files = [one.payload for one in seat.files()]
                yield line, "\n".join([seat.text, *seat.labels(), *files])


async def test_no_screen_of_a_users_tells_of_anothers_bot_or_changes_it(there: World) -> None:
    """Every command that a USER may give, with whatever names something of another's bot."""
    seat = Seat(there.talk, UMA)
    before = await there.hidden()
    async for line, shown in _walk(there, seat, USER):
        assert [secret for secret in SECRETS if secret in shown] == [], f"/admin {line}\n{shown}"
    assert await there.hidden() == before


async def test_another_bots_versions_and_retries_are_not_reached_through_ones_own(
    there: World,
) -> None:
    seat = Seat(there.talk, UMA)
    other = there.objects(mine=False)
    before = await there.hidden()
    for text, (lowest, _) in TABLE.items():
        named = {"ENTRY", "RETRY"} & set(text.split())
        if not named or not USER.includes(lowest):
            continue
        mixed = {**there.objects(mine=True), **{kind: other[kind] for kind in named}}
        said = await seat.admin(there.fill(text, mixed))
        assert [secret for secret in SECRETS if secret in said] == [], (text, said)
    assert await there.hidden() == before
    assert there.talk.registry.get(there.own.id).help_message == ""


async def test_admins_see_all_of_it_in_their_own_language(there: World) -> None:
    """So that the test before looks for what there is to see."""
    seat = Seat(there.talk, BOSS, language="ru")
    everything = "".join([shown async for _, shown in _walk(there, seat, ADMIN)])
    assert [secret for secret in SECRETS if secret not in everything] == []


def _ends(text: str) -> bool:
    """Whether the command takes away what the next ones are about."""
    return "BOT delete" in text or text.endswith("remove yes")


def _of(table: Mapping[str, tuple[AccountRole, bool]], role: AccountRole) -> int:
    return sum(role.includes(lowest) for lowest, _ in table.values())


def test_managers_may_do_more_than_users_and_less_than_admins() -> None:
    assert _of(TABLE, USER) < _of(TABLE, MANAGER) < _of(TABLE, ADMIN) == len(TABLE)


async def test_the_same_button_works_again_once_the_role_is_back(there: World) -> None:
    """Rights are looked up at each press, not when the screen was drawn."""
    seat = Seat(there.talk, MASHA)
    await seat.admin("health")
    account = there.talk.accounts.of(MASHA)
    assert account is not None
    there.talk.accounts.put(replace(account, role=USER))
    assert await seat.push("/admin health probe") == FORBIDDEN
    there.talk.accounts.put(account)
    assert "answered in" in await seat.push("/admin health probe")


async def test_a_new_account_may_not_give_itself_more(there: World) -> None:
    await employ(there.talk, 930, MANAGER)
    seat = Seat(there.talk, 930)
    assert await seat.admin("account 930 role ADMIN") == FORBIDDEN
    account = there.talk.accounts.of(930)
    assert account is not None
    assert account.role is MANAGER
