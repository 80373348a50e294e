"""What admins may set while Kotodom runs: each value's type, limits and where it comes from.

What the configuration names wins, because whoever wrote it there wants it so; then what an admin
set; then the default. Limits are those of the configuration's own keys, and a test says so.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from loguru import logger

from kotodom.config import Config

Value = bool | int | float | str
T = TypeVar("T", bound=Value)


class ValueKind(StrEnum):
    """What a value is, and so how it is written."""

    WHOLE = "whole"
    NUMBER = "number"
    SWITCH = "switch"
    CHOICE = "choice"
    TEXT = "text"
    ZONE = "zone"
    TIME = "time"
    """Of the day, ``09:00``."""
    BOT = "bot"
    """The name of a bot, or empty."""
    CHAT = "chat"
    """The id of a chat, or empty."""


class Unit(StrEnum):
    """What a number counts."""

    NONE = ""
    SECONDS = "seconds"
    MINUTES = "minutes"
    DAYS = "days"
    TOKENS = "tokens"
    CHARACTERS = "characters"
    MEGABYTES = "megabytes"


class Source(StrEnum):
    """Who said what a setting is."""

    CONFIG = "config"
    """The configuration names it: nobody else can change it."""
    ADMIN = "admin"
    DEFAULT = "default"


class DoesNotFit(ValueError):
    """Some words are no value of a setting."""


_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_SWITCH = {
    **dict.fromkeys(("on", "yes", "true", "1", "вкл", "да"), True),
    **dict.fromkeys(("off", "no", "false", "0", "выкл", "нет"), False),
}
_LONGEST = 200
"""Characters of a text."""


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One value that can be set; its key is the configuration's, where that has one."""

    key: str
    kind: ValueKind
    default: T
    """Where the configuration has no such key."""
    least: float = 0
    most: float = 0
    choices: tuple[str, ...] = ()
    steps: tuple[T, ...] = ()
    """Values that are offered as buttons."""
    unit: Unit = Unit.NONE
    live: bool = True
    """A change counts at once; else from the next start."""

    def read(self, words: str) -> T:
        """The value that somebody wrote; raises DoesNotFit."""
        return cast("T", self._read(words.strip()))

    def write(self, value: Value) -> str:
        """*value* as :meth:`read` takes it."""
        if isinstance(value, bool):
            return "on" if value else "off"
        return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)

    def _read(self, words: str) -> Value:
        match self.kind:
            case ValueKind.WHOLE | ValueKind.NUMBER:
                return self._number(words)
            case ValueKind.SWITCH if words.lower() in _SWITCH:
                return _SWITCH[words.lower()]
            case ValueKind.CHOICE:
                for choice in self.choices:
                    if words.lower() == choice.lower():
                        return choice
            case ValueKind.TEXT if words and len(words) <= _LONGEST and words.isprintable():
                return words
            case ValueKind.ZONE:
                return _zone(words)
            case ValueKind.TIME if found := _TIME.fullmatch(words):
                return f"{int(found[1]):02}:{found[2]}"
            case ValueKind.BOT if len(words) <= _LONGEST and words.isprintable():
                return words
            case ValueKind.CHAT if re.fullmatch(r"(-?[1-9]\d{0,17})?", words, re.ASCII):
                return words
        raise DoesNotFit(words)

    def _number(self, words: str) -> Value:
        try:
            value = int(words) if self.kind is ValueKind.WHOLE else float(words.replace(",", "."))
        except ValueError:
            raise DoesNotFit(words) from None
        if not self.least <= value <= self.most:  # false for what is no number, too
            raise DoesNotFit(words)
        return value


def _zone(words: str) -> str:
    if words.upper() == "UTC":
        return "UTC"  # which needs no zone data, that not every machine has
    try:
        return ZoneInfo(words).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise DoesNotFit(words) from None


def _whole(
    key: str, default: int, least: int, most: int, *steps: int, unit: Unit = Unit.NONE
) -> Setting[int]:
    return Setting(key, ValueKind.WHOLE, default, least, most, steps=steps, unit=unit)


def _seconds(
    key: str, default: float, least: float, most: float, *steps: float, live: bool = True
) -> Setting[float]:
    return Setting(
        key, ValueKind.NUMBER, default, least, most, steps=steps, unit=Unit.SECONDS, live=live
    )


SOON = 0.001
"""Seconds: the least of what must be above zero."""
DAY = 86_400

MODEL = Setting("openai.model", ValueKind.TEXT, "gpt-6-luna")
CONTEXT_BUDGET = _whole(
    "openai.context_budget",
    32_000,
    256,
    10_000_000,
    *(8_000, 16_000, 32_000, 64_000, 128_000),
    unit=Unit.TOKENS,
)
ANSWER_TIMEOUT = _seconds("openai.timeout", 60.0, SOON, DAY, 30.0, 60.0, 120.0, live=False)
ANSWER_TOTAL = _seconds("openai.total_timeout", 300.0, SOON, DAY, 120.0, 300.0, 600.0, live=False)
JOIN_WINDOW = _seconds("conversation.join_window", 1.0, 0, 10, 0.0, 0.5, 1.0, 2.0, 5.0)
EDIT_WINDOW = _seconds("conversation.edit_window", 900.0, 0, 172_800, 0.0, 900.0, 3600.0, 172_800.0)
IMAGE_TURNS = _whole("conversation.image_turns", 3, 0, 20, 0, 1, 3, 5, 10)
DOCUMENT_CHARS = _whole(
    "conversation.max_document_chars",
    60_000,
    1_000,
    1_000_000,
    *(20_000, 60_000, 120_000, 250_000),
    unit=Unit.CHARACTERS,
)
SOUND_MINUTES = _whole(
    "conversation.max_sound_minutes", 15, 1, 120, 5, 15, 30, 60, unit=Unit.MINUTES
)
KEEP_DAYS = _whole("conversation.keep_days", 0, 0, 3_650, 0, 7, 30, 90, 365, unit=Unit.DAYS)
DOWNLOAD_MB = _whole("telegram.max_download_mb", 20, 1, 2_000, 5, 10, 20, 50, unit=Unit.MEGABYTES)
CONCURRENCY = _whole("processing.concurrency", 256, 1, 10_000, 16, 64, 128, 256, 512)
MAX_ATTEMPTS = _whole("processing.max_attempts", 5, 1, 100, 1, 3, 5, 8, 12)
RETRY_BASE = _seconds("processing.retry_base", 1.0, SOON, DAY, 0.5, 1.0, 2.0, 5.0)
RETRY_MAX = _seconds("processing.retry_max", 300.0, SOON, DAY, 60.0, 300.0, 900.0, 3600.0)
BACKLOG_LIMIT = _whole("processing.backlog_limit", 100_000, 1, 100_000_000, 1_000, 10_000, 100_000)
MIN_FREE_DISK = _whole(
    "processing.min_free_disk_mb", 100, 0, 10_000_000, 0, 100, 500, 1_000, unit=Unit.MEGABYTES
)
POLL_TIMEOUT = Setting(
    "telegram.poll_timeout",
    ValueKind.WHOLE,
    30,
    1,
    50,
    steps=(10, 30, 50),
    unit=Unit.SECONDS,
    live=False,
)
FAIL_MAX = Setting("breaker.fail_max", ValueKind.WHOLE, 5, 1, 1_000, steps=(3, 5, 10), live=False)
RESET_TIMEOUT = _seconds("breaker.reset_timeout", 30.0, SOON, DAY, 10.0, 30.0, 60.0, live=False)
LOG_LEVEL = Setting(
    "log.level", ValueKind.CHOICE, "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR")
)
TIMEZONE = Setting(
    "admin.timezone",
    ValueKind.ZONE,
    "UTC",
    steps=("UTC", "Europe/London", "Europe/Berlin", "Europe/Moscow", "Asia/Yekaterinburg"),
)
ALERT_BOT = Setting("alerts.bot", ValueKind.BOT, "")
ALERT_CHAT = Setting("alerts.chat", ValueKind.CHAT, "")
DIGEST = Setting("digest.on", ValueKind.SWITCH, False)
DIGEST_TIME = Setting(
    "digest.time", ValueKind.TIME, "09:00", steps=("07:00", "09:00", "12:00", "18:00", "21:00")
)
BACKUP_KEEP = _whole("backup.keep", 7, 0, 1_000, 0, 3, 7, 14, 30)
BACKUP_TIME = Setting(
    "backup.time", ValueKind.TIME, "03:30", steps=("00:30", "02:00", "03:30", "05:00")
)

AnySetting = Setting[bool] | Setting[int] | Setting[float] | Setting[str]

SETTINGS: tuple[AnySetting, ...] = (
    MODEL,
    CONTEXT_BUDGET,
    KEEP_DAYS,
    CONCURRENCY,
    MAX_ATTEMPTS,
    RETRY_BASE,
    RETRY_MAX,
    LOG_LEVEL,
    TIMEZONE,
    ALERT_BOT,
    ALERT_CHAT,
    DIGEST,
    DIGEST_TIME,
    BACKUP_KEEP,
    BACKUP_TIME,
    IMAGE_TURNS,
    JOIN_WINDOW,
    EDIT_WINDOW,
    DOCUMENT_CHARS,
    SOUND_MINUTES,
    DOWNLOAD_MB,
    BACKLOG_LIMIT,
    MIN_FREE_DISK,
    ANSWER_TIMEOUT,
    ANSWER_TOTAL,
    POLL_TIMEOUT,
    FAIL_MAX,
    RESET_TIMEOUT,
)
"""Every one, in the order they are shown: what people change most comes first."""

_ORDERED = ((RETRY_BASE, RETRY_MAX), (ANSWER_TIMEOUT, ANSWER_TOTAL))
"""Pairs of which the first may not be above the second."""


def setting_called(key: str) -> AnySetting | None:
    """The setting with that key, however it is capitalised."""
    return next((one for one in SETTINGS if one.key == key.lower()), None)


class Settings:
    """The values as they are now; whoever must act on a change watches."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._stored: dict[str, Value] = {}
        self._running: dict[str, Value] = {}
        self._watchers: dict[str, list[Callable[[], None]]] = {}

    def load(self, stored: Mapping[str, str]) -> None:
        """Take up what admins set in earlier lives; keys that are no settings are passed over."""
        for setting in SETTINGS:
            if (words := stored.get(setting.key)) is None:
                continue
            try:
                self._stored[setting.key] = setting.read(words)
            except DoesNotFit:
                logger.warning("the setting {} is {!r}, which does not fit", setting.key, words)
        self._running = dict(self._stored)

    def get(self, setting: Setting[T]) -> T:
        """What it is in this process."""
        return self._of(setting, self._running)

    def wanted(self, setting: Setting[T]) -> T:
        """What it is set to; one that is not live is that from the next start only."""
        return self._of(setting, self._stored)

    def unset(self, setting: Setting[T]) -> T:
        """What it is without any admin's doing: the configuration's word or the default."""
        return self._of(setting, {})

    def source(self, setting: AnySetting) -> Source:
        """Who says what it is set to."""
        if self._named(setting.key):
            return Source.CONFIG
        return Source.ADMIN if setting.key in self._stored else Source.DEFAULT

    def put(self, setting: AnySetting, value: Value | None) -> None:
        """An admin has set it; None: has taken that back."""
        for known in (self._stored, self._running) if setting.live else (self._stored,):
            if value is None:
                known.pop(setting.key, None)
            else:
                known[setting.key] = value
        if setting.live:
            for tell in self._watchers.get(setting.key, ()):
                tell()

    def watch(self, settings: Iterable[AnySetting], tell: Callable[[], None]) -> None:
        """Call *tell* now, and whenever one of these has changed."""
        for setting in settings:
            self._watchers.setdefault(setting.key, []).append(tell)
        tell()

    def conflict(self, setting: AnySetting, value: Value) -> AnySetting | None:
        """The setting that *value* would contradict, such as a longest wait below the first."""
        for lower, upper in _ORDERED:
            if setting is lower and isinstance(value, float) and value > self.wanted(upper):
                return upper
            if setting is upper and isinstance(value, float) and value < self.wanted(lower):
                return lower
        return None

    def _of(self, setting: Setting[T], values: Mapping[str, Value]) -> T:
        if setting.key in values and not self._named(setting.key):
            return cast("T", values[setting.key])
        section, _, name = setting.key.partition(".")
        configured = getattr(getattr(self._config, section, None), name, setting.default)
        return cast("T", configured)

    def _named(self, key: str) -> bool:
        """Whether file or environment name that key."""
        section, _, name = key.partition(".")
        return name in getattr(getattr(self._config, section, None), "model_fields_set", ())
