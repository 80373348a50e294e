"""A database in trouble: who holds it, how it is closed when it hangs, what each fault says."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from loguru import logger

from kotodom.db import Database, open_database, postgres_hold, sqlite_path
from kotodom.errors import DatabaseUnusable
from tests.support.proxy import PostgresProxy
from tests.support.users import unprivileged

KILL_HOLDERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
)
WAITERS = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.fixture
async def proxy(postgres_url: str) -> AsyncIterator[PostgresProxy]:
    proxy = PostgresProxy(postgres_url)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest.fixture
async def admin(postgres_url: str) -> AsyncIterator[Database]:
    database = await open_database(postgres_url)
    yield database
    await database.close()


@pytest.fixture
def held_again() -> Iterator[asyncio.Event]:
    event = asyncio.Event()
    sink = logger.add(lambda message: event.set() if "held again" in message else None)
    yield event
    logger.remove(sink)


# -- one holder -------------------------------------------------------------------------------


async def test_a_file_has_one_holder_by_whatever_name(tmp_path: Path) -> None:
    one = await open_database(f"sqlite://{tmp_path}/real.db")
    await one.hold()
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
    (tmp_path / "folder").symlink_to(tmp_path)
    for name in ("link.db", "folder/real.db"):
        other = await open_database(f"sqlite://{tmp_path}/{name}")
        with pytest.raises(DatabaseUnusable, match="another kotodom is running"):
            await other.hold()
        await other.close()
    await one.close()


def test_a_sqlite_urls_file_is_one_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "link").symlink_to(tmp_path / "data")
    for url in ("sqlite://~/data/k.db", f"sqlite://{tmp_path}/link/k.db?mode=rw&x=/a/b"):
        assert sqlite_path(url) == tmp_path / "data/k.db"
    assert sqlite_path("postgres://localhost/kotodom") is None


async def test_a_lost_lock_is_taken_again_before_somebody_else_comes(
    postgres_url: str,
    admin: Database,
    held_again: asyncio.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgres_hold, "LOCK_TIMEOUT_MS", 500)
    one, two = await open_database(postgres_url), await open_database(postgres_url)
    lost: list[BaseException] = []
    await one.hold(lost.append)
    for _ in range(2):
        await admin.read(lambda c: c.fetch(KILL_HOLDERS))
        await asyncio.wait_for(held_again.wait(), 20)
        held_again.clear()
    with pytest.raises(DatabaseUnusable, match="another kotodom is running"):
        await two.hold()
    assert lost == []
    await one.close()
    await two.hold()
    await two.close()


async def test_a_lock_that_the_server_thinks_we_still_have_is_taken_over_from_ourselves(
    proxy: PostgresProxy, held_again: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that hangs is found by its missing sign of life; the server knows nothing."""
    monkeypatch.setattr(postgres_hold, "HEARTBEAT", 0.1)
    monkeypatch.setattr(postgres_hold, "CONNECT_TIMEOUT", 0.5)
    database = await open_database(proxy.url)
    lost: list[BaseException] = []
    await database.hold(lost.append)
    proxy.freeze_open_connections()
    await asyncio.wait_for(held_again.wait(), 20)
    assert lost == []
    await database.close(0.5)


async def test_when_somebody_else_has_the_lock_meanwhile_the_holder_is_told_once(
    postgres_url: str, admin: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_hold, "LOCK_TIMEOUT_MS", 200)
    one = await open_database(postgres_url)
    told: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()
    await one.hold(told.set_result)
    raw = await asyncpg.connect(postgres_url)
    waiting = asyncio.ensure_future(
        raw.fetch("SELECT pg_advisory_lock($1)", postgres_hold.HOLD_LOCK)
    )
    waiters: object = []
    async with asyncio.timeout(20):
        while not waiters:
            waiters = await admin.read(lambda c: c.fetch(WAITERS))
        await admin.read(lambda c: c.fetch(KILL_HOLDERS))
        await waiting
        error = await told
    assert isinstance(error, DatabaseUnusable)
    assert "another kotodom has taken over" in str(error)
    await raw.close()
    assert await one.close()


# -- closing in time --------------------------------------------------------------------------


def sqlite_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "sqlite"}


async def ended(threads: set[threading.Thread]) -> None:
    for thread in threads:
        await asyncio.to_thread(thread.join, 20)
        assert not thread.is_alive()


async def test_closing_cuts_off_a_query_that_does_not_end(sqlite_url: str) -> None:
    before = sqlite_threads()
    database = await open_database(sqlite_url)
    threads = sqlite_threads() - before
    await database.hold()
    reading = asyncio.ensure_future(database.read(lambda c: c.fetch(ENDLESS)))
    await asyncio.sleep(0)
    assert await database.close(0.05) is False
    with pytest.raises(DatabaseUnusable, match="did not answer in time"):
        await reading
    await ended(threads)
    again = await open_database(sqlite_url)
    await again.hold()
    assert await again.close() is True
    assert await again.close() is True


async def test_closing_leaves_a_thread_behind_that_cannot_be_stopped(sqlite_url: str) -> None:
    before = sqlite_threads()
    database = await open_database(sqlite_url)
    threads = sqlite_threads() - before
    await database.hold()
    gate = threading.Event()

    async def stuck(_: object) -> None:
        gate.wait(20)

    reading = asyncio.ensure_future(database.read(stuck))
    await asyncio.sleep(0)
    writes = [asyncio.ensure_future(database.write(stuck)) for _ in range(2)]
    await asyncio.sleep(0)
    writes[0].cancel()
    await asyncio.sleep(0)
    assert await database.close(0.05) is False
    results = await asyncio.gather(reading, *writes, return_exceptions=True)
    assert [type(result) for result in results] == [
        DatabaseUnusable,
        asyncio.CancelledError,
        DatabaseUnusable,
    ]
    # Until it ends it may still write: nobody else may begin.
    other = await open_database(sqlite_url)
    with pytest.raises(DatabaseUnusable, match="another kotodom"):
        await other.hold()
    await other.close()
    gate.set()
    await ended(threads)
    again = await open_database(sqlite_url)
    await again.hold()
    await again.close()


def test_a_database_that_hangs_does_not_keep_the_process_from_ending(sqlite_url: str) -> None:
    program = f"""
import asyncio, threading
from kotodom.db import open_database
async def stuck(connection): threading.Event().wait()
async def main():
    database = await open_database({sqlite_url!r})
    writing = asyncio.ensure_future(database.write(stuck))
    await asyncio.sleep(0)
    print(await database.close(0.05))
asyncio.run(main())
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "False\n")


async def test_closing_cuts_off_a_server_that_does_not_answer(proxy: PostgresProxy) -> None:
    database = await open_database(proxy.url)
    await database.hold()
    proxy.freeze()
    work = [asyncio.ensure_future(database.read(lambda c: c.fetch("SELECT 1"))) for _ in range(20)]
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        assert await database.close(0.2) is False
        results = await asyncio.gather(*work, return_exceptions=True)
    assert all(isinstance(r, DatabaseUnusable | asyncpg.PostgresError) for r in results), results


# -- every fault is one line ------------------------------------------------------------------


async def refused(url: str) -> str:
    with pytest.raises(DatabaseUnusable) as caught:
        await open_database(url)
    text = str(caught.value)
    assert "\n" not in text
    return text


async def test_a_path_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path, said in (
        ("~nobody-of-that-name/k.db", "cannot find"),
        ("a\0b.db", "not the name of a file"),
        (f"{tmp_path}/{'a' * 300}.db", "File name too long"),
        (f"{tmp_path}/file/k.db", "a part of the path is a file, not a folder"),
    ):
        assert said in await refused(f"sqlite://{path}")


async def test_what_this_user_may_not_use_is_refused(tmp_path: Path) -> None:
    closed, readable = tmp_path / "closed", tmp_path / "readable"
    for folder in (closed, readable):
        folder.mkdir(mode=0o700)
        await (await open_database(f"sqlite://{folder}/k.db")).close()
    with unprivileged(tmp_path):
        assert "Permission denied" in await refused(f"sqlite://{closed}/k.db")
        assert "Permission denied" in await refused(f"sqlite://{closed}/new.db")
    readable.chmod(0o777)
    (readable / "k.db").chmod(0o444)
    with unprivileged(tmp_path):
        assert "readonly" in await refused(f"sqlite://{readable}/k.db")


async def test_a_file_that_every_user_can_read_is_warned_about(tmp_path: Path) -> None:
    said: list[str] = []
    sink = logger.add(said.append, format="{level} {message}")
    try:
        for mode in (0o600, 0o644):
            await (await open_database(f"sqlite://{tmp_path}/k.db")).close()
            (tmp_path / "k.db").chmod(mode)
        assert said == []
        await (await open_database(f"sqlite://{tmp_path}/k.db")).close()
        assert [f"WARNING every user of this machine can read {tmp_path}/k.db"] == [
            line.partition(";")[0] for line in said
        ]
    finally:
        logger.remove(sink)


async def test_a_lock_file_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "k.db.lock").mkdir()
    database = await open_database(f"sqlite://{tmp_path}/k.db")
    with pytest.raises(DatabaseUnusable, match=r"cannot open .*k\.db\.lock: Is a directory"):
        await database.hold()
    await database.close()


async def test_a_server_that_has_gone_when_the_lock_is_wanted_is_one_line(
    proxy: PostgresProxy,
) -> None:
    database = await open_database(proxy.url)
    await proxy.stop()
    with pytest.raises(DatabaseUnusable, match="cannot use the PostgreSQL database"):
        await database.hold()
    await database.close()


async def test_a_migration_that_fails_is_one_line(sqlite_url: str, postgres_url: str) -> None:
    full = await open_database(sqlite_url)
    await full.read(lambda c: c.fetch("PRAGMA max_page_count = 2"))
    with pytest.raises(DatabaseUnusable, match=r"cannot migrate .*kotodom\.db: .* full"):
        await full.migrate()
    await full.close()
    owner = await open_database(postgres_url)
    await owner.write(lambda c: c.script("CREATE ROLE guest LOGIN"))
    guest = await open_database(postgres_url.replace("postgres@", "guest@"))
    with pytest.raises(DatabaseUnusable, match=r"cannot migrate .* permission denied"):
        await guest.migrate()
    await guest.close()
    await owner.close()


async def test_a_postgres_url_with_a_wrong_option_says_which(postgres_url: str) -> None:
    text = await refused(f"{postgres_url}&sslmode=bogus")
    assert "sslmode" in text
    assert "of the form" in await refused("postgres://me:hidden@127.0.0.1:port/db")
    assert os.sep not in (await refused("postgres:///db?host=/nowhere")).partition(": ")[2]
