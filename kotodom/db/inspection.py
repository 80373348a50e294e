"""A look at a database that changes nothing: no file, no table, no row."""

import asyncio
import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from kotodom.db.connection import Connection, Row, open_database, sqlite_path
from kotodom.db.examination import read_only
from kotodom.db.migrate import check_versions, shipped
from kotodom.errors import DatabaseUnusable

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_VERSIONS = "SELECT version FROM aerich"
_FIELDS = ("telegram_id", "name", "model", "error", "models", "source", "token", "api_key")
_SQLITE_COLUMNS = "SELECT name FROM pragma_table_info('bot')"
_POSTGRES_COLUMNS = (
    "SELECT column_name FROM information_schema.columns "
    "WHERE table_name = 'bot' AND table_schema = current_schema()"
)


@dataclass(frozen=True, slots=True)
class StoredBot:
    """What the database says about an enabled bot."""

    telegram_id: int
    name: str
    model: str
    error: str
    models: str = "[]"
    """JSON: what /model offers."""
    source: str = ""
    token: str = field(default="", repr=False)
    """Sealed; empty for a bot of the configuration."""
    api_key: str = field(default="", repr=False)
    """Sealed; empty: the instance's."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found in a database that can be used."""

    engine: str
    """Its name and version."""
    exists: bool = True
    pending: tuple[str, ...] = ()
    """Migrations that `kotodom run` will apply."""
    bots: tuple[StoredBot, ...] = ()


async def inspect(url: str) -> Inspection:
    """Look at the database of *url*; raises DatabaseUnusable when it could not be used."""
    path = sqlite_path(url)
    return await (_postgres(url) if path is None else asyncio.to_thread(_sqlite, path))


def _sqlite(path: Path) -> Inspection:
    engine = f"SQLite {sqlite3.sqlite_version}"
    try:
        return _look(path, engine) if path.exists() else _look_around(path, engine)
    except sqlite3.Error as error:
        raise DatabaseUnusable(
            f"{path} cannot be used: {error}; restore a backup (kotodom restore BACKUP), or "
            "name another in database.url"
        ) from None
    except OSError as error:
        raise DatabaseUnusable(
            f"{path} cannot be reached: {error.strerror}; check database.url, and the owner of "
            "its folder"
        ) from None


def _look_around(path: Path, engine: str) -> Inspection:
    """Whether the file could be made."""
    parent = next(folder for folder in path.parents if folder.exists())
    if not parent.is_dir():
        raise DatabaseUnusable(
            f"{path} cannot be: {parent} is a file, not a folder; check database.url"
        )
    _check_access(parent, os.W_OK | os.X_OK)
    return Inspection(engine, exists=False)


def _check_access(path: Path, mode: int) -> None:
    if not os.access(path, mode):
        raise DatabaseUnusable(
            f"{path} cannot be read and written by this user; change its owner, or run as that one"
        )


def _look(path: Path, engine: str) -> Inspection:
    if not path.is_file():
        raise DatabaseUnusable(f"{path} is a folder, not a database file; check database.url")
    # SQLite writes beside the file, and so does our own lock.
    _check_access(path.parent, os.R_OK | os.W_OK | os.X_OK)
    for suffix in ("", "-wal", "-shm", ".lock"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            _check_access(beside, os.R_OK | os.W_OK)
    with closing(read_only(path)) as raw:
        tables = {name for (name,) in raw.execute(_TABLES)}
        versions = raw.execute(_VERSIONS).fetchall() if "aerich" in tables else []
        columns = raw.execute(_SQLITE_COLUMNS).fetchall()
        bots = raw.execute(_bots(columns)).fetchall() if columns else []
    return _found(engine, "sqlite", tables, versions, bots)


async def _postgres(url: str) -> Inspection:
    database = await open_database(url)
    try:

        async def look(connection: Connection) -> Inspection:
            (engine,) = await connection.fetchrow("SHOW server_version") or ("",)
            tables = await database.tables(connection)
            versions = await connection.fetch(_VERSIONS) if "aerich" in tables else []
            columns = await connection.fetch(_POSTGRES_COLUMNS)
            bots = await connection.fetch(_bots(columns)) if columns else []
            return _found(f"PostgreSQL {engine}", database.dialect, tables, versions, bots)

        return await database.read(look)
    except database.faults as error:
        raise database.unusable("cannot use", error) from error
    finally:
        await database.close()


def _bots(columns: Iterable[Row]) -> str:
    """What asks for the bots; an older database may not have every column yet."""
    there = {row[0] for row in columns}
    fields = ", ".join(name if name in there else f"'' AS {name}" for name in _FIELDS)
    return f"SELECT {fields} FROM bot WHERE enabled ORDER BY id"


def _found(
    engine: str, dialect: str, tables: set[str], versions: Iterable[Row], bots: Sequence[Row]
) -> Inspection:
    applied = {row[0] for row in versions}
    check_versions(dialect, tables, applied)
    pending = tuple(file.name for file in shipped(dialect) if file.name not in applied)
    return Inspection(engine, True, pending, tuple(StoredBot(*row) for row in bots))
