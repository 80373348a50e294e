"""One command as somebody gave it, and what it is answered with."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from kotodom import text
from kotodom.i18n import Text, say
from kotodom.model import Bot, Button, Content, Job

PRESS = 64
"""Bytes of what a button stands for (Bot API, callback_data)."""


@dataclass(frozen=True, slots=True)
class Call:
    """One command as somebody gave it: ``/name args``."""

    job: Job
    bot: Bot
    args: str

    def say(self, words: Text, **args: str | int) -> str:
        """A text in the person's language."""
        return say(words, self.job.language, self.bot.texts, **args)


Said = str | Sequence[Content] | None
"""Words, ready messages, or nothing at all."""
Command = Callable[[Call], Awaitable[Said]]


def menu(words: str, buttons: Iterable[Button]) -> list[Content]:
    """Words with a row for each button; what a button cannot hold can still be typed."""
    rows = tuple((b,) for b in buttons if len(b.command.encode()) <= PRESS)
    contents = text.plain(words)
    contents[-1] = replace(contents[-1], buttons=rows)
    return contents


def visible(words: str) -> str:
    """The words, or nothing when they would show nothing."""
    return words if text.plain(words) else ""
