"""Moves secrets out of the configuration into a file each, which it then calls by name."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kotodom.config import SECRETS
from kotodom.config import sources as config_sources
from kotodom.config.sources import CREDENTIALS, Location, Origin, dotted
from kotodom.service.plan import needs_moving
from kotodom.service.scope import Scope, ServiceProblem

_ASSIGNMENT = r"""(?m)^([ \t]*["']?{key}["']?[ \t]*=[ \t]*)("[^"\n]*"|'[^'\n]*')"""


@dataclass(frozen=True, slots=True)
class Move:
    """One secret on its way to a file of its own."""

    location: Location
    written: str
    """What stands in the configuration now."""
    name: str
    """What it will be called: ``credential:NAME``."""


def movable(scope: Scope, file: Path, *, literals: bool) -> list[Move]:
    """The secrets to be moved: those that have to be, and with *literals* those in clear."""
    values = config_sources.read(file)
    places = needs_moving(scope, values)
    if literals:
        places += [location for location, _ in config_sources.literals(values, SECRETS)]
    taken: set[str] = set()
    moves = []
    for location in places:
        name = _free(_name(values, location), taken, file.parent / CREDENTIALS)
        taken.add(name)
        moves.append(Move(location, _at(values, location), name))
    return moves


def move(file: Path, moves: list[Move], environ: Mapping[str, str]) -> list[Path]:
    """Write the files, then the configuration that names them; returns the files.

    Nothing is changed unless everything can be. Raises ServiceProblem.
    """
    values = config_sources.read(file)
    found = deepcopy(values)
    config_mistakes = config_sources.resolve(found, SECRETS, Origin(file.parent, environ))
    lost = [m for m in config_mistakes if m.location in {move.location for move in moves}]
    if lost:
        raise ServiceProblem(*(f"{file}: {dotted(m.location)}: {m.text}" for m in lost))
    text = _rewritten(file, values, moves)
    status = file.stat()
    folder = file.parent / CREDENTIALS
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        os.chown(folder, status.st_uid, status.st_gid)
        secrets = [(folder / move.name, _at(found, move.location)) for move in moves]
        for path, secret in secrets:
            _write(path, f"{secret}\n", 0o600, status)
        # What a link leads to is rewritten: there the secrets lie in clear.
        _write(file.resolve(), text, status.st_mode & 0o777, status)
    except OSError as error:
        raise ServiceProblem(
            f"{error.filename or folder}: cannot be written: {error.strerror}"
        ) from None
    return [path for path, _ in secrets]


def _rewritten(file: Path, values: Any, moves: list[Move]) -> str:
    """The file's text with each secret replaced by its name, and nothing else changed."""
    text = file.read_bytes().decode("utf-8-sig")  # its line ends stay as they are
    wanted = deepcopy(values)
    for move in moves:
        _holder(wanted, move.location)[str(move.location[-1])] = f"credential:{move.name}"
        text = next((said for said in _tries(text, move) if tomllib.loads(said) == wanted), "")
        if not text:
            raise ServiceProblem(
                f"{file}: {dotted(move.location)} stands there in a way that cannot be rewritten: "
                f'write "credential:{move.name}" there yourself, and the secret to '
                f"{file.parent / CREDENTIALS / move.name} (mode 0600)"
            )
    return text


def _tries(text: str, move: Move) -> Iterator[str]:
    """The text with one assignment of that key and value replaced: the first, the second, …"""
    for match in re.finditer(_ASSIGNMENT.format(key=re.escape(str(move.location[-1]))), text):
        start, end = match.span(2)
        said = f'{text[:start]}"credential:{move.name}"{text[end:]}'
        if match[2][1:-1] == move.written and _is_toml(said):
            yield said


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _name(values: Any, location: Location) -> str:
    """``openai_api_key``, or ``cat_token`` for the bot called cat."""
    words = [str(step) for step in location]
    if location[0] == "bots":
        bot = _holder(values, location).get("name")
        words = [str(bot or f"bot{location[1]}"), str(location[-1])]
    return re.sub(r"[\W_]+", "_", "_".join(words).lower(), flags=re.ASCII).strip("_")


def _free(name: str, taken: set[str], folder: Path) -> str:
    """The name, or with a number where another secret has it already."""
    names = (name, *(f"{name}_{number}" for number in range(2, 10_000)))
    return next(n for n in names if n not in taken and not (folder / n).exists())


def _holder(values: Any, location: Location) -> dict[str, Any]:
    node = values
    for step in location[:-1]:
        node = node[step]
    assert isinstance(node, dict)
    return node


def _at(values: Any, location: Location) -> str:
    return str(_holder(values, location)[str(location[-1])])


def _write(path: Path, text: str, mode: int, like: os.stat_result) -> None:
    """Put *text* there whole or not at all, with this mode and the owner of *like*."""
    half = path.with_name(f".{path.name}.new")
    half.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(text.encode())
            os.fchown(out.fileno(), like.st_uid, like.st_gid)
            os.fchmod(out.fileno(), mode)
            out.flush()
            os.fsync(out.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
