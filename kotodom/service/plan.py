"""What a service of this installation and this configuration needs, and what is in its way."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kotodom import __version__
from kotodom.config import SECRETS, Config, load
from kotodom.config import sources as config_sources
from kotodom.config.sources import CREDENTIALS, Location
from kotodom.errors import ConfigError
from kotodom.service.program import Program
from kotodom.service.scope import Scope, ServiceProblem
from kotodom.service.unit import command_line, fill, packaged, path_list_item, plain

GIVEN = "${CREDENTIALS_DIRECTORY}/config.toml"
"""Where a system's service finds its configuration."""
PATIENCE = 20.0
"""Seconds beyond processing.drain_timeout before systemd kills: 5 are the daemon's own."""
_NAME = re.compile(r"[\w.@-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Plan:
    """A service that could be installed; *file* is the configuration, an absolute path."""

    scope: Scope
    program: Program
    file: Path
    folder: Path
    """Where it runs, so where a relative database lies."""
    drain: float
    credentials: tuple[tuple[str, Path], ...] = ()
    problems: tuple[str, ...] = ()

    def unit(self) -> str:
        """The unit file's text."""
        script = (*self.program.command, "run", "--config")
        config = str(self.file) if self.scope.user else GIVEN
        lines = {
            "ExecStart": [f"ExecStart={command_line((*script, config))}"],
            "WorkingDirectory": [f"WorkingDirectory={plain(str(self.folder))}"],
            "TimeoutStopSec": [f"TimeoutStopSec={math.ceil(self.drain + PATIENCE)}s"],
        }
        if not self.scope.user:
            lines |= self._sheltered()
        mark = f"# Written by `kotodom service install` of Kotodom {__version__}."
        return f"{mark}\n{fill(packaged(self.scope), lines)}"

    def _sheltered(self) -> dict[str, list[str]]:
        given = (("config.toml", self.file), *self.credentials)
        lines = {
            "LoadCredential": [f"LoadCredential={name}:{plain(str(path))}" for name, path in given]
        }
        if hidden := self.program.hidden():
            lines["ProtectHome"] = [
                "ProtectHome=tmpfs",
                "# but for this Kotodom itself, which lies there.",
                *(f"BindReadOnlyPaths={path_list_item(path)}" for path in hidden),
            ]
        if not self.program.compiled():
            lines["Environment"] = [
                "Environment=PYTHONFAULTHANDLER=1",
                "# Its modules are not compiled yet; here they can be, at the first start.",
                "Environment=PYTHONPYCACHEPREFIX=/var/cache/kotodom",
                "CacheDirectory=kotodom",
            ]
        return lines


def survey(
    scope: Scope, program: Program, file: Path, settings: Config, environ: Mapping[str, str]
) -> Plan:
    """Look at everything a service would need; *environ* is the caller's environment."""
    file = file.absolute()
    values = config_sources.read(file)
    credentials = _credentials(scope, file, values)
    problems = [
        *program.obstacles(user=scope.user),
        *_environment(file, settings, environ),
        *([] if scope.user else _out_of_reach(scope, settings)),
    ]
    folder = _folder(file, settings) if scope.user else scope.state
    drain = settings.processing.drain_timeout
    return Plan(scope, program, file, folder, drain, tuple(credentials), tuple(problems))


def sqlite_path(settings: Config) -> Path | None:
    """The path in database.url; None for a server."""
    scheme, _, name = settings.database.url.get_secret_value().partition("://")
    return _path(name.partition("?")[0]) if scheme == "sqlite" else None


def _path(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise ServiceProblem(f"{name} is in the home of nobody: write it in full") from None


def needs_moving(scope: Scope, values: Any) -> list[Location]:
    """The secrets that a service could not read where they are: shell variables, closed files."""
    return [
        location
        for location, scheme, name in config_sources.references(values, SECRETS)
        if scheme == "env" or (not scope.user and not _NAME.fullmatch(name))
    ]


def _credentials(scope: Scope, file: Path, values: Any) -> list[tuple[str, Path]]:
    """The files to be handed over, by the names the configuration has for them."""
    left = needs_moving(scope, values)
    # A relative file: is looked up beside the configuration, which will lie among them.
    folders = {"credential": file.parent / CREDENTIALS, "file": file.parent}
    found = {
        name: folders[scheme] / name
        for location, scheme, name in config_sources.references(values, SECRETS)
        if location not in left
    }
    return list(found.items())


def _environment(file: Path, settings: Config, environ: Mapping[str, str]) -> Iterator[str]:
    """What is set here would be lost, unless the file says the same: `init` has written it."""
    names = [name for name in environ if name.startswith("KOTODOM_") and name != "KOTODOM_CONFIG"]
    if names and _changes(file, settings, environ):
        yield (
            f"the service will not see what is set here ({', '.join(sorted(names))}): write it to "
            "config.toml, and unset it"
        )


def _changes(file: Path, settings: Config, environ: Mapping[str, str]) -> bool:
    try:
        return load(file, environ).model_dump() != settings.model_dump()
    except ConfigError:
        return True


def _out_of_reach(scope: Scope, settings: Config) -> Iterator[str]:
    """What a system's service could not write; a relative path lies in its own folder."""
    places = {
        "database.url": sqlite_path(settings),
        "log.file": _path(settings.log.file) if settings.log.file else None,
        "backup.folder": _path(settings.backup.folder) if settings.backup.folder else None,
    }
    for key, path in places.items():
        if path is None or (not path.is_absolute() and ".." not in path.parts):
            continue
        if not path.is_relative_to(scope.state) or ".." in path.parts:
            yield (
                f"{key} names {path}, but the service's own user writes to {scope.state} only: "
                f"write a relative path, which begins there, or add --user"
            )


def _folder(file: Path, settings: Config) -> Path:
    """Where a user's service runs: where the database is already, else beside its file."""
    database = sqlite_path(settings)
    here = Path.cwd()
    if (
        database is not None
        and not (file.parent / database).exists()
        and (here / database).exists()
    ):
        return here
    return file.parent
