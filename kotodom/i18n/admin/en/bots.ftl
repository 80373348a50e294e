### Bots: adding, seeing, editing and deleting them. Plain text; labels stand on buttons.

## The list.

# $count: bots.
bots-title = Bots: { $count }
bots-about = Your bots and how each is doing
bots-none-yet = There is no bot yet. Press “Add a bot”, or just send me a bot's token.
bots-state-starting = starting
bots-state-polling = running
bots-state-stalled = running, but nothing has come from Telegram for too long
bots-state-failed = stopped by an error
bots-state-stopped = stopped
# $state: one of those above; $ago: “3s”.
bots-polled = { $state }, polled { $ago } ago
# $waiting, $answers: counts; $spent: “$0.12”.
bots-today = { $waiting } waiting · today { $answers ->
    [one] { $answers } answer
   *[other] { $answers } answers
}, { $spent }
# Follows the line above. $count: answers.
bots-unpriced = {" "}and { $count } without a known price
bots-add-label = ➕ Add a bot
bots-create-label = ✨ Create a bot

## One bot.

bots-card-about = One bot: how it is doing and what can be done with it
# $model, $access, $groups: as they are typed; $number: ours of the bot.
bots-card =
    Model: { $model }
    Access: { $access } · Groups: { $groups }
    Number: { $number }
# $fields: names of fields.
bots-in-file = Set in config.toml: { $fields }
bots-left-file = It has left config.toml, and its token with it. Send its token to bring it back.
bots-added = Added with /admin
# $owner: a name and an id.
bots-owned = Whose it is: { $owner }
bots-card-label = Bot
# $username: without @.
bots-open-label = Open t.me/{ $username }
bots-settings-label = ⚙️ Settings
bots-prompt-label = 📝 Prompt
bots-enable-label = ▶️ Start
bots-disable-label = ⏸ Stop
bots-restart-label = 🔄 Restart
bots-token-label = 🔑 New token
bots-clone-label = ⧉ Clone
bots-export-label = ⬇️ Export
bots-delete-label = 🗑 Delete
bots-chats-label = 💬 Chats
bots-messages-label = 📥 Messages
bots-people-label = 👤 People
bots-money-label = 🚦 Limits
bots-broadcast-label = 📣 Broadcast
bots-enable-about = Start a bot
bots-disable-about = Stop a bot; what people write meanwhile waits
bots-restart-about = Restart a bot; nothing is lost
# $name: the bot's; so below.
bots-enabled = { $name } starts now.
bots-disabled = { $name } is stopped. What people write to it waits at Telegram for up to 24 hours.
bots-restarted = { $name } starts anew.
bots-not-enabled = { $name } is stopped: start it instead.
bots-no-token = { $name } has no usable token. Send me its token, and it starts.
bots-own-branch = You are talking to me through { $name } itself: without it you could not go on. Do that through another bot.
# $field: its name in the file.
bots-configured = config.toml says “{ $field }” of { $name }, and the file wins at every start. Change it there (or take the line out) and restart Kotodom.

## Tokens.

bots-add-about = Add a bot by its token; a token that is just sent does the same
bots-add-title = Add a bot
bots-add-how =
    1. Write /newbot to @BotFather and follow it.
    2. Send me the token it gives you (123456789:AA…).

    Your message is deleted at once, and the token is kept sealed.
bots-create-about = Create a bot in one tap
bots-create-title = Create a bot
bots-create-how = Press the button below the input field. Telegram asks you for a name, and the bot is here at once.
# Telegram suggests it for a new bot.
bots-new-name = New bot
# $name: a username without @.
bots-cannot-create = @{ $name } may not manage other bots yet. Open @BotFather's Mini App, choose @{ $name }, switch on “Bot Management Mode”, and press the button again. Or create a bot with /newbot there and send me its token.
bots-too-long = That is too long: the whole text may have at most { $limit } characters. What you had before is still there.
# $username: without @.
bots-created-gone = @{ $username } was deleted here. To bring it back, send me its token.
bots-created-about = Telegram says this itself when you have created a bot
bots-not-from-telegram = Only Telegram itself can say that. To add a bot, send me its token.
bots-token-about = Give a bot its new token
bots-token-title = A new token for { $name }
# $bot: @username, or its name while that is not known.
bots-token-how = Send me the token of { $bot } (@BotFather: /token, or /revoke for a new one). Your message is deleted at once.
bots-clone-about = Add a bot with the settings of this one
bots-clone-title = A clone of { $name }
bots-clone-how = Send me the token of the new bot (@BotFather: /newbot). It begins with the settings of { $name }; chats are not copied.
bots-clone-known = @{ $username } is known already, with settings of its own. A clone needs a bot that is new.
# $username: whose token it is; $name: whose was wanted.
bots-anothers-token = That is the token of @{ $username }, not of { $name }. To add @{ $username }, send the token by itself.
bots-no-token-there = There is no bot token in that. It looks like 123456789:AA… and comes from @BotFather: copy it whole.
bots-bad-token = Telegram does not accept that token. Copy it again from @BotFather, or make a new one there with /revoke. Your message is deleted.
# $why: an error.
bots-unreachable = Telegram could not be asked just now ({ $why }). Nothing was changed; please send it again.
# $why: an error, and what to do.
bots-no-key = The token cannot be kept safely, so nothing was changed. { $why }
bots-not-wiped = ⚠️ I could not delete your message, and it has a secret in it: please delete it yourself.
# $username: without @.
bots-others = @{ $username } is here already, and somebody else administers it. Ask an admin.
bots-came-new = ✅ { $name } is here and answers now. Tell it what to be: its prompt is still empty.
bots-came-token = ✅ { $name } works with that token now.
bots-came-back = ✅ { $name } is back, with the settings it had.
bots-still-disabled = It is stopped, as it was. Start it when you like.

## The provider key of one bot.

bots-key-about = Give a bot a provider key of its own; “off” takes it back
bots-key-label = 🗝 Provider key
# $name: the bot's; so below.
bots-key-title = { $name }: provider key
bots-key-own = It has a key of its own: what it asks the model is paid with that.
bots-key-shared = It has no key of its own: what it asks the model is paid with the one in config.toml.
bots-key-how = Send me a key for this bot alone. It is tested at once, kept sealed and never shown; your message is deleted.
bots-key-off-label = ✖️ Take it back
bots-key-saved = ✅ The key works, and { $name } uses it from now on.
bots-key-taken = { $name } uses the key in config.toml again.
# $why: an error.
bots-key-bad = The key was tested, and that failed: { $why }. Nothing was changed. Your message is deleted.
bots-key-untested = The key could not be tested just now ({ $why }). Nothing was changed; please send it again.
bots-key-not-there = That is no key: send just the key, on one line and without spaces.
# $why: an error, and what to do.
bots-key-unkept = The key cannot be kept safely, so nothing was changed. { $why }

## Editing.

bots-settings-about = Every setting of a bot
bots-settings-title = { $name }: settings
bots-locked = 🔒 set in config.toml
bots-set-about = Change a setting of a bot; long texts also as a reply, a .txt file or your next message
bots-clear-about = Leave a setting empty: the default holds
bots-save-about = Save the text that was shown for comparison
bots-drop-about = Forget the text that is not saved
bots-file-about = A setting as a text file
# $bot: its name and @username; $field: what is set.
bots-field-title = { $bot }: { $field }
bots-send-text = Send the new text as a message (or several) or as a .txt file. You see the difference before it is saved. “+ …” adds to the text.
bots-send-line = Send the new value.
bots-unsaved = { $name }: { $field }, not saved yet
# $before, $after: characters.
bots-lengths = { $before } → { $after } characters
# $command: how it is typed.
bots-add-more = To add more: { $command }
bots-changed-meanwhile = ⚠️ Somebody has changed it meanwhile: this is the difference to what it is now.
bots-saved = ✅ Saved. It holds from the next message on.
bots-same = That is what it is already: nothing was changed.
# $why: what is wrong.
bots-wrong = ❌ It cannot be saved like that: { $why }
# $field, $about: what is set and what it may be.
bots-wrong-value =
    “{ $field }” cannot be that: { $why }

    { $about }
bots-never-empty = “{ $field }” cannot be empty: choose another value.
bots-name-taken = Another bot is called “{ $name }” here. Choose another name.
# $said: what was typed; $known: what there is.
bots-no-field = There is no setting “{ $said }”. There are: { $known }.
bots-no-field-near = There is no setting “{ $said }”; did you mean “{ $near }”? There are: { $known }.
bots-save-label = 💾 Save
bots-rewrite-label = ✏️ Write it anew
bots-clear-label = ✖️ Clear
bots-file-label = 📄 As a file
bots-undo-label = ↩️ Undo
bots-history-label = 🕓 Versions

## Versions.

bots-history-about = The versions of a setting: who changed it and when
bots-history-title = { $name }: versions of { $field }
bots-no-history = Nobody has changed it here yet.
bots-version-about = One version of a setting
bots-version-title = { $field }, version #{ $number }
# $number; $at: a time; $who: a name; $before, $after: characters.
bots-version-line = #{ $number } · { $at } · { $who } · { $before } → { $after } characters
bots-no-version = There is no version #{ $number } of that.
bots-restore-about = Make a setting what it was after that change, or “before” it
bots-restore-label = ⏪ Back to this version
bots-restore-before-label = ⏪ Back to what was before

## The end.

bots-export-about = A bot's settings and history as a JSON file, from behind that message on
bots-export-title = { $name }: history
# $count: messages.
bots-exported = { $count ->
    [one] { $count } message
   *[other] { $count } messages
} in the file below.
bots-export-empty = Nothing more was said to or by { $name }.
bots-export-more = ⬇️ The next part
bots-delete-about = Delete a bot
bots-delete-title = Delete { $name }?
bots-delete-ask = It stops, its token is forgotten, and what waits is not answered. What was said can stay in the database (then the bot comes back with it when you send its token again), or be deleted for good. Export it first if you may need it.
bots-delete-keep-label = 🗑 Delete, keep the history
bots-delete-all-label = 🔥 Delete with all history
bots-delete-keep-about = Delete a bot and keep what was said; asks for its name
bots-delete-all-about = Delete a bot with everything that was said; asks for its name
bots-delete-name = To go on, send the bot's name: { $name }
bots-delete-wrong = That is not its name. To delete it, send: { $name }
bots-delete-configured = { $name } is in config.toml: take its [[bots]] section out and restart Kotodom. Its history stays.
bots-deleted = { $name } is deleted. What was said is kept: send its token to bring it back.
bots-deleted-all = { $name } is deleted. What was said is being deleted now.

## An alert: a token in the database cannot be opened.

# $bot: its name; $reason: an error.
bots-alert-sealed = { $bot } cannot start: its token cannot be opened ({ $reason }). Its messages are kept.
# The same for its own provider key.
bots-alert-key-sealed = { $bot } cannot ask the model: its own provider key cannot be opened ({ $reason }). Questions wait.

## Fields: what they are called, and what they mean and may be.

bots-field-name = name
bots-about-name = How logs, alerts and screens call it: 1 to 64 characters on one line, no two bots alike.
bots-field-prompt = prompt
bots-about-prompt = What the model is told to be.
bots-field-model = model
bots-about-model = The model that answers. “default”: the one for bots that name none.
bots-field-models = models to choose from
bots-about-models = What people may choose from with /model: names with commas between them. Empty: they may not.
bots-field-fallback-model = fallback model
bots-about-fallback-model = Answers when the money for the other one is spent. “none”: then nobody does.
bots-field-start-message = answer to /start
bots-about-start-message = What people get for /start. Empty: a greeting in their language.
bots-field-help-message = answer to /help
bots-about-help-message = What people get for /help. Empty: what I can do, in their language.
bots-field-error-message = error message
bots-about-error-message = What people get when their message cannot be answered. Empty: ours, in their language.
bots-field-access = access
bots-about-access = Who may talk to it. public: everybody. approval: whom you let in, asked at their first message. allowlist: whom you let in. invite: who comes by an invite link.
bots-field-language = language
bots-about-language = What it speaks with people who chose no language. auto: what their Telegram speaks.
bots-field-rich = rich messages
bots-about-rich = auto: answers with tables or mathematics go as Telegram's rich messages. off: never.
bots-field-link-previews = link previews
bots-about-link-previews = on: links in answers show a preview.
bots-field-groups = groups
bots-about-groups = The groups it stays in. on: all. allowlist: those whose ids are listed. off: none; it leaves.
bots-field-group-ids = ids of groups
bots-about-group-ids = The groups for “allowlist”: ids that begin with a minus, with commas between them.
bots-field-name-pattern = name pattern
bots-about-name-pattern = A regular expression: in a group, a message in which it is found is meant for the bot. Empty: only @mentions, replies and commands.
bots-field-guest = guest mode
bots-about-guest = on: people may summon it to chats it is no member of (also to be allowed at @BotFather).
bots-field-inline = inline mode
bots-about-inline = on: it answers where its @username is typed before a question, in any chat (@BotFather: /setinline).
bots-field-inbox-id = inbox
bots-about-inbox-id = The id of a forum group where admins see its conversations, a topic each. “none”: nowhere.
bots-field-texts = own texts
bots-about-texts = Its own words for our texts, by their ids: a line [id] or [id.ru] before each text. The ids are in kotodom/i18n/en.ftl.
bots-field-keep-days = days of history
bots-about-keep-days = Whole days after which its questions and answers are deleted; 0: never. “default”: as for all bots.
