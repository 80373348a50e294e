"""How accounts look on screens: names, roles, what can be done about them."""

from kotodom.admin.ask import Ask
from kotodom.admin.screen import go
from kotodom.admin.words.accounts import AccountsWords, role_words
from kotodom.model import Account, AccountRole, Buttons, Person

ROLE_ICONS = {AccountRole.ADMIN: "👑", AccountRole.MANAGER: "🛠", AccountRole.USER: "👤"}


def account_buttons(ask: Ask, account: Account) -> Buttons:
    """What can be done about an account; nothing about one of the configuration's."""
    at = f"account {account.user_id}"
    history = go(ask.say(AccountsWords.CHANGES), f"audit of account:{account.user_id}")
    if account.configured:
        return ((history,),)
    roles = [
        go(ask.say(AccountsWords.MAKE, role=ask.say(role_words(role))), f"{at} role {role}")
        for role in AccountRole
        if role is not account.role
    ]
    switch = (
        go(ask.say(AccountsWords.DISABLE), f"{at} disable")
        if account.active
        else go(ask.say(AccountsWords.ENABLE), f"{at} enable")
    )
    remove = go(ask.say(AccountsWords.REMOVE), f"{at} remove")
    return (tuple(roles), (switch, remove), (history,))


def account_label(ask: Ask, account: Account, person: Person | None) -> str:
    """One line of the list."""
    name = person_name(account.user_id, person, account.name)
    notes = [
        ask.say(words)
        for words, applies in (
            (AccountsWords.YOU, account.user_id == ask.actor.user_id),
            (AccountsWords.CONFIGURED, account.configured),
            (AccountsWords.DISABLED, not account.active),
        )
        if applies
    ]
    icon = ROLE_ICONS[account.role] if account.active else "⛔"
    return f"{icon} {name}" + (f" ({', '.join(notes)})" if notes else "")


def person_name(user_id: int, person: Person | None, written: str = "") -> str:
    """What somebody is called, with their @username if they have one."""
    name = (person.full_name if person else "") or written
    if person is not None and person.username:
        return f"{name} @{person.username}".strip()
    return name or str(user_id)


def read_role(ask: Ask, said: str) -> AccountRole:
    """The role that somebody wrote."""
    wanted = said.strip().upper()
    if wanted not in list(AccountRole):
        raise ask.refuse(AccountsWords.NO_ROLE, said=said)
    return AccountRole(wanted)
