### Alerts. $bot: a bot's name; $reason: an error in its own words; $code: its short name.

alerts-unanswered-told = { $bot } could not answer a message ({ messages-cause }): { $reason }. Its sender was told that something went wrong.
alerts-unanswered-untold = { $bot } could not answer a message ({ messages-cause }): { $reason }. Its sender could not be told.
alerts-conflict = Another program receives the messages of { $bot } ({ $reason }). Stop the other one, or give this bot a new token: BotFather, /revoke.
alerts-polling = { $bot } cannot receive messages ({ $reason }). It keeps trying.
# $reason: what kept all bots alike from receiving.
alerts-outage = Messages could not be received for a while ({ $reason }). Telegram keeps them, and they are answered when that is over. If it lasts: check this machine's network, name resolution and proxy.
alerts-token-revoked = Telegram does not accept the token of { $bot } any more, so the bot is stopped. Its messages are kept: give it a new token.
# $old, $new: ids of a chat.
alerts-group-moved = The allowed group { $old } of { $bot } became a supergroup. Add its new id { $new } to the allowed groups, or the bot leaves it after a restart.
# $update: the id of what Telegram sent.
alerts-poison = { $bot } got an update ({ $update }) that cannot be read. It is kept, but nobody was answered. A newer Kotodom may understand it.
# $number: how many.
alerts-pressure-backlog = Receiving pauses, because { $number ->
    [one] { $number } message waits
   *[other] { $number } messages wait
} to be answered. Telegram keeps new ones meanwhile.
# $number: megabytes.
alerts-pressure-disk = Receiving pauses, because only { $number } MB of disk are free. Telegram keeps new messages meanwhile: make room.
# $address: of the provider.
alerts-circuit = The model provider failed several times at { $address }. What needs it waits until it answers again; nothing is lost.
# $job: its name.
alerts-job-failed = The scheduled job “{ $job }” failed: { $reason }. It will run again at its time.

alerts-instance = Kotodom
alerts-more = { $count ->
    [one] { $count } more like this since the last alert.
   *[other] { $count } more like this since the last alert.
}
alerts-show = Show
alerts-retry = Retry
alerts-silence = 🔕 Silence for a day
alerts-speak = 🔔 Tell me again
alerts-typed = In a private chat with me:

alerts-title = Alerts
alerts-about = What was told lately, and what is silenced
alerts-one-about = One alert: what it says and how often it happened
alerts-silence-about = Tell nobody of it for a day, or for so many days
alerts-speak-about = Tell of it again
alerts-empty = Nothing has gone wrong yet.
alerts-never-told = Nobody could be told yet.
# $time: a date with its time.
alerts-told-at = Told: { $time }
alerts-kept-back = Since then: { $count }
alerts-silent-until = Silenced until { $time }
alerts-speaks-again = It will be told again.
# $limit: days.
alerts-bad-days = The days must be a whole number from 1 to { $limit }.
# $key: what was typed.
alerts-unknown = There is no alert “{ $key }”. /admin alerts lists them all.
alerts-target = Where alerts go
