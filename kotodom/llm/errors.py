"""What went wrong at the provider, in our own words: every vendor error becomes a ProviderError.

:func:`translate` takes an exception of the SDK or of its HTTP client, :func:`from_payload` an
error that came inside a stream; what the provider said ends in :func:`_judge`, which decides. Its
own words may quote people's, so they are only in the log, at DEBUG (:mod:`kotodom.llm.saying`).

================================================  ====================  =========
what the provider says                            error                 kind
================================================  ====================  =========
quota, credit or spend limit used up (any status)  AccountError          FATAL
401, 402, 403; ``model_not_found`` (any status)   AccountError          FATAL
a key or an address that no request can carry     CannotCall            FATAL
429, ``rate_limit_exceeded``, ``slow_down``       RateLimited           RETRYABLE
408, 409, 5xx, ``server_error``, no connection    ProviderUnavailable   RETRYABLE
a timeout                                         ProviderTimeout       RETRYABLE
unreadable or unfinished stream, unknown error    StreamBroken          RETRYABLE
400, 404, 422, other 4xx, policy and input codes  RequestRefused        TERMINAL
pictures sent; "image input is not supported"     PicturesRefused       TERMINAL
================================================  ====================  =========
"""

import math
import os
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from loguru import logger

from kotodom.errors import (
    AccountError,
    PicturesRefused,
    ProviderError,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    RequestRefused,
    StreamBroken,
)
from kotodom.llm import saying

QUOTA = frozenset(
    {
        "insufficient_quota",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
    }
)
"""Types and codes that mean: no money left (OpenAI, error codes guide)."""

RATE = frozenset({"rate_limit_exceeded", "slow_down"})
"""Codes that mean: too fast (OpenAI, error codes guide)."""

TROUBLE = frozenset({"server_error", "server_is_overloaded", "vector_store_timeout"})
"""Codes that mean: the provider's own fault (SDK, response_error.py; error codes guide)."""

REFUSED = frozenset(
    {
        "context_length_exceeded",
        "unsupported_parameter",
        "previous_response_not_found",
        "invalid_prompt",
        "data_residency_mismatch",
        "bio_policy",
        "misalignment_policy_violation",
        "invalid_image",
        "invalid_image_format",
        "invalid_base64_image",
        "invalid_image_url",
        "image_too_large",
        "image_too_small",
        "image_parse_error",
        "image_content_policy_violation",
        "invalid_image_mode",
        "image_file_too_large",
        "unsupported_image_media_type",
        "empty_image_file",
        "failed_to_download_image",
        "image_file_not_found",
    }
)
"""Codes that mean: this question will never be answered (SDK, response_error.py; error guide)."""

UNKNOWN_MODEL = "model_not_found"
"""Seen with 404 and with 400: the code counts, not the status."""
UNREACHABLE = "unreachable"
"""Our own: no server was heard at all."""
NO_PROVIDER = "no_provider"
"""Our own: something else answers there."""

NO_MONEY = "The provider account has no money or quota left"
KEY_REFUSED = "The provider does not accept the API key"
"""How these errors begin: servers agree neither on a status nor on a code for them."""


class CannotCall(AccountError):
    """The provider cannot be called at all; the message ends with what to do about it."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """An error as the provider told it, whichever way it came."""

    status: int | None
    code: str
    type: str
    message: str
    param: str = ""
    retry_after: float | None = None
    pictured: bool = False
    """Pictures were sent."""

    def named(self, names: frozenset[str]) -> bool:
        """Whether code or type is one of *names*."""
        return self.code in names or self.type in names


def translate(
    error: BaseException,
    *,
    now: int,
    secrets: Iterable[str] = (),
    pictured: bool = False,
    quoting: bool = True,
) -> ProviderError | None:
    """The ProviderError that *error* means; None when it is no error of the provider's.

    *now* is wall time in milliseconds (Retry-After may be a date); *secrets* never appear in the
    message, even when the provider repeats them. *pictured*: pictures were sent. Without *quoting*
    nothing that a person wrote was sent, so the provider's own words may be told.
    """
    import aiohttp
    import anyio
    import httpx2
    import openai

    if isinstance(error, ProviderError):
        return error
    if _malformed(error):
        return cannot_call(error)
    if isinstance(error, openai.APIStatusError):
        return _judge(_from_status(error, now, pictured), secrets, quoting)
    if isinstance(error, openai.APIConnectionError):
        if _timed_out(error, openai.APITimeoutError):
            return ProviderTimeout(f"The provider did not answer in time ({_root_name(error)})")
        return ProviderUnavailable(
            f"The provider cannot be reached ({_reason(error)})", vendor_code=UNREACHABLE
        )
    if isinstance(error, openai.APIResponseValidationError):
        return StreamBroken("The provider sent something unreadable")
    if isinstance(error, openai.APIError):
        return from_payload(error.body, secrets=secrets, message=error.message, pictured=pictured)
    if isinstance(error, (openai.LengthFinishReasonError, openai.ContentFilterFinishReasonError)):
        return RequestRefused("The provider cut its answer off")
    if isinstance(error, _websocket_errors()):
        return ProviderUnavailable("The connection to the provider broke off")
    if isinstance(error, (openai.OpenAIError, openai.InvalidWebhookSignatureError)):
        return AccountError(f"The provider cannot be called: {saying.clean(str(error), secrets)}")
    if isinstance(error, httpx2.HTTPError) and _timed_out(error, httpx2.TimeoutException):
        return ProviderTimeout(f"The provider did not answer in time ({_root_name(error)})")
    lost = (anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError)
    if isinstance(
        error, (httpx2.HTTPError, httpx2.StreamError, aiohttp.ClientError, OSError, *lost)
    ):
        return StreamBroken(f"The provider's stream broke off ({_root_name(error)})")
    return None


def cannot_call(error: BaseException) -> CannotCall:
    """The ProviderError for a call that did not even leave this machine because of *error*.

    The SDK does not wrap what goes wrong before it sends: it comes as whatever the HTTP client or
    Python itself raised. Its text may quote the key, so only its name is told.
    """
    return CannotCall(
        f"The provider cannot be called ({_root_name(error)}): look for a character that does not "
        "belong there in openai.api_key, openai.base_url and openai.proxy"
    )


def _malformed(error: BaseException) -> bool:
    """Whether *error*, or what caused it, says that key or address cannot be put into a request."""
    import aiohttp
    import httpx2

    kinds = (
        UnicodeEncodeError,
        httpx2.InvalidURL,
        httpx2.UnsupportedProtocol,
        httpx2.LocalProtocolError,
        aiohttp.InvalidURL,
        aiohttp.NonHttpUrlClientError,
    )
    cause: BaseException | None = error
    while cause is not None:
        # The idna codec raises the plain class; bytes that cannot be decoded came from outside.
        if isinstance(cause, kinds) or type(cause) is UnicodeError:
            return True
        cause = cause.__cause__
    return False


def from_payload(
    payload: Any, *, secrets: Iterable[str] = (), message: str = "", pictured: bool = False
) -> ProviderError:
    """The ProviderError that an error inside a stream means.

    *payload* is the error object itself: the flat ``error`` event, the ``error`` of a nested one
    or of a failed response. Anything unreadable is a broken stream.
    """
    body = payload if isinstance(payload, Mapping) else {}
    kind = _text(body, "type")
    fault = _Fault(
        status=None,
        code=_text(body, "code"),
        # The flat event's type says only that it is an error event.
        type="" if kind == "error" else kind,
        message=_text(body, "message") or message,
        param=_text(body, "param"),
        pictured=pictured,
    )
    return _judge(fault, secrets)


def _websocket_errors() -> tuple[type[Exception], ...]:
    import openai

    return (openai.WebSocketConnectionClosedError, openai.WebSocketQueueFullError)


def _judge(fault: _Fault, secrets: Iterable[str], quoting: bool = True) -> ProviderError:
    """Decide what *fault* means; the table at the top of this file in code."""
    status = fault.status
    kind: type[ProviderError]
    if fault.named(QUOTA) or status == 402:
        kind, words = AccountError, NO_MONEY
    elif fault.code == UNKNOWN_MODEL:
        kind, words = AccountError, "The provider does not know this model"
    elif status == 401 or fault.code == "invalid_api_key":
        kind, words = AccountError, KEY_REFUSED
    elif status == 403:
        kind, words = AccountError, "The provider denies access"
    elif fault.code == "context_length_exceeded":
        kind, words = RequestRefused, "The conversation is too long for the model"
    elif fault.code in REFUSED:
        kind, words = RequestRefused, "The provider refused this question"
    elif fault.pictured and saying.takes_no_pictures(fault.message):
        kind, words = PicturesRefused, "The provider refused this question"
    elif status == 429 or fault.named(RATE):
        kind, words = RateLimited, "The provider asks to slow down"
    elif fault.pictured and status in (500, 501) and saying.about_pictures(fault.message):
        kind, words = RequestRefused, "The provider refused this question"
    elif status in (408, 409) or (status or 0) >= 500 or fault.named(TROUBLE):
        kind, words = ProviderUnavailable, "The provider is in trouble"
    elif status is not None:
        kind, words = RequestRefused, "The provider refused this question"
    else:
        kind, words = StreamBroken, "The provider reported an error"
    labels = map(saying.label, (fault.code or fault.type, fault.param))
    named = " ".join(filter(None, (str(status or ""), *labels)))
    said = saying.clean(fault.message, secrets)
    logger.debug("the provider said: {}", said)
    if quoting:
        said = saying.told(said)
    message = (
        words
        + (f" ({saying.clean(named, secrets)})" if named else "")
        + (f": {said}" if said else "")
    )
    code = saying.label(fault.code or fault.type)
    return kind(message, retry_after=fault.retry_after, vendor_code=code)


def _from_status(error: Any, now: int, pictured: bool) -> _Fault:
    """Read an ``APIStatusError``; a body that is not JSON (a proxy's HTML page) says nothing."""
    body = error.body if isinstance(error.body, Mapping) else {}
    return _Fault(
        status=error.status_code,
        code=_text(body, "code"),
        type=_text(body, "type"),
        message=_text(body, "message"),
        param=_text(body, "param"),
        pictured=pictured,
        retry_after=retry_after(error.response.headers, now),
    )


def retry_after(headers: Mapping[str, str], now: int) -> float | None:
    """Seconds that the headers ask to wait; None when they say nothing usable.

    ``retry-after-ms`` wins over ``retry-after``, which is seconds or an HTTP date.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "")
        try:
            seconds = float(value) * unit
        except ValueError:
            continue
        if math.isfinite(seconds) and seconds >= 0:
            return seconds
    try:
        at = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(at.timestamp() - now / 1000, 0.0)


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    return str(value) if isinstance(value, (str, int)) else ""


def _root(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _root_name(error: BaseException) -> str:
    return type(_root(error)).__name__


def _reason(error: BaseException) -> str:
    """What a person understands of a connection that could not be made, else the error's name."""
    root = _root(error)
    if isinstance(root, ssl.SSLCertVerificationError):
        return "its certificate is not trusted: is the clock of this machine right?"
    if isinstance(root, socket.gaierror):
        return root.strerror or "its name is not known"
    if isinstance(root, OSError) and root.errno and not isinstance(root, ssl.SSLError):
        return os.strerror(root.errno)  # asyncio puts the address into its own text
    return type(root).__name__


def _timed_out(error: BaseException, timeouts: type[BaseException]) -> bool:
    """Whether *error* really is one of *timeouts*.

    The SDK's aiohttp transport calls every lost connection a timeout; the first cause knows better.
    """
    root = _root(error)
    return isinstance(error, timeouts) and (root is error or isinstance(root, TimeoutError))
