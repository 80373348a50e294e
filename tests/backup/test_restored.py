"""What a restore leaves behind: one whole database, the old one beside it, and no old answers."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from kotodom.db import Database, SqlStore, open_database
from kotodom.db.backup_sqlite import check_copy, snapshot
from kotodom.db.connection import Connection
from kotodom.db.restore_sqlite import restore_sqlite
from kotodom.db.restored import RESTORED, settle
from kotodom.db.sql import OPEN
from kotodom.errors import BackupFailed, DatabaseUnusable
from kotodom.model import Chat, ChatType, Job
from tests.backup.moving_kit import NOW, export, filled, opened, read
from tests.support.every_row import fill
from tests.support.released import NAMES, write_sqlite
from tests.support.rows import PRIVATE, SUPERGROUP, incoming


async def _scalar(database: Database, sql: str) -> object:
    row = await database.read(lambda c: c.fetchrow(sql))
    return row and row[0]


async def _settled(url: str) -> Database:
    """A database with rows in every state, as a restore leaves it."""
    database = await open_database(url)
    await database.migrate()
    await database.write(fill)
    await database.write(lambda c: c.execute("UPDATE chat SET taken_until = $1", NOW - 1))
    dialect = database.dialect
    await database.write(lambda c: settle(c, dialect, origin="x.db", made_at=NOW - 5, now=NOW))
    return database


async def test_what_was_owed_is_put_aside_in_every_state(database_url: str) -> None:
    """On both engines; who may retry it by hand finds it among what was not answered."""
    database = await _settled(database_url)
    try:
        assert await _scalar(database, f"SELECT COUNT(*) FROM message_processing WHERE {OPEN}") == 0
        for nothing in (
            "message_processing WHERE parked > 0",
            "delivery_part WHERE state = 'SENDING'",
            "awaited",
            "inbox_entry",
            "broadcast WHERE state = 'RUNNING'",
            "bulk_retry WHERE state IN ('RUNNING', 'DRAFT')",
            "chat WHERE taken_until > 0",
            "bot WHERE last_message_id <> -1 OR menu <> ''",
            "chat WHERE last_message_id <> -1",
        ):
            assert await _scalar(database, f"SELECT COUNT(*) FROM {nothing}") == 0, nothing
        assert await _scalar(
            database,
            "SELECT COUNT(*) FROM message_processing WHERE status = 'TERMINAL'"
            f" AND last_error_kind = '{RESTORED}' AND finished_at = {NOW}",
        )
        told = await _scalar(database, f"SELECT value FROM fact WHERE key = '{RESTORED}'")
        assert json.loads(str(told))["from"] == "x.db"
        # Nothing is left for the workers to do.
        store = SqlStore(database)
        recovered = await store.recover(NOW)
        assert (recovered.requeued, recovered.in_doubt) == (0, 0)
    finally:
        await database.close()


async def test_links_for_administrators_are_void_and_others_are_not(database_url: str) -> None:
    """A link that was used since the backup would make a second person an admin."""
    database = await _settled(database_url)
    try:
        open_ = "SELECT COUNT(*) FROM invite WHERE role <> '' AND NOT revoked"
        assert await _scalar(database, open_) == 0
    finally:
        await database.close()


async def test_numbers_that_an_old_button_may_mean_are_not_given_again(database_url: str) -> None:
    database = await _settled(database_url)
    try:
        highest = await _scalar(database, "SELECT MAX(id) FROM message_processing")

        async def add(connection: Connection) -> int:
            row = await connection.fetchrow(
                "INSERT INTO message_processing (bot_id, update_id, kind, status, raw_update,"
                " telegram_incoming_id, received_at) SELECT MIN(id), 5, 'COMMAND', 'RECEIVED',"
                " '{}', 1, 1 FROM bot RETURNING id"
            )
            assert row is not None
            return int(row[0])

        assert await database.write(add) > int(str(highest)) + 100_000
    finally:
        await database.close()


async def test_the_old_database_is_kept_with_all_it_knew(tmp_path: Path, sqlite_url: str) -> None:
    before = await filled(sqlite_url)
    path = tmp_path / "kotodom.db"
    snapshot(path, tmp_path / "copy.db")
    async with opened(sqlite_url) as database:
        await database.write(
            lambda c: c.execute("INSERT INTO setting (key, value) VALUES ('since', 'x')")
        )
    restored = await restore_sqlite(path, tmp_path / "copy.db", now=NOW, stamp="s")
    assert restored.kept == f"{path}.before-restore-s"
    assert ("since", "x") in (await read(f"sqlite://{restored.kept}"))["setting"]
    after = await read(sqlite_url)
    assert after["setting"] == before["setting"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / ".kotodom.db.restore").exists()


async def test_what_a_crash_left_beside_the_old_file_spoils_no_new_one(
    tmp_path: Path, sqlite_url: str
) -> None:
    """A -wal that stayed would be taken for the new file's own."""
    await filled(sqlite_url)
    path = tmp_path / "kotodom.db"
    snapshot(path, tmp_path / "copy.db")
    await _crash_after_writing(path)
    assert path.with_name("kotodom.db-wal").stat().st_size
    restored = await restore_sqlite(path, tmp_path / "copy.db", now=NOW, stamp="s")
    assert ("unsaved", "x") not in (await read(sqlite_url))["setting"]
    assert ("unsaved", "x") in (await read(f"sqlite://{restored.kept}"))["setting"]


async def _crash_after_writing(path: Path) -> None:
    """Die with something committed that is only in the -wal."""
    program = (
        "import os, sqlite3, sys; raw = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "raw.execute(\"INSERT INTO setting VALUES ('unsaved', 'x')\"); os._exit(9)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(path))
    assert await process.wait() == 9


async def test_a_damaged_database_gives_way_to_its_backup(tmp_path: Path, sqlite_url: str) -> None:
    before = await filled(sqlite_url)
    path = tmp_path / "kotodom.db"
    snapshot(path, tmp_path / "copy.db")
    path.write_bytes(b"\0" * 8192)  # SQLite takes it for empty, and deletes what is beside it
    path.with_name("kotodom.db-wal").write_bytes(b"junk")
    restored = await restore_sqlite(path, tmp_path / "copy.db", now=NOW, stamp="s")
    assert not restored.old_read
    kept = tmp_path / "kotodom.db.before-restore-s"
    assert restored.kept == str(kept)
    assert kept.read_bytes() == b"\0" * 8192
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == b"junk"
    assert (await read(sqlite_url))["setting"] == before["setting"]


async def test_what_was_taken_in_since_is_not_taken_in_again(
    tmp_path: Path, sqlite_url: str
) -> None:
    """Telegram hands the last batch over once more when nobody has confirmed it."""
    await filled(sqlite_url)
    path = tmp_path / "kotodom.db"
    snapshot(path, tmp_path / "copy.db")
    async with opened(sqlite_url) as database:
        await database.write(
            lambda c: c.execute(
                "INSERT INTO message_processing (bot_id, update_id, kind, status, raw_update,"
                " telegram_incoming_id, received_at) SELECT MIN(id), 777, 'QUESTION', 'COMPLETED',"
                " '{}', 1, 1 FROM bot"
            )
        )
    await restore_sqlite(path, tmp_path / "copy.db", now=NOW, stamp="s")
    async with opened(sqlite_url) as database:
        known = "SELECT status FROM message_processing WHERE update_id = 777"
        assert await _scalar(database, known) == "COMPLETED"


async def test_a_portable_dump_restores_a_sqlite_database_too(
    tmp_path: Path, sqlite_url: str, postgres_url: str
) -> None:
    before = await filled(postgres_url)
    await export(postgres_url, tmp_path / "x.zip", kind="backup")
    restored = await restore_sqlite(tmp_path / "kotodom.db", tmp_path / "x.zip", now=NOW, stamp="s")
    assert restored.kept == ""
    assert (await read(sqlite_url))["setting"] == before["setting"]


async def test_a_running_kotodom_is_not_pulled_from_under(tmp_path: Path, sqlite_url: str) -> None:
    await filled(sqlite_url)
    path = tmp_path / "kotodom.db"
    snapshot(path, tmp_path / "copy.db")
    async with opened(sqlite_url) as database:
        await database.hold()
        with pytest.raises(DatabaseUnusable, match="another kotodom is running"):
            await restore_sqlite(path, tmp_path / "copy.db", now=NOW, stamp="s")


@pytest.mark.parametrize("harm", ["damaged", "newer", "foreign", "missing", "text", "folder"])
async def test_a_bad_backup_changes_nothing(tmp_path: Path, sqlite_url: str, harm: str) -> None:
    await filled(sqlite_url)
    path, copy = tmp_path / "kotodom.db", tmp_path / "copy.db"
    snapshot(path, copy)
    match harm:
        case "damaged":
            data = bytearray(copy.read_bytes())
            data[len(data) // 2 : len(data) // 2 + 9000] = b"\xff" * 9000
            copy.write_bytes(data)
        case "newer":
            _sql(copy, "INSERT INTO aerich (version, app, content) VALUES ('99_x.py', 'm', '{}')")
        case "foreign":
            copy.unlink()
            _sql(copy, "CREATE TABLE theirs (id INTEGER PRIMARY KEY)")
        case "missing":
            copy.unlink()
        case "text":
            copy.write_text("hello")
        case "folder":
            copy.unlink()
            copy.mkdir()
    bytes_before = path.read_bytes()
    with pytest.raises((BackupFailed, DatabaseUnusable)) as error:
        await restore_sqlite(path, copy, now=NOW, stamp="s")
    assert "\n" not in str(error.value)
    assert path.read_bytes() == bytes_before
    assert set(os.listdir(tmp_path)) <= {"kotodom.db", "kotodom.db.lock", "copy.db"}


def _sql(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(sql)
        raw.commit()


async def test_killed_at_any_system_call_it_leaves_one_whole_database(
    tmp_path: Path, sqlite_url: str
) -> None:
    """SIGKILL before each step that changes what lies in the folder."""
    await filled(sqlite_url)
    path, copy = tmp_path / "kotodom.db", tmp_path / "copy.db"
    snapshot(path, copy)
    _sql(path, "INSERT INTO setting VALUES ('since', 'x')")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("killed_restore.py")),
        str(path),
        str(copy),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    died = 0
    while code := int(await process.stdout.readline()):
        assert code == -signal.SIGKILL
        check_copy_or_wal(path)
        died += 1
        process.stdin.write(b"\n")
    check_copy_or_wal(path)
    process.stdin.close()
    assert await process.wait() == 0
    assert died >= 5
    assert ("since", "x") not in (await read(sqlite_url))["setting"]


def check_copy_or_wal(path: Path) -> None:
    """Whole, and with every row that it had or has now."""
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
        (settings,) = raw.execute("SELECT COUNT(*) FROM setting").fetchone()
        (messages,) = raw.execute("SELECT COUNT(*) FROM message").fetchone()
    assert settings in (2, 3)
    assert messages == 6
    if not path.with_name(f"{path.name}-wal").exists():
        check_copy(path)


async def test_a_late_message_does_not_say_how_far_a_chat_has_come(database_url: str) -> None:
    """It may be older than answers of since, which a search from there on would overwrite."""
    database = await _settled(database_url)
    try:
        store = SqlStore(database)
        await store.record_batch(1, [incoming(8, chat=SUPERGROUP)], [], NOW)
        unknown = "UPDATE chat SET last_message_id = -1 WHERE telegram_chat_id = -1001"
        await database.write(lambda c: c.execute(unknown))
        for number, chat in enumerate((SUPERGROUP, replace(SUPERGROUP, thread_id=7), PRIVATE), 9):
            await store.record_batch(1, [incoming(number, chat=chat)], [], NOW)
        for sequence in (
            "last_message_id FROM bot WHERE id = 1",
            "MIN(last_message_id) FROM chat WHERE telegram_chat_id = -1001",
        ):
            assert await _scalar(database, f"SELECT {sequence}") == -1
    finally:
        await database.close()


async def test_not_even_tables_that_were_empty_give_a_number_twice(sqlite_url: str) -> None:
    """Broadcast 1 was made since the backup; a button that means it is still there."""
    async with opened(sqlite_url) as database:
        await database.write(lambda c: settle(c, "sqlite", origin="x", made_at=NOW, now=NOW))
        last = "SELECT seq FROM sqlite_sequence WHERE name = 'broadcast'"
        assert await _scalar(database, last) == 1_000


async def test_no_message_of_later_is_searched_for_a_lost_one(sqlite_url: str) -> None:
    """The search edits what it does not know, and deletes it: those are answers given since."""
    database = await _settled(sqlite_url)
    try:
        store = SqlStore(database)
        row = await database.read(lambda c: c.fetchrow("SELECT last_message_id FROM bot"))
        assert row is not None
        chat = Chat(1, 1, 501, 0, ChatType.PRIVATE, "Ann", 0, 0)
        job = cast("Job", SimpleNamespace(chat=chat))
        assert await store.unknown_ids(job, row[0], 10, 50) is None
        assert await store.unknown_ids(job, 7, 10, 50) == [8, 9]
    finally:
        await database.close()


@pytest.mark.parametrize("version", NAMES)
async def test_a_backup_of_an_earlier_version_stays_one(
    tmp_path: Path, sqlite_url: str, version: str
) -> None:
    """To go back to that version; and this one migrates it when it starts."""
    write_sqlite(version, tmp_path / "old.db")
    before = _schema(tmp_path / "old.db")
    path = tmp_path / "kotodom.db"
    restored = await restore_sqlite(path, tmp_path / "old.db", now=NOW, stamp="s")
    assert _schema(path) == before
    async with opened(sqlite_url) as database:
        sql = f"SELECT COUNT(*) FROM message_processing WHERE {OPEN}"
        assert await _scalar(database, sql) == 0
    assert restored.owed.messages


def _schema(path: Path) -> list[object]:
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute("SELECT version FROM aerich ORDER BY id").fetchall()
