"""The page about every key: ``python -m kotodom.config.table docs/configure.md`` writes it anew.

What a key is for is said once, in config.example.toml; what it must be and its default are the
configuration's own.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from kotodom.config import SECRETS, Config, PriceConfig
from kotodom.config.bots import BotConfig
from kotodom.pages import Marks
from kotodom.settings import setting_called

MARKS = Marks(
    "<!-- keys: written by python -m kotodom.config.table docs/configure.md -->",
    "<!-- end of the keys -->",
)
_KEY = re.compile(r'#?("[^"]+"|\w+) = ')
_PRICE = re.compile(r"#   (\w+) +(.+)")


@dataclass(frozen=True, slots=True)
class Key:
    """One key as the page shows it."""

    section: str
    name: str
    meaning: str
    must: str
    default: str
    secret: bool
    live: bool
    """Admins can change it in Telegram where the file does not name it."""


def keys(example: str) -> list[Key]:
    """Every key of the configuration; *example* is the text of config.example.toml."""
    meanings = dict(_meanings(example))
    found = []
    for section, model in _sections():
        for name, field in model.model_fields.items():
            place = f"{section}.{name}"
            kept = setting_called(place)
            found.append(
                Key(
                    section=section,
                    name=name,
                    meaning=meanings.get(place, ""),
                    must=field.description or "",
                    default=_default(field, section),
                    secret=(section, name) in SECRETS or (section, "*", name) in SECRETS,
                    live=kept is not None,
                )
            )
    return found


def page(example: str) -> str:
    """The generated part of the page, in Markdown."""
    lines: list[str] = []
    section = ""
    for key in keys(example):
        if key.section != section:
            section = key.section
            lines += ["", f"### {_TITLES.get(section, f'`[{section}]`')}", "", *_HEAD]
        marks = ["**secret**"] if key.secret else []
        marks += ["in /admin, too"] if key.live else []
        meaning = " ".join([_cell(key.meaning), *(f"({mark})" for mark in marks)])
        lines.append(f"| `{key.name}` | {key.default} | {_cell(key.must)} | {meaning} |")
    return "\n".join(lines).strip()


_TITLES = {"bots": "`[[bots]]`, one a bot", "prices": "`[prices]`, a line a model"}
_HEAD = ("| key | default | what it must be | what it is for |", "|---|---|---|---|")


def _sections() -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in Config.model_fields.items():
        kind: Any = {"bots": BotConfig, "prices": PriceConfig}.get(name, field.annotation)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield name, kind


def _meanings(example: str) -> Iterator[tuple[str, str]]:
    """What the comment above each key says, by its place."""
    section = ""
    comment: list[str] = []
    last = ""
    for line in example.splitlines():
        if match := re.fullmatch(r"\[\[?(\w+)\]?\]", line):
            section, comment, last = match[1], [], ""
        elif section == "prices" and (match := _PRICE.fullmatch(line)):
            yield f"prices.{match[1]}", match[2]
        elif match := _KEY.match(line):
            # Keys without a comment of their own share the one above.
            last = " ".join(comment) or last
            yield f"{section}.{match[1]}", last
            comment = []
        elif line.startswith("# "):
            comment.append(line[2:].strip())


def _default(field: FieldInfo, section: str) -> str:
    value: Any = field.default
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value is None:
        return "as the database has it" if section == "bots" else "empty"
    if value in ("", ()):
        return "empty"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def renewed(text: str) -> str:
    """*text* with the keys as they are now between the marks; ValueError without them."""
    example = Path(__file__).parents[2] / "config.example.toml"
    return MARKS.renewed(text, page(example.read_text("utf-8")))


def main(file: Path) -> None:
    """Write the keys into *file*."""
    file.write_text(renewed(file.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
