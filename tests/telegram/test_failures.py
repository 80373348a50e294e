"""Every exception the Bot API client can raise has one meaning in our words."""

import inspect
import ssl
from unittest.mock import sentinel

import aiohttp
import pytest
from aiogram import exceptions as vendor
from aiohttp.client_reqrep import ConnectionKey

from kotodom import errors
from kotodom.telegram.failures import NeverConnected, WebhookActive, translate
from kotodom.telegram.methods import GetMe

METHOD = GetMe()
KEY = ConnectionKey("api.telegram.org", 443, True, True, None, None, None)
REQUEST_INFO: aiohttp.RequestInfo = sentinel.request_info
TOKEN = "123456789:AAHsecretsecretsecretsecretsecretse"
URL = f"https://api.telegram.org/bot{TOKEN}/getMe"


def network(cause: BaseException | None) -> vendor.TelegramNetworkError:
    error = vendor.TelegramNetworkError(METHOD, f"failed at {URL}")
    error.__cause__ = cause
    return error


def bad(description: str) -> vendor.TelegramBadRequest:
    return vendor.TelegramBadRequest(METHOD, f"Bad Request: {description}")


BY_CLASS: dict[type[Exception], tuple[Exception, type[errors.TelegramError]]] = {
    vendor.TelegramAPIError: (
        vendor.TelegramAPIError(METHOD, "Method Not Allowed"),
        errors.MessageRefused,
    ),
    vendor.TelegramNetworkError: (network(None), errors.InDoubt),
    vendor.TelegramRetryAfter: (
        vendor.TelegramRetryAfter(METHOD, "Too Many Requests: retry after 7", 7),
        errors.FloodWait,
    ),
    vendor.TelegramMigrateToChat: (
        vendor.TelegramMigrateToChat(METHOD, "upgraded", -100123),
        errors.ChatMoved,
    ),
    vendor.TelegramBadRequest: (bad("message text is empty"), errors.MessageRefused),
    vendor.TelegramNotFound: (vendor.TelegramNotFound(METHOD, "Not Found"), errors.TokenRevoked),
    vendor.TelegramConflictError: (
        vendor.TelegramConflictError(METHOD, "Conflict: terminated by other getUpdates request"),
        errors.PollConflict,
    ),
    vendor.TelegramUnauthorizedError: (
        vendor.TelegramUnauthorizedError(METHOD, "Unauthorized"),
        errors.TokenRevoked,
    ),
    vendor.TelegramForbiddenError: (
        vendor.TelegramForbiddenError(METHOD, "Forbidden: bot was blocked by the user"),
        errors.ChatGone,
    ),
    vendor.TelegramServerError: (
        vendor.TelegramServerError(METHOD, "Internal Server Error"),
        errors.InDoubt,
    ),
    vendor.RestartingTelegram: (
        vendor.RestartingTelegram(METHOD, "Internal Server Error: restart"),
        errors.InDoubt,
    ),
    vendor.TelegramEntityTooLarge: (
        vendor.TelegramEntityTooLarge(METHOD, "Request Entity Too Large"),
        errors.MessageRefused,
    ),
    vendor.ClientDecodeError: (
        vendor.ClientDecodeError("Failed", ValueError("x"), "<html>a user's secret</html>"),
        errors.InDoubt,
    ),
    # Of aiogram's own making: nothing says that the call had no effect.
    vendor.AiogramError: (vendor.AiogramError(), errors.InDoubt),
    vendor.DetailedAiogramError: (vendor.DetailedAiogramError("x"), errors.InDoubt),
    vendor.CallbackAnswerException: (vendor.CallbackAnswerException(), errors.InDoubt),
    vendor.SceneException: (vendor.SceneException(), errors.InDoubt),
    vendor.UnsupportedKeywordArgument: (vendor.UnsupportedKeywordArgument("x"), errors.InDoubt),
    vendor.DataNotDictLikeError: (vendor.DataNotDictLikeError("x"), errors.InDoubt),
}


def test_the_table_names_every_exception_of_aiogram() -> None:
    classes = {
        thing
        for _, thing in inspect.getmembers(vendor, inspect.isclass)
        if issubclass(thing, Exception) and thing.__module__ == vendor.__name__
    }
    assert classes == set(BY_CLASS)


@pytest.mark.parametrize("kind", BY_CLASS, ids=lambda kind: kind.__name__)
def test_every_exception_of_aiogram_is_translated(kind: type[Exception]) -> None:
    error, expected = BY_CLASS[kind]
    assert type(error) is kind
    assert type(translate(error)) is expected


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (aiohttp.ClientConnectorError(KEY, OSError(111, "refused")), errors.NotSent),
        (aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "no name")), errors.NotSent),
        (aiohttp.ClientProxyConnectionError(KEY, OSError(111, "refused")), errors.NotSent),
        (aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError(1, "handshake")), errors.NotSent),
        (
            aiohttp.ClientConnectorCertificateError(KEY, ssl.CertificateError("expired")),
            errors.NotSent,
        ),
        (aiohttp.ClientHttpProxyError(REQUEST_INFO, (), status=407), errors.NotSent),
        (aiohttp.ConnectionTimeoutError(f"to {URL}"), errors.NotSent),
        (aiohttp.InvalidURL(URL), errors.NotSent),
        (aiohttp.NonHttpUrlClientError(URL), errors.NotSent),
        (aiohttp.SocketTimeoutError(f"reading {URL}"), errors.InDoubt),
        (aiohttp.ServerTimeoutError(), errors.InDoubt),
        (TimeoutError(), errors.InDoubt),
        (aiohttp.ServerDisconnectedError(), errors.InDoubt),
        (aiohttp.ClientOSError(104, "reset"), errors.InDoubt),
        (aiohttp.ClientConnectionResetError(), errors.InDoubt),
        (aiohttp.ClientPayloadError("cut off"), errors.InDoubt),
        (aiohttp.ClientResponseError(REQUEST_INFO, (), status=400), errors.InDoubt),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.__name__,
)
def test_only_what_fails_before_the_request_is_written_was_surely_not_sent(
    cause: Exception, expected: type[errors.TelegramError]
) -> None:
    failure = translate(network(cause))
    assert type(failure) is expected
    assert type(cause).__name__ in str(failure)


def test_a_proxy_that_cannot_be_passed_means_not_sent() -> None:
    assert type(translate(NeverConnected(METHOD, "ProxyError"))) is errors.NotSent


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("can't parse entities: Can't find end of the entity", errors.EntitiesRefused),
        ("ENTITY_BOUNDS_INVALID", errors.EntitiesRefused),
        ("chat not found", errors.ChatGone),
        ("PEER_ID_INVALID", errors.ChatGone),
        ("user is deactivated", errors.ChatGone),
        ("not enough rights to send text messages to the chat", errors.ChatGone),
        ("Logged out", errors.TokenRevoked),
        ("Too Many Requests: retry after 12", errors.FloodWait),
        ("message is too long", errors.MessageRefused),
        ("message thread not found", errors.TopicGone),
        ("TOPIC_DELETED", errors.TopicGone),
        ("message is not modified", errors.MessageRefused),
    ],
)
def test_a_refusal_is_told_by_telegrams_words(
    description: str, expected: type[errors.TelegramError]
) -> None:
    failure = translate(bad(description))
    assert type(failure) is expected


@pytest.mark.parametrize(
    ("description", "expected", "says"),
    [
        ("terminated by other getUpdates request", errors.PollConflict, "another program polls"),
        ("terminated by setWebhook request", WebhookActive, "a webhook takes"),
        ("can't use getUpdates method while webhook is active", WebhookActive, "a webhook takes"),
    ],
)
def test_a_conflict_says_whether_it_is_another_poller_or_a_webhook(
    description: str, expected: type[errors.PollConflict], says: str
) -> None:
    failure = translate(vendor.TelegramConflictError(METHOD, f"Conflict: {description}"))
    assert type(failure) is expected
    assert str(failure).startswith(says)
    assert description in str(failure)
    assert failure.code == errors.PollConflict.code


def test_what_telegram_names_is_kept() -> None:
    flood = translate(BY_CLASS[vendor.TelegramRetryAfter][0])
    assert flood.retry_after == 7.0
    moved = translate(BY_CLASS[vendor.TelegramMigrateToChat][0])
    assert isinstance(moved, errors.ChatMoved)
    assert moved.new_chat_id == -100123
    assert translate(bad("Too Many Requests: retry after 12")).retry_after == 12.0
    assert translate(bad("Too Many Requests")).retry_after
    assert "blocked by the user" in str(translate(BY_CLASS[vendor.TelegramForbiddenError][0]))


def test_our_own_errors_stay_as_they_are() -> None:
    error = errors.FloodWait(retry_after=3)
    assert translate(error) is error


def test_no_token_and_no_users_text_appears() -> None:
    causes = [aiohttp.InvalidURL(URL), aiohttp.SocketTimeoutError(URL), RuntimeError(URL)]
    failures = [translate(network(cause)) for cause in causes]
    failures += [translate(error) for error, _ in BY_CLASS.values()]
    for failure in failures:
        assert TOKEN not in f"{failure} {failure!r}"
        assert "user's secret" not in f"{failure} {failure!r}"
