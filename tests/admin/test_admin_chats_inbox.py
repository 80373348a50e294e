"""The inbox: a forum group in which each conversation has a topic, mirrored both ways."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from kotodom.asking import BY_ADMIN
from kotodom.effects import AdminAlert
from kotodom.errors import ChatGone
from kotodom.inbox import TRIM
from kotodom.model import AccessMode, ChatRef, ChatType, ContentKind, Groups, Membership
from tests.admin.chats_kit import CHIEF, Office, labels
from tests.support.talking import Room, room
from tests.support.updates import BOB, photo

FORUM: dict[str, Any] = {"id": -77, "type": "supergroup", "title": "Helpdesk", "is_forum": True}
ANN_TOPIC = 5_000
BOBS = {"chat": {"id": 502, "type": "private", "first_name": "Bob"}, "from": BOB}


@pytest.fixture
async def talk(database_url: str) -> AsyncIterator[Room]:
    async with room(database_url) as talk:
        group = ChatRef(-77, 0, ChatType.SUPERGROUP, "Helpdesk")
        joined = Membership(group, "administrator", True, None)
        await talk.store.set_membership(talk.bot.id, joined, talk.clock.now())
        boss = Office(talk)
        said = await boss.types("bot cat inbox")
        assert "No inbox is set" in said
        await boss.presses("Helpdesk")
        yield talk


async def said(talk: Room, text: str | None, **fields: Any) -> None:
    """Ann says that, and everything that comes of it is shown."""
    await talk.say(text, **fields)
    await shown(talk)


async def shown(talk: Room) -> None:
    await talk.settle()
    await talk.inbox.show()
    await talk.settle()


async def writes(talk: Room, text: str | None, topic: int = ANN_TOPIC, **fields: Any) -> None:
    """The boss writes in a topic."""
    where = {"chat": FORUM, "message_thread_id": topic, "is_topic_message": True}
    await talk.say(text, **{"from": CHIEF, **where, **fields})
    await shown(talk)


def topics(talk: Room) -> dict[int, list[str]]:
    return talk.telegram.texts_by_topic(-77)


async def test_choosing_a_group_says_so_there(talk: Room) -> None:
    assert topics(talk)[0] == [
        "📥 This group is now the inbox of cat: each conversation gets a topic. What you write in"
        " a topic goes to the person."
    ]
    assert talk.registry.get(talk.bot.id).inbox_id == -77


async def test_each_conversation_gets_a_topic_with_both_sides(talk: Room) -> None:
    await said(talk, "hello")
    await said(talk, "me too", **BOBS)
    assert talk.telegram.topics_made == [(-77, "Ann"), (-77, "Bob")]
    assert topics(talk)[ANN_TOPIC] == [
        "Ann (@ann), id 501. What is written here goes to them.",
        "💬 Ann (@ann)\nhello",
        "🤖 cat\n\nanswer to hello",
    ]
    assert topics(talk)[ANN_TOPIC + 1][1:] == ["💬 Bob\nme too", "🤖 cat\n\nanswer to me too"]


async def test_nothing_is_shown_twice(talk: Room) -> None:
    await said(talk, "hello")
    await shown(talk)
    talk._boot()
    await shown(talk)
    assert len(topics(talk)[ANN_TOPIC]) == 3


async def test_what_an_admin_writes_in_the_topic_goes_to_the_person(talk: Room) -> None:
    await said(talk, "hello")
    await writes(talk, "I am **here**")
    assert talk.shown()[-1] == "I am here"
    assert len(topics(talk)[ANN_TOPIC]) == 3  # it stands there already
    await said(talk, "thanks")
    turns = talk.provider.questions[-1].turns
    assert [(turn.question, turn.answer) for turn in turns][-1] == (BY_ADMIN, "I am **here**")


async def test_what_is_written_from_the_chats_screen_is_shown_in_the_topic(talk: Room) -> None:
    await said(talk, "hello")
    ann = await talk.store.private_chat(talk.bot.id, 501)
    assert ann is not None
    await Office(talk).types(f"chat {ann.id} say from elsewhere")
    await shown(talk)
    assert topics(talk)[ANN_TOPIC][-1] == "👤 cat, written by an admin\n\nfrom elsewhere"


async def test_strangers_in_the_group_say_nothing_to_anybody(talk: Room) -> None:
    await said(talk, "hello")
    await writes(talk, "I am nobody", **{"from": BOB})
    await writes(talk, "@cat_bot hello", **{"from": BOB})
    await writes(talk, "anonymous", sender_chat=FORUM)
    assert talk.shown() == ["answer to hello"]
    assert len(talk.provider.questions) == 1


async def test_take_and_give_in_the_topic(talk: Room) -> None:
    await said(talk, "hello")
    await writes(talk, "/take 60")
    assert topics(talk)[ANN_TOPIC][-1].startswith("✋ You answer here for 60 min")
    await said(talk, "anybody?")
    assert topics(talk)[ANN_TOPIC][-1] == "💬 Ann (@ann)\nanybody?"
    assert talk.shown() == ["answer to hello"]
    await writes(talk, "/give")
    assert talk.shown() == ["answer to hello", "answer to anybody?"]
    assert topics(talk)[ANN_TOPIC][-1] == "🤖 cat\n\nanswer to anybody?"


async def test_an_edit_is_shown_and_so_is_the_new_answer(talk: Room) -> None:
    number = await talk.say("tyop")
    await shown(talk)
    await talk.edit(number, "typo")
    await shown(talk)
    assert topics(talk)[ANN_TOPIC][-2:] == [
        "✏️ Ann (@ann), changed:\ntypo",
        "🤖 cat\n\nanswer to typo",
    ]


async def test_pictures_go_both_ways(talk: Room) -> None:
    talk.files.files["photo"] = b"cat"
    await said(talk, None, **photo())
    copies = [
        content for content in talk.telegram.contents(-77) if content.kind is ContentKind.COPY
    ]
    assert copies[0].payload.startswith("[501, ")
    await writes(talk, None, **photo("mine"))
    passed = talk.telegram.contents(501)[-1]
    assert (passed.kind, passed.payload[:6]) == (ContentKind.COPY, "[-77, ")


async def test_a_topic_that_was_deleted_is_made_anew(talk: Room) -> None:
    await said(talk, "hello")
    talk.telegram.dead_topics.add(ANN_TOPIC)
    await said(talk, "again")
    assert len(talk.telegram.topics_made) == 2
    assert topics(talk)[ANN_TOPIC + 1] == ["💬 Ann (@ann)\nagain", "🤖 cat\n\nanswer to again"]
    await writes(talk, "still there", topic=ANN_TOPIC + 1)
    assert talk.shown()[-1] == "still there"


async def test_a_group_that_cannot_be_used_is_told_once_and_people_are_answered(
    talk: Room,
) -> None:
    talk.telegram.troubles += [ChatGone("bot was kicked from the supergroup chat")]
    talk.effects.clear()
    await said(talk, "hello")
    await said(talk, "again")
    assert talk.shown() == ["answer to hello", "answer to again"]
    alerts = [effect for effect in talk.effects if isinstance(effect, AdminAlert)]
    assert [alert.key for alert in alerts] == [f"inbox:{talk.bot.id}"]
    await talk.clock.advance(400)
    await shown(talk)
    assert len(topics(talk)[ANN_TOPIC]) == 5  # what waited is shown once it can be


async def test_another_group_is_tried_at_once(talk: Room) -> None:
    talk.telegram.troubles.append(ChatGone("bot was kicked"))
    await said(talk, "hello")
    assert talk.telegram.topics_made == []
    await Office(talk).types("bot cat set inbox_id -78")
    await shown(talk)
    assert talk.telegram.topics_made == [(-78, "Ann")]


async def test_the_bot_stays_in_its_inbox_whatever_its_groups_are(talk: Room) -> None:
    talk.registry.put(replace(talk.registry.get(talk.bot.id), groups=Groups.OFF))
    await said(talk, "hello")
    await writes(talk, "hi")
    assert talk.shown()[-1] == "hi"


async def test_the_first_message_of_a_topic_has_the_buttons(talk: Room) -> None:
    await said(talk, "hello")
    first = next(c for c in talk.telegram.contents(-77) if c.text.startswith("Ann"))
    assert list(labels(first).values()) == ["/take", "/give"]


async def test_forgetting_a_person_forgets_what_the_inbox_repeats(talk: Room) -> None:
    await said(talk, "my secret")
    await said(talk, "/forgetme yes")
    rows = await talk.store._database.read(
        lambda c: c.fetch("SELECT text FROM delivery_part WHERE text LIKE '%my secret%'")
    )
    assert list(rows) == []


async def test_who_may_not_talk_to_the_bot_is_shown_once_let_in(talk: Room) -> None:
    bot = replace(talk.registry.get(talk.bot.id), access=AccessMode.ALLOWLIST)
    talk.registry.put(bot)
    await talk.say("let me in")
    await talk.inbox.show()
    assert talk.telegram.topics_made == []
    await talk.store._database.write(
        lambda c: c.execute(
            "INSERT INTO bot_user (bot_id, user_id, access, updated_at)"
            " VALUES ($1, 501, 'ALLOWED', 0)",
            bot.id,
        )
    )
    await talk.inbox.show()
    assert talk.telegram.topics_made == [(-77, "Ann")]


async def test_what_strangers_write_does_not_pile_up(
    talk: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kotodom.inbox.KEPT", 3)
    bot = replace(talk.registry.get(talk.bot.id), access=AccessMode.ALLOWLIST)
    talk.registry.put(bot)
    for number in range(6):
        await talk.say(f"let me in {number}")
    await talk.clock.advance(TRIM)
    await talk.inbox.show()
    chat = (await talk.store.list_chats([bot.id], offset=0, limit=1))[0]
    entries = await talk.store.inbox_entries(chat.id, 9)
    assert [entry.text for entry in entries] == [f"let me in {number}" for number in (3, 4, 5)]


async def test_commands_in_the_topic_are_explained(talk: Room) -> None:
    await said(talk, "hello")
    await writes(talk, "/help")
    assert "/take" in topics(talk)[ANN_TOPIC][-1]
    await writes(talk, "/take soon")
    assert "whole number" in topics(talk)[ANN_TOPIC][-1]
    assert talk.shown() == ["answer to hello"]


async def test_who_blocked_the_bot_cannot_be_written_to(talk: Room) -> None:
    await said(talk, "hello")
    await talk.store.set_blocked(talk.bot.id, 501, talk.clock.now())
    await writes(talk, "are you there?")
    assert "did not reach the person" in topics(talk)[ANN_TOPIC][-1]
    assert talk.shown() == ["answer to hello"]


async def test_the_inbox_is_left_again(talk: Room) -> None:
    boss = Office(talk)
    await boss.types("bot cat inbox")
    assert "No inbox is set" in await boss.presses("No inbox")
    await said(talk, "hello")
    assert talk.telegram.topics_made == []
    assert "is in no such group" in await boss.types("bot cat inbox -123")


async def test_people_are_told_what_admins_wrote_to_them(talk: Room) -> None:
    await said(talk, "hello")
    await writes(talk, "from a human")
    stored = [row async for row in talk.store.stored_about(talk.bot.id, 501)]
    assert [row["said"] for row in stored if row["kind"] == "admin"] == ["from a human"]
