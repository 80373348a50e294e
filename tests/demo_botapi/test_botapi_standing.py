"""What a bot is in a group: added by whom, promoted, restricted, and getChatMember."""

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InputRichMessage


async def test_who_adds_promotes_and_removes_a_bot_is_told(api, bot, heard):
    ann, bob = api.user(1, "Ann"), api.user(2, "Bob")
    group = api.group("Club", [bot], [ann, bob], supergroup=True, added_by=bob)
    await group.promote(user=ann)
    await group.promote("restricted", rights={"can_send_messages": True})
    await group.kick(user=bob)
    await group.join(bot, user=bob)
    events = [event for event in await heard() if hasattr(event, "new_chat_member")]
    assert [
        (event.old_chat_member.status, event.new_chat_member.status, event.from_user.id)
        for event in events
    ] == [
        ("left", "member", 2),
        ("member", "administrator", 1),
        ("administrator", "restricted", 1),
        ("restricted", "kicked", 2),
        ("kicked", "member", 2),
    ]


async def test_administrators_hear_everything_and_delete_messages_of_others(api, aio, bot, heard):
    group = api.group("Club", [bot], [api.user(1)], supergroup=True)
    await heard()
    said = await group.say("not for bots")
    assert await heard() == []
    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await aio.delete_message(group.id, said)
    await group.promote()
    await group.say("not for bots either")
    assert (await heard())[-1].text == "not for bots either"
    assert await aio.delete_message(group.id, said)


async def test_a_restricted_bot_lacks_rights(api, aio, bot):
    group = api.group("Club", [bot], [api.user(1)], supergroup=True)
    await group.promote("restricted")
    with pytest.raises(TelegramBadRequest, match="not enough rights to send text messages"):
        await aio.send_message(group.id, "hi")
    with pytest.raises(TelegramBadRequest, match="not enough rights to send the rich message"):
        await aio.send_rich_message(group.id, InputRichMessage(markdown="hi"))
    with pytest.raises(TelegramBadRequest, match="not enough rights to send documents"):
        await aio.send_document(group.id, BufferedInputFile(b"x", filename="a.txt"))
    await group.promote("restricted", rights={"can_send_messages": True})
    await aio.send_message(group.id, "hi")


async def test_only_supergroups_restrict_and_only_members_are_promoted(api, bot, chat):
    small = api.group("Small", [bot])
    with pytest.raises(RuntimeError, match="supergroups"):
        await small.promote("restricted")
    with pytest.raises(RuntimeError, match="standing"):
        await chat.promote()
    await small.kick()
    with pytest.raises(RuntimeError, match="standing"):
        await small.promote()


async def test_get_chat_member(api, aio, bot, chat):
    ann, bob = api.user(1, "Ann"), api.user(2, "Bob")
    group = api.group("Club", [bot], [ann, bob], supergroup=True)
    await group.promote()
    people = [await aio.get_chat_member(group.id, user_id) for user_id in (42, 1, 2, 7)]
    assert [member.status for member in people] == ["administrator", "creator", "member", "left"]
    with pytest.raises(TelegramBadRequest, match="user not found"):
        await aio.get_chat_member(group.id, 999)
    assert (await aio.get_chat_member(7, 7)).status == "member"
    await chat.block()
    assert (await aio.get_chat_member(7, 42)).status == "kicked"
    await group.kick()
    assert (await aio.get_chat_member(group.id, 42)).status == "kicked"
