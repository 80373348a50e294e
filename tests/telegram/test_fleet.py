"""Each bot polls for itself: it confirms only what is persisted, and no bot touches another."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from scripted import Answer, error, http, ok, scripted

from kotodom.clock import Clock, SystemClock
from kotodom.demo.botapi import BotApi, ChatView, Status
from kotodom.errors import FloodWait, InDoubt, NotSent, PoisonUpdate, PollConflict, TokenRevoked
from kotodom.model import Bot, Chat, ChatType, Job, Kind, Person
from kotodom.ports import BotState
from kotodom.telegram.fleet import INTERACTIVE_MAX, TelegramFleet, warm_up
from kotodom.telegram.poller import ALLOWED_UPDATES
from kotodom.telegram.pool import BotPool
from kotodom.telegram.session import Session

TOKENS = {number: f"{number}:" + "x" * 35 for number in (1, 2, 3)}
INTERACTIVE = {"callback_query", "my_chat_member", "stopped_message_generation", "inline_query"}


def a_bot(number: int = 1, token: str | None = None) -> Bot:
    return Bot(
        id=number,
        telegram_id=number,
        name=f"bot{number}",
        username="",
        token=TOKENS[number] if token is None else token,
        model="",
        prompt="",
        start_message="",
        help_message="",
        error_message="",
        enabled=True,
        error="",
    )


class Log:
    """Things that happened, and a way to wait for them."""

    def __init__(self) -> None:
        self.entries: list[tuple[Any, ...]] = []
        self._changed = asyncio.Event()

    def add(self, *entry: Any) -> None:
        self.entries.append(entry)
        self._changed.set()

    async def wait(self, holds: Callable[[list[tuple[Any, ...]]], object]) -> None:
        async with asyncio.timeout(10):
            while not holds(self.entries):
                self._changed.clear()
                await self._changed.wait()

    def of(self, kind: str) -> list[tuple[Any, ...]]:
        return [entry[1:] for entry in self.entries if entry[0] == kind]

    async def count(self, kind: str, number: int) -> list[tuple[Any, ...]]:
        await self.wait(lambda _: len(self.of(kind)) >= number)
        return self.of(kind)


@dataclass
class Core:
    """Everything of the core a fleet talks to, as a twin that writes down what it is told."""

    log: Log = field(default_factory=Log)
    broken: int = 0
    """How often persisting fails from now on."""
    open: asyncio.Event = field(default_factory=asyncio.Event)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    """Handlers of membership wait for it."""
    raises: Exception | None = None

    def __post_init__(self) -> None:
        self.open.set()
        self.hold.set()

    # Intake

    async def ready(self) -> None:
        await self.open.wait()

    async def accept(self, bot: Bot, updates: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        ids = [update["update_id"] for update in updates]
        if self.broken:
            self.broken -= 1
            self.log.add("not persisted", bot.id, ids)
            raise OSError("disk full")
        self.log.add("persisted", bot.id, ids, bot.username)
        return [update for update in updates if not INTERACTIVE.isdisjoint(update)]

    # Handlers

    async def question(self, job: Job) -> None:
        self.log.add("question", job.id)
        if self.raises:
            raise self.raises

    async def command(self, job: Job, name: str, args: str) -> None:
        self.log.add("command", job.id, name, args)

    async def membership(self, bot_id: int, telegram_chat_id: int, present: bool) -> None:
        self.log.add("membership", bot_id, telegram_chat_id, present)
        await self.hold.wait()
        if self.raises:
            raise self.raises

    async def stop_generation(self, bot_id: int, telegram_chat_id: int, thread_id: int) -> None:
        self.log.add("stop", bot_id, telegram_chat_id, thread_id)

    # FleetWatcher

    async def poller_failed(self, bot: Bot, error: Exception, failures: int) -> None:
        self.log.add("failed", bot.id, error, failures)
        raise RuntimeError("the watcher is in trouble itself")

    async def poller_recovered(self, bot: Bot) -> None:
        self.log.add("recovered", bot.id, bot.username)


class SleeplessClock(SystemClock):
    """Waits are written down and over at once; after *limit* of them they last for ever."""

    def __init__(self, limit: int = 1_000) -> None:
        self.slept: list[float] = []
        self._limit = limit

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) >= self._limit:
            await asyncio.Event().wait()
        await asyncio.sleep(0)


@asynccontextmanager
async def fleet_at(
    url: str, core: Core, clock: Clock | None = None, poll_timeout: int = 30
) -> AsyncIterator[TelegramFleet]:
    deaths: list[tuple[str, BaseException]] = []
    fleet = TelegramFleet(
        pool=BotPool(Session(api_base=url)),
        intake=core,
        handlers=core,
        watcher=core,
        clock=clock or SystemClock(),
        poll_timeout=poll_timeout,
        on_death=lambda name, reason: deaths.append((name, reason)),
    )
    try:
        yield fleet
    finally:
        await fleet.close()
    assert deaths == []


@dataclass
class Scene:
    api: BotApi
    core: Core
    fleet: TelegramFleet
    chats: dict[int, ChatView]


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    api, core = BotApi(flood=None), Core()
    url = await api.start()
    chats = {
        number: api.private(api.add_bot(token, username=f"cat{number}_bot"), api.user(7))
        for number, token in TOKENS.items()
    }
    api.on_call(lambda call, phase: core.log.add("call", call.method, phase))
    async with fleet_at(url, core) as fleet:
        yield Scene(api, core, fleet, chats)
    await api.stop()


def state(fleet: TelegramFleet, bot_id: int = 1) -> BotState:
    return next(state for state in fleet.states() if state.bot.id == bot_id)


def offsets(api: BotApi) -> list[str | None]:
    return [call.params.get("offset") for call in api.calls if call.method == "getUpdates"]


# -- polling ------------------------------------------------------------------------------------


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
    await scene.core.log.wait(lambda _: len(offsets(scene.api)) >= 3)
    await scene.fleet.start(a_bot(2))
    await scene.core.log.count("recovered", 2)
    scene.chats[1].bot.reset_update_ids(5)
    await scene.chats[1].say("after")
    await scene.chats[1].say("and more")
    await scene.core.log.wait(lambda _: 6 in seen(scene.core))
    assert sorted(seen(scene.core))[:2] == [5, 6]
    assert len(seen(scene.core)) == len(set(seen(scene.core)))


def seen(core: Core) -> list[int]:
    return [update_id for _, ids, _ in core.log.of("persisted") for update_id in ids]


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
    await scene.fleet.restart(1)
    await scene.fleet.restart(99)
    await scene.core.log.count("recovered", 3)
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


async def test_a_second_poller_makes_the_first_wait_longer_than_a_poll(scene: Scene) -> None:
    clock = SleeplessClock(limit=1)
    async with fleet_at(scene.api.url, scene.core, clock) as fleet:
        await fleet.start(a_bot())
        await scene.core.log.count("recovered", 1)
        await scene.fleet.start(a_bot())
        [(_, failure, _)] = await scene.core.log.count("failed", 1)
        assert isinstance(failure, PollConflict)
        await scene.core.log.wait(lambda _: clock.slept)
        assert 35 < clock.slept[0] < 37


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
        assert clock.slept[:9] == [17.0] * 9
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


# -- interactive updates ------------------------------------------------------------------------


async def test_stop_and_membership_reach_the_core_at_once(scene: Scene) -> None:
    chat, bot = scene.chats[1], scene.chats[1].bot
    await scene.fleet.start(a_bot())
    await chat.block()
    await chat.unblock()
    group = scene.api.group("cats", [bot], [chat.user])
    await group.kick()
    memberships = await scene.core.log.count("membership", 4)
    assert sorted(memberships[:2]) == sorted([(1, 7, False), (1, 7, True)])
    assert sorted(memberships[2:]) == sorted([(1, group.id, True), (1, group.id, False)])
    bot.inject(
        {"stopped_message_generation": {"chat": {"id": 7, "type": "private"}, "draft_id": 1}}
    )
    bot.inject(
        {
            "stopped_message_generation": {
                "chat": {"id": 7, "type": "private"},
                "draft_id": 1,
                "message_thread_id": 4,
            }
        }
    )
    stops = await scene.core.log.count("stop", 2)
    assert sorted(stops) == [(1, 7, 0), (1, 7, 4)]


async def test_a_restricted_member_is_present_as_telegram_says(scene: Scene) -> None:
    await scene.fleet.start(a_bot())
    rights = [
        "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos",
        "can_send_video_notes can_send_voice_notes can_send_polls can_send_other_messages",
        "can_add_web_page_previews can_react_to_messages can_edit_tag can_change_info",
        "can_invite_users can_pin_messages can_manage_topics",
    ]
    user = {"id": 1, "is_bot": True, "first_name": "x"}
    member = {"status": "restricted", "user": user, "until_date": 0, "is_member": False}
    member |= dict.fromkeys(" ".join(rights).split(), False)
    scene.chats[1].bot.inject(
        {
            "my_chat_member": {
                "chat": {"id": -5, "type": "supergroup", "title": "x"},
                "from": user,
                "date": 1,
                "old_chat_member": {"status": "member", "user": user},
                "new_chat_member": member,
            }
        }
    )
    assert await scene.core.log.count("membership", 1) == [(1, -5, False)]


async def test_updates_that_nobody_handles_or_can_read_do_no_harm(scene: Scene) -> None:
    bot = scene.chats[1].bot
    await scene.fleet.start(a_bot())
    bot.inject({"callback_query": {"id": "1", "from": {}, "new": True}})
    user = {"id": 7, "is_bot": False, "first_name": "x"}
    bot.inject({"callback_query": {"id": "1", "from": user, "chat_instance": "1", "data": "x"}})
    bot.inject({"inline_query": {"id": "1", "from": user, "query": "", "offset": ""}})
    bot.inject({"tomorrows_update": {"x": 1}})
    bot.inject({"my_chat_member": None, "edited_message": None})
    scene.core.raises = RuntimeError("a handler with a bug")
    await scene.chats[1].block()
    await scene.core.log.count("membership", 1)
    await scene.chats[1].unblock()
    await scene.core.log.count("membership", 2)
    assert state(scene.fleet).running
    assert scene.core.log.of("failed") == []


async def test_interactive_updates_in_work_are_bounded(scene: Scene) -> None:
    scene.core.hold.clear()
    await scene.fleet.start(a_bot())
    for _ in range(INTERACTIVE_MAX):
        await scene.chats[1].block()
        await scene.chats[1].unblock()
    await scene.core.log.count("membership", INTERACTIVE_MAX)
    await scene.fleet.start(a_bot(2))
    await scene.chats[2].say("another bot is not held back")
    await scene.core.log.wait(lambda _: [x for x in scene.core.log.of("persisted") if x[0] == 2])
    assert len(scene.core.log.of("membership")) == INTERACTIVE_MAX
    scene.core.hold.set()
    await scene.core.log.count("membership", 2 * INTERACTIVE_MAX)


# -- dispatching --------------------------------------------------------------------------------


def a_job(text: str, kind: Kind = Kind.QUESTION, raw: str | None = None, **more: Any) -> Job:
    message = {
        "message_id": 3,
        "date": 1,
        "chat": {"id": 7, "type": "private", "first_name": "Ann"},
        "from": {"id": 7, "is_bot": False, "first_name": "Ann"},
        "text": text,
        **more,
    }
    return Job(
        id=11,
        bot_id=1,
        chat=Chat(1, 1, 7, 0, ChatType.PRIVATE, "Ann", 0, 0),
        kind=kind,
        raw=json.dumps({"update_id": 5, "message": message}) if raw is None else raw,
        text=text,
        sender=Person(7),
        telegram_message_id=3,
        received_at=0,
        attempts=1,
        deferrals=0,
        crashes=0,
        outcome=None,
        more=False,
    )


async def test_questions_and_commands_reach_their_handlers(scene: Scene) -> None:
    await scene.fleet.start(a_bot())
    await scene.core.log.count("recovered", 1)
    await scene.fleet.dispatch(a_job("How are you?"))
    await scene.fleet.dispatch(a_job("", photo=[]))
    await scene.fleet.dispatch(a_job("/Start deep link", Kind.COMMAND))
    await scene.fleet.dispatch(a_job("/refresh@CAT1_bot", Kind.COMMAND))
    assert scene.core.log.of("question") == [(11,), (11,)]
    assert scene.core.log.of("command") == [(11, "start", "deep link"), (11, "refresh", "")]


async def test_another_bots_command_is_nobodys(scene: Scene) -> None:
    await scene.fleet.start(a_bot())
    await scene.core.log.count("recovered", 1)
    with pytest.raises(PoisonUpdate, match="no handler"):
        await scene.fleet.dispatch(a_job("/start@dog_bot", Kind.COMMAND))
    assert scene.core.log.of("command") == []


async def test_dispatching_works_for_a_stopped_bot_but_not_for_an_unknown_one(
    scene: Scene,
) -> None:
    with pytest.raises(NotSent):
        await scene.fleet.dispatch(a_job("too early"))
    await scene.fleet.start(a_bot())
    await scene.fleet.stop(1)
    await scene.fleet.dispatch(a_job("late"))
    assert scene.core.log.of("question") == [(11,)]


async def test_what_a_handler_raises_comes_out_as_it_is(scene: Scene) -> None:
    await scene.fleet.start(a_bot())
    scene.core.raises = FloodWait(retry_after=3)
    with pytest.raises(FloodWait) as caught:
        await scene.fleet.dispatch(a_job("x"))
    assert caught.value is scene.core.raises


@pytest.mark.parametrize(
    "job",
    [
        a_job("secret", raw="{"),
        a_job("secret", raw="[]"),
        a_job("secret", raw='{"update_id": 1}'),
        a_job("secret", raw='{"update_id": 1, "tomorrows_update": {"text": "secret"}}'),
        a_job("secret", raw='{"update_id": 1, "message": {"text": "secret"}}'),
        a_job("secret", forward_origin={"type": "secret"}),
        a_job("secret", rich_message={"blocks": [{"type": "new", "text": "secret"}]}),
    ],
)
async def test_an_undecodable_update_is_told_without_its_text(scene: Scene, job: Job) -> None:
    await scene.fleet.start(a_bot())
    with pytest.raises(PoisonUpdate) as caught:
        await scene.fleet.dispatch(job)
    assert "secret" not in f"{caught.value!r} {caught.value.__cause__!r}"


async def test_closing_leaves_no_task_behind() -> None:
    api, core = BotApi(flood=None), Core()
    url = await api.start()
    api.add_bot(TOKENS[1], username="cat_bot")
    before = asyncio.all_tasks()
    async with fleet_at(url, core) as fleet:
        await fleet.start(a_bot())
        await core.log.count("recovered", 1)
    left = {task.get_name() for task in asyncio.all_tasks() - before}
    assert not {name for name in left if name.startswith(("poller", "update"))}
    await api.stop()


def test_the_warm_up_is_an_update_like_any_other() -> None:
    warm_up()
