"""The commands there are, and where each is offered."""

from kotodom.i18n import Text

MENU = {
    "start": Text.COMMAND_START,
    "help": Text.COMMAND_HELP,
    "refresh": Text.COMMAND_REFRESH,
    "stop": Text.COMMAND_STOP,
    "retry": Text.COMMAND_RETRY,
    "model": Text.COMMAND_MODEL,
    "usage": Text.COMMAND_USAGE,
    "language": Text.COMMAND_LANGUAGE,
    "mydata": Text.COMMAND_MYDATA,
    "forgetme": Text.COMMAND_FORGETME,
    "privacy": Text.COMMAND_PRIVACY,
}
"""Every command with what it does in one line, in the order people see them."""

NAMES = frozenset(MENU)
"""All of them."""

PRIVATE = frozenset({"start", "usage", "language", "mydata", "forgetme", "privacy"})
"""Commands that are offered only in private chats."""

PERSONAL = PRIVATE - {"start"}
"""Those whose answers concern one person alone, and are refused in a group."""
