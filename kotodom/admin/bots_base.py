"""What every command about bots stands on: changing one at once everywhere, wiping, refusals."""

from dataclasses import dataclass, replace
from typing import Any

from loguru import logger

from kotodom.admin.ask import Ask, Noun
from kotodom.admin.tools import Tools
from kotodom.admin.words.bots import BotsWords
from kotodom.admin.words.common import CommonWords
from kotodom.effects import RefreshMenu
from kotodom.errors import TelegramError
from kotodom.model import Bot, Button, Buttons
from kotodom.ports.admin import AuditEntry


@dataclass(frozen=True)
class BotsNoun(Noun):
    """The ground of the modules about bots."""

    tools: Tools

    async def change(
        self, ask: Ask, bot: Bot, field: str, value: Any, entry: AuditEntry
    ) -> tuple[int, Bot]:
        """Set a field here and in the database; return the change's number and the bot as it is.

        Raises Refused about a bot that somebody has deleted meanwhile.
        """
        tools = self.tools
        number, stored = await tools.store.change_bot(
            bot.id, field, value, entry, tools.clock.now()
        )
        # This field alone: somebody else may have changed another one meanwhile.
        now = replace(self.known(ask, bot), **{field: getattr(stored, field)})
        tools.registry.put(now)
        if field == "inbox_id":
            tools.inbox.retry(bot.id)
        if field == "access":
            await tools.gatekeeper.mode_changed(now)
        if now.enabled:
            tools.submit(RefreshMenu(bot.id))
        return number, now

    async def wipe(self, ask: Ask) -> str:
        """Delete the message with a secret, before anything else; what to do when that fails."""
        if not ask.job.telegram_message_id:
            return ""
        try:
            await self.tools.messenger.delete(ask.job.chat, ask.job.telegram_message_id)
        except TelegramError as error:
            logger.warning("a message with a secret was not deleted: {}", error)
            return ask.say(BotsWords.NOT_WIPED)
        return ""

    def known(self, ask: Ask, bot: Bot) -> Bot:
        """The bot as it is now; raises Refused when it is there no longer."""
        now = self.tools.registry.find(bot.id)
        if now is None:
            raise ask.refuse(CommonWords.NOT_FOUND, what=bot.name)
        return now

    def refuse_configured(self, ask: Ask, bot: Bot, field: str) -> None:
        """Raise Refused when the configuration file says that field."""
        if field in bot.configured:
            raise ask.refuse(BotsWords.CONFIGURED, name=bot.name, field=field)

    def refuse_own_branch(self, ask: Ask, bot: Bot) -> None:
        """Raise Refused about the bot to which this is being said."""
        if bot.id == ask.through.id:
            raise ask.refuse(BotsWords.OWN_BRANCH, name=bot.name)


def link(ask: Ask, bot: Bot) -> Buttons:
    """A button that leads to the bot itself, once its username is known."""
    if not bot.username:
        return ()
    label = ask.say(BotsWords.OPEN_LABEL, username=bot.username)
    return ((Button(label, url=f"https://t.me/{bot.username}"),),)
