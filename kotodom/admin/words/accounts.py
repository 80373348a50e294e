"""What the screens of accounts and of the audit log say."""

from kotodom.i18n import Wording
from kotodom.model import AccountRole


class AccountsWords(Wording):
    """Texts of kotodom/admin/accounts*.py, audit.py and invitations.py."""

    TITLE = "accounts-title"
    ABOUT = "accounts-about"
    HINT = "accounts-hint"
    ROLE_ADMIN = "accounts-role-admin"
    ROLE_MANAGER = "accounts-role-manager"
    ROLE_USER = "accounts-role-user"
    ROLE_ADMIN_MAY = "accounts-role-admin-may"
    ROLE_MANAGER_MAY = "accounts-role-manager-may"
    ROLE_USER_MAY = "accounts-role-user-may"
    DISABLED = "accounts-disabled"
    CONFIGURED = "accounts-configured"
    YOU = "accounts-you"
    SHOW = "accounts-show"
    OPEN = "accounts-open"

    CARD_ABOUT = "accounts-card-about"
    CARD_ID = "accounts-card-id"
    CARD_BOTS = "accounts-card-bots"
    CARD_SINCE = "accounts-card-since"
    CARD_SINCE_BY = "accounts-card-since-by"
    CARD_DISABLED = "accounts-card-disabled"
    CARD_CONFIGURED = "accounts-card-configured"
    MAKE = "accounts-make"
    DISABLE = "accounts-disable"
    ENABLE = "accounts-enable"
    REMOVE = "accounts-remove"
    CHANGES = "accounts-changes"

    ADD = "accounts-add"
    ADD_ABOUT = "accounts-add-about"
    ADD_ASK = "accounts-add-ask"
    ADD_HOW = "accounts-add-how"
    ADD_ROLE = "accounts-add-role"
    ADD_UNKNOWN = "accounts-add-unknown"
    ADD_EXISTS = "accounts-add-exists"
    ADD_BOT = "accounts-add-bot"
    ADDED = "accounts-added"
    ADDED_START = "accounts-added-start"
    NO_ROLE = "accounts-no-role"
    UNKNOWN = "accounts-unknown"

    ROLE_ABOUT = "accounts-role-about"
    ROLE_SET = "accounts-role-set"
    DISABLE_ABOUT = "accounts-disable-about"
    DISABLE_DONE = "accounts-disable-done"
    ENABLE_ABOUT = "accounts-enable-about"
    ENABLE_DONE = "accounts-enable-done"
    REMOVE_ABOUT = "accounts-remove-about"
    REMOVE_YES_ABOUT = "accounts-remove-yes-about"
    REMOVE_ASK = "accounts-remove-ask"
    REMOVE_BOTS = "accounts-remove-bots"
    REMOVE_YES = "accounts-remove-yes"
    REMOVE_DONE = "accounts-remove-done"
    IS_CONFIGURED = "accounts-is-configured"
    LAST_ADMIN = "accounts-last-admin"

    INVITE = "accounts-invite"
    INVITE_ABOUT = "accounts-invite-about"
    INVITE_ROLE = "accounts-invite-role"
    INVITE_MADE = "accounts-invite-made"
    INVITE_LINK = "accounts-invite-link"
    INVITE_SHARE = "accounts-invite-share"
    INVITE_DAYS = "accounts-invite-days"
    INVITE_NO_USERNAME = "accounts-invite-no-username"
    INVITES = "accounts-invites"
    INVITES_ABOUT = "accounts-invites-about"
    INVITES_NONE = "accounts-invites-none"
    INVITES_LINE = "accounts-invites-line"
    INVITES_REVOKE = "accounts-invites-revoke"
    REVOKE_ABOUT = "accounts-revoke-about"
    REVOKE_GONE = "accounts-revoke-gone"
    INVITE_INVALID = "accounts-invite-invalid"
    CLAIM_INVALID = "accounts-claim-invalid"
    BY_OPERATOR = "accounts-by-operator"
    INVITE_ALREADY = "accounts-invite-already"
    WELCOME = "accounts-welcome"
    WELCOME_LINE = "accounts-welcome-line"
    ACCEPTED = "accounts-accepted"

    AUDIT = "accounts-audit"
    AUDIT_ABOUT = "accounts-audit-about"
    AUDIT_TITLE = "accounts-audit-title"
    AUDIT_NONE = "accounts-audit-none"
    AUDIT_OF_ABOUT = "accounts-audit-of-about"
    AUDIT_OF_TITLE = "accounts-audit-of-title"
    AUDIT_ENTRY_ABOUT = "accounts-audit-entry-about"
    AUDIT_ENTRY_TITLE = "accounts-audit-entry-title"
    AUDIT_WHO = "accounts-audit-who"
    AUDIT_WHAT = "accounts-audit-what"
    AUDIT_OBJECT = "accounts-audit-object"
    AUDIT_FIND = "accounts-audit-find"
    AUDIT_FIND_ABOUT = "accounts-audit-find-about"
    AUDIT_FIND_ASK = "accounts-audit-find-ask"
    AUDIT_FOUND = "accounts-audit-found"
    AUDIT_FOUND_NONE = "accounts-audit-found-none"
    AUDIT_FURTHER = "accounts-audit-further"
    AUDIT_FURTHER_ABOUT = "accounts-audit-further-about"
    AUDIT_FURTHER_TYPE = "accounts-audit-further-type"


_ROLES = {
    AccountRole.ADMIN: AccountsWords.ROLE_ADMIN,
    AccountRole.MANAGER: AccountsWords.ROLE_MANAGER,
    AccountRole.USER: AccountsWords.ROLE_USER,
}
_MAY = {
    AccountRole.ADMIN: AccountsWords.ROLE_ADMIN_MAY,
    AccountRole.MANAGER: AccountsWords.ROLE_MANAGER_MAY,
    AccountRole.USER: AccountsWords.ROLE_USER_MAY,
}


def role_words(role: AccountRole) -> AccountsWords:
    """What a role is called."""
    return _ROLES[role]


def may_words(role: AccountRole) -> AccountsWords:
    """What whoever has a role may do."""
    return _MAY[role]
