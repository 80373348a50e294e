"""The last errors of this process, kept in bounded memory for whoever asks how it is doing."""

from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loguru import logger

from kotodom.clock import SECOND
from kotodom.redaction import redact

if TYPE_CHECKING:
    from loguru import Message

KEPT = 64
"""Errors that are remembered."""
LONGEST = 500
"""Characters of each."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One line of the log, without secrets."""

    at: int
    text: str


class Troubles:
    """Listens to the log for what is ERROR or worse."""

    def __init__(self) -> None:
        self._lines: deque[Trouble] = deque(maxlen=KEPT)
        self._handler: int | None = None

    def listen(self) -> None:
        """Begin."""
        # Without backtrace and values: loguru would add an exception's, tokens among them.
        self._handler = logger.add(
            self._write, level="ERROR", format="{message}", diagnose=False, backtrace=False
        )

    def end(self) -> None:
        """Listen no longer; what was heard stays."""
        if self._handler is not None:
            with suppress(ValueError):  # somebody has removed every handler
                logger.remove(self._handler)
            self._handler = None

    def newest(self) -> list[Trouble]:
        """All that are remembered, the newest first."""
        return list(reversed(self._lines))

    def _write(self, message: "Message") -> None:
        record = message.record
        text = " ".join(redact(record["message"]).split())
        self._lines.append(Trouble(round(record["time"].timestamp() * SECOND), text[:LONGEST]))
