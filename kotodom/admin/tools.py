"""What the commands of /admin work with; the composition root fills it in."""

from collections.abc import Callable
from dataclasses import dataclass, field

from kotodom.access import Gatekeeper
from kotodom.accounts import Accounts
from kotodom.backup.nightly import Backups
from kotodom.budget import Budget
from kotodom.clock import Clock
from kotodom.composing import Composer
from kotodom.config import Config
from kotodom.effects import Submit
from kotodom.inbox import Inbox
from kotodom.model import Bot, Lane
from kotodom.ports import BotState, Files, Messenger, Painter, Provider, Reader, Registrar, Store
from kotodom.prices import PriceTable
from kotodom.registry import Registry
from kotodom.schedule import Schedule
from kotodom.sealing import Sealer
from kotodom.settings import Settings
from kotodom.stopping import KillSwitch
from kotodom.takeover import Takeovers
from kotodom.vitals import Vitals


@dataclass(frozen=True)
class Tools:
    """The rooms that /admin looks into and acts through."""

    store: Store
    registry: Registry
    accounts: Accounts
    messenger: Messenger
    provider: Provider
    files: Files
    reader: Reader
    registrar: Registrar
    sealer: Sealer
    gatekeeper: Gatekeeper
    takeovers: Takeovers
    composer: Composer
    inbox: Inbox
    submit: Submit
    offer: Callable[[Lane], None]
    states: Callable[[], list[BotState]]
    """How every bot is doing."""
    hold: Callable[[int], None]
    """Answer nothing of a bot until it polls again."""
    settings: Settings
    schedule: Schedule
    vitals: Vitals
    backups: Backups
    budget: Budget
    prices: PriceTable
    switch: KillSwitch
    painter: Painter
    retry_many: Callable[[], None]
    """A retry of many messages was confirmed."""
    config: Config = field(repr=False)
    clock: Clock

    def find_bot(self, said: str, seen: Callable[[Bot], bool] = lambda bot: True) -> Bot | None:
        """The bot, of those *seen*, that somebody calls by its number, @username or name."""
        bots = [bot for bot in self.registry.all() if seen(bot)]
        if said.lstrip("#").isascii() and said.lstrip("#").isdigit():
            number = int(said.lstrip("#"))
            return next((bot for bot in bots if number in (bot.id, bot.telegram_id)), None)
        wanted = said.removeprefix("@").casefold()
        if not wanted:  # a bot has no username before it polls for the first time
            return None
        return next(
            (bot for bot in bots if wanted in (bot.username.casefold(), bot.name.casefold())), None
        )
