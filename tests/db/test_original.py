"""Everything comes over from the original Kotodom GPT's database, once, and the counts add up."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg
import pytest

from kotodom.days import Days
from kotodom.db import Database, SqlStore
from kotodom.db.original_reader import BATCH, open_original
from kotodom.db.original_writer import Arrivals
from kotodom.model import Kind, Lane
from kotodom.original.importing import Import
from kotodom.original.ports import Nowhere
from kotodom.original.report import Report
from kotodom.original.understanding import NewMessage
from tests.support.originals import BIG, CAT, DOG, fill, fill_early, say
from tests.support.released import everything
from tests.support.rows import NOW, incoming, put

JANUARY = 1_767_607_260_000
"""2026-01-05 10:01 UTC."""


@pytest.fixture
async def original_url(postgres: Callable[[], str]) -> str:
    url = postgres()
    await fill(url)
    return url


class Interrupted(Arrivals):
    """Its person loses patience with the third batch of messages."""

    left = 2

    async def put_messages(self, messages: Sequence[NewMessage]) -> None:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        await super().put_messages(messages)


async def bring(
    url: str,
    database: Database | None,
    *,
    apply: bool = True,
    side: type[Arrivals] = Arrivals,
    batch: int = BATCH,
) -> Report:
    original = await open_original(f"{url}&schema=public&connection_limit=5", batch=batch)
    try:
        arrivals = database and side(
            database,
            await original.origin(),
            seal=lambda token: f"sealed:{token[::-1]}",
            days=Days(),
            now=NOW,
        )
        report = await Import(
            original, arrivals or Nowhere(), arrivals if apply and database else None
        ).run()
    finally:
        await original.close()
    assert report.adds_up, "\n".join(report.lines())
    return report


def counts(report: Report) -> dict[str, tuple[int, int, int, int]]:
    return {
        tally.table: (tally.read, tally.imported, tally.known, tally.skipped.total())
        for tally in report.tallies
    }


async def fetch(database: Database, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await database.read(lambda c: c.fetch(sql))]


ALL = {
    "Bot": (4, 2, 0, 2),
    "TgUser": (3, 3, 0, 0),
    "Chat": (5, 4, 0, 1),
    "Message": (14, 10, 0, 4),
    "MessageProcessing": (7, 3, 0, 4),
    "Setting": (2, 1, 0, 1),
    "User": (1, 0, 0, 1),
}


async def test_all_that_can_come_comes_and_a_dry_run_says_the_same(
    database: Database, original_url: str
) -> None:
    before = await everything(database)
    for here in (None, database):
        dry = await bring(original_url, here, apply=False)
        assert counts(dry) == ALL
    assert await everything(database) == before
    report = await bring(original_url, database)
    assert counts(report) == ALL
    assert [tally.skipped for tally in report.tallies] == [tally.skipped for tally in dry.tallies]
    assert "hidden value" not in "\n".join(report.lines())
    assert "OTHER" in "\n".join(report.lines())
    assert await fetch(
        database,
        "SELECT telegram_id, name, model, prompt, start_message, error_message, enabled, source,"
        " token FROM bot ORDER BY id",
    ) == [
        (CAT, "Cat", "gpt-5-nano", 'You are a "cat"; purr.', "Meow", "Oops", True, "admin",
         f"sealed:{'A' * 35}:{str(CAT)[::-1]}"),
        (DOG, "Dog", "gpt-5-nano", "", "", "", False, "admin",
         f"sealed:{'A' * 35}:{str(DOG)[::-1]}"),
    ]  # fmt: skip
    assert await fetch(database, "SELECT id, full_name FROM tg_user ORDER BY id") == [
        (501, 'Ann "O\'Hara" 🐈'),
        (502, "Bob"),
        (BIG, ""),
    ]
    assert await fetch(
        database, "SELECT telegram_chat_id, type, tg_user_id FROM chat ORDER BY telegram_chat_id"
    ) == [
        (-10012345678901, "supergroup", None),
        (501, "private", 501),
        (502, "private", 502),
        (BIG, "private", BIG),
    ]
    assert await fetch(database, "SELECT key, value FROM setting") == [
        ("openai.context_budget", "9000")
    ]


async def test_what_was_said_is_history_that_nobody_answers_again(
    database: Database, original_url: str
) -> None:
    await bring(original_url, database)
    open_rows = "SELECT COUNT(*) FROM message_processing WHERE status <> 'COMPLETED'"
    assert await fetch(database, open_rows) == [(0,)]
    assert await fetch(
        database,
        "SELECT update_id, telegram_incoming_id, telegram_outgoing_id, attempts, received_at, cost"
        " FROM message_processing WHERE update_id = 9001",
    ) == [(9001, 101, 102, 2, JANUARY, 12_500_000)]
    assert await fetch(
        database,
        "SELECT cost, created_at, tg_user_id, model FROM spend",
    ) == [(12_500_000, JANUARY + 5_000, 501, "gpt-5-nano")]
    assert await fetch(
        database, "SELECT cost FROM spend_total WHERE scope = 'instance' ORDER BY day"
    ) == [(12_500_000,), (12_500_000,)]
    store = SqlStore(database)
    ((bot_id, chat_id),) = await fetch(
        database, "SELECT bot_id, id FROM chat WHERE telegram_chat_id = 501"
    )
    lane = await put(store, bot_id, incoming(500, "And now?", update_id=99_999))
    assert lane == Lane(bot_id, chat_id, Kind.QUESTION)
    job = await store.claim(lane, NOW)
    assert job is not None
    turns = await store.history(job, 50)
    assert [(turn.question, turn.answer) for turn in reversed(turns)] == [
        ("Good morning", 'Purr. Good "morning" ☕'),
        ("Are you a cat?", "I am."),
        ("left unanswered", "From the admin"),
    ]


async def test_twice_adds_nothing_and_what_is_new_since_is_added(
    database: Database, original_url: str
) -> None:
    await bring(original_url, database)
    before = await everything(database)
    again = await bring(original_url, database)
    assert {tally.imported for tally in again.tallies} == {0}
    assert await everything(database) == before
    raw: Any = await asyncpg.connect(original_url)
    await say(raw, 30, "5011", "Something new", "Indeed", price="0.0001")
    await raw.close()
    more = counts(await bring(original_url, database))
    assert more["Message"] == (16, 2, 10, 4)
    assert more["MessageProcessing"] == (8, 1, 3, 4)
    assert await fetch(database, "SELECT SUM(cost) FROM spend") == [(12_600_000,)]


async def test_it_goes_on_where_it_was_interrupted(database: Database, original_url: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        await bring(original_url, database, side=Interrupted, batch=3)
    report = counts(await bring(original_url, database))
    assert report["Message"][1] > 0
    assert report["Message"][2] > 0
    assert await fetch(database, "SELECT COUNT(*) FROM message") == [(10,)]
    assert await fetch(database, "SELECT COUNT(*) FROM message_processing") == [(4,)]


async def test_what_goes_on_here_is_left_alone(database: Database, original_url: str) -> None:
    await bring(original_url, database)
    store = SqlStore(database)
    ((bot_id,),) = await fetch(database, f"SELECT id FROM bot WHERE telegram_id = {CAT}")
    await put(store, bot_id, incoming(500, "Asked here", update_id=99_999))
    await database.write(lambda c: c.execute("UPDATE bot SET prompt = 'Ours' WHERE id = 1"))
    raw: Any = await asyncpg.connect(original_url)
    await say(raw, 30, "5011", "Asked there", "Answered there")
    await raw.close()
    report = await bring(original_url, database)
    (messages,) = (tally for tally in report.tallies if tally.table == "Message")
    assert messages.skipped["its conversation goes on here already"] == 2
    assert await fetch(database, "SELECT prompt FROM bot WHERE id = 1") == [("Ours",)]


async def test_the_first_version_is_understood_too(
    database: Database, postgres: Callable[[], str]
) -> None:
    url = postgres()
    await fill_early(url)
    assert counts(await bring(url, database)) == {
        "Bot": (2, 2, 0, 0),
        "TgUser": (3, 3, 0, 0),
        "Chat": (4, 2, 0, 2),
        "Message": (6, 6, 0, 0),
        "MessageProcessing": (0, 0, 0, 0),
        "Setting": (0, 0, 0, 0),
        "User": (0, 0, 0, 0),
    }
    assert await fetch(
        database,
        "SELECT b.telegram_id, c.telegram_chat_id FROM chat c JOIN bot b ON b.id = c.bot_id"
        " ORDER BY c.id",
    ) == [(CAT, -100199999999999), (DOG, 501)]
    assert await fetch(
        database,
        "SELECT q.text, a.text, p.kind, p.cost FROM message_processing p"
        " LEFT JOIN message q ON q.id = p.message_id JOIN message a ON a.id = p.response_message_id"
        " ORDER BY p.id",
    ) == [
        ("first", "one", "QUESTION", 500_000_000),
        ("second", "two", "QUESTION", 250_000_000),
        (None, "by the way", "NOTICE", None),
    ]


async def test_a_bot_that_was_deleted_here_does_not_come_back_unasked(
    database: Database, original_url: str
) -> None:
    await bring(original_url, database)
    await database.write(lambda c: c.script("DELETE FROM chat; UPDATE bot SET source = 'deleted'"))
    report = counts(await bring(original_url, database))
    assert report["Bot"] == (4, 0, 0, 4)
    assert report["Chat"][1] == 0


async def test_of_two_bots_with_one_token_the_one_that_works_comes(
    database: Database, original_url: str
) -> None:
    raw: Any = await asyncpg.connect(original_url)
    await raw.execute(
        'INSERT INTO "Bot" ("id", "name", "token", "startMessage") SELECT 0, \'Old cat\', "token",'
        " '' FROM \"Bot\" WHERE id = 1"
    )
    await raw.close()
    report = await bring(original_url, database)
    assert counts(report)["Bot"] == (5, 2, 1, 2)
    assert ("Cat", True) in [
        (name, bool(enabled))
        for name, enabled in await fetch(database, "SELECT name, enabled FROM bot")
    ]
    (note,) = (note for note in report.notes if "is here already" in note)
    assert note.startswith('bot "Old cat"')


async def test_no_note_is_left_of_whom_telegram_knows(
    database: Database, original_url: str
) -> None:
    """Who is forgotten here is not to be found by their number in what came over."""
    await bring(original_url, database)
    kinds = await fetch(database, "SELECT DISTINCT kind FROM imported_row ORDER BY kind")
    assert kinds == [("Answer",), ("Bot",), ("Message",), ("MessageProcessing",), ("Setting",)]


async def test_what_goes_on_here_is_found_at_once_among_many(
    database: Database, original_url: str
) -> None:
    await bring(original_url, database)
    many = 30_000
    numbers = (
        f"generate_series({many}, {2 * many}) n(n)"
        if database.dialect == "postgres"
        else f"(WITH RECURSIVE s(n) AS (SELECT {many} UNION ALL SELECT n + 1 FROM s"
        f" WHERE n < {2 * many}) SELECT n FROM s) n"
    )
    await database.write(
        lambda c: c.script(
            "INSERT INTO message_processing (id, bot_id, update_id, chat_id, kind, status,"
            " raw_update, telegram_incoming_id, received_at) SELECT n.n, 1, n.n, 1, 'QUESTION',"
            f" 'COMPLETED', '', 0, 0 FROM {numbers};"
            "INSERT INTO imported_row (origin, kind, foreign_id, row_id)"
            f" SELECT 'many', 'Answer', CAST(n.n AS TEXT), n.n FROM {numbers}"
        )
    )
    arrivals = Arrivals(database, "many", seal=str, days=Days(), now=NOW)
    async with asyncio.timeout(10):
        assert await arrivals.going_on() == set()
