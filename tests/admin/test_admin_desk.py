"""The desk of /admin: who may give which command, and how it comes to it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kotodom.admin.nouns import all_commands
from tests.support.talking import BOSS, Room, room
from tests.support.updates import GROUP, press

CHIEF: dict[str, Any] = {"id": BOSS, "is_bot": False, "first_name": "Boss"}
OFFICE: dict[str, Any] = {"id": BOSS, "type": "private", "first_name": "Boss"}
BOSSY: dict[str, Any] = {"from": CHIEF, "chat": OFFICE}


@pytest.fixture
async def talk(tmp_path: Path) -> Any:
    async with room(f"sqlite://{tmp_path}/k.db") as talk:
        yield talk


async def _shown(talk: Room, command: str, **fields: Any) -> str:
    """The newest message after somebody gave that command."""
    await talk.say(command, **{**BOSSY, **fields})
    await talk.settle()
    return talk.shown(fields.get("chat", OFFICE)["id"])[-1]


async def test_strangers_hear_of_no_such_command(talk: Room) -> None:
    await talk.say("/admin")
    await talk.say("/nonsense")
    await talk.settle()
    stranger = talk.shown()
    assert len(stranger) == 2
    assert stranger[0] == stranger[1]


async def test_an_admin_sees_the_first_screen_and_a_button_edits_it(talk: Room) -> None:
    assert (await _shown(talk, "/admin")).startswith("Administration")
    ((_, message),) = talk.telegram.shown
    under = {"message_id": message, "date": 1, "chat": OFFICE, "text": "menu"}
    await talk.hear(press("/admin help", message, **{"from": CHIEF, "message": under}))
    await talk.settle()
    assert list(talk.telegram.shown) == [(BOSS, message)]
    assert talk.telegram.shown[BOSS, message].text.startswith("What /admin can do")


async def test_a_button_of_an_older_version_says_that_it_is_out_of_date(talk: Room) -> None:
    await _shown(talk, "/admin")
    ((_, message),) = talk.telegram.shown
    under = {"message_id": message, "date": 1, "chat": OFFICE, "text": "menu"}
    await talk.hear(press("/admin frobnicate 7", message, **{"from": CHIEF, "message": under}))
    await talk.settle()
    assert "out of date" in talk.telegram.shown[BOSS, message].text


async def test_a_mistyped_command_is_told_the_nearest(talk: Room) -> None:
    said = await _shown(talk, "/admin helth")
    assert "There is no command “/admin helth”" in said
    assert "/admin health" in said


@pytest.mark.parametrize("said", ['""', "@", '"@"'])
async def test_a_bot_that_is_named_by_nothing_is_none(talk: Room, said: str) -> None:
    talk.registry.put(replace(talk.bot, username=""))  # it has not polled yet
    assert f"There is no “{said.strip(chr(34))}” here" in await _shown(talk, f"/admin bot {said}")


async def test_in_a_group_an_admin_alone_is_told_to_go_private(talk: Room) -> None:
    await talk.say("/admin@cat_bot", **{**BOSSY, "chat": GROUP})
    await talk.settle()
    assert talk.telegram.whispers == [
        (
            GROUP["id"],
            BOSS,
            "Administration is for private chats only: please write /admin to me there.",
        )
    ]
    assert talk.shown(GROUP["id"]) == []


async def test_where_nothing_can_be_whispered_the_hint_is_for_everybody(talk: Room) -> None:
    talk.telegram.whispering = False
    assert "private chats only" in await _shown(talk, "/admin@cat_bot", chat=GROUP)


async def test_whoever_speaks_for_a_chat_is_nobody(talk: Room) -> None:
    said = await _shown(talk, "/admin", sender_chat={"id": -5, "type": "channel", "title": "x"})
    assert "Administration" not in said


async def test_screens_speak_the_language_of_whoever_looks(talk: Room) -> None:
    russian = {**CHIEF, "language_code": "ru"}
    assert (await _shown(talk, "/admin", **{"from": russian})).startswith("Управление")


async def test_help_names_topics_first_and_every_command_has_room(talk: Room) -> None:
    assert "Every button can be typed" in await _shown(talk, "/admin help")
    for topic in {one.pattern.literals[0] for one in all_commands() if one.pattern.literals}:
        mine = [one for one in all_commands() if one.pattern.text.startswith(topic)]
        seen, page = "", 1
        while f"/admin {mine[-1].pattern.text}\n" not in seen:
            said = await _shown(talk, f"/admin help {topic} {page}")
            assert not said.endswith("…"), (topic, page)
            seen, page = seen + said, page + 1
            assert page < 12, topic
        assert all(f"/admin {one.pattern.text}\n" in seen for one in mine)
