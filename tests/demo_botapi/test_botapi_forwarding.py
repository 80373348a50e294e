"""copyMessage, forwardMessage, and a bot that takes a person's message away."""

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from tests.demo_botapi.botapi_pictures import picture

GO = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])


@pytest.fixture
async def other(api, bot):
    view = api.private(bot, api.user(8, "Bob"))
    await view.say("/start")
    bot.inbox.drop_all()
    return view


async def test_a_copy_is_the_bots_own_message(aio, chat, other):
    said = await chat.say("see https://example.org")
    copied = await aio.copy_message(8, 7, said, reply_markup=GO)
    shown = other.messages()[-1]
    assert (shown.id, shown.text, shown.from_bot) == (
        copied.message_id,
        "see https://example.org",
        True,
    )
    assert [entity["type"] for entity in shown.entities] == ["url"]
    await other.press(shown.id, "go")
    assert await aio.edit_message_text("mine", chat_id=8, message_id=shown.id)


async def test_media_are_copied_with_their_own_or_another_caption(aio, chat, other):
    said = await chat.document(b"x,y", "table.csv", caption="old")
    await aio.copy_message(8, 7, said)
    await aio.copy_message(8, 7, said, caption="new")
    shown = other.messages()[-2:]
    assert [message.text for message in shown] == ["old", "new"]
    assert [other.file(message.id) for message in shown] == [b"x,y"] * 2


async def test_a_forward_names_who_said_it_at_first(aio, chat, other, heard):
    said = await chat.say("hello")
    sent = await aio.forward_message(8, 7, said)
    assert sent.from_user.id == 42
    assert sent.forward_origin.sender_user.id == 7
    again = await aio.forward_message(7, 8, sent.message_id)
    assert again.forward_origin == sent.forward_origin
    copied = await aio.copy_message(7, 8, sent.message_id)
    await chat.say("about that", reply_to=copied.message_id)
    assert (await heard())[-1].reply_to_message.forward_origin is None


async def test_what_is_not_there_or_was_said_by_nobody_is_not_taken_over(api, aio, bot, chat):
    with pytest.raises(TelegramBadRequest, match="message to copy not found"):
        await aio.copy_message(7, 7, 99)
    with pytest.raises(TelegramBadRequest, match="message to forward not found"):
        await aio.forward_message(7, 7, 99)
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await aio.copy_message(7, 999, 1)
    group = api.group("Club", [bot], [chat.user], supergroup=True)
    joined = next(message.id for message in group.chat if message.is_service)
    with pytest.raises(TelegramBadRequest, match="message can't be copied"):
        await aio.copy_message(7, group.id, joined)
    with pytest.raises(TelegramBadRequest, match="message can't be forwarded"):
        await aio.forward_message(7, group.id, joined)


async def test_in_private_a_bot_deletes_what_a_person_said_for_two_days(clock, aio, chat):
    token = await chat.say("42:" + "B" * 35)
    assert await aio.delete_message(7, token)
    assert chat.messages()[-1].text == "/start"
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await aio.delete_message(7, token)
    old = await chat.document(b"x", "token.txt")
    clock.advance(48 * 3600 + 1)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await aio.delete_message(7, old)


async def test_a_picture_of_the_bots_is_copied(aio, chat, other):
    sent = await aio.send_photo(7, BufferedInputFile(picture(), filename="a.png"), caption="chart")
    await aio.copy_message(8, 7, sent.message_id)
    assert (other.messages()[-1].media.kind, other.messages()[-1].text) == ("photo", "chart")


async def test_the_buttons_of_a_copy_are_changed_whatever_it_is(aio, chat, other):
    said = await chat.voice(b"Ogg", 1)
    copied = await aio.copy_message(8, 7, said)
    where = {"chat_id": 8, "message_id": copied.message_id}
    edited = await aio.edit_message_reply_markup(reply_markup=GO, **where)
    assert edited.reply_markup is not None
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await aio.edit_message_reply_markup(reply_markup=GO, **where)
    await other.press(copied.message_id, "go")
    assert (await aio.edit_message_reply_markup(**where)).reply_markup is None
