"""The corpus: answers as models write them, one group a file, and those built in Python.

In a file of ``corpus/`` every answer begins below a line ``%%% answer: name``. Right below that
may stand what else must be true of it in Telegram:

- ``%%% shows: words``, or ``%%% hides: signs``: what a reader must find, or must not;
- ``%%% has: bold, pre``: types of entities that must be there;
- ``%%% bold: words`` (or another type): words that must be formatted so, and nothing around them.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus_built import built

FOLDER = Path(__file__).parent / "corpus"

_HEAD = re.compile(r"^%%% answer: (\S+)\n", re.MULTILINE)
_DEMAND = re.compile(r"%%% ([a-z_]+): (.+)\n")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said, and what must be seen of it beyond its letters."""

    name: str
    text: str
    demands: tuple[tuple[str, str], ...] = ()
    """What the lines below the name say: the word before the colon, and what follows it."""


@cache
def answers() -> tuple[Answer, ...]:
    """Every answer of the corpus, in the order of the files."""
    written = [answer for path in sorted(FOLDER.glob("*.md")) for answer in _read(path)]
    made = [Answer(name, text) for name, text in built({a.name: a.text for a in written}).items()]
    return (*written, *made)


def _read(path: Path) -> list[Answer]:
    before, *rest = _HEAD.split(path.read_text("utf-8"))
    if before.strip():
        raise ValueError(f"{path.name}: text before the first answer")
    return [
        _answer(f"{path.stem}/{name}", text)
        for name, text in zip(rest[::2], rest[1::2], strict=True)
    ]


def _answer(name: str, text: str) -> Answer:
    demands: list[tuple[str, str]] = []
    while demand := _DEMAND.match(text):
        demands.append((demand[1], demand[2]))
        text = text[demand.end() :]
    return Answer(name, text.rstrip("\n"), tuple(demands))
