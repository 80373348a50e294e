"""Where a bot is: it hears of being added and removed, and leaves where it is not to be."""

from dataclasses import replace

from loguru import logger

from kotodom import text
from kotodom.admin.words.alerts import AlertsWords
from kotodom.clock import SECOND, Clock
from kotodom.effects import AdminAlert, Submit
from kotodom.errors import TelegramError
from kotodom.i18n import Text, say
from kotodom.model import Bot, Chat, ChatRef, ChatType, Groups, Membership, Person
from kotodom.ports import Messenger, Store
from kotodom.ports.admin import AuditEntry
from kotodom.registry import Registry
from kotodom.settings import ALERT_CHAT, Settings, Source
from kotodom.tasks import Tasks

ONCE = 3600 * SECOND
"""Milliseconds in which a group is told only once that the bot does not stay."""


class Places:
    """Keeps the record of where each bot is, and its policy for groups."""

    def __init__(
        self,
        *,
        store: Store,
        messenger: Messenger,
        registry: Registry,
        settings: Settings,
        submit: Submit,
        tasks: Tasks,
        clock: Clock,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._registry = registry
        self._settings = settings
        self._submit = submit
        self._tasks = tasks
        self._clock = clock
        self._leaving: set[tuple[int, int]] = set()

    async def changed(self, bot_id: int, change: Membership) -> None:
        """The bot was added, promoted, blocked, removed…"""
        bot = self._registry.get(bot_id)
        await self._store.set_membership(bot_id, change, self._clock.now())
        logger.info("bot {}: {} in a {} chat", bot.name, change.status, change.chat.type)
        here = change.present and change.chat.type is not ChatType.PRIVATE
        if here and not bot.stays_in(change.chat.telegram_chat_id):
            self.leave(bot_id, change.chat, change.by)

    def leave(self, bot_id: int, chat: ChatRef, by: Person | None) -> None:
        """Say once that the bot does not stay, and leave; returns at once."""
        key = (bot_id, chat.telegram_chat_id)
        if key not in self._leaving:
            self._leaving.add(key)
            self._tasks.start(self._leave(bot_id, chat, by), name=f"leave-{key[0]}-{key[1]}")

    async def moved(self, bot_id: int, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup: its conversation goes along, and so does its permission."""
        await self._store.move_chat(bot_id, old_chat_id, new_chat_id)
        await self._alerts_moved(str(old_chat_id), str(new_chat_id))
        bot = self._registry.get(bot_id)
        allowed = bot.groups is Groups.ALLOWLIST and old_chat_id in bot.group_ids
        if allowed and new_chat_id not in bot.group_ids:
            self._registry.put(replace(bot, group_ids=(*bot.group_ids, new_chat_id)))
            self._submit(
                AdminAlert(
                    f"moved:{bot.id}:{new_chat_id}",
                    AlertsWords.GROUP_MOVED,
                    {"bot": bot.name, "old": str(old_chat_id), "new": str(new_chat_id)},
                    bot_id=bot.id,
                    show=f"bot {bot.id}",
                )
            )

    async def _alerts_moved(self, old: str, new: str) -> None:
        """Alerts that went to the group go there as before."""
        settings = self._settings
        if settings.get(ALERT_CHAT) != old or settings.source(ALERT_CHAT) is Source.CONFIG:
            return
        key = ALERT_CHAT.key
        entry = AuditEntry(0, "", "moved", f"setting:{key}", "", old, new, f"moved:{old}:{new}")
        await self._store.store_setting(key, new, entry, self._clock.now())
        settings.put(ALERT_CHAT, new)

    async def _leave(self, bot_id: int, chat: ChatRef, by: Person | None) -> None:
        bot = self._registry.get(bot_id)
        place = Chat(
            id=0,
            bot_id=bot_id,
            telegram_chat_id=chat.telegram_chat_id,
            thread_id=0,
            type=chat.type,
            name=chat.name,
            history_from=0,
            not_before=0,
        )
        try:
            key = f"leave:{bot_id}:{chat.telegram_chat_id}"
            if await self._store.admit_alert(key, self._clock.now(), ONCE) is not None:
                await self._say(bot, place, by)
            await self._messenger.leave(place)
            logger.info("bot {}: left a group in which it is not to be", bot.name)
        except Exception as error:  # noqa: BLE001 - the next message from there tries it again
            logger.warning("bot {}: could not leave a group: {}", bot.name, error)
        finally:
            self._leaving.discard((bot_id, chat.telegram_chat_id))

    async def _say(self, bot: Bot, place: Chat, by: Person | None) -> None:
        words = Text.GROUP_NOT_ALLOWED if bot.groups is Groups.ALLOWLIST else Text.GROUP_OFF
        language = bot.language or (by.language_code if by else "")
        args = {"id": str(place.telegram_chat_id)} if words is Text.GROUP_NOT_ALLOWED else {}
        try:
            for content in text.plain(say(words, language, bot.texts, **args)):
                await self._messenger.send(place, content)
        except TelegramError as error:
            logger.debug("bot {}: could not say why it leaves: {}", bot.name, error)
