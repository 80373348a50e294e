"""Unit files as text: the packaged ones, what is written from them, and how words are quoted."""

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kotodom.service.scope import Scope

Settings = dict[tuple[str, str], list[str]]
"""``{(section, key): values in order}``."""


def packaged(scope: Scope) -> str:
    """The unit this version of Kotodom brings along."""
    package = Path(__file__).parent.parent
    # Beside us in an installed package, above us in a checkout.
    inside = package / "systemd"
    folder = inside if inside.is_dir() else package.parent / "systemd"
    return (folder / scope.template).read_text("utf-8")


def parse(text: str) -> Settings:
    """What a unit says; an empty value takes back those before it, as systemd has it."""
    found: Settings = {}
    section = ""
    for line in re.sub(r"[ \t]*\\\n[ \t]*", " ", text).splitlines():
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
        elif "=" in line and line[0] not in "#;":
            key, _, value = (part.strip() for part in line.partition("="))
            values = found.setdefault((section, key), [])
            if value:
                values.append(value)
            else:
                values.clear()
    return found


def fill(template: str, lines: Mapping[str, Sequence[str]]) -> str:
    """The template with whole lines in the place of those that set these keys.

    A key that the template does not have is an error of ours: nothing would show that it is lost.
    """
    filled: dict[str, None] = {}
    text: list[str] = []
    for line in template.splitlines():
        key = line.partition("=")[0]
        if key not in lines:
            text.append(line)
        elif key not in filled:
            filled[key] = None
            text += lines[key]
    if missing := lines.keys() - filled:
        raise KeyError(f"the packaged unit has no {', '.join(sorted(missing))}")
    return "\n".join(text) + "\n"


def command_line(words: Iterable[str]) -> str:
    """Words as ExecStart= reads them back, whatever is in them but ``${NAME}`` at a word's start.

    The program itself is not searched for variables, so ``$`` in it stays single.
    """
    first, *others = words
    return " ".join([_quoted(first), *(_quoted(_dollars(word)) for word in others)])


def words_of(command: str) -> list[str]:
    """The words of an ExecStart= line, with its specifiers; none when its quotes do not close."""
    try:
        return [word.replace("$$", "$") for word in shlex.split(command)]
    except ValueError:
        return []


def plain(value: str) -> str:
    """A value that takes the rest of its line: only specifiers have to be told apart."""
    return value.replace("%", "%%")


def path_list_item(path: Path) -> str:
    """A path in a list of ``SOURCE:DESTINATION`` words."""
    return _quoted(str(path).replace(":", "\\:"), escape=False)


def _dollars(word: str) -> str:
    if reference := re.match(r"\$\{[A-Z_]+\}", word):
        return reference[0] + word[reference.end() :].replace("$", "$$")
    return word.replace("$", "$$")


def _quoted(word: str, *, escape: bool = True) -> str:
    word = word.replace("%", "%%")
    if re.fullmatch(r"[\w@+=:,./${}%-]+", word) and word not in {"-", "@"}:
        return word
    if escape:
        word = word.replace("\\", "\\\\")
    return '"' + word.replace('"', '\\"') + '"'
