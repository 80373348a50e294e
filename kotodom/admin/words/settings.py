"""What the screens of settings say."""

from kotodom.i18n import Wording
from kotodom.settings import AnySetting


class SettingsWords(Wording):
    """Texts of kotodom/admin/settings*.py."""

    TITLE = "settings-title"
    ABOUT = "settings-about"
    HINT = "settings-hint"
    CARD_ABOUT = "settings-card-about"
    SET_ABOUT = "settings-set-about"
    CONFIRM_ABOUT = "settings-confirm-about"
    RESET_ABOUT = "settings-reset-about"
    UNKNOWN = "settings-unknown"
    UNKNOWN_NEAR = "settings-unknown-near"
    NOW = "settings-now"
    DEFAULT = "settings-default"
    MUST = "settings-must"
    IN_CONFIG = "settings-in-config"
    CHANGED = "settings-changed"
    LIVE = "settings-live"
    RESTART = "settings-restart"
    PENDING = "settings-pending"
    TYPE = "settings-type"
    ASK = "settings-ask"
    RESET = "settings-reset"
    CLEAR = "settings-clear"
    HISTORY = "settings-history"
    DONE = "settings-done"
    SAME = "settings-same"
    WRONG = "settings-wrong"
    CONFLICT = "settings-conflict"
    NO_BOT = "settings-no-bot"
    DELETE_ASK = "settings-delete-ask"
    DELETE_LINE = "settings-delete-line"
    DELETE_YES = "settings-delete-yes"
    MUST_WHOLE = "settings-must-whole"
    MUST_NUMBER = "settings-must-number"
    MUST_SWITCH = "settings-must-switch"
    MUST_CHOICE = "settings-must-choice"
    MUST_TEXT = "settings-must-text"
    MUST_ZONE = "settings-must-zone"
    MUST_TIME = "settings-must-time"
    MUST_BOT = "settings-must-bot"
    MUST_CHAT = "settings-must-chat"
    UNIT_SECONDS = "settings-unit-seconds"
    UNIT_MINUTES = "settings-unit-minutes"
    UNIT_DAYS = "settings-unit-days"
    UNIT_TOKENS = "settings-unit-tokens"
    UNIT_CHARACTERS = "settings-unit-characters"
    UNIT_MEGABYTES = "settings-unit-megabytes"
    EMPTY = "settings-empty"


class SettingName(Wording):
    """What each setting is called."""

    OPENAI_MODEL = "setting-name-openai-model"
    OPENAI_CONTEXT_BUDGET = "setting-name-openai-context-budget"
    OPENAI_TIMEOUT = "setting-name-openai-timeout"
    OPENAI_TOTAL_TIMEOUT = "setting-name-openai-total-timeout"
    CONVERSATION_JOIN_WINDOW = "setting-name-conversation-join-window"
    CONVERSATION_EDIT_WINDOW = "setting-name-conversation-edit-window"
    CONVERSATION_IMAGE_TURNS = "setting-name-conversation-image-turns"
    CONVERSATION_MAX_DOCUMENT_CHARS = "setting-name-conversation-max-document-chars"
    CONVERSATION_MAX_SOUND_MINUTES = "setting-name-conversation-max-sound-minutes"
    CONVERSATION_KEEP_DAYS = "setting-name-conversation-keep-days"
    TELEGRAM_MAX_DOWNLOAD_MB = "setting-name-telegram-max-download-mb"
    TELEGRAM_POLL_TIMEOUT = "setting-name-telegram-poll-timeout"
    PROCESSING_CONCURRENCY = "setting-name-processing-concurrency"
    PROCESSING_MAX_ATTEMPTS = "setting-name-processing-max-attempts"
    PROCESSING_RETRY_BASE = "setting-name-processing-retry-base"
    PROCESSING_RETRY_MAX = "setting-name-processing-retry-max"
    PROCESSING_BACKLOG_LIMIT = "setting-name-processing-backlog-limit"
    PROCESSING_MIN_FREE_DISK_MB = "setting-name-processing-min-free-disk-mb"
    BREAKER_FAIL_MAX = "setting-name-breaker-fail-max"
    BREAKER_RESET_TIMEOUT = "setting-name-breaker-reset-timeout"
    LOG_LEVEL = "setting-name-log-level"
    ADMIN_TIMEZONE = "setting-name-admin-timezone"
    ALERTS_BOT = "setting-name-alerts-bot"
    ALERTS_CHAT = "setting-name-alerts-chat"
    DIGEST_ON = "setting-name-digest-on"
    DIGEST_TIME = "setting-name-digest-time"
    BACKUP_KEEP = "setting-name-backup-keep"
    BACKUP_TIME = "setting-name-backup-time"


class SettingAbout(Wording):
    """What each setting does."""

    OPENAI_MODEL = "setting-about-openai-model"
    OPENAI_CONTEXT_BUDGET = "setting-about-openai-context-budget"
    OPENAI_TIMEOUT = "setting-about-openai-timeout"
    OPENAI_TOTAL_TIMEOUT = "setting-about-openai-total-timeout"
    CONVERSATION_JOIN_WINDOW = "setting-about-conversation-join-window"
    CONVERSATION_EDIT_WINDOW = "setting-about-conversation-edit-window"
    CONVERSATION_IMAGE_TURNS = "setting-about-conversation-image-turns"
    CONVERSATION_MAX_DOCUMENT_CHARS = "setting-about-conversation-max-document-chars"
    CONVERSATION_MAX_SOUND_MINUTES = "setting-about-conversation-max-sound-minutes"
    CONVERSATION_KEEP_DAYS = "setting-about-conversation-keep-days"
    TELEGRAM_MAX_DOWNLOAD_MB = "setting-about-telegram-max-download-mb"
    TELEGRAM_POLL_TIMEOUT = "setting-about-telegram-poll-timeout"
    PROCESSING_CONCURRENCY = "setting-about-processing-concurrency"
    PROCESSING_MAX_ATTEMPTS = "setting-about-processing-max-attempts"
    PROCESSING_RETRY_BASE = "setting-about-processing-retry-base"
    PROCESSING_RETRY_MAX = "setting-about-processing-retry-max"
    PROCESSING_BACKLOG_LIMIT = "setting-about-processing-backlog-limit"
    PROCESSING_MIN_FREE_DISK_MB = "setting-about-processing-min-free-disk-mb"
    BREAKER_FAIL_MAX = "setting-about-breaker-fail-max"
    BREAKER_RESET_TIMEOUT = "setting-about-breaker-reset-timeout"
    LOG_LEVEL = "setting-about-log-level"
    ADMIN_TIMEZONE = "setting-about-admin-timezone"
    ALERTS_BOT = "setting-about-alerts-bot"
    ALERTS_CHAT = "setting-about-alerts-chat"
    DIGEST_ON = "setting-about-digest-on"
    DIGEST_TIME = "setting-about-digest-time"
    BACKUP_KEEP = "setting-about-backup-keep"
    BACKUP_TIME = "setting-about-backup-time"


def name_words(setting: AnySetting) -> SettingName:
    """What a setting is called; a test says that each has a name."""
    return SettingName(f"setting-name-{_slug(setting.key)}")


def about_words(setting: AnySetting) -> SettingAbout:
    """What a setting does."""
    return SettingAbout(f"setting-about-{_slug(setting.key)}")


def _slug(key: str) -> str:
    return key.replace(".", "-").replace("_", "-")
