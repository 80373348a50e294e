"""The sending side: every call passes its chat's gate and ends in one of our errors."""

from collections.abc import Sequence
from typing import TypeVar

from aiogram.methods import TelegramMethod
from loguru import logger

from kotodom.errors import (
    ChatGone,
    EntitiesRefused,
    FloodWait,
    InDoubt,
    MessageRefused,
    NotSent,
    TelegramError,
    TokenRevoked,
)
from kotodom.model import Chat, ChatType, Content, ContentKind
from kotodom.ports import EditResult
from kotodom.telegram import compose
from kotodom.telegram.failures import translate
from kotodom.telegram.methods import (
    JSON,
    AnswerCallbackQuery,
    AnswerGuestQuery,
    AnswerInlineQuery,
    CreateForumTopic,
    DeleteMessage,
    DeleteMyCommands,
    LeaveChat,
    SendChatAction,
    SendMessage,
    SendMessageDraft,
    SetMyCommands,
)
from kotodom.telegram.pacing import Pacing
from kotodom.telegram.pool import BotPool

MESSAGE_TIMEOUT = 30
"""Seconds for a message; after that it is in doubt."""
DISPLAY_TIMEOUT = 10
"""Seconds for a draft or chat action; after that it is worth nothing."""
ANSWER_TIMEOUT = 15
"""Seconds for what belongs to no chat: queries, buttons, menus."""
WORDS_MAX = 200
"""Characters that may be shown when a button was pressed."""

UNCHANGED = ("message is not modified",)
NOT_OURS = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
    "message not found",
    "invalid inline message identifier",
)
LATE = ("query is too old", "query_id_invalid", "query id is invalid")
LEFT = ("user_not_participant", "not a member")

Result = TypeVar("Result")


class TelegramMessenger:
    """Sends through the pool's bots; implements :class:`kotodom.ports.Messenger`."""

    def __init__(self, *, pool: BotPool, pacing: Pacing) -> None:
        self._pool = pool
        self._pacing = pacing

    async def send(
        self,
        chat: Chat,
        content: Content,
        *,
        reply_to: int = 0,
        silent: bool = False,
        preview: bool = False,
    ) -> int:
        method = compose.sending(chat, content, reply_to=reply_to, silent=silent, preview=preview)
        try:
            sent = await self._message(chat, method)
        except MessageRefused as error:
            raise _refused(content, error) from None
        message_id = sent.get("message_id") if sent else None
        if not isinstance(message_id, int):
            raise InDoubt("Telegram's answer names no message")
        return message_id

    async def edit(
        self, chat: Chat, message_id: int, content: Content, *, preview: bool = False
    ) -> EditResult:
        method = compose.editing(chat, message_id, content, preview=preview)
        return await self._edit(chat, method, content)

    async def answer_guest(self, chat: Chat, query_id: str, content: Content) -> str:
        result = compose.article("…", content)
        method = AnswerGuestQuery(guest_query_id=query_id, result=result)
        try:
            sent = await self._message(chat, method)
        except MessageRefused as error:
            raise _refused(content, error) from None
        inline_id = sent.get("inline_message_id") if sent else None
        if not isinstance(inline_id, str):
            raise InDoubt("Telegram's answer names no message")
        return inline_id

    async def edit_inline(
        self, chat: Chat, inline_id: str, content: Content, *, preview: bool = False
    ) -> EditResult:
        method = compose.editing_inline(inline_id, content, preview=preview)
        return await self._edit(chat, method, content)

    async def answer_inline(
        self, bot_id: int, query_id: str, answer: Content | None, *, title: str, seconds: int
    ) -> None:
        method = AnswerInlineQuery(
            inline_query_id=query_id,
            results=[compose.article(title, answer)] if answer else [],
            cache_time=seconds,
            is_personal=True,
        )
        try:
            await self._call(bot_id, method, ANSWER_TIMEOUT)
        except MessageRefused as error:
            if not _says(error, LATE):
                raise
            logger.debug("an inline query was answered too late: {}", error)

    async def whisper(self, chat: Chat, user_id: int, content: Content) -> bool:
        only_to = {"receiver_user_id": user_id}
        method = compose.sending(chat, content, reply_to=0, silent=True, preview=False)
        assert isinstance(method, SendMessage)  # what is whispered is text
        method.ephemeral_message_parameters = only_to
        try:
            await self._message(chat, method)
        except MessageRefused as error:
            logger.debug("nothing can be whispered there: {}", error)
            return False
        except InDoubt as error:
            logger.debug("it is unknown whether a whisper arrived: {}", error)
        return True

    async def answer_callback(self, bot_id: int, query_id: str, words: str = "") -> None:
        method = AnswerCallbackQuery(callback_query_id=query_id, text=words[:WORDS_MAX] or None)
        try:
            await self._call(bot_id, method, ANSWER_TIMEOUT)
        except TelegramError as error:
            logger.debug("a button was not answered: {}", error)

    async def create_topic(self, chat: Chat, name: str) -> int:
        made = await self._message(chat, CreateForumTopic(chat_id=chat.telegram_chat_id, name=name))
        thread_id = made.get("message_thread_id") if made else None
        if not isinstance(thread_id, int):
            raise InDoubt("Telegram's answer names no topic")
        return thread_id

    async def leave(self, chat: Chat) -> None:
        try:
            await self._message(chat, LeaveChat(chat_id=chat.telegram_chat_id))
        except ChatGone as error:
            logger.debug("a group was left already: {}", error)
        except MessageRefused as error:
            if not _says(error, LEFT):
                raise
            logger.debug("a group was left already: {}", error)

    async def set_menu(
        self,
        bot_id: int,
        scope: str,
        language: str,
        commands: Sequence[tuple[str, str]],
        *,
        chat_id: int = 0,
    ) -> None:
        whom: JSON = {"type": scope, "chat_id": chat_id} if chat_id else {"type": scope}
        method: TelegramMethod[bool] = DeleteMyCommands(scope=whom, language_code=language or None)
        if commands:
            items = [{"command": name, "description": about} for name, about in commands]
            method = SetMyCommands(commands=items, scope=whom, language_code=language or None)
        await self._call(bot_id, method, ANSWER_TIMEOUT)

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
                entities=compose.entities(content) if content else None,
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

    async def _edit(
        self, chat: Chat, method: TelegramMethod[Result], content: Content
    ) -> EditResult:
        try:
            await self._message(chat, method)
        except MessageRefused as error:
            if _says(error, UNCHANGED):
                return EditResult.UNCHANGED
            if _says(error, NOT_OURS):
                return EditResult.NOT_OURS
            raise _refused(content, error) from None
        return EditResult.EDITED

    async def _message(self, chat: Chat, method: TelegramMethod[Result]) -> Result:
        group = chat.type is not ChatType.PRIVATE
        await self._pacing.message(chat.bot_id, chat.telegram_chat_id, group=group)
        return await self._in_chat(chat, method, MESSAGE_TIMEOUT)

    async def _display(self, chat: Chat, method: TelegramMethod[bool]) -> bool:
        if not self._pacing.display(chat.bot_id, chat.telegram_chat_id):
            return False
        try:
            await self._in_chat(chat, method, DISPLAY_TIMEOUT)
        except TelegramError as error:
            logger.debug("{} was not shown: {}", method.__api_method__, error)
            return False
        return True

    async def _in_chat(self, chat: Chat, method: TelegramMethod[Result], timeout: int) -> Result:
        try:
            return await self._call(chat.bot_id, method, timeout)
        except FloodWait as error:
            await self._pacing.penalise(
                chat.bot_id, chat.telegram_chat_id, error.retry_after or 0.0
            )
            raise

    async def _call(self, bot_id: int, method: TelegramMethod[Result], timeout: int) -> Result:
        api = self._pool.get(bot_id)
        try:
            return await api(method, request_timeout=timeout)
        except Exception as error:  # noqa: BLE001 - the core is promised our own errors only
            failure = translate(error)
        if isinstance(failure, TokenRevoked) and self._pool.get(bot_id) is not api:
            # Its successor's may be fine, and must not be stopped for that.
            failure = NotSent("the bot got a new token meanwhile")
        # Not chained: the vendor's exception may hold the address with the token.
        raise failure


def _refused(content: Content, error: MessageRefused) -> TelegramError:
    """What can be said in another way is, whatever was wrong: a rich message, a copy."""
    if content.kind in (ContentKind.RICH, ContentKind.COPY):
        return EntitiesRefused(str(error))
    return error


def _says(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    text = str(error).lower()
    return any(phrase in text for phrase in phrases)
