"""What a check found, as rows of a table or as JSON."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from textwrap import wrap

from kotodom import __version__
from kotodom.redaction import redact

WIDTH = 80
"""Columns of a terminal that does not say how wide it is."""
_WHAT = 24
"""Columns that the names of the rows may take."""
_LABEL = "fix: "


class State(StrEnum):
    """How a check went."""

    OK = "ok"
    NOTE = "note"
    """Nothing fails, but the person should know."""
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    state: State
    detail: str
    fix: str = ""
    """What to do next, a command to copy where there is one; empty: nothing."""


class CheckFailed(Exception):
    """A check failed; the text says why and, behind its last semicolon, what to do next."""


def told(what: str, state: State, text: str) -> Row:
    """A row of a *text* like those of errors: what happened; what to do next."""
    detail, found, fix = text.rpartition("; ")
    return Row(what, state, *((detail, fix.removeprefix("run: ")) if found else (text,)))


def table(rows: Sequence[Row], width: int = WIDTH) -> str:
    """The rows as aligned plain text of at most *width* columns, without secrets."""
    shown = [_clean(row) for row in rows]
    first = min(_WHAT, max(len(row.what) for row in shown))
    second = max(len(state.value) for state in State)
    rest = max(20, width - first - second - 4)
    lines = [f"{'what':<{first}}  {'state':<{second}}  detail"]
    for row in shown:
        names = _wrapped(row.what, first)
        texts = _wrapped(row.detail, rest)
        if row.fix:
            texts += _wrapped(row.fix, rest, _LABEL)
        for number in range(max(len(names), len(texts))):
            name = names[number] if number < len(names) else ""
            state = row.state.value if number == 0 else ""
            text = texts[number] if number < len(texts) else ""
            lines.append(f"{name:<{first}}  {state:<{second}}  {text}".rstrip())
    return "\n".join([*lines, "", verdict(rows)])


def verdict(rows: Sequence[Row]) -> str:
    """The last line: how many failed, how many are worth a look."""
    counts = Counter(row.state for row in rows)
    failed, notes = counts[State.FAILED], counts[State.NOTE]
    if not failed and not notes:
        return "All is well."
    noted = f"{notes} note{'s' * (notes != 1)}" if notes else ""
    return f"{', '.join(filter(None, (f'{failed} failed' if failed else '', noted)))}."


def as_json(rows: Sequence[Row]) -> str:
    """The rows for programs, without secrets.

    ``{"kotodom": version, "ok": whether nothing failed, "rows": [{"what", "state": "ok" | "note" |
    "FAILED", "detail", "fix"}, …]}``, each value of a row a string; more keys may come, none goes.
    """
    found = {
        "kotodom": __version__,
        "ok": all(row.state is not State.FAILED for row in rows),
        "rows": [asdict(_clean(row)) for row in rows],
    }
    return json.dumps(found, ensure_ascii=False, indent=2)


def _clean(row: Row) -> Row:
    what, detail, fix = (" ".join(redact(text).split()) for text in (row.what, row.detail, row.fix))
    return Row(what, row.state, detail, fix)


def _wrapped(text: str, width: int, label: str = "") -> list[str]:
    return wrap(
        text,
        width,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_long_words=False,
        break_on_hyphens=False,
    )
