"""Faults on demand, and the hooks that stand exactly before and after an effect."""

import aiohttp
import pytest

from kotodom.demo.botapi import (
    BotApi,
    Call,
    DropAfter,
    DropBefore,
    Garbage,
    Latency,
    Status,
    StatusAfter,
)


async def post(client, bot, chat_id=7, method="sendMessage"):
    """Status, content type and body of one call."""
    url = f"{client.url}/bot{bot.token}/{method}"
    form = {"chat_id": str(chat_id), "text": "hello"}
    async with client.session.post(url, data=form) as response:
        return response.status, response.content_type, await response.text()


async def test_a_status_refuses_without_effect(api: BotApi, client, chat, bot):
    api.faults.add("sendMessage", Status(500, "Internal Server Error: restart"))
    body = await client.raw("sendMessage", chat_id=7, text="hello")
    assert body == {
        "ok": False,
        "error_code": 500,
        "description": "Internal Server Error: restart",
    }
    assert chat.answers() == []
    await client.ok("sendMessage", chat_id=7, text="hello")


async def test_garbage_is_a_page_with_200(api, client, chat, bot):
    api.faults.add("sendMessage", Garbage())
    status, kind, body = await post(client, bot)
    assert (status, kind, body[:6]) == (200, "text/html", "<html>")
    assert chat.answers() == []


async def test_a_status_after_is_a_page_although_the_message_was_sent(api, client, chat, bot):
    api.faults.add("sendMessage", StatusAfter(502))
    status, kind, _ = await post(client, bot)
    assert (status, kind) == (502, "text/html")
    assert chat.answers() == ["hello"]


@pytest.mark.parametrize(("effect", "shown"), [(DropBefore(), []), (DropAfter(), ["hello"])])
async def test_a_dropped_connection(api: BotApi, client, chat, bot, effect, shown):
    api.faults.add("sendMessage", effect)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await post(client, bot)
    assert chat.answers() == shown
    assert api.calls[-1].status == 0


async def test_latency_delays_and_lets_the_next_fault_apply(api, client, chat, bot, clock):
    began = clock.monotonic()
    api.faults.add("sendMessage", Latency(2.5))
    api.faults.add("sendMessage", StatusAfter(504))
    assert (await post(client, bot))[0] == 504
    assert clock.monotonic() - began == 2.5


async def test_faults_choose_by_method_chat_and_bot_and_count(api: BotApi, client, chat, bot):
    other = api.private(bot, api.user(8))
    await other.say("hi")
    fault = api.faults.add(
        "sendMessage", Status(500, "broken"), chat=other, bot=bot, skip=1, times=2
    )
    assert [(await post(client, bot))[0] for _ in range(2)] == [200, 200]
    assert [(await post(client, bot, 8))[0] for _ in range(4)] == [200, 500, 500, 200]
    assert fault.hits == 2


async def test_a_fault_without_method_or_end_holds_until_cleared(api, client, chat, bot):
    api.faults.add(None, Status(401, "Unauthorized"), times=None)
    for method in ("getMe", "sendMessage", "getUpdates"):
        assert (await post(client, bot, method=method))[0] == 401
    api.faults.clear()
    assert (await post(client, bot))[0] == 200


async def test_hooks_see_every_call_before_and_after_its_effect(api: BotApi, client, chat, bot):
    seen = []

    async def hook(call: Call, phase: str) -> None:
        seen.append((call.method, phase, chat.answers(), call.status))

    remove = api.on_call(hook)
    await post(client, bot)
    assert seen == [
        ("sendMessage", "before", [], 0),
        ("sendMessage", "after", ["hello"], 0),
        ("sendMessage", "answered", ["hello"], 200),
    ]
    remove()
    await post(client, bot)
    assert len(seen) == 3


async def test_a_hook_decides_what_happens_to_its_call(api: BotApi, client, chat, bot):
    remove = api.on_call(lambda call, phase: DropBefore() if phase == "before" else None)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await post(client, bot)
    assert chat.answers() == []
    remove()
    await post(client, bot)
    assert chat.answers() == ["hello"]


async def test_a_refused_call_has_no_after(api: BotApi, client, bot):
    phases = []
    api.on_call(lambda call, phase: phases.append(phase))
    await client.refused("sendMessage", chat_id=999, text="hello")
    assert phases == ["before", "answered"]


async def test_calls_are_recorded_whole_and_bounded(client, chat, bot, api: BotApi):
    await client.ok("sendMessage", chat_id=7, text="hello")
    await client.refused("sendMessage", chat_id=999, text="hello")
    good, bad = list(api.calls)[-2:]
    assert (good.bot_id, good.method, good.chat_id, good.status) == (42, "sendMessage", 7, 200)
    assert good.params["text"] == "hello"
    assert good.result["message_id"] == chat.messages()[-1].id
    assert (bad.status, bad.description) == (400, "Bad Request: chat not found")
    assert "hello" not in repr(good)


async def test_calls_and_messages_kept_are_bounded(clock):
    api = BotApi(clock=clock, flood=None, keep_messages=3, keep_calls=2)
    bot = api.add_bot("42:" + "A" * 35, username="cat_bot")
    chat = api.private(bot, api.user(7))
    for number in range(5):
        await chat.say(str(number))
    assert [shown.text for shown in chat.messages()] == ["2", "3", "4"]
    assert api.calls.maxlen == 2


async def test_a_client_that_gave_up_harms_nobody(api: BotApi, client, chat, bot):
    url = f"{client.url}/bot{bot.token}/getUpdates"
    impatient = aiohttp.ClientTimeout(total=0.05)
    with pytest.raises(TimeoutError):
        await client.session.post(url, data={"timeout": "50"}, timeout=impatient)
    await chat.say("hello")
    assert len(await client.ok("getUpdates")) == 1
