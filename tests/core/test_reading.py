"""Raw updates are read with distrust: whatever comes, nothing raises and nothing disappears."""

import json
from dataclasses import replace
from typing import Any

import pytest
from reading_kit import BOT, GROUP, message, read, update

from kotodom.db import SqlStore
from kotodom.model import AttachmentKind, ChatType, Edit, Incoming, Kind
from kotodom.reading import (
    Interactive,
    parse_command,
    read_update,
    storable_id,
)
from tests.support.answering import one_bot
from tests.support.simulated import SimulatedTelegram
from tests.support.talking import Room


def test_a_private_text_is_a_question() -> None:
    row = read("hi")
    assert (row.kind, row.text, row.telegram_message_id) == (Kind.QUESTION, "hi", 7)
    assert (row.preface, row.reply_to, row.attachments) == ("", 0, ())
    assert (row.media_group, row.long, row.follows_only) == ("", False, False)
    assert row.sender is not None
    assert row.sender.language_code == "ru"
    assert row.chat is not None
    assert (row.chat.telegram_chat_id, row.chat.type) == (5, ChatType.PRIVATE)


def test_a_caption_is_the_question_of_a_photo() -> None:
    raw = update()
    del raw["message"]["text"]
    raw["message"] |= {"caption": "what is it?", "photo": [{"file_id": "x"}]}
    row = read_update(raw, BOT)
    assert isinstance(row, Incoming)
    assert row.text == "what is it?"


def test_a_photo_without_words_is_still_a_message_that_gets_an_answer() -> None:
    raw = update()
    del raw["message"]["text"]
    raw["message"]["photo"] = [{"file_id": "x"}]
    row = read_update(raw, BOT)
    assert isinstance(row, Incoming)
    assert row.text == ""
    assert [(file.kind, file.file_id) for file in row.attachments] == [(AttachmentKind.PHOTO, "x")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("/start", Kind.COMMAND), ("/help@catbot now", Kind.COMMAND), ("say /start", Kind.QUESTION)],
)
def test_commands_are_told_from_questions(text: str, kind: Kind) -> None:
    row = read_update(update(text), BOT)
    assert isinstance(row, Incoming)
    assert row.kind is kind


def test_a_command_for_another_bot_is_a_command_that_we_do_not_have() -> None:
    """In private it was sent to this bot alone, so somebody waits for an answer."""
    row = read("/start@OtherBot")
    assert row.kind is Kind.COMMAND
    assert parse_command(row.text, BOT.username) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start abc", ("start", "abc")),
        ("/Start@CATBOT  x y ", ("start", "x y")),
        ("/help\nmore", ("help", "more")),
        ("/start@dog", None),
        ("/", None),
        ("/привет", None),
        ("no", None),
    ],
)
def test_command_lines_are_split(text: str, expected: tuple[str, str] | None) -> None:
    assert parse_command(text, "CatBot") == expected


def test_a_thread_counts_only_inside_a_topic() -> None:
    row = read_update(update(message_thread_id=3), BOT)
    assert isinstance(row, Incoming)
    assert row.chat is not None
    assert row.chat.thread_id == 0
    row = read_update(update(message_thread_id=3, is_topic_message=True), BOT)
    assert isinstance(row, Incoming)
    assert row.chat is not None
    assert row.chat.thread_id == 3


def test_service_messages_channels_and_other_bots_are_nobodys_business() -> None:
    service = update()
    del service["message"]["text"]
    service["message"]["pinned_message"] = {}
    assert read_update(service, BOT) is None
    assert read_update(update(chat={"id": -1, "type": "channel", "title": "x"}), BOT) is None
    assert read_update(update(**{"from": {"id": 9, "is_bot": True}}), BOT) is None


def test_what_a_person_sent_through_the_bots_inline_mode_is_the_bots_own() -> None:
    assert read_update(update("Meow, says the cat", via_bot={"id": 42}), BOT) is None
    assert read("a picture of a dog", via_bot={"id": 43}).text == "a picture of a dog"


def test_an_edit_carries_the_new_text() -> None:
    raw = {"update_id": 1, "edited_message": update("new")["message"]}
    edit = read_update(raw, BOT)
    assert isinstance(edit, Edit)
    assert (edit.text, edit.telegram_message_id) == ("new", 7)


def edited(**fields: Any) -> Any:
    return read_update({"update_id": 1, "edited_message": message(**fields)}, BOT)


def test_an_edit_is_read_like_a_message() -> None:
    photo = [{"file_id": "p", "width": 90, "height": 90}]
    reply = message("what is it?", message_id=3, **{"from": {"id": 9, "first_name": "Rex"}})
    edit = edited(text=None, caption="look", photo=photo, reply_to_message=reply)
    assert isinstance(edit, Edit)
    assert (edit.text, edit.preface) == ("look", '[In reply to Rex: "what is it?"]')
    assert [file.file_id for file in edit.attachments] == ["p"]


def test_an_edited_reply_keeps_what_the_update_repeats_of_the_bots_rich_answer() -> None:
    rich = {"blocks": [{"type": "paragraph", "text": "Four."}]}
    answer = message(None, message_id=3, rich_message=rich, **{"from": {"id": 42, "is_bot": True}})
    edit = edited(text="sure?", reply_to_message=answer)
    assert edit.preface == '[In reply to your own message: "Four."]'


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "/help"},
        {"text": None},
        {"text": None, "location": {"latitude": 1, "longitude": 2, "live_period": 60}},
        {"text": None, "poll": {"question": "?", "options": []}},
        {"text": "hi", "from": {"id": 43, "is_bot": True, "first_name": "Dog"}},
    ],
)
def test_edits_that_change_no_question_are_passed_over(fields: dict[str, Any]) -> None:
    assert edited(**fields) is None


def test_an_edit_in_a_group_counts_whether_the_bot_is_meant_or_not() -> None:
    assert isinstance(edited(text="hello all", chat=GROUP), Edit)


def test_an_album_and_a_long_text_say_that_more_may_follow() -> None:
    assert read(photo=[{"file_id": "p"}], media_group_id="m1").media_group == "m1"
    assert read("a" * 2048).long
    assert read("😺" * 1024).long
    assert not read("a" * 2047).long


def test_what_is_too_deep_to_be_kept_is_poison_with_its_id_alone() -> None:
    raw = update()
    inner: Any = []
    for _ in range(100_000):
        inner = [inner]
    raw["message"]["rich_message"] = {"blocks": inner}
    row = read_update(raw, BOT)
    assert isinstance(row, Incoming)
    assert row.poison
    assert json.loads(row.raw) == {"update_id": 100}


@pytest.mark.parametrize("kind", ["my_chat_member", "stopped_message_generation"])
def test_what_is_worth_nothing_later_goes_to_the_dispatcher(kind: str) -> None:
    raw = {"update_id": 1, kind: {"chat": {}}}
    assert read_update(raw, BOT) == Interactive(raw)


def test_inline_queries_go_to_the_dispatcher_of_a_bot_that_answers_them() -> None:
    raw = {"update_id": 1, "inline_query": {"id": "1"}}
    assert read_update(raw, replace(BOT, inline=True)) == Interactive(raw)
    assert read_update(raw, BOT) is None
    chosen = {"update_id": 1, "chosen_inline_result": {}}
    assert read_update(chosen, replace(BOT, inline=True)) is None


def test_unknown_kinds_of_updates_are_confirmed_and_forgotten() -> None:
    assert read_update({"update_id": 1, "brand_new_thing": {}}, BOT) is None


HUGE = [2**63, -(2**63) - 1, 1e400, -1e400, float("nan")]


def with_number(field: str, number: float) -> dict[str, Any]:
    """An update with that number in one place."""
    raw = update(is_topic_message=field == "message_thread_id")
    message = raw["message"]
    if field in {"chat", "from"}:
        message[field] = {**message[field], "id": number}
    else:
        message[field] = number
    return raw


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize("field", ["message_id", "chat", "from", "message_thread_id"])
def test_a_number_that_no_database_takes_is_poison(field: str, number: float) -> None:
    row = read_update(with_number(field, number), BOT)
    assert isinstance(row, Incoming)
    assert row.poison
    assert (row.chat, row.sender, row.telegram_message_id) == (None, None, 0)


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize("field", ["message_id", "chat", "message_thread_id"])
def test_an_edit_with_such_a_number_is_poison_too(field: str, number: float) -> None:
    edited = {"update_id": 1, "edited_message": with_number(field, number)["message"]}
    row = read_update(edited, BOT)
    assert isinstance(row, Incoming)
    assert row.poison


@pytest.mark.parametrize(
    ("value", "fine"),
    [(1, True), (2**63 - 1, True), (2**63, False), (-(2**63), True), (1e400, False), ("1", False)],
)
def test_an_update_id_has_to_fit_into_the_database(value: object, fine: bool) -> None:
    assert storable_id(value) is fine


async def test_an_update_with_such_numbers_freezes_no_bot(store: SqlStore) -> None:
    """Every one of them is kept (or passed over when it has no id), and the others get through."""
    room = Room(store, await one_bot(store), SimulatedTelegram(iter(())))
    raws = [
        with_number(field, number)
        for field in ("message_id", "chat", "from", "message_thread_id")
        for number in HUGE
    ]
    for number, raw in enumerate(raws):
        raw["update_id"] = number
    huge = {**update(), "update_id": 2**63}
    await room.intake.accept(room.bot, [huge, *raws, {**update(), "update_id": 100}])
    assert len(room.offered) == 1
    job = await store.claim(room.offered[0], room.clock.now())
    assert job is not None
    assert (job.text, job.more) == ("hi", False)
