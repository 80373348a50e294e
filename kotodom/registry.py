"""The bots as this process knows them: one place that says what a bot's fields are now."""

from dataclasses import replace

from kotodom.errors import KeySealed
from kotodom.model import Bot, BotSource
from kotodom.sealing import SEALED


class Registry:
    """Bots by database id; values are replaced whole, never changed."""

    def __init__(self, default_model: str) -> None:
        self.default_model = default_model
        """Answers for bots that name none."""
        self._bots: dict[int, Bot] = {}
        self.changes = 0
        """Rises with every change, for whoever keeps what it made of the bots."""

    def put(self, bot: Bot) -> None:
        """Add a bot or replace what is known of it."""
        self.changes += 1
        self._bots[bot.id] = bot

    def get(self, bot_id: int) -> Bot:
        """The bot with that id, also a deleted one; KeyError when there never was one."""
        return self._bots[bot_id]

    def find(self, bot_id: int) -> Bot | None:
        """The bot with that id, if there is one."""
        bot = self._bots.get(bot_id)
        return bot if bot is not None and not bot.deleted else None

    def all(self) -> list[Bot]:
        """Every bot, by id."""
        return [self._bots[key] for key in sorted(self._bots) if not self._bots[key].deleted]

    def model_of(self, bot: Bot, chosen: str = "") -> str:
        """The model that answers for *bot*: the one *chosen* in a chat, while it is offered."""
        return (chosen if chosen in bot.models else "") or bot.model or self.default_model

    def key_of(self, bot: Bot) -> str:
        """The provider key that the bot's questions are asked with; empty: the instance's.

        Raises KeySealed when its own cannot be opened: nobody else is to pay for it meanwhile.
        """
        key = self.get(bot.id).api_key
        if SEALED.fullmatch(key):
            raise KeySealed
        return key

    def mark(self, bot_id: int, error: str) -> Bot:
        """Set (or with an empty text clear) why a human must act."""
        bot = replace(self._bots[bot_id], error=error)
        self.put(bot)
        return bot

    def end(self, bot_id: int, source: BotSource) -> None:
        """Let nobody see a bot any more; what is in work still finds it."""
        self.put(replace(self._bots[bot_id], enabled=False, source=source, owner_id=None))

    def set_menu(self, bot_id: int, fingerprint: str) -> None:
        """Telegram was given that menu of commands."""
        self.put(replace(self._bots[bot_id], menu=fingerprint))
