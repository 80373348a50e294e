"""The messenger says what happened to each call, and never more than it knows."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from kotodom.clock import SystemClock
from kotodom.demo.botapi import BotApi, ChatView, DropAfter, DropBefore, Garbage, StatusAfter
from kotodom.errors import (
    ChatGone,
    ChatMoved,
    EntitiesRefused,
    FloodWait,
    InDoubt,
    MessageRefused,
    NotSent,
    TelegramError,
    TokenRevoked,
)
from kotodom.model import ChatType, Content
from kotodom.ports import EditResult
from kotodom.telegram.messenger import TelegramMessenger
from kotodom.telegram.pacing import Pacing
from kotodom.telegram.pool import BotPool
from kotodom.telegram.session import Session
from tests.telegram.desk_kit import HELLO, TOKEN, Desk, a_bot, a_chat, desk_at, desk_with
from tests.telegram.scripted import Answer, Last, error, http, ok, scripted


@pytest.fixture
async def emulator() -> AsyncIterator[tuple[BotApi, ChatView, Desk]]:
    api = BotApi(flood=None)
    url = await api.start()
    chat = api.private(api.add_bot(TOKEN, username="cat_bot"), api.user(7))
    await chat.say("hi")
    async with desk_at(url) as desk:
        yield api, chat, desk
    await api.stop()


# -- what goes over the wire --------------------------------------------------------------------


async def test_a_message_is_sent_with_entities_and_no_parse_mode_or_preview() -> None:
    async with desk_with(lambda *_: ok({"message_id": 5})) as (desk, api):
        sent = await desk.messenger.send(a_chat(7, 3), HELLO, reply_to=4, silent=True)
        await desk.messenger.send(a_chat(), Content("plain"))
    assert sent == 5
    (method, given), (_, plain) = api.calls
    assert method == "sendMessage"
    assert json.loads(given.pop("entities")) == [{"type": "bold", "offset": 0, "length": 5}]
    assert json.loads(given.pop("link_preview_options")) == {"is_disabled": True}
    assert json.loads(given.pop("reply_parameters")) == {
        "message_id": 4,
        "allow_sending_without_reply": True,
    }
    assert given == {
        "chat_id": "7",
        "text": "hello",
        "message_thread_id": "3",
        "disable_notification": "true",
    }
    plain.pop("link_preview_options")
    assert plain == {"chat_id": "7", "text": "plain"}


async def test_display_calls_show_a_stop_button_and_the_topic() -> None:
    async with desk_with(lambda *_: ok(True)) as (desk, api):
        assert await desk.messenger.draft(a_chat(7, 3), 9, None)
        assert await desk.messenger.draft(a_chat(8), 9, HELLO)
        assert await desk.messenger.typing(a_chat(-5, 3, ChatType.SUPERGROUP))
        assert not await desk.messenger.draft(a_chat(-5, 3, ChatType.SUPERGROUP), 9, HELLO)
    thinking, text, typing = (given for _, given in api.calls)
    assert thinking == {
        "chat_id": "7",
        "draft_id": "9",
        "message_thread_id": "3",
        "can_stop": "true",
    }
    assert text["text"] == "hello"
    assert typing == {"chat_id": "-5", "action": "typing", "message_thread_id": "3"}


async def test_a_hundred_calls_share_one_session_and_one_connection() -> None:
    async with desk_with(lambda *_: ok({"message_id": 5})) as (desk, api):
        for number in range(100):
            await desk.messenger.send(a_chat(number + 1), HELLO)
    assert api.connections == 1


# -- against the emulator -----------------------------------------------------------------------

Emulated = tuple[BotApi, ChatView, Desk]


async def test_sending_editing_and_deleting_show_in_the_chat(emulator: Emulated) -> None:
    _, chat, desk = emulator
    first = await desk.messenger.send(a_chat(), HELLO)
    assert chat.answers() == ["hello"]
    assert await desk.messenger.edit(a_chat(), first, Content("bye")) is EditResult.EDITED
    assert chat.answers() == ["bye"]
    assert await desk.messenger.edit(a_chat(), first, Content("bye")) is EditResult.UNCHANGED
    await desk.messenger.delete(a_chat(), first)
    assert chat.answers() == []
    await desk.messenger.delete(a_chat(), first)


async def test_messages_that_are_not_ours_are_told_apart(emulator: Emulated) -> None:
    _, chat, desk = emulator
    theirs = await chat.say("mine")
    assert await desk.messenger.edit(a_chat(), theirs, HELLO) is EditResult.NOT_OURS
    assert await desk.messenger.edit(a_chat(), 999, HELLO) is EditResult.NOT_OURS


async def test_a_draft_shows_and_a_missing_chat_is_only_reported(emulator: Emulated) -> None:
    _, chat, desk = emulator
    assert await desk.messenger.draft(a_chat(), 1, None)
    assert chat.draft is not None
    assert not await desk.messenger.draft(a_chat(12345), 1, HELLO)
    with pytest.raises(ChatGone, match="chat not found"):
        await desk.messenger.send(a_chat(12345), HELLO)


async def test_a_blocked_bot_learns_that_the_chat_is_gone(emulator: Emulated) -> None:
    _, chat, desk = emulator
    await chat.block()
    with pytest.raises(ChatGone, match="blocked by the user"):
        await desk.messenger.send(a_chat(), HELLO)


async def test_an_upgraded_group_tells_where_it_moved(emulator: Emulated) -> None:
    api, chat, desk = emulator
    group = api.group("cats", [chat.bot], [chat.user])
    new = await group.upgrade()
    with pytest.raises(ChatMoved) as moved:
        await desk.messenger.send(a_chat(group.id, 0, ChatType.GROUP), HELLO)
    assert moved.value.new_chat_id == new.id


@pytest.mark.parametrize("effect", [DropAfter(), StatusAfter(502), DropBefore(), Garbage()])
async def test_a_lost_answer_leaves_the_message_in_doubt(
    emulator: Emulated, effect: DropAfter | StatusAfter | DropBefore | Garbage
) -> None:
    api, chat, desk = emulator
    api.faults.add("sendMessage", effect)
    with pytest.raises(InDoubt):
        await desk.messenger.send(a_chat(), HELLO)
    assert len(chat.answers()) == isinstance(effect, DropAfter | StatusAfter)


async def test_a_revoked_token_is_fatal(emulator: Emulated) -> None:
    _, chat, desk = emulator
    chat.bot.revoke()
    with pytest.raises(TokenRevoked):
        await desk.messenger.send(a_chat(), HELLO)
    assert not await desk.messenger.typing(a_chat())


async def test_a_token_that_was_replaced_during_a_call_says_nothing_of_the_new_one() -> None:
    def replaced(*_: object) -> Answer:
        desk.pool.put(a_bot("42:" + "y" * 35))
        return error(401, "Unauthorized")

    async with desk_with(replaced) as (desk, _):
        with pytest.raises(NotSent):
            await desk.messenger.send(a_chat(), HELLO)


# -- every kind of trouble ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (error(400, "Bad Request: can't parse entities: x"), EntitiesRefused),
        (error(400, "Bad Request: message is too long"), MessageRefused),
        (error(403, "Forbidden: user is deactivated"), ChatGone),
        (error(404, "Not Found"), TokenRevoked),
        (error(413, "Request Entity Too Large"), MessageRefused),
        (error(429, "Too Many Requests: retry after 3", retry_after=3), FloodWait),
        (error(429, "Too Many Requests"), FloodWait),
        (error(500, "Internal Server Error: restart"), InDoubt),
        (http(502, '{"ok": false}'), InDoubt),
        (http(502, "<html>Bad Gateway</html>", "text/html"), InDoubt),
        (http(200, b"\xff\xfe\xff", "text/plain; charset=nonsense"), InDoubt),
        (http(200, "[]"), InDoubt),
        (http(200, ""), InDoubt),
        (ok(None), InDoubt),
        (ok({}), InDoubt),
        (ok("yes"), InDoubt),
        (http(302, "", "text/html"), InDoubt),
        (Last(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), InDoubt),
        (b"not HTTP at all\r\n\r\n", InDoubt),
        (None, InDoubt),
    ],
)
async def test_only_our_errors_come_out_and_no_token_with_them(
    answer: Answer, expected: type[TelegramError]
) -> None:
    async with scripted(lambda *_: answer) as api, desk_at(api.url) as desk:
        with pytest.raises(TelegramError) as caught:
            await desk.messenger.send(a_chat(), HELLO)
        failure = caught.value
        assert type(failure) is expected
        assert TOKEN not in f"{failure!r} {failure.__cause__!r} {failure.__context__!r}"
        assert bool(desk.penalties) is (expected is FloodWait)


async def test_an_unreachable_server_means_not_sent() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1")
    host, port = server.sockets[0].getsockname()
    server.close()
    for url in (f"http://{host}:{port}", f"https://{host}:{port}", "ftp://x"):
        async with desk_at(url) as desk:
            with pytest.raises(NotSent):
                await desk.messenger.send(a_chat(), HELLO)


async def test_a_failed_tls_handshake_means_not_sent() -> None:
    async def no_tls(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(no_tls, "127.0.0.1")
    host, port = server.sockets[0].getsockname()
    async with desk_at(f"https://{host}:{port}") as desk:
        with pytest.raises(NotSent):
            await desk.messenger.send(a_chat(), HELLO)
    server.close()


async def test_a_bot_nobody_started_sends_nothing() -> None:
    pool = BotPool(Session(api_base="http://127.0.0.1:1"))
    messenger = TelegramMessenger(pool=pool, pacing=Pacing(clock=SystemClock(), on_penalty=_ignore))
    with pytest.raises(NotSent):
        await messenger.send(a_chat(), HELLO)
    assert not await messenger.typing(a_chat())


async def _ignore(*_: int) -> None:
    return None


# -- pacing -------------------------------------------------------------------------------------


async def test_after_a_429_nothing_at_all_goes_to_that_chat() -> None:
    answers = [error(429, "Too Many Requests: retry after 30", retry_after=30)]

    def reply(method: str, _: dict[str, str]) -> Answer:
        return answers.pop() if answers else ok({"message_id": 5} if "Text" in method else True)

    async with desk_with(reply) as (desk, api):
        assert not await desk.messenger.draft(a_chat(), 1, HELLO)
        with pytest.raises(FloodWait) as caught:
            await desk.messenger.send(a_chat(thread_id=4), HELLO)
        assert caught.value.retry_after == pytest.approx(30, abs=0.5)
        for call in (
            desk.messenger.edit(a_chat(), 1, HELLO),
            desk.messenger.delete(a_chat(), 1),
        ):
            with pytest.raises(FloodWait):
                await call
        assert not await desk.messenger.typing(a_chat())
        assert len(api.calls) == 1
        [(bot_id, chat_id, until)] = desk.penalties
        assert (bot_id, chat_id) == (1, 7)
        assert until == pytest.approx(SystemClock().now() + 30_000, abs=500)
        await desk.messenger.delete(a_chat(8), 1)
        assert len(api.calls) == 2


async def test_a_penalty_of_before_the_restart_is_served() -> None:
    async with desk_with(lambda *_: ok({"message_id": 5})) as (desk, api):
        desk.pacing.restore(1, 7, SystemClock().now() + 60_000)
        with pytest.raises(FloodWait):
            await desk.messenger.send(a_chat(), HELLO)
        assert not api.calls


async def test_a_cancelled_call_is_cancelled_and_nothing_else() -> None:
    arrived = asyncio.Event()
    never = asyncio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        arrived.set()
        await never.wait()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1")
    host, port = server.sockets[0].getsockname()
    async with desk_at(f"http://{host}:{port}") as desk:
        sending = asyncio.create_task(desk.messenger.send(a_chat(), HELLO))
        await arrived.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
    never.set()
    server.close()
