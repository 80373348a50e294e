"""Files and folders that are nobody's but ours, whatever the umask."""

import os
import stat
from contextlib import suppress
from pathlib import Path

FILE_MODE = 0o600
FOLDER_MODE = 0o700
OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""What group and everybody may do."""


def make_folder(path: Path) -> None:
    """Make a folder and those above it that are missing; those that are there stay as they are.

    Raises OSError.
    """
    # mkdir(parents=True) would make those above with the umask's mode.
    for missing in reversed([one for one in (path, *path.parents) if not one.exists()]):
        with suppress(FileExistsError):
            missing.mkdir(mode=FOLDER_MODE)
            inherit(missing)
    path.mkdir(mode=FOLDER_MODE, exist_ok=True)  # says so when something else has that name


def inherit(path: Path, like: Path | None = None) -> None:
    """What root makes belongs to whoever has *like*, or the folder that it is in.

    The daemon is another user, and could not use its own files after a ``sudo kotodom``. Raises
    OSError.
    """
    if os.geteuid() == 0:
        owner, now = (path.parent if like is None else like).stat(), path.stat()
        # Only where it differs: a confined root may not change owners at all.
        if (owner.st_uid, owner.st_gid) != (now.st_uid, now.st_gid):
            os.chown(path, owner.st_uid, owner.st_gid)


def tighten(path: Path) -> bool:
    """Take group's and everybody's rights from a file of ours; False when there was no need.

    Raises OSError, PermissionError when the file is somebody else's.
    """
    mode = path.stat().st_mode
    if not mode & OTHERS or not stat.S_ISREG(mode):  # a device or a pipe is never ours alone
        return False
    path.chmod(stat.S_IMODE(mode) & ~OTHERS)
    return True


def write_whole(path: Path, text: str) -> None:
    """Put *text* into a file for us alone, which is there whole or not at all; raises OSError.

    A link stays one: what it leads to is replaced.
    """
    path = path.resolve()
    half = path.with_name(f"{path.name}.new")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    inherit(half, path if path.exists() else None)
    half.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
