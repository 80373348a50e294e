"""Tokens as Telegram knows them."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """Whose a token is, as Telegram says."""

    telegram_id: int
    username: str
    name: str
    can_manage_bots: bool = False
    """It may create and manage other bots, with people's consent."""


class Registrar(Protocol):
    """Asks Telegram about tokens. Raises only TelegramError; TokenRevoked: that is none."""

    async def identify(self, token: str) -> BotIdentity:
        """Whose a token is; nothing need be known of the bot."""
        ...

    async def managed_token(self, manager_id: int, telegram_id: int) -> str:
        """The token of a bot that our bot *manager_id* manages."""
        ...
