"""The texts' names, the languages we speak, and where the words themselves are kept."""

import difflib
import hashlib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

LANGUAGES: tuple[str, ...] = ("en", "ru")
"""The first one is for people whose language we do not speak."""


class Wording(StrEnum):
    """A text's id in the catalogs, which say what its arguments mean."""


class Text(Wording):
    """What everybody may hear; /admin has texts of its own (``kotodom.admin.words``)."""

    EMPTY_ANSWER = "empty-answer"
    CUT_BY_LENGTH = "cut-by-length"
    CUT_BY_FILTER = "cut-by-filter"
    STOPPED = "stopped"
    STOPPED_EMPTY = "stopped-empty"
    LONG_ANSWER_NOTE = "long-answer-note"
    LONG_ANSWER_CAPTION = "long-answer-caption"
    DOCUMENT_CUT = "document-cut"
    DEFAULT_ERROR = "default-error"
    DEFAULT_START = "default-start"
    LIMIT_HOURS = "limit-hours"
    LIMIT_DAYS = "limit-days"
    LIMIT_CLOSED = "limit-closed"

    FILE_TOO_BIG = "file-too-big"
    SOUND_TOO_LONG = "sound-too-long"
    FILE_UNREADABLE = "file-unreadable"
    FILE_UNREADABLE_PICTURE = "file-unreadable-picture"
    FILE_UNREADABLE_SOUND = "file-unreadable-sound"
    FILE_UNSUPPORTED = "file-unsupported"
    FILE_GONE = "file-gone"
    UNHEARD = "unheard"
    NOTHING_HEARD = "nothing-heard"
    NOT_UNDERSTOOD = "not-understood"

    COMMAND_START = "command-start"
    COMMAND_HELP = "command-help"
    COMMAND_REFRESH = "command-refresh"
    COMMAND_STOP = "command-stop"
    COMMAND_RETRY = "command-retry"
    COMMAND_MODEL = "command-model"
    COMMAND_USAGE = "command-usage"
    COMMAND_LANGUAGE = "command-language"
    COMMAND_MYDATA = "command-mydata"
    COMMAND_FORGETME = "command-forgetme"
    COMMAND_PRIVACY = "command-privacy"

    HELP_INTRO = "help-intro"
    HELP_CAN_IMAGES = "help-can-images"
    HELP_CAN_DOCUMENTS = "help-can-documents"
    HELP_CAN_VOICE = "help-can-voice"
    HELP_CAN_EDIT = "help-can-edit"
    HELP_GROUPS = "help-groups"
    HELP_COMMANDS = "help-commands"

    REFRESHED = "refreshed"
    UNKNOWN_COMMAND = "unknown-command"
    ONLY_IN_PRIVATE = "only-in-private"
    NOTHING_TO_STOP = "nothing-to-stop"
    RETRY_NOTHING = "retry-nothing"
    RETRY_BUSY = "retry-busy"

    MODEL_FIXED = "model-fixed"
    MODEL_CHOOSE = "model-choose"
    MODEL_SET = "model-set"
    MODEL_UNKNOWN = "model-unknown"
    MODEL_DEFAULT_LABEL = "model-default-label"

    USAGE_TITLE = "usage-title"
    USAGE_TODAY = "usage-today"
    USAGE_MONTH = "usage-month"
    USAGE_UNKNOWN_COST = "usage-unknown-cost"
    USAGE_NONE = "usage-none"

    LANGUAGE_CHOOSE = "language-choose"
    LANGUAGE_SET = "language-set"
    LANGUAGE_AUTOMATIC_LABEL = "language-automatic-label"
    LANGUAGE_AUTOMATIC_SET = "language-automatic-set"
    LANGUAGE_UNKNOWN = "language-unknown"
    LANGUAGE_NAME_EN = "language-name-en"
    LANGUAGE_NAME_RU = "language-name-ru"

    MYDATA_CAPTION = "mydata-caption"
    FORGETME_ASK = "forgetme-ask"
    FORGETME_YES_LABEL = "forgetme-yes-label"
    FORGETME_NO_LABEL = "forgetme-no-label"
    FORGETME_DONE = "forgetme-done"
    FORGETME_KEPT = "forgetme-kept"
    FORGETME_NOT_YOURS = "forgetme-not-yours"

    PRIVACY_STORED = "privacy-stored"
    PRIVACY_KEPT_FOREVER = "privacy-kept-forever"
    PRIVACY_KEPT_DAYS = "privacy-kept-days"
    PRIVACY_BACKUPS = "privacy-backups"
    PRIVACY_PROVIDER = "privacy-provider"
    PRIVACY_IMAGES = "privacy-images"
    PRIVACY_VOICE = "privacy-voice"
    PRIVACY_NO_VOICE = "privacy-no-voice"
    PRIVACY_LOGS = "privacy-logs"
    PRIVACY_LOGS_DEBUG = "privacy-logs-debug"
    PRIVACY_GROUPS = "privacy-groups"
    PRIVACY_ACCESS = "privacy-access"
    PRIVACY_RIGHTS = "privacy-rights"

    ACCESS_WAITS = "access-waits"
    ACCESS_ALLOWED = "access-allowed"
    ACCESS_ALLOWED_UNTIL = "access-allowed-until"
    ACCESS_DENIED = "access-denied"
    ACCESS_PRIVATE = "access-private"
    ACCESS_BY_INVITE = "access-by-invite"
    ACCESS_ASK_IN_PRIVATE = "access-ask-in-private"
    INVITE_WELCOME = "invite-welcome"
    INVITE_UNTIL = "invite-until"
    INVITE_QUOTA = "invite-quota"
    INVITE_UNKNOWN = "invite-unknown"
    INVITE_EXPIRED = "invite-expired"
    INVITE_USED_UP = "invite-used-up"
    INVITE_SPENT = "invite-spent"

    GROUP_OFF = "group-off"
    GROUP_NOT_ALLOWED = "group-not-allowed"
    GUEST_PLACEHOLDER = "guest-placeholder"
    INLINE_TITLE = "inline-title"
    INLINE_FAILED = "inline-failed"


EXAMPLES: Mapping[str, str | int] = {
    "characters": 100_000,
    "cost": "$0.0123",
    "days": 30,
    "hours": 5,
    "host": "api.openai.com",
    "id": "-1001234567890",
    "language": "English",
    "limit": 20,
    "messages": 1_234,
    "minutes": 10,
    "model": "gpt-6-luna",
    "name": "report.pdf",
    "questions": 21,
    "tokens": 12_345,
    "turns": 4,
    "backups": 7,
    "until": "2026-12-01 09:30 UTC",
}
"""Every argument that a text has, with a value such as it gets: a number is a count."""


def language_of(code: str) -> str:
    """The language we speak with a person whose Telegram says *code*, such as ``ru-RU``."""
    language = code.replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else LANGUAGES[0]


def similar(name: str) -> str:
    """Words that point to the text which *name*, no text's id, may mean; or none."""
    written = name.lower().replace("_", "-")
    near = difflib.get_close_matches(written, list(Text), n=1, cutoff=0.65)
    return f"; did you mean {near[0]}?" if near else ""


def catalog(language: str) -> str:
    """The Fluent source of all texts in one of LANGUAGES."""
    return Path(__file__).with_name(f"{language}.ftl").read_text(encoding="utf-8")


def admin_catalog(language: str) -> str:
    """The Fluent source of all texts of /admin in one of LANGUAGES."""
    folder = Path(__file__).with_name("admin") / language
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.ftl")))


@cache
def catalog_fingerprint() -> str:
    """Changes whenever a text of ours does."""
    everything = "\0".join(catalog(language) for language in LANGUAGES)
    return hashlib.sha256(everything.encode()).hexdigest()[:16]
