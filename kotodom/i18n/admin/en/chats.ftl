### Conversations in /admin. Plain text; labels stand on buttons.

chats-about = Conversations, the newest first
chats-find-about = Find conversations by name, @username, id or what was said
chats-further-about = Go on with a search
chats-chat-about = One conversation
chats-history-about = What was said, with state and cost
chats-export-about = Everything that was said, as a file
chats-say-about = Write to the person as the bot
chats-take-about = Answer instead of the model for a while
chats-give-about = Let the model answer again
chats-forget-about = Begin a new conversation: the model forgets what was said
chats-model-about = The model that answers here
chats-inbox-about = The forum group in which a bot's conversations are shown, one topic each

chats-title = Chats
chats-empty = Nobody has written yet.
chats-find-label = 🔎 Find
chats-find-ask = Find a conversation
chats-find-hint = Send a name, an @username, an id or words that were said.
# $text: what is looked for.
chats-found-title = 🔎 { $text }
chats-found-names = By name:
chats-found-said = By what was said:
chats-found-none = Nothing was found.
chats-found-none-yet = Nothing was found so far.
chats-further-label = Search further back
chats-search-gone = That search is over. Please begin it again: /admin chats find

chats-just-now = just now
chats-minutes = { $minutes } min
chats-hours = { $hours } h
chats-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
chats-somebody = Somebody
# $who: a person; $chat: a group's title.
chats-in-group = { $who } in “{ $chat }”
chats-type-private = private chat
chats-type-group = group
chats-type-guest = as a guest in another chat
chats-nameless = Chat { $id }

# $bot: a bot's name; $type: what kind of chat it is.
chats-card-bot = 🤖 { $bot }, { $type }
chats-card-person = 👤 { $who }, id { $id }
chats-card-group = 👥 id { $id }
chats-card-last = 🕑 Last message: { $when }
chats-card-messages = 💬 Messages: { $messages }
chats-card-many = 💬 Messages: more than { $messages }
chats-card-cost = 💰 Cost so far: { $cost }
chats-card-unpriced = 💰 Cost so far: { $cost }, without { $calls ->
    [one] { $calls } call
   *[other] { $calls } calls
} whose price is unknown
chats-card-model = 🧠 Model: { $model }
chats-card-blocked = 🚫 Cannot be written to since { $when }: the bot was blocked or removed.
# $who: an admin; $left: how long still; $until: a time of the day.
chats-card-taken = ✋ { $who } answers here for { $left } more, until { $until }. The model is silent.
chats-card-taken-by-you = ✋ You answer here for { $left } more, until { $until }. The model is silent; each message of yours gives you the whole time again.

chats-history-label = 📜 History
chats-say-label = ✍️ Write
chats-say-more-label = ✍️ Write more
chats-take-label = ✋ Take over
# $hours: for how long.
chats-take-hours-label = ✋ For { $hours } h
chats-take-again-label = ✋ Take over again
chats-give-label = ↩️ Give back
chats-give-quietly-label = ↩️ Give back, no answer
chats-reply-label = ✍️ Reply
chats-show-label = Show
chats-forget-label = 🧹 Forget
chats-model-label = 🧠 Model
chats-export-label = 📤 Export
chats-person-label = 👤 Person
chats-limits-label = 🚦 Limits
chats-text-label = Text
chats-json-label = JSON
chats-default-label = The bot's own

# $who: a person or a group.
chats-history-title = { $who }: history
chats-history-empty = Nothing was said here.
chats-by-admin = Admin
chats-left = ✋ left to an admin
chats-waits = ⏳ waits
chats-in-work = ⏳ is being answered
chats-tries-again = ⏳ failed, is tried again: { $reason }
chats-failed = ❌ not answered: { $reason }
chats-undelivered = ❌ not delivered: { $reason }
chats-unpriced = cost unknown
chats-tokens = { $tokens ->
    [one] { $tokens } token
   *[other] { $tokens } tokens
}

chats-export-title = { $who }: export
chats-export-ask = As text, to read, or as JSON, for programs?
# $messages: how many there are in it.
chats-export-done = { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
}
chats-export-more = There is more than fits in one go.
chats-export-more-label = 📤 The next part
chats-export-formats = The format is “text” or “json”.

chats-say-title = ✍️ To { $who }
chats-say-ask = Send what { $bot } is to say: text (Markdown), or a picture, a file, a recording. Your next message goes to the person.
chats-said = ✓ Written to { $who }.
chats-said-taken = You answer there for { $left } more.
chats-said-live = The model still answers there; it will know what you wrote.
chats-say-nothing = There is nothing to send. Please write a text, or send a picture, a file or a recording.
chats-say-blocked = { $who } cannot be written to: the bot was blocked or removed there.
chats-say-guest = There the bot is only a guest: it can answer, but not write by itself.
# $bot: @username of a bot.
chats-say-other-bot = Files can only be passed on in a chat with the same bot. Please send it to { $bot }.
chats-say-too-long = That is too long: please send at most { $limit } characters.

chats-taken = ✋ Taken over. What { $who } writes is shown to you here; reply to it, and your words go to them.
chats-take-minutes = For how many minutes? Please give a whole number from 1 to { $limit }.
chats-take-yourself = That is your own conversation with this bot.
chats-not-taken = Nobody has taken this conversation over.
chats-given = ↩️ Given back: the model answers { $who } again.
chats-given-answered = ↩️ Given back: the model answers { $who } again, beginning with the last message, which nobody has answered.
chats-give-how = How to give it back is “answer” (the last message, if nobody has) or “quietly”.
chats-time-up = Your time with { $who } is up
    The model answers there again.
chats-time-up-answered = Your time with { $who } is up
    The model answers there again, beginning with the last message, which nobody has answered.
chats-taken-by-other = Somebody else answers { $who } now
    Another admin has taken the conversation over from you.
# $who: a person; $bot: a bot's name.
chats-wrote = 💬 { $who } → { $bot }
chats-wrote-anew = ✏️ { $who } → { $bot }, changed:

chats-forget-ask = The model will know nothing of what { $who } and it have said until now. The history stays here for you to read. Forget?
chats-forget-yes = 🧹 Yes, forget
chats-forgotten = 🧹 The model begins anew.

chats-model-now = { $model } answers here. Another one?
chats-model-none = This bot offers no models to choose from: set its field “models” first.
chats-model-unknown = This bot does not offer { $model }. It offers: { $models }

chats-file-photo = picture
chats-file-document = file
chats-file-voice = voice message
chats-file-audio = audio
chats-file-video-note = video message
chats-file-video = video or animation

chats-inbox-label = 📥 Inbox
chats-inbox-title = { $bot }: inbox
chats-inbox-none = No inbox is set.
chats-inbox-is = Conversations are shown in: { $group }
chats-inbox-how = An inbox is a group with topics: each conversation of this bot gets one. What you write in a topic goes to the person; /take and /give pause the model and wake it.
    Make a group with topics, add @{ $username } as an administrator that may manage topics, and choose it here.
chats-inbox-off-label = No inbox
chats-inbox-unknown = { $bot } is in no such group. Add it as an administrator first, then choose it here.
chats-inbox-configured = The inbox of { $bot } is set in config.toml (inbox_id), so it can only be changed there.
chats-inbox-begins = 📥 This group is now the inbox of { $bot }: each conversation gets a topic. What you write in a topic goes to the person.
# $who: a person; $id: Telegram's id.
chats-inbox-topic = { $who }, id { $id }. What is written here goes to them.
# $bot: a bot's name; $error: Telegram's words.
chats-inbox-broken = { $bot } cannot use its inbox: { $error }. It needs a group with topics in which it is an administrator that may manage topics. Conversations go on without it.
chats-inbox-bot-said = 🤖 { $bot }
chats-inbox-admin-said = 👤 { $bot }, written by an admin
chats-inbox-wrote-anew = ✏️ { $who }, changed:
chats-inbox-undelivered = ⚠️ This did not reach the person: the bot was blocked or removed there.
chats-inbox-wrote = 💬 { $who }
chats-inbox-taken = ✋ You answer here for { $left }; each message of yours makes it as long again. /give wakes the model.
chats-inbox-commands = Here there are /take (the model is silent; /take 60: for an hour) and /give. Everything else you write goes to the person.
