"""The documentation's table of commands, written from the commands themselves.

``python -m kotodom.admin.table docs/admin.md`` puts it between the marks there.
"""

import sys
from pathlib import Path

from kotodom.admin.nouns import all_commands
from kotodom.admin.screen import PREFIX
from kotodom.i18n import LANGUAGES, say
from kotodom.pages import Marks

MARKS = Marks(
    "<!-- commands of /admin: written by python -m kotodom.admin.table docs/admin.md -->",
    "<!-- end of the commands of /admin -->",
)


def table() -> str:
    """Every command with who may give it and what it does, as Markdown."""
    rows = ["| command | who | what it does |", "|---|---|---|"]
    for declared in all_commands():
        usage = f"{PREFIX} {declared.pattern.text}".rstrip().replace("|", "\\|")
        about = say(declared.about, LANGUAGES[0]).replace("|", "\\|")
        rows.append(f"| `{usage}` | {declared.role} | {about} |")
    return "\n".join(rows)


def renewed(text: str) -> str:
    """*text* with the table as it is now between the marks; ValueError without them."""
    return MARKS.renewed(text, table())


def main(file: Path) -> None:
    """Write the table into *file*."""
    file.write_text(renewed(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/admin.md"))
