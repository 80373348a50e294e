### /admin messages: the dead-letter inbox.

messages-about = Messages that were not answered, and why
messages-list-about = Messages by state (dead, wait, work, done, all), bot, cause and age (30m, 12h, 7d); “all” stands for any
messages-causes-about = What failed in the last day, by cause
messages-bots-about = Choose the bot whose messages are listed
messages-card-about = Everything about one message
messages-retry-about = Try a message again, with another model if you name one
messages-models-about = Choose the model that a message is tried again with
messages-answer-about = Answer a message yourself: your words become its answer
messages-drop-about = Give a message up; its sender gets the bot's error message, unless they have it already
messages-bulk-about = Ask everything again that failed for one cause (or “all”), since 30m, 12h, 7d, 14:30 or 2026-12-24 14:30
messages-bulk-bot-about = The same for one bot
messages-bulk-card-about = How far a retry of many messages is
messages-bulk-start-about = Begin a retry that was shown to you
messages-bulk-cancel-about = Stop a retry; what was asked again goes on
messages-bulks-about = The retries of many messages there were

messages-title-dead = 📥 Not answered
messages-title-wait = ⏳ Waiting
messages-title-work = ⚙️ Being answered
messages-title-done = ✅ Answered
messages-title-all = 💬 All questions
messages-state-dead = 📥 Not answered
messages-state-wait = ⏳ Waiting
messages-state-work = ⚙️ In work
messages-state-done = ✅ Answered
messages-state-all = 💬 All
messages-empty = Nothing here.
messages-empty-dead = Everything was answered. 🎉
# $causes: "provider_timeout 12, chat_gone 3"
messages-causes-line = Last 24 h: { $causes }
messages-unreadable = unreadable
# $code: of an error; those that are not here are shown as they are.
messages-cause = { $code ->
    [provider_account] key or account
    [provider_refused] refused by the model
    [provider_unavailable] model unreachable
    [provider_timeout] model too slow
    [provider_rate_limited] too many requests
    [provider_stopped] calls are stopped
    [stream_broken] answer broke off
    [circuit_open] model rests
    [limit] limit reached
    [unpriced] price unknown
    [file_unusable] unusable file
    [file_not_fetched] file not fetched
    [crashed] crashes
    [undecodable] unreadable update
    [chat_gone] bot blocked or removed
    [message_refused] refused by Telegram
    [telegram_unreachable] Telegram unreachable
    [telegram_in_doubt] delivery in doubt
    [flood_wait] Telegram's limits
    [token_revoked] token revoked
    [internal] error in Kotodom
    [restored] open in a restored backup
    [dropped] given up
   *[other] { $code }
}
# $said: what was typed.
messages-bad-state = “{ $said }” is no state. Use dead, wait, work, done or all.
messages-bad-age = “{ $said }” is no age. Write it like 30m, 12h or 7d.
messages-bot-label = 🤖 { $name }
messages-cause-label = ⚠️ { $name }
messages-age-label = 🕒 { $name }
messages-any-bot = all bots
messages-any-cause = any cause
messages-any-age = any time
# $span: a duration such as 2h 5m.
messages-ago = { $span } ago
messages-just-now = just now
messages-due = next try in { $span }
messages-due-now = next
messages-retry-all-label = 🔁 Retry all …
messages-bulks-label = 📜 Retries
messages-causes-title = Why messages were not answered
messages-causes-hint = Of the last 24 hours. Choose a cause to see what would be asked again.
messages-causes-none = Nothing failed in the last 24 hours.
messages-bots-title = Whose messages?

# $id: the message's number.
messages-card-title = Message { $id }
messages-kind-question = question
messages-kind-command = command
messages-kind-notice = notice of the bot's own
messages-nobody = unknown sender
# $at: a moment; $ago: “5m ago” or “just now”.
messages-came = 🕒 { $at }, { $ago }
messages-stands-dead = ❌ Not answered: { $why }
messages-stands-dropped = 🗑 Given up by an admin
messages-stands-failed = ⏳ Waits for its next try in { $span }: { $why }
messages-stands-ready = ⏳ Waits for its turn
messages-stands-work = ⚙️ Is being worked on
messages-stands-done = ✅ Done
messages-delivering = 📤 The answer is written and on its way
# $sent, $all: counts.
messages-parts = { $sent } of { $all ->
    [one] { $all } message sent
   *[other] { $all } messages sent
}
messages-apologised = The sender was told that something went wrong.
messages-crashes = { $count ->
    [one] In work at { $count } crash
   *[other] In work at { $count } crashes
}
messages-attempts = { $count ->
    [one] { $count } failure:
   *[other] { $count } failures:
}
messages-times-waited = waited { $span }
messages-times-first = first word after { $span }
messages-times-written = written in { $span }
messages-times-sent = delivered in { $span }
# $input, $output: tokens; $cost: "$0.01" or the next text.
messages-cost = 🧮 { $model }: { $input } + { $output ->
    [one] { $output } token
   *[other] { $output } tokens
}, { $cost }
messages-cost-unknown = price unknown
messages-wanted = To be answered by { $model }
messages-answer = Answer:
messages-answer-by-admin = Answer by an admin:
messages-no-text = (no text)

messages-answer-label = ✍️ Answer myself
messages-retry-label = 🔁 Retry
messages-retry-now-label = 🔁 Retry now
messages-resend-label = 📤 Deliver again
messages-models-label = 🧠 Another model
messages-drop-label = 🗑 Drop with apology
messages-drop-silently-label = 🗑 Drop
messages-chat-label = 💬 Chat
messages-models-title = Retry message { $id } with which model?
messages-models-hint = Choose one, or send me the name of any other.
messages-answer-title = Answer to message { $id }
messages-answer-hint = Send me the answer as your next message. It goes to the person as the bot's own.
messages-answer-empty = There is no text in that. Please write the answer as text.
messages-not-so = That is not possible (any more): the message has changed meanwhile, or is not of that kind.
messages-retried = 🔁 It is tried again.
messages-answered = ✍️ Your answer is on its way.
messages-dropped = 🗑 Dropped; the sender is told that something went wrong.
messages-dropped-silently = 🗑 Dropped. Nothing more is sent.
messages-blocked = The chat cannot be written to: the bot was blocked or removed there.

messages-bulk-title = 🔁 Retry of many messages
messages-bulk-why = Cause: { $why }
messages-bulk-any = any
messages-bulk-of = Bot: { $name }
# $from, $to: moments.
messages-bulk-span = Failed between { $from } and { $to }
messages-bulk-count = { $count ->
    [one] { $count } message would be asked again.
   *[other] { $count } messages would be asked again.
}
messages-bulk-count-bound = More than { $count } messages would be asked again.
messages-bulk-nothing = There is nothing to ask again: no question failed for that cause in that time, or its sender cannot be written to.
messages-bulk-hint = Their senders get the answers now. Those who were told of the failure are not told a second time if it fails again.
messages-bulk-yes = { $count ->
    [one] ✅ Yes, ask { $count } again
   *[other] ✅ Yes, ask { $count } again
}
messages-bulk-stop = ⏹ Stop
messages-bulk-running = ⏳ Under way …
messages-bulk-done = ✅ Done.
messages-bulk-cancelled = ⏹ Stopped. What was asked again goes on.
# All are counts.
messages-bulk-result = { $reopened } asked again: { $answered } answered, { $failed } failed again, { $waiting ->
    [one] { $waiting } waits
   *[other] { $waiting } wait
}.
messages-bulk-bad-since = “{ $said }” is no time. Write 30m, 12h, 7d, 14:30 or 2026-12-24 14:30.
messages-bulks-title = 📜 Retries of many messages
messages-bulks-none = There were none.
messages-bulk-show = Show
messages-bulk-failed-label = 📥 Not answered
