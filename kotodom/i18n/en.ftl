### What Kotodom says to people, in English. Plain text: no Markdown.
### Every text has its twin in ru.ftl, with the same arguments.

## Answers

empty-answer = The model had nothing to say to that. Please ask in other words.
cut-by-length = (The answer was cut here: it grew too long.)
cut-by-filter = (The answer was cut here by the provider's content filter.)
# Stands under what was written before Stop.
stopped = (Stopped.)
# Stop came before the first word.
stopped-empty = Stopped.
# Stands under the opening of an answer whose whole goes out as a file.
long-answer-note = (The whole answer is in the file below.)
# The file's caption.
long-answer-caption = The whole answer
# $name: the file's name; $characters: how many were read.
document-cut = (I could read only the first { $characters ->
    [one] character
   *[other] { $characters } characters
} of “{ $name }”.)
default-error = Something went wrong. Please try again later.
# $name: the bot's name.
default-start = Hello! I am { $name }. Ask me anything.
# $hours, $days: until there is money again, rounded up.
limit-hours = I have answered as much as I may for now. Please ask again in { $hours ->
    [one] about an hour
   *[other] about { $hours } hours
}.
limit-days = I have answered as much as I may for now. Please ask again in about { $days ->
    [one] { $days } day
   *[other] { $days } days
}.
# The limit does not allow a single answer like this.
limit-closed = I am not allowed to answer that here. Whoever runs me can change it.

## Files and recordings

# $limit: megabytes.
file-too-big =
    This file is too big: Telegram lets bots have files of up to { $limit } MB.
    Please send a smaller one, compress it, or paste the part that matters.
# $minutes: the longest recording that is listened to.
sound-too-long =
    This recording is too long for me: I can listen to { $minutes ->
        [one] a minute
       *[other] { $minutes } minutes
    } at most. Please send a shorter one, or write to me.
# $name: the file's name.
file-unreadable =
    I could not open “{ $name }”. It may be damaged or protected by a password.
    Please send it again without a password, or paste its text.
file-unreadable-picture = I could not open this picture. It may be damaged. Please send it again.
file-unreadable-sound =
    I could not listen to this recording. It may be damaged. Please send it again, or write to me.
file-unsupported =
    I cannot read “{ $name }”. I can read text (txt, md, csv, json, code), PDF and Word (docx).
    Please send it as one of these, or paste its text.
file-gone = Telegram no longer has this file. Please send it again.
unheard = I cannot listen to recordings here. Please write to me instead.
nothing-heard = I could not make out any words in this recording. Please try again, or write to me.
not-understood = I cannot make anything of a message of this kind. Please tell me in words.

## Commands: one line each, in /help and in Telegram's menu, at most 60 characters

command-start = Start talking to me
command-help = What I can do
command-refresh = Start afresh, without our conversation so far
command-stop = Stop the answer I am writing
command-retry = Answer your last question again
command-model = Choose the model that answers you
command-usage = What you have used today and this month
command-language = Choose the language of my messages
command-mydata = Everything stored about you, as a file
command-forgetme = Delete everything stored about you
command-privacy = What is stored about you, and for how long

## /help

help-intro = Write me a message and I will answer.
help-can-images = Send a picture, or several at once, and ask about what is in it.
help-can-documents = Send a document (text, code, PDF or Word) and I will read it.
help-can-voice = Send a voice message and I will listen.
help-can-edit = Edit your question, and I will answer it anew.
help-groups = In a group, mention me or reply to me.
help-commands = Commands:

## /refresh, /stop, /retry

refreshed = Done. We start afresh: I no longer look at what we said before.
unknown-command = I don't know that command. /help shows what I can do.
only-in-private = Please ask me that in our private chat: the answer is for you alone.
nothing-to-stop = There is nothing to stop: I am not writing an answer.
retry-nothing = There is no question of yours yet that I could answer again.
retry-busy = I am still answering. Let me finish, or stop me with /stop.

## /model; $model: its name

# The bot leaves no choice.
model-fixed = { $model } answers you here; there is no other model to choose.
model-choose = { $model } answers you now. Which model shall it be?
model-set = Done. From now on { $model } answers you.
model-unknown = I have no model called “{ $model }”. /model shows the choice.
# On a button: back to the bot's own model.
model-default-label = default

## /usage; $cost: a sum of money such as $0.0123

usage-title = What you have used
usage-today = Today: { $questions ->
    [one] { $questions } question
   *[other] { $questions } questions
}, { $tokens ->
    [one] { $tokens } token
   *[other] { $tokens } tokens
}, { $cost }
usage-month = This month: { $questions ->
    [one] { $questions } question
   *[other] { $questions } questions
}, { $tokens ->
    [one] { $tokens } token
   *[other] { $tokens } tokens
}, { $cost }
# Follows a cost.
usage-unknown-cost = plus { $questions ->
    [one] { $questions } question
   *[other] { $questions } questions
} whose price is unknown
usage-none = You have not asked me anything this month.

## /language; $language: its name, in itself

language-choose = My messages to you are in { $language }. Which language do you prefer?
language-set = Done. My messages to you are in { $language } from now on.
language-automatic-label = The same as my Telegram
language-automatic-set = Done. My messages follow the language of your Telegram.
# $name: what the person wrote.
language-unknown = I don't speak “{ $name }” yet. /language shows the choice.
language-name-en = English
language-name-ru = Русский

## /mydata, /forgetme

# $messages: how many are in the file.
mydata-caption = Everything stored about you, { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
} included.
forgetme-ask =
    Shall I delete everything stored about you: our conversations, your settings and your usage?
    This cannot be undone.
forgetme-yes-label = Yes, delete it all
forgetme-no-label = No, keep it
forgetme-done = Done. Everything stored about you is deleted.
forgetme-kept = All right, nothing was deleted.
forgetme-not-yours = This question was for somebody else.

## /privacy

privacy-stored =
    I store what you write to me and what I answer, your name and language as Telegram gives them, and how much you use. Of pictures, recordings and documents I store only where Telegram keeps them, and the text read from them.
privacy-kept-forever = All of it is kept until you delete it.
# $days: after how many old messages are deleted.
privacy-kept-days = Messages are deleted after { $days ->
    [one] { $days } day
   *[other] { $days } days
}, or as soon as you ask.
# $backups: how many copies there are.
privacy-backups = Every night a copy of everything is made, and the last { $backups ->
    [1] one is kept: what is deleted stays in it until the next.
   *[other] { $backups } are kept: what is deleted stays in them for as many nights.
}
# $host: the provider's address.
privacy-provider = To answer, I send our conversation, with the pictures and files in it, to { $host }, and ask that nothing be stored there.
# $turns: of how many questions.
privacy-images = The pictures of your last { $turns ->
    [one] question
   *[other] { $turns } questions
} are sent again with each new one, so that we can go on talking about them.
# $model: which turns recordings into text.
privacy-voice = Recordings go there too, and { $model } turns them into text; I keep the text, not the sound.
privacy-no-voice = I do not listen to recordings.
privacy-logs = What we write to each other never gets into my logs.
privacy-logs-debug = My owner is looking for a fault right now: parts of what we write may get into my logs.
privacy-groups = In a group everybody shares one conversation with me. What you write to me in private never shows up there.
privacy-access = My admins decide who may talk to me, and can read what is written here. If they have turned away, blocked or limited somebody, that and the Telegram id it is for stay even after /forgetme; so does which invite link somebody came by, because it counts once for each. Nothing else does.
privacy-rights =
    /mydata gives you everything stored about you
    /forgetme deletes it all
    /refresh starts afresh: earlier messages are no longer sent to the provider

## Who may talk

# Said once to a stranger whose first message admins are asked about.
access-waits = I talk only with people whom my admins have let in. I have asked them for you: you will hear from me here, and I will answer what you have written.
access-allowed = You have been let in: ask me anything.
# $until: a time.
access-allowed-until = You have been let in until { $until }: ask me anything.
access-denied = I am sorry: my admins have decided not to let you in.
access-private = I am sorry: I am a private bot, and talk only with people whom my admins have let in. If you know them, please ask them.
access-by-invite = I am sorry: I talk only with people who come by an invite link. Please ask whoever told you about me for one.
# In a group.
access-ask-in-private = I talk only with people whom my admins have let in. To ask them, please write to me in private.
invite-welcome = Welcome: your invite link has let you in.
# $until: a time.
invite-until = You may talk to me until { $until }.
# $questions: how many.
invite-quota = You may ask me { $questions ->
    [one] { $questions } question
   *[other] { $questions } questions
} a day.
invite-unknown = This invite link does not work. Please check that it is whole, or ask for a new one.
invite-expired = This invite link is out of date. Please ask for a new one.
invite-used-up = This invite link has been used up. Please ask for a new one.
invite-spent = You came by this invite link before, and your time is over. Please ask for a new one.

## Groups, guest mode, inline mode

# Said once, before leaving.
group-off = I don't talk in groups, so I will leave now. Write to me in private: I will be glad to answer.
# $id: the group's id.
group-not-allowed = I talk only in groups that my owner has allowed. To let me in, my owner needs to add this group's id: { $id }
# Stands where the answer will be.
guest-placeholder = One moment…
# The title of the answer that is offered.
inline-title = Answer
inline-failed = No answer this time. Please ask again.
