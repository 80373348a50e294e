"""Names and quotations as they may stand in what the model is told beside a person's own words.

Whatever is told about a message stands in square brackets, quotations between straight quotation
marks. Nobody's name or words may close either, or begin another line: then they could speak as if
they were ours.
"""

import re
from typing import Any

from kotodom.model import Person
from kotodom.text.units import drop_controls, visible

NAME = 64
"""Characters of a name; Telegram allows a person two of 64 each, and a group 128."""

LINE_END = " ⏎ "
"""Stands for a line's end in a quotation."""

_QUOTED = str.maketrans({"[": "［", "]": "］", '"': "'"})
# A name stands before "(@username)" and before a colon, and must be able to imitate neither.
_NAMED = _QUOTED | str.maketrans({"@": "", ":": " ", "\n": " "})
_NO_USERNAME = re.compile(r"[^A-Za-z0-9_]")


def string(value: Any) -> str:
    """The value if it is a text, else nothing."""
    return value if isinstance(value, str) else ""


def table(value: Any) -> dict[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def entries(value: Any) -> list[Any]:
    """The value if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def inside(text: str, limit: int) -> str:
    """The text as one line of at most *limit* characters that can close nothing around it."""
    # Twice the limit, because blanks and control characters go; a line's end becomes longer.
    lines = drop_controls(text[: 2 * limit + 1000]).splitlines()
    line = LINE_END.join(words for line in lines if (words := " ".join(line.split())))
    return cut(line.translate(_QUOTED), limit)


def cut(text: str, limit: int) -> str:
    """At most *limit* characters of the text, with a mark where it was longer."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def name_of(text: str, limit: int = NAME) -> str:
    """A name as one line; empty when there would be nothing to see."""
    name = " ".join(drop_controls(text[:1000]).translate(_NAMED).split())
    return cut(name, limit) if visible(name) else ""


def speaker(person: Person) -> str:
    """How a person is called in what the model sees: one line of at most 64 characters."""
    handle = "@" + _NO_USERNAME.sub("", person.username)[:32]
    if handle == "@":
        return name_of(person.full_name) or f"user {person.id}"
    name = name_of(person.full_name, NAME - len(f" ({handle})"))
    return f"{name} ({handle})" if name else handle


def called(user: Any) -> str:
    """How the user of an update is called; empty when nothing is known of them."""
    user = table(user)
    name = f"{string(user.get('first_name'))} {string(user.get('last_name'))}"
    known = Person(0, string(user.get("username")), name)
    if name_of(name) or known.username:
        return speaker(known)
    return f"user {user['id']}" if isinstance(user.get("id"), int) else ""


def titled(chat: Any) -> str:
    """How the chat of an update is called; empty when nothing is known of it."""
    return name_of(string(table(chat).get("title"))) or called(chat)
