"""Exports and imports: everything there is, both ways, whole or to be gone on with."""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from kotodom.db import open_database
from kotodom.db.dump import MANIFEST, write_dump
from kotodom.db.dump_file import PAGE, DumpFile
from kotodom.db.load import Loader
from kotodom.db.restore_sqlite import restore_sqlite
from kotodom.db.source import open_source
from kotodom.db.upgrade import upgrade
from kotodom.errors import BackupFailed, DatabaseUnusable
from tests.backup.moving_kit import NOW, export, filled, load, opened, read
from tests.support.every_row import declared


async def test_every_table_moves_to_postgres_and_back_unchanged(
    tmp_path: Path, sqlite_url: str, postgres_url: str
) -> None:
    """In every state there is, the largest numbers and any script of the world."""
    before = await filled(sqlite_url)
    assert all(before[table.table] for table in declared())
    before["fact"] = [row for row in before["fact"] if "program" not in row]
    await export(sqlite_url, tmp_path / "there.zip")
    await load(tmp_path / "there.zip", postgres_url)
    assert await read(postgres_url) == before
    await export(postgres_url, tmp_path / "back.zip")
    again = f"sqlite://{tmp_path}/again.db"
    await load(tmp_path / "back.zip", again)
    assert await read(again) == before


async def test_no_id_is_given_twice_after_a_move(tmp_path: Path, database_url: str) -> None:
    """Not even one whose row was deleted: an old button may still mean it."""
    source = f"sqlite://{tmp_path}/source.db"
    await filled(source)
    with closing(sqlite3.connect(tmp_path / "source.db")) as raw:
        (last,) = raw.execute("SELECT seq FROM sqlite_sequence WHERE name = 'attempt'").fetchone()
        (highest,) = raw.execute("SELECT MAX(id) FROM attempt").fetchone()
    assert last > highest
    await export(source, tmp_path / "x.zip")
    await load(tmp_path / "x.zip", database_url)
    async with opened(database_url) as database:
        row = await database.write(
            lambda c: c.fetchrow(
                "INSERT INTO attempt (processing_id, number, at, code)"
                " SELECT MIN(id), 1, 2, 'x' FROM message_processing RETURNING id"
            )
        )
    assert row is not None
    assert row[0] == last + 1


class _Cut(Exception):
    """The import ends here."""


async def test_an_interrupted_import_goes_on_where_it_was(
    tmp_path: Path, database_url: str
) -> None:
    """Cut off after every page there is, it still ends with everything, once."""
    source = f"sqlite://{tmp_path}/source.db"
    before = await filled(source)
    async with opened(source) as database:
        await database.write(_many_settings)
    before = await read(source)
    manifest = await export(source, tmp_path / "x.zip")
    seen: list[int] = []

    def cut(done: int, total: int) -> None:
        assert total == manifest.rows
        if done not in seen:
            seen.append(done)
            raise _Cut

    for _ in range(200):
        try:
            await load(tmp_path / "x.zip", database_url, progress=cut)
            break
        except _Cut:
            continue
    assert len(seen) > 30
    assert await read(database_url) == before
    with pytest.raises(BackupFailed, match="has it all already"):
        await load(tmp_path / "x.zip", database_url)


async def _many_settings(connection: object) -> None:
    """More than a page of a table."""
    await connection.executemany(  # type: ignore[attr-defined]
        "INSERT INTO setting (key, value) VALUES ($1, $2)",
        [(f"s{number:05}", "v") for number in range(2 * PAGE + 5)],
    )


async def test_an_import_touches_no_database_that_holds_something(
    tmp_path: Path, database_url: str
) -> None:
    source = f"sqlite://{tmp_path}/source.db"
    await filled(source)
    await export(source, tmp_path / "x.zip")
    async with opened(database_url) as database:
        await database.write(
            lambda c: c.execute("INSERT INTO setting (key, value) VALUES ('mine', 'x')")
        )
    with pytest.raises(BackupFailed, match=r"not empty \(there are rows in setting\)"):
        await load(tmp_path / "x.zip", database_url)
    assert (await read(database_url))["setting"] == [("mine", "x")]


async def test_half_an_import_is_not_mixed_with_another(tmp_path: Path, sqlite_url: str) -> None:
    source = f"sqlite://{tmp_path}/source.db"
    await filled(source)
    await export(source, tmp_path / "one.zip")
    async with open_source(source) as other:
        await write_dump(other, tmp_path / "two.zip", kind="export", now=NOW + 1)

    def cut(done: int, total: int) -> None:
        raise _Cut

    with pytest.raises(_Cut):
        await load(tmp_path / "one.zip", sqlite_url, progress=cut)
    with pytest.raises(BackupFailed, match="half of another export"):
        await load(tmp_path / "two.zip", sqlite_url)


async def test_nobody_works_on_half_an_import(tmp_path: Path, database_url: str) -> None:
    """The daemon would answer with half of the history, and spoil what is still to come."""
    source = f"sqlite://{tmp_path}/source.db"
    before = await filled(source)
    await export(source, tmp_path / "x.zip")

    def cut(done: int, total: int) -> None:
        raise _Cut

    with pytest.raises(_Cut):
        await load(tmp_path / "x.zip", database_url, progress=cut)
    database = await open_database(database_url)
    with pytest.raises(DatabaseUnusable, match="a half of an import: run kotodom import"):
        await upgrade(database, database_url, None, NOW)
    with pytest.raises(DatabaseUnusable, match="a half of an import"):
        await database.migrate()
    await database.close()
    await load(tmp_path / "x.zip", database_url)
    assert (await read(database_url))["message"] == before["message"]


async def test_nul_and_broken_letters_do_not_stop_a_move(tmp_path: Path, postgres_url: str) -> None:
    """PostgreSQL takes no NUL; an old SQLite file may hold one."""
    source = f"sqlite://{tmp_path}/source.db"
    async with opened(source) as database:
        await database.write(
            lambda c: c.execute("INSERT INTO setting (key, value) VALUES ('k', $1)", "a\0b")
        )
    with closing(sqlite3.connect(tmp_path / "source.db")) as raw:
        raw.execute("INSERT INTO setting (key, value) VALUES ('l', CAST(x'61ff62' AS TEXT))")
        raw.commit()
    await export(source, tmp_path / "x.zip")
    await load(tmp_path / "x.zip", postgres_url)
    assert (await read(postgres_url))["setting"] == [("k", "a\ufffdb"), ("l", "a\ufffdb")]


@pytest.mark.parametrize("harm", ["cut", "flip", "lines", "newer", "columns", "text"])
async def test_a_damaged_or_foreign_file_is_refused_before_anything_is_written(
    tmp_path: Path, sqlite_url: str, harm: str
) -> None:
    source = f"sqlite://{tmp_path}/source.db"
    await filled(source)
    path = tmp_path / "x.zip"
    await export(source, path)
    harms = {
        "cut": lambda: path.write_bytes(path.read_bytes()[:-100]),
        "flip": lambda: _flip(path),
        "lines": lambda: _rewrite(path, "tables/bot.jsonl", lambda text: text[text.index("\n") :]),
        "newer": lambda: _rewrite(
            path, MANIFEST, lambda t: t.replace('"format": 1', '"format": 2')
        ),
        "columns": lambda: _rewrite(path, MANIFEST, lambda text: text.replace("prompt", "prompt2")),
        "text": lambda: path.write_text("hello"),
    }
    harms[harm]()
    with pytest.raises((BackupFailed, DatabaseUnusable), match=r"x\.zip") as error:
        await load(path, sqlite_url)
    assert "\n" not in str(error.value)
    async with opened(sqlite_url) as database:
        for table in declared():
            if table.table != "fact":
                sql = f'SELECT COUNT(*) FROM "{table.table}"'
                assert await database.read(lambda c, sql=sql: c.fetchrow(sql)) == (0,)


@pytest.mark.parametrize(
    ("member", "old", "new"),
    [
        (MANIFEST, '"dialect": "sqlite"', '"dialect": "../.."'),
        (MANIFEST, '"made_at": 1', '"made_at": "x", "x": 1'),
        (MANIFEST, '"made_at": 1', '"made_at": 1.5'),
        (MANIFEST, '"last_id": ', '"last_id": 1e3'),
        (MANIFEST, "_init", "/../x"),
        ("tables/setting.jsonl", "[", "["),
        ("tables/setting.jsonl", "[", "hello"),
        ("tables/setting.jsonl", '["', '[["x"], "'),
        ("tables/setting.jsonl", '["', '[1.5, "'),
        ("tables/setting.jsonl", "[", f"[{2**70}, "),
        ("tables/setting.jsonl", "[", "[1, 2, 3, "),
        ("tables/bot.jsonl", "[1,", '["x",'),
        ("tables/tg_user.jsonl", "\n", ""),
    ],
)
async def test_a_file_changed_by_hand_is_refused_in_one_line(
    tmp_path: Path, sqlite_url: str, member: str, old: str, new: str
) -> None:
    """Even with checksums that fit: by an import and by a restore."""
    source = f"sqlite://{tmp_path}/source.db"
    await filled(source)
    path = tmp_path / "x.zip"
    await export(source, path)
    _rewrite(path, member, lambda text: text.replace(old, new, 1) if new != old else "x" + text)
    if member != MANIFEST:
        _seal(path)
    with pytest.raises((BackupFailed, DatabaseUnusable)) as error:
        await restore_sqlite(tmp_path / "kotodom.db", path, now=NOW, stamp="s")
    assert "\n" not in str(error.value)
    assert not (tmp_path / "kotodom.db").exists()


def _seal(path: Path) -> None:
    """Give a file that was changed the checksums of what is in it."""
    with ZipFile(path) as file:
        manifest = json.loads(file.read(MANIFEST))
        for table in manifest["tables"]:
            rows = file.read(f"tables/{table['name']}.jsonl")
            table |= {"sha256": hashlib.sha256(rows).hexdigest(), "rows": rows.count(b"\n")}
    _rewrite(path, MANIFEST, lambda text: json.dumps(manifest))


def _flip(path: Path) -> None:
    """One bit, in the middle of the rows."""
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)


def _rewrite(path: Path, member: str, change: object) -> None:
    with ZipFile(path) as file:
        members = {name: file.read(name).decode() for name in file.namelist()}
    members[member] = change(members[member])  # type: ignore[operator]
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for name, text in members.items():
            file.writestr(name, text)


async def test_an_export_is_whole_or_not_there_and_nobody_elses(
    tmp_path: Path, sqlite_url: str
) -> None:
    await filled(sqlite_url)
    folder = tmp_path / "new" / "folder"

    def stop(done: int, total: int) -> None:
        raise _Cut

    async with open_source(sqlite_url) as source:
        with pytest.raises(_Cut):
            await write_dump(source, folder / "x.zip", kind="export", now=NOW, progress=stop)
    assert list(folder.iterdir()) == []
    await export(sqlite_url, folder / "x.zip")
    assert [file.name for file in folder.iterdir()] == ["x.zip"]
    assert (folder / "x.zip").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    with pytest.raises(BackupFailed, match="exists already"):
        await export(sqlite_url, folder / "x.zip")


async def test_the_manifest_tells_what_is_in_the_file(tmp_path: Path, database_url: str) -> None:
    before = await filled(database_url)
    await export(database_url, tmp_path / "x.zip")
    with ZipFile(tmp_path / "x.zip") as file:
        manifest = json.loads(file.read(MANIFEST))
    assert {table["name"]: table["rows"] for table in manifest["tables"]} == {
        name: len(rows) for name, rows in before.items()
    }
    with DumpFile(tmp_path / "x.zip") as dump:
        dump.verify()


async def test_an_export_reads_one_moment_while_others_write(
    tmp_path: Path, database_url: str
) -> None:
    """What comes in meanwhile is in no table, rather than in one and not in the other."""
    await filled(database_url)
    async with opened(database_url) as database:
        added = 0

        def write(done: int, total: int) -> None:
            nonlocal added
            added += 1

        async with open_source(database_url) as source:
            await source.fetch("SELECT COUNT(*) FROM bot")
            await database.write(
                lambda c: c.execute("INSERT INTO setting (key, value) VALUES ('late', 'x')")
            )
            manifest = await write_dump(
                source, tmp_path / "x.zip", kind="backup", now=NOW, progress=write
            )
    assert added
    (setting,) = (table for table in manifest.tables if table.name == "setting")
    assert setting.rows == 2
    with DumpFile(tmp_path / "x.zip") as dump:
        pages = list(dump.pages(setting))
    assert "late" not in json.dumps(pages)


async def test_the_loader_counts_in_the_database_itself(tmp_path: Path, sqlite_url: str) -> None:
    """Rows that vanish on the way are noticed at the end, not by a user."""
    source = f"sqlite://{tmp_path}/source.db"
    await filled(source)
    await export(source, tmp_path / "x.zip")
    with DumpFile(tmp_path / "x.zip") as file:
        async with opened(sqlite_url) as database:
            await database.write(
                lambda c: c.script(
                    "CREATE TRIGGER thief AFTER INSERT ON price BEGIN DELETE FROM price; END;"
                )
            )
            with pytest.raises(BackupFailed, match="price has 0 rows, 2 were exported"):
                await Loader(database, file).run(NOW)
