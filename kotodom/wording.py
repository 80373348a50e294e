"""Texts that are put together from several, or chosen by what happened."""

from collections.abc import Mapping
from decimal import Decimal

from kotodom.errors import FileProblem, FileUnusable
from kotodom.i18n import Text, say
from kotodom.media import Limits
from kotodom.model import AttachmentKind, Bot

NANO = 1_000_000_000
_NAMELESS: Mapping[str, Text] = {
    AttachmentKind.PHOTO: Text.FILE_UNREADABLE_PICTURE,
    AttachmentKind.PREVIEW: Text.FILE_UNREADABLE_PICTURE,
    AttachmentKind.VOICE: Text.FILE_UNREADABLE_SOUND,
    AttachmentKind.AUDIO: Text.FILE_UNREADABLE_SOUND,
    AttachmentKind.VIDEO_NOTE: Text.FILE_UNREADABLE_SOUND,
}


def file_problem(error: FileUnusable, language: str, bot: Bot, limits: Limits) -> str:
    """Why a file is of no use, and what its sender can do."""
    own = bot.texts
    match error.problem:
        case FileProblem.TOO_BIG:
            limit = limits.file_bytes // 2**20
            return say(Text.FILE_TOO_BIG, language, own, limit=limit)
        case FileProblem.TOO_LONG:
            minutes = limits.sound_seconds // 60
            return say(Text.SOUND_TOO_LONG, language, own, minutes=minutes)
        case FileProblem.UNREADABLE:
            return _about(error, Text.FILE_UNREADABLE, language, own)
        case FileProblem.UNSUPPORTED:
            return _about(error, Text.FILE_UNSUPPORTED, language, own)
        case FileProblem.GONE:
            return say(Text.FILE_GONE, language, own)
        case FileProblem.UNHEARD:
            return say(Text.UNHEARD, language, own)


def _about(error: FileUnusable, named: Text, language: str, own: Mapping[str, str]) -> str:
    """*named* is for a file that the sender has a name for; our words for kinds are no names."""
    if error.name:
        return say(named, language, own, name=error.name)
    return say(_NAMELESS.get(error.kind_of_file, Text.NOT_UNDERSTOOD), language, own)


def dollars(nano: int) -> str:
    """A sum of nano-dollars as people read it: ``$0.0123``."""
    amount = Decimal(nano) / NANO
    return f"${amount:.2f}" if amount >= 1 else f"${amount:.4f}"
