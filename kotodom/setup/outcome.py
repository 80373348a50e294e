"""How the first run ends."""

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from kotodom.setup.claim import Claim
from kotodom.setup.draft import Draft


class Code(IntEnum):
    """Exit codes, so that scripts can tell why; the numbers are those of sysexits.h."""

    STOPPED = 1
    """The person did not want to go on."""
    USE = 2
    """Options that cannot be, or something is missing and nobody can be asked."""
    UNREACHABLE = 69
    """No way to Telegram or the provider, or they are in trouble: it may pass."""
    CANNOT_WRITE = 73
    """The file exists, or cannot be written."""
    IN_USE = 75
    """The bot works, but another program uses it."""
    REFUSED = 77
    """Token, key or model was refused, or no money is left."""
    INTERRUPTED = 130
    """Ctrl-C, as shells count it."""


class NotDone(Exception):
    """The first run ends here and has changed nothing."""

    def __init__(self, code: Code, text: str, fault: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.fault = fault
        """What failed, for programs: ``telegram: wrong``."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A configuration that works, and the link to administer it."""

    path: Path
    kept: Path | None
    """The configuration that was there before."""
    database: str
    """Its URL, without a password."""
    draft: Draft
    username: str
    """Of the bot; empty: not known, because nobody was asked."""
    hears: bool
    claim: Claim
