"""check: is everything as it must be, and if not, what next?"""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from kotodom.cli.common import EXIT_CONFIG, ConfigPath, read_config
from kotodom.errors import ConfigError

if TYPE_CHECKING:
    from kotodom.check import Row
    from kotodom.config import Config

_WIDEST = 100
"""Columns beyond which a line is hard to follow."""


def check(
    config: ConfigPath = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read the whole database, however long that takes.")
    ] = False,
    probe: Annotated[
        bool,
        typer.Option("--probe", help="Have each model answer a tiny question, which is billed."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say it for programs.")] = False,
) -> None:
    """Examine everything there is, with a step for what is wrong; exit 1 if something fails."""
    from kotodom import check as checks
    from kotodom import redaction

    try:
        settings = read_config(config, require_bots=True)
    except ConfigError as error:
        if not as_json:
            raise
        failed = [checks.told("config", checks.State.FAILED, line) for line in error.mistakes]
        print(checks.as_json(failed))
        raise typer.Exit(EXIT_CONFIG) from None
    redaction.remember(settings.hidden())
    rows = _run(settings, deep, probe)
    print(checks.as_json(rows) if as_json else checks.table(rows, _width()))
    raise typer.Exit(0 if all(row.state is not checks.State.FAILED for row in rows) else 1)


def _run(settings: "Config", deep: bool, probe: bool) -> "list[Row]":
    import asyncio

    from kotodom import check as checks
    from kotodom.check.threads import Abandoned

    async def run() -> "list[Row]":
        asyncio.get_running_loop().set_default_executor(Abandoned())
        return await checks.run_checks(settings, deep=deep, probe=probe)

    # Not uvloop: it looks names up in threads of its own, which its end waits for.
    return asyncio.run(run())


def _width() -> int:
    import shutil

    if not sys.stdout.isatty():
        return 80
    return min(shutil.get_terminal_size().columns, _WIDEST)
