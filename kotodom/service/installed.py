"""The services of systemd that are installed here, as their unit files tell of them."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from kotodom.service.scope import Scope
from kotodom.service.unit import parse, words_of


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installed unit says, with its drop-ins and without systemd's own marks."""

    command: tuple[str, ...]
    folder: Path | None
    """Where it runs, so where its relative paths begin."""
    given: tuple[tuple[str, Path], ...]
    """The credentials: names, and the files that systemd reads."""

    @property
    def configurations(self) -> list[Path]:
        """The files it is configured by."""
        given = [path for name, path in self.given if name == "config.toml"]
        named = [Path(after) for word, after in pairwise(self.command) if word == "--config"]
        joined = [word.partition("=")[2] for word in self.command if word.startswith("--config=")]
        return [*given, *named, *map(Path, joined)]


def scopes(environ: Mapping[str, str]) -> list[Scope]:
    """The system's services, and those of whoever calls, who may have no home."""
    try:
        return [Scope.of_system(), Scope.of_user(environ)]
    except RuntimeError:
        return [Scope.of_system()]


def is_installed(scope: Scope) -> bool:
    """Whether there is a unit; False where we may not look: in a home that is not ours."""
    return os.path.isfile(scope.unit) and os.access(scope.unit, os.R_OK)


def installed(scope: Scope) -> Installed:
    """What a unit says, which must be there."""
    files = (scope.unit, *sorted(scope.unit.with_name(f"{scope.unit.name}.d").glob("*.conf")))
    text = "\n".join(path.read_text("utf-8", errors="replace") for path in files)
    said = parse(text)
    home = scope.state if scope.user else Path("/root")

    def value(key: str) -> str:
        return (said.get(("Service", key)) or [""])[-1]

    folder = _plain(value("WorkingDirectory").removeprefix("-"), home)
    pairs = [line.partition(":") for line in said.get(("Service", "LoadCredential"), [])]
    return Installed(
        tuple(_plain(word, home) for word in words_of(value("ExecStart").lstrip("-+@:!|"))),
        Path(folder.replace("~", str(home), 1)) if folder else None,
        tuple((name, Path(_plain(path, home))) for name, _, path in pairs),
    )


def folder_of(config: Path, environ: Mapping[str, str]) -> Path | None:
    """The folder in which an installed service runs with that configuration; None: none does."""
    return folder_among(config, scopes(environ))


def folder_among(config: Path, among: Sequence[Scope]) -> Path | None:
    """The same, of these alone."""
    wanted = os.path.realpath(config)
    for scope in filter(is_installed, among):
        unit = installed(scope)
        if wanted in map(os.path.realpath, unit.configurations):
            return unit.folder
    return None


def _plain(text: str, home: Path) -> str:
    """A text with systemd's specifiers put in that a unit of ours has (systemd.unit(5))."""
    known = {"%%": "%", "%h": str(home)}
    return re.sub(r"%[%h]", lambda found: known[found[0]], text)
