"""getUpdates: offsets, long polling, conflicts, kinds, expiry; tokens and webhooks."""

import asyncio
import json

import pytest

from kotodom.demo.botapi import BotApi, Call, ChatView, EmulatedBot
from kotodom.demo.botapi.inbox import LIFETIME, MAX_ANSWER


def ids(updates):
    return [update["update_id"] for update in updates]


async def waiting(api: BotApi, count: int) -> None:
    """Wait until that many getUpdates calls are being served."""
    seen = asyncio.Event()

    def hook(call: Call, phase: str) -> None:
        calls = [known for known in api.calls if known.method == "getUpdates"]
        if phase == "before" and len(calls) >= count:
            seen.set()

    remove = api.on_call(hook)
    await asyncio.wait_for(seen.wait(), 5)
    remove()


async def test_an_update_is_given_again_until_a_higher_offset_confirms_it(client, chat, bot):
    for text in ("one", "two", "three"):
        await chat.say(text)
    first = await client.ok("getUpdates")
    assert [update["message"]["text"] for update in first] == ["one", "two", "three"]
    assert ids(first) == [ids(first)[0] + index for index in range(3)]
    assert await client.ok("getUpdates", offset=ids(first)[0]) == first
    assert ids(await client.ok("getUpdates", offset=ids(first)[1] + 1)) == ids(first)[2:]
    assert bot.updates == 1


async def test_a_negative_offset_keeps_only_the_newest(client, chat, bot):
    for text in ("one", "two", "three"):
        await chat.say(text)
    updates = await client.ok("getUpdates", offset=-2)
    assert [update["message"]["text"] for update in updates] == ["two", "three"]
    assert bot.updates == 2


async def test_limit_caps_the_batch(client, chat):
    for number in range(105):
        await chat.say(f"message {number}")
    assert len(await client.ok("getUpdates", limit=3)) == 3
    assert len(await client.ok("getUpdates")) == 100
    assert len(await client.ok("getUpdates", limit=1000)) == 100


async def test_a_poll_waits_for_the_next_update(api, client, chat):
    poll = asyncio.create_task(client.ok("getUpdates", timeout=50))
    await waiting(api, 1)
    await chat.say("hello")
    assert [update["message"]["text"] for update in await poll] == ["hello"]


async def test_a_poll_ends_empty_after_its_timeout(client, chat):
    assert await client.ok("getUpdates", timeout=1) == []


async def test_an_offset_from_before_the_weekly_reset_loses_nothing(client, chat, bot):
    await chat.say("before")
    old = ids(await client.ok("getUpdates"))[0]
    await client.ok("getUpdates", offset=old + 1)
    bot.reset_update_ids(5)
    await chat.say("after")
    assert ids(await client.ok("getUpdates", offset=old + 1)) == [5]


async def test_ids_are_not_reset_while_updates_are_pending(chat, bot):
    await chat.say("pending")
    with pytest.raises(ValueError, match="pending"):
        bot.reset_update_ids(5)


async def test_a_second_poller_ends_the_first_with_409(api, client, chat):
    first = asyncio.create_task(client.raw("getUpdates", timeout=50))
    await waiting(api, 1)
    second = asyncio.create_task(client.ok("getUpdates", timeout=50))
    assert (await first)["error_code"] == 409
    assert (await first)["description"] == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )
    await chat.say("hello")
    assert len(await second) == 1


async def test_polling_is_refused_while_a_webhook_is_set(client, bot):
    assert await client.ok("setWebhook", url="https://example.org/hook")
    assert "can't use getUpdates method while webhook is active" in await client.refused(
        "getUpdates"
    )
    assert (await client.ok("getWebhookInfo"))["url"] == "https://example.org/hook"
    assert await client.ok("deleteWebhook")
    assert await client.ok("getUpdates") == []


async def test_setting_a_webhook_ends_a_poll(api, client, bot):
    poll = asyncio.create_task(client.refused("getUpdates", timeout=50))
    await waiting(api, 1)
    bot.set_webhook("https://example.org/hook")
    assert await poll == "Conflict: terminated by setWebhook request"


async def test_a_webhook_needs_https(client, bot):
    assert "An HTTPS URL must be provided" in await client.refused("setWebhook", url="http://x.y")


async def test_deleting_the_webhook_can_drop_what_is_pending(client, chat, bot):
    await chat.say("old")
    assert (await client.ok("getWebhookInfo"))["pending_update_count"] == 1
    await client.ok("deleteWebhook", drop_pending_updates="true")
    assert bot.updates == 0


async def test_allowed_updates_are_remembered_and_reset_by_an_empty_list(client, chat, bot):
    await client.ok("getUpdates", allowed_updates=json.dumps(["callback_query"]))
    await chat.say("unheard")
    assert await client.ok("getUpdates") == []
    await client.ok("getUpdates", allowed_updates="[]")
    await chat.say("heard")
    assert len(await client.ok("getUpdates")) == 1


async def test_undelivered_updates_expire_after_a_day(client, chat, clock):
    await chat.say("yesterday")
    clock.advance(LIFETIME / 1000 - 1)
    await chat.say("today")
    clock.advance(2)
    updates = await client.ok("getUpdates")
    assert [update["message"]["text"] for update in updates] == ["today"]


async def test_an_injected_update_arrives_as_it_is(client, chat, bot):
    injected = bot.inject({"brand_new_kind": {"surprise": True}})
    assert await client.ok("getUpdates") == [
        {"update_id": injected, "brand_new_kind": {"surprise": True}}
    ]
    assert bot.inject({"update_id": 999_999_999, "message": {}}) == 999_999_999


async def test_a_revoked_token_answers_401_and_ends_its_poll(api, client, bot: EmulatedBot):
    poll = asyncio.create_task(client.raw("getUpdates", timeout=50))
    await waiting(api, 1)
    bot.revoke()
    assert (await poll)["error_code"] == 401
    assert await client.refused("getMe") == "Unauthorized"


async def test_a_new_token_replaces_the_old_one_of_the_same_bot(api, client, chat, bot):
    other = "42:" + "B" * 35
    assert api.add_bot(other, username="cat_bot") is bot
    assert await client.refused("getMe") == "Unauthorized"
    assert (await client.ok("getMe", token=other))["id"] == 42


async def test_unknown_tokens_methods_and_paths(client, bot):
    assert await client.refused("getMe", token="1:" + "x" * 35) == "Unauthorized"
    assert (await client.raw("getMe", token="nonsense"))["error_code"] == 404
    assert (await client.raw("sendTelepathy"))["description"] == "Not Found"


async def test_methods_are_found_in_any_case_and_by_get(client, bot):
    assert (await client.ok("GETME"))["username"] == "cat_bot"
    url = f"{client.url}/bot{bot.token}/getMe"
    async with client.session.get(url) as response:
        assert (await response.json())["ok"]


async def test_logging_out_bars_the_bot_for_ten_minutes(client, bot, clock):
    assert await client.ok("logOut")
    assert await client.refused("getMe") == "Logged out"
    clock.advance(601)
    assert (await client.ok("getMe"))["id"] == 42
    assert await client.ok("close")


async def test_a_stop_ends_polls_with_restart_and_a_new_start_keeps_everything(
    api: BotApi, client, chat: ChatView
):
    poll = asyncio.create_task(client.raw("getUpdates", timeout=50))
    await waiting(api, 1)
    port = int(api.url.rpartition(":")[2])
    await api.stop()
    assert (await poll)["description"] == "Internal Server Error: restart"
    await chat.say("while away")
    await api.start(port=port)
    assert len(await client.ok("getUpdates")) == 1


async def test_an_answer_has_about_four_megabytes_but_at_least_one_update(client, bot):
    for size in (MAX_ANSWER + 1, 3_000_000, 1_000_000, 1_000_000):
        bot.inject({"note": "x" * size})
    offset, sizes = 0, []
    while updates := await client.ok("getUpdates", offset=offset):
        sizes.append([len(update["note"]) for update in updates])
        offset = updates[-1]["update_id"] + 1
    assert sizes == [[MAX_ANSWER + 1], [3_000_000, 1_000_000], [1_000_000]]


async def test_an_inline_query_waits_half_a_minute_in_the_queue(client, api, bot, chat, clock):
    bot.inline = True
    api.inline(bot, chat.user, "tea?")
    await chat.say("later")
    clock.advance(29)
    assert bot.updates == 2
    clock.advance(2)
    (kept,) = await client.ok("getUpdates")
    assert kept["message"]["text"] == "later"


async def test_hasty_pollers_are_braked_when_asked_for(clock):
    api = BotApi(clock=clock, flood=None, brakes=True)
    bot = api.add_bot("42:" + "A" * 35, username="cat_bot")
    chat = api.private(bot, api.user(7))
    for text in ("one", "two", "three"):
        await chat.say(text)
    first = await bot.inbox.get(0, 100, 0)
    assert len(first) == 3
    clock.advance(0.4)
    assert ids(await bot.inbox.get(0, 100, 0)) == ids(first)[:1]
    clock.advance(1)
    assert len(await bot.inbox.get(0, 100, 0)) == 3
    done = ids(first)[-1] + 1
    assert await bot.inbox.get(done, 100, 0) == []
    clock.advance(1)
    poll = asyncio.create_task(bot.inbox.get(done, 100, 0))
    await asyncio.sleep(0)
    assert not poll.done()
    await chat.say("four")
    assert len(await poll) == 1
    clock.advance(3)
    assert await bot.inbox.get(done + 1, 100, 0) == []
