"""export, import: everything in one file, from SQLite to PostgreSQL or back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kotodom.cli.common import ConfigPath, in_loop, load_database_url, log_warnings_only

if TYPE_CHECKING:
    from kotodom.cli.progress import Bar
    from kotodom.db import Database
    from kotodom.db.dump import Manifest
    from kotodom.db.dump_file import DumpFile


def export(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A new file, NAME.zip.")],
    config: ConfigPath = None,
) -> None:
    """Write everything into one file that `import` reads, whatever the database; stop it first."""
    url = load_database_url(config)
    log_warnings_only()

    from kotodom.cli.progress import Bar
    from kotodom.clock import SystemClock

    target = path.expanduser().absolute()

    async def work(bar: Bar) -> "Manifest":
        from kotodom.db import open_database
        from kotodom.db.dump import write_dump
        from kotodom.db.source import open_source

        _must_exist(url)
        database = await open_database(url)
        try:
            await database.hold()
            await _must_be_current(database)
            async with open_source(url) as source:
                now = SystemClock().now()
                return await write_dump(source, target, kind="export", now=now, progress=bar)
        finally:
            await database.close()

    with Bar("exporting") as bar:
        manifest = in_loop(work(bar))
    _list(manifest)
    print(f"exported {manifest.rows:,} rows to {target}")
    print(
        "Now name the new database in database.url, run `kotodom import` with this file, and do "
        "not start Kotodom on the old database again."
    )
    print("The key that seals the tokens moves along by hand: its file, or [secrets] key.")


def import_(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="What `export` has written.")],
    config: ConfigPath = None,
) -> None:
    """Read what `export` has written into an empty database; run again, it goes on."""
    url = load_database_url(config)
    log_warnings_only()

    from kotodom.cli.progress import Bar
    from kotodom.db.dump_file import DumpFile

    with DumpFile(path.expanduser().absolute()) as file:
        with Bar("checking") as bar:
            file.verify(bar)
        with Bar("importing") as bar:
            owed = in_loop(_import(url, file, bar))
        _list(file.manifest)
        print(f"imported {file.manifest.rows:,} rows; the counts match")
        if owed:
            print(
                f"this was a backup: {owed} messages that it owed are not answered by themselves; "
                "/admin messages shows them"
            )


async def _import(url: str, file: "DumpFile", bar: "Bar") -> int:
    """Fill the database of *url*; return how many messages a backup owed."""
    from kotodom.clock import SystemClock
    from kotodom.db import open_database
    from kotodom.db.connection import Connection
    from kotodom.db.load import Loader
    from kotodom.db.migrate import migrate, number
    from kotodom.db.restored import settle

    manifest, now, owed = file.manifest, SystemClock().now(), 0
    database = await open_database(url)

    async def put_aside(connection: Connection) -> None:
        nonlocal owed
        if manifest.kind == "backup":
            found = await settle(
                connection,
                database.dialect,
                origin=file.path.name,
                made_at=manifest.made_at,
                now=now,
            )
            owed = found.messages

    try:
        await database.hold()
        await migrate(database, upto=max(map(number, manifest.migrations)))
        await Loader(database, file, put_aside).run(now, bar)
        await migrate(database)
    except database.faults as error:
        raise database.unusable("cannot import into", error) from None
    finally:
        await database.close()
    return owed


async def _must_be_current(database: "Database") -> None:
    """Refuse what this version has not migrated yet: the file would tell of older tables."""
    from functools import partial

    from kotodom.db.migrate import applied, refuse_half, shipped
    from kotodom.errors import BackupFailed

    await refuse_half(database)
    done = await database.read(partial(applied, database))
    if len(done) < len(shipped(database.dialect)):
        raise BackupFailed("the database is of an earlier version: run kotodom migrate first")


def _must_exist(url: str) -> None:
    """Make no empty database where there is none to be exported."""
    from kotodom.db.connection import sqlite_path
    from kotodom.errors import BackupFailed

    path = sqlite_path(url)
    if path is not None and not path.exists():
        raise BackupFailed(f"there is no database to export: {path} is missing")


def _list(manifest: "Manifest") -> None:
    """Each table with its rows."""
    for table in manifest.tables:
        if table.rows:
            print(f"{table.name:>22} {table.rows:>12,}")
