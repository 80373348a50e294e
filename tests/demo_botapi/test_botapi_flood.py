"""Flood control: the buckets, retry_after, and what calling on during a penalty costs."""

import pytest

from kotodom.demo.botapi import BotApi, FloodRules, Status
from kotodom.demo.botapi.flood import TOLERANCE, FloodControl
from kotodom.demo.botapi.values import ApiError


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


def passed(control: FloodControl, chats: range, bot_id: int = 42) -> int:
    """How many of the chats take a message right now."""
    count = 0
    for chat_id in chats:
        try:
            control.admit(bot_id, chat_id, "sendmessage")
        except ApiError as refused:
            assert refused.retry_after == 1
        else:
            count += 1
    return count


def test_a_bot_sends_thirty_messages_at_once_and_thirty_a_second_over_all_chats(clock):
    control = FloodControl(FloodRules(), clock)
    jitter = TOLERANCE * 30
    assert 30 <= passed(control, range(1, 101)) <= 30 + jitter
    for second in range(1, 6):
        clock.advance(1)
        assert passed(control, range(100 * second, 100 * second + 100)) == 30
    assert passed(control, range(1000, 1040), bot_id=43) >= 30, "each bot has a limit of its own"
    clock.advance(60)
    assert 30 <= passed(control, range(2000, 2100)) <= 30 + jitter


def test_a_message_over_the_bulk_limit_is_a_penalty_of_its_chat(clock):
    control = FloodControl(FloodRules(), clock)
    assert passed(control, range(1, 41)) < 40
    assert control.violations == 0
    with pytest.raises(ApiError, match="Too Many Requests: retry after 2"):
        control.admit(42, 40, "sendmessage")
    assert control.violations == 1
    control.admit(42, 40 * 1000, "sendchataction")
    clock.advance(2)
    control.admit(42, 40, "sendmessage")


def test_a_bot_that_paces_itself_at_thirty_a_second_is_never_refused(clock):
    control = FloodControl(FloodRules(), clock)
    assert passed(control, range(1, 31)) == 30
    for chat_id in range(100, 400):
        clock.advance(1 / 30)
        assert passed(control, range(chat_id, chat_id + 1)) == 1


def test_the_bulk_limit_can_be_switched_off(clock):
    control = FloodControl(FloodRules(bot_per_second=None), clock)
    assert passed(control, range(1, 501)) == 500
