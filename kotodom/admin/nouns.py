"""Every noun of /admin, in the order of the help."""

from collections.abc import Iterator

from kotodom.admin.accounts import Accounts
from kotodom.admin.accounts_invites import AccountInvites
from kotodom.admin.alerts import AlertList
from kotodom.admin.ask import AdminCommand, Noun
from kotodom.admin.audit import Audit
from kotodom.admin.backups import Backups
from kotodom.admin.bots import Bots
from kotodom.admin.bots_edit import BotsEdit
from kotodom.admin.bots_end import BotsEnd
from kotodom.admin.bots_key import BotsKey
from kotodom.admin.bots_tokens import BotsTokens
from kotodom.admin.bots_versions import BotsVersions
from kotodom.admin.broadcasts import Broadcasts
from kotodom.admin.broadcasts_run import BroadcastRuns
from kotodom.admin.chats import Chats
from kotodom.admin.chats_export import ChatExport
from kotodom.admin.chats_inbox import ChatInbox
from kotodom.admin.chats_take import ChatWriting
from kotodom.admin.digest import Digests
from kotodom.admin.grammar import best
from kotodom.admin.health import Health
from kotodom.admin.home import Home
from kotodom.admin.jobs import Jobs
from kotodom.admin.messages import Messages
from kotodom.admin.messages_card import MessageCommands
from kotodom.admin.messages_retry import Retries
from kotodom.admin.money import Money
from kotodom.admin.money_limits import Limits
from kotodom.admin.money_prices import Prices
from kotodom.admin.people import People
from kotodom.admin.people_invites import Invites
from kotodom.admin.people_one import OnePerson
from kotodom.admin.people_requests import Requests
from kotodom.admin.settings import Settings

NOUNS: tuple[type[Noun], ...] = (
    Home,
    Bots,
    BotsTokens,
    BotsKey,
    BotsEdit,
    BotsVersions,
    BotsEnd,
    Chats,
    ChatWriting,
    ChatExport,
    ChatInbox,
    Messages,
    MessageCommands,
    Retries,
    People,
    OnePerson,
    Requests,
    Invites,
    Money,
    Limits,
    Prices,
    Broadcasts,
    BroadcastRuns,
    Accounts,
    AccountInvites,
    Audit,
    Settings,
    Health,
    Backups,
    AlertList,
    Jobs,
    Digests,
)


def all_commands() -> Iterator[AdminCommand]:
    """Every command there is."""
    for noun in NOUNS:
        yield from noun.commands()


def opening(line: str) -> str:
    """The command that *line* is, without the text that it ends with; empty when it ends with none.

    What it names is written as it was: the rest of the text can follow.
    """
    fit = best((declared.pattern for declared in all_commands()), line)
    if fit is None or not fit[1].get(fit[0].rest):
        return ""
    return line.strip().removesuffix(fit[1][fit[0].rest]).rstrip()


def takes_text(line: str) -> bool:
    """Whether a text may be put behind *line*: what a reply to its button does."""
    fit = best((declared.pattern for declared in all_commands()), f"{line} text")
    return fit is not None and fit[1].get(fit[0].rest) == "text"
