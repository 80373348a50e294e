### Accounts, invitations and the audit log. Roles are ADMIN, MANAGER and USER when typed.

accounts-title = Accounts
accounts-about = Who administers, and with which role
accounts-hint = Those who may use /admin. Tap one to change it.
accounts-role-admin = ADMIN
accounts-role-manager = MANAGER
accounts-role-user = USER
accounts-role-admin-may = Everything: all bots, accounts and settings.
accounts-role-manager-may = All bots, but no accounts and no settings.
accounts-role-user-may = Only bots that they add themselves.
accounts-disabled = disabled
accounts-configured = config.toml
accounts-you = you
accounts-show = Show
accounts-open = ⚙️ Administration

accounts-card-about = One account: its role, its bots, what can be done about it
accounts-card-id = Telegram id: { $id }
accounts-card-bots = { $count ->
    [0] No bots of their own.
    [one] { $count } bot of their own.
   *[other] { $count } bots of their own.
}
accounts-card-since = Since { $time }.
# $who: whoever made the account.
accounts-card-since-by = Since { $time }, by { $who }.
accounts-card-disabled = ⛔ Disabled: they are a stranger to /admin until you enable them.
accounts-card-configured = Named in config.toml: always ADMIN. To change that, edit admin.ids there and restart.
accounts-make = Make { $role }
accounts-disable = ⛔ Disable
accounts-enable = ✅ Enable
accounts-remove = 🗑 Remove
accounts-changes = 🕘 Changes

accounts-add = ➕ Add
accounts-add-about = Make somebody an account, by id or @username
accounts-add-ask = Whom shall I add?
accounts-add-how = Send a Telegram id such as 123456789, or an @username of somebody who wrote to one of the bots. A role may follow: “@ann MANAGER”. @userinfobot tells people their id.
accounts-add-role = Which role for { $who }?
accounts-add-unknown = I do not know { $who }: a bot can find only people who wrote to it. Send the numeric id instead, or invite them by link.
accounts-add-exists = There is such an account already.
accounts-add-bot = That is a bot. Accounts are for people.
accounts-added = ✅ Added.
# $bot: the bot's username.
accounts-added-start = They have never written to a bot here: ask them to open @{ $bot } and send /admin.
accounts-no-role = “{ $said }” is no role: ADMIN, MANAGER or USER.
accounts-unknown = { $who } has no account here. “/admin account add” makes one.

accounts-role-about = Give an account another role
accounts-role-set = ✅ The role is changed.
accounts-disable-about = Let somebody use /admin no longer; nothing of theirs is deleted
accounts-disable-done = ✅ Disabled. Their bots go on.
accounts-enable-about = Let a disabled account use /admin again
accounts-enable-done = ✅ Enabled.
accounts-remove-about = Ask before an account is removed
accounts-remove-yes-about = Remove an account; its bots become the admins'
accounts-remove-ask = Remove the account of { $who }?
accounts-remove-bots = { $count ->
    [one] Their bot goes on and becomes the admins'.
   *[other] Their { $count } bots go on and become the admins'.
}
accounts-remove-yes = 🗑 Yes, remove it
accounts-remove-done = ✅ Removed.
accounts-is-configured = This id stands in config.toml (admin.ids) and is always ADMIN, so that nobody can be locked out. Edit the file and restart to change that.
accounts-last-admin = Nothing was changed: then nobody would be ADMIN. Make somebody else ADMIN first.

accounts-invite = ✉️ Invite by link
accounts-invite-about = Make a link that makes whoever opens it first an account (for 7 days, or 1 to 90)
accounts-invite-role = Which role shall the link give?
accounts-invite-made = A link for one { $role }
accounts-invite-link = Whoever opens it first becomes an account. It works once, until { $time }, and is not shown again: send it to the right person only.
accounts-invite-share = Send it to…
accounts-invite-days = The days a link is good for must be a whole number from 1 to { $limit }.
accounts-invite-no-username = This bot has no username yet, so there can be no link to it. Try again in a minute, or from another bot.
accounts-invites = ✉️ Open invitations
accounts-invites-about = Links that can still be used
accounts-invites-none = There are none.
accounts-invites-line = #{ $id } { $role }, by { $who }, until { $time }
accounts-invites-revoke = Revoke #{ $id }
accounts-revoke-about = Let nobody use a link any more
accounts-revoke-gone = ✅ Invitation #{ $id } is revoked.
accounts-invite-invalid = This invitation cannot be used any more: it was used, revoked or is too old. Ask whoever sent it for a new one.
accounts-claim-invalid = This link cannot be used any more: it worked once, for 15 minutes. Whoever may use the machine gets a fresh one there with: kotodom claim
accounts-by-operator = kotodom claim on the machine
accounts-invite-already = You are { $role } here already.
accounts-welcome = Welcome!
accounts-welcome-line = You are { $role } now. /admin opens the administration, in any bot here.
# $name: who accepted.
accounts-accepted = { $name } accepted your invitation and is { $role } now.

accounts-audit = 🕘 Audit log
accounts-audit-about = Who changed what, the newest first
accounts-audit-title = Audit log
accounts-audit-none = Nothing has been changed yet.
accounts-audit-of-about = The changes of one thing: “audit of bot:3”, “audit of account:501”
accounts-audit-of-title = Changes of { $what }
accounts-audit-entry-about = One change, with what was there before and after
accounts-audit-entry-title = Change #{ $id }, { $time }
accounts-audit-who = By: { $who }
accounts-audit-what = Command: { $what }
accounts-audit-object = About: { $what }
accounts-audit-find = 🔎 Search
accounts-audit-find-about = Search the audit log for a name, an id or a value
accounts-audit-find-ask = What shall I look for? Send a name, an id, a field or a value.
accounts-audit-found = Changes with “{ $text }”
accounts-audit-found-none = No change with “{ $text }” here.
accounts-audit-further = 🔎 Search further back
accounts-audit-further-about = Search among the changes before one of them
accounts-audit-further-type = To search further back, type: { $command }
