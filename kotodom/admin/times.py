"""Moments and durations as the screens of /admin write them: short, and the same everywhere."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kotodom.admin.words.common import CommonWords
from kotodom.clock import SECOND
from kotodom.i18n import say

MINUTE, HOUR, DAY = 60, 3600, 86_400
_UNITS = (
    (DAY, CommonWords.SPAN_DAYS),
    (HOUR, CommonWords.SPAN_HOURS),
    (MINUTE, CommonWords.SPAN_MINUTES),
    (1, CommonWords.SPAN_SECONDS),
)


def moment(at: int, zone: str = "UTC") -> str:
    """*at* (milliseconds) as ``2026-11-22 16:05``, in that zone."""
    known = UTC if zone == "UTC" else ZoneInfo(zone)
    return datetime.fromtimestamp(at / SECOND, known).strftime("%Y-%m-%d %H:%M")


def lasting(seconds: float, language: str = "en") -> str:
    """A duration by its two largest units: ``3d 4h``, ``5m 2s``, ``0.4s``, ``0s``."""
    if seconds < 10:
        few = f"{seconds:.1f}".removesuffix(".0")
        return say(CommonWords.SPAN_SECONDS, language, count=few)
    left, units = int(seconds), []
    for size, words in _UNITS:
        count, left = divmod(left, size)
        if count:
            units.append(say(words, language, count=str(count)))
    return " ".join(units[:2])


def size(count: int) -> str:
    """Bytes as ``12 MB``."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit in ("B", "kB", "MB") else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"
