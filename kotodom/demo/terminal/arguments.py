"""What stands behind one of the demo's commands: numbers, words, the person's own files."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from kotodom.demo.botapi.files import MAX_DOWNLOAD

SAMPLE = "-"
"""Stands for a path: the demo's own sample."""

_WORD = re.compile(r"""\s*("[^"]*"|'[^']*'|(?:\\.|\S)+)""", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Mistake(Exception):
    """A command that cannot be carried out; the text tells the person why."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """One of the person's files."""

    name: str
    data: bytes = field(repr=False)
    size: int
    """Of the whole file: *data* is empty when it is larger than bots may have."""


def first_word(text: str) -> tuple[str, str]:
    """The first word and the rest; quoted or escaped spaces belong to it, as in a shell."""
    found = _WORD.match(text)
    if found is None:
        return "", ""
    word, rest = found[1], text[found.end() :].strip()
    if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'":
        return word[1:-1], rest
    return _ESCAPED.sub(r"\1", word), rest


def number_and_rest(text: str) -> tuple[int, str]:
    """A number and what follows it; 0 when it begins with none."""
    word, _, rest = text.partition(" ")
    return (int(word[:9]), rest.strip()) if word.isdecimal() else (0, text)


def read(path: str) -> LocalFile:
    """Read one of the person's files; raises Mistake."""
    try:
        file = Path(path).expanduser()
        if file.is_dir():
            raise Mistake(f"{path} is a folder, not a file.")
        if not file.exists():
            raise Mistake(f"There is no file {path}.")
        if not file.is_file():
            raise Mistake(f"{path} is no ordinary file.")
        size = file.stat().st_size
        # Telegram would not give it to the bot, so nobody needs its bytes.
        data = b"" if size > MAX_DOWNLOAD else file.read_bytes()
    except (OSError, RuntimeError, ValueError) as error:
        # RuntimeError: a home that is not there; ValueError: a path that no system has.
        why = error.strerror if isinstance(error, OSError) else error
        raise Mistake(f"{path} cannot be read: {why}.") from None
    if not size:
        raise Mistake(f"{path} is empty.")
    return LocalFile(file.name, data, size)


def read_whole(path: str) -> LocalFile:
    """The same, but raises Mistake for a file of which the bytes are needed and too many."""
    file = read(path)
    if not file.data:
        raise Mistake(f"{path} is larger than the 20 MB that bots may have.")
    return file
