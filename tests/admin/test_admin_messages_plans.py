"""Every list of messages walks along an index: none looks through the whole table."""

from collections.abc import AsyncIterator

import pytest

from kotodom.db import open_database
from kotodom.db.sqlite import SqliteDatabase
from kotodom.ports.admin.messages import MessageFilter, Which
from tests.support.rows import BOTS, NOW, add_bot
from tests.support.watched import Watched


@pytest.fixture
async def watched(sqlite_url: str) -> AsyncIterator[Watched]:
    database = await open_database(sqlite_url)
    assert isinstance(database, SqliteDatabase)
    await database.migrate()
    watched = Watched(database, sqlite_url.removeprefix("sqlite://"))
    await add_bot(watched.store)
    await watched.start()
    yield watched
    await database.close()


async def plan(watched: Watched, wanted: MessageFilter) -> list[str]:
    await watched.store.messages_page(wanted, now=NOW, offset=8, limit=9)
    return [line for line in watched.plans() if "message_processing" in line]


@pytest.mark.parametrize("bots", [None, (1,), BOTS])
@pytest.mark.parametrize("code", ["", "internal"])
@pytest.mark.parametrize("which", list(Which))
async def test_a_list_is_read_in_the_order_of_an_index(
    watched: Watched, which: Which, code: str, bots: tuple[int, ...] | None
) -> None:
    lines = await plan(watched, MessageFilter(which, bots, code))
    assert lines
    for line in lines:
        assert "USING" in line, line
        assert "processing_" in line, line


@pytest.mark.parametrize("bots", [None, (1,), BOTS])
async def test_causes_and_what_is_to_be_retried_are_found_by_time(
    watched: Watched, bots: tuple[int, ...] | None
) -> None:
    await watched.store.message_causes(bots, since=NOW, bound=10)
    for code in ("", "internal"):
        await watched.store.draft_bulk(
            origin=f"job:{code}",
            created_by=1,
            language="en",
            code=code,
            bot_ids=bots,
            since=0,
            upto=NOW,
            bound=10,
            now=NOW,
        )
    lines = [line for line in watched.plans() if "message_processing" in line]
    assert len(lines) == 3
    assert all("processing_dead" in line for line in lines), lines
