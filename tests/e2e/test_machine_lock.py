"""Another program locks the database: a shell with BEGIN EXCLUSIVE that somebody has left open."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from kotodom.db import sqlite_path
from tests.support.stage import Stage


@contextmanager
def locked(stage: Stage) -> Iterator[None]:
    path = sqlite_path(stage.database_url)
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as shell:
        shell.execute("BEGIN EXCLUSIVE")
        yield
        shell.execute("COMMIT")


async def test_whoever_locks_the_database_only_delays(stage: Stage) -> None:
    """Neither a message nor an attempt is lost, neither while it runs nor while it starts."""
    chats = [stage.chat(user) for user in (501, 502, 503)]
    daemon = stage.daemon()
    await daemon.start()
    for chat in chats:
        await chat.say("one")
        await chat.wait(lambda chat: chat.answers() == ["Answer to: one"], timeout=30)
    with locked(stage):
        for chat in chats:
            await chat.say("two")
        await daemon.wait_for("keeps")
        assert len(chats[0].answers()) == 1
    for chat in chats:
        await chat.wait(lambda chat: len(chat.answers()) == 2, timeout=30)
    await daemon.wait_for("the database can be written again")
    assert await daemon.stop() == 0

    later = stage.daemon()
    with locked(stage):
        await later.start()
        await later.wait_for("another program keeps the database locked: waiting for it")
        await chats[0].say("three")
    await later.wait_for("is ready")
    await chats[0].wait(lambda chat: len(chat.answers()) == 3, timeout=30)
    assert await later.stop() == 0
    assert "failed" not in daemon.said() + later.said()
    path = sqlite_path(stage.database_url)
    assert path is not None
    with closing(sqlite3.connect(path)) as shell:
        rows = shell.execute("SELECT DISTINCT status, attempts FROM message_processing").fetchall()
    assert rows == [("COMPLETED", 1)]
