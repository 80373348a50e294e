### People: who talks to the bots, who may, and by which links they come.

people-title = People
# $bot: its name.
people-title-of = People · { $bot }
people-empty = Nobody here yet.
people-hint = Whoever wrote last stands first. ⏳ waits to be let in, ✅ let in, 🚫 not let in, ⛔ blocked.
# $count: how many; it may be more than is said.
people-waiting = 🔔 { $count ->
    [one] { $count } person waits to be let in
   *[other] { $count } people wait to be let in
}
people-find = 🔎 Find
people-find-ask = Whom do you look for? Send me a name, a @username or a Telegram id, or a part of it.
# $said: what was looked for.
people-found = Found: “{ $said }”
# $said: what was looked for.
people-found-nobody = Nobody called “{ $said }” among those I have looked at.
people-further = Search further back
# $command: what to type.
people-further-typed = There is more: { $command }
people-several-bots = Which bot is it about?
# $said: what was typed.
people-no-standing = “{ $said }” is none of these: waiting, allowed, denied, blocked.
# $said: what was typed.
people-nobody-called = I know nobody called “{ $said }”. Their Telegram id (a number) always works.

people-with-waiting = ⏳ Waiting
people-with-allowed = ✅ Let in
people-with-denied = 🚫 Not let in
people-with-blocked = ⛔ Blocked

# $id: Telegram's; $bot: the bot's name.
people-who = id { $id } · { $bot }
people-never-wrote = Never wrote to this bot.
# $first, $last: times.
people-seen = First wrote { $first }, last { $last }.
people-is-public = The bot talks with everybody.
people-is-approval = The bot talks with those whom its admins let in.
people-is-allowlist = The bot talks only with people on its list.
people-is-invite = The bot talks with those who come by an invite link.
people-is-admin = Administers this bot, and may always talk to it.
people-is-none = Nothing is decided about this person.
# $since: a time.
people-is-pending = ⏳ Waits to be let in since { $since }.
people-is-allowed = ✅ Let in.
# $until: a time.
people-is-allowed-until = ✅ Let in until { $until }.
# $until: a time.
people-is-over = Was let in until { $until }.
people-is-denied = 🚫 Not let in.
people-is-blocked = ⛔ Blocked: nothing they write is answered.
# $name: who; $at: a time.
people-decided = Decided by { $name }, { $at }.
# $invite: its number.
people-came-by-link = Came by invite link #{ $invite }.
# $count: how many.
people-questions-wait = { $count ->
    [one] { $count } question is answered once they are let in.
   *[other] { $count } questions are answered once they are let in.
}
# $note: the admins' words.
people-note-is = 📝 { $note }
# $questions, $tokens: counts; $cost: a sum of money.
people-used-today = Today: { $questions ->
    [one] { $questions } question
   *[other] { $questions } questions
}, { $tokens ->
    [one] { $tokens } token
   *[other] { $tokens } tokens
}, { $cost }
people-used-month = This month: { $questions ->
    [one] { $questions } question
   *[other] { $questions } questions
}, { $tokens ->
    [one] { $tokens } token
   *[other] { $tokens } tokens
}, { $cost }
# $count: calls.
people-used-unpriced = ⚠️ plus { $count ->
    [one] { $count } call
   *[other] { $count } calls
} whose price is unknown
# $count: questions.
people-quota-day = Quota: { $count ->
    [one] { $count } question
   *[other] { $count } questions
} a day
people-quota-month = Quota: { $count ->
    [one] { $count } question
   *[other] { $count } questions
} a month
people-quota-none = No quota of their own.

people-allow = ✅ Allow
people-allow-day = ✅ Allow for a day
people-allow-week = ✅ For a week
people-deny = 🚫 Deny
people-block = ⛔ Block
people-unblock = Unblock
people-note = 📝 Note
people-note-clear = Delete the note
people-note-ask = Send me the note. Only admins see it here; the person finds it in /mydata, as everything that is stored about them.
people-limits = 🚦 Limits
people-quota = 🎚 Quota
# $name: whose.
people-quota-title = Quota · { $name }
people-quota-hint = How many questions may they ask? Choose, or send me a number and “day” or “month”: 15 day. 0 allows none.
# $count: questions.
people-quota-step = { $count } a day
people-quota-off = No quota
# $said: what was typed.
people-bad-amount = “{ $said }” is no quota. Write a number and “day” or “month”, such as 20 day, or none.
# $said: what was typed.
people-bad-days = “{ $said }” is no number of days from 1 to 3650.
people-chats = 💬 Chats
# $name: whose.
people-chats-title = Chats · { $name }
people-private-chat = private
people-card = 👤 Card

# $name: who; $bot: the bot's name.
people-request-title = 🔔 { $name } wants to talk to { $bot }
# $said: the message.
people-request-wrote = Wrote: { $said }
# $count: files.
people-request-files = 📎 { $count ->
    [one] { $count } file
   *[other] { $count } files
}
people-request-started = Pressed Start.
# $language: a code such as "en".
people-request-language = Language: { $language }
people-request-done = The person has been told, and what they wrote is taken care of.
# $name: who.
people-request-decided = { $name } has decided already:
people-request-gone = This person does not wait to be let in any more.

people-invites = 🔗 Invite links
# $bot: its name.
people-invites-title = Invite links · { $bot }
people-invites-empty = There are no links yet. Whoever comes by one may talk to the bot.
people-invite-new = ➕ New link
# $invite: its number; $bot: the bot's name.
people-invite-title = Invite link #{ $invite } · { $bot }
people-invite-form-hint = Choose what the link gives, then create it. Typed: USES DAYS-IT-WORKS DAYS-OF-STAY QUESTIONS-A-DAY, each a number or “any”.
people-invite-create = ✅ Create
people-invite-link = Link: { $link }
# $count: how many.
people-invite-uses = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
people-invite-uses-any = Any number of people
# $count: how many.
people-invite-left = { $count ->
    [one] { $count } more person can come
   *[other] { $count } more people can come
}
# $count: days.
people-invite-valid = works for { $count ->
    [one] { $count } day
   *[other] { $count } days
}
people-invite-valid-any = works for ever
# $until: a time.
people-invite-expires = works until { $until }
# $count: days.
people-invite-stay = stay { $count ->
    [one] { $count } day
   *[other] { $count } days
}
people-invite-stay-any = stay for ever
# $count: questions.
people-invite-quota = { $count ->
    [one] { $count } question a day
   *[other] { $count } questions a day
}
people-invite-quota-any = no quota
# $count: how many.
people-invite-used = { $count ->
    [one] { $count } person came by it
   *[other] { $count } people came by it
}
# $at: a time.
people-invite-made = Made { $at }
people-invite-revoked = revoked
people-invite-over = over
people-invite-works-not = ⚠️ This link lets nobody in any more.
people-invite-revoke = Revoke
people-invite-share = ↗ Share
people-invite-note-ask = Send me a note for this link, such as whom it is for.
# $said: what was typed.
people-invite-bad = “{ $said }” does not fit. Each of the four is a whole number from 1 on, or “any”.
people-invite-no-name = Telegram has not told me this bot's @username yet. Start the bot first.

people-about = Everybody who writes to your bots
people-about-find = Find people by name, @username or id
people-about-back = The same, further back
people-about-with = People waiting, allowed, denied or blocked
people-about-person = One person, at whichever of your bots
people-about-bot = Everybody who writes to a bot
people-about-bot-with = The same: waiting, allowed, denied or blocked
people-about-card = What is known of a person at a bot
people-about-allow = Let somebody in, for ever or for some days
people-about-deny = Do not let somebody in
people-about-block = Answer somebody no more, and end what is being answered
people-about-unblock = Undo a block
people-about-note = Write a note about a person; “-” deletes it
people-about-quota = Limit a person's questions: 20 day, 100 month, none
people-about-chats = A person's conversations with a bot
people-about-request-allow = Let in somebody who waits, if nobody has decided
people-about-request-deny = Turn away somebody who waits
people-about-request-block = Block somebody who waits
people-about-invites = A bot's invite links
people-about-invite-form = Choose what a new invite link gives
people-about-invite-create = Make an invite link: uses, days it works, days of stay, questions a day
people-about-invite = One invite link and who came by it
people-about-invite-revoke = Let nobody in by a link any more
people-about-invite-note = Write a note about a link; “-” deletes it
