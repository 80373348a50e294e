"""Who is answered at the edges: anonymous admins, commands for others, replies to our files."""

from dataclasses import replace
from typing import Any

import pytest

from kotodom.model import Content, ContentKind
from tests.support.talking import Room, room
from tests.support.updates import GROUP, ME, PRIVATE

ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
IN_GROUP: dict[str, Any] = {"chat": GROUP, "from": ANONYMOUS, "sender_chat": GROUP}
MENTION = [{"type": "mention", "offset": 0, "length": 8}]


async def of_group(r: Room, text: str, **fields: Any) -> list[str]:
    """What the group is shown after that was said in it."""
    r.registry.put(replace(r.bot, username="cat_bot"))
    await r.say(text, **{**IN_GROUP, **fields})
    await r.settle()
    return r.shown(GROUP["id"])


async def test_an_anonymous_admin_is_answered_as_nobody_known(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        assert await of_group(r, "@cat_bot hi", entities=MENTION) == ["answer to @cat_bot hi"]
        rows = await r.store._database.read(lambda c: c.fetch("SELECT id FROM tg_user"))
        assert rows == []


async def test_an_anonymous_admin_may_edit_and_ask_again(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        await of_group(r, "@cat_bot hi", entities=MENTION)
        await r.edit(1, "@cat_bot bye", entities=MENTION, **IN_GROUP)
        await r.settle()
        assert r.shown(GROUP["id"]) == ["answer to @cat_bot bye"]


async def test_an_anonymous_admins_commands_are_carried_out_but_personal_ones(
    sqlite_url: str,
) -> None:
    async with room(sqlite_url) as r:
        await of_group(r, "/stop@cat_bot")
        shown = await of_group(r, "/forgetme@cat_bot yes")
        assert shown[0].startswith("There is nothing to stop")
        assert "private" in shown[1]


@pytest.mark.parametrize(
    "fields",
    [
        {"sender_chat": {"id": -5, "type": "channel", "title": "News"}},
        {"sender_chat": "junk"},
        {"via_bot": ME},
        {"entities": []},
    ],
)
async def test_others_without_a_person_are_not_answered(
    sqlite_url: str, fields: dict[str, Any]
) -> None:
    async with room(sqlite_url) as r:
        r.registry.put(replace(r.bot, username="cat_bot"))
        assert await of_group(r, "@cat_bot hi", **{"entities": MENTION, **fields}) == []


async def test_a_command_for_another_bot_is_answered_where_nobody_else_is(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.registry.put(replace(r.bot, username="cat_bot"))
        await r.say("/help@dog_bot please")
        await r.settle()
        (said,) = r.shown()
        assert said.startswith("I don't know that command.")
        await r.say("/help@dog_bot please", chat=GROUP)
        await r.settle()
        assert r.shown(GROUP["id"]) == []


async def test_a_reply_to_a_file_of_ours_tells_the_model_what_is_in_it(sqlite_url: str) -> None:
    async with room(sqlite_url) as r:
        r.provider.plays.append(["THE WHOLE ANSWER"])
        r.compose = lambda job, done: [
            Content("opening"),
            Content("caption", (), ContentKind.DOCUMENT, done.text, "a.md"),
        ]
        await r.say("why?")
        await r.settle()
        r.compose = None
        file = {"file_id": "d", "file_unique_id": "ud", "file_name": "a.md"}
        reply = {"message_id": max(n for _, n in r.telegram.shown), "date": 1, "chat": PRIVATE}
        reply |= {"from": ME, "document": file, "caption": "caption"}
        await r.say("shorter", reply_to_message=reply)
        await r.settle()
        assert "THE WHOLE ANSWER" in r.provider.questions[-1].text
