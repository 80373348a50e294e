"""sendPhoto through aiogram: uploads, ids, captions, buttons, refusals."""

import io

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup
from PIL import Image

from kotodom.demo.botapi.media_methods import MAX_PHOTO

SITE = InlineKeyboardButton(text="Open", url="https://example.org/a?b=c")
GO = InlineKeyboardButton(text="Go", callback_data="go")
BOTH = InlineKeyboardMarkup(inline_keyboard=[[GO, SITE]])


def png(width=640, height=480):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, "PNG")
    return out.getvalue()


def chart(data):
    return BufferedInputFile(data, filename="chart.png")


async def test_a_picture_becomes_a_photo_in_several_sizes_with_caption_and_buttons(aio, chat):
    sent = await aio.send_photo(7, chart(png(1600, 800)), caption="Spend", reply_markup=BOTH)
    assert [(size.width, size.height) for size in sent.photo][-1] == (1600, 800)
    assert len(sent.photo) > 2
    assert (sent.caption, sent.text) == ("Spend", None)
    assert sent.reply_markup.inline_keyboard[0][1].url == SITE.url
    shown = chat.messages()[-1]
    assert (shown.media.kind, shown.text) == ("photo", "Spend")
    assert chat.file(shown.id) == png(1600, 800)
    await chat.press(shown.id, "go")


async def test_its_caption_is_edited_and_its_text_is_not(aio, chat):
    sent = await aio.send_photo(7, chart(png()), caption="old")
    where = {"chat_id": 7, "message_id": sent.message_id}
    edited = await aio.edit_message_caption(caption="new", **where)
    assert (edited.caption, edited.photo[-1].width) == ("new", 640)
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await aio.edit_message_text("new", **where)


async def test_a_photo_is_sent_again_by_its_id(aio, chat):
    first = await aio.send_photo(7, chart(png()))
    again = await aio.send_photo(7, first.photo[-1].file_id)
    assert again.photo[-1].file_unique_id == first.photo[-1].file_unique_id
    assert (again.photo[-1].width, again.photo[-1].height) == (640, 480)
    document = await aio.send_document(7, chart(png()))
    with pytest.raises(TelegramBadRequest, match="can't use the file as a photo"):
        await aio.send_photo(7, document.document.file_id)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "file must be non-empty"),
        (b"not a picture", "IMAGE_PROCESS_FAILED"),
        (png()[:100], "IMAGE_PROCESS_FAILED"),
        (png(6000, 4001), "PHOTO_INVALID_DIMENSIONS"),
        (png(210, 10), "PHOTO_INVALID_DIMENSIONS"),
        (b"x" * (MAX_PHOTO + 1), "too big for a photo"),
    ],
    ids=["empty", "junk", "torn", "large", "long", "heavy"],
)
async def test_what_is_no_photo_is_refused(aio, chat, data, words):
    with pytest.raises(TelegramBadRequest, match=words):
        await aio.send_photo(7, chart(data))
    assert chat.answers() == []


async def test_a_restricted_bot_needs_the_right(api, aio, bot):
    group = api.group("Club", [bot], [api.user(1)], supergroup=True)
    await group.promote("restricted", rights={"can_send_messages": True})
    with pytest.raises(TelegramBadRequest, match="not enough rights to send photos"):
        await aio.send_photo(group.id, chart(png()))


async def test_a_button_has_a_link_or_data_but_not_both_and_links_are_checked(client, chat):
    both = '{"inline_keyboard":[[{"text":"x","url":"https://a.org","callback_data":"y"}]]}'
    wrong = '{"inline_keyboard":[[{"text":"x","url":"no link"}]]}'
    send = {"chat_id": 7, "text": "hello"}
    assert "exactly one" in await client.refused("sendMessage", reply_markup=both, **send)
    assert "Wrong HTTP URL" in await client.refused("sendMessage", reply_markup=wrong, **send)


async def test_a_reply_repeats_the_buttons_of_the_message_it_answers(aio, chat, heard):
    sent = await aio.send_message(7, "a screen", reply_markup=BOTH)
    await chat.say("an answer", reply_to=sent.message_id)
    (reply,) = await heard()
    repeated = reply.reply_to_message.reply_markup
    assert repeated.model_dump() == BOTH.model_dump()
