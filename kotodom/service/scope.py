"""Whose service it is: the system's, or one user's."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

UNIT = "kotodom.service"


class ServiceProblem(Exception):
    """Something is in the way of the service; each line says what, and what to do next."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Scope:
    """Where the units of one manager lie; *state* is where a system's service keeps its data."""

    user: bool
    units: Path
    state: Path

    @classmethod
    def of_system(cls) -> "Scope":
        """The services that start with the machine."""
        return cls(False, Path("/etc/systemd/system"), Path("/var/lib/kotodom"))

    @classmethod
    def of_user(cls, environ: Mapping[str, str]) -> "Scope":
        """The services of whoever calls."""
        home = Path(environ.get("HOME") or Path.home())
        settings = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
        return cls(True, settings / "systemd" / "user", home)

    @property
    def unit(self) -> Path:
        """The unit file."""
        return self.units / UNIT

    @property
    def template(self) -> str:
        """The name of the packaged unit it is made from."""
        return "kotodom-user.service" if self.user else UNIT

    @property
    def flag(self) -> str:
        """What the commands of this one need: ``" --user"``."""
        return " --user" if self.user else ""
