"""migrate: what is done to a database while no daemon works on it."""

from typing import TYPE_CHECKING, Annotated

import typer

from kotodom.cli.common import ConfigPath, in_loop, load_storage, log_warnings_only

if TYPE_CHECKING:
    from pathlib import Path

    from kotodom.db import Database


def migrate(
    config: ConfigPath = None,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="VERSION|NUMBER",
            help="Bring the database to the schema of that release, or of that migration: forward, "
            "or back for an earlier release to use it.",
        ),
    ] = "",
    yes: Annotated[
        bool, typer.Option("--yes", help="Go back although it loses what is listed without this.")
    ] = False,
    no_snapshot: Annotated[
        bool,
        typer.Option(
            "--no-snapshot", help="Copy no SQLite database before it is changed: no way back."
        ),
    ] = False,
) -> None:
    """Bring the database up to this version's schema (`run` does it too), or back with --to."""
    target = _target(to)
    url, backup = load_storage(config)
    log_warnings_only()

    async def work() -> None:
        from kotodom.db import open_database
        from kotodom.db.upgrade import snapshot_folder

        database = await open_database(url)
        try:
            await database.hold()
            folder = snapshot_folder(backup.folder)
            await _bring(database, url, target, folder, yes=yes, keep_snapshot=not no_snapshot)
        finally:
            await database.close()

    in_loop(work())


def _target(said: str) -> int | None:
    """The number of the migration that --to means; None: the last."""
    if not said:
        return None
    from kotodom.db.migrate import RELEASES

    numbers = {str(number): number for number in RELEASES.values()}
    found = RELEASES.get(said.removeprefix("v"), numbers.get(said))
    if found is None:
        known = ", ".join(f"{version} (or {number})" for version, number in RELEASES.items())
        raise typer.BadParameter(f"this version knows these: {known}", param_hint="--to")
    return found


async def _bring(
    database: "Database",
    url: str,
    target: int | None,
    folder: "Path | None",
    *,
    yes: bool,
    keep_snapshot: bool,
) -> None:
    from functools import partial

    from kotodom.clock import SystemClock
    from kotodom.db.migrate import applied, number
    from kotodom.db.upgrade import downgrade, upgrade, way_back

    now = SystemClock().now()
    done = await database.read(partial(applied, database))
    if target is not None and done and number(done[-1]) > target:
        await _warn_of_losses(database, target, yes=yes)
        changed = await downgrade(database, url, folder, now, target, keep_snapshot=keep_snapshot)
    else:
        changed = await upgrade(
            database, url, folder, now, upto=target, keep_snapshot=keep_snapshot
        )
    if changed.snapshot is not None:
        print(f"kept the database as it was: {changed.snapshot.path}")
        if changed.applied:
            print(way_back(changed.snapshot))
    for name in changed.applied:
        print(f"applied {name}")
    for name in changed.undone:
        print(f"took back {name}")
    if changed.undone:
        print(f"the database is as Kotodom {changed.release} needs it: install that version now")
        print("(this one would upgrade the database again when it starts)")
    elif not changed.applied:
        print("the database is up to date" if target is None else "the database is there already")


async def _warn_of_losses(database: "Database", target: int, *, yes: bool) -> None:
    """Say what going back to *target* loses; without *yes* it ends there."""
    from kotodom.db.downgrade import losses
    from kotodom.db.upgrade import release

    lost = await losses(database, target)
    print(f"Kotodom {release(target)} has no place for {'this' if lost else 'anything new here'}:")
    for loss in lost or ("nothing is stored there yet",):
        print(f"  {loss}")
    if database.dialect != "sqlite":
        print("No snapshot is taken of a server's database; make a backup first: kotodom backup")
    if not yes:
        print("Nothing was changed. To go back all the same: add --yes")
        raise typer.Exit(1)
