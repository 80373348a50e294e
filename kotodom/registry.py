"""The bots as this process knows them: one place that says what a bot's fields are now."""

from dataclasses import replace

from kotodom.model import Bot


class Registry:
    """Bots by database id; values are replaced whole, never changed."""

    def __init__(self, default_model: str) -> None:
        self._default_model = default_model
        self._bots: dict[int, Bot] = {}

    def put(self, bot: Bot) -> None:
        """Add a bot or replace what is known of it."""
        self._bots[bot.id] = bot

    def get(self, bot_id: int) -> Bot:
        """The bot with that id; KeyError when there is none."""
        return self._bots[bot_id]

    def all(self) -> list[Bot]:
        """Every bot, by id."""
        return [self._bots[key] for key in sorted(self._bots)]

    def model_of(self, bot: Bot, chosen: str = "") -> str:
        """The model that answers for *bot*: the one *chosen* in a chat, while it is offered."""
        return (chosen if chosen in bot.models else "") or bot.model or self._default_model

    def mark(self, bot_id: int, error: str) -> Bot:
        """Set (or with an empty text clear) why a human must act."""
        bot = replace(self._bots[bot_id], error=error)
        self.put(bot)
        return bot

    def set_menu(self, bot_id: int, fingerprint: str) -> None:
        """Telegram was given that menu of commands."""
        self.put(replace(self._bots[bot_id], menu=fingerprint))
