### Broadcasts: one text for many people.

broadcasts-title = Broadcasts
broadcasts-about = All broadcasts, newest first
broadcasts-empty = Nothing was sent to everybody yet. A broadcast writes to all people who talk to a bot in private, or to some of them.
broadcasts-new = ➕ New
broadcasts-new-about = Choose the bot whose people get it
broadcasts-choose = Whose people get it?
broadcasts-no-bots = There is no running bot whose people could get anything.
broadcasts-create-about = Write to a bot's people: a draft first, nothing is sent yet
# $bot: its name.
broadcasts-ask = What shall { $bot } say?
broadcasts-ask-how = Send me the text, as Markdown, or as a .txt file. Nobody gets it before you have seen it and pressed “Start”.
broadcasts-blank = There is nothing to see in that text. Please write it again.
# $limit: messages.
broadcasts-too-long = That is too long: a broadcast has at most { $limit } messages. Please shorten it.
broadcasts-card-about = One broadcast: its text, its people, how far it is
# $number: the broadcast's.
broadcasts-card-title = Broadcast { $number }
broadcasts-audience = { $count ->
    [one] { $count } person would get it now.
   *[other] { $count } people would get it now.
}
broadcasts-everybody = Everybody
broadcasts-active = { $days ->
    [one] Active in { $days } day
   *[other] Active in { $days } days
}
broadcasts-any-language = Any language
# $tongue: a language's code.
broadcasts-speaks = who speak “{ $tongue }”
broadcasts-text-about = Write the draft anew
broadcasts-text = ✏️ Text
broadcasts-active-about = Only people who wrote within so many days; 0: everybody
broadcasts-language-about = Only people who speak a language (en, ru, …); any: everybody
broadcasts-bad-days = The days must be a whole number from 0 to { $limit }.
broadcasts-bad-language = A language is written as its code: en, ru, de, … or “any”.
broadcasts-no-draft = This broadcast was started or cancelled already, so it cannot be changed any more.
broadcasts-preview = 👁 Preview
broadcasts-preview-about = Show here how it looks
broadcasts-preview-title = It looks like this:
broadcasts-test = 🧪 Test to me
broadcasts-test-about = Send it to yourself, through its own bot
broadcasts-tested = Sent to you through { $bot }.
# $link: of the bot.
broadcasts-test-nowhere = You have not written to that bot yet: open { $link }, press Start, and try again.
broadcasts-start = 🚀 Start
broadcasts-start-about = Ask before it is sent, with the number of people
broadcasts-start-ask = { $count ->
    [one] Shall { $bot } write to { $count } person?
   *[other] Shall { $bot } write to { $count } people?
}
# $filter: who gets it.
broadcasts-start-filter = { $filter }. It cannot be taken back once it is sent.
broadcasts-start-nobody = Nobody would get it: choose another filter.
broadcasts-start-yes = { $count ->
    [one] Yes, send to { $count }
   *[other] Yes, send to { $count }
}
broadcasts-start-yes-about = Send it now
broadcasts-started = { $count ->
    [one] It is on its way to { $count } person.
   *[other] It is on its way to { $count } people.
}
broadcasts-started-below = The message below shows how far it is. You will hear when it is done.
broadcasts-pause = ⏸ Pause
broadcasts-pause-about = Pause: who is next in line still gets it, nobody else
broadcasts-resume = ▶️ Go on
broadcasts-resume-about = Go on where it stopped
broadcasts-cancel = ⏹ Cancel
broadcasts-cancel-about = End it for good, after a question; a draft just goes
broadcasts-cancel-ask = End broadcast { $number } for good?
broadcasts-cancel-left = { $count ->
    [one] { $count } person will not get it.
   *[other] { $count } people will not get it.
}
broadcasts-cancel-yes = Yes, end it
broadcasts-cancel-yes-about = End it for good
broadcasts-delete = 🗑 Drop the draft
broadcasts-draft = Draft: nobody has got it
broadcasts-running = On its way
broadcasts-paused = Paused
broadcasts-done = Done
broadcasts-cancelled = Cancelled
# $settled, $total: people.
broadcasts-settled = { $settled } of { $total }
broadcasts-counts = ✅ { $delivered } delivered · 🚫 { $blocked } blocked · ⚠️ { $failed } failed
broadcasts-skipped = { $count ->
    [one] { $count } left before it came to them.
   *[other] { $count } left before it came to them.
}
# $minutes: how long it takes yet.
broadcasts-left = { $minutes ->
    [one] About { $minutes } minute left
   *[other] About { $minutes } minutes left
}
broadcasts-held = It waits: there is too much other work now, or too little disk.
broadcasts-stopped-bot = It waits: the bot is not running.
# $reason: an error's short name.
broadcasts-by-itself = It paused by itself, because nobody was reached ({ $reason }).
broadcasts-failures = Why it failed:
broadcasts-report = Broadcast { $number } is done
broadcasts-sick = Broadcast { $number } paused by itself, because nobody was reached ({ $reason }). Look at its text, then let it go on or cancel it.
