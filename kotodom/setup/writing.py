"""config.toml as the first run writes it: the example with the answers in their places."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

_HEAD = """\
# Kotodom's configuration, written by `kotodom init`. It holds secrets: let nobody else read it
# (chmod 600). After a change: `kotodom check`, then start Kotodom again.
"""
_FIRST = re.compile(r"\A#.*\n(?:#.+\n)*(?=#\n)")
"""The example's first paragraph, which is about copying it."""
_KEY = re.compile(r"#?(\w+) = ")
_SECTION = re.compile(r"\[+(\w+)\]+")

Changes = Mapping[tuple[str, str], str]
"""(section, key) → the value as text."""


class CannotWrite(Exception):
    """The file cannot be written; the text says why and what to do."""


def composed(example: str, changes: Changes) -> str:
    """The *example* with these values; keys of bots that are not among them become comments.

    What a comment shows can be set with /admin, so that a new bot is shaped from a phone.
    """
    section = ""
    lines = []
    left = dict(changes)
    for line in _FIRST.sub(_HEAD, example).splitlines():
        if found := _SECTION.match(line):
            section = found[1]
        match = _KEY.match(line)
        if match is not None and (section, match[1]) in left:
            line = f"{match[1]} = {_quoted(left.pop((section, match[1])))}"
        elif match is not None and section == "bots" and not line.startswith("#"):
            line = f"#{line}"
        lines.append(line)
    assert not left, f"the example lacks {sorted(left)}"
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    # A JSON string is a basic string of TOML, but for this one control character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def check_place(path: Path) -> None:
    """Raise CannotWrite if no file can be put there."""
    # Path's own questions raise where we may not look, os.path's do not.
    if os.path.isdir(path):
        raise CannotWrite(f"{path}: is a folder; name a file in it with --config")
    if os.path.exists(path) and not os.path.isfile(path):
        raise CannotWrite(f"{path}: is no file; name another with --config")
    folder = next(one for one in path.absolute().parents if os.path.exists(one))
    if not os.path.isdir(folder):
        raise CannotWrite(f"{path}: {folder} is a file, not a folder; name another with --config")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CannotWrite(
            f"{path}: you may not write in {folder}; name another file with --config, or run this "
            "as the user who may (sudo)"
        )


def half(path: Path) -> Path:
    """Where a file lies before it is whole."""
    return path.with_name(f".{path.name}.new")


def write_half(path: Path, text: str) -> Path:
    """Write *text* beside *path*, on the disk and for us alone; return where. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = half(path)
    file.unlink(missing_ok=True)
    _write_new(file, text.encode())
    return file


def put_in_place(file: Path, path: Path) -> Path | None:
    """Let *file* become *path*; return where the one that was there is kept. Raises OSError."""
    kept = None
    if path.exists():
        kept = next(one for one in _kept_names(path) if not one.exists())
        _write_new(kept, path.read_bytes())
    file.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return kept


def _write_new(file: Path, content: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        try:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        except OSError:
            file.unlink()
            raise


def _kept_names(path: Path) -> list[Path]:
    names = [path.with_name(f"{path.name}.old")]
    return names + [path.with_name(f"{path.name}.old{number}") for number in range(2, 1000)]
