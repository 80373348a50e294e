"""What the tests of exports, imports and backups share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from kotodom.db import Database, open_database
from kotodom.db.dump import Manifest, write_dump
from kotodom.db.dump_file import DumpFile
from kotodom.db.load import Loader
from kotodom.db.migrate import migrate
from kotodom.db.source import open_source
from tests.support.every_row import contents, fill

NOW = 1_790_000_000_000

Contents = dict[str, list[tuple[Any, ...]]]


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """The database, with all its tables."""
    database = await open_database(url)
    try:
        await database.migrate()
        yield database
    finally:
        await database.close()


async def filled(url: str) -> Contents:
    """Fill a new database with rows in every state; return what is in it."""
    async with opened(url) as database:
        await database.write(fill)
        return await database.read(contents)


async def read(url: str) -> Contents:
    """What is in a database, but for what it knows of its own past."""
    async with opened(url) as database:
        found = await database.read(contents)
    past = {"imported", "restored", "program"}
    return {**found, "fact": [row for row in found["fact"] if not past & set(row)]}


async def export(url: str, path: Path, kind: str = "export") -> Manifest:
    """Write everything in a database to *path*."""
    async with open_source(url) as source:
        return await write_dump(source, path, kind=kind, now=NOW)


async def load(path: Path, url: str, **how: Any) -> None:
    """Read it into an empty database."""
    with DumpFile(path) as file:
        file.verify()
        database = await open_database(url)
        try:
            await migrate(database)
            await Loader(database, file).run(NOW, **how)
        finally:
            await database.close()
