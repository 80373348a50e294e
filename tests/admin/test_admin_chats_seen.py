"""Conversations in /admin: lists, search, what was said, files of it, what is chosen for them."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from kotodom.errors import ChatGone, RequestRefused
from kotodom.model import AccountRole, Chat, ContentKind
from tests.admin.chats_kit import ANN_CHAT, Office, labels
from tests.support.talking import Room, room
from tests.support.updates import BOB, GROUP, document

BOBS = {"chat": {"id": 502, "type": "private", "first_name": "Bob"}, "from": BOB}
CALL = {"entities": [{"type": "mention", "offset": 0, "length": 8}], "chat": GROUP}


@pytest.fixture
async def talk(database_url: str) -> AsyncIterator[Room]:
    async with room(database_url, models=("m", "big")) as talk:
        await talk.say("hello")
        await talk.settle()
        yield talk


@pytest.fixture
def boss(talk: Room) -> Office:
    return Office(talk)


async def test_the_newest_activity_comes_first(talk: Room, boss: Office) -> None:
    await talk.clock.advance(3_600)
    await talk.say("Привет", **BOBS)
    await talk.settle()
    lines = (await boss.types("chats")).splitlines()
    assert lines[0] == "Chats"
    assert [line for line in lines if " · cat · " in line and "Boss" not in line] == [
        "Bob · cat · just now",
        "Ann @ann · cat · 60 min",
    ]
    assert "   answer to Привет" in lines
    assert labels(boss.contents[-1])["Ann @ann"] == f"/admin chat {ANN_CHAT}"


async def test_more_than_a_page_is_turned(talk: Room, boss: Office) -> None:
    for number in range(600, 612):
        person = {"id": number, "is_bot": False, "first_name": f"P{number}"}
        where = {"id": number, "type": "private", "first_name": f"P{number}"}
        await talk.say("hi", chat=where, **{"from": person})
        await talk.clock.advance(1)
    await talk.settle()
    first = await boss.types("chats")
    assert "P611" in first
    assert "Ann" not in first
    assert "2 ▶" in labels(boss.contents[-1])
    second = await boss.presses("2 ▶")
    assert "Ann" in second
    assert "P611" not in second


async def test_people_who_see_only_their_bots_see_only_their_chats(talk: Room) -> None:
    talk.accounts._configured |= {905}
    owner = Office(talk, 905, "Owner")
    await owner.types("")
    talk.accounts._configured = frozenset({900})
    account = replace(talk.accounts.all()[0], user_id=905, id=9, role=AccountRole.USER)
    talk.accounts.put(replace(account, configured=False))
    assert "Nobody has written yet." in await owner.types("chats")
    assert "There is no" in await owner.types(f"chat {ANN_CHAT}")
    assert "There is no" in await owner.types(f"chat {ANN_CHAT} say hi")
    assert "Nothing was found." in await owner.types("chats find hello")
    assert talk.shown() == ["answer to hello"]


@pytest.mark.parametrize(
    ("wanted", "heading"),
    [
        ("ann", "By name:"),
        ("@ANN", "By name:"),
        ("501", "By name:"),
        ("answer TO", "By what was said:"),
        ("HELLO", "By what was said:"),
    ],
)
async def test_a_conversation_is_found_by_name_handle_id_and_words(
    talk: Room, boss: Office, wanted: str, heading: str
) -> None:
    said = await boss.types(f"chats find {wanted}")
    assert said.splitlines()[0] == f"🔎 {wanted}"
    assert heading in said
    assert labels(boss.contents[-1])["Ann @ann"] == f"/admin chat {ANN_CHAT}"


async def test_the_case_of_no_alphabet_matters(talk: Room, boss: Office) -> None:
    await talk.say("Где мой ЗАКАЗ?", **BOBS)
    await talk.settle()
    assert "Bob" in await boss.types("chats find мой заказ")


async def test_the_next_message_may_say_what_is_looked_for(talk: Room, boss: Office) -> None:
    await boss.types("chats")
    await boss.presses("🔎 Find")
    assert "Ann @ann" in await boss.says("hello")


async def test_what_was_said_to_admin_is_found_and_shown_by_nobody(
    talk: Room, boss: Office
) -> None:
    await boss.types("chats find zebra")
    assert "Nothing was found." in await boss.types("chats find zebra")
    own = await talk.store.private_chat(talk.bot.id, boss.user)
    assert own is not None
    assert "Nothing was said here." in await boss.types(f"chat {own.id} history")


async def test_a_search_goes_on_where_it_stopped(
    talk: Room, boss: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NAMES", "TEXTS"):
        monkeypatch.setattr(f"kotodom.db.admin.chats.{name}", 3)
    for number in range(5):
        await talk.say(f"filler {number}", **BOBS)
    await talk.settle()
    said = await boss.types("chats find hello")
    assert "Nothing was found so far." in said
    for _ in range(10):
        if "answer to hello" in said:
            break
        said = await boss.presses("Search further back")
    assert "answer to hello" in said


async def test_a_search_is_nobody_elses(talk: Room, boss: Office) -> None:
    await boss.types("chats find hello")
    await talk.say("mine")
    await talk.settle()
    assert "That search is over" in await boss.types("chats further 1 5 5")


async def test_the_card_tells_all_about_it(talk: Room, boss: Office) -> None:
    said = await boss.types(f"chat {ANN_CHAT}")
    assert said.splitlines() == [
        "Ann",
        "",
        "🤖 cat, private chat",
        "👤 Ann (@ann), id 501",
        "🕑 Last message: just now",
        "💬 Messages: 2",
        "💰 Cost so far: $0.0000",
        "🧠 Model: m",
    ]
    assert list(labels(boss.contents[-1]).values()) == [
        f"/admin chat {ANN_CHAT} {deed}"
        for deed in ("history", "say", "take", "take 240", "model", "forget", "export")
    ] + [
        "/admin bot 1 person 501",
        f"/admin chat {ANN_CHAT} limits",
        "/admin chats",
        f"/admin chat {ANN_CHAT}",
    ]


async def test_the_history_tells_of_each_message_what_became_of_it(
    talk: Room, boss: Office
) -> None:
    talk.files.files["doc"] = b"a plan"
    talk.provider.plays.append([RequestRefused("too spicy")])
    await talk.say(caption="read this", **document(name="plan.txt"))
    await talk.settle()
    said = await boss.types(f"chat {ANN_CHAT} history")
    assert "Ann (@ann)\nhello" in said
    assert "🤖 cat\nanswer to hello\n   m · 15 tokens · $0.0000" in said
    assert "read this\n📎 file plan.txt\n   ❌ not answered: " in said
    assert "/admin message 2" in labels(boss.contents[-1]).values()


async def test_the_history_tells_what_of_an_admin_did_not_arrive(
    talk: Room, boss: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = talk.telegram.send

    async def gone(chat: Chat, *args: Any, **how: Any) -> int:
        if chat.id == ANN_CHAT:
            raise ChatGone("bot was blocked by the user")
        return await send(chat, *args, **how)

    monkeypatch.setattr(talk.telegram, "send", gone)
    await boss.types(f"chat {ANN_CHAT} say are you there?")
    shown = await boss.types(f"chat {ANN_CHAT} history")
    assert "are you there?\n   ❌ not delivered: chat_gone: bot was blocked by the user" in shown


async def test_a_long_history_is_turned_page_by_page(talk: Room, boss: Office) -> None:
    for number in range(10):
        await talk.say(f"q{number}.")
        await talk.settle()
    first = await boss.types(f"chat {ANN_CHAT} history")
    assert "answer to q9." in first
    assert first.index("q8.") < first.index("q9.")
    assert "q5." not in first
    assert "q5." in await boss.presses("2 ▶")


@pytest.mark.parametrize("form", ["text", "json"])
async def test_everything_that_was_said_comes_as_a_file(
    talk: Room, boss: Office, form: str
) -> None:
    await boss.types(f"chat {ANN_CHAT} export {form}")
    screen, file = boss.contents[-2:]
    assert "2 messages" in screen.text
    assert file.kind is ContentKind.DOCUMENT
    assert "answer to hello" in file.payload
    if form == "json":
        first, second = json.loads(file.payload)
        assert (first["text"], first["from_id"], first["status"]) == ("hello", 501, "COMPLETED")
        assert (second["role"], second["model"], second["tokens"]) == ("assistant", "m", 15)


async def test_a_large_export_comes_in_several_files_and_goes_on(
    talk: Room, boss: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kotodom.admin.chats_export.FILE_BYTES", 60)
    monkeypatch.setattr("kotodom.admin.chats_export.FILES", 2)
    await talk.say("more")
    await talk.settle()
    await boss.types(f"chat {ANN_CHAT} export text")
    files = [content.name for content in boss.contents if content.kind is ContentKind.DOCUMENT]
    assert files == ["chat-1.txt", "chat-1-2.txt"]
    await boss.presses("📤 The next part")
    payload = "".join(content.payload for content in boss.contents)
    for words in ("hello", "answer to hello", "more", "answer to more"):
        assert words in payload


async def test_forgetting_asks_and_then_the_model_begins_anew(talk: Room, boss: Office) -> None:
    await boss.types(f"chat {ANN_CHAT} forget")
    assert "begins anew" in await boss.presses("🧹 Yes, forget")
    await talk.say("and now?")
    await talk.settle()
    assert talk.provider.questions[-1].turns == ()


async def test_a_model_of_the_bots_is_chosen(talk: Room, boss: Office) -> None:
    await boss.types(f"chat {ANN_CHAT} model")
    assert "🧠 Model: big" in await boss.presses("big")
    await talk.say("and now?")
    await talk.settle()
    assert talk.provider.questions[-1].model == "big"
    assert "does not offer huge" in await boss.types(f"chat {ANN_CHAT} model huge")


async def test_what_is_done_to_a_conversation_is_audited(talk: Room, boss: Office) -> None:
    await boss.types(f"chat {ANN_CHAT} say hi there")
    await boss.types(f"chat {ANN_CHAT} take")
    await boss.types(f"chat {ANN_CHAT} give")
    await boss.types(f"chat {ANN_CHAT} model big")
    await boss.types(f"chat {ANN_CHAT} forget yes")
    rows = await talk.store._database.read(
        lambda c: c.fetch('SELECT user_id, field, "before", "after" FROM audit ORDER BY id')
    )
    assert [tuple(row) for row in rows] == [
        (900, "say", None, "8 characters"),
        (900, "take", None, "30 min"),
        (900, "give", None, "answer"),
        (900, "model", "", "big"),
        (900, "history_from", None, None),
    ]


async def test_in_a_group_it_is_told_where_something_was_said(talk: Room, boss: Office) -> None:
    await talk.say("@cat_bot why?", **CALL)
    await talk.settle()
    (group,) = [
        entry
        for entry in await talk.store.list_chats([talk.bot.id], offset=0, limit=9)
        if entry.telegram_chat_id == GROUP["id"]
    ]
    assert "👥 id -9" in await boss.types(f"chat {group.id}")
    await boss.types(f"chat {group.id} take")
    await talk.say("@cat_bot and?", **CALL)
    await talk.settle()
    assert boss.texts[-1] == "💬 Ann (@ann) in “Cats” → cat\n@cat_bot and?"
