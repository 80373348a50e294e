"""What a person sees and does besides messages: menus of commands, links, whispers in groups."""

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    EphemeralMessageParameters,
)


def commands(*names):
    return [BotCommand(command=name, description=f"To {name}") for name in names]


async def test_a_chat_can_have_a_menu_of_its_own(api, aio, bot, chat):
    other = api.private(bot, api.user(8, "Bob"))
    await aio.set_my_commands(commands("help"))
    await aio.set_my_commands(commands("help", "stop"), scope=BotCommandScopeAllPrivateChats())
    await aio.set_my_commands(commands("help", "admin"), scope=BotCommandScopeChat(chat_id=7))
    assert chat.menu() == {"help": "To help", "admin": "To admin"}
    assert list(other.menu()) == ["help", "stop"]
    mine = await aio.get_my_commands(scope=BotCommandScopeChat(chat_id=7))
    assert [command.command for command in mine] == ["help", "admin"]
    await aio.delete_my_commands(scope=BotCommandScopeChat(chat_id=7))
    assert list(chat.menu()) == ["help", "stop"]
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await aio.set_my_commands(commands("help"), scope=BotCommandScopeChat(chat_id=999))


async def test_a_menu_is_that_of_the_persons_language_where_there_is_one(api, aio, bot):
    masha = api.private(bot, api.user(9, "Masha", language_code="ru"))
    await aio.set_my_commands(commands("help"))
    await aio.set_my_commands(commands("help", "stop"), language_code="ru")
    assert list(masha.menu()) == ["help", "stop"]
    assert list(masha.menu(api.user(8))) == ["help"]
    group = api.group("Club", [bot], [api.user(8)])
    assert list(group.menu()) == ["help"]


async def test_a_link_opens_the_chat_and_starts_with_its_payload(api, bot, heard):
    view = await api.open("https://t.me/cat_bot?start=Ab-9_", api.user(8, "Bob"))
    (said,) = await heard()
    assert (said.text, said.chat.id) == ("/start Ab-9_", 8)
    await api.open("https://t.me/cat_bot", api.user(8))
    assert [shown.text for shown in view.messages()] == ["/start Ab-9_", "/start"]
    for wrong in ("https://t.me/dog_bot?start=x", "https://t.me/cat_bot?start=" + "x" * 65):
        with pytest.raises(LookupError):
            await api.open(wrong, api.user(8))
    with pytest.raises(ValueError, match="1 to 64"):
        await view.start("no spaces")


async def test_an_ephemeral_message_is_seen_by_one_member_only(api, aio, bot, chat):
    group = api.group("Club", [bot], [api.user(1, "Ann"), api.user(2, "Bob")])
    to_bob = EphemeralMessageParameters(receiver_user_id=2)
    sent = await aio.send_message(group.id, "only you", ephemeral_message_parameters=to_bob)
    assert (sent.message_id, sent.ephemeral_message_id, sent.receiver_user.id) == (0, 1, 2)
    assert group.whispers(api.user(2)) == ["only you"]
    assert (group.whispers(), group.answers()) == ([], [])
    stranger = EphemeralMessageParameters(receiver_user_id=7)
    with pytest.raises(TelegramBadRequest, match="user not found"):
        await aio.send_message(group.id, "x", ephemeral_message_parameters=stranger)
    with pytest.raises(TelegramBadRequest, match="only to groups"):
        await aio.send_message(7, "x", ephemeral_message_parameters=stranger)
