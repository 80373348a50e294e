"""Pictures, links and offers to create bots, as an emulated Telegram shows them."""

import io
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from PIL import Image

from kotodom.demo.botapi import BotApi, ChatView, DropAfter
from kotodom.errors import InDoubt
from kotodom.model import Button, Content, ContentKind
from kotodom.ports import EditResult
from tests.telegram.desk_kit import HELLO, TOKEN, Desk, a_chat, desk_at

LINK = Button("Open", url="https://t.me/cat_bot?start=x")
GO = Button("Go", "/admin bots")


def chart() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (800, 400), "white").save(out, "PNG")
    return out.getvalue()


PICTURE = Content(
    "Spend",
    kind=ContentKind.PHOTO,
    payload=b64encode(chart()).decode(),
    name="chart.png",
    buttons=((GO, LINK),),
)


@dataclass
class Town:
    """An emulated Telegram with one bot in one private chat."""

    api: BotApi
    chat: ChatView
    desk: Desk


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    api = BotApi(flood=None)
    url = await api.start()
    chat = api.private(api.add_bot(TOKEN, username="cat_bot", manages=True), api.user(7))
    await chat.say("hi")
    async with desk_at(url) as desk:
        yield Town(api, chat, desk)
    await api.stop()


async def test_a_picture_arrives_whole_with_its_buttons_and_its_caption_is_edited(
    town: Town,
) -> None:
    sent = await town.desk.messenger.send(a_chat(), PICTURE)
    shown = town.chat.messages()[-1]
    assert shown.media is not None
    assert (shown.media.kind, shown.text) == ("photo", "Spend")
    assert town.chat.file(sent) == chart()
    assert shown.reply_markup == {
        "inline_keyboard": [
            [
                {"text": "Go", "callback_data": "/admin bots"},
                {"text": "Open", "url": "https://t.me/cat_bot?start=x"},
            ]
        ]
    }
    edit = town.desk.messenger.edit
    assert await edit(a_chat(), sent, PICTURE) is EditResult.UNCHANGED
    assert await edit(a_chat(), sent, replace(PICTURE, text="More")) is EditResult.EDITED
    assert await edit(a_chat(), sent, HELLO) is EditResult.NOT_OURS


async def test_a_lost_picture_is_in_doubt_and_found_by_its_caption(town: Town) -> None:
    town.api.faults.add("sendPhoto", DropAfter())
    with pytest.raises(InDoubt):
        await town.desk.messenger.send(a_chat(), PICTURE)
    lost = town.chat.messages()[-1].id
    assert await town.desk.messenger.edit(a_chat(), lost, PICTURE) is EditResult.UNCHANGED


async def test_bots_are_offered_by_a_keyboard_that_no_edit_touches(town: Town) -> None:
    offers = ((Button("A cat", creates="Cat"),), (Button("A dog", creates="Dog"),))
    offer = replace(HELLO, buttons=offers)
    sent = await town.desk.messenger.send(a_chat(), offer)
    assert town.chat.keyboard == [["A cat"], ["A dog"]]
    assert await town.desk.messenger.edit(a_chat(), sent, offer) is EditResult.NOT_OURS
    plain = await town.desk.messenger.send(a_chat(), Content("…"))
    assert await town.desk.messenger.edit(a_chat(), plain, offer) is EditResult.EDITED
    assert town.chat.messages()[-1].reply_markup is None
    await town.chat.tap("A dog")
    assert town.api.world.bots[max(town.api.world.bots)].name == "Dog"
