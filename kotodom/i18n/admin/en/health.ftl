### Health.

health-title = ❤️ Health: all is well
health-about = How everything is doing: database, provider, bots, queue, machine
health-title-bad = ⚠️ Health: something is wrong
health-database = 🗄 { $kind }, { $size }, answers in { $time }
health-database-bad = 🔴 The database does not answer: { $error }
health-provider-closed = 🟢 The model provider answers.
# $wait: how long, such as "25s".
health-provider-open = 🔴 The model provider failed too often and is left alone; next try in { $wait }. Messages wait, nothing is lost.
health-provider-half = 🟠 The model provider is about to be tried again.
health-provider-last = Last answer { $ago } ago.
health-provider-never = No answer since the start.
health-halted = 🛑 The kill switch is on: nobody calls the provider. “/admin money resume” lets it go on.
health-queue = 📨 Messages: { $ready } ready, { $working } in work, { $waiting } waiting
health-queue-oldest = The oldest has been open for { $age }.
health-queue-paused = 🟠 Polling pauses: too many messages wait, or the disk is full.
health-host = 🖥 Disk free { $disk } · memory { $memory } · loop { $lag } late
health-memory = { $size }
health-memory-unknown = unknown
health-version = Kotodom { $version }, up for { $uptime }
health-backup = Last backup: { $time }
health-fleet = 🤖 Bots: { $states }
health-fleet-none = There are no bots yet. “/admin bots add” adds one.
health-fleet-trouble = 🔴 { $name }: { $state }
health-fleet-more = … and { $count } more
health-errors-line = Last error, { $ago } ago: { $error }
health-errors-none = No errors since the start.

health-bots = 🤖 Every bot
health-bots-about = Every bot: what it is doing, when it polled last, what is wrong
health-bots-title = Bots
health-bot-starting = { $count } starting
health-bot-polling = { $count } running
health-bot-stalled = { $count } stalled
health-bot-failed = { $count } failed
health-bot-stopped = { $count } stopped

health-probe = 🔎 Probe the provider
health-probe-about = Make one tiny call to the model provider now, and tell how it went
health-probe-good = ✅ { $model } answered in { $time }
health-probe-bad = ❌ { $model } did not answer ({ $time })
health-probe-answer = It said: { $said }
health-probe-circuit = Circuit: { $state }
health-probe-halted = The kill switch is on, so nobody calls the provider. “/admin money resume” lets it go on.
health-probe-limited = A spending limit is reached, or there is one and the model has no price: nobody calls the provider. “/admin money limits” shows the limits, “/admin money prices” the prices.
health-why-unavailable = The provider cannot be reached or is in trouble. Check the network and its status page; messages wait meanwhile.
health-why-timeout = The provider took too long. If it stays so, look at openai.timeout, or choose a faster model.
health-why-limited = The provider asks to slow down: its rate limit is reached. Messages wait and are tried again.
health-why-account = The key, the account or the model cannot be used. Check the key, the balance and the name of the model.
health-why-refused = The provider refused the request. Check the name of the model.
health-why-other = The provider did not answer.

health-errors = 🧾 Last errors
health-errors-about = The last errors of this process, the newest first
health-errors-title = Last errors
health-errors-empty = There were none since the start.
health-jobs = ⏰ Scheduled work
