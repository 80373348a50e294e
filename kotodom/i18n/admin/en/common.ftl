### The frame of /admin. Plain text; labels stand on buttons.

admin-back = ‹ Back
admin-refresh = ↻ Refresh
admin-cancel = Cancel
admin-none = –
admin-never = never

admin-home-title = Administration
# $bots, $waiting: counts; $version: Kotodom's.
admin-home-line = { $bots ->
    [one] { $bots } bot
   *[other] { $bots } bots
}, { $waiting ->
    [one] { $waiting } message waits
   *[other] { $waiting } messages wait
}. Kotodom { $version }.
admin-help-title = What /admin can do
admin-help-hint = Every button can be typed, too. “/admin help bot” tells about the commands that begin with “bot”. Words in capitals are yours to fill in; those in brackets may be left out.
admin-help-about = What the commands are, or those that begin with some words
admin-home-about = The first screen
# $said: what was typed.
admin-unknown = There is no command “/admin { $said }”. “/admin help” lists them all.
admin-unknown-near = There is no command “/admin { $said }”. Did you mean one of these?
# $usage: how the command is written.
admin-incomplete = Something is missing or does not fit. The command is written: { $usage }
admin-out-of-date = This button is out of date: Kotodom has changed since. /admin shows what there is now.
admin-forbidden = Your role does not allow that.
# $what: what was looked for, as it was typed.
admin-not-found = There is no “{ $what }” here.
admin-go-private = Administration is for private chats only: please write /admin to me there.
admin-cancelled = Nothing was changed.
admin-file-unreadable = I could not read that file. Please send plain text (.txt in UTF-8), or write it as a message.
# $limit: characters.
admin-file-too-long = That file is too long: at most { $limit } characters.
admin-command = Administration

admin-noun-bots = 🤖 Bots
admin-noun-chats = 💬 Chats
admin-noun-messages = 📥 Messages
admin-noun-people = 👤 People
admin-noun-money = 💰 Money
admin-noun-broadcasts = 📣 Broadcasts
admin-noun-accounts = 🔑 Accounts
admin-noun-settings = ⚙️ Settings
admin-noun-health = ❤️ Health
admin-noun-help = ❓ Help

# $count: a number as text; two of these make a duration.
admin-span-days = { $count }d
admin-span-hours = { $count }h
admin-span-minutes = { $count }m
admin-span-seconds = { $count }s
