"""Conversations, alerts, bots and health in the store."""

import dataclasses

import pytest

from kotodom.db import Database, SqlStore
from kotodom.errors import DatabaseUnusable
from kotodom.model import (
    Answer,
    BotSpec,
    ChatRef,
    Content,
    Incoming,
    Job,
    Kind,
    Lane,
    Person,
    Role,
    Status,
    Turn,
    Usage,
)
from tests.support.rows import NOW, SUPERGROUP, add_bot, claimed, incoming, put


async def answer(store: SqlStore, lane: Lane, text: str | None, role: Role = Role.ASSISTANT) -> Job:
    job = await claimed(store, lane)
    reply = text and Answer(text, "m", Usage(input=5, output=7), 1, role)
    await store.save_answer(
        job, reply or None, [Content("shown")], outcome=Status.COMPLETED, now=NOW
    )
    await store.mark_sent(job, 0, 10_000 + job.id, now=NOW)
    return job


async def test_history_is_the_answered_questions_of_this_chat_newest_first(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, *(incoming(n) for n in range(1, 6)))
    other = await put(store, bot, incoming(6, "elsewhere", chat=SUPERGROUP))
    command = await put(store, bot, incoming(7, "/start", kind=Kind.COMMAND))
    await answer(store, other, "not here")
    await answer(store, command, "hello")
    await answer(store, lane, "first")
    await answer(store, lane, None)
    await answer(store, lane, "a notice", Role.NOTICE)
    await answer(store, lane, "fourth")
    job = await claimed(store, lane)
    assert await store.history(job, 10) == [
        Turn("question 4", "fourth", 5, 7),
        Turn("question 1", "first", 5, 7),
    ]
    assert [turn.answer for turn in await store.history(job, 1)] == ["fourth"]


async def test_forgetting_hides_what_came_before_even_if_it_is_answered_later(
    store: SqlStore,
) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(1), incoming(2))
    refresh = await put(store, bot, incoming(3, "/refresh", kind=Kind.COMMAND))
    await put(store, bot, incoming(4), incoming(5))
    await answer(store, lane, "old")
    await store.forget(await claimed(store, refresh))
    await answer(store, lane, "asked before, answered after")
    await answer(store, lane, "new")
    job = await claimed(store, lane)
    assert [turn.answer for turn in await store.history(job, 10)] == ["new"]


async def test_history_sees_a_refresh_that_came_after_the_claim(store: SqlStore) -> None:
    bot = await add_bot(store)
    lane = await put(store, bot, incoming(1), incoming(2))
    await answer(store, lane, "old")
    job = await claimed(store, lane)
    refresh = await put(store, bot, incoming(3, "/refresh", kind=Kind.COMMAND))
    await store.forget(await claimed(store, refresh))
    assert await store.history(job, 10) == []


async def test_a_penalty_holds_for_every_topic_until_its_time(store: SqlStore) -> None:
    bot = await add_bot(store)
    await put(store, bot, incoming(1))
    await put(store, bot, incoming(2, chat=ChatRef(501, 9, name="Ann Lee")))
    await put(store, bot, incoming(3, chat=SUPERGROUP))
    await store.set_penalty(bot, 501, NOW + 10)
    assert await store.penalties(NOW + 9) == [(bot, 501, NOW + 10)]
    assert await store.penalties(NOW + 10) == []
    lane = Lane(bot, 2, Kind.QUESTION)
    assert (await claimed(store, lane)).chat.not_before == NOW + 10


async def test_alerts_are_told_once_a_window_with_what_was_suppressed(store: SqlStore) -> None:
    assert await store.admit_alert("quota", NOW, 100) == 0
    assert await store.admit_alert("quota", NOW + 50, 100) is None
    assert await store.admit_alert("quota", NOW + 99, 100) is None
    assert await store.admit_alert("other", NOW + 99, 100) == 0
    assert await store.admit_alert("quota", NOW + 100, 100) == 2
    assert await store.admit_alert("quota", NOW + 150, 100) is None
    assert await store.admit_alert("quota", NOW + 500, 100) == 1


async def test_a_clock_set_back_does_not_silence_alerts(store: SqlStore) -> None:
    await store.admit_alert("quota", NOW + 3_600_000, 100)
    assert await store.admit_alert("quota", NOW, 100) == 0


async def test_a_long_alert_key_is_accepted(store: SqlStore) -> None:
    assert await store.admit_alert("k" * 1000, NOW, 100) == 0
    assert await store.admit_alert("k" * 1000, NOW, 100) is None


async def test_admin_chats_are_private_open_and_of_enabled_bots(store: SqlStore) -> None:
    specs = [BotSpec(11, "", "a"), BotSpec(12, "", "b"), BotSpec(13, "", "off", enabled=False)]
    bots = [bot.id for bot in await store.sync_bots(specs)]
    bob = Person(502, "bob", "Bob", "en")
    for bot in bots:
        await put(store, bot, incoming(1))
        await put(store, bot, incoming(2, chat=ChatRef(502, name="Bob"), sender=bob))
        await put(store, bot, incoming(3, chat=ChatRef(501, 4, name="Ann Lee")))
        await put(store, bot, incoming(4, chat=SUPERGROUP))
    await store.set_blocked(bots[0], 502, NOW)
    chats = await store.admin_chats([502, 501, SUPERGROUP.telegram_chat_id, 999])
    assert [(chat.bot_id, chat.telegram_chat_id, chat.thread_id) for chat in chats] == [
        (bots[0], 501, 0),
        (bots[1], 501, 0),
        (bots[1], 502, 0),
    ]
    assert await store.admin_chats([]) == []
    await store.set_blocked(bots[0], 502, None)
    assert len(await store.admin_chats([502])) == 2


async def test_a_new_bot_gets_defaults_where_the_file_says_nothing(store: SqlStore) -> None:
    (bot,) = await store.sync_bots([BotSpec(11, "11:secret", "cat")])
    assert (bot.telegram_id, bot.name, bot.token, bot.enabled) == (11, "cat", "11:secret", True)
    assert (bot.start_message, bot.error_message) == ("", "")
    assert (bot.model, bot.prompt, bot.help_message, bot.error) == ("", "", "", "")


async def test_fields_that_the_file_names_win_and_others_stay(store: SqlStore) -> None:
    await store.sync_bots([BotSpec(11, "11:old", "cat", prompt="purr", start_message="meow")])
    (bot,) = await store.sync_bots([BotSpec(11, "11:new", "tom", prompt="hiss", help_message="")])
    assert (bot.name, bot.token, bot.prompt, bot.start_message) == (
        "tom",
        "11:new",
        "hiss",
        "meow",
    )


async def test_a_bot_that_leaves_the_file_is_disabled_and_comes_back(store: SqlStore) -> None:
    cat, dog = BotSpec(11, "11:a", "cat"), BotSpec(12, "12:b", "dog")
    first = await store.sync_bots([cat, dog])
    left = await store.sync_bots([dog])
    assert [(bot.enabled, bot.token) for bot in left] == [(False, ""), (True, "12:b")]
    back = await store.sync_bots([cat, dog])
    assert [(bot.id, bot.enabled) for bot in back] == [(first[0].id, True), (first[1].id, True)]


async def test_a_bot_that_comes_back_switched_off_stays_off(store: SqlStore) -> None:
    cat = BotSpec(11, "11:a", "cat")
    await store.sync_bots([cat])
    await store.sync_bots([])
    (bot,) = await store.sync_bots([dataclasses.replace(cat, enabled=False)])
    assert not bot.enabled
    (bot,) = await store.sync_bots([cat])
    assert not bot.enabled, "what the file does not name belongs to the database"


async def test_a_bot_of_an_admin_is_not_touched_by_the_file(
    store: SqlStore, database: Database
) -> None:
    await database.write(
        lambda c: c.execute(
            "INSERT INTO bot (telegram_id, name, source) VALUES (77, 'theirs', 'admin')"
        )
    )
    (bot,) = await store.sync_bots([])
    assert (bot.name, bot.enabled) == ("theirs", True)


async def test_tokens_are_not_stored(store: SqlStore, database: Database) -> None:
    await store.sync_bots([BotSpec(11, "11:secret", "cat")])
    rows = await database.read(lambda c: c.fetch("SELECT * FROM bot"))
    assert "secret" not in repr([tuple(row) for row in rows])


async def test_username_and_error_of_a_bot_are_remembered(store: SqlStore) -> None:
    bot = await add_bot(store)
    await store.set_username(bot, "cat_bot")
    await store.set_bot_error(bot, "the token was revoked")
    (known,) = await store.sync_bots([BotSpec(11, "", "cat")])
    assert (known.username, known.error) == ("cat_bot", "the token was revoked")
    await store.set_bot_error(bot, "")
    (known,) = await store.sync_bots([BotSpec(11, "", "cat")])
    assert known.error == ""


async def test_ping_answers_while_the_database_does(store: SqlStore, database: Database) -> None:
    await store.ping()
    await database.close()
    with pytest.raises(DatabaseUnusable, match="closed"):
        await store.ping()


async def test_a_message_nobody_signed_reaches_the_history_of_nobody(store: SqlStore) -> None:
    bot = await add_bot(store)
    broken = Incoming(1, "{", Kind.QUESTION, None, None, "", 0, poison="no chat")
    await store.record_batch(bot, [broken], [], NOW)
    job = await claimed(store, await put(store, bot, incoming(2)))
    assert await store.history(job, 10) == []
