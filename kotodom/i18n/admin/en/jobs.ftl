### Scheduled work, and the daily digest.

jobs-title = Scheduled work
jobs-about = Scheduled work: next run, last result
jobs-card-about = One scheduled job
jobs-run-about = Run a job now, beside its schedule
# $period: such as 1h 5m.
jobs-every = Every { $period }
# $time: of the day, with its zone.
jobs-daily = Daily at { $time }
jobs-not-planned = Switched off
# $time: a date with its time.
jobs-next = Next: { $time }
# $took: such as 0.4s; $result: what it did.
jobs-last = Last: { $time } ({ $took }) { $result }
jobs-never = It has not run yet.
jobs-running = It is running already.
jobs-done = It has run.
jobs-run = ▶ Run now
# $name: what was typed.
jobs-unknown = There is no job “{ $name }”. /admin jobs lists them all.
jobs-sweep = Looks for messages whose next try is due.
jobs-pressure = Looks at the backlog and the disk, and pauses receiving when there is no room.
jobs-purge = Deletes what is left of people who asked to be forgotten.
jobs-expire = Deletes conversations that are older than they are to be kept.
jobs-broadcasts = Puts the next people of running broadcasts in line.
jobs-bars = Shows how far running broadcasts are.
jobs-budget = Begins a new day of spending.
jobs-digest = Writes the daily digest.
jobs-backup = Backs the database up and deletes the oldest backups.
jobs-takeovers = Ends takeovers whose time is up.
jobs-inboxes = Shows conversations in the inbox groups of bots, a topic each.

digest-title = The last 24 hours
digest-about = What happened in the last day
digest-on-about = Get the daily digest
digest-off-about = Get no daily digest
digest-messages = { $count ->
    [one] { $count } message
   *[other] { $count } messages
}
digest-quiet = Nobody wrote, and nothing was spent.
digest-answers = { $count ->
    [one] { $count } answer
   *[other] { $count } answers
}
digest-waiting = { $count ->
    [one] { $count } waits for its answer
   *[other] { $count } wait for their answers
}
digest-failed = { $count ->
    [one] { $count } could not be answered
   *[other] { $count } could not be answered
}
# $cost: such as $0.0123.
digest-spend = Spent: { $cost }
digest-unpriced = { $count ->
    [one] { $count } call has no known price and is not in that sum.
   *[other] { $count } calls have no known price and are not in that sum.
}
digest-bots = Bots
digest-bot-line = { $bot }: { $messages } · ⚠️ { $failed }
digest-top = Who asked most
# $who: a name.
digest-top-line = { $who }: { $count } · { $cost }
digest-comes = It comes daily at { $time } ({ $zone }).
digest-comes-not = The daily digest is switched off in the settings.
digest-muted = You do not get the daily digest.
digest-on = 🔔 Get it daily
digest-off = 🔕 Not for me
digest-setting = Settings of the digest
digest-show-failed = What failed
digest-show-money = Money
digest-door = 📊 Digest
