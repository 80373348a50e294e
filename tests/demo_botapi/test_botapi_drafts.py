"""Drafts and typing: where they are allowed, when they vanish, and the Stop button."""

import pytest

from kotodom.demo.botapi import ChatView


async def test_a_draft_is_shown_and_replaced_until_the_message_comes(client, chat: ChatView):
    for text in ("", "Hel", "Hello"):
        assert await client.ok("sendMessageDraft", chat_id=7, draft_id=5, text=text) is True
        assert chat.draft is not None
        assert (chat.draft.text, chat.draft.id) == (text, 5)
    await client.ok("sendMessage", chat_id=7, text="Hello, Ann")
    assert chat.draft is None
    kinds = [event.kind for event in chat.events]
    assert kinds == ["say", "draft", "draft", "draft", "send"]


async def test_a_draft_lives_thirty_seconds_from_its_last_update(client, chat, clock):
    await client.ok("sendMessageDraft", chat_id=7, draft_id=5, text="a")
    clock.advance(20)
    await client.ok("sendMessageDraft", chat_id=7, draft_id=5, text="ab")
    clock.advance(29)
    assert chat.draft.text == "ab"
    clock.advance(1)
    assert chat.draft is None


async def test_typing_lives_five_seconds_or_until_a_message(client, chat, clock):
    await client.ok("sendChatAction", chat_id=7, action="typing")
    clock.advance(4.9)
    assert chat.typing
    clock.advance(0.1)
    assert not chat.typing
    await client.ok("sendChatAction", chat_id=7, action="typing")
    await client.ok("sendMessage", chat_id=7, text="hi")
    assert not chat.typing


@pytest.mark.parametrize("draft_id", [None, 0, "abc"])
async def test_a_draft_needs_a_non_zero_integer(client, chat, draft_id):
    words = await client.refused("sendMessageDraft", chat_id=7, draft_id=draft_id, text="x")
    assert words == "Bad Request: RANDOM_ID_INVALID"


async def test_drafts_are_for_private_chats_only(api, client, bot):
    group = api.group("Family", [bot])
    words = await client.refused("sendMessageDraft", chat_id=group.id, draft_id=5, text="x")
    assert words == "Bad Request: TEXTDRAFT_PEER_INVALID"


async def test_a_draft_has_the_limits_of_a_message(client, chat):
    words = await client.refused("sendMessageDraft", chat_id=7, draft_id=5, text="x" * 4097)
    assert words == "Bad Request: message is too long"


async def test_unknown_actions_are_refused(client, chat):
    words = await client.refused("sendChatAction", chat_id=7, action="dancing")
    assert words == "Bad Request: wrong parameter action in request"


async def test_stop_tells_the_bot_and_later_frames_are_not_shown(client, chat, bot):
    await client.ok("sendMessageDraft", chat_id=7, draft_id=5, text="Hel", can_stop="true")
    await chat.stop_generation()
    assert chat.draft is None
    update = (await client.ok("getUpdates"))[0]["stopped_message_generation"]
    assert update == {"chat": chat.chat.to_dict(), "draft_id": 5}
    await client.ok("sendMessageDraft", chat_id=7, draft_id=5, text="Hello", can_stop="true")
    assert chat.draft is None
    await client.ok("sendMessageDraft", chat_id=7, draft_id=6, text="New", can_stop="true")
    assert chat.draft.text == "New"


async def test_a_stopped_draft_may_be_kept_until_the_message(client, chat):
    await client.ok(
        "sendMessageDraft",
        chat_id=7,
        draft_id=5,
        text="Hel",
        can_stop="true",
        keep_on_stop="true",
    )
    await chat.stop_generation()
    assert chat.draft.text == "Hel"
    await client.ok("sendMessage", chat_id=7, text="Hel")
    assert chat.draft is None


async def test_there_is_no_stop_button_unless_asked_for(client, chat):
    await client.ok("sendMessageDraft", chat_id=7, draft_id=5, text="Hel")
    with pytest.raises(LookupError, match="Stop"):
        await chat.stop_generation()


async def test_waiting_for_a_draft_to_lapse_is_woken_by_the_lapse(clock, client, chat):
    await client.ok("sendMessageDraft", chat_id=7, draft_id=5, text="Hel")
    clock.advance(29.95)
    with pytest.raises(TimeoutError, match=r"(?s)not within.*\(draft\) Hel"):
        await chat.wait(lambda c: c.draft is None, timeout=0.01)
