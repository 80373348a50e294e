"""What is written in a bot's inbox, and what an admin sends to be passed on."""

import json
from dataclasses import replace
from typing import Any

import pytest
from reading_kit import BOT

from kotodom.model import Bot, Groups, Incoming, Kind
from kotodom.reading import read_update
from kotodom.reading.sent import Sent, sent
from tests.support.updates import ANN, ME, document, message, photo, voice

INBOX: dict[str, Any] = {"id": -77, "type": "supergroup", "title": "Helpdesk", "is_forum": True}
HERE: dict[str, Any] = {"chat": INBOX, "message_thread_id": 5, "is_topic_message": True}
WITH_INBOX: Bot = replace(BOT, inbox_id=-77, groups=Groups.OFF)


def read(text: str | None, **fields: Any) -> Any:
    said = {**message(9, text, **{**HERE, **fields})}
    return read_update({"update_id": 1, "message": said}, WITH_INBOX)


@pytest.mark.parametrize("text", ["hello", "@other hello", "/take 5", "/start@other_bot"])
def test_everything_in_a_topic_of_the_inbox_is_a_command(text: str) -> None:
    found = read(text)
    assert isinstance(found, Incoming)
    assert (found.kind, found.text, found.chat and found.chat.thread_id) == (Kind.COMMAND, text, 5)


def test_a_picture_is_too() -> None:
    assert read(None, caption="look", **photo()).text == "look"


@pytest.mark.parametrize(
    "fields",
    [
        {"from": ME},
        {"sender_chat": INBOX, "from": {**ANN, "is_bot": True}},
        {"text": None, "forum_topic_created": {"name": "Ann", "icon_color": 1}},
    ],
    ids=["the bot itself", "an anonymous admin", "a service message"],
)
def test_what_nobody_in_person_says_is_passed_over(fields: dict[str, Any]) -> None:
    said = message(9, "hello", **HERE) | fields
    if said["text"] is None:
        del said["text"]
    assert read_update({"update_id": 1, "message": said}, WITH_INBOX) is None


def test_in_other_groups_nothing_changes() -> None:
    other = replace(WITH_INBOX, inbox_id=-78, groups=Groups.ON)
    said = message(9, "hello", **HERE)
    found = read_update({"update_id": 1, "message": said}, other)
    assert isinstance(found, Incoming)
    assert found.kind is Kind.QUESTION
    assert found.follows_only


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"text": "hi"}, Sent("hi")),
        ({"caption": "hi", **photo()}, Sent("hi", True, "[Sent a picture]")),
        (document(name="a.pdf"), Sent("", True, "[Sent a file a.pdf]")),
        (voice(), Sent("", True, "[Sent a voice message]")),
        (
            {"location": {"latitude": 1.5, "longitude": 2}},
            Sent("", True, "[Location: 1.5, 2]"),
        ),
        ({"sticker": {"emoji": "🐈", "file_id": "s"}}, Sent("", True, "[Sent a sticker]")),
        ({"story": {"chat": INBOX, "id": 1}}, Sent("")),
    ],
)
def test_what_is_sent_is_words_or_something_to_be_copied(
    fields: dict[str, Any], found: Sent
) -> None:
    assert sent(json.dumps({"message": message(9) | fields})) == found


@pytest.mark.parametrize("raw", ["", "[]", '{"callback_query": {}}', "{" * 9])
def test_what_is_no_message_sends_nothing(raw: str) -> None:
    assert sent(raw) == Sent()
