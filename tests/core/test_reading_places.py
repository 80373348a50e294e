"""Groups that move or are to be left, pressed buttons, and summons to other chats."""

from dataclasses import replace
from typing import Any

import pytest
from reading_kit import ANN, BOT, GROUP, PRIVATE, message, taken, update

from kotodom.model import (
    ChatRef,
    ChatType,
    Groups,
    Incoming,
    Kind,
    Person,
)
from kotodom.reading import (
    Interactive,
    Moved,
    Pressed,
    Unwelcome,
    guest_query,
    pressed,
    read_update,
)


def test_a_group_that_became_a_supergroup_has_moved() -> None:
    group = {"id": -7, "type": "group", "title": "Cats"}
    moved = update(None, chat=group, migrate_to_chat_id=-1007)
    assert read_update(moved, BOT) == Moved(-7, -1007)
    assert read_update(moved, replace(BOT, groups=Groups.OFF)) == Moved(-7, -1007)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "hello all"},
        {"text": "/help"},
        {"text": None, "new_chat_title": "Dogs"},
        {"text": "hi", "edit_date": 5},
    ],
)
@pytest.mark.parametrize("kind", ["message", "edited_message"])
def test_whatever_happens_in_a_group_the_bot_is_not_to_stay_in_makes_it_leave(
    kind: str, fields: dict[str, Any]
) -> None:
    raw = {"update_id": 1, kind: message(**fields, chat=GROUP)}
    group = ChatRef(-9, 0, ChatType.SUPERGROUP, "Cats")
    ann = Person(5, "ann", "Ann", "ru")
    assert read_update(raw, replace(BOT, groups=Groups.OFF)) == Unwelcome(group, ann)
    strict = replace(BOT, groups=Groups.ALLOWLIST, group_ids=(-8,))
    assert read_update(raw, strict) == Unwelcome(group, ann)
    assert not isinstance(read_update(raw, replace(strict, group_ids=(-9,))), Unwelcome)


def test_a_bot_that_stays_in_no_group_talks_in_private() -> None:
    assert taken(update("hi"), groups=Groups.OFF).text == "hi"


def test_the_message_that_the_bot_has_left_asks_it_not_to_leave_again() -> None:
    gone = update(None, chat=GROUP, left_chat_member={"id": 42, "is_bot": True})
    assert read_update(gone, replace(BOT, groups=Groups.OFF)) is None


def button(data: str, place: Any, **query: Any) -> dict[str, Any]:
    press = {"id": "q1", "from": ANN, "data": data, "message": place, **query}
    return {"update_id": 8, "callback_query": press}


def test_a_pressed_button_is_the_command_it_stands_for() -> None:
    place = message("Choose", chat=GROUP, is_topic_message=True, message_thread_id=3)
    row = taken(button("/model gpt-6-luna", place))
    assert (row.kind, row.text, row.telegram_message_id) == (Kind.COMMAND, "/model gpt-6-luna", 0)
    assert row.chat == ChatRef(-9, 3, ChatType.SUPERGROUP, "Cats")
    assert row.sender is not None
    assert row.sender.id == 5
    assert pressed(row.raw) == Pressed("q1", 7)


def test_a_button_counts_under_a_message_that_is_too_old_to_be_seen() -> None:
    row = taken(button("/forgetme yes", {"chat": PRIVATE, "message_id": 7, "date": 0}))
    assert (row.kind, row.text) == (Kind.COMMAND, "/forgetme yes")
    assert pressed(row.raw) == Pressed("q1", 7)


@pytest.mark.parametrize(
    "raw",
    [
        button("next", message()),
        button("/", message()),
        button("/stop@DogBot", message()),
        button("/stop", None),
        {"update_id": 1, "callback_query": "junk"},
    ],
)
def test_other_buttons_go_to_the_dispatcher(raw: dict[str, Any]) -> None:
    assert read_update(raw, BOT) == Interactive(raw)


def test_a_button_in_a_group_the_bot_is_not_to_stay_in_makes_it_leave() -> None:
    raw = button("/help", message(chat=GROUP))
    assert isinstance(read_update(raw, replace(BOT, groups=Groups.OFF)), Unwelcome)


@pytest.mark.parametrize(
    "raw_json",
    [
        *("", "{", "[]", "null", "[" * 100_000, "{}", '{"message": {"message_id": 1}}'),
        *('{"callback_query": 1}', '{"callback_query": {"id": 5}}', '{"guest_message": []}'),
        '{"guest_message": {"guest_query_id": {}}}',
    ],
)
def test_what_was_typed_or_is_junk_is_no_press_and_no_guest_query(raw_json: str) -> None:
    assert pressed(raw_json) is None
    assert guest_query(raw_json) == ""


def test_a_press_whose_message_is_unreadable_still_has_its_id() -> None:
    assert pressed('{"callback_query": {"id": "q", "message": "x"}}') == Pressed("q", 0)


def summons(**fields: Any) -> dict[str, Any]:
    place = message("@CatBot who is right?", chat=GROUP, guest_query_id="g1", **fields)
    return {"update_id": 8, "guest_message": place}


def test_a_guest_is_asked_in_a_conversation_of_its_own() -> None:
    row = taken(summons(), guest=True)
    assert row.chat == ChatRef(-9, -1, ChatType.GUEST, "Cats")
    assert (row.kind, row.text) == (Kind.QUESTION, "@CatBot who is right?")
    assert row.telegram_message_id == 0
    assert guest_query(row.raw) == "g1"


def test_a_guest_is_told_what_is_replied_to_and_looks_nothing_up() -> None:
    reply = message("Pluto is a planet", **{"from": {"id": 9, "first_name": "Rex"}})
    row = taken(summons(reply_to_message=reply), guest=True)
    assert row.preface == '[In reply to Rex: "Pluto is a planet"]'
    rich = {"blocks": [{"type": "paragraph", "text": "Four."}]}
    own = message(None, rich_message=rich, **{"from": {"id": 42, "is_bot": True}})
    row = taken(summons(reply_to_message=own), guest=True)
    assert (row.preface, row.reply_to) == ('[In reply to your own message: "Four."]', 0)


def test_groups_a_bot_stays_in_and_guest_mode_are_different_things() -> None:
    assert taken(summons(), guest=True, groups=Groups.OFF).text == "@CatBot who is right?"
    assert read_update(summons(), BOT) is None


def test_a_summons_that_cannot_be_answered_is_poison() -> None:
    raw = summons()
    del raw["guest_message"]["guest_query_id"]
    row = read_update(raw, replace(BOT, guest=True))
    assert isinstance(row, Incoming)
    assert row.poison
