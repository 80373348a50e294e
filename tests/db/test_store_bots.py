"""What the configuration says of a bot's conversations, as the store keeps it."""

from dataclasses import replace

from kotodom.db import Connection, Database, SqlStore
from kotodom.model import BotSpec, Groups, Rich
from tests.support.rows import add_bot


async def test_what_the_file_says_of_a_bots_conversations_is_stored_and_kept(
    store: SqlStore,
) -> None:
    told = BotSpec(
        11,
        "11:x",
        "cat",
        models=("a", "b"),
        texts={"stopped": "(Meow.)", "stopped.ru": "(Мяу \ud83d.)"},
        rich=Rich.AUTO,
        link_previews=True,
        groups=Groups.ALLOWLIST,
        group_ids=(-1, -2),
        name_pattern=r"\bcat\b",
        guest=True,
        inline=True,
    )
    (bot,) = await store.sync_bots([told])
    (kept,) = await store.sync_bots([BotSpec(11, "11:x", "cat")])
    assert replace(bot, configured=kept.configured) == kept
    assert bot.configured >= {"name", "token", "models", "rich", "inline"}
    assert kept.configured == {"name", "token"}
    assert (bot.models, bot.rich, bot.link_previews) == (("a", "b"), Rich.AUTO, True)
    assert bot.texts == {"stopped": "(Meow.)", "stopped.ru": "(Мяу \ufffd.)"}
    assert (bot.groups, bot.group_ids) == (Groups.ALLOWLIST, (-1, -2))
    assert (bot.name_pattern, bot.guest, bot.inline) == (r"\bcat\b", True, True)
    (changed,) = await store.sync_bots(
        [BotSpec(11, "11:x", "cat", models=(), texts={}, guest=False, groups=Groups.OFF)]
    )
    assert (changed.models, changed.texts, changed.guest) == ((), {}, False)
    assert (changed.groups, changed.inline) == (Groups.OFF, True)


async def test_a_new_bots_conversations_are_as_careful_as_can_be(store: SqlStore) -> None:
    (bot,) = await store.sync_bots([BotSpec(11, "11:x", "cat")])
    assert (bot.rich, bot.link_previews, bot.groups) == (Rich.OFF, False, Groups.ON)
    assert (bot.guest, bot.inline, bot.models, bot.texts) == (False, False, (), {})
    assert (bot.start_message, bot.error_message, bot.menu) == ("", "", "")


async def test_the_menu_that_was_set_last_is_remembered(store: SqlStore) -> None:
    bot = await add_bot(store)
    await store.set_menu(bot, "f1")
    (known,) = await store.sync_bots([BotSpec(11, "", "cat")])
    assert known.menu == "f1"


async def test_words_that_nobody_chose_give_way_to_ours_in_every_language(
    store: SqlStore, database: Database
) -> None:
    """New bots were once given English texts."""
    greeting, sorry = (
        "Hello! Ask me anything.",
        "Something went wrong. Please try again later.",
    )
    await add_bot(store)

    async def as_before(connection: Connection) -> None:
        await connection.execute(
            "UPDATE bot SET start_message = $1, error_message = $2", greeting, sorry
        )

    await database.write(as_before)
    (bot,) = await store.sync_bots([BotSpec(11, "", "cat", error_message=sorry)])
    assert (bot.start_message, bot.error_message) == ("", sorry)
    await database.write(as_before)
    (bot,) = await store.sync_bots([BotSpec(11, "", "cat")])
    assert (bot.start_message, bot.error_message) == ("", "")
    (bot,) = await store.sync_bots([BotSpec(11, "", "cat", start_message="Meow")])
    assert bot.start_message == "Meow"
