"""What people do and see: saying, editing, waiting, the transcript."""

import pytest


async def test_saying_trims_and_finds_entities(client, chat):
    said = await chat.say("  /help@cat_bot please \n")
    message = (await client.ok("getUpdates"))[0]["message"]
    assert message["message_id"] == said
    assert message["text"] == "/help@cat_bot please"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 13}]
    assert message["from"] == {
        "id": 7,
        "is_bot": False,
        "first_name": "Ann",
        "username": "ann",
        "language_code": "en",
    }


async def test_a_long_text_arrives_as_several_messages(client, chat):
    last = await chat.say("x" * 5000)
    messages = [update["message"] for update in await client.ok("getUpdates")]
    assert [len(message["text"]) for message in messages] == [4096, 904]
    assert messages[-1]["message_id"] == last


async def test_media_travel_as_extra_fields(client, chat):
    await chat.say(photo=[{"file_id": "a", "file_unique_id": "b"}], caption="look")
    message = (await client.ok("getUpdates"))[0]["message"]
    assert message["caption"] == "look"
    assert "text" not in message
    assert chat.messages()[-1].text == "look"


async def test_nothing_cannot_be_said(chat):
    with pytest.raises(ValueError, match="empty"):
        await chat.say("  ")


async def test_a_persons_edit_is_told(client, chat):
    said = await chat.say("helo")
    await chat.edit(said, "hello")
    edited = (await client.ok("getUpdates"))[1]["edited_message"]
    assert (edited["message_id"], edited["text"]) == (said, "hello")
    assert edited["edit_date"]
    assert chat.history_of(said) == ["helo", "hello"]


async def test_the_log_keeps_order_and_times(client, chat, clock):
    await chat.say("hi")
    clock.advance(3)
    sent = await client.ok("sendMessage", chat_id=7, text="hello")
    await client.ok("deleteMessage", chat_id=7, message_id=sent["message_id"])
    log = [(event.kind, event.text, event.from_bot) for event in chat.events[1:]]
    assert log == [("say", "hi", False), ("send", "hello", True), ("delete", "hello", True)]
    assert chat.events[2].at - chat.events[1].at == 3


async def test_the_transcript_reads_like_the_chat(client, chat):
    await chat.say("hi")
    sent = await client.ok("sendMessage", chat_id=7, text="helo")
    number = sent["message_id"]
    await client.ok("editMessageText", chat_id=7, message_id=number, text="hello")
    await client.ok("sendMessageDraft", chat_id=7, draft_id=1, text="And")
    await client.ok("sendChatAction", chat_id=7, action="typing")
    lines = chat.transcript().splitlines()
    assert lines[1:] == [
        f"[{number - 1}] Ann: hi",
        f"[{number}] Cat (edited): hello",
        "(draft) And",
        "(typing…)",
    ]


async def test_waiting_returns_as_soon_as_it_is_true(api, client, chat):
    import asyncio

    waiting = asyncio.create_task(chat.wait(lambda c: c.answers() == ["one", "two"]))
    for text in ("one", "two"):
        await client.ok("sendMessage", chat_id=7, text=text)
    assert await waiting is chat


async def test_waiting_in_vain_shows_the_chat(chat):
    with pytest.raises(TimeoutError, match="Ann: /start"):
        await chat.wait(lambda c: c.answers(), timeout=0.01)


async def test_people_and_chats_are_the_same_when_asked_for_again(api, bot, chat):
    assert api.user(7) is chat.user
    again = api.private(bot, api.user(7))
    assert again.messages() == chat.messages()
