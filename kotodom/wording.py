"""Texts that are put together from several, or chosen by what happened."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from kotodom import text
from kotodom.clock import SECOND
from kotodom.errors import FileProblem, FileUnusable, LimitReached, PriceUnknown
from kotodom.i18n import Text, say
from kotodom.media import Limits
from kotodom.model import AttachmentKind, Bot

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


def apology(bot: Bot, language: str) -> str:
    """What is said of a message that could not be answered."""
    if text.plain(bot.error_message):
        return bot.error_message
    return say(Text.DEFAULT_ERROR, language, bot.texts)


def no_money(error: LimitReached | PriceUnknown, language: str, bot: Bot, now: int) -> str:
    """Why there is no answer, and when there may be one again."""
    if isinstance(error, PriceUnknown):
        return apology(bot, language)
    if not error.resets_at:
        return say(Text.LIMIT_CLOSED, language, bot.texts)
    hours = max(1, math.ceil((error.resets_at - now) / SECOND / 3600))
    if hours < 48:
        return say(Text.LIMIT_HOURS, language, bot.texts, hours=hours)
    return say(Text.LIMIT_DAYS, language, bot.texts, days=math.ceil(hours / 24))


def moment(at: int) -> str:
    """A time (milliseconds) as everybody reads it: ``2026-11-22 16:05 UTC``."""
    return datetime.fromtimestamp(at / SECOND, UTC).strftime("%Y-%m-%d %H:%M UTC")
