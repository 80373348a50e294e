"""The menus of commands that Telegram shows: for each language, in private chats and in groups."""

import asyncio
import hashlib
import json
from collections import defaultdict

from loguru import logger

from kotodom.accounts import Accounts
from kotodom.admin.words.common import CommonWords
from kotodom.commands.names import MENU, PRIVATE
from kotodom.errors import ChatGone, MessageRefused
from kotodom.i18n import LANGUAGES, catalog_fingerprint, language_of, say
from kotodom.model import Bot
from kotodom.ports import Messenger, Store
from kotodom.registry import Registry

PRIVATE_CHATS = "all_private_chats"
GROUP_CHATS = "all_group_chats"
CHAT = "chat"
"""Telegram's names for who sees a menu."""


class Menus:
    """Gives Telegram a bot's menus, but only when they have changed."""

    def __init__(
        self, *, store: Store, messenger: Messenger, registry: Registry, accounts: Accounts
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._messenger = messenger
        self._registry = registry
        self._setting: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        """Held while a bot's menus are set, so that the newest come last."""

    async def refresh(self, bot_id: int, user_id: int = 0) -> None:
        """Set the menus unless Telegram has them; what fails is tried again at the next start.

        With *user_id* only the one of somebody who administers, or does no longer.
        """
        async with self._setting[bot_id]:
            bot = self._registry.get(bot_id)
            try:
                if not user_id:
                    await self._refresh_general(bot)
                await self._refresh_admins(bot, user_id)
            except Exception as error:  # noqa: BLE001 - a menu is not worth the process
                logger.warning("bot {}: its menu of commands was not set: {}", bot.name, error)

    async def _refresh_general(self, bot: Bot) -> None:
        wanted = fingerprint(bot)
        if bot.menu == wanted:
            return
        for language in LANGUAGES:
            for scope in (PRIVATE_CHATS, GROUP_CHATS):
                # The first language also serves people whose own we do not speak.
                code = "" if language == LANGUAGES[0] else language
                await self._messenger.set_menu(bot.id, scope, code, entries(bot, scope, language))
        await self._store.set_menu(bot.id, wanted)
        self._registry.set_menu(bot.id, wanted)

    async def _refresh_admins(self, bot: Bot, user_id: int) -> None:
        ids = [user_id] if user_id else [one.user_id for one in self._accounts.all() if one.active]
        for chat, menu, language in await self._store.menu_chats(bot.id, ids, only=bool(user_id)):
            active = self._accounts.of(chat.telegram_chat_id) is not None
            language = language_of(language)
            wanted = fingerprint(bot, language) if active else ""
            if menu == wanted:
                continue
            offered = _admins_entries(bot, language) if active else []
            try:
                await self._messenger.set_menu(
                    bot.id, CHAT, "", offered, chat_id=chat.telegram_chat_id
                )
            except (ChatGone, MessageRefused) as error:
                # Somebody who is no more, say: the others are to have theirs all the same.
                logger.warning("bot {}: a menu of commands was refused: {}", bot.name, error)
                continue
            await self._store.set_chat_menu(chat.id, wanted)


def entries(bot: Bot, scope: str, language: str) -> list[tuple[str, str]]:
    """(command, what it does) for one menu."""
    return [
        (name, say(words, language, bot.texts))
        for name, words in MENU.items()
        if (scope == PRIVATE_CHATS or name not in PRIVATE) and (name != "model" or bot.models)
    ]


def _admins_entries(bot: Bot, language: str) -> list[tuple[str, str]]:
    """The same for somebody who administers."""
    admin = ("admin", say(CommonWords.COMMAND, language))
    return [admin, *entries(bot, PRIVATE_CHATS, language)]


def fingerprint(bot: Bot, language: str = "") -> str:
    """Changes with everything that a bot's menus depend on; with *language*: an admin's."""
    own = {key: words for key, words in bot.texts.items() if key.startswith("command-")}
    parts = [catalog_fingerprint(), bool(bot.models), sorted(own.items()), sorted(MENU)]
    if language:
        parts += [language, say(CommonWords.COMMAND, language)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
