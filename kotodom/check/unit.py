"""The installed units of systemd: would this version write them so?"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from kotodom.check.report import Row, State
from kotodom.service.drift import drift, remedy
from kotodom.service.installed import is_installed, scopes
from kotodom.service.program import Program
from kotodom.service.scope import Scope

_SHOWN = 3
"""So many differences of a unit are told."""
_BOOTED = Path("/run/systemd/system")
"""Is there where systemd runs (sd_booted(3))."""


async def rows(environ: Mapping[str, str]) -> list[Row]:
    """A row for each installed unit; a word where systemd runs and there is none."""
    return await asyncio.to_thread(_rows, scopes(environ))


def _rows(among: Sequence[Scope], booted: Path = _BOOTED) -> list[Row]:
    found = [_row(scope) for scope in among if is_installed(scope)]
    if not found and booted.is_dir():
        return [Row("unit file", State.OK, "none: kotodom service install makes it a service")]
    return found


def _row(scope: Scope) -> Row:
    what = "unit file of the user" if scope.user else "unit file"
    program = Program.current()
    lines = drift(scope, program)
    if not lines:
        return Row(what, State.OK, f"{scope.unit} is as this version writes it")
    told = "; ".join(line.removeprefix(f"{scope.unit}: ") for line in lines[:_SHOWN])
    more = f"; and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return Row(what, State.NOTE, f"{scope.unit}: {told}{more}", remedy(scope, program))
