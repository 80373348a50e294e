"""What the original Kotodom GPT's database is refused for, and whose a conversation in it is."""

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from kotodom.db.original_reader import open_original
from kotodom.errors import DatabaseUnusable
from kotodom.original import understanding
from kotodom.original.rows import OldChat
from kotodom.original.understanding import Skip
from tests.support.originals import CAT, fill


@pytest.mark.parametrize(
    ("id", "telegram_chat_id", "user_id", "place"),
    [
        ("50112", None, 501, None),  # of bot 12, which is gone; 5011 is somebody else
        ("50112", 501, 501, None),
        ("50112", None, 5011, 5011),
        ("50112", 5011, 5011, 5011),
        ("-1001234567892", -100123456789, 501, -100123456789),
        ("-1001234567892", 501, 501, -100123456789),  # as a version in between noted it
        ("-10012345678912", -1001234567891, 501, -1001234567891),
        ("-10012345678912", -100123456789, 501, None),
    ],
)
def test_nobody_is_given_the_conversation_of_another_with_a_bot_that_was_deleted(
    id: str, telegram_chat_id: int | None, user_id: int, place: int | None
) -> None:
    old = OldChat(id, None, telegram_chat_id, user_id)
    if place is None:
        with pytest.raises(Skip, match="its bot does not come along"):
            understanding.chat(old, {2: CAT}, [2])
    else:
        assert understanding.chat(old, {2: CAT}, [2]).telegram_chat_id == place


async def test_another_database_is_refused_in_words(postgres_url: str) -> None:
    with pytest.raises(DatabaseUnusable, match='no table "Bot"'):
        await open_original(postgres_url)
    with pytest.raises(DatabaseUnusable, match="write them as") as caught:
        await open_original("postgres://me:\u2100hidden@127.0.0.1/db")
    assert "hidden" not in str(caught.value)
    with pytest.raises(DatabaseUnusable, match="cannot use") as caught:
        await open_original("postgres://me:hidden@127.0.0.1:1/db?schema=public")
    assert "hidden" not in str(caught.value)
    assert "check that the server runs, and the DSN" in str(caught.value)


async def test_its_schema_may_have_any_name(postgres: Callable[[], str]) -> None:
    original_url = postgres()
    await fill(original_url)
    raw: Any = await asyncpg.connect(original_url)
    await raw.execute('ALTER SCHEMA public RENAME TO "my-bots"')
    await raw.close()
    original = await open_original(f"{original_url}&schema=my-bots")
    try:
        assert len(await original.bots()) == 4
    finally:
        await original.close()
