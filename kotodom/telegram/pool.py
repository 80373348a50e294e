"""The bots that can make calls, by our id; all of them share one HTTP session."""

from aiogram.client.bot import Bot as ApiBot
from aiogram.utils.token import TokenValidationError

from kotodom.errors import NotSent, TokenRevoked
from kotodom.model import Bot
from kotodom.telegram.session import Session


class BotPool:
    """Whoever calls the Bot API takes the caller from here; polling has nothing to do with it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._bots: dict[int, ApiBot] = {}

    def put(self, bot: Bot) -> ApiBot:
        """Add a bot, or give it its new token; TokenRevoked when it is no token at all."""
        try:
            api = ApiBot(bot.token, session=self.session)
        except TokenValidationError:
            raise TokenRevoked(
                "this is no bot token; one looks like 123456789:AA…" if bot.token else "no token"
            ) from None
        self._bots[bot.id] = api
        return api

    def get(self, bot_id: int) -> ApiBot:
        """That bot; NotSent when it was never put here."""
        try:
            return self._bots[bot_id]
        except KeyError:
            raise NotSent("this bot is not running") from None

    async def close(self) -> None:
        """Close every connection."""
        await self.session.close()
