"""What aiogram raises → our errors: which calls surely had no effect, and which are in doubt."""

import asyncio
import re

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import (
    ClientConnectorError,
    ClientHttpProxyError,
    ConnectionTimeoutError,
    InvalidURL,
    NonHttpUrlClientError,
)
from loguru import logger

from kotodom.errors import (
    ChatGone,
    ChatMoved,
    EntitiesRefused,
    FloodWait,
    InDoubt,
    KotodomError,
    MessageRefused,
    NotSent,
    PollConflict,
    TelegramError,
    TokenRevoked,
    TopicGone,
)

BEFORE_SENDING = (
    ClientConnectorError,  # refused, unreachable, DNS, TLS handshake, proxy unreachable
    ClientHttpProxyError,  # the proxy refused to connect
    ConnectionTimeoutError,  # connecting, or waiting for a free connection
    InvalidURL,
    NonHttpUrlClientError,
)
"""Causes of a network error that can only happen before the request is written."""

GONE = (
    "chat not found",
    "peer_id_invalid",
    "user is deactivated",
    "chat was deactivated",
    "group chat was deleted",
    "have no rights to send",
    "not enough rights to send",
    "chat_write_forbidden",
)
"""400s that say that this chat cannot be written to (Bot API server, July 2026)."""

UNPARSABLE = (
    *("can't parse entities", "entity_", "entities_too_long"),
    *("rich_message_", "rich_validate_", "rich message"),
)
"""400s that plain text would not get; the rights to send rich messages are among them."""
NO_FILES = ("rights to send documents", "chat_send_docs_forbidden")
"""400s that say that this chat takes no files, while it can be written to."""

NO_TOPIC = ("message thread not found", "topic_deleted", "topic_id_invalid")
"""400s that say that the chat is there, but not that topic of it."""

FLOOD_DEFAULT = 30.0
"""Seconds of silence after a 429 that names none."""


class NeverConnected(TelegramNetworkError):
    """The connection failed before the request was written."""


class WebhookActive(PollConflict):
    """Somebody set a webhook, so that polling is forbidden until it is deleted."""


def translate(error: Exception) -> TelegramError:
    """Say in our words what a failed Bot API call means.

    The texts are made of Telegram's descriptions and class names only: an exception's own text
    may hold the address with the token, or a user's message.
    """
    match error:
        case TelegramError():
            return error
        case TelegramRetryAfter():
            return FloodWait(retry_after=float(error.retry_after))
        case TelegramMigrateToChat():
            return ChatMoved(new_chat_id=error.migrate_to_chat_id)
        case TelegramNotFound() if "method not found" in error.message.lower():
            # A Bot API server of one's own that is older than the method.
            return MessageRefused(error.message)
        case TelegramUnauthorizedError() | TelegramNotFound():
            return TokenRevoked(f"Telegram does not accept this bot's token: {error.message}")
        case TelegramForbiddenError():
            return ChatGone(error.message)
        case TelegramConflictError():
            return _conflict(error.message)
        case TelegramEntityTooLarge():  # a network error by its class, a 413 in fact
            return MessageRefused(error.message)
        case TelegramNetworkError():
            return _network(error)
        case TelegramServerError():
            return InDoubt(f"Telegram is in trouble: {error.message}")
        case TelegramBadRequest():
            return _refused(error.message)
        case TelegramAPIError():
            return _refused(error.message or "")
        case ClientDecodeError():
            return InDoubt("Telegram's answer cannot be read")
    logger.opt(exception=error).error("the Bot API client raised something unexpected")
    return InDoubt(f"unexpected {type(error).__name__}")


def code_of(error: BaseException) -> str:
    """The short name of what ended a call, for whoever counts calls."""
    if isinstance(error, KotodomError):
        return error.code
    if isinstance(error, AiogramError):
        return translate(error).code
    return "cancelled" if isinstance(error, asyncio.CancelledError) else "internal"


def _conflict(description: str) -> PollConflict:
    """Who else takes the updates: all three texts that concern a webhook name it."""
    if "webhook" in description.lower():
        return WebhookActive(f"a webhook takes this bot's updates: {description}")
    return PollConflict(f"another program polls for this bot: {description}")


def _network(error: TelegramNetworkError) -> TelegramError:
    cause = error.__cause__
    what = type(cause if cause is not None else error).__name__
    if isinstance(cause, ClientConnectorError):
        what = f"{what} {cause.host}:{cause.port}"
    if isinstance(error, NeverConnected) or isinstance(cause, BEFORE_SENDING):
        return NotSent(f"Telegram cannot be reached: {what}")
    return InDoubt(f"the connection to Telegram failed: {what}")


def _refused(description: str) -> TelegramError:
    text = description.lower()
    if "too many requests" in text:
        named = re.search(r"retry after (\d+)", text)
        return FloodWait(retry_after=float(named[1]) if named else FLOOD_DEFAULT)
    if "logged out" in text:
        return TokenRevoked("this bot was logged out of the Bot API server")
    if any(phrase in text for phrase in UNPARSABLE):
        return EntitiesRefused(description)
    if any(phrase in text for phrase in NO_TOPIC):
        return TopicGone(description)
    if any(phrase in text for phrase in NO_FILES):
        return MessageRefused(description)
    if any(phrase in text for phrase in GONE):
        return ChatGone(description)
    return MessageRefused(description)
