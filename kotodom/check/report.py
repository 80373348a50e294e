"""What a check found, as rows of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kotodom.redaction import redact


class State(StrEnum):
    """How a check went."""

    OK = "ok"
    NOTE = "note"
    """Nothing fails, but the person should know."""
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; a failure's *detail* ends with the next step."""

    what: str
    state: State
    detail: str


class CheckFailed(Exception):
    """A check failed; the text says why and what to do next."""


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned plain text, without secrets."""
    cells = [("what", "state", "detail / next step")]
    cells += [(row.what, row.state.value, " ".join(redact(row.detail).split())) for row in rows]
    first, second = (max(len(cell[column]) for cell in cells) for column in (0, 1))
    return "\n".join(f"{a:<{first}} | {b:<{second}} | {c}" for a, b, c in cells)
