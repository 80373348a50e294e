"""Admin alerts: one per cause and hour, with the count of those that were kept back."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from loguru import logger

from kotodom import text
from kotodom.clock import SECOND, Clock
from kotodom.errors import TelegramError
from kotodom.model import Chat
from kotodom.ports import Messenger, Store

WINDOW = 3600 * SECOND
"""How long one cause stays told (issue: one alert per cause and hour)."""


class Alerts:
    """Tells the admins through the first running bot that each of them has started."""

    def __init__(
        self,
        *,
        store: Store,
        messenger: Messenger,
        turn: Callable[[Chat], AbstractAsyncContextManager[None]],
        admin_ids: Sequence[int],
        usable: Callable[[int], bool],
        redact: Callable[[str], str],
        clock: Clock,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._turn = turn
        self._admin_ids = tuple(admin_ids)
        self._usable = usable
        self._redact = redact
        self._clock = clock

    async def tell(self, key: str, words: str) -> None:
        """Send *words* to every admin unless *key* was told within the hour."""
        if not self._admin_ids:
            return
        now = self._clock.now()
        suppressed = await self._store.admit_alert(key, now, WINDOW)
        if suppressed is None:
            return
        words = self._redact(words)
        if suppressed:
            words += f"\n\n({suppressed} more like this since the last alert.)"
        told: set[int] = set()
        for chat in await self._store.admin_chats(self._admin_ids):
            if chat.telegram_chat_id in told or not self._usable(chat.bot_id):
                continue
            if await self._send(chat, words):
                told.add(chat.telegram_chat_id)
        if not told:
            await self._store.reopen_alert(key)
        if len(told) < len(self._admin_ids):
            logger.warning(
                "alert {}: reached {} of {} admins; an admin must have started one of the bots",
                key,
                len(told),
                len(self._admin_ids),
            )

    async def _send(self, chat: Chat, words: str) -> bool:
        try:
            async with self._turn(chat):
                for content in text.plain(f"⚠️ {words}"):
                    sent = await self._messenger.send(chat, content)
                    await self._store.note_sent(chat, sent, content.text, self._clock.now())
        except TelegramError as error:
            logger.warning("an alert could not be sent: {}", error)
            return False
        return True
