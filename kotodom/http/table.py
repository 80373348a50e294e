"""The documentation's tables of metrics, written from the metrics themselves.

``python -m kotodom.http.table FILE`` puts them between the marks there.
"""

import sys
from pathlib import Path

from kotodom.measures import GROUPS
from kotodom.pages import Marks

MARKS = Marks(
    "<!-- metrics: written by python -m kotodom.http.table FILE -->",
    "<!-- end of the metrics -->",
)


def table() -> str:
    """Every metric with its type, its labels and its meaning, as Markdown."""
    pieces = []
    for title, measures in GROUPS.items():
        rows = [f"**{title}**", "", "| metric | type | labels | meaning |", "|---|---|---|---|"]
        for measure in measures:
            labels = ", ".join(f"`{label}`" for label in measure.labels)
            rows.append(f"| `{measure.name}` | {measure.kind} | {labels} | {measure.about} |")
        pieces.append("\n".join(rows))
    return "\n\n".join(pieces)


def renewed(text: str) -> str:
    """*text* with the tables as they are now between the marks; ValueError without them."""
    return MARKS.renewed(text, table())


def main(file: Path) -> None:
    """Write the tables into *file*."""
    file.write_text(renewed(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
