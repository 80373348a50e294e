"""run, demo, version: what a person starts with."""

from pathlib import Path
from typing import Annotated

import typer

from kotodom import __version__
from kotodom.cli.common import ConfigPath, in_loop, load_config
from kotodom.cli.setup import offer
from kotodom.errors import ConfigError, DatabaseUnusable, PortTaken


def run(config: ConfigPath = None) -> None:
    """Run the bots in the foreground until SIGTERM or SIGINT; logs go to stderr."""
    offer(config)
    settings = load_config(config, require_bots=True)

    from kotodom import logs

    log = settings.log
    logs.configure(
        log.level,
        log.format,
        secrets=settings.hidden(),
        file=log.file,
        max_mb=log.max_mb,
        keep=log.keep,
    )

    from loguru import logger

    from kotodom.app import serve

    try:
        in_loop(serve(settings))
    except (ConfigError, DatabaseUnusable, PortTaken):
        logger.remove()  # the last lines of the log come before the reason
        raise
    except Exception as error:  # noqa: BLE001 - it ends the process, but not unredacted
        # Whatever it is, its traceback must pass the log's redaction, and systemd restarts us.
        logger.opt(exception=error).critical("kotodom died")
        raise typer.Exit(1) from None


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

    code = in_loop(
        run_demo(
            config=config,
            as_admin=as_admin,
            telegram_only=telegram_only,
            model_only=model_only,
            port=port,
        )
    )
    raise typer.Exit(code)


def show_version(wanted: bool) -> None:
    """What ``kotodom --version`` does, as of every other program."""
    if wanted:
        print(f"kotodom {__version__}")
        raise typer.Exit


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
