"""Where settings come from: the file that is found, its TOML, and what secrets refer to."""

import difflib
import os
import re
import stat
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, EnvSettingsSource

from kotodom.errors import ConfigError

SEARCHED = (Path("config.toml"), Path("/etc/kotodom/config.toml"))

_REFERENCE = re.compile(r"(env|file|credential):(.*)", re.DOTALL)

Location = tuple[str | int, ...]
"""A key's place: ``("bots", 1, "token")``."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong with the configuration."""

    location: Location
    text: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where secrets are looked up: relative files beside the config, names in the environment."""

    directory: Path
    environ: Mapping[str, str]


def dotted(location: Location) -> str:
    """The key as people write it: ``bots[1].token``."""
    text = ""
    for step in location:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def find(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The configuration file: *path*, else $KOTODOM_CONFIG, else the first that exists.

    A file that was named must exist; None when nothing was named and nothing was found.
    """
    named = path or (Path(environ["KOTODOM_CONFIG"]) if environ.get("KOTODOM_CONFIG") else None)
    if named is None:
        return next((candidate for candidate in SEARCHED if candidate.is_file()), None)
    if not named.is_file():
        who = "--config" if path else "KOTODOM_CONFIG"
        raise ConfigError([f"{named}: no such file ({who} names it); {_NEXT_STEP}"])
    return named


_NEXT_STEP = "copy config.example.toml there and edit it, or try `kotodom demo`, which needs none"


def nothing_found() -> ConfigError:
    """The error for a start without any configuration."""
    searched = ", ".join(str(path) for path in SEARCHED)
    return ConfigError(
        [f"no configuration: looked for --config, $KOTODOM_CONFIG, {searched}; {_NEXT_STEP}"]
    )


def read(path: Path) -> dict[str, Any]:
    """Read the file's TOML; a file that cannot be read is a ConfigError of one line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}; check its owner"]) from None
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: is not UTF-8 text (byte {error.start})"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: is not valid TOML: {_syntax(str(error))}"]) from None


def _syntax(message: str) -> str:
    # Only "what (at line N, column M)" comes from the parser: a key it quotes is no secret.
    return message[:1].lower() + message[1:].replace("(at ", "at ").rstrip(")")


class Environment(EnvSettingsSource):
    """``KOTODOM_<SECTION>__<KEY>`` from an environment that is given, not the process's own."""

    def __init__(self, settings: type[BaseSettings], environ: Mapping[str, str]) -> None:
        super().__init__(settings, env_prefix=_PREFIX, env_nested_delimiter="__")
        self.env_vars = {name.lower(): value for name, value in environ.items()}
        self.used: dict[Location, str] = {}
        """Which variable set a section or key."""
        self.unknown: list[Mistake] = []
        for name in environ:
            self._note(name, list(settings.model_fields))

    def _note(self, name: str, sections: list[str]) -> None:
        if not name.lower().startswith(_PREFIX):
            return
        section, nested, key = name.lower()[len(_PREFIX) :].partition("__")
        if section in sections:
            self.used[(section, key) if nested else (section,)] = name
        elif nested:
            near = difflib.get_close_matches(section, sections, n=1)
            hint = f"did you mean {near[0].upper()}?" if near else f"known: {', '.join(sections)}"
            self.unknown.append(Mistake((name,), f"sets an unknown section; {hint}"))

    def sources(self) -> dict[Location, str]:
        """What to name as the source of a mistake, by section or key."""
        return self.used | {mistake.location: "environment" for mistake in self.unknown}

    def decode_complex_value(self, field_name: str, field: Any, value: Any) -> Any:
        """Read a list or table as JSON; text that is none is left for the validator to name."""
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value


_PREFIX = "kotodom_"


def merge(file: dict[str, Any], environment: Mapping[str, Any]) -> dict[str, Any]:
    """The file's values with the environment's written over them, key by key."""
    merged = dict(file)
    for section, value in environment.items():
        below = file.get(section)
        if isinstance(below, dict) and isinstance(value, dict):
            merged[section] = {**below, **value}
        else:
            merged[section] = value
    return merged


def literals(values: Any, patterns: Sequence[tuple[str, ...]]) -> list[str]:
    """The keys that hold a secret in clear: no reference, and not an address without one."""
    found = []
    for pattern in patterns:
        for location, holder in _places(values, pattern, ()):
            value = holder[pattern[-1]]
            address = pattern[-1] in {"url", "proxy"}
            secret = isinstance(value, str) and value and not _REFERENCE.fullmatch(value)
            if secret and (not address or "@" in value):
                found.append(dotted(location))
    return found


def exposed(path: Path, literal: Sequence[str]) -> list[str]:
    """A warning when every user of the machine can read the secrets in *path*."""
    if not literal or not path.stat().st_mode & stat.S_IROTH:
        return []
    keys = ", ".join(literal)
    return [f"{path}: every user of this machine can read {keys}; run: chmod 600 {path}"]


def resolve(values: Any, patterns: Sequence[tuple[str, ...]], origin: Origin) -> list[Mistake]:
    """Replace every reference at *patterns* in *values*, in place; return what could not be.

    A pattern is a key's place with ``*`` for any index: ``("bots", "*", "token")``.
    """
    mistakes: list[Mistake] = []
    for pattern in patterns:
        for location, holder in _places(values, pattern, ()):
            key = pattern[-1]
            match = _REFERENCE.fullmatch(holder[key]) if isinstance(holder[key], str) else None
            if match is None:
                continue
            try:
                holder[key] = _look_up(match[1], match[2].strip(), origin)
            except LookupError as error:
                mistakes.append(Mistake(location, str(error.args[0])))
    return mistakes


def _places(
    node: Any, pattern: tuple[str, ...], location: Location
) -> list[tuple[Location, dict[str, Any]]]:
    step, rest = pattern[0], pattern[1:]
    if step == "*":
        items = node if isinstance(node, list) else []
        return [p for i, item in enumerate(items) for p in _places(item, rest, (*location, i))]
    if not isinstance(node, dict) or step not in node:
        return []
    if not rest:
        return [((*location, step), node)]
    return _places(node[step], rest, (*location, step))


def _look_up(scheme: str, name: str, origin: Origin) -> str:
    if scheme == "env":
        value = origin.environ.get(name)
        if value is None:
            raise LookupError(f"the environment variable {name} is not set; export it first")
    elif scheme == "file":
        value = _read_secret(origin.directory / Path(name).expanduser())
    else:
        value = _read_secret(_credential(name, origin.environ))
    if not value.strip():
        raise LookupError(f"{scheme}:{name} is empty; put the secret there")
    return value.strip()


def _credential(name: str, environ: Mapping[str, str]) -> Path:
    directory = environ.get("CREDENTIALS_DIRECTORY")
    if not directory:
        raise LookupError(
            f"credential:{name} needs systemd (LoadCredential={name}:…); "
            "outside it write env:NAME or file:PATH"
        )
    if os.sep in name or name in {"", ".", ".."}:
        raise LookupError("a credential is named without a path; for example credential:cat_token")
    return Path(directory, name)


def _read_secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise LookupError(
            f"{path} cannot be read: {error.strerror}; check path and owner"
        ) from None
    except UnicodeDecodeError:
        raise LookupError(f"{path} is not a text file; put only the secret there") from None
