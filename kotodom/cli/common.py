"""What every command stands on: exit codes, the configuration, the event loop."""

import os
import sys
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from kotodom.errors import ConfigError

if TYPE_CHECKING:
    from kotodom.config import Config
    from kotodom.config.sections import BackupConfig

EXIT_FAILED = 1
"""What was asked for could not be done."""
EXIT_UNAVAILABLE = 69
"""EX_UNAVAILABLE of sysexits.h: the database or the port cannot be had, which may pass."""
EXIT_CONFIG = 78
"""EX_CONFIG of sysexits.h: the configuration has mistakes, which do not pass by themselves."""

T = TypeVar("T")

ConfigPath = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="PATH",
        help="The configuration file. Without it: $KOTODOM_CONFIG, ./config.toml, "
        "/etc/kotodom/config.toml.",
    ),
]


def load_config(path: Path | None, *, require_bots: bool = False) -> "Config":
    """The whole configuration; its warnings go to stderr. Raises ConfigError."""
    settings = read_config(path, require_bots=require_bots)
    warn(settings.warnings)
    return settings


def read_config(path: Path | None, *, require_bots: bool = False) -> "Config":
    """The same without a word about its warnings."""
    from kotodom.config import load, rooted

    settings = load(path, os.environ, require_bots=require_bots)
    folder = _service_folder(path)
    if folder is None:
        return settings
    return settings.model_copy(
        update={
            "database": rooted.database(settings.database, folder),
            "log": rooted.log(settings.log, folder),
            "backup": rooted.backup(settings.backup, folder),
        }
    )


def _service_folder(path: Path | None) -> Path | None:
    """Where relative paths of the configuration begin, if an installed service runs with it.

    Then they mean the service's files from wherever a person calls. None: they begin here. Raises
    ConfigError where the person may not look.
    """
    from kotodom.config import sources
    from kotodom.service.installed import folder_of

    file = sources.find(path, os.environ)
    folder = folder_of(file, os.environ) if file is not None else None
    if folder is None:
        return None
    try:
        folder.stat()
    except PermissionError:
        where = f"{file}: its service keeps its data in {folder}, where you may not look"
        raise ConfigError([f"{where}; run this command as root: sudo"]) from None
    except OSError:
        pass  # it has never been started: there is no database yet, as the command will say
    return folder


def load_database_url(path: Path | None) -> str:
    """Where the database is, for commands that need nothing else; its password is hidden."""
    return load_storage(path)[0]


def load_storage(path: Path | None) -> "tuple[str, BackupConfig]":
    """Where the database is, and its copies; the password is hidden."""
    from kotodom import config, redaction
    from kotodom.config import addresses, rooted

    settings, backup, warnings = config.load_storage(path, os.environ)
    warn(warnings)
    if folder := _service_folder(path):
        settings, backup = rooted.database(settings, folder), rooted.backup(backup, folder)
    url = settings.url.get_secret_value()
    redaction.remember(addresses.secrets(url))
    return url, backup


def load_sealing(path: Path | None) -> tuple[str, str]:
    """Where the database is, and the configured keys to its secrets; all of it is hidden."""
    from kotodom import config, redaction
    from kotodom.config import addresses, rooted

    database, secrets, warnings = config.load_sealing(path, os.environ)
    warn(warnings)
    if folder := _service_folder(path):
        database = rooted.database(database, folder)
    url, keys = database.url.get_secret_value(), secrets.key.get_secret_value()
    redaction.remember([*addresses.secrets(url), *filter(None, map(str.strip, keys.split(",")))])
    return url, keys


def warn(warnings: Iterable[str]) -> None:
    """Say on stderr what is allowed but unwise, a line each."""
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)


def log_warnings_only() -> None:
    """Of the log show only warnings, as plain lines: what is done is printed by the command."""
    from loguru import logger

    logger.remove()
    logger.add(sys.stderr, level="WARNING", format="{message}")


def in_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run *work* on uvloop where there is one, else on asyncio's own loop."""
    import asyncio

    try:
        import uvloop
    except ImportError:
        factory = None
    else:
        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(work)
