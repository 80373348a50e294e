"""What /admin asks of the database about bots, on both engines."""

from dataclasses import replace
from typing import Any

import pytest

from kotodom.clock import SECOND
from kotodom.config.bots import WrongField, field_value
from kotodom.db import Database, SqlStore
from kotodom.model import BotSource, BotSpec, ChatRef, Groups, Incoming, Kind, Person, Rich
from kotodom.ports.admin import AuditEntry
from kotodom.ports.admin.bots import Came, Draft, NewBot
from tests.support.rows import add_bot

NOW = 1_700_000_000 * SECOND
NEW = NewBot(70001, "Dog", "dog_bot", "sealed:x", None)


def entry(origin: str, field: str = "token", **fields: Any) -> AuditEntry:
    return replace(
        AuditEntry(900, "Boss", "bots add", "bot:1", field, None, "***", origin), **fields
    )


def said(bot: int, number: int, user: int, *, language: str = "") -> Incoming:
    person = Person(user, "", "Ann", language)
    return Incoming(number, "{}", Kind.QUESTION, ChatRef(user), person, f"hi {number}", number)


async def test_a_bot_is_added_and_is_there_after_a_restart(store: SqlStore) -> None:
    bot, came = await store.add_bot(NEW, entry("job:1"), NOW)
    assert (came, bot.source, bot.token, bot.enabled) == (
        Came.NEW,
        BotSource.ADMIN,
        "sealed:x",
        True,
    )
    assert await store.sync_bots([]) == [bot]
    assert bot.configured == frozenset()


async def test_the_same_command_adds_it_once(store: SqlStore) -> None:
    first, _ = await store.add_bot(NEW, entry("job:1"), NOW)
    again, came = await store.add_bot(NEW, entry("job:1"), NOW)
    assert (again, came) == (first, Came.SAME)
    assert len(await store.bot_versions(first.id, "token", skip=0, limit=9)) == 1


async def test_a_new_token_keeps_the_settings_and_clears_the_error(store: SqlStore) -> None:
    bot, _ = await store.add_bot(NEW, entry("job:1"), NOW)
    await store.set_bot_error(bot.id, "token_revoked: x")
    await store.change_bot(bot.id, "prompt", "woof", entry("job:2", "prompt"), NOW)
    other = replace(NEW, token="sealed:y", name="Rex", owner_id=None)
    bot, came = await store.add_bot(other, entry("job:3"), NOW)
    assert (came, bot.token, bot.prompt, bot.name) == (Came.RENEWED, "sealed:y", "woof", "Dog")
    assert bot.error == ""


async def test_a_bot_that_left_the_file_or_was_deleted_comes_back(store: SqlStore) -> None:
    await store.sync_bots([BotSpec(70001, "70001:x", "dog", prompt="woof")])
    (gone,) = await store.sync_bots([])
    assert (gone.source, gone.enabled, gone.token) == (BotSource.REMOVED, False, "")
    bot, came = await store.add_bot(NEW, entry("job:1"), NOW)
    assert (came, bot.source, bot.enabled, bot.prompt) == (
        Came.BACK,
        BotSource.ADMIN,
        True,
        "woof",
    )
    await store.delete_bot(bot.id, False, entry("job:2", "source", object=f"bot:{bot.id}"), NOW)
    (gone,) = await store.sync_bots([])
    assert gone.deleted and gone.token == ""
    bot, came = await store.add_bot(NEW, entry("job:3"), NOW)
    assert (came, bot.deleted, bot.enabled) == (Came.BACK, False, True)


async def test_the_file_takes_over_a_bot_and_its_token_is_not_kept(store: SqlStore) -> None:
    await store.add_bot(NEW, entry("job:1"), NOW)
    spec = BotSpec(70001, "70001:x", "dog", rich=Rich.AUTO)
    (bot,) = await store.sync_bots([spec])
    assert (bot.source, bot.token) == (BotSource.CONFIG, "70001:x")
    assert bot.configured == {"name", "token", "rich"}
    known = await store.known_bot(70001)
    assert known is not None and known.token == ""


async def test_nobody_pays_for_the_bot_of_somebody_else(
    store: SqlStore, database: Database
) -> None:
    """A bot's own provider key goes to a clone, or comes back, with the same owner alone."""
    await database.write(
        lambda c: c.execute(
            "INSERT INTO account (id, telegram_user_id, role, status, created_at)"
            " VALUES (1, 501, 'USER', 'ACTIVE', 1)"
        )
    )
    cat, _ = await store.add_bot(replace(NEW, owner_id=1), entry("job:1"), NOW)
    await store.change_bot(cat.id, "api_key", "sealed:k", entry("job:2", "api_key"), NOW)
    like = replace(NEW, like=cat.id)
    mine, _ = await store.add_bot(replace(like, telegram_id=70002, owner_id=1), entry("job:3"), NOW)
    theirs, _ = await store.add_bot(replace(like, telegram_id=70003), entry("job:4"), NOW)
    assert (mine.owner_id, mine.api_key) == (1, "sealed:k")
    assert (theirs.owner_id, theirs.api_key) == (None, "")
    await store.sync_bots([BotSpec(70004, "70004:x", "elk")])
    (elk,) = [bot for bot in await store.sync_bots([]) if bot.telegram_id == 70004]
    await store.change_bot(elk.id, "api_key", "sealed:e", entry("job:5", "api_key"), NOW)
    taken, came = await store.add_bot(
        replace(NEW, telegram_id=70004, owner_id=1), entry("job:6"), NOW
    )
    assert (came, taken.owner_id, taken.api_key) == (Came.BACK, 1, "")


async def test_a_clone_has_the_settings_but_nothing_else(store: SqlStore) -> None:
    cat = await add_bot(store)
    await store.change_bot(cat, "texts", {"stopped": "Meow"}, entry("job:1", "texts"), NOW)
    await store.change_bot(cat, "inbox_id", -100, entry("job:2", "inbox_id"), NOW)
    await store.change_bot(cat, "enabled", False, entry("job:3", "enabled"), NOW)
    bot, _ = await store.add_bot(replace(NEW, like=cat), entry("job:4"), NOW)
    assert (bot.texts, bot.inbox_id, bot.enabled) == ({"stopped": "Meow"}, 0, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Rex"),
        ("models", ("a", "b")),
        ("groups", Groups.OFF),
        ("link_previews", True),
        ("keep_days", 7),
        ("keep_days", None),
    ],
)
async def test_every_kind_of_field_is_changed(store: SqlStore, field: str, value: object) -> None:
    bot, _ = await store.add_bot(NEW, entry("job:1"), NOW)
    number, changed = await store.change_bot(bot.id, field, value, entry("job:2", field), NOW)
    assert number > 0
    assert getattr(changed, field) == value
    assert await store.sync_bots([]) == [changed]


async def test_a_draft_is_kept_until_it_is_saved(store: SqlStore) -> None:
    bot = await add_bot(store)
    await store.put_bot_draft(bot, 900, "prompt", Draft("", "one", "job:1"), NOW)
    await store.put_bot_draft(bot, 900, "prompt", Draft("", "two", "job:2"), NOW)
    assert await store.bot_draft(bot, 901, "prompt") is None
    assert await store.bot_draft(bot, 900, "prompt") == Draft("", "two", "job:2")
    told = entry("job:3", "prompt", before="", after="two")
    await store.change_bot(bot, "prompt", "two", told, NOW)
    assert await store.bot_draft(bot, 900, "prompt") is None
    (version,) = await store.bot_versions(bot, "prompt", skip=0, limit=2)
    assert (version.before, version.after, version.user_name) == ("", "two", "Boss")
    assert await store.bot_version(bot, "prompt", version.id) == version
    assert await store.bot_version(bot, "model", version.id) is None


async def test_figures_count_what_waits_and_what_today_has_brought(store: SqlStore) -> None:
    bot = await add_bot(store)
    await store.record_batch(bot, [said(bot, n, 500 + n) for n in (1, 2)], [], NOW)
    figures = await store.bot_figures([bot, 99], NOW)
    assert (figures[bot].waiting, figures[bot].questions, figures[99].waiting) == (2, 0, 0)


async def test_erasing_leaves_other_bots_and_the_ledger_alone(
    store: SqlStore, database: Database
) -> None:
    cat = await add_bot(store)
    dog, _ = await store.add_bot(NEW, entry("job:1", object="bot:2"), NOW)
    for bot in (cat, dog.id):
        await store.record_batch(bot, [said(bot, n, 500 + n) for n in range(1, 6)], [], NOW)
    await store.delete_bot(dog.id, True, entry("job:2", "source", object=f"bot:{dog.id}"), NOW)
    rounds = 0
    while await store.erase_bots(2):
        rounds += 1
    assert rounds > 5
    left = await database.read(
        lambda c: c.fetch("SELECT bot_id, COUNT(*) FROM message_processing GROUP BY bot_id")
    )
    assert [tuple(row) for row in left] == [(cat, 5)]
    rest = await database.read(lambda c: c.fetch("SELECT bot_id FROM chat"))
    assert {row[0] for row in rest} == {cat}
    known = await store.known_bot(70001)
    assert known is not None and known.source is BotSource.DELETED
    # It comes back, and the same people write to it.
    await store.add_bot(NEW, entry("job:3"), NOW)
    recorded = await store.record_batch(dog.id, [said(dog.id, 9, 501)], [], NOW)
    assert len(recorded.lanes) == 1


async def test_history_is_read_in_pages(store: SqlStore) -> None:
    bot = await add_bot(store)
    await store.record_batch(bot, [said(bot, n, 501) for n in range(1, 4)], [], NOW)
    first = await store.said_by_bot(bot, after=0, limit=2)
    rest = await store.said_by_bot(bot, after=first[-1].id, limit=2)
    assert [one.text for one in (*first, *rest)] == ["hi 1", "hi 2", "hi 3"]
    assert (first[0].telegram_chat_id, first[0].user_id, first[0].user_name) == (501, 501, "Ann")


async def test_menus_are_for_private_chats_of_whom_is_asked_for(store: SqlStore) -> None:
    bot = await add_bot(store)
    batch = [said(bot, 1, 501, language="ru"), said(bot, 2, 502)]
    lanes = (await store.record_batch(bot, batch, [], NOW)).lanes
    (found,) = await store.menu_chats(bot, [501], only=True)
    assert (found.chat.telegram_chat_id, found.menu, found.language) == (501, "", "ru")
    other = next(lane.chat_id for lane in lanes if lane.chat_id != found.chat.id)
    await store.set_chat_menu(other, "f")
    assert len(await store.menu_chats(bot, [501], only=False)) == 2
    assert len(await store.menu_chats(bot, [], only=False)) == 1
    assert await store.menu_chats(bot, [], only=True) == []


async def test_a_bots_language_is_for_people_who_chose_none(store: SqlStore) -> None:
    bot = await add_bot(store)
    await store.change_bot(bot, "language", "ru", entry("job:1", "language"), NOW)
    await store.set_language(501, "en")
    batch = [said(bot, 1, 501, language="de"), said(bot, 2, 502, language="de")]
    lanes = (await store.record_batch(bot, batch, [], NOW)).lanes
    await store.set_language(501, "en")
    jobs = [await store.claim(lane, NOW + 60_000) for lane in lanes]
    assert sorted(job.language for job in jobs if job) == ["en", "ru"]


def test_a_field_is_what_the_file_would_take_it_for() -> None:
    assert field_value("group_ids", [-5], {}) == (-5,)
    with pytest.raises(WrongField, match="whole number"):
        field_value("keep_days", "long", {})
