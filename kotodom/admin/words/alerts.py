"""What alerts and the screens about them say."""

from kotodom.i18n import Wording


class AlertsWords(Wording):
    """Texts of alerts (kotodom/settle.py and others submit them) and kotodom/admin/alerts.py."""

    UNANSWERED_TOLD = "alerts-unanswered-told"
    UNANSWERED_UNTOLD = "alerts-unanswered-untold"
    CONFLICT = "alerts-conflict"
    POLLING = "alerts-polling"
    OUTAGE = "alerts-outage"
    TOKEN_REVOKED = "alerts-token-revoked"
    GROUP_MOVED = "alerts-group-moved"
    POISON = "alerts-poison"
    PRESSURE_BACKLOG = "alerts-pressure-backlog"
    PRESSURE_DISK = "alerts-pressure-disk"
    CIRCUIT = "alerts-circuit"
    JOB_FAILED = "alerts-job-failed"

    INSTANCE = "alerts-instance"
    MORE = "alerts-more"
    SHOW = "alerts-show"
    RETRY = "alerts-retry"
    SILENCE = "alerts-silence"
    SPEAK = "alerts-speak"
    TYPED = "alerts-typed"

    TITLE = "alerts-title"
    ABOUT = "alerts-about"
    ONE_ABOUT = "alerts-one-about"
    SILENCE_ABOUT = "alerts-silence-about"
    SPEAK_ABOUT = "alerts-speak-about"
    EMPTY = "alerts-empty"
    NEVER_TOLD = "alerts-never-told"
    TOLD_AT = "alerts-told-at"
    KEPT_BACK = "alerts-kept-back"
    SILENT_UNTIL = "alerts-silent-until"
    SPEAKS_AGAIN = "alerts-speaks-again"
    BAD_DAYS = "alerts-bad-days"
    UNKNOWN = "alerts-unknown"
    TARGET = "alerts-target"
