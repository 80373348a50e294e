"""Flood control: the buckets, retry_after, and what calling on during a penalty costs."""

import pytest

from kotodom.demo.botapi import BotApi, FloodRules, Status


@pytest.fixture
def flood() -> FloodRules:
    return FloodRules()


async def send(client, chat_id=7):
    return await client.raw("sendMessage", chat_id=chat_id, text="hi")


async def test_a_private_chat_takes_a_burst_then_one_a_second(client, chat, clock):
    for _ in range(10):
        assert (await send(client))["ok"]
    for _ in range(5):
        clock.advance(1)
        assert (await send(client))["ok"]
    body = await send(client)
    assert body["error_code"] == 429
    assert body["description"] == "Too Many Requests: retry after 5"
    assert body["parameters"] == {"retry_after": 5}


async def test_edits_share_the_bucket_of_messages(client, chat):
    sent = await client.ok("sendMessage", chat_id=7, text="0")
    for number in range(1, 10):
        await client.ok(
            "editMessageText", chat_id=7, message_id=sent["message_id"], text=str(number)
        )
    assert (await send(client))["error_code"] == 429


async def test_after_the_penalty_the_chat_is_open_again(api: BotApi, client, chat, clock):
    for _ in range(11):
        last = await send(client)
    clock.advance(last["parameters"]["retry_after"])
    assert (await send(client))["ok"]
    assert api.violations == 0


async def test_calling_on_during_a_penalty_is_counted_and_doubles_it(
    api: BotApi, client, chat, clock
):
    for _ in range(11):
        await send(client)
    waits = [(await send(client))["parameters"]["retry_after"] for _ in range(3)]
    assert waits == [10, 20, 40]
    assert api.violations == 3
    clock.advance(39)
    assert not (await send(client))["ok"]


async def test_one_chats_penalty_leaves_others_alone(api, client, bot, chat):
    other = api.private(bot, api.user(8))
    await other.say("hi")
    for _ in range(11):
        await send(client)
    assert (await send(client, chat_id=8))["ok"]


async def test_a_group_takes_twenty_a_minute(api, client, bot, clock):
    group = api.group("Family", [bot])
    for _ in range(20):
        assert (await send(client, group.id))["ok"]
        clock.advance(1)
    body = await send(client, group.id)
    assert body["parameters"]["retry_after"] == 40


async def test_drafts_and_actions_share_twenty_in_five_seconds(client, chat, clock):
    for number in range(10):
        await client.ok("sendMessageDraft", chat_id=7, draft_id=1, text=str(number))
        await client.ok("sendChatAction", chat_id=7, action="typing")
    body = await client.raw("sendMessageDraft", chat_id=7, draft_id=1, text="x")
    assert body["parameters"]["retry_after"] == 3
    assert (await send(client))["ok"], "messages have a bucket of their own"
    clock.advance(5)
    await client.ok("sendMessageDraft", chat_id=7, draft_id=1, text="y")


async def test_a_draft_each_three_quarters_of_a_second_is_never_limited(api, client, chat, clock):
    for number in range(100):
        await client.ok("sendMessageDraft", chat_id=7, draft_id=1, text=str(number))
        clock.advance(0.76)


async def test_drafts_at_half_a_second_run_into_the_longer_window(client, chat, clock):
    refused = 0
    for number in range(60):
        body = await client.raw("sendMessageDraft", chat_id=7, draft_id=1, text=str(number))
        refused += not body["ok"]
        clock.advance(0.5)
    assert refused


async def test_nothing_goes_to_a_chat_under_a_message_penalty_not_even_drafts(client, chat, api):
    for _ in range(11):
        await send(client)
    body = await client.raw("sendMessageDraft", chat_id=7, draft_id=1, text="x")
    assert body["error_code"] == 429
    assert api.violations == 1


async def test_a_scripted_429_begins_a_real_penalty(api: BotApi, client, chat, clock):
    said = "Too Many Requests: retry after 30"
    api.faults.add("sendMessage", Status(429, said, retry_after=30))
    assert (await send(client))["parameters"]["retry_after"] == 30
    clock.advance(29)
    assert (await send(client))["error_code"] == 429
    assert api.violations == 1
    clock.advance(60)
    assert (await send(client))["ok"]


async def test_the_bulk_limit_of_a_bot_is_optional(clock):
    from kotodom.demo.botapi.flood import FloodControl
    from kotodom.demo.botapi.values import ApiError

    control = FloodControl(FloodRules(bot_per_second=30), clock)
    for chat_id in range(1, 31):
        control.admit(42, chat_id, "sendmessage")
    with pytest.raises(ApiError, match="Too Many Requests"):
        control.admit(42, 31, "sendmessage")
    clock.advance(1)
    control.admit(42, 32, "sendmessage")
