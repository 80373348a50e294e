"""A measured figure, the table of them, and the machine they were measured on."""

import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report; *target* is what the project wants to reach, if it set one."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False
    """The target is a lower bound."""
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        reached = self.value >= self.target if self.at_least else self.value <= self.target
        return "reached" if reached else "MISSED"


def percentile(values: Iterable[float], percent: float) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def table(figures: Sequence[Figure]) -> str:
    """The figures as plain text, one a line."""
    rows = [("figure", "measured", "target", "", "note")]
    for figure in figures:
        bound = "≥" if figure.at_least else "≤"
        target = "" if figure.target is None else f"{bound} {figure.target:g} {figure.unit}"
        measured = f"{_rounded(figure.value)} {figure.unit}"
        rows.append((figure.name, measured, target, figure.verdict, figure.note))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]
        ).rstrip()
        for row in rows
    )


def _rounded(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "kernel": platform.release(),
        "load": [round(load, 2) for load in os.getloadavg()],
    }


def as_json(figures: Sequence[Figure]) -> dict[str, Any]:
    """Everything, for a file."""
    return {
        "machine": machine(),
        "figures": [asdict(figure) | {"verdict": figure.verdict} for figure in figures],
    }
