"""The Bot API methods the daemon calls, with plain JSON as their results.

aiogram's own methods would validate a whole Message for each id we need, and one update that
cannot be decoded would fail a whole batch; these give back what Telegram wrote.
"""

from typing import Any, ClassVar

from aiogram.methods import Response, TelegramMethod
from aiogram.types import InputFile

JSON = dict[str, Any]

ANSWERS = (Response[list[Any]], Response[JSON], Response[bool], Response[str])
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


class GetManagedBotToken(TelegramMethod[str]):
    """The token of a bot that this one manages."""

    __returning__: ClassVar[Any] = str
    __api_method__: ClassVar[str] = "getManagedBotToken"

    user_id: int


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
    reply_markup: JSON | None = None
    ephemeral_message_parameters: JSON | None = None


class SendRichMessage(TelegramMethod[JSON]):
    """One rich message; the result has its ``message_id``."""

    __returning__: ClassVar[Any] = JSON
    __api_method__: ClassVar[str] = "sendRichMessage"

    chat_id: int
    rich_message: JSON
    message_thread_id: int | None = None
    disable_notification: bool | None = None
    reply_parameters: JSON | None = None
    reply_markup: JSON | None = None


class SendDocument(TelegramMethod[JSON]):
    """One file; the result has its ``message_id``."""

    __returning__: ClassVar[Any] = JSON
    __api_method__: ClassVar[str] = "sendDocument"

    chat_id: int
    document: InputFile
    caption: str | None = None
    caption_entities: list[JSON] | None = None
    message_thread_id: int | None = None
    disable_notification: bool | None = None
    reply_parameters: JSON | None = None
    reply_markup: JSON | None = None


class SendPhoto(TelegramMethod[JSON]):
    """One picture; the result has its ``message_id``."""

    __returning__: ClassVar[Any] = JSON
    __api_method__: ClassVar[str] = "sendPhoto"

    chat_id: int
    photo: InputFile
    caption: str | None = None
    caption_entities: list[JSON] | None = None
    message_thread_id: int | None = None
    disable_notification: bool | None = None
    reply_parameters: JSON | None = None
    reply_markup: JSON | None = None


class CopyMessage(TelegramMethod[JSON]):
    """Send what somebody sent once more, without saying whose it was; the result has its id."""

    __returning__: ClassVar[Any] = JSON
    __api_method__: ClassVar[str] = "copyMessage"

    chat_id: int
    from_chat_id: int
    message_id: int
    caption: str | None = None
    message_thread_id: int | None = None
    disable_notification: bool | None = None
    reply_parameters: JSON | None = None
    reply_markup: JSON | None = None


class EditMessageReplyMarkup(TelegramMethod[JSON]):
    """Give one of our messages other buttons."""

    __returning__: ClassVar[Any] = JSON
    __api_method__: ClassVar[str] = "editMessageReplyMarkup"

    chat_id: int
    message_id: int
    reply_markup: JSON | None = None


class EditMessageText(TelegramMethod[JSON]):
    """Make one of our messages show something else."""

    __returning__: ClassVar[Any] = JSON
    __api_method__: ClassVar[str] = "editMessageText"

    chat_id: int
    message_id: int
    text: str | None = None
    entities: list[JSON] | None = None
    link_preview_options: JSON | None = None
    rich_message: JSON | None = None
    reply_markup: JSON | None = None


class EditMessageCaption(TelegramMethod[JSON]):
    """Say something else about one of our files."""

    __returning__: ClassVar[Any] = JSON
    __api_method__: ClassVar[str] = "editMessageCaption"

    chat_id: int
    message_id: int
    caption: str | None = None
    caption_entities: list[JSON] | None = None
    reply_markup: JSON | None = None


class EditInlineText(TelegramMethod[bool]):
    """Make an inline message show something else; Telegram does not give it back."""

    __returning__: ClassVar[Any] = bool
    __api_method__: ClassVar[str] = "editMessageText"

    inline_message_id: str
    text: str | None = None
    entities: list[JSON] | None = None
    link_preview_options: JSON | None = None
    rich_message: JSON | None = None
    reply_markup: JSON | None = None


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


class AnswerGuestQuery(TelegramMethod[JSON]):
    """The one answer to a summons; the result has its ``inline_message_id``."""

    __returning__: ClassVar[Any] = JSON
    __api_method__: ClassVar[str] = "answerGuestQuery"

    guest_query_id: str
    result: JSON


class AnswerInlineQuery(TelegramMethod[bool]):
    """What somebody may send who types the bot's name in any chat."""

    __returning__: ClassVar[Any] = bool
    __api_method__: ClassVar[str] = "answerInlineQuery"

    inline_query_id: str
    results: list[JSON]
    cache_time: int
    is_personal: bool


class AnswerCallbackQuery(TelegramMethod[bool]):
    """Let a pressed button rest."""

    __returning__: ClassVar[Any] = bool
    __api_method__: ClassVar[str] = "answerCallbackQuery"

    callback_query_id: str
    text: str | None = None


class CreateForumTopic(TelegramMethod[JSON]):
    """Make a topic; the result has its ``message_thread_id``."""

    __returning__: ClassVar[Any] = JSON
    __api_method__: ClassVar[str] = "createForumTopic"

    chat_id: int
    name: str


class LeaveChat(TelegramMethod[bool]):
    """Leave a group."""

    __returning__: ClassVar[Any] = bool
    __api_method__: ClassVar[str] = "leaveChat"

    chat_id: int


class SetMyCommands(TelegramMethod[bool]):
    """What the menu shows to those in *scope* who speak *language_code*."""

    __returning__: ClassVar[Any] = bool
    __api_method__: ClassVar[str] = "setMyCommands"

    commands: list[JSON]
    scope: JSON
    language_code: str | None = None


class DeleteMyCommands(TelegramMethod[bool]):
    """Take that menu away."""

    __returning__: ClassVar[Any] = bool
    __api_method__: ClassVar[str] = "deleteMyCommands"

    scope: JSON
    language_code: str | None = None


class GetFile(TelegramMethod[JSON]):
    """Where a file can be downloaded for the next hour: its ``file_path``."""

    __returning__: ClassVar[Any] = JSON
    __api_method__: ClassVar[str] = "getFile"

    file_id: str


METHODS = (
    GetUpdates,
    GetMe,
    GetManagedBotToken,
    DeleteWebhook,
    SendMessage,
    SendRichMessage,
    SendDocument,
    SendPhoto,
    CopyMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    EditMessageCaption,
    EditInlineText,
    DeleteMessage,
    SendMessageDraft,
    SendChatAction,
    AnswerGuestQuery,
    AnswerInlineQuery,
    AnswerCallbackQuery,
    CreateForumTopic,
    LeaveChat,
    SetMyCommands,
    DeleteMyCommands,
    GetFile,
)
"""Every call the daemon makes."""
