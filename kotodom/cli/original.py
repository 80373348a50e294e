"""import-original: everything comes over from the original Kotodom GPT's database."""

import os
import shlex
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kotodom.cli.common import ConfigPath, in_loop, load_config, log_warnings_only

if TYPE_CHECKING:
    from kotodom.cli.progress import Bar
    from kotodom.config import Config
    from kotodom.db import Database
    from kotodom.db.original_reader import Original
    from kotodom.db.original_writer import Arrivals
    from kotodom.original.report import Report
    from kotodom.original.understanding import NewBot
    from kotodom.sealing import Sealer


def import_original(
    dsn: Annotated[
        str,
        typer.Argument(
            metavar="DSN",
            help="Where it is: postgres://USER:PASSWORD@HOST/NAME, or rather env:NAME or "
            "file:PATH, which keep the password from other users of this machine.",
        ),
    ],
    apply: Annotated[
        bool, typer.Option("--apply", help="Do it. Without this it only shows what would be done.")
    ] = False,
    take_over: Annotated[
        bool,
        typer.Option(
            "--take-over", help="Do it although the original still receives the bots' messages."
        ),
    ] = False,
    config: ConfigPath = None,
) -> None:
    """Bring bots, people, conversations and settings over from the original Kotodom GPT."""
    url = _dsn(dsn)
    settings = load_config(config)
    log_warnings_only()

    from kotodom import redaction
    from kotodom.config import addresses

    redaction.remember([*settings.hidden(), *addresses.secrets(url)])
    report = in_loop(_work(url, settings, apply=apply, take_over=take_over))
    for line in report.lines():
        print(line)
    if not report.applied:
        print("Nothing was changed. Stop the original Kotodom, and add --apply to do it.")
        return
    print("All is here. Start Kotodom: it deletes each bot's webhook before it polls.")


def _dsn(said: str) -> str:
    """The URL itself, wherever it is kept."""
    kind, _, rest = said.partition(":")
    if kind == "env":
        if rest not in os.environ:
            raise typer.BadParameter(f"{rest} is not in the environment", param_hint="DSN")
        said = os.environ[rest]
    elif kind == "file":
        try:
            said = Path(rest).expanduser().read_text("utf-8")
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is not text"
            raise typer.BadParameter(f"cannot read {rest}: {why}", param_hint="DSN") from None
    said = said.strip().strip("\"'")
    if not said.startswith(("postgres://", "postgresql://")):
        raise typer.BadParameter(
            "it begins with postgres:// or postgresql://, or is env:NAME or file:PATH",
            param_hint="DSN",
        )
    return said


async def _work(url: str, settings: "Config", *, apply: bool, take_over: bool) -> "Report":
    from kotodom.db.original_reader import open_original
    from kotodom.errors import DatabaseTrouble, DatabaseUnusable
    from kotodom.original.importing import Import
    from kotodom.original.ports import Nowhere

    sealer = _sealer(settings)
    async with AsyncExitStack() as stack:
        original = await open_original(url)
        stack.push_async_callback(original.close)
        # First: if our own daemon runs, it may be who polls.
        ours = await _open_ours(settings, stack, apply=apply, make=False)
        running, notes = await _look_at_bots(original, settings, listen=apply)
        if apply and running and not take_over:
            for note in notes:
                typer.echo(note, err=True)
            typer.echo(
                "Nothing was imported: stop the original Kotodom first, so that nobody is answered "
                "twice; or take its bots over as they are: add --take-over",
                err=True,
            )
            raise typer.Exit(1)
        if apply and ours is None:
            ours = await _open_ours(settings, stack, apply=True, make=True)
        arrivals = None
        if ours is not None:
            arrivals = await _arrivals(ours, original, settings, sealer, apply=apply)
        bars = _Bars()
        work = Import(
            original,
            arrivals or Nowhere(),
            arrivals if apply else None,
            progress=bars.show,
        )
        try:
            report = await work.run()
        except (DatabaseTrouble, DatabaseUnusable) as error:
            if not apply:
                raise
            way = "run it again then, and it goes on where it stopped"
            raise type(error)(f"{error}; {way}") from error
        report.notes[:0] = notes
        return report


class _Bars:
    """A bar for each table."""

    def __init__(self) -> None:
        self._bars: dict[str, Bar] = {}

    def show(self, table: str, done: int, total: int) -> None:
        from kotodom.cli.progress import Bar

        bar = self._bars.setdefault(table, Bar(table))
        bar(done, total)
        if done >= total:
            bar.__exit__(None, None, None)


def _sealer(settings: "Config") -> "Sealer":
    """Who seals the tokens; raises SealBroken where there can be no key."""
    from kotodom.db import sqlite_path
    from kotodom.sealing import Sealer, key_file

    path = sqlite_path(settings.database.url.get_secret_value())
    sealer = Sealer(settings.secrets.key.get_secret_value(), key_file(path))
    if path is None:
        sealer.ring()
    return sealer


async def _open_ours(
    settings: "Config", stack: AsyncExitStack, *, apply: bool, make: bool
) -> "Database | None":
    """Our database, held if it is to be changed; None for a file that is not there, unless made."""
    from kotodom.db import open_database, sqlite_path

    url = settings.database.url.get_secret_value()
    path = sqlite_path(url)
    if not make and path is not None and not path.exists():
        return None
    database = await open_database(url)
    stack.push_async_callback(database.close)
    if apply:
        await database.hold()
    return database


async def _arrivals(
    database: "Database", original: "Original", settings: "Config", sealer: "Sealer", *, apply: bool
) -> "Arrivals | None":
    """Our side, copied and migrated if it is to be changed; None if it is empty and only looked at.

    Raises DatabaseUnusable or SealBroken.
    """
    from functools import partial

    from kotodom.clock import SystemClock
    from kotodom.days import Days
    from kotodom.db.migrate import applied, shipped
    from kotodom.db.original_writer import Arrivals
    from kotodom.db.sealed import bot_secrets
    from kotodom.db.upgrade import snapshot_folder, take_snapshot, upgrade
    from kotodom.errors import DatabaseUnusable

    url, now = settings.database.url.get_secret_value(), SystemClock().now()
    done = await database.read(partial(applied, database))
    if not apply and not done:
        return None
    if apply:
        folder = snapshot_folder(settings.backup.folder)
        if done and (kept := await take_snapshot(url, folder, done, now, without="")) is not None:
            file = shlex.quote(str(kept.path))
            print(f"kept the database as it was; to have it so again: kotodom restore {file}")
        await upgrade(database, url, folder, now, keep_snapshot=False)
    elif len(done) < len(shipped(database.dialect)):
        raise DatabaseUnusable("the database is of an earlier version: run kotodom migrate first")
    if not all(secret.clear for secret in await database.read(bot_secrets)):
        sealer.ring()  # a new key would hide that the one of those is lost
    days, origin = Days(settings.admin.timezone), await original.origin()
    return Arrivals(database, origin, seal=sealer.seal, days=days, now=now)


async def _look_at_bots(
    original: "Original", settings: "Config", *, listen: bool
) -> tuple[bool, list[str]]:
    """Whether somebody still receives the messages of its bots, and what is to be said of them.

    To *listen* ends the poll of whoever else polls, which some do not survive.
    """
    import asyncio

    from kotodom import redaction
    from kotodom.original import understanding
    from kotodom.original.understanding import Skip

    bots: dict[int, NewBot] = {}
    for old in await original.bots():
        redaction.remember([old.token.strip()])
        try:
            new = understanding.bot(old)
        except Skip:
            continue
        if new.enabled:  # there nobody else is listened to
            bots[new.telegram_id] = new
    few = asyncio.Semaphore(8)

    async def look(bot: "NewBot") -> tuple[bool, str]:
        async with few:
            return await _look_at_bot(bot, settings, listen=listen)

    if bots:
        typer.echo(f"asking Telegram about {len(bots)} bots …", err=True)
    found = await asyncio.gather(*map(look, bots.values()))
    return any(running for running, _ in found), [note for _, note in found if note]


async def _look_at_bot(bot: "NewBot", settings: "Config", *, listen: bool) -> tuple[bool, str]:
    from urllib.parse import urlsplit

    from kotodom.check.telegram import (
        LISTENING,
        TelegramFault,
        TelegramRefused,
        ask_telegram,
        listen_for_poller,
    )

    base, proxy = settings.telegram.api_base, settings.telegram.proxy.get_secret_value()
    name = f'bot "{bot.name}"'
    try:
        found = await ask_telegram(base, bot.token, proxy, timeout=15.0)
        if found.webhook:
            # Its path may be a secret.
            place = urlsplit(found.webhook).hostname or "somewhere"
            return True, f"{name}: Telegram still delivers its messages to {place} (a webhook)"
        if listen:
            await listen_for_poller(base, bot.token, proxy, seconds=LISTENING)
    except TelegramRefused as error:
        if error.fault is TelegramFault.CONFLICT:
            return True, f"{name}: another program polls its messages"
        if error.fault is TelegramFault.WRONG:
            return False, f"{name}: Telegram refuses its token; give it a new one here"
        return True, f"{name}: nobody knows who receives its messages: {error}"
    return False, ""
