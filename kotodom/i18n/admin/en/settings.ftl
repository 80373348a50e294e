### Settings. Keys and values are typed as they are shown.

settings-title = Settings
settings-about = What can be set while Kotodom runs
settings-hint = Tap one to change it. 🔒 is set in config.toml; ✏️ was changed here.
settings-card-about = One setting: what it is, what it may be
settings-set-about = Change a setting
settings-confirm-about = Change a setting that deletes something
settings-reset-about = Take a change back: the default counts again
settings-unknown = There is no setting “{ $key }”. “/admin settings” lists them all.
settings-unknown-near = There is no setting “{ $key }”. Did you mean { $near }?
settings-now = Now: { $value }
settings-default = Default: { $value }
settings-must = It must be { $must }.
settings-in-config = 🔒 Set in config.toml (or by KOTODOM_… in the environment), which wins. To set it here, delete the key there and restart.
settings-changed = ✏️ Changed here.
settings-live = Counts at once.
settings-restart = Counts from the next start.
settings-pending = ⏳ { $value } from the next start on.
settings-type = ✍️ Type a value
settings-ask = Send the new value of “{ $name }”.
settings-reset = ↩️ Default
settings-clear = ∅ None
settings-history = 🕘 Changes
settings-done = ✅ Changed.
settings-same = It is that already.
settings-wrong = “{ $said }” does not fit. It must be { $must }.
settings-conflict = That would contradict “{ $name }”, which is { $value }. Change that first.
settings-no-bot = There is no bot “{ $said }” here.
settings-delete-ask = This deletes for good
settings-delete-line = Questions and answers older than { $days ->
    [one] { $days } day
   *[other] { $days } days
} are deleted within the hour, in all bots. Nobody can bring them back. Export what you need before.
settings-delete-yes = 🗑 Yes, keep { $days ->
    [one] { $days } day
   *[other] { $days } days
} only

settings-must-whole = a whole number from { $least } to { $most }
settings-must-number = a number from { $least } to { $most }
settings-must-switch = on or off
settings-must-choice = one of { $choices }
settings-must-text = one line of text
settings-must-zone = a time zone such as Europe/Berlin or UTC
settings-must-time = a time of day such as 09:00
settings-must-bot = the name of one of the bots
settings-must-chat = the id of a chat (a whole number, negative for groups)
settings-unit-seconds = { $value } s
settings-unit-minutes = { $value } min
settings-unit-days = { $value } d
settings-unit-tokens = { $value } tokens
settings-unit-characters = { $value } characters
settings-unit-megabytes = { $value } MB
settings-empty = none

### What each setting is called, and what it does.

setting-name-openai-model = Model
setting-about-openai-model = Answers for bots that name none of their own.
setting-name-openai-context-budget = Context budget
setting-about-openai-context-budget = How many tokens of history and question are sent to the model. The oldest turns are left out first. More is dearer.
setting-name-openai-timeout = Patience with the model
setting-about-openai-timeout = Seconds without any progress before an attempt is given up.
setting-name-openai-total-timeout = Longest answer
setting-about-openai-total-timeout = Seconds that one answer may take altogether.
setting-name-conversation-join-window = Joining window
setting-about-conversation-join-window = Seconds to wait for the rest of an album, or of a text that was split.
setting-name-conversation-edit-window = Editing window
setting-about-conversation-edit-window = Seconds in which an edited question is answered anew. 0: never.
setting-name-conversation-image-turns = Pictures of earlier turns
setting-about-conversation-image-turns = How many of the last turns send their pictures again.
setting-name-conversation-max-document-chars = Longest document
setting-about-conversation-max-document-chars = Characters of a document that are read; the rest is left out, and the answer says so.
setting-name-conversation-max-sound-minutes = Longest recording
setting-about-conversation-max-sound-minutes = Minutes that a voice message may have.
setting-name-conversation-keep-days = Retention
setting-about-conversation-keep-days = Days after which questions and answers are deleted for good, within the hour. 0: they are kept.
setting-name-telegram-max-download-mb = Largest file
setting-about-telegram-max-download-mb = Megabytes that a file from people may have. Telegram's own server gives no more than 20.
setting-name-telegram-poll-timeout = Poll timeout
setting-about-telegram-poll-timeout = Seconds that one request for new messages waits at Telegram.
setting-name-processing-concurrency = Concurrency
setting-about-processing-concurrency = Questions in work at once, in the whole process.
setting-name-processing-max-attempts = Attempts
setting-about-processing-max-attempts = How often a message is tried before its sender gets the error message.
setting-name-processing-retry-base = First wait
setting-about-processing-retry-base = Seconds before the second attempt; doubles with each one.
setting-name-processing-retry-max = Longest wait
setting-about-processing-retry-max = Seconds between two attempts at most.
setting-name-processing-backlog-limit = Backlog limit
setting-about-processing-backlog-limit = Unanswered messages at which polling pauses; Telegram keeps the rest for a day.
setting-name-processing-min-free-disk-mb = Free disk
setting-about-processing-min-free-disk-mb = Polling also pauses when the disk has fewer free megabytes. 0: never.
setting-name-breaker-fail-max = Failures of the provider
setting-about-breaker-fail-max = Failures, with no success between them, after which it is left alone for a while.
setting-name-breaker-reset-timeout = Rest for the provider
setting-about-breaker-reset-timeout = Seconds until it is tried again. Messages wait meanwhile; nothing is lost.
setting-name-log-level = Log level
setting-about-log-level = From which level on lines are logged. DEBUG also logs what people write.
setting-name-admin-timezone = Time zone
setting-about-admin-timezone = By which days, months and times here are counted, such as Europe/Berlin.
setting-name-alerts-bot = Bot for alerts
setting-about-alerts-bot = Which bot sends alerts and the digest. Empty: the first that can reach each admin.
setting-name-alerts-chat = Chat for alerts
setting-about-alerts-chat = The id of a chat or group that gets alerts instead of each admin. Empty: each admin.
setting-name-digest-on = Daily digest
setting-about-digest-on = Once a day: messages, answers, failures, spend, top users.
setting-name-digest-time = Time of the digest
setting-about-digest-time = When the digest comes, in the time zone above.
setting-name-backup-keep = Nightly backups kept
setting-about-backup-keep = How many days of nightly backups stay; older ones are deleted. 0: none are made.
setting-name-backup-time = Time of the nightly backup
setting-about-backup-time = When the database is backed up, in the time zone above.
