"""The database as /admin sees it: a protocol for each noun."""

from typing import Protocol

from kotodom.ports.admin.access import AccessStore, InviteStore
from kotodom.ports.admin.accounts import AccountsStore
from kotodom.ports.admin.alerts import Addressee, AlertRecord, AlertsStore, Notice
from kotodom.ports.admin.bots import BotsStore
from kotodom.ports.admin.broadcasts import BroadcastsStore
from kotodom.ports.admin.chats import ChatsStore
from kotodom.ports.admin.desk import AuditEntry, DeskStore
from kotodom.ports.admin.health import HealthStore
from kotodom.ports.admin.jobs import BotFigures, Figures, JobRun, JobsStore, TopUser
from kotodom.ports.admin.messages import MessagesStore
from kotodom.ports.admin.money import MoneyStore
from kotodom.ports.admin.people import PeopleDirectory
from kotodom.ports.admin.settings import SettingsStore

__all__ = [
    "Addressee",
    "AdminStore",
    "AlertRecord",
    "AuditEntry",
    "BotFigures",
    "Figures",
    "JobRun",
    "Notice",
    "TopUser",
]


class AdminStore(
    AccessStore,
    AccountsStore,
    AlertsStore,
    BotsStore,
    BroadcastsStore,
    ChatsStore,
    DeskStore,
    HealthStore,
    InviteStore,
    JobsStore,
    MessagesStore,
    MoneyStore,
    PeopleDirectory,
    SettingsStore,
    Protocol,
):
    """All of them."""
