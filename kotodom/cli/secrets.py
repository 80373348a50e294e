"""secrets: the key with which tokens and provider keys are sealed in the database."""

import stat
import sys
from collections.abc import Callable
from glob import escape
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import typer

from kotodom.cli.common import ConfigPath, in_loop, load_sealing
from kotodom.errors import SealBroken

if TYPE_CHECKING:
    from kotodom.db.sealed import BotSecret

secrets = typer.Typer(
    help="The key with which tokens and provider keys lie sealed in the database.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_WORDS = {"token": "token", "api_key": "provider key"}


@secrets.command()
def rotate(config: ConfigPath = None) -> None:
    """Seal everything in the database with a new key; stop the daemon first."""
    url, keys = load_sealing(config)
    try:
        in_loop(turn_keys(url, keys, lambda line: print(line, flush=True)))
    except SealBroken as error:
        _fail(f"{error}")
    print(
        "backups from before open with the old key alone: keep it with them, or make a new one "
        "(kotodom backup)"
    )


async def turn_keys(url: str, keys: str, tell: Callable[[str], None]) -> None:
    """Rotate what is sealed in that database; *tell* hears of each step. Raises SealBroken."""
    from kotodom.db import Connection, open_database, sqlite_path
    from kotodom.db import sealed as db_sealed
    from kotodom.rotation import Change, Sealed
    from kotodom.rotation import rotate as turn
    from kotodom.sealing import key_file

    await _refuse_unready(url)
    database = await open_database(url)
    try:
        await database.hold()
        stored = await database.read(db_sealed.bot_secrets)

        async def reseal(change: Change) -> str:
            async def write(connection: Connection) -> db_sealed.Resealed:
                return await db_sealed.reseal(connection, change)

            done = await database.write(write)
            return f"{done.secrets} secrets of bots and {done.texts} commands"

        what = [Sealed(_called(one), one.stored) for one in stored if not one.clear]
        await turn(keys, key_file(sqlite_path(url)), what, reseal, tell)
    finally:
        await database.close()


async def _refuse_unready(url: str) -> None:
    """Raise SealBroken about a database that is not there or has not the tables of today."""
    from kotodom.db.inspection import inspect

    found = await inspect(url)
    if not found.exists:
        raise SealBroken("there is no database yet, so nothing is sealed")
    if found.pending:
        raise SealBroken("the database is that of an older version: run `kotodom migrate` first")


@secrets.command()
def status(config: ConfigPath = None) -> None:
    """Say what is sealed with which key, and who may read the files; exit 1 if that needs you."""
    url, keys = load_sealing(config)
    try:
        lines, sound = in_loop(_status(url, keys))
    except SealBroken as error:
        _fail(f"{error}")
    print("\n".join(lines))
    raise typer.Exit(0 if sound else 1)


async def _status(url: str, keys: str) -> tuple[list[str], bool]:
    from kotodom.db import open_database, sqlite_path
    from kotodom.db.sealed import bot_secrets
    from kotodom.sealing import Sealer, key_file

    await _refuse_unready(url)
    database = await open_database(url)
    try:
        stored = await database.read(bot_secrets)
    finally:
        await database.close()
    path = sqlite_path(url)
    try:
        ring = Sealer(keys, key_file(path)).ring()
    except SealBroken as error:
        if stored:
            raise SealBroken(f"{len(stored)} secrets are sealed, but {error}") from None
        return ["nothing is sealed yet, and there is no key yet"], True
    lines = [f"key: {ring.place} ({len(ring.keys)} of them; the first seals)"]
    sound = True
    for secret in stored:
        try:
            number = 0 if secret.clear else ring.which(secret.stored) + 1
            words = (
                f"sealed with key {number}" if number else "IN CLEAR: run kotodom secrets rotate"
            )
            sound = sound and number == 1
        except SealBroken as error:
            words, sound = f"CANNOT BE OPENED: {error}", False
        lines.append(f"{_called(secret)}: {words}")
    if not stored:
        lines.append("nothing is sealed yet")
    loose = _loose(path) if path is not None else []
    return lines + loose, sound and not loose


def _loose(database: Path) -> list[str]:
    """A line for each file beside the database that is not for its owner alone."""
    from kotodom.private import OTHERS

    found = []
    for file in sorted(database.parent.glob(f"{escape(database.name)}*")):
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & OTHERS:
            step = f"run: chmod 600 {quote(str(file))}"
            found.append(f"{file}: others may use it (mode {mode:04o}); {step}")
    return found


def _called(secret: "BotSecret") -> str:
    return f"bot {secret.bot}, {_WORDS[secret.field]}"


def _fail(text: str) -> None:
    from kotodom.redaction import redact

    print(redact(text), file=sys.stderr)
    raise typer.Exit(1)
