"""Whatever Telegram sends, reading it raises nothing, and what was lost is on record."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from reading_kit import BOT, GROUP, PRIVATE, message

from kotodom.model import Edit, Incoming, Kind
from kotodom.reading import guest_query, pressed, read_update
from kotodom.reading.content import CONTENT

BUSY = replace(BOT, guest=True, inline=True, name_pattern="cat")
KINDS = ("message", "edited_message", "callback_query", "guest_message", "my_chat_member", "x")
FIELDS = (
    *("chat", "from", "entities", "message_id", "reply_to_message", "external_reply", "quote"),
    *("forward_origin", "is_topic_message", "message_thread_id", "media_group_id", "via_bot"),
    *("migrate_to_chat_id", "guest_query_id", "caption_entities", "reply_to_story", "data"),
    *("message", "id", *sorted(CONTENT)),
)
INNER = (
    *("id", "type", "text", "user", "offset", "length", "blocks", "items", "cells", "file_id"),
    *("width", "duration", "thumbnail", "origin", "sender_user", "title", "location", "latitude"),
    *("options", "question", "emoji", "first_name", "paid_media", "rich_message", "photo", "from"),
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["/help", "@CatBot", "cat", "mention", "text_mention", "bot_command"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(INNER) | st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=10,
)


def examine(raw: dict[str, Any]) -> None:
    row = read_update(raw, BUSY)
    if isinstance(row, Incoming):
        assert bool(row.poison) is (row.chat is None)
        assert isinstance(row.text, str)
        assert row.kind is Kind.QUESTION or row.text.startswith("/")
        pressed(row.raw)
        guest_query(row.raw)
    if isinstance(row, Edit):
        assert row.text or row.attachments


@given(
    kind=st.sampled_from(KINDS),
    junk=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4),
    drop=st.sets(st.sampled_from(("chat", "from", "text", "message_id", "guest_query_id"))),
    text=st.sampled_from(["hi", "/start"]),
    group=st.booleans(),
)
def test_junk_in_any_fields_never_raises(
    kind: str, junk: dict[str, Any], drop: set[str], text: str, group: bool
) -> None:
    place = message(text, chat=GROUP if group else PRIVATE, guest_query_id="g")
    if kind == "callback_query":
        place = {"id": "q", "from": place["from"], "data": text, "message": place}
    examine({"update_id": 3, kind: {n: v for n, v in place.items() if n not in drop} | junk})


@given(kind=st.sampled_from(KINDS), junk=JSON)
def test_an_update_that_is_junk_altogether_never_raises(kind: str, junk: Any) -> None:
    examine({"update_id": 3, kind: junk})


@given(junk=JSON, kind=st.sampled_from(["reply_to_message", "external_reply", "rich_message"]))
def test_junk_about_another_message_does_not_cost_a_person_their_own(junk: Any, kind: str) -> None:
    row = read_update({"update_id": 3, "message": message("hi", **{kind: junk})}, BOT)
    assert isinstance(row, Incoming)
    assert not row.poison
    assert row.text.startswith("hi")
