"""What every command stands on: exit codes, the configuration, the event loop."""

import os
import sys
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from kotodom.config import Config

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
    from kotodom.config import load

    settings = load(path, os.environ, require_bots=require_bots)
    warn(settings.warnings)
    return settings


def load_database_url(path: Path | None) -> str:
    """Where the database is, for commands that need nothing else; its password is hidden."""
    from kotodom import redaction
    from kotodom.config import addresses, load_database

    settings, warnings = load_database(path, os.environ)
    warn(warnings)
    url = settings.url.get_secret_value()
    redaction.remember(addresses.secrets(url))
    return url


def warn(warnings: Iterable[str]) -> None:
    """Say on stderr what is allowed but unwise, a line each."""
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)


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
