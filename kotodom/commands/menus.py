"""The menus of commands that Telegram shows: for each language, in private chats and in groups."""

import hashlib
import json

from loguru import logger

from kotodom.commands.names import MENU, PRIVATE
from kotodom.i18n import LANGUAGES, catalog_fingerprint, say
from kotodom.model import Bot
from kotodom.ports import Messenger, Store
from kotodom.registry import Registry

PRIVATE_CHATS = "all_private_chats"
GROUP_CHATS = "all_group_chats"
"""Telegram's names for who sees a menu."""


class Menus:
    """Gives Telegram a bot's menus, but only when they have changed."""

    def __init__(self, *, store: Store, messenger: Messenger, registry: Registry) -> None:
        self._store = store
        self._messenger = messenger
        self._registry = registry

    async def refresh(self, bot_id: int) -> None:
        """Set the menus unless Telegram has them; what fails is tried again at the next start."""
        bot = self._registry.get(bot_id)
        wanted = fingerprint(bot)
        if bot.menu == wanted:
            return
        try:
            for language in LANGUAGES:
                for scope in (PRIVATE_CHATS, GROUP_CHATS):
                    # The first language also serves people whose own we do not speak.
                    code = "" if language == LANGUAGES[0] else language
                    await self._messenger.set_menu(
                        bot_id, scope, code, entries(bot, scope, language)
                    )
            await self._store.set_menu(bot_id, wanted)
        except Exception as error:  # noqa: BLE001 - a menu is not worth the process
            logger.warning("bot {}: its menu of commands was not set: {}", bot.name, error)
            return
        self._registry.set_menu(bot_id, wanted)


def entries(bot: Bot, scope: str, language: str) -> list[tuple[str, str]]:
    """(command, what it does) for one menu."""
    return [
        (name, say(words, language, bot.texts))
        for name, words in MENU.items()
        if (scope == PRIVATE_CHATS or name not in PRIVATE) and (name != "model" or bot.models)
    ]


def fingerprint(bot: Bot) -> str:
    """Changes with everything that a bot's menus depend on."""
    own = {key: words for key, words in bot.texts.items() if key.startswith("command-")}
    parts = [catalog_fingerprint(), bool(bot.models), sorted(own.items()), sorted(MENU)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
