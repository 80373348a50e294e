"""What differs between an installed unit and the one this version of Kotodom would write."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from kotodom.service.installed import installed
from kotodom.service.program import Program
from kotodom.service.scope import Scope
from kotodom.service.unit import Settings, packaged, parse

_OWN = {
    "ExecStart",
    "WorkingDirectory",
    "LoadCredential",
    "TimeoutStopSec",
    "Environment",
    "CacheDirectory",
    "ProtectHome",
    "BindReadOnlyPaths",
}
"""What depends on the installation and the configuration, so that every unit has its own."""

_OPEN_HOMES = {"no", "false", "0", "off"}


def drift(scope: Scope, program: Program) -> list[str]:
    """The differences of one scope's unit, a line each; what to do stands in :func:`remedy`."""
    try:
        text = scope.unit.read_text("utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        return [f"{scope.unit}: cannot be read: {reason}"]
    ours, theirs = parse(packaged(scope)), parse(text)
    lines = [*_settings(ours, theirs), *_program(installed(scope).command, program)]
    return [f"{scope.unit}: {line}" for line in lines]


def remedy(scope: Scope, program: Program) -> str:
    """What brings an installed unit up to date; sudo finds no program in anybody's home."""
    called = "kotodom" if scope.user else f"sudo {shlex.join(program.for_root())}"
    return f"{called} service install{scope.flag}"


def _settings(ours: Settings, theirs: Settings) -> list[str]:
    lines = []
    for place in dict.fromkeys((*ours, *theirs)):
        key = place[1]
        if key in _OWN:
            continue
        wanted, found = ours.get(place), theirs.get(place)
        if found is None:
            lines.append(f"{key}= is missing; the packaged unit says {_shown(wanted)}")
        elif wanted is None:
            lines.append(f"{key}={_shown(found)} is not in the packaged unit")
        elif found != wanted:
            lines.append(f"{key}={_shown(found)}; the packaged unit says {_shown(wanted)}")
    for place, values in theirs.items():
        if place[1] == "ProtectHome" and values and values[-1] in _OPEN_HOMES:
            lines.append(f"ProtectHome={values[-1]}; the packaged unit says yes")
    return lines


def _program(command: Sequence[str], program: Program) -> list[str]:
    if not command:
        return ["ExecStart= is missing"]
    called = Path(command[0])
    if not called.exists():
        return [f"ExecStart={called} is not there any more"]
    if program.owns(called):
        return []
    return [f"ExecStart={called} is another installation than this one ({program.command[0]})"]


def _shown(values: Sequence[str] | None) -> str:
    return " and ".join(values or ()) or "nothing"
