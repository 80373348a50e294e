"""Buttons, guests, inline queries and changes of membership reach the core as values."""

import json
from typing import Any

from kotodom.model import ChatRef, ChatType, Kind, Membership, Person
from tests.telegram.fleet_kit import Scene, a_bot, a_job

ANN = {"id": 7, "is_bot": False, "first_name": "Ann", "last_name": "Lee", "username": "ann"}
PERSON = Person(7, "ann", "Ann Lee", "de")


def raw(**update: Any) -> str:
    return json.dumps({"update_id": 5, **update})


async def started(scene: Scene) -> None:
    await scene.fleet.start(a_bot())
    await scene.core.log.count("recovered", 1)


async def test_a_pressed_button_is_the_command_it_stands_for(scene: Scene) -> None:
    await started(scene)
    press = {"id": "1", "from": ANN, "chat_instance": "1", "data": "/forgetme yes"}
    update = raw(callback_query=press)
    await scene.fleet.dispatch(a_job("/forgetme yes", Kind.COMMAND, update))
    assert scene.core.log.of("command") == [(11, "forgetme", "yes")]


async def test_a_summons_to_a_strange_chat_is_a_question(scene: Scene) -> None:
    await started(scene)
    message = {
        "message_id": 0,
        "date": 1,
        "chat": {"id": -9, "type": "supergroup", "title": "Elsewhere"},
        "from": ANN,
        "text": "@cat1_bot how are you?",
        "guest_query_id": "q1",
    }
    await scene.fleet.dispatch(a_job("how are you?", raw=raw(guest_message=message)))
    assert scene.core.log.of("question") == [(11,)]


async def test_an_inline_query_is_handed_over_at_once_with_its_sender(scene: Scene) -> None:
    await scene.fleet.start(a_bot())
    query = {"id": "q1", "from": ANN | {"language_code": "de"}, "query": "cats", "offset": ""}
    scene.chats[1].bot.inject({"inline_query": query})
    assert await scene.core.log.count("inline", 1) == [(1, "q1", PERSON, "cats")]


def change(kind: str, status: str, chat_id: int, **chat: Any) -> dict[str, Any]:
    bot = {"id": 1, "is_bot": True, "first_name": "x"}
    return {
        "my_chat_member": {
            "chat": {"id": chat_id, "type": kind, **chat},
            "from": ANN | {"language_code": "de"},
            "date": 1,
            "old_chat_member": {"status": "left", "user": bot},
            "new_chat_member": {"status": status, "user": bot},
        }
    }


async def test_membership_tells_where_what_and_by_whom_and_channels_concern_nobody(
    scene: Scene,
) -> None:
    await scene.fleet.start(a_bot())
    bot = scene.chats[1].bot
    bot.inject(change("channel", "member", -6, title="News"))
    bot.inject(change("supergroup", "member", -5, title="Cats"))
    await scene.core.log.count("membership", 1)
    bot.inject(change("private", "member", 7, first_name="Ann", last_name="Lee"))
    await scene.core.log.count("membership", 2)
    bot.inject(change("group", "left", -8, title="Dogs"))
    await scene.core.log.count("membership", 3)
    assert scene.core.changes == [
        Membership(ChatRef(-5, 0, ChatType.SUPERGROUP, "Cats"), "member", True, PERSON),
        Membership(ChatRef(7, 0, ChatType.PRIVATE, "Ann Lee"), "member", True, PERSON),
        Membership(ChatRef(-8, 0, ChatType.GROUP, "Dogs"), "left", False, PERSON),
    ]
