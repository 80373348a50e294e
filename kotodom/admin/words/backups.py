"""What the screens of backups say."""

from kotodom.i18n import Wording


class BackupWords(Wording):
    """Texts of kotodom/admin/backups.py."""

    TITLE = "backup-title"
    ABOUT = "backup-about"
    NOW = "backup-now"
    NOW_ABOUT = "backup-now-about"
    DONE = "backup-done"
    RUNNING = "backup-running"
    FAILED = "backup-failed"
    FOLDER = "backup-folder"
    NEXT = "backup-next"
    OFF = "backup-off"
    KEPT = "backup-kept"
    LINE = "backup-line"
    EMPTY = "backup-empty"
    KEY = "backup-key"
    SETTING = "backup-setting"
    LAST = "backup-last"
    LAST_BAD = "backup-last-bad"
    DOOR = "backup-door"
