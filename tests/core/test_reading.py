"""Raw updates are read with distrust: whatever comes, nothing raises and nothing disappears."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kotodom.clock import SystemClock
from kotodom.db import SqlStore
from kotodom.intake import RowIntake
from kotodom.metrics import Metrics
from kotodom.model import Bot, BotSpec, ChatType, Edit, Incoming, Kind, Lane
from kotodom.reading import Interactive, parse_command, read_update, storable_id

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
    (bot,) = await store.sync_bots([BotSpec(42, "42:x", "cat")])
    offered: list[Lane] = []
    intake = RowIntake(
        store=store,
        offer=offered.append,
        submit=lambda effect: None,
        metrics=Metrics(),
        clock=SystemClock(),
    )
    raws = [
        with_number(field, number)
        for field in ("message_id", "chat", "from", "message_thread_id")
        for number in HUGE
    ]
    for number, raw in enumerate(raws):
        raw["update_id"] = number
    huge = {**update(), "update_id": 2**63}
    await intake.accept(bot, [huge, *raws, {**update(), "update_id": 100}])
    assert len(offered) == 1
    job = await store.claim(offered[0], SystemClock().now())
    assert job is not None
    assert (job.text, job.more) == ("hi", False)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
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
