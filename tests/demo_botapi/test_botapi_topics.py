"""A forum's topics as a bot manages them: open, rename, close, reopen, delete, and the rights."""

import pytest
from aiogram.exceptions import TelegramBadRequest


@pytest.fixture
async def forum(api, bot):
    view = api.group("Inbox", [bot], [api.user(1, "Ann"), api.user(2, "Bob")], forum=True)
    await view.promote()
    bot.inbox.drop_all()
    return view


async def test_a_topic_is_opened_and_written_in_by_both(aio, forum, heard):
    topic = await aio.create_forum_topic(forum.id, name=" Carol ", icon_color=16766590)
    assert (topic.name, topic.icon_color) == ("Carol", 16766590)
    thread = topic.message_thread_id
    sent = await aio.send_message(forum.id, "hello", message_thread_id=thread)
    assert (sent.message_thread_id, sent.is_topic_message) == (thread, True)
    await forum.say("and you", thread_id=thread)
    (said,) = await heard()
    assert (said.message_thread_id, said.is_topic_message) == (thread, True)
    assert said.reply_to_message.forum_topic_created.name == "Carol"
    assert said.reply_to_message.message_id == thread
    assert forum.answers() == ["hello"]


async def test_a_topic_is_renamed(aio, forum):
    thread = (await aio.create_forum_topic(forum.id, name="Carol")).message_thread_id
    assert await aio.edit_forum_topic(forum.id, thread, name="Carol ✓")
    assert forum.topic(thread) == "Carol ✓"
    with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
        await aio.edit_forum_topic(forum.id, thread, name="Carol ✓")


async def test_in_a_closed_topic_only_who_manages_it_writes(api, aio, bot, forum, heard):
    await forum.say("hi", thread_id=77)
    assert await aio.close_forum_topic(forum.id, 77)
    with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
        await aio.close_forum_topic(forum.id, 77)
    with pytest.raises(RuntimeError, match="closed"):
        await forum.say("may I?", thread_id=77, user=api.user(2))
    await aio.send_message(forum.id, "I may", message_thread_id=77)
    await forum.promote("administrator", rights={"can_manage_topics": False})
    with pytest.raises(TelegramBadRequest, match="TOPIC_CLOSED"):
        await aio.send_message(forum.id, "I may not", message_thread_id=77)
    await forum.promote()
    assert await aio.reopen_forum_topic(forum.id, 77)
    with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
        await aio.reopen_forum_topic(forum.id, 77)
    await forum.say("thanks", thread_id=77, user=api.user(2))
    assert (await heard())[-1].text == "thanks"


async def test_a_person_closes_a_topic_and_the_bot_is_told(aio, forum, heard):
    thread = (await aio.create_forum_topic(forum.id, name="Carol")).message_thread_id
    await forum.close_topic(thread)
    (closed,) = await heard()
    assert closed.forum_topic_closed is not None
    assert closed.message_thread_id == thread


async def test_a_deleted_topic_is_gone_with_all_that_was_in_it(aio, forum):
    thread = (await aio.create_forum_topic(forum.id, name="Carol")).message_thread_id
    await aio.send_message(forum.id, "hello", message_thread_id=thread)
    await aio.send_message(forum.id, "elsewhere")
    assert await aio.delete_forum_topic(forum.id, thread)
    assert forum.answers() == ["elsewhere"]
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await aio.send_message(forum.id, "hello?", message_thread_id=thread)
    with pytest.raises(TelegramBadRequest, match="TOPIC_ID_INVALID"):
        await aio.delete_forum_topic(forum.id, thread)
    again = (await aio.create_forum_topic(forum.id, name="Carol")).message_thread_id
    await forum.delete_topic(again)
    with pytest.raises(TelegramBadRequest, match="TOPIC_ID_INVALID"):
        await aio.edit_forum_topic(forum.id, again, name="x")


async def test_topics_need_a_forum_and_the_right(api, aio, bot, forum, chat):
    plain = api.group("Club", [bot], [api.user(1)], supergroup=True)
    await plain.promote()
    for place in (plain.id, 7):
        with pytest.raises(TelegramBadRequest, match="the chat is not a forum"):
            await aio.create_forum_topic(place, name="Carol")
    mine = (await aio.create_forum_topic(forum.id, name="Mine")).message_thread_id
    await forum.say("hi", thread_id=77)
    await forum.promote("member")
    with pytest.raises(TelegramBadRequest, match="not enough rights to create a topic"):
        await aio.create_forum_topic(forum.id, name="Carol")
    with pytest.raises(TelegramBadRequest, match="not enough rights to edit the topic"):
        await aio.close_forum_topic(forum.id, 77)
    assert await aio.close_forum_topic(forum.id, mine)
    with pytest.raises(TelegramBadRequest, match="not enough rights to delete the topic"):
        await aio.delete_forum_topic(forum.id, mine)


async def test_a_topic_has_a_name_and_a_known_color(aio, client, forum):
    with pytest.raises(TelegramBadRequest, match="title must be non-empty"):
        await aio.create_forum_topic(forum.id, name="  ")
    with pytest.raises(TelegramBadRequest, match="invalid icon color"):
        await aio.create_forum_topic(forum.id, name="x", icon_color=1)
    long = await aio.create_forum_topic(forum.id, name="x" * 200)
    assert len(long.name) == 128


async def test_threaded_mode_gives_a_private_chat_topics(aio, bot, chat):
    bot.topics_enabled = True
    topic = await aio.create_forum_topic(7, name="Ideas")
    sent = await aio.send_message(7, "one", message_thread_id=topic.message_thread_id)
    assert sent.is_topic_message
