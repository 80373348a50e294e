"""What Telegram says no to, call by call, and what stays in doubt."""

import pytest

from kotodom.errors import ChatGone, ChatMoved, FloodWait, InDoubt
from kotodom.model import ChatType
from tests.telegram.desk_kit import HELLO, a_chat, desk_with
from tests.telegram.scripted import Answer, error, ok


@pytest.mark.parametrize(
    "description",
    ["message can't be deleted for everyone", "MESSAGE_DELETE_FORBIDDEN", "something new"],
)
async def test_a_message_that_telegram_will_not_delete_counts_as_deleted(description: str) -> None:
    """It is gone, too old or not ours: trying again would change nothing."""
    async with desk_with(lambda *_: error(400, f"Bad Request: {description}")) as (desk, _):
        await desk.messenger.delete(a_chat(), 5)


async def test_a_delete_that_may_not_have_happened_is_no_success() -> None:
    for answer, expected in (
        (error(500, "Internal Server Error"), InDoubt),
        (error(403, "Forbidden: bot was kicked from the group chat"), ChatGone),
        (error(429, "Too Many Requests: retry after 3", retry_after=3), FloodWait),
    ):
        async with desk_with(lambda *_, a=answer: a) as (desk, _):
            with pytest.raises(expected):
                await desk.messenger.delete(a_chat(), 5)


async def test_a_move_is_told_by_every_call() -> None:
    moved = error(
        400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1009
    )
    group = a_chat(-5, 0, ChatType.GROUP)
    async with desk_with(lambda *_: moved) as (desk, api):
        for call in (
            desk.messenger.send(group, HELLO),
            desk.messenger.edit(group, 4, HELLO),
            desk.messenger.delete(group, 4),
        ):
            with pytest.raises(ChatMoved) as caught:
                await call
            assert caught.value.new_chat_id == -1009
        assert not await desk.messenger.typing(group)
    assert [method for method, _ in api.calls] == [
        "sendMessage",
        "editMessageText",
        "deleteMessage",
        "sendChatAction",
    ]


async def test_a_kept_connection_that_closes_under_the_request_leaves_it_in_doubt() -> None:
    """The server may have taken the message before it closed; it is not sent again unseen."""
    answers: list[Answer] = [ok({"message_id": 5}), None]
    async with desk_with(lambda *_: answers.pop(0)) as (desk, api):
        await desk.messenger.send(a_chat(), HELLO)
        with pytest.raises(InDoubt):
            await desk.messenger.send(a_chat(), HELLO)
    assert (len(api.calls), api.connections) == (2, 1)
