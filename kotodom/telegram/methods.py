"""The Bot API methods of the hot path, with plain JSON as their results.

aiogram's own methods would validate a whole Message for each id we need, and one update that
cannot be decoded would fail a whole batch; these give back what Telegram wrote.
"""

from typing import Any, ClassVar

from aiogram.methods import Response, TelegramMethod

JSON = dict[str, Any]

ANSWERS = (Response[list[Any]], Response[JSON], Response[bool])
"""What aiogram's session reads answers with. Kept here because nothing else does: pydantic's cache
is weak, so each garbage collection would have them built again, at 2 ms a class."""


class GetUpdates(TelegramMethod[list[Any]]):
    """One long poll; the result is raw."""

    __returning__: ClassVar[Any] = list[Any]
    __api_method__: ClassVar[str] = "getUpdates"

    offset: int | None = None
    timeout: int
    allowed_updates: list[str]


class GetMe(TelegramMethod[JSON]):
    """Who this token belongs to."""

    __returning__: ClassVar[Any] = JSON
    __api_method__: ClassVar[str] = "getMe"


class DeleteWebhook(TelegramMethod[bool]):
    """Make room for polling, and keep what is waiting."""

    __returning__: ClassVar[Any] = bool
    __api_method__: ClassVar[str] = "deleteWebhook"

    drop_pending_updates: bool = False


class SendMessage(TelegramMethod[JSON]):
    """One text message; the result has its ``message_id``."""

    __returning__: ClassVar[Any] = JSON
    __api_method__: ClassVar[str] = "sendMessage"

    chat_id: int
    text: str
    entities: list[JSON] | None = None
    message_thread_id: int | None = None
    link_preview_options: JSON | None = None
    disable_notification: bool | None = None
    reply_parameters: JSON | None = None


class EditMessageText(TelegramMethod[JSON]):
    """Make one of our messages show something else."""

    __returning__: ClassVar[Any] = JSON
    __api_method__: ClassVar[str] = "editMessageText"

    chat_id: int
    message_id: int
    text: str
    entities: list[JSON] | None = None
    link_preview_options: JSON | None = None


class DeleteMessage(TelegramMethod[bool]):
    """Take a message back."""

    __returning__: ClassVar[Any] = bool
    __api_method__: ClassVar[str] = "deleteMessage"

    chat_id: int
    message_id: int


class SendMessageDraft(TelegramMethod[bool]):
    """Show an unfinished message; without text it shows "Thinking…"."""

    __returning__: ClassVar[Any] = bool
    __api_method__: ClassVar[str] = "sendMessageDraft"

    chat_id: int
    draft_id: int
    text: str | None = None
    entities: list[JSON] | None = None
    message_thread_id: int | None = None
    can_stop: bool | None = None


class SendChatAction(TelegramMethod[bool]):
    """Show what the bot is doing."""

    __returning__: ClassVar[Any] = bool
    __api_method__: ClassVar[str] = "sendChatAction"

    chat_id: int
    action: str
    message_thread_id: int | None = None


METHODS = (
    GetUpdates,
    GetMe,
    DeleteWebhook,
    SendMessage,
    EditMessageText,
    DeleteMessage,
    SendMessageDraft,
    SendChatAction,
)
"""Every call the daemon makes."""
