"""/admin from end to end: one message with buttons, for those who administer and nobody else."""

import pytest

from kotodom.demo.botapi import ChatView, Status
from tests.e2e.admin_kit import ADMINS, BOSS, Admin, administered
from tests.e2e.looking_kit import answered
from tests.support.daemon import Daemon
from tests.support.stage import BOT, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOORS = ["Bots", "Chats", "Messages", "People", "Money"]
DOORS += ["Broadcasts", "Accounts", "Settings", "Health"]


def begin(stage: Stage) -> Daemon:
    return administered(stage)


@pytest.fixture
def admin(shared: Stage) -> Admin:
    """The admin in a chat that every test of this module goes on with."""
    return Admin(shared)


async def test_admin_opens_one_message_with_a_door_to_every_noun(admin: Admin) -> None:
    home = await admin.types()
    assert home.title == "Administration"
    assert "1 bot" in home.text
    for door in DOORS:
        assert home.label(door)
    assert home.label("Refresh")


async def test_buttons_edit_that_message_and_back_leads_home_again(admin: Admin) -> None:
    home = await admin.types()
    shown = len(admin.screens)
    # Not all of them: Telegram takes about one edit a second in a chat.
    for door in ("Bots", "Messages", "Health"):
        inside = await admin.press(door)
        assert (inside.id, inside.text == home.text) == (home.id, False), door
        back = await admin.press("Back")
        assert (back.id, back.title) == (home.id, home.title)
    again = await admin.press("Refresh")
    assert again.id == home.id
    assert len(admin.screens) == shown


async def test_every_screen_can_be_typed(admin: Admin) -> None:
    typed = await admin.types("bots")
    home = await admin.types()
    pressed = await admin.press("Bots", on=home)
    assert (typed.title, typed.labels) == (pressed.title, pressed.labels)


async def test_a_button_works_after_a_restart(admin: Admin, shared: Stage) -> None:
    home = await admin.types()
    assert await shared.daemons[-1].stop() == 0
    await admin.chat.press(home.id, home.buttons[home.label("Health")])
    await begin(shared).start()
    inside = await admin.sees("Health")
    assert inside.id == home.id


async def test_a_button_of_another_version_says_that_it_is_out_of_date(
    admin: Admin, shared: Stage
) -> None:
    home = await admin.types()
    message = admin.chat.chat.get(home.id)
    assert message is not None
    message.reply_markup = {
        "inline_keyboard": [[{"text": "Old", "callback_data": "/admin horses 7"}]]
    }
    told = await admin.press("Old", on=home.id)
    assert told.id == home.id
    assert "out of date" in told.text
    assert told.buttons


async def test_strangers_hear_of_no_such_command(shared: Stage, chat: ChatView) -> None:
    await chat.say("/nonsense")
    words = await answered(chat)
    for count, said in enumerate(("/admin", "/admin help", "/admin bots"), 2):
        await chat.say(said)
        assert await answered(chat, count) == words


async def test_in_a_group_an_admin_alone_sees_a_hint_and_strangers_not_even_that(
    shared: Stage, chat: ChatView
) -> None:
    boss = shared.telegram.user(BOSS)
    group = shared.telegram.group("Staff", [shared.bot()], [boss, chat.user])
    await group.say(f"/admin@bot{BOT}_bot bots", user=boss)
    await group.wait(lambda group: group.whispers(boss), timeout=30)
    (hint,) = group.whispers(boss)
    assert "private" in hint
    await group.say(f"/nonsense@bot{BOT}_bot", user=chat.user)
    unknown = await answered(group)
    await group.say(f"/admin@bot{BOT}_bot bots", user=chat.user)
    assert await answered(group, 2) == unknown
    assert [shown.reply_markup for shown in group.messages() if shown.from_bot] == [None] * 2
    assert group.whispers(chat.user) == []


async def test_where_nothing_can_be_whispered_the_hint_is_said_aloud(
    shared: Stage, chat: ChatView
) -> None:
    boss = shared.telegram.user(BOSS)
    group = shared.telegram.group("Staff", [shared.bot()], [boss, chat.user])
    await group.say(f"/help@bot{BOT}_bot", user=chat.user)
    await answered(group)
    shared.telegram.faults.add("sendMessage", Status(400, "Bad Request: METHOD_INVALID"))
    await group.say(f"/admin@bot{BOT}_bot", user=boss)
    assert "private" in await answered(group, 2)
    assert group.whispers(boss) == []


async def test_a_mistyped_command_gets_the_nearest_as_a_suggestion(admin: Admin) -> None:
    told = await admin.types("botz")
    assert "/admin botz" in told.text
    assert "/admin bots" in told.text
    assert (await admin.press("/admin bots", on=told)).title.startswith("Bots")


async def test_help_tells_of_the_commands_that_begin_so(admin: Admin) -> None:
    told = await admin.types("help bots")
    assert "/admin bots" in told.text
    assert "/admin money" not in told.text


async def test_admin_speaks_russian_to_who_speaks_russian(shared: Stage) -> None:
    assert str(BOSS) in ADMINS
    masha = Admin(shared, bot=BOT, language="en")
    masha.chat.user.language_code = "ru"
    try:
        home = await masha.types()
        assert home.title == "Управление"
    finally:
        masha.chat.user.language_code = "en"
