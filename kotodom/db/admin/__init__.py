"""The store's part for /admin, a module for each noun."""

from kotodom.db.admin.access import AccessStore
from kotodom.db.admin.accounts import AccountsStore
from kotodom.db.admin.alerts import AlertsStore
from kotodom.db.admin.bots import BotsStore
from kotodom.db.admin.broadcasts import BroadcastsStore
from kotodom.db.admin.chats import ChatsStore
from kotodom.db.admin.desk import DeskStore
from kotodom.db.admin.health import HealthStore
from kotodom.db.admin.invites import InviteStore
from kotodom.db.admin.jobs import JobsStore
from kotodom.db.admin.messages import MessagesStore
from kotodom.db.admin.money import MoneyStore
from kotodom.db.admin.people import PeopleDirectory
from kotodom.db.admin.settings import SettingsStore


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
):
    """All of them."""
