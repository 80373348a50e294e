"""Where settings come from: the file that is found, its TOML, and what secrets refer to."""

import os
import re
import stat
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kotodom.errors import ConfigError

SEARCHED = (Path("config.toml"), Path("/etc/kotodom/config.toml"))

CREDENTIALS = "credentials"
"""The folder beside the configuration where credentials lie, for whoever is not systemd."""

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

    What was named must exist, but need not be a file: a pipe will do. None when nothing was named
    and nothing was found.
    """
    named = path or (Path(environ["KOTODOM_CONFIG"]) if environ.get("KOTODOM_CONFIG") else None)
    if named is None:
        return next((c for c in SEARCHED if _is_there(c) and not os.path.isdir(c)), None)
    who = "--config" if path else "KOTODOM_CONFIG"
    if not _is_there(named):
        raise ConfigError([f"{named}: no such file ({who} names it); {_next_step()}"])
    if os.path.isdir(named):
        raise ConfigError([f"{named}: is a folder ({who} names it); name the file in it"])
    return named


def any_there(path: Path | None, environ: Mapping[str, str]) -> bool:
    """Whether there is a file where :func:`find` looks."""
    named = path or (Path(environ["KOTODOM_CONFIG"]) if environ.get("KOTODOM_CONFIG") else None)
    return any(map(_is_there, SEARCHED if named is None else (named,)))


def example() -> Path | None:
    """The example of a configuration: in an installed package, or above us in a checkout."""
    package = Path(__file__).parent.parent
    lies = (folder / "config.example.toml" for folder in (package, package.parent))
    return next((file for file in lies if file.is_file()), None)


def _is_there(path: Path) -> bool:
    """Whether something has that name; if we may not look, reading it will say so."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _next_step() -> str:
    return (
        f"run `kotodom init`, which asks for what it needs, or copy {example() or 'the example'} "
        "there and edit it; `kotodom demo` needs none"
    )


def nothing_found() -> ConfigError:
    """The error for a start without any configuration."""
    searched = ", ".join(str(path) for path in SEARCHED)
    return ConfigError(
        [f"no configuration: looked for --config, $KOTODOM_CONFIG, {searched}; {_next_step()}"]
    )


def read(path: Path) -> dict[str, Any]:
    """Read the file's TOML; a file that cannot be read is a ConfigError of one line."""
    try:
        # Windows' editors begin a file with a byte order mark.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {_why(error)}"]) from None
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: is not UTF-8 text (byte {error.start})"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: is not valid TOML: {_syntax(str(error))}"]) from None
    except ValueError:
        raise ConfigError([f"{path}: holds a number that is too long to be one"]) from None
    except RecursionError:
        raise ConfigError([f"{path}: holds lists or tables that are nested too deeply"]) from None


def _why(error: OSError) -> str:
    step = "; check its owner and mode" if isinstance(error, PermissionError) else ""
    return f"{error.strerror}{step}"


def _syntax(message: str) -> str:
    # Only "what (at line N, column M)" comes from the parser: a key it quotes is no secret.
    return message[:1].lower() + message[1:].replace("(at ", "at ").rstrip(")")


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


def literals(values: Any, patterns: Sequence[tuple[str, ...]]) -> list[tuple[Location, str]]:
    """The secrets that stand there in clear: no reference, and not an address without one."""
    found = []
    for pattern in patterns:
        for location, holder in _places(values, pattern, ()):
            value = holder[pattern[-1]]
            address = pattern[-1] in {"url", "proxy"}
            secret = isinstance(value, str) and value and not _REFERENCE.fullmatch(value)
            if secret and (not address or "@" in value):
                found.append((location, value))
    return found


def references(values: Any, patterns: Sequence[tuple[str, ...]]) -> list[tuple[Location, str, str]]:
    """Every reference at *patterns*: where it stands, its scheme and the name it gives."""
    return [
        (location, match[1], match[2].strip())
        for pattern in patterns
        for location, holder in _places(values, pattern, ())
        if isinstance(value := holder[pattern[-1]], str) and (match := _REFERENCE.fullmatch(value))
    ]


def exposed(path: Path, literal: Sequence[Location]) -> list[str]:
    """A warning when every user of the machine can read the secrets in *path*."""
    status = path.stat()
    if not literal or not stat.S_ISREG(status.st_mode) or not status.st_mode & stat.S_IROTH:
        return []
    keys = ", ".join(map(dotted, literal))
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
    if not name or "\0" in name or (scheme == "env" and "=" in name):
        raise LookupError(f"names nothing that can be looked up; for example {_EXAMPLES[scheme]}")
    if scheme == "env":
        value = origin.environ.get(name)
        if value is None:
            raise LookupError(f"the environment variable {name} is not set; export it first")
    elif scheme == "file":
        value = _read_secret(origin.directory / _expanded(name))
    else:
        value = _read_secret(_credential(name, origin))
    if not value.strip():
        raise LookupError(f"{scheme}:{name} is empty; put the secret there")
    return value.strip()


_EXAMPLES = {"env": "env:CAT_TOKEN", "file": "file:cat_token", "credential": "credential:cat_token"}


def _expanded(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise LookupError(f"{name} cannot be found: there is no such user's home") from None


def _credential(name: str, origin: Origin) -> Path:
    kept = origin.directory / CREDENTIALS
    directory = origin.environ.get("CREDENTIALS_DIRECTORY") or (kept if kept.is_dir() else None)
    if not directory:
        raise LookupError(
            f"credential:{name} needs systemd (LoadCredential={name}:…) or the file {kept / name}; "
            "or write env:NAME or file:PATH"
        )
    if os.sep in name or name in {"", ".", ".."}:
        raise LookupError("a credential is named without a path; for example credential:cat_token")
    return Path(directory, name)


def _read_secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LookupError(f"{path} cannot be read: {_why(error)}") from None
    except UnicodeDecodeError:
        raise LookupError(f"{path} is not a text file; put only the secret there") from None
