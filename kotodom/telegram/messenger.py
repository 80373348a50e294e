"""The sending side: every call passes its chat's gate and ends in one of our errors."""

from typing import TypeVar

from aiogram.methods import TelegramMethod
from loguru import logger

from kotodom.errors import FloodWait, InDoubt, MessageRefused, TelegramError
from kotodom.model import Chat, ChatType, Content
from kotodom.ports import EditResult
from kotodom.telegram.failures import translate
from kotodom.telegram.methods import (
    JSON,
    DeleteMessage,
    EditMessageText,
    SendChatAction,
    SendMessage,
    SendMessageDraft,
)
from kotodom.telegram.pacing import Pacing
from kotodom.telegram.pool import BotPool

MESSAGE_TIMEOUT = 30
"""Seconds for a message; after that it is in doubt."""
DISPLAY_TIMEOUT = 10
"""Seconds for a draft or chat action; after that it is worth nothing."""

NO_PREVIEW: JSON = {"is_disabled": True}

UNCHANGED = ("message is not modified",)
NOT_OURS = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
    "message not found",
)

Result = TypeVar("Result")


class TelegramMessenger:
    """Sends through the pool's bots; implements :class:`kotodom.ports.Messenger`."""

    def __init__(self, *, pool: BotPool, pacing: Pacing) -> None:
        self._pool = pool
        self._pacing = pacing

    async def send(
        self, chat: Chat, content: Content, *, reply_to: int = 0, silent: bool = False
    ) -> int:
        reply = {"message_id": reply_to, "allow_sending_without_reply": True} if reply_to else None
        sent = await self._message(
            chat,
            SendMessage(
                chat_id=chat.telegram_chat_id,
                text=content.text,
                entities=_entities(content),
                message_thread_id=chat.thread_id or None,
                link_preview_options=NO_PREVIEW,
                disable_notification=silent or None,
                reply_parameters=reply,
            ),
        )
        message_id = sent.get("message_id") if sent else None
        if not isinstance(message_id, int):
            raise InDoubt("Telegram's answer names no message")
        return message_id

    async def edit(self, chat: Chat, message_id: int, content: Content) -> EditResult:
        try:
            await self._message(
                chat,
                EditMessageText(
                    chat_id=chat.telegram_chat_id,
                    message_id=message_id,
                    text=content.text,
                    entities=_entities(content),
                    link_preview_options=NO_PREVIEW,
                ),
            )
        except MessageRefused as error:
            if _says(error, UNCHANGED):
                return EditResult.UNCHANGED
            if _says(error, NOT_OURS):
                return EditResult.NOT_OURS
            raise
        return EditResult.EDITED

    async def delete(self, chat: Chat, message_id: int) -> None:
        method = DeleteMessage(chat_id=chat.telegram_chat_id, message_id=message_id)
        try:
            await self._message(chat, method)
        except MessageRefused as error:
            # Whatever the words: it is gone, too old or not ours, and no later try can change that.
            logger.debug("a message was not deleted: {}", error)

    async def draft(self, chat: Chat, draft_id: int, content: Content | None) -> bool:
        if chat.type is not ChatType.PRIVATE:
            return False
        return await self._display(
            chat,
            SendMessageDraft(
                chat_id=chat.telegram_chat_id,
                draft_id=draft_id,
                text=content.text if content else None,
                entities=_entities(content) if content else None,
                message_thread_id=chat.thread_id or None,
                can_stop=True,
            ),
        )

    async def typing(self, chat: Chat) -> bool:
        return await self._display(
            chat,
            SendChatAction(
                chat_id=chat.telegram_chat_id,
                action="typing",
                message_thread_id=chat.thread_id or None,
            ),
        )

    async def _message(self, chat: Chat, method: TelegramMethod[Result]) -> Result:
        group = chat.type is not ChatType.PRIVATE
        await self._pacing.message(chat.bot_id, chat.telegram_chat_id, group=group)
        return await self._call(chat, method, MESSAGE_TIMEOUT)

    async def _display(self, chat: Chat, method: TelegramMethod[bool]) -> bool:
        if not self._pacing.display(chat.bot_id, chat.telegram_chat_id):
            return False
        try:
            await self._call(chat, method, DISPLAY_TIMEOUT)
        except TelegramError as error:
            logger.debug("{} was not shown: {}", method.__api_method__, error)
            return False
        return True

    async def _call(self, chat: Chat, method: TelegramMethod[Result], timeout: int) -> Result:
        api = self._pool.get(chat.bot_id)
        try:
            return await api(method, request_timeout=timeout)
        except Exception as error:  # noqa: BLE001 - the core is promised our own errors only
            failure = translate(error)
        if isinstance(failure, FloodWait):
            await self._pacing.penalise(
                chat.bot_id, chat.telegram_chat_id, failure.retry_after or 0.0
            )
        # Not chained: the vendor's exception may hold the address with the token.
        raise failure


def _entities(content: Content) -> list[JSON] | None:
    return [entity.to_dict() for entity in content.entities] or None


def _says(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    text = str(error).lower()
    return any(phrase in text for phrase in phrases)
