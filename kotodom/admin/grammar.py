"""How a command of /admin is written: ``bot BOT set FIELD [VALUE…]``.

Words in lower case stand for themselves, words in capitals for arguments; one in brackets may be
left out, and one with ``…`` takes all the rest, line breaks included. An argument of several words
is put in quotes. The pattern is the grammar, the help and the README's table at once.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

_WORD = re.compile(r'\s*(?:"([^"\n]*)"|(\S+))')
_LONGEST = 32
"""Characters of a word that are compared with those of the commands."""
_NUMBERS = frozenset({"CHAT", "MESSAGE", "PAGE", "BROADCAST", "RETRY", "INVITE", "ENTRY", "NUMBER"})
"""Arguments that are whole numbers: anything else does not fit the pattern."""


@dataclass(frozen=True)
class Pattern:
    """One command's grammar."""

    text: str

    @cached_property
    def _steps(self) -> tuple[str, ...]:
        return tuple(self.text.split())

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """Its words that stand for themselves."""
        return tuple(step for step in self._steps if step.islower())

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of its arguments."""
        return tuple(_name(step) for step in self._steps if not step.islower())

    @property
    def rest(self) -> str:
        """The argument that takes all the rest; empty when there is none."""
        last = self._steps[-1] if self._steps else ""
        return _name(last) if "…" in last else ""

    def match(self, words: str) -> Mapping[str, str] | None:
        """The arguments in *words*; None when they do not fit."""
        found: dict[str, str] = {}
        place = 0
        for step in self._steps:
            if "…" in step:
                rest = words[place:].strip()
                if not rest and not step.startswith("["):
                    return None
                found[_name(step)] = rest
                return found
            word = _WORD.match(words, place)
            if word is None:
                if step.startswith("["):
                    continue
                return None
            said = word[1] if word[1] is not None else word[2]
            if step.islower():
                if said.lower() != step:
                    return None
            elif _name(step) in _NUMBERS and not _is_number(said):
                return None
            else:
                found[_name(step)] = said
            place = word.end()
        return found if not words[place:].strip() else None


def best(patterns: Iterable[Pattern], words: str) -> tuple[Pattern, Mapping[str, str]] | None:
    """The pattern that *words* fit, and its arguments: the one with most words of its own."""
    fitting = [
        (pattern, found) for pattern in patterns if (found := pattern.match(words)) is not None
    ]
    return max(fitting, key=lambda fit: len(fit[0].literals), default=None)


def nearest(patterns: Iterable[Pattern], words: str, limit: int = 3) -> list[Pattern]:
    """Patterns that somebody may have meant, the likeliest first."""
    said = [word.lower()[:_LONGEST] for word in words.split()[:4]]
    scored = []
    for pattern in patterns:
        steps = pattern.text.split()[: len(said)]
        score = sum(
            difflib.SequenceMatcher(None, word, step).ratio() if step.islower() else 0.5
            for word, step in zip(said, steps, strict=False)
        ) / max(len(said), 1)
        if score >= 0.5:
            # Of two that are written alike the one that is whole as it was typed is meant.
            missing = sum(not step.startswith("[") for step in pattern.text.split()[len(said) :])
            scored.append((score - 0.15 * missing, -len(pattern.text), pattern))
    scored.sort(key=lambda item: item[:2], reverse=True)
    return [pattern for _, _, pattern in scored[:limit]]


def _name(step: str) -> str:
    return step.strip("[]…")


def _is_number(word: str) -> bool:
    return bool(re.fullmatch(r"#?\d{1,18}", word, re.ASCII))
