"""A backup of a PostgreSQL database: by pg_dump where that can be, else a portable dump."""

import asyncio
from pathlib import Path

from loguru import logger

from kotodom.db import pg_tools
from kotodom.db.backup_sqlite import Progress, begin_file, check_space, make_folder, put_in_place
from kotodom.db.dump import write_dump
from kotodom.db.dump_file import DumpFile
from kotodom.db.source import Source, open_source
from kotodom.errors import BackupFailed

SQUEEZED = 3
"""Both forms are compressed to less than this part of what the tables take."""


async def backup_postgres(
    url: str, stem: Path, *, now: int, progress: Progress = lambda done, total: None
) -> Path:
    """Write a backup to *stem* with the suffix of its form, and prove it whole; return its path.

    Raises BackupFailed or DatabaseUnusable.
    """
    async with open_source(url) as source:
        ((known,),) = await source.fetch("SELECT to_regclass('aerich')::text")
        if known is None:
            raise BackupFailed("there is nothing to back up yet: the database is empty")
        await _check_space(source, await asyncio.to_thread(make_folder, stem.parent))
        ((server,),) = await source.fetch("SELECT current_setting('server_version_num')::int")
        ((schema,),) = await source.fetch("SELECT current_schema()")
        target = stem.with_name(f"{stem.name}.pgdump")
        done = await _by_pg_dump(url, schema, target, server // 10_000)
        if done is not None:
            return done
        target = stem.with_name(f"{stem.name}.zip")
        await write_dump(source, target, kind="backup", now=now, progress=progress)
    try:
        with DumpFile(target) as file:
            await asyncio.to_thread(file.verify)
    except BackupFailed:
        target.unlink(missing_ok=True)  # its name says that it is good
        raise
    return target


async def _by_pg_dump(url: str, schema: str, target: Path, server: int) -> Path | None:
    """Let pg_dump write *target*; None when it is not there, too old for the server, or fails."""
    dump, restore = pg_tools.find("pg_dump"), pg_tools.find("pg_restore")
    if dump is None or restore is None:
        return None
    if (known := await pg_tools.version(dump)) < server:
        logger.info("pg_dump {} is too old for the server, {}: a portable dump", known, server)
        return None
    partial = await asyncio.to_thread(begin_file, target)
    try:
        await pg_tools.dump(dump, url, schema, partial)
        await pg_tools.check(restore, partial)
        await asyncio.to_thread(put_in_place, partial, target)
    except BackupFailed as error:
        logger.warning("{}; a portable dump is made instead", error)
        return None
    except OSError as error:
        raise BackupFailed(f"cannot write {target}: {error.strerror or error}") from None
    finally:
        partial.unlink(missing_ok=True)
    return target


async def _check_space(source: Source, folder: Path) -> None:
    ((size,),) = await source.fetch(
        "SELECT COALESCE(SUM(pg_table_size(c.oid)), 0)::bigint FROM pg_class c"
        " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'"
    )
    check_space(folder, size // SQUEEZED)
