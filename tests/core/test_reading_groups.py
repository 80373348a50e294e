"""In a group the bot answers what is meant for it, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_kit import BOT, CAT, GROUP, message, update

from kotodom.model import Incoming
from kotodom.reading import read_update
from kotodom.reading.groups import name_expression, named

PATTERN = replace(BOT, name_pattern="cat|kitty|кот[аику]?")
TOPIC = {"is_topic_message": True, "message_thread_id": 3}


def meant(text: str | None = "hi", *, pattern: str = "", **fields: Any) -> bool | None:
    """Whether a group's message is meant for the bot; None when it is not even handed on."""
    bot = replace(BOT, name_pattern=pattern)
    row = read_update(update(text, chat=GROUP, **fields), bot)
    if row is None:
        return None
    assert isinstance(row, Incoming)
    assert not row.poison
    return not row.follows_only


def test_a_mention_counts_in_utf_16_units() -> None:
    mention = [{"type": "mention", "offset": 3, "length": 7}]
    assert meant("😺 @CatBot hi", entities=mention)  # the emoji is two units
    assert meant("😺 @catbot hi", entities=mention)
    assert not meant("😺 @DogBot hi", entities=mention)
    assert not meant("@CatBot hi", entities=[])


def test_a_mention_counts_in_a_caption_and_in_a_rich_message() -> None:
    mention = [{"type": "mention", "offset": 0, "length": 7}]
    photo = [{"file_id": "p"}]
    assert meant(None, caption="@CatBot?", caption_entities=mention, photo=photo)
    text = ["hey ", {"type": "bold", "text": {"type": "mention", "username": "CatBot"}}]
    assert meant(None, rich_message={"blocks": [{"type": "paragraph", "text": text}]})
    text[1] = {"type": "text_mention", "text": "you", "user": {"id": 42}}
    assert meant(None, rich_message={"blocks": [{"type": "paragraph", "text": text}]})
    text[1] = {"type": "mention", "username": "DogBot"}
    assert meant(None, rich_message={"blocks": [{"type": "paragraph", "text": text}]}) is None


def test_a_mention_by_name_counts() -> None:
    entity = {"type": "text_mention", "offset": 0, "length": 3}
    assert meant("Cat, hi", entities=[{**entity, "user": {"id": 42}}])
    assert not meant("Dog, hi", entities=[{**entity, "user": {"id": 43}}])


def test_a_reply_to_what_the_bot_said_counts() -> None:
    assert meant("so?", reply_to_message=message("meow", **{"from": CAT}))
    assert meant("so?", reply_to_message=message("meow", via_bot=CAT))
    dog = {"id": 43, "is_bot": True}
    assert meant("so?", reply_to_message=message("woof", **{"from": dog})) is None


def test_a_topic_that_the_bot_opened_is_no_reply_to_it() -> None:
    root = message(None, message_id=3, forum_topic_created={"name": "x"}, **{"from": CAT})
    assert not meant("hi all", reply_to_message=root, **TOPIC)
    answer = message("meow", message_id=4, **{"from": CAT})
    assert meant("so?", reply_to_message=answer, **TOPIC)


def test_a_reply_across_topics_counts_but_not_a_quotation_from_elsewhere() -> None:
    external = {"origin": {"type": "user", "sender_user": CAT}, "message_id": 3}
    assert meant("so?", external_reply={**external, "chat": GROUP})
    assert meant("so?", external_reply=external) is None
    assert meant("so?", external_reply={**external, "chat": {"id": -10}}) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cat, what is it?", True),
        ("what is it, KITTY", True),
        ("спроси у кота", True),
        ("cat", True),
        ("concatenate this", False),
        ("cats and dogs", False),
        ("котлета", False),
        ("nothing", False),
    ],
)
def test_a_bots_name_counts_as_a_whole_word(text: str, expected: bool) -> None:
    assert meant(text, pattern=PATTERN.name_pattern) is expected


def test_a_name_counts_in_a_caption_but_not_in_what_is_replied_to() -> None:
    assert meant(None, pattern="cat", caption="cat?", photo=[{"file_id": "p"}])
    rex = {"id": 9, "first_name": "Cat"}
    assert meant("so?", pattern="cat", reply_to_message=message("cat!", **{"from": rex})) is None


@pytest.mark.parametrize("pattern", ["(", "[", "*", "(?P<a", "a{99999999999}", "\\", "(?L)a"])
def test_a_pattern_that_is_none_finds_nothing_and_raises_nothing(pattern: str) -> None:
    assert meant("hello all ( [ *", pattern=pattern) is False


@pytest.mark.parametrize("pattern", ["", "cat|", "x*", "|cat"])
def test_a_pattern_that_matches_nothing_at_all_is_found_nowhere(pattern: str) -> None:
    assert meant("hello, all - of you", pattern=pattern) is False
    assert named(pattern, "a cat") is ("cat" in pattern)


@given(pattern=st.text(alphabet="ab(|)[]{}*+?\\^$.1,:<>!=P", max_size=8), words=st.text(max_size=9))
def test_no_pattern_ever_raises(pattern: str, words: str) -> None:
    named(pattern, words)


def test_a_pattern_that_only_looks_odd_is_used_and_compiled_once() -> None:
    assert named("[[c]at", "a cat")
    assert name_expression("kot") is name_expression("kot")


@pytest.mark.parametrize(
    ("text", "ours"),
    [("/help", False), ("/weather", False), ("/weather@CatBot", True), ("/help@OtherBot", False)],
)
def test_a_command_counts_only_with_the_bots_name(text: str, ours: bool) -> None:
    assert (meant(text, pattern="weather|help") is True) is ours


def test_a_command_without_a_name_counts_as_a_reply_to_the_bot() -> None:
    assert meant("/stop", reply_to_message=message("meow", **{"from": CAT}))
    assert meant("/stop@OtherBot", reply_to_message=message("meow", **{"from": CAT})) is None
    dog = {"id": 43, "is_bot": True}
    assert meant("/stop", reply_to_message=message("woof", **{"from": dog})) is None


@pytest.mark.parametrize(
    ("fields", "handed_on"),
    [
        ({"text": "the rest of it"}, True),
        ({"text": None, "photo": [{"file_id": "p"}], "media_group_id": "m"}, True),
        ({"text": None, "photo": [{"file_id": "p"}]}, False),
        ({"text": None, "sticker": {"emoji": "😺"}}, False),
        ({"text": "no", "reply_to_message": message()}, False),
        ({"text": "no", "external_reply": {"origin": {}}}, False),
        ({"text": "no", "forward_origin": {"type": "hidden_user"}}, False),
        ({"text": "/weather"}, False),
        ({"text": "hi", "from": {"id": 43, "is_bot": True}}, False),
    ],
)
def test_only_what_may_be_the_rest_of_a_question_is_handed_on(
    fields: dict[str, Any], handed_on: bool
) -> None:
    assert meant(**fields) is (False if handed_on else None)


def test_a_text_in_a_topic_may_be_the_rest_of_one() -> None:
    root = message(None, message_id=3, forum_topic_created={"name": "x"})
    assert meant("the rest", reply_to_message=root, **TOPIC) is False


def test_an_album_that_replies_to_the_bot_is_meant_item_by_item() -> None:
    answer = message("meow", **{"from": CAT})
    album = {"photo": [{"file_id": "p"}], "media_group_id": "m"}
    assert meant(None, reply_to_message=answer, **album)
