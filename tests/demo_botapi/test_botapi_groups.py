"""Groups: who hears what under privacy mode, membership, topics."""

import pytest


@pytest.fixture
def group(api, bot):
    view = api.group("Family", [bot], [api.user(1, "Ann"), api.user(2, "Bob")])
    bot.inbox.drop_all()
    return view


async def heard(client, bot):
    updates = await client.ok("getUpdates")
    bot.inbox.drop_all()
    return [update["message"].get("text") for update in updates if "message" in update]


async def test_under_privacy_mode_a_bot_hears_only_what_is_meant_for_it(client, bot, group):
    sent = await client.ok("sendMessage", chat_id=group.id, text="I am here")
    await group.say("chatter")
    await group.say("ask @dog_bot")
    await group.say("/help@dog_bot")
    await group.say("/help@cat_bot")
    await group.say("/help")
    await group.say("hey @Cat_Bot, you?")
    await group.say("to you", reply_to=sent["message_id"])
    assert await heard(client, bot) == ["/help@cat_bot", "/help", "hey @Cat_Bot, you?", "to you"]


async def test_a_bare_command_goes_to_the_bot_that_posted_last(api, client, bot, group):
    dog = api.add_bot("43:" + "D" * 35, username="dog_bot")
    await group.join(dog)
    bot.inbox.drop_all()
    await group.say("/first")
    assert await heard(client, bot) == ["/first"]
    await client.ok("sendMessage", token=dog.token, chat_id=group.id, text="Woof")
    await group.say("/second")
    assert await heard(client, bot) == []


async def test_without_privacy_mode_a_bot_hears_people_but_no_bots(api, client, bot, group):
    bot.can_read_all = True
    dog = api.add_bot("43:" + "D" * 35, username="dog_bot")
    await group.join(dog)
    bot.inbox.drop_all()
    await client.ok("sendMessage", token=dog.token, chat_id=group.id, text="Woof @cat_bot")
    await group.say("chatter", user=api.user(2))
    assert await heard(client, bot) == ["chatter"]
    assert (await client.ok("getMe"))["can_read_all_group_messages"] is True


async def test_joining_and_being_removed_is_told(api, client, bot):
    group = api.group("Family", [bot])
    await group.kick()
    updates = await client.ok("getUpdates")
    changes = [update["my_chat_member"] for update in updates if "my_chat_member" in update]
    assert [change["new_chat_member"]["status"] for change in changes] == ["member", "kicked"]
    assert updates[1]["message"]["new_chat_members"][0]["id"] == bot.id
    bot.inbox.drop_all()
    await group.say("@cat_bot are you there?")
    assert await heard(client, bot) == []


async def test_blocking_and_unblocking_is_told(client, bot, chat):
    await chat.block()
    await chat.unblock()
    changes = [update["my_chat_member"] for update in await client.ok("getUpdates")]
    assert [change["new_chat_member"]["status"] for change in changes] == ["kicked", "member"]
    assert changes[0]["chat"]["type"] == "private"


async def test_people_cannot_write_to_a_bot_they_blocked(chat):
    await chat.block()
    with pytest.raises(RuntimeError, match="unblock"):
        await chat.say("hello?")


async def test_a_forums_topics(api, client, bot):
    bot.can_read_all = True
    forum = api.group("Club", [bot], [api.user(1)], forum=True)
    bot.inbox.drop_all()
    await forum.say("hi", thread_id=77)
    opened, said = [update["message"] for update in await client.ok("getUpdates")]
    assert opened["forum_topic_created"]
    assert said["message_thread_id"] == 77
    assert said["is_topic_message"] is True
    assert said["reply_to_message"]["message_id"] == opened["message_id"]
    assert said["chat"]["is_forum"] is True
    sent = await client.ok("sendMessage", chat_id=forum.id, text="hello", message_thread_id=77)
    assert sent["message_thread_id"] == 77
    words = await client.refused(
        "sendMessage", chat_id=forum.id, text="hello", message_thread_id=78
    )
    assert words == "Bad Request: message thread not found"


async def test_a_reply_in_a_supergroup_names_a_thread_that_is_no_topic(api, client, bot):
    bot.can_read_all = True
    group = api.group("Club", [bot], [api.user(1)], supergroup=True)
    first = await group.say("question")
    bot.inbox.drop_all()
    await group.say("reply", reply_to=first)
    message = (await client.ok("getUpdates"))[0]["message"]
    assert message["message_thread_id"] == first
    assert "is_topic_message" not in message
    words = await client.refused("sendMessage", chat_id=group.id, text="x", message_thread_id=first)
    assert words == "Bad Request: message thread not found"


async def test_a_private_chat_has_topics_only_in_threaded_mode(client, bot, chat):
    with pytest.raises(RuntimeError, match="no topics"):
        await chat.say("hi", thread_id=5)
    bot.topics_enabled = True
    await chat.say("hi", thread_id=5)
    await client.ok("sendMessage", chat_id=7, text="hello", message_thread_id=5)
