"""What a bot receives reaches the right handler, and its trouble reaches nobody else."""

import asyncio

import pytest

from kotodom.demo.botapi import BotApi
from kotodom.errors import FloodWait, NotSent, PoisonUpdate
from kotodom.model import Job, Kind
from kotodom.telegram.fleet import INTERACTIVE_MAX
from tests.telegram.fleet_kit import TOKENS, Core, Scene, a_bot, a_job, fleet_at, state


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


async def test_questions_and_commands_reach_their_handlers(scene: Scene) -> None:
    await scene.fleet.start(a_bot())
    await scene.core.log.count("recovered", 1)
    await scene.fleet.dispatch(a_job("How are you?"))
    await scene.fleet.dispatch(a_job("", photo=[]))
    await scene.fleet.dispatch(a_job("/Start deep link", Kind.COMMAND))
    await scene.fleet.dispatch(a_job("/refresh@CAT1_bot", Kind.COMMAND))
    assert scene.core.log.of("question") == [(11,), (11,)]
    assert scene.core.log.of("command") == [(11, "start", "deep link"), (11, "refresh", "")]


async def test_another_bots_command_is_none_that_we_know(scene: Scene) -> None:
    await scene.fleet.start(a_bot())
    await scene.core.log.count("recovered", 1)
    await scene.fleet.dispatch(a_job("/start@dog_bot", Kind.COMMAND))
    assert scene.core.log.of("command") == [(11, "", "/start@dog_bot")]


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
