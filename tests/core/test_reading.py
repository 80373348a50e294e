"""Raw updates are read with distrust: whatever comes, nothing raises and nothing disappears."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotodom.model import Bot, ChatType, Edit, Incoming, Kind
from kotodom.reading import Interactive, parse_command, read_update

BOT = Bot(
    id=1,
    telegram_id=42,
    name="cat",
    username="CatBot",
    token="",
    model="",
    prompt="",
    start_message="",
    help_message="",
    error_message="",
    enabled=True,
    error="",
)


def update(text: str = "hi", **message: Any) -> dict[str, Any]:
    entities = []
    if text.startswith("/"):
        entities.append({"type": "bot_command", "offset": 0, "length": len(text.split()[0])})
    base = {
        "message_id": 7,
        "date": 1,
        "chat": {"id": 5, "type": "private", "first_name": "Ann"},
        "from": {"id": 5, "is_bot": False, "first_name": "Ann", "language_code": "ru"},
        "text": text,
        "entities": entities,
    }
    return {"update_id": 100, "message": {**base, **message}}


GROUP = {"id": -9, "type": "supergroup", "title": "Cats"}


def test_a_private_text_is_a_question() -> None:
    row = read_update(update("hi"), BOT)
    assert isinstance(row, Incoming)
    assert (row.kind, row.text, row.telegram_message_id) == (Kind.QUESTION, "hi", 7)
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


@pytest.mark.parametrize(
    ("text", "kind"),
    [("/start", Kind.COMMAND), ("/help@catbot now", Kind.COMMAND), ("say /start", Kind.QUESTION)],
)
def test_commands_are_told_from_questions(text: str, kind: Kind) -> None:
    row = read_update(update(text), BOT)
    assert isinstance(row, Incoming)
    assert row.kind is kind


def test_a_command_for_another_bot_is_ignored() -> None:
    assert read_update(update("/start@OtherBot"), BOT) is None


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


def test_in_groups_only_what_is_addressed_to_the_bot_counts() -> None:
    assert read_update(update("hello all", chat=GROUP), BOT) is None
    mention = [{"type": "mention", "offset": 3, "length": 7}]
    row = read_update(update("😺 @CatBot hi", chat=GROUP, entities=mention), BOT)
    assert isinstance(row, Incoming)  # the emoji is two UTF-16 units, and so is the offset
    reply = {"message_id": 1, "from": {"id": 42, "is_bot": True}}
    assert isinstance(read_update(update("so?", chat=GROUP, reply_to_message=reply), BOT), Incoming)
    other = {"message_id": 1, "from": {"id": 43, "is_bot": True}}
    assert read_update(update("so?", chat=GROUP, reply_to_message=other), BOT) is None


@pytest.mark.parametrize(
    ("text", "ours"),
    [("/help", True), ("/weather", False), ("/weather@CatBot", True), ("/help@OtherBot", False)],
)
def test_in_groups_a_command_for_nobody_counts_only_when_we_have_it(text: str, ours: bool) -> None:
    assert isinstance(read_update(update(text, chat=GROUP), BOT), Incoming) is ours


def test_service_messages_channels_and_other_bots_are_nobodys_business() -> None:
    service = update()
    del service["message"]["text"]
    service["message"]["pinned_message"] = {}
    assert read_update(service, BOT) is None
    assert read_update(update(chat={"id": -1, "type": "channel", "title": "x"}), BOT) is None
    assert read_update(update(**{"from": {"id": 9, "is_bot": True}}), BOT) is None


def test_an_edit_carries_the_new_text() -> None:
    raw = {"update_id": 1, "edited_message": update("new")["message"]}
    edit = read_update(raw, BOT)
    assert isinstance(edit, Edit)
    assert (edit.text, edit.telegram_message_id) == ("new", 7)


def test_buttons_and_membership_go_to_the_dispatcher() -> None:
    raw = {"update_id": 1, "my_chat_member": {"chat": {}}}
    assert read_update(raw, BOT) == Interactive(raw)


def test_unknown_kinds_of_updates_are_confirmed_and_forgotten() -> None:
    assert read_update({"update_id": 1, "brand_new_thing": {}}, BOT) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
FIELDS = ("chat", "from", "text", "entities", "message_id", "reply_to_message", "caption")


@given(
    kind=st.sampled_from(["message", "edited_message", "my_chat_member", "x"]),
    field=st.sampled_from(FIELDS),
    junk=JSON,
    drop=st.booleans(),
    group=st.booleans(),
)
def test_junk_in_any_field_never_raises(
    kind: str, field: str, junk: Any, drop: bool, group: bool
) -> None:
    message = update("/start", **({"chat": GROUP} if group else {}))["message"]
    if drop:
        message.pop(field, None)
    else:
        message[field] = junk
    row = read_update({"update_id": 3, kind: message}, BOT)
    if isinstance(row, Incoming) and row.chat is None:
        assert row.poison


@given(junk=JSON)
def test_a_message_that_is_junk_altogether_is_poison_not_a_crash(junk: Any) -> None:
    row = read_update({"update_id": 3, "message": junk}, BOT)
    assert row is None or isinstance(row, Incoming)
