"""claim: the link that makes whoever opens it first ADMIN."""

import json
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from kotodom.cli.common import ConfigPath, in_loop, load_config
from kotodom.errors import ConfigError

if TYPE_CHECKING:
    from kotodom.setup.claim import Claim

_QR_COLUMNS = 50
"""What the largest code needs."""


def claim(
    config: ConfigPath = None,
    bot: Annotated[
        str, typer.Option(metavar="NAME", help="Through which bot; the first if not given.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Say it for programs.")] = False,
) -> None:
    """Print a link that makes whoever opens it first ADMIN; it works once, for 15 minutes."""
    settings = load_config(config, require_bots=True)

    from kotodom import redaction
    from kotodom.clock import SystemClock
    from kotodom.db import sqlite_path
    from kotodom.setup.claim import make_claim, username_of

    redaction.remember(settings.hidden())
    bots = [one for one in settings.bots if one.enabled is not False]
    if bot:
        bots = [one for one in bots if one.name == bot]
    if not bots:
        what = f"no enabled bot is called {bot}" if bot else "every bot is disabled"
        raise ConfigError([f"{settings.path or 'the environment'}: {what}; the link needs one"])
    url = settings.database.url.get_secret_value()
    made = in_loop(make_claim(url, SystemClock()))
    username = in_loop(username_of(settings, bots[0]))
    if as_json:
        found = {**for_programs(made, username), "running": made.running}
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    tell_link(made, username, bots[0].name)
    if not made.running:
        file = sqlite_path(url)
        where = file.absolute() if file else redaction.redact(url)
        print(f"No Kotodom runs on {where} now: start it within these 15 minutes.")


def for_programs(made: "Claim", username: str) -> dict[str, object]:
    """The link, what else does the same, and when it ends (in seconds since 1970)."""
    return {
        "link": made.link(username) if username else None,
        "command": f"/start {made.code}",
        "expires_at": made.expires_at // 1000,
    }


def tell_link(made: "Claim", username: str, bot: str, where: str = "") -> None:
    """Show where a tap makes somebody ADMIN; *where*: the option that another link needs."""
    print("\nTo become ADMIN, open this within 15 minutes and press Start:\n")
    if username:
        print(f"    {made.link(username)}\n")
        _draw(made.link(username))
    else:
        print(f"    (in Telegram, to {bot}:)  /start {made.code}\n")
    print(f"Whoever opens it first is ADMIN; it works once. A fresh one: kotodom claim{where}")


def _draw(link: str) -> None:
    """Show the link to a phone, too, if this is a terminal that can."""
    import shutil

    from kotodom.setup import qr

    size = shutil.get_terminal_size()
    code = qr.drawn(link)
    lines = code.splitlines()
    plain = (
        os.environ.get("TERM", "dumb") == "dumb" or (sys.stdout.encoding or "").lower() != "utf-8"
    )
    if sys.stdout.isatty() and not plain and len(lines) < size.lines and size.columns > _QR_COLUMNS:
        print(f"{code}\n")
