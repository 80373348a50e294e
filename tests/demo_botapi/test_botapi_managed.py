"""Managed bots: offered by a keyboard, created by a person, fetched by their token."""

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    KeyboardButton,
    KeyboardButtonRequestManagedBot,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)


def offer(name="Dog", username=None, request_id=1):
    wanted = KeyboardButtonRequestManagedBot(
        request_id=request_id, suggested_name=name, suggested_username=username
    )
    return KeyboardButton(text=f"Create {name}", request_managed_bot=wanted)


def keyboard(*buttons):
    return ReplyKeyboardMarkup(keyboard=[[button] for button in buttons], one_time_keyboard=True)


@pytest.fixture
def manager(bot):
    bot.can_manage = True
    return bot


async def test_a_tap_creates_a_bot_and_the_manager_hears_of_it_twice(
    api, aio, manager, chat, heard
):
    assert (await aio.get_me()).can_manage_bots
    await aio.send_message(7, "Shall we?", reply_markup=keyboard(offer()))
    assert chat.keyboard == [["Create Dog"]]
    service = await chat.tap("Create Dog")
    update, message = await heard()
    assert (update.user.id, update.bot_user.username) == (7, "dog_bot")
    assert (message.message_id, message.from_user.id) == (service, 7)
    assert message.managed_bot_created.bot_user == update.bot_user
    token = await aio.get_managed_bot_token(update.bot_user.id)
    assert api.world.bots[update.bot_user.id].token == token
    assert chat.answers() == ["Shall we?"]


async def test_a_new_token_ends_the_old_one_and_is_told(api, client, aio, manager, chat, heard):
    dog = api.create_bot(manager, chat.user, "Dog", "my_dog_bot")
    (created,) = await heard()
    assert created.bot_user.id == dog.id
    old = dog.token
    assert (await client.ok("getMe", token=old))["username"] == "my_dog_bot"
    new = await aio.replace_managed_bot_token(dog.id)
    assert new != old
    assert (await client.raw("getMe", token=old))["error_code"] == 401
    assert (await client.ok("getMe", token=new))["id"] == dog.id
    (replaced,) = await heard()
    assert replaced.bot_user.id == dog.id


async def test_only_its_own_manager_gets_a_token(api, client, aio, manager, chat):
    dog = api.create_bot(manager, chat.user, "Dog", "dog_bot")
    other = api.add_bot("43:" + "D" * 35, username="other_bot", manages=True)
    words = await client.refused("getManagedBotToken", token=other.token, user_id=dog.id)
    assert words == "Bad Request: managed bot not found"
    for number in (other.id, 999):
        with pytest.raises(TelegramBadRequest, match="managed bot not found"):
            await aio.get_managed_bot_token(number)


async def test_a_bot_that_manages_none_cannot_offer_it_and_nobody_can_in_a_group(
    api, aio, bot, chat
):
    with pytest.raises(TelegramBadRequest, match="can't manage other bots"):
        await aio.send_message(7, "Shall we?", reply_markup=keyboard(offer()))
    with pytest.raises(RuntimeError, match="manages no bots"):
        api.create_bot(bot, chat.user, "Dog", "dog_bot")
    bot.can_manage = True
    group = api.group("Club", [bot], [chat.user])
    with pytest.raises(TelegramBadRequest, match="in private chats only"):
        await aio.send_message(group.id, "Shall we?", reply_markup=keyboard(offer()))


async def test_identifiers_of_requests_are_unique(aio, manager, chat):
    with pytest.raises(TelegramBadRequest, match="must be unique"):
        await aio.send_message(7, "Shall we?", reply_markup=keyboard(offer("A"), offer("B")))
    two = keyboard(offer("A"), offer("B", "beta_bot", 2))
    await aio.send_message(7, "Shall we?", reply_markup=two)
    assert chat.keyboard == [["Create A"], ["Create B"]]


async def test_an_edit_takes_no_such_keyboard(aio, client, manager, chat):
    sent = await aio.send_message(7, "Shall we?")
    markup = keyboard(offer()).model_dump_json(exclude_none=True)
    words = await client.refused(
        "editMessageText", chat_id=7, message_id=sent.message_id, text="x", reply_markup=markup
    )
    assert words == "Bad Request: inline keyboard expected"


async def test_a_message_with_such_a_keyboard_cannot_be_edited(aio, manager, chat):
    sent = await aio.send_message(7, "Shall we?", reply_markup=keyboard(offer()))
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await aio.edit_message_text("x", chat_id=7, message_id=sent.message_id)


async def test_a_plain_button_says_its_label_and_a_keyboard_can_be_taken_away(aio, chat, heard):
    await aio.send_message(7, "Well?", reply_markup=keyboard(KeyboardButton(text="Yes")))
    await chat.tap("Yes")
    assert [message.text for message in await heard()] == ["Yes"]
    with pytest.raises(LookupError, match="no button 'No'"):
        await chat.tap("No")
    await aio.send_message(7, "Good", reply_markup=ReplyKeyboardRemove())
    assert chat.keyboard == []


async def test_a_username_is_unique_and_ends_in_bot(api, aio, manager, chat):
    api.create_bot(manager, chat.user, "Dog", "dog_bot")
    await aio.send_message(7, "Shall we?", reply_markup=keyboard(offer()))
    with pytest.raises(RuntimeError, match="taken"):
        await chat.tap("Create Dog")
    with pytest.raises(RuntimeError, match="ends in 'bot'"):
        await chat.tap("Create Dog", username="doggy")
    await chat.tap("Create Dog", username="second_dog_bot")
