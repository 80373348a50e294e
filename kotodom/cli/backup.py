"""backup, restore: a copy of the database, and the way back to it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kotodom.cli.common import ConfigPath, in_loop, load_sealing, load_storage, log_warnings_only

if TYPE_CHECKING:
    from kotodom.db.restore_sqlite import Restored


def backup(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="[PATH]",
            help="A new file, or a folder. Without it: the configured folder of backups.",
            show_default=False,
        ),
    ] = None,
    config: ConfigPath = None,
    with_key: Annotated[
        bool,
        typer.Option(
            "--with-key", help="Also copy the key file, to a file beside it: keep them apart."
        ),
    ] = False,
) -> None:
    """Back up the database, also while Kotodom runs; the copy is checked."""
    url, settings = load_storage(config)
    log_warnings_only()

    from kotodom.admin.times import size
    from kotodom.backup.files import backup_folder, free_stem
    from kotodom.cli.progress import Bar
    from kotodom.clock import SystemClock
    from kotodom.db.backup import SUFFIXES, make_backup
    from kotodom.db.connection import sqlite_path
    from kotodom.errors import BackupFailed

    now = SystemClock().now()
    database = sqlite_path(url)
    wanted = backup_folder(settings.folder, database) if path is None else path.expanduser()
    try:
        if database is not None and not database.exists():
            raise BackupFailed(f"there is no database to back up yet: {database} is missing")
        if path is None or wanted.is_dir():
            wanted = free_stem(wanted, now)
        elif wanted.suffix in SUFFIXES:
            wanted = wanted.with_suffix("")
    except OSError as error:
        raise BackupFailed(f"cannot back up to {wanted}: {error.strerror or error}") from None
    with Bar("backing up") as bar:
        made = in_loop(make_backup(url, wanted.absolute(), now, bar))
    print(f"backed up to {made} ({size(made.stat().st_size)}, checked)")
    _tell_of_key(database, made, copy=with_key, configured=load_sealing(config)[1])


def restore(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A backup, a snapshot, or an export.")
    ],
    config: ConfigPath = None,
) -> None:
    """Go back to a backup while Kotodom is stopped; the database of now is kept beside it."""
    url, _ = load_storage(config)
    log_warnings_only()

    from datetime import UTC, datetime

    from kotodom.cli.progress import Bar
    from kotodom.clock import SECOND, SystemClock
    from kotodom.db.connection import sqlite_path
    from kotodom.errors import BackupFailed

    now = SystemClock().now()
    stamp = datetime.fromtimestamp(now / SECOND, UTC).strftime("%Y%m%d_%H%M%S")
    database = sqlite_path(url)
    backed_up = path.expanduser().absolute()
    if database == backed_up.resolve():
        raise BackupFailed(f"{path} is the database itself, not a backup of it")

    async def work(bar: Bar) -> "Restored":
        if database is not None:
            from kotodom.db.restore_sqlite import restore_sqlite

            return await restore_sqlite(database, backed_up, now=now, stamp=stamp, progress=bar)
        from kotodom.db.restore_postgres import restore_postgres

        return await restore_postgres(url, backed_up, now=now, stamp=stamp, progress=bar)

    with Bar("restoring") as bar:
        restored = in_loop(work(bar))
    place = database if database is not None else "the database"
    print(f"restored {place} from {backed_up}")
    _tell_of_restored(restored)
    if database is not None:
        _bring_key(database, backed_up)


def _tell_of_key(database: Path | None, made: Path, *, copy: bool, configured: str) -> None:
    """Say what else is needed to use a backup: it is not in it."""
    from kotodom.db.backup_sqlite import copy_private
    from kotodom.errors import BackupFailed
    from kotodom.sealing import key_file

    key = key_file(database)
    if configured:
        print("Tokens in it are sealed with [secrets] key of your configuration: keep that, too.")
    elif key is None or not key.exists():
        print("Nothing in it is sealed: there is no key yet.")
    elif copy:
        target = made.with_name(f"{made.name}.key")
        try:
            copy_private(key, target)
        except OSError as error:
            raise BackupFailed(f"cannot write {target}: {error.strerror}") from None
        print(f"The key is in {target}: who has both files has the tokens of your bots.")
    else:
        print(f"Tokens in it are sealed with {key}, which is not in it: keep a copy of that, too.")


def _tell_of_restored(restored: "Restored") -> None:
    if restored.kept:
        print(f"what was there is kept: {restored.kept} (delete it when all is well)")
    owed = restored.owed
    if owed.messages:
        print(
            f"{owed.messages} messages were still open in the backup, and may have been answered "
            "since: they are not answered by themselves; /admin messages shows them"
        )
    if owed.broadcasts or owed.retries:
        print(
            f"broadcasts paused: {owed.broadcasts}, retries cancelled: {owed.retries}; who got "
            "their message since is not known"
        )
    if not restored.old_read:
        print(
            "what was there could not be read: should Telegram hand over once more what Kotodom "
            "took in last, that is answered once more"
        )


def _bring_key(database: Path, backed_up: Path) -> None:
    """Put the key that lies beside the backup to its place, unless there is one."""
    from kotodom.db.backup_sqlite import copy_private
    from kotodom.sealing import key_file

    key, copied = key_file(database), backed_up.with_name(f"{backed_up.name}.key")
    if key is None or not copied.exists():
        return
    if not key.exists():
        copy_private(copied, key)
        print(f"its key was put to {key}")
    elif key.read_bytes() != copied.read_bytes():
        print(f"{key} stays as it is, though {copied} is another one")
