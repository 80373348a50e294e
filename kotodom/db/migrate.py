"""Brings a database's schema up to date with the migrations that aerich wrote.

The files are applied by ourselves: aerich's own runner loses its transaction on SQLite (the
driver's executescript() commits), so that a crash could leave half a migration, and it brings the
ORM into every process that starts on a fresh database. aerich finds its table as it would have
written it.
"""

import ast
import base64
import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kotodom import __version__
from kotodom.db.connection import Connection, Database
from kotodom.errors import DatabaseUnusable

APP = "models"
"""What aerich calls the set of our tables."""
RELEASES = {"0.1.0": 2, "0.2.0": 3}
"""Each release and the number of its last migration: where ``kotodom migrate --to`` can go."""
PROGRAM = "program"
"""The fact that tells which version of Kotodom migrated the database last."""
IMPORTING = "import"
"""The fact that a file is being imported, whose identity is its value."""
WROTE = f"SELECT value FROM fact WHERE key = '{PROGRAM}'"


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its SQL there and back, and the models it leads to as aerich keeps them (JSON)."""

    name: str
    upgrade: str
    downgrade: str
    models: str


def folder(dialect: str) -> Path:
    """Where the migrations lie: inside the installed package, or at the root of a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "migrations"
    return (inside if inside.is_dir() else package.parent / "migrations") / dialect / APP


def shipped(dialect: str) -> list[Path]:
    """The migration files of this program, in order."""
    files = folder(dialect).glob("[0-9]*_*.py")
    return sorted(files, key=lambda file: number(file.name))


def number(name: str) -> int:
    """Which migration it is, counted from 0."""
    return int(name.partition("_")[0])


def read(file: Path) -> Migration:
    """Read a migration without running it: its functions only return a text."""
    upgrade = downgrade = models = ""
    for node in ast.parse(file.read_text("utf-8")).body:
        match node:
            case ast.AsyncFunctionDef(name="upgrade", body=[ast.Return(value=ast.Constant(value))]):
                upgrade = str(value)
            case ast.AsyncFunctionDef(
                name="downgrade", body=[ast.Return(value=ast.Constant(value))]
            ):
                downgrade = str(value)
            case ast.Assign(targets=[ast.Name(id="MODELS_STATE")], value=ast.Constant(value)):
                models = zlib.decompress(base64.b64decode(str(value))).decode()
    if not upgrade or not models:
        raise DatabaseUnusable(f"the migration {file.name} is not plain SQL")
    return Migration(file.name, upgrade, downgrade, models)


def check_versions(
    dialect: str, tables: Collection[str], applied: Iterable[str], wrote: str = ""
) -> None:
    """Refuse a database that is not ours or that a newer program has migrated.

    *wrote* is the version that did so, where the database tells (:data:`WROTE`).
    """
    newer = sorted(set(applied) - {file.name for file in shipped(dialect)})
    if newer:
        raise DatabaseUnusable(
            f"a newer version of Kotodom{f', {wrote},' if wrote else ''} has migrated it"
            f" ({newer[-1]}), and this is {__version__}: install that one again; or go back with"
            f" it, by: kotodom migrate --to {__version__}; or bring back the snapshot from before"
            " the upgrade: kotodom restore FILE"
        )
    if tables and "aerich" not in tables:
        raise DatabaseUnusable(
            f"it holds somebody else's tables ({', '.join(sorted(tables)[:3])}); name another one "
            "in database.url"
        )


async def applied(database: Database, connection: Connection) -> list[str]:
    """The names of the migrations that the database has, in order.

    Raises DatabaseUnusable when it is not ours, or newer than this program.
    """
    tables = await database.tables(connection)
    rows = await connection.fetch("SELECT version FROM aerich") if "aerich" in tables else []
    wrote = await connection.fetchrow(WROTE) if {"aerich", "fact"} <= tables else None
    names = [row[0] for row in rows]
    check_versions(database.dialect, tables, names, wrote[0] if wrote else "")
    return sorted(names, key=number)


async def refuse_half(database: Database) -> None:
    """Refuse a database that an import has not finished: half of the rows are missing."""

    async def look(connection: Connection) -> bool:
        if "fact" not in await database.tables(connection):
            return False
        sql = "SELECT 1 FROM fact WHERE key = $1"
        return await connection.fetchrow(sql, IMPORTING) is not None

    if await database.read(look):
        raise DatabaseUnusable(
            "the database holds a half of an import: run kotodom import with the same file, which"
            " goes on where it was, or name an empty database in database.url"
        )


async def migrate(database: Database, upto: int | None = None) -> list[str]:
    """Apply what is missing, each migration in a transaction of its own; return their names.

    *upto* is the number of the last one wanted; None: all there are.
    """
    missing = await database.read(partial(_missing, database))
    done = []
    for file in missing:
        if upto is not None and number(file.name) > upto:
            break
        migration = read(file)
        if await database.write(partial(_apply, database, migration)):
            done.append(migration.name)
    return done


async def _missing(database: Database, connection: Connection) -> list[Path]:
    there = await applied(database, connection)
    return [file for file in shipped(database.dialect) if file.name not in there]


async def _apply(database: Database, migration: Migration, connection: Connection) -> bool:
    """False when another process was faster."""
    await database.lock_schema(connection)
    if migration.name not in {file.name for file in await _missing(database, connection)}:
        return False
    await connection.script(migration.upgrade)
    await connection.execute(
        "INSERT INTO aerich (version, app, content) VALUES ($1, $2, $3)",
        migration.name,
        APP,
        migration.models,
    )
    if "fact" in await database.tables(connection):
        await connection.execute(
            "INSERT INTO fact (key, value) VALUES ($1, $2)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            PROGRAM,
            __version__,
        )
    return True
