### Backups of the database.

backup-title = 💾 Backups
backup-about = The backups of the database, the newest first
backup-now = 💾 Back up now
backup-now-about = Back the database up now
backup-done = ✅ Backed up, and checked.
backup-running = A backup is being made already.
# $reason: what went wrong.
backup-failed = ⚠️ The last backup failed: { $reason }
backup-folder = In { $folder }
backup-next = Next: { $time }
backup-off = No nightly backups are made. The setting “backup.keep” says how many are kept.
backup-kept = { $count ->
    [one] Nightly backups of { $count } day are kept; others stay until you delete them.
   *[other] Nightly backups of { $count } days are kept; others stay until you delete them.
}
# $ago: such as "3h 5m".
backup-line = { $name }
    { $size }, { $ago } ago
backup-empty = There are none yet.
backup-key = Without the key that seals the tokens a backup is of no use: keep that one, too.
backup-setting = Settings of backups
backup-last = Last backup: { $ago } ago, { $size }
backup-last-bad = 🔴 The last backup failed. “/admin backup” says why.
backup-door = 💾 Backups
