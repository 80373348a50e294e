"""Every kind of content goes out by its own method, and every answer that is no message."""

import json
from typing import Any

import pytest

from kotodom.errors import (
    ChatGone,
    EntitiesRefused,
    FloodWait,
    InDoubt,
    MessageRefused,
    NotSent,
    TokenRevoked,
)
from kotodom.model import Button, ChatType, Content, ContentKind, Entity
from kotodom.ports import EditResult
from tests.telegram.desk_kit import HELLO, a_chat, desk_with
from tests.telegram.scripted import Answer, error, ok

RICH = Content("", kind=ContentKind.RICH, payload="| a | b |\n|---|---|\n| 1 | 2 |")
FILE = Content(
    "The whole answer",
    (Entity("bold", 4, 5),),
    kind=ContentKind.DOCUMENT,
    payload="# Всё\n\nцеликом",
    name="answer.md",
)
BUTTONS = ((Button("Да", "/forgetme yes"), Button("Нет", "/forgetme no")), (Button("?", "/help"),))
KEYBOARD = {
    "inline_keyboard": [
        [
            {"text": "Да", "callback_data": "/forgetme yes"},
            {"text": "Нет", "callback_data": "/forgetme no"},
        ],
        [{"text": "?", "callback_data": "/help"}],
    ]
}
GROUP = a_chat(-5, 3, ChatType.SUPERGROUP)
GUEST = a_chat(-9, 0, ChatType.GUEST)


def sent(*_: Any) -> Answer:
    return ok({"message_id": 5})


# -- sending and editing ------------------------------------------------------------------------


async def test_a_rich_message_is_sent_as_markdown_with_nothing_detected_in_it() -> None:
    async with desk_with(sent) as (desk, api):
        assert await desk.messenger.send(GROUP, RICH, reply_to=4, silent=True) == 5
        assert await desk.messenger.edit(GROUP, 5, RICH) is EditResult.EDITED
    (method, given), (edit, edited) = api.calls
    rich = {"markdown": RICH.payload, "skip_entity_detection": True}
    assert (method, json.loads(given["rich_message"])) == ("sendRichMessage", rich)
    assert set(given) == {
        *("chat_id", "rich_message", "message_thread_id", "disable_notification"),
        "reply_parameters",
    }
    assert (edit, json.loads(edited["rich_message"])) == ("editMessageText", rich)
    assert set(edited) == {"chat_id", "message_id", "rich_message"}


async def test_a_document_is_uploaded_under_its_name_with_a_formatted_caption() -> None:
    async with desk_with(sent) as (desk, api):
        assert await desk.messenger.send(GROUP, FILE, reply_to=4) == 5
        await desk.messenger.edit(GROUP, 5, FILE)
    (method, given), (edit, edited) = api.calls
    assert method == "sendDocument"
    attached = given["document"].removeprefix("attach://")
    assert given[attached] == f"answer.md\n{FILE.payload}"
    assert given["caption"] == "The whole answer"
    assert json.loads(given["caption_entities"]) == [{"type": "bold", "offset": 4, "length": 5}]
    assert json.loads(given["reply_parameters"])["message_id"] == 4
    assert given["message_thread_id"] == "3"
    assert edit == "editMessageCaption"
    assert set(edited) == {"chat_id", "message_id", "caption", "caption_entities"}


async def test_a_file_name_cannot_reach_beyond_its_header() -> None:
    nasty = Content("", kind=ContentKind.DOCUMENT, payload="x", name='a"\r\nX-Evil: 1/../ы.md')
    async with desk_with(sent) as (desk, api):
        await desk.messenger.send(a_chat(), nasty)
    [(_, given)] = api.calls
    assert "caption" not in given
    assert given[given["document"].removeprefix("attach://")] == "a___X-Evil: 1_.._ы.md\nx"


async def test_buttons_go_with_every_kind_and_with_edits() -> None:
    async with desk_with(sent) as (desk, api):
        for kind in (HELLO, RICH, FILE):
            content = Content(
                kind.text, kind.entities, kind.kind, kind.payload, kind.name, buttons=BUTTONS
            )
            await desk.messenger.send(a_chat(), content)
            await desk.messenger.edit(a_chat(8), 5, content)
        await desk.messenger.edit(a_chat(9), 5, HELLO)
    *with_buttons, (_, without) = api.calls
    assert [json.loads(given["reply_markup"]) for _, given in with_buttons] == [KEYBOARD] * 6
    assert "reply_markup" not in without


async def test_links_show_what_they_lead_to_only_when_asked() -> None:
    async with desk_with(sent) as (desk, api):
        await desk.messenger.send(a_chat(), HELLO)
        await desk.messenger.edit(a_chat(), 5, HELLO)
        await desk.messenger.send(a_chat(), HELLO, preview=True)
        await desk.messenger.edit(a_chat(), 5, HELLO, preview=True)
    previews = [given.get("link_preview_options") for _, given in api.calls]
    assert previews == ['{"is_disabled": true}'] * 2 + [None] * 2


# -- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        error(400, "Bad Request: RICH_MESSAGE_EMAIL_INVALID"),
        error(400, "Bad Request: Rich message must be non-empty"),
        error(400, "Bad Request: not enough rights to send the rich message to the chat"),
        error(400, "Bad Request: something nobody has seen yet"),
        error(404, "Not Found: method not found"),
    ],
)
async def test_a_refused_rich_message_can_go_out_plain_whatever_the_reason(answer: Answer) -> None:
    async with desk_with(lambda *_: answer) as (desk, _):
        with pytest.raises(EntitiesRefused):
            await desk.messenger.send(a_chat(), RICH)
        with pytest.raises(EntitiesRefused):
            await desk.messenger.edit(a_chat(), 5, RICH)
        with pytest.raises(EntitiesRefused):
            await desk.messenger.edit_inline(GUEST, "i", RICH)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error(403, "Forbidden: bot was blocked by the user"), ChatGone),
        (error(400, "Bad Request: chat not found"), ChatGone),
        (error(404, "Not Found"), TokenRevoked),
        (error(500, "Internal Server Error"), InDoubt),
    ],
)
async def test_what_is_no_fault_of_the_rich_message_stays_what_it_is(
    answer: Answer, expected: type[Exception]
) -> None:
    async with desk_with(lambda *_: answer) as (desk, _):
        with pytest.raises(expected):
            await desk.messenger.send(a_chat(), RICH)


async def test_a_chat_that_takes_no_files_is_not_gone() -> None:
    refusal = error(400, "Bad Request: not enough rights to send documents to the chat")
    async with desk_with(lambda *_: refusal) as (desk, _):
        with pytest.raises(MessageRefused):
            await desk.messenger.send(a_chat(), FILE)


@pytest.mark.parametrize("content", [HELLO, RICH, FILE])
@pytest.mark.parametrize(
    ("description", "result"),
    [
        ("message is not modified: specified new message content is the same", "UNCHANGED"),
        ("message to edit not found", "NOT_OURS"),
        ("message can't be edited", "NOT_OURS"),
        ("there is no caption in the message to edit", "NOT_OURS"),
        ("there is no text in the message to edit", "NOT_OURS"),
        ("MESSAGE_ID_INVALID", "NOT_OURS"),
    ],
)
async def test_an_edit_tells_ours_from_others_whatever_it_shows(
    content: Content, description: str, result: str
) -> None:
    async with desk_with(lambda *_: error(400, f"Bad Request: {description}")) as (desk, _):
        assert await desk.messenger.edit(a_chat(), 5, content) is EditResult(result)


# -- guests -------------------------------------------------------------------------------------


async def test_a_guest_answers_once_and_edits_what_it_said() -> None:
    def reply(method: str, _: dict[str, str]) -> Answer:
        return ok({"inline_message_id": "i1"} if method == "answerGuestQuery" else True)

    bold = Content("hello", (Entity("bold", 0, 5),), buttons=BUTTONS)
    async with desk_with(reply) as (desk, api):
        assert await desk.messenger.answer_guest(GUEST, "q1", bold) == "i1"
        assert await desk.messenger.edit_inline(GUEST, "i1", bold) is EditResult.EDITED
        assert await desk.messenger.edit_inline(GUEST, "i1", RICH, preview=True)
    (first, given), (second, text), (_, rich) = api.calls
    assert (first, given["guest_query_id"]) == ("answerGuestQuery", "q1")
    result = json.loads(given["result"])
    assert result.pop("id")
    assert result == {
        "type": "article",
        "title": "…",
        "description": "hello",
        "input_message_content": {
            "message_text": "hello",
            "entities": [{"type": "bold", "offset": 0, "length": 5}],
            "link_preview_options": {"is_disabled": True},
        },
        "reply_markup": KEYBOARD,
    }
    assert (second, text["inline_message_id"], text["text"]) == ("editMessageText", "i1", "hello")
    assert json.loads(text["reply_markup"]) == KEYBOARD
    assert "chat_id" not in text
    assert set(rich) == {"inline_message_id", "rich_message"}


async def test_a_guests_calls_pass_its_chats_gate_and_serve_its_penalty() -> None:
    flood = error(429, "Too Many Requests: retry after 30", retry_after=30)
    async with desk_with(lambda *_: flood) as (desk, api):
        with pytest.raises(FloodWait):
            await desk.messenger.answer_guest(GUEST, "q1", HELLO)
        with pytest.raises(FloodWait):
            await desk.messenger.edit_inline(GUEST, "i1", HELLO)
        assert len(api.calls) == 1
        assert [(bot, chat) for bot, chat, _ in desk.penalties] == [(1, GUEST.telegram_chat_id)]


async def test_a_guest_answer_that_names_no_message_is_in_doubt() -> None:
    async with desk_with(lambda *_: ok({})) as (desk, _):
        with pytest.raises(InDoubt):
            await desk.messenger.answer_guest(GUEST, "q1", HELLO)


@pytest.mark.parametrize("phrase", ["MESSAGE_ID_INVALID", "invalid inline message identifier"])
async def test_an_inline_message_that_is_gone_is_not_ours(phrase: str) -> None:
    async with desk_with(lambda *_: error(400, f"Bad Request: {phrase}")) as (desk, _):
        assert await desk.messenger.edit_inline(GUEST, "i1", HELLO) is EditResult.NOT_OURS


# -- queries, buttons, menus --------------------------------------------------------------------

LATE = error(
    400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
)


async def test_an_inline_query_gets_one_answer_for_that_person_or_none() -> None:
    async with desk_with(lambda *_: ok(True)) as (desk, api):
        await desk.messenger.answer_inline(1, "q1", HELLO, title="Кот", seconds=60)
        await desk.messenger.answer_inline(1, "q2", None, title="", seconds=0)
    (method, full), (_, empty) = api.calls
    assert method == "answerInlineQuery"
    assert (full["inline_query_id"], full["cache_time"], full["is_personal"]) == (
        "q1",
        "60",
        "true",
    )
    [result] = json.loads(full["results"])
    assert result["title"] == "Кот"
    assert result["input_message_content"]["message_text"] == "hello"
    assert empty == {
        "inline_query_id": "q2",
        "results": "[]",
        "cache_time": "0",
        "is_personal": "true",
    }


async def test_an_inline_answer_that_comes_too_late_is_no_error_and_others_are() -> None:
    async with desk_with(lambda *_: LATE) as (desk, _):
        await desk.messenger.answer_inline(1, "q1", HELLO, title="x", seconds=60)
    for answer, expected in (
        (error(400, "Bad Request: RESULT_ID_INVALID"), MessageRefused),
        (error(429, "Too Many Requests: retry after 3", retry_after=3), FloodWait),
    ):
        async with desk_with(lambda *_, a=answer: a) as (desk, _):
            with pytest.raises(expected):
                await desk.messenger.answer_inline(1, "q1", HELLO, title="x", seconds=60)
            assert desk.penalties == []


@pytest.mark.parametrize("answer", [ok(True), LATE, error(401, "Unauthorized"), None])
async def test_a_pressed_button_rests_and_never_raises(answer: Answer) -> None:
    async with desk_with(lambda *_: answer) as (desk, api):
        await desk.messenger.answer_callback(1, "c1", "x" * 300)
        await desk.messenger.answer_callback(99, "c2")
    [(method, given)] = api.calls
    assert method == "answerCallbackQuery"
    assert given == {"callback_query_id": "c1", "text": "x" * 200}


async def test_the_menu_is_set_and_deleted_by_scope_and_language() -> None:
    async with desk_with(lambda *_: ok(True)) as (desk, api):
        await desk.messenger.set_menu(1, "all_private_chats", "ru", [("help", "Что умею")])
        await desk.messenger.set_menu(1, "all_group_chats", "", ())
    (first, given), (second, without) = api.calls
    assert (first, second) == ("setMyCommands", "deleteMyCommands")
    assert json.loads(given["commands"]) == [{"command": "help", "description": "Что умею"}]
    assert json.loads(given["scope"]) == {"type": "all_private_chats"}
    assert given["language_code"] == "ru"
    assert without == {"scope": '{"type": "all_group_chats"}'}


async def test_a_menu_that_could_not_be_set_says_so() -> None:
    async with desk_with(lambda *_: error(401, "Unauthorized")) as (desk, _):
        with pytest.raises(TokenRevoked):
            await desk.messenger.set_menu(1, "all_private_chats", "", [("help", "x")])
        with pytest.raises(NotSent):
            await desk.messenger.set_menu(99, "all_private_chats", "", [("help", "x")])


@pytest.mark.parametrize(
    "answer",
    [
        ok(True),
        error(400, "Bad Request: chat not found"),
        error(400, "Bad Request: USER_NOT_PARTICIPANT"),
        error(403, "Forbidden: bot is not a member of the supergroup chat"),
    ],
)
async def test_a_group_is_left_or_was_left_already(answer: Answer) -> None:
    async with desk_with(lambda *_: answer) as (desk, api):
        await desk.messenger.leave(GROUP)
    assert api.calls == [("leaveChat", {"chat_id": "-5"})]


async def test_a_group_that_could_not_be_left_says_so() -> None:
    async with desk_with(lambda *_: error(500, "Internal Server Error")) as (desk, _):
        with pytest.raises(InDoubt):
            await desk.messenger.leave(GROUP)
