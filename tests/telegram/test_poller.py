"""Each bot polls for itself: it confirms only what is persisted, and no bot touches another."""

import asyncio

import pytest

from kotodom.demo.botapi import Status
from kotodom.errors import FloodWait, InDoubt, PollConflict, TokenRevoked
from kotodom.telegram.poller import ALLOWED_UPDATES
from tests.telegram.fleet_kit import (
    TOKENS,
    Core,
    Scene,
    SleeplessClock,
    a_bot,
    fleet_at,
    offsets,
    seen,
    state,
)
from tests.telegram.scripted import Answer, error, http, ok, scripted


async def test_a_bot_learns_its_name_removes_a_webhook_and_polls(scene: Scene) -> None:
    scene.chats[1].bot.set_webhook("https://example.com")
    await scene.fleet.start(a_bot())
    assert await scene.core.log.count("recovered", 1) == [(1, "cat1_bot")]
    await scene.chats[1].say("hello")
    [(bot_id, ids, username)] = await scene.core.log.count("persisted", 1)
    assert (bot_id, len(ids), username) == (1, 1, "cat1_bot")
    now = state(scene.fleet)
    assert now.running
    assert now.error == ""
    assert now.last_poll is not None
    assert now.bot.username == "cat1_bot"
    assert scene.chats[1].bot.inbox.allowed == sorted(ALLOWED_UPDATES)


async def test_the_first_poll_comes_back_at_once_so_that_a_bot_is_known_to_run(
    scene: Scene,
) -> None:
    """Nobody writes to it, and a long poll would take its 30 seconds."""
    await scene.fleet.start(a_bot())
    async with asyncio.timeout(10):
        await scene.core.log.wait(lambda _: len(offsets(scene.api)) >= 2)
    assert state(scene.fleet).last_poll is not None


async def test_an_update_is_confirmed_only_after_it_was_persisted(scene: Scene) -> None:
    scene.core.broken = 2
    await scene.chats[1].say("hello")
    async with fleet_at(scene.api.url, scene.core, SleeplessClock()) as fleet:
        await fleet.start(a_bot())
        [(_, ids, _)] = await scene.core.log.count("persisted", 1)
        failures = scene.core.log.of("not persisted")
        assert failures == [(1, ids), (1, ids)]
        assert offsets(scene.api)[:3] == [None, None, None]
        await scene.core.log.count("recovered", 2)
        await scene.chats[1].say("more")
        await scene.core.log.count("persisted", 2)
        assert offsets(scene.api)[3] == str(ids[0] + 1)
    assert [failure[2] for failure in scene.core.log.of("failed")] == [1, 2]


async def test_after_the_weekly_reset_the_offset_follows_the_lower_ids(scene: Scene) -> None:
    await scene.fleet.start(a_bot())
    await scene.chats[1].say("before")
    await scene.core.log.count("persisted", 1)
    await scene.chats[1].say("confirms the first")
    await scene.core.log.count("persisted", 2)
    # The next poll confirms the second message; by the time bot 2 is greeted, it has.
    await scene.core.log.wait(lambda _: offsets(scene.api)[-1] == str(max(seen(scene.core)) + 1))
    await scene.fleet.start(a_bot(2))
    await scene.core.log.count("recovered", 2)
    scene.chats[1].bot.reset_update_ids(5)
    await scene.chats[1].say("after")
    await scene.chats[1].say("and more")
    await scene.core.log.wait(lambda _: 6 in seen(scene.core))
    assert sorted(seen(scene.core))[:2] == [5, 6]
    await scene.core.log.wait(lambda _: offsets(scene.api)[-1] == "7")
    assert len(seen(scene.core)) == len(set(seen(scene.core)))


async def test_nothing_is_fetched_while_intake_is_not_ready(scene: Scene) -> None:
    scene.core.open.clear()
    await scene.fleet.start(a_bot())
    await scene.core.log.count("recovered", 1)
    await scene.chats[1].say("hello")
    assert offsets(scene.api) == []
    scene.core.open.set()
    await scene.core.log.count("persisted", 1)


async def test_stopping_ends_the_poll_at_once_and_starting_resumes(scene: Scene) -> None:
    await scene.fleet.start(a_bot())
    await scene.core.log.count("recovered", 1)
    await scene.fleet.stop(1)
    assert not state(scene.fleet).running
    await scene.chats[1].say("meanwhile")
    await scene.fleet.stop(1)
    await scene.fleet.stop(99)
    await scene.fleet.start(a_bot())
    await scene.core.log.count("persisted", 1)
    await scene.core.log.count("recovered", 2)
    assert state(scene.fleet).running


async def test_starting_twice_leaves_one_poller(scene: Scene) -> None:
    await asyncio.gather(*(scene.fleet.start(a_bot()) for _ in range(3)))
    await scene.chats[1].say("hello")
    await scene.core.log.count("persisted", 1)
    assert scene.core.log.of("failed") == []
    pollers = [task for task in asyncio.all_tasks() if task.get_name() == "poller-1"]
    assert len(pollers) == 1


async def test_a_revoked_token_ends_its_own_poller_only(scene: Scene) -> None:
    for number in (1, 2):
        await scene.fleet.start(a_bot(number))
    await scene.core.log.count("recovered", 2)
    scene.chats[1].bot.revoke()
    [(bot_id, failure, failures)] = await scene.core.log.count("failed", 1)
    assert (bot_id, type(failure), failures) == (1, TokenRevoked, 1)
    await scene.chats[2].say("still there?")
    await scene.core.log.count("persisted", 1)
    assert not state(scene.fleet, 1).running
    assert "token" in state(scene.fleet, 1).error
    assert state(scene.fleet, 2).running
    assert state(scene.fleet, 2).error == ""


@pytest.mark.parametrize("token", ["", "nonsense", "12 34:x"])
async def test_a_malformed_token_fails_like_a_revoked_one(scene: Scene, token: str) -> None:
    await scene.fleet.start(a_bot(3, token))
    [(bot_id, failure, _)] = scene.core.log.of("failed")
    assert (bot_id, type(failure)) == (3, TokenRevoked)
    assert not state(scene.fleet, 3).running
    assert state(scene.fleet, 3).error
    if token:
        assert token not in str(failure)


async def test_a_new_token_brings_a_bot_back(scene: Scene) -> None:
    scene.chats[1].bot.revoke()
    await scene.fleet.start(a_bot())
    await scene.core.log.count("failed", 1)
    token = "1:" + "y" * 35
    scene.api.add_bot(token, username="cat1_bot")
    await scene.fleet.start(a_bot(1, token))
    await scene.core.log.count("recovered", 1)
    assert state(scene.fleet).error == ""


async def test_a_second_poller_is_asked_once_more_and_then_waited_for_longer_than_a_poll(
    scene: Scene,
) -> None:
    clock = SleeplessClock(limit=2)
    async with fleet_at(scene.api.url, scene.core, clock) as fleet:
        await fleet.start(a_bot())
        await scene.core.log.count("recovered", 1)
        await scene.fleet.start(a_bot())
        (_, failure, _), *_ = await scene.core.log.count("failed", 1)
        assert isinstance(failure, PollConflict)
        assert "another program polls" in str(failure)
        assert "webhook" not in str(failure)
        await scene.core.log.wait(lambda _: len(clock.slept) == 2)
        assert clock.slept[0] < 2, "those who listen for another poller hear it"
        assert 35 < clock.slept[1] < 37


@pytest.mark.parametrize("times", [1, 3])
async def test_a_webhook_set_while_polling_is_removed_after_the_back_off(
    scene: Scene, times: int
) -> None:
    """The poll it ends and the polls it forbids both say so; the bot hears again by itself."""
    clock = SleeplessClock()
    async with fleet_at(scene.api.url, scene.core, clock) as fleet:
        await fleet.start(a_bot())
        await scene.core.log.count("recovered", 1)
        for time in range(times):
            await scene.core.log.wait(lambda _, n=time: len(offsets(scene.api)) > n)
            scene.chats[1].bot.set_webhook("https://elsewhere.example/hook")
            await scene.chats[1].say("can you hear me?")
            await scene.core.log.count("persisted", time + 1)
            await scene.core.log.count("recovered", time + 2)
        assert not scene.chats[1].bot.webhook
        failures = [failure for _, failure, _ in scene.core.log.of("failed")]
        assert failures
        assert all(isinstance(failure, PollConflict) for failure in failures)
        assert all("a webhook takes" in str(failure) for failure in failures)
        assert all(35 < waited < 37 for waited in clock.slept)
        assert state(fleet).error == ""


async def test_a_webhook_that_cannot_be_removed_yet_is_tried_again() -> None:
    calls: list[str] = []
    answers = {
        "getUpdates": [
            error(409, "Conflict: can't use getUpdates method while webhook is active"),
            ok([{"update_id": 3}]),
        ],
        "deleteWebhook": [ok(True), error(500, "Internal Server Error"), None, ok(True)],
    }

    def reply(method: str, given: dict[str, str]) -> Answer:
        if method == "getMe":
            return ok({"id": 1, "is_bot": True, "first_name": "x", "username": "cat_bot"})
        calls.append(method)
        return answers[method].pop(0) if answers[method] else ok([])

    core = Core()
    async with scripted(reply) as api, fleet_at(api.url, core, SleeplessClock()) as fleet:
        await fleet.start(a_bot())
        await core.log.count("persisted", 1)
    assert calls[:6] == [
        "deleteWebhook",
        "getUpdates",
        "deleteWebhook",
        "deleteWebhook",
        "deleteWebhook",
        "getUpdates",
    ]
    assert [failures for _, _, failures in core.log.of("failed")][:3] == [1, 2, 3]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error(429, "Too Many Requests: retry after 17", retry_after=17), FloodWait),
        (http(502, "<html>Bad Gateway</html>", "text/html"), InDoubt),
        (http(200, "<html>captive portal</html>", "text/html"), InDoubt),
        (ok({"not": "a list"}), InDoubt),
        (ok(None), Exception),
        (ok([{"no": "id"}, 5]), Exception),
        (None, InDoubt),
    ],
)
async def test_trouble_is_told_with_its_count_and_waited_out(
    answer: Answer, kind: type[Exception]
) -> None:
    troubles = 9

    def reply(method: str, given: dict[str, str]) -> Answer:
        nonlocal troubles
        if method == "getMe":
            return ok({"id": 1, "is_bot": True, "first_name": "x", "username": "cat_bot"})
        if method == "deleteWebhook":
            return ok(True)
        troubles -= 1
        return answer if troubles >= 0 else ok([{"update_id": 3}, {"no": "id"}])

    core, clock = Core(), SleeplessClock()
    async with scripted(reply) as api, fleet_at(api.url, core, clock) as fleet:
        await fleet.start(a_bot())
        await core.log.count("recovered", 2)
        failed = core.log.of("failed")
        assert [failures for _, _, failures in failed] == list(range(1, 10))
        assert all(isinstance(failure, kind) for _, failure, _ in failed)
        assert TOKENS[1] not in repr(failed)
        assert (await core.log.count("persisted", 1))[0] == (1, [3], "cat_bot")
    if kind is FloodWait:
        # Never before Telegram allows it, and not all bots of the process at the same moment.
        assert all(17 <= waited <= 17 * 1.25 for waited in clock.slept[:9])
        assert len(set(clock.slept[:9])) > 1
    else:
        for waited, base in zip(clock.slept, [1, 2, 4, 8, 16, 32, 60, 60, 60], strict=False):
            assert 0.75 * base <= waited <= 1.25 * base


async def test_a_start_without_a_network_keeps_trying_and_bothers_no_other_bot(
    scene: Scene,
) -> None:
    clock = SleeplessClock()
    scene.api.faults.add("getMe", Status(500, "Internal Server Error"), times=3, bot=1)
    async with fleet_at(scene.api.url, scene.core, clock) as fleet:
        await asyncio.gather(fleet.start(a_bot(1)), fleet.start(a_bot(2)))
        await scene.core.log.count("recovered", 2)
    assert {bot_id for bot_id, _, _ in scene.core.log.of("failed")} == {1}
    assert len(scene.core.log.of("failed")) == 3
