"""What the tests of `kotodom check` stand on: a configuration, and its rows by name."""

import socket
from pathlib import Path

from kotodom import check
from kotodom.check import Row, State
from kotodom.config import Config
from kotodom.db import open_database

CAT = "111:" + "c" * 35
DOG = "222:" + "d" * 35
KEY = "key-that-nobody-may-see"


def config(tmp_path: Path, telegram: str, model: str, /, **changes: object) -> Config:
    """Two bots; *changes* replace sections."""
    values: dict[str, object] = {
        "database": {"url": f"sqlite://{tmp_path}/data/kotodom.db"},
        "telegram": {"api_base": telegram},
        "openai": {"api_key": KEY, "base_url": model},
        "bots": [{"name": "cat", "token": CAT}, {"name": "dog", "token": DOG}],
    }
    return Config.model_validate(values | changes)


async def rows(settings: Config, **how: object) -> list[Row]:
    """The rows of a check that does not wait for other pollers."""
    return await check.run_checks(settings, **{"listening": 0, **how})  # type: ignore[arg-type]


async def checked(settings: Config, **how: object) -> dict[str, Row]:
    """The same by their names, each of which is there once."""
    return by_what(await rows(settings, **how))


def by_what(found: list[Row]) -> dict[str, Row]:
    """Rows by their names."""
    assert len({row.what for row in found}) == len(found)
    return {row.what: row for row in found}


def is_ok(row: Row) -> bool:
    """Whether nothing is to be done about it."""
    return row.state is State.OK and not row.fix


async def migrated(path: Path) -> None:
    """Make the database *path*."""
    database = await open_database(f"sqlite://{path}")
    await database.migrate()
    await database.close()


def closed_port() -> str:
    """HOST:PORT where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"
