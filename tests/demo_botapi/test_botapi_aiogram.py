"""aiogram's own Bot against every method: what it posts is understood, what it gets parses."""

import pytest
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    ReplyParameters,
)

from kotodom.demo.botapi import DropAfter, Garbage, Status, StatusAfter


async def test_about_the_bot_itself(aio, bot, chat):
    me = await aio.get_me()
    assert (me.id, me.username, me.is_bot) == (42, "cat_bot", True)
    assert me.can_read_all_group_messages is False
    assert await aio.set_webhook("https://example.org/hook", allowed_updates=["message"])
    info = await aio.get_webhook_info()
    assert (info.url, info.allowed_updates) == ("https://example.org/hook", ["message"])
    assert await aio.delete_webhook(drop_pending_updates=True)
    commands = [BotCommand(command="start", description="Begin")]
    scope = BotCommandScopeChat(chat_id=7)
    assert await aio.set_my_commands(commands, scope=scope, language_code="ru")
    (kept,) = await aio.get_my_commands(scope=scope, language_code="ru")
    assert (kept.command, kept.description) == ("start", "Begin")
    assert await aio.get_my_commands() == []
    assert await aio.delete_my_commands(scope=scope, language_code="ru")
    assert await aio.close()
    assert await aio.log_out()


async def test_updates_of_every_kind_parse(api, aio, bot, chat):
    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]]
    )
    sent = await aio.send_message(7, "Sure?", reply_markup=keyboard)
    said = await chat.say("/start@cat_bot now", reply_to=sent.message_id)
    await chat.edit(said, "/start@cat_bot later")
    pressed = await chat.press(sent.message_id, "go")
    await aio.send_message_draft(7, 11, text="Hm", can_stop=True)
    await chat.stop_generation()
    await chat.block()
    await chat.unblock()
    forum = api.group("Club", [bot], [api.user(1)], forum=True)
    await forum.say("/help@cat_bot", thread_id=3)
    await forum.kick()
    updates = await aio.get_updates(timeout=1, allowed_updates=[])
    kinds = [update.event_type for update in updates]
    assert kinds == [
        "message",
        "edited_message",
        "callback_query",
        "stopped_message_generation",
        "my_chat_member",
        "my_chat_member",
        "my_chat_member",
        "message",
        "message",
        "message",
        "my_chat_member",
    ]
    (button,) = updates[0].message.reply_to_message.reply_markup.inline_keyboard[0]
    assert button.callback_data == "go"
    assert updates[3].stopped_message_generation.draft_id == 11
    assert await aio.answer_callback_query(pressed, text="Done")
    assert await aio.get_updates(offset=updates[-1].update_id + 1) == []


async def test_messages(aio, chat):
    said = await chat.say("question")
    sent = await aio.send_message(
        7,
        "hello there",
        entities=[
            MessageEntity(type="text_link", offset=0, length=5, url="https://example.org"),
            MessageEntity(type="pre", offset=6, length=5, language="python"),
        ],
        reply_parameters=ReplyParameters(message_id=said),
        disable_notification=True,
    )
    assert sent.text == "hello there"
    assert [entity.type for entity in sent.entities] == ["text_link", "pre"]
    assert sent.reply_to_message.message_id == said
    edited = await aio.edit_message_text("bye", chat_id=7, message_id=sent.message_id)
    assert (edited.text, edited.entities) == ("bye", None)
    assert await aio.send_chat_action(7, "typing")
    assert chat.typing
    assert await aio.send_message_draft(7, 5, text="")
    assert chat.draft.text == ""
    assert await aio.delete_message(7, sent.message_id)
    assert await aio.delete_messages(7, [said])


async def test_chats(api, aio, bot, chat):
    assert (await aio.get_chat(7)).first_name == "Ann"
    group = api.group("Family", [bot])
    assert (await aio.get_chat(group.id)).title == "Family"
    assert await aio.leave_chat(group.id)
    with pytest.raises(TelegramForbiddenError, match="not a member"):
        await aio.send_message(group.id, "hi")
    small = api.group("Small", [bot])
    large = await small.upgrade()
    with pytest.raises(TelegramMigrateToChat) as moved:
        await aio.send_message(small.id, "hi")
    assert moved.value.migrate_to_chat_id == large.id
    with pytest.raises(TelegramBadRequest, match="wrong file_id"):
        await aio.get_file("abc")


async def test_refusals_become_aiograms_exceptions(api, aio, bot, chat):
    with pytest.raises(TelegramBadRequest, match="message is too long"):
        await aio.send_message(7, "x" * 4097)
    with pytest.raises(TelegramBadRequest, match="can't parse entities"):
        await aio.send_message(7, "hi", entities=[MessageEntity(type="bold", offset=0, length=3)])
    api.faults.add("sendMessage", Status(429, "Too Many Requests: retry after 7", retry_after=7))
    with pytest.raises(TelegramRetryAfter) as limited:
        await aio.send_message(7, "hi")
    assert limited.value.retry_after == 7
    api.faults.add("sendMessage", Status(500, "Internal Server Error"))
    with pytest.raises(TelegramServerError):
        await aio.send_message(7, "hi")
    for effect, error in (
        (Garbage(), ClientDecodeError),
        (StatusAfter(), ClientDecodeError),
        (DropAfter(), TelegramNetworkError),
    ):
        api.faults.add("sendMessage", effect)
        with pytest.raises(error):
            await aio.send_message(7, "hi")
    assert chat.answers() == ["hi", "hi"]
    bot.set_webhook("https://example.org")
    with pytest.raises(TelegramConflictError):
        await aio.get_updates()
    bot.revoke()
    with pytest.raises(TelegramUnauthorizedError):
        await aio.get_me()


async def test_a_poison_update_breaks_the_whole_batch_as_it_does_in_reality(aio, bot, chat):
    await chat.say("fine")
    bot.inject({"message": {"message_id": 1, "date": 1, "chat": {"id": "not a number"}}})
    with pytest.raises(ClientDecodeError):
        await aio.get_updates()
