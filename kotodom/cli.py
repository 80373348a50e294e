"""The commands a person types; each imports what it needs when it runs, so --help is quick."""

import io
import os
import sys
from collections.abc import Coroutine, Iterable
from pathlib import Path
from traceback import format_exception
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from kotodom import __version__
from kotodom.errors import ConfigError, DatabaseUnusable, PortTaken

if TYPE_CHECKING:
    from kotodom.config import Config

EXIT_UNAVAILABLE = 69
"""EX_UNAVAILABLE of sysexits.h: the database or the port cannot be had, which may pass."""
EXIT_CONFIG = 78
"""EX_CONFIG of sysexits.h: the configuration has mistakes, which do not pass by themselves."""

T = TypeVar("T")

app = typer.Typer(
    help="Kotodom: many Telegram bots in one process, every message answered exactly once.",
    add_completion=False,
    no_args_is_help=True,
    # rich would double the time of --help; errors of ours are shown without a traceback anyway.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

ConfigPath = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="PATH",
        help="The configuration file. Without it: $KOTODOM_CONFIG, ./config.toml, "
        "/etc/kotodom/config.toml.",
    ),
]


@app.command()
def run(config: ConfigPath = None) -> None:
    """Run the bots in the foreground until SIGTERM or SIGINT; logs go to stderr."""
    settings = _load(config, require_bots=True)

    from kotodom import logs

    logs.configure(settings.log.level, settings.log.format, secrets=settings.hidden())

    from loguru import logger

    from kotodom.app import serve

    try:
        _in_loop(serve(settings))
    except (ConfigError, DatabaseUnusable, PortTaken):
        logger.remove()  # the last lines of the log come before the reason
        raise
    except Exception as error:  # noqa: BLE001 - it ends the process, but not unredacted
        # Whatever it is, its traceback must pass the log's redaction, and systemd restarts us.
        logger.opt(exception=error).critical("kotodom died")
        raise typer.Exit(1) from None


@app.command()
def demo(
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="PATH",
            help="Use the bots and the provider of this file; Telegram stays emulated.",
        ),
    ] = None,
    as_admin: Annotated[
        bool,
        typer.Option("--as-admin", help="You are an admin there: /admin runs everything."),
    ] = False,
    telegram_only: Annotated[
        bool, typer.Option("--telegram-only", help="Serve just the Bot API emulator.")
    ] = False,
    model_only: Annotated[
        bool, typer.Option("--model-only", help="Serve just the offline model.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port for --telegram-only or --model-only.")
    ] = 0,
) -> None:
    """Chat with two bots in this terminal: no account, no key, nothing leaves the machine."""
    if telegram_only and model_only:
        raise typer.BadParameter("choose --telegram-only or --model-only, not both")

    from kotodom.demo.terminal import run_demo

    code = _in_loop(
        run_demo(
            config=config,
            as_admin=as_admin,
            telegram_only=telegram_only,
            model_only=model_only,
            port=port,
        )
    )
    raise typer.Exit(code)


@app.command()
def check(config: ConfigPath = None) -> None:
    """Verify configuration, database, bot tokens and provider; exit 1 if something fails."""
    settings = _load(config, require_bots=True)

    from kotodom import check as checks
    from kotodom import redaction

    redaction.remember(settings.hidden())
    rows = _in_loop(checks.run_checks(settings))
    print(checks.table(rows))
    raise typer.Exit(0 if all(row.state is not checks.State.FAILED for row in rows) else 1)


@app.command()
def migrate(config: ConfigPath = None) -> None:
    """Bring the database up to this version's schema (`run` does it too)."""
    from kotodom import redaction
    from kotodom.config import addresses, load_database

    settings, warnings = load_database(config, os.environ)
    _warn(warnings)
    url = settings.url.get_secret_value()
    redaction.remember(addresses.secrets(url))

    async def work() -> list[str]:
        from kotodom.db import open_database

        database = await open_database(url)
        try:
            await database.hold()
            return await database.migrate()
        finally:
            await database.close()

    applied = _in_loop(work())
    print("\n".join(f"applied {name}" for name in applied) or "the database is up to date")


@app.command()
def version(
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Also the versions of what it runs on.")
    ] = False,
) -> None:
    """Print the version."""
    print(f"kotodom {__version__}")
    if not verbose:
        return

    import platform
    import sqlite3
    from importlib import metadata

    print(f"python {platform.python_version()} ({platform.platform()})")
    print(f"sqlite {sqlite3.sqlite_version}")
    for package in PACKAGES:
        try:
            print(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            print(f"{package} is not installed")


PACKAGES = (
    "aiogram",
    "aiohttp",
    "openai",
    "httpx2",
    "tortoise-orm",
    "aiosqlite",
    "asyncpg",
    "aerich",
    "apscheduler",
    "pydantic",
    "loguru",
    "uvloop",
)
"""What matters when somebody reports a fault."""


def _load(path: Path | None, *, require_bots: bool = False) -> "Config":
    from kotodom.config import load

    settings = load(path, os.environ, require_bots=require_bots)
    _warn(settings.warnings)
    return settings


def _warn(warnings: Iterable[str]) -> None:
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)


def _in_loop(work: Coroutine[Any, Any, T]) -> T:
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


def main() -> None:
    """Run the command line; a mistake of the person's is a plain line, never a traceback."""
    _open_standard_streams()
    sys.excepthook = _show_redacted
    try:
        app()
    except ConfigError as error:
        _fail(error.mistakes, EXIT_CONFIG)
    except (DatabaseUnusable, PortTaken) as error:
        _fail([str(error)], EXIT_UNAVAILABLE)


def _open_standard_streams() -> None:
    """Put /dev/null where a standard stream is closed, else the next file gets its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number is this one
        if getattr(sys, name) is None:
            mode = "w" if number else "r"
            setattr(sys, name, open(number, mode, closefd=False))  # noqa: SIM115 - it stays
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a name that LANG=C cannot write


def _show_redacted(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    from kotodom.redaction import redact

    print(redact("".join(format_exception(kind, error, trace))), end="", file=sys.stderr)


def _fail(lines: Iterable[str], code: int) -> None:
    from kotodom.redaction import redact

    for line in lines:
        print(" ".join(redact(line).split()), file=sys.stderr)
    sys.exit(code)
