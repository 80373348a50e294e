"""What the messenger and the files do with an emulated Telegram is what its people see and sent."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from kotodom.demo.botapi import BotApi, ChatView, DropAfter
from kotodom.errors import ChatGone, FileProblem, FileUnusable, InDoubt
from kotodom.model import Attachment, AttachmentKind, ChatType, Content
from kotodom.ports import EditResult
from kotodom.telegram.files import TelegramFiles
from kotodom.telegram.methods import GetUpdates
from kotodom.telegram.pool import BotPool
from kotodom.telegram.session import Session
from tests.telegram.desk_kit import HELLO, TOKEN, Desk, a_bot, a_chat, desk_at
from tests.telegram.test_messenger_kinds import BUTTONS, FILE, KEYBOARD, RICH

LIMIT = 20 * 1024 * 1024


@dataclass
class Town:
    """An emulated Telegram with one bot in one private chat."""

    api: BotApi
    url: str
    chat: ChatView
    desk: Desk

    async def received(self) -> list[dict[str, Any]]:
        """The messages that wait for the bot."""
        pool = BotPool(Session(api_base=self.url))
        updates = await pool.put(a_bot())(GetUpdates(timeout=0, allowed_updates=[]))
        await pool.close()
        return [update["message"] for update in updates if "message" in update]


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    api = BotApi(flood=None)
    url = await api.start()
    bot = api.add_bot(TOKEN, username="cat_bot", inline=True, guest=True)
    chat = api.private(bot, api.user(7))
    await chat.say("hi")
    async with desk_at(url) as desk:
        yield Town(api, url, chat, desk)
    await api.stop()


async def test_a_document_arrives_whole_and_its_caption_can_be_edited(town: Town) -> None:
    sent = await town.desk.messenger.send(a_chat(), FILE, silent=True)
    shown = town.chat.messages()[-1]
    assert shown.media is not None
    assert (shown.media.kind, shown.media.name, shown.text) == ("document", FILE.name, FILE.text)
    assert shown.silent
    assert town.chat.file(sent) == FILE.payload.encode()
    edit = town.desk.messenger.edit
    assert await edit(a_chat(), sent, FILE) is EditResult.UNCHANGED
    assert await edit(a_chat(), sent, replace(FILE, text="More", entities=())) is EditResult.EDITED
    assert town.chat.answers() == ["More"]


async def test_a_caption_cannot_be_put_on_text_nor_text_in_a_files_place(town: Town) -> None:
    """So looking for a lost document never takes a text for it, nor the other way round."""
    text = await town.desk.messenger.send(a_chat(), HELLO)
    assert await town.desk.messenger.edit(a_chat(), text, FILE) is EditResult.NOT_OURS
    file = await town.desk.messenger.send(a_chat(), FILE)
    assert await town.desk.messenger.edit(a_chat(), file, HELLO) is EditResult.NOT_OURS


async def test_a_lost_document_is_in_doubt_and_found_by_its_caption(town: Town) -> None:
    town.api.faults.add("sendDocument", DropAfter())
    with pytest.raises(InDoubt):
        await town.desk.messenger.send(a_chat(), FILE)
    lost = town.chat.messages()[-1].id
    assert await town.desk.messenger.edit(a_chat(), lost, FILE) is EditResult.UNCHANGED


async def test_a_rich_message_is_shown_edited_and_recognised(town: Town) -> None:
    sent = await town.desk.messenger.send(a_chat(), RICH)
    assert town.chat.messages()[-1].markdown == RICH.payload
    edit = town.desk.messenger.edit
    assert await edit(a_chat(), sent, RICH) is EditResult.UNCHANGED
    assert await edit(a_chat(), sent, replace(RICH, payload="# New")) is EditResult.EDITED
    assert town.chat.messages()[-1].markdown == "# New"
    assert await edit(a_chat(), sent, HELLO) is EditResult.EDITED
    assert town.chat.answers() == ["hello"]


async def test_buttons_come_and_go(town: Town) -> None:
    buttoned = replace(HELLO, buttons=BUTTONS)
    sent = await town.desk.messenger.send(a_chat(), buttoned)
    assert town.chat.messages()[-1].reply_markup == KEYBOARD
    assert await town.desk.messenger.edit(a_chat(), sent, buttoned) is EditResult.UNCHANGED
    assert await town.desk.messenger.edit(a_chat(), sent, HELLO) is EditResult.EDITED
    assert not town.chat.messages()[-1].reply_markup


async def test_a_guest_shows_a_placeholder_and_then_its_answer(town: Town) -> None:
    guest = town.api.guest(town.chat.bot, town.chat.user, "Elsewhere", "@cat_bot how are you?")
    chat = a_chat(guest.view.id, 0, ChatType.GUEST)
    inline_id = await town.desk.messenger.answer_guest(chat, guest.id, Content("…"))
    assert inline_id == guest.inline_message_id
    edit = town.desk.messenger.edit_inline
    assert await edit(chat, inline_id, HELLO) is EditResult.EDITED
    assert await edit(chat, inline_id, HELLO) is EditResult.UNCHANGED
    assert await edit(chat, "nobody's", HELLO) is EditResult.NOT_OURS
    assert guest.history == ["…", "hello"]


async def test_an_inline_answer_is_offered_once_and_a_second_one_does_no_harm(town: Town) -> None:
    asked = await town.chat.inline("cats")
    for _ in range(2):
        await town.desk.messenger.answer_inline(1, asked.id, HELLO, title="Cats", seconds=60)
    answer = await asked.wait()
    [result] = answer.results
    assert (result.title, result.text) == ("Cats", "hello")
    assert (answer.cache_time, answer.is_personal) == (60, True)
    nothing = await town.chat.inline("dogs")
    await town.desk.messenger.answer_inline(1, nothing.id, None, title="", seconds=1)
    assert (await nothing.wait()).results == ()


async def test_a_menu_is_kept_for_its_scope_and_language_until_it_is_deleted(town: Town) -> None:
    scope = "all_private_chats"
    menus = town.chat.bot.commands
    await town.desk.messenger.set_menu(1, scope, "ru", [("help", "Что я умею")])
    [((found, language), commands)] = menus.items()
    assert scope in found
    assert language == "ru"
    assert commands == [{"command": "help", "description": "Что я умею"}]
    await town.desk.messenger.set_menu(1, scope, "ru", ())
    assert not menus


async def test_a_pressed_button_shows_its_words(town: Town) -> None:
    sent = await town.desk.messenger.send(a_chat(), replace(HELLO, buttons=BUTTONS))
    query_id = await town.chat.press(sent, "/help")
    await town.desk.messenger.answer_callback(1, query_id, "Готово")
    assert town.chat.toasts == [("Готово", False)]


async def test_a_group_is_left_for_good(town: Town) -> None:
    group = town.api.group("cats", [town.chat.bot], [town.chat.user])
    there = a_chat(group.id, 0, ChatType.GROUP)
    await town.desk.messenger.leave(there)
    with pytest.raises(ChatGone):
        await town.desk.messenger.send(there, HELLO)
    await town.desk.messenger.leave(there)


async def test_what_a_person_sent_is_what_the_bot_reads(town: Town) -> None:
    data = bytes(range(256)) * 4_000
    await town.chat.document(data, "notes.bin", "application/octet-stream")
    await town.chat.document(b"x", "huge.bin", claimed_size=LIMIT + 1)
    small, huge = (m["document"]["file_id"] for m in await town.received() if "document" in m)
    pool = BotPool(Session(api_base=town.url))
    pool.put(a_bot())
    files = TelegramFiles(pool=pool)

    async def fetch(file_id: str, limit: int = LIMIT) -> bytes:
        return await files.fetch(1, Attachment(AttachmentKind.DOCUMENT, file_id), limit=limit)

    assert await fetch(small, len(data)) == data
    for file_id, limit, problem in (
        (small, len(data) - 1, FileProblem.TOO_BIG),
        (huge, 2 * LIMIT, FileProblem.TOO_BIG),
        ("AgACnobody", LIMIT, FileProblem.GONE),
    ):
        with pytest.raises(FileUnusable) as caught:
            await fetch(file_id, limit)
        assert caught.value.problem is problem
    await pool.close()
