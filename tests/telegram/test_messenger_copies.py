"""Copies of what somebody sent, and topics: how they are made, and what a refusal means."""

import json
from typing import Any

import pytest

from kotodom.errors import ChatGone, EntitiesRefused, InDoubt, TopicGone
from kotodom.model import Button, ChatType, Content, ContentKind
from kotodom.ports import EditResult
from tests.telegram.desk_kit import HELLO, a_chat, desk_with
from tests.telegram.scripted import Answer, error, ok

BUTTONS = ((Button("Reply", "/admin chat 1 say"),),)
COPY = Content("📎 picture", kind=ContentKind.COPY, payload="[501, 7]", buttons=BUTTONS)
TOPIC = a_chat(-5, 3, ChatType.SUPERGROUP)


def sent(*_: Any) -> Answer:
    return ok({"message_id": 5})


async def test_a_copy_names_what_it_is_a_copy_of() -> None:
    async with desk_with(sent) as (desk, api):
        assert await desk.messenger.send(TOPIC, COPY, silent=True) == 5
        assert await desk.messenger.edit(TOPIC, 5, COPY) is EditResult.EDITED
    (method, given), (edit, edited) = api.calls
    assert method == "copyMessage"
    assert (given["from_chat_id"], given["message_id"]) == ("501", "7")
    assert given["message_thread_id"] == "3"
    assert json.loads(given["reply_markup"])["inline_keyboard"][0][0]["text"] == "Reply"
    assert "caption" not in given
    assert edit == "editMessageReplyMarkup"
    assert set(edited) == {"chat_id", "message_id", "reply_markup"}


async def test_a_copy_may_have_another_caption() -> None:
    async with desk_with(sent) as (desk, api):
        other = Content("x", kind=ContentKind.COPY, payload='[501, 7, "hello"]')
        await desk.messenger.send(TOPIC, other)
    assert api.calls[0][1]["caption"] == "hello"


async def test_what_cannot_be_copied_can_be_said_in_words() -> None:
    refused = error(400, "Bad Request: message to copy not found")
    async with desk_with(lambda *_: refused) as (desk, _):
        with pytest.raises(EntitiesRefused):
            await desk.messenger.send(TOPIC, COPY)


async def test_a_topic_is_made_and_its_thread_is_returned() -> None:
    def made(*_: Any) -> Answer:
        return ok({"message_thread_id": 77, "name": "Ann", "icon_color": 1})

    async with desk_with(made) as (desk, api):
        assert await desk.messenger.create_topic(TOPIC, "Ann") == 77
    assert api.calls[0][0] == "createForumTopic"
    assert api.calls[0][1] == {"chat_id": "-5", "name": "Ann"}


async def test_a_topic_without_a_thread_is_in_doubt() -> None:
    async with desk_with(sent) as (desk, _):
        with pytest.raises(InDoubt):
            await desk.messenger.create_topic(TOPIC, "Ann")


async def test_a_deleted_topic_is_told_from_a_group_that_is_gone() -> None:
    gone = error(400, "Bad Request: message thread not found")
    async with desk_with(lambda *_: gone) as (desk, _):
        with pytest.raises(TopicGone):
            await desk.messenger.send(TOPIC, HELLO)
    kicked = error(403, "Forbidden: bot was kicked from the supergroup chat")
    async with desk_with(lambda *_: kicked) as (desk, _):
        with pytest.raises(ChatGone):
            await desk.messenger.send(TOPIC, HELLO)
