"""sendDocument and editMessageCaption through aiogram: uploads, ids, captions, refusals."""

import json

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    ReplyParameters,
)

from kotodom.demo.botapi.calls import NOT_MODIFIED

ANSWER = BufferedInputFile(b"# The whole answer", filename="answer.md")
GO = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])


async def test_an_upload_becomes_a_document_whose_bytes_people_can_read(aio, chat):
    said = await chat.say("tell me all")
    sent = await aio.send_document(
        7,
        ANSWER,
        caption="All of it",
        caption_entities=[MessageEntity(type="bold", offset=0, length=3)],
        reply_parameters=ReplyParameters(message_id=said),
        disable_notification=True,
        reply_markup=GO,
    )
    assert (sent.document.file_name, sent.document.file_size) == ("answer.md", 18)
    assert (sent.caption, sent.text, sent.caption_entities[0].type) == ("All of it", None, "bold")
    assert sent.reply_to_message.message_id == said
    shown = chat.messages()[-1]
    assert (shown.media.kind, shown.media.name, shown.text) == (
        "document",
        "answer.md",
        "All of it",
    )
    assert (shown.silent, shown.reply_to) == (True, said)
    assert chat.file(shown.id) == b"# The whole answer"
    assert (await aio.download(sent.document)).read() == b"# The whole answer"
    await chat.press(shown.id, "go")


async def test_a_document_is_sent_again_by_its_id(api, aio, chat):
    first = await aio.send_document(7, ANSWER)
    again = await aio.send_document(7, first.document.file_id)
    assert again.document.file_unique_id == first.document.file_unique_id
    assert chat.file(again.message_id) == b"# The whole answer"


async def test_documents_telegram_refuses(client, aio, chat, heard):
    async def words(**params):
        return await client.refused("sendDocument", chat_id=7, **params)

    assert await words() == "Bad Request: there is no document in the request"
    assert "wrong file identifier" in await words(document="nonsense")
    assert "wrong file identifier" in await words(document="https://example.org/a.pdf")
    await chat.voice(b"Ogg", 1)
    voice = (await heard())[-1].voice.file_id
    assert "can't use the file as a document" in await words(document=voice)
    with pytest.raises(TelegramBadRequest, match="file must be non-empty"):
        await aio.send_document(7, BufferedInputFile(b"", filename="a.txt"))
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await aio.send_document(7, ANSWER, caption="x" * 1025)
    with pytest.raises(TelegramBadRequest, match="can't parse entities"):
        wrong = [MessageEntity(type="bold", offset=0, length=9)]
        await aio.send_document(7, ANSWER, caption="x", caption_entities=wrong)
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await aio.send_document(7, ANSWER, message_thread_id=99)
    assert chat.answers() == []


async def test_an_upload_of_several_megabytes_arrives_whole(aio, chat):
    sent = await aio.send_document(7, BufferedInputFile(b"x" * 3_000_000, filename="a.txt"))
    assert len(chat.file(sent.message_id)) == 3_000_000


async def test_a_caption_is_edited(aio, client, chat):
    sent = await aio.send_document(7, ANSWER, caption="old", reply_markup=GO)
    where = {"chat_id": 7, "message_id": sent.message_id}
    edited = await aio.edit_message_caption(caption="new", reply_markup=GO, **where)
    assert (edited.caption, edited.document.file_name) == ("new", "answer.md")
    words = await client.refused(
        "editMessageCaption",
        caption="new ",
        reply_markup=GO.model_dump_json(exclude_none=True),
        **where,
    )
    assert words == f"Bad Request: {NOT_MODIFIED}"
    without = await aio.edit_message_caption(caption="new", **where)
    assert without.reply_markup is None
    assert (await aio.edit_message_caption(**where)).caption is None
    assert chat.history_of(sent.message_id) == ["old", "new", "new", ""]


async def test_texts_have_no_caption_and_documents_no_text(aio, client, chat):
    text = await aio.send_message(7, "hello")
    document = await aio.send_document(7, ANSWER)
    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await aio.edit_message_caption(caption="x", chat_id=7, message_id=text.message_id)
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await aio.edit_message_text("x", chat_id=7, message_id=document.message_id)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await aio.edit_message_caption(caption="x", chat_id=7, message_id=999)
    said = await chat.document(b"x", "mine.txt")
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await aio.edit_message_caption(caption="x", chat_id=7, message_id=said)
    assert await aio.delete_message(7, document.message_id)


async def test_a_reply_to_the_bots_document_carries_it(aio, chat, heard):
    sent = await aio.send_document(7, ANSWER, caption="All of it")
    await chat.say("thanks", reply_to=sent.message_id)
    (reply,) = await heard()
    assert reply.reply_to_message.document.file_id == sent.document.file_id
    assert reply.reply_to_message.caption == "All of it"


async def test_quotes_in_replies_must_occur_in_the_answered_message(client, aio, chat):
    said = await chat.say("the red cat")
    quoting = ReplyParameters(message_id=said, quote="red", quote_position=4)
    sent = await aio.send_message(7, "which?", reply_parameters=quoting)
    assert (sent.quote.text, sent.quote.position) == ("red", 4)
    wrong = json.dumps({"message_id": said, "quote": "blue"})
    words = await client.refused("sendMessage", chat_id=7, text="x", reply_parameters=wrong)
    assert words == "Bad Request: QUOTE_TEXT_INVALID"


async def test_keyboards_are_checked(client, chat):
    async def words(markup):
        given = json.dumps({"inline_keyboard": markup})
        return await client.refused("sendMessage", chat_id=7, text="x", reply_markup=given)

    button = {"text": "Go", "callback_data": "go"}
    assert "reply markup is too long" in await words([[button] * 8] * 13)
    assert "reply markup is too long" in await words([[button] * 9])
    assert "Text buttons are unallowed" in await words([[{"text": "Go"}]])
    assert "exactly one" in await words([[button | {"url": "https://example.org"}]])
    assert "is invalid" in await words([[{"text": "Go", "url": "nonsense"}]])
    assert "BUTTON_DATA_INVALID" in await words([[{"text": "Go", "callback_data": ""}]])
    kept = await client.ok(
        "sendMessage",
        chat_id=7,
        text="x",
        reply_markup=json.dumps({"inline_keyboard": [[], [button]]}),
    )
    assert kept["reply_markup"] == {"inline_keyboard": [[button]]}
    keyboard = json.dumps({"keyboard": [["yes"]]})
    words_of_edit = await client.refused(
        "editMessageText",
        chat_id=7,
        message_id=kept["message_id"],
        text="y",
        reply_markup=keyboard,
    )
    assert words_of_edit == "Bad Request: inline keyboard expected"


async def test_an_edit_without_a_keyboard_removes_it(aio, chat):
    sent = await aio.send_message(7, "Sure?", reply_markup=GO)
    edited = await aio.edit_message_text("Sure?", chat_id=7, message_id=sent.message_id)
    assert edited.reply_markup is None
    with pytest.raises(LookupError, match="no such button"):
        await chat.press(sent.message_id, "go")
