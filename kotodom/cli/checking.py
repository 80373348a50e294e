"""check: is everything as it must be, and if not, what next?"""

import typer

from kotodom.cli.common import ConfigPath, in_loop, load_config


def check(config: ConfigPath = None) -> None:
    """Verify configuration, database, bot tokens and provider; exit 1 if something fails."""
    settings = load_config(config, require_bots=True)

    from kotodom import check as checks
    from kotodom import redaction

    redaction.remember(settings.hidden())
    rows = in_loop(checks.run_checks(settings))
    print(checks.table(rows))
    raise typer.Exit(0 if all(row.state is not checks.State.FAILED for row in rows) else 1)
