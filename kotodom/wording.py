"""Texts that are put together from several, or chosen by what happened."""

from decimal import Decimal

from kotodom.errors import FileProblem, FileUnusable
from kotodom.i18n import Text, say
from kotodom.media import Limits
from kotodom.model import Bot

NANO = 1_000_000_000


def file_problem(error: FileUnusable, language: str, bot: Bot, limits: Limits) -> str:
    """Why a file is of no use, and what its sender can do."""
    own = bot.texts
    match error.problem:
        case FileProblem.TOO_BIG:
            limit = limits.file_bytes // 1_000_000
            return say(Text.FILE_TOO_BIG, language, own, limit=limit)
        case FileProblem.TOO_LONG:
            minutes = limits.sound_seconds // 60
            return say(Text.SOUND_TOO_LONG, language, own, minutes=minutes)
        case FileProblem.UNREADABLE:
            return say(Text.FILE_UNREADABLE, language, own, name=error.name)
        case FileProblem.UNSUPPORTED:
            return say(Text.FILE_UNSUPPORTED, language, own, name=error.name)
        case FileProblem.GONE:
            return say(Text.FILE_GONE, language, own)
        case FileProblem.UNHEARD:
            return say(Text.UNHEARD, language, own)


def dollars(nano: int) -> str:
    """A sum of nano-dollars as people read it: ``$0.0123``."""
    amount = Decimal(nano) / NANO
    return f"${amount:.2f}" if amount >= 1 else f"${amount:.4f}"
