"""This installation of Kotodom: how it is called, what it consists of, whether it will stay.

It may lie in a virtual environment of any kind (pip, pipx, uv), whose Python may lie elsewhere
again; a service that sees no homes needs to be shown each of these folders.
"""

import os
import shutil
import site
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path

HOMES = (Path("/home"), Path("/root"), Path("/run/user"))
"""What ProtectHome= hides."""
PASSING = (Path("/tmp"), Path("/var/tmp"), Path("/run"), Path("/dev/shm"))
"""What is emptied at boot or after a while; a system's service has a /tmp of its own."""
_ROOTS_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Debian's secure_path in /etc/sudoers."""
_CACHES = {".cache", "archive-v0", "builds-v0", "environments-v2"}
"""Folders in which pipx and uv keep what they run only once."""


@dataclass(frozen=True, slots=True)
class Program:
    """One installation."""

    command: tuple[str, ...]
    """What starts it, before any argument of ours."""
    folders: tuple[Path, ...]
    """Everything it needs to run that is not the system's; none lies in another one."""
    package: Path
    user_site: bool = False
    """Installed with `pip install --user`: only its owner's Python finds it."""

    @classmethod
    def current(cls) -> "Program":
        """The one that is running."""
        package = Path(__file__).parent.parent
        prefix = Path(sys.prefix)
        script = prefix / "bin" / "kotodom"
        called = (str(script),) if os.access(script, os.X_OK) else (sys.executable, "-m", "kotodom")
        folders = [*_interpreter(), prefix, Path(sys.base_prefix)]
        if not package.is_relative_to(prefix):
            folders.append(package.parent)  # a checkout, installed with `pip install -e`
        user_site = site.ENABLE_USER_SITE and package.is_relative_to(site.getusersitepackages())
        return cls(called, _outermost(folders), package, bool(user_site))

    def owns(self, called: Path) -> bool:
        """Whether the program *called* belongs to this installation."""
        own = [Path(self.command[0]), Path(sys.executable)]
        return any(called == path or _same(called, path) for path in own)

    def for_root(self) -> tuple[str, ...]:
        """What calls it under sudo, whose PATH has only the system's folders."""
        found = shutil.which("kotodom", path=_ROOTS_PATH)
        return ("kotodom",) if found and self.owns(Path(found).resolve()) else self.command

    def hidden(self) -> tuple[Path, ...]:
        """The folders that a service without homes would miss."""
        return tuple(folder for folder in self.folders if _in_any(folder, HOMES))

    def compiled(self) -> bool:
        """Whether Python finds its modules compiled; uv leaves that to the first start."""
        return Path(cache_from_source(str(self.package / "app.py"))).exists()

    def obstacles(self, *, user: bool) -> list[str]:
        """Why it cannot be run as a service, a line each, with what to do."""
        place = Path(self.command[0])
        if _CACHES & set(place.parts) or _in_any(place, PASSING):
            return [
                f"this Kotodom lies where it is not kept ({place}): install it first, for example "
                "with `pipx install kotodom`, and call that one"
            ]
        if odd := {"'", '"', "\\"} & set(str(place)):
            return [
                f"systemd runs no program with {' or '.join(sorted(odd))} in its path ({place}): "
                "install Kotodom elsewhere"
            ]
        if user:
            return []
        if self.user_site:
            return [
                "this Kotodom was installed with `pip install --user`, where the service's own "
                "user does not find it: install it with `pipx install kotodom`, or add --user"
            ]
        needed = (self.package, place)
        closed = next((path for f in self.folders for path in _closed(f, needed)), None)
        if closed is None:
            return []
        return [
            f"{closed} can be read by its owner alone, and the service has a user of its own: run "
            f"chmod -R o+rX {next(f for f in self.folders if closed.is_relative_to(f))} "
            "or add --user"
        ]


def _interpreter() -> Iterator[Path]:
    """What the executable's links lead through: an installation of Python, or a mere link."""
    path = Path(sys.executable)
    for _ in range(40):  # as many links as Linux follows
        installation = path.parent.parent
        yield installation if any(installation.glob("lib/python3*")) else path
        if not path.is_symlink():
            break
        path = Path(os.path.normpath(path.parent / path.readlink()))
    yield path.resolve().parent.parent


def _outermost(folders: list[Path]) -> tuple[Path, ...]:
    """Each once, without the system's own and without those that lie in another one."""
    found = [folder for folder in dict.fromkeys(folders) if folder not in (Path("/usr"), Path("/"))]
    return tuple(
        folder
        for folder in found
        if not any(folder != other and folder.is_relative_to(other) for other in found)
    )


def _in_any(path: Path, folders: tuple[Path, ...]) -> bool:
    places = (path, path.resolve())
    return any(place.is_relative_to(folder) for folder in folders for place in places)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.parent.samefile(other.parent)
    except OSError:
        return False


def _closed(folder: Path, needed: tuple[Path, ...]) -> Iterator[Path]:
    """What of a folder others cannot enter or read; the way to what is *needed* tells for all."""
    shown = _in_any(folder, HOMES)  # mounted by itself, so that what lies above does not count
    paths = [folder] if shown else [folder, *folder.parents]
    for place in needed:
        if place.is_relative_to(folder):
            within = place.relative_to(folder).parts
            paths += [folder.joinpath(*within[: i + 1]) for i in range(len(within))]
    for path in paths:
        mode = path.stat().st_mode
        rights = stat.S_IROTH | stat.S_IXOTH if path.is_relative_to(folder) else stat.S_IXOTH
        if mode & rights != rights:
            yield path
