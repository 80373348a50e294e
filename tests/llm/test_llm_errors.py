"""Every exception of the SDK and every error code becomes one of ours."""

import inspect
import json

import httpx2
import openai
import pytest
from openai import _exceptions as vendor
from provider_kit import KEY

from kotodom.errors import (
    AccountError,
    ErrorKind,
    ProviderTimeout,
    ProviderUnavailable,
    RateLimited,
    RequestRefused,
    StreamBroken,
)
from kotodom.llm.errors import from_payload, retry_after, translate

NOW = 1_764_000_000_000
REQUEST = httpx2.Request("POST", "http://provider/v1/responses")


def response(status, headers=None):
    return httpx2.Response(status, request=REQUEST, headers=headers or {})


def status_error(status, *, code=None, type="x_error", message="because", headers=None):
    body = {"message": message, "type": type, "param": None, "code": code}
    classes = {
        400: openai.BadRequestError,
        401: openai.AuthenticationError,
        403: openai.PermissionDeniedError,
        404: openai.NotFoundError,
        409: openai.ConflictError,
        422: openai.UnprocessableEntityError,
        429: openai.RateLimitError,
    }
    fallback = openai.InternalServerError if status >= 500 else openai.APIStatusError
    return classes.get(status, fallback)(message, response=response(status, headers), body=body)


def plain(cls, status):
    return cls("because", response=response(status), body=None)


EVERY_CLASS = {
    "OpenAIError": (lambda: openai.OpenAIError("no key"), AccountError),
    "SubjectTokenProviderError": (lambda: vendor.SubjectTokenProviderError("no"), AccountError),
    "APIError": (lambda: openai.APIError("no", REQUEST, body=None), StreamBroken),
    "APIResponseValidationError": (
        lambda: openai.APIResponseValidationError(response(200), None),
        StreamBroken,
    ),
    "APIStatusError": (lambda: plain(openai.APIStatusError, 418), RequestRefused),
    "APIConnectionError": (
        lambda: openai.APIConnectionError(request=REQUEST),
        ProviderUnavailable,
    ),
    "APITimeoutError": (lambda: openai.APITimeoutError(REQUEST), ProviderTimeout),
    "BadRequestError": (lambda: plain(openai.BadRequestError, 400), RequestRefused),
    "AuthenticationError": (lambda: plain(openai.AuthenticationError, 401), AccountError),
    "OAuthError": (lambda: openai.OAuthError(response=response(401), body=None), AccountError),
    "PermissionDeniedError": (lambda: plain(openai.PermissionDeniedError, 403), AccountError),
    "NotFoundError": (lambda: plain(openai.NotFoundError, 404), RequestRefused),
    "ConflictError": (lambda: plain(openai.ConflictError, 409), ProviderUnavailable),
    "UnprocessableEntityError": (
        lambda: plain(openai.UnprocessableEntityError, 422),
        RequestRefused,
    ),
    "RateLimitError": (lambda: plain(openai.RateLimitError, 429), RateLimited),
    "InternalServerError": (lambda: plain(openai.InternalServerError, 500), ProviderUnavailable),
    "LengthFinishReasonError": (
        lambda: vendor.LengthFinishReasonError(completion=type("C", (), {"usage": None})()),
        RequestRefused,
    ),
    "ContentFilterFinishReasonError": (
        lambda: vendor.ContentFilterFinishReasonError(),
        RequestRefused,
    ),
    "InvalidWebhookSignatureError": (
        lambda: openai.InvalidWebhookSignatureError("no"),
        AccountError,
    ),
    "WebSocketConnectionClosedError": (
        lambda: openai.WebSocketConnectionClosedError("no", unsent_messages=[]),
        ProviderUnavailable,
    ),
    "WebSocketQueueFullError": (lambda: openai.WebSocketQueueFullError("no"), ProviderUnavailable),
}


def vendor_classes():
    """The names of all exceptions that the SDK defines or exports."""
    found = {name for name, value in vars(vendor).items() if is_exception(value)}
    return found | {name for name in openai.__all__ if is_exception(getattr(openai, name))}


def is_exception(value):
    return inspect.isclass(value) and issubclass(value, Exception)


def test_no_exception_class_of_the_sdk_is_forgotten():
    assert vendor_classes() == set(EVERY_CLASS)


@pytest.mark.parametrize("name", EVERY_CLASS)
def test_every_exception_class_is_translated(name):
    build, expected = EVERY_CLASS[name]
    assert type(translate(build(), now=NOW)) is expected


STATUS_TABLE = [
    (400, None, RequestRefused),
    (400, "context_length_exceeded", RequestRefused),
    (400, "unsupported_parameter", RequestRefused),
    (400, "previous_response_not_found", RequestRefused),
    (400, "invalid_prompt", RequestRefused),
    (400, "model_not_found", AccountError),
    (404, "model_not_found", AccountError),
    (404, None, RequestRefused),
    (401, "invalid_api_key", AccountError),
    (402, None, AccountError),
    (403, "unsupported_country_region_territory", AccountError),
    (405, None, RequestRefused),
    (408, None, ProviderUnavailable),
    (409, None, ProviderUnavailable),
    (413, None, RequestRefused),
    (422, None, RequestRefused),
    (429, None, RateLimited),
    (429, "rate_limit_exceeded", RateLimited),
    (429, "slow_down", RateLimited),
    (429, "insufficient_quota", AccountError),
    (429, "credit_balance_exhausted", AccountError),
    (429, "organization_spend_limit_exceeded", AccountError),
    (429, "project_spend_limit_exceeded", AccountError),
    (429, "organization_usage_limit_exceeded", AccountError),
    (500, "server_error", ProviderUnavailable),
    (502, None, ProviderUnavailable),
    (503, "server_is_overloaded", ProviderUnavailable),
    (503, "slow_down", RateLimited),
    (504, None, ProviderUnavailable),
    (529, None, ProviderUnavailable),
]


@pytest.mark.parametrize(("status", "code", "expected"), STATUS_TABLE)
def test_every_status_and_code(status, code, expected):
    error = translate(status_error(status, code=code), now=NOW)
    assert type(error) is expected
    assert error.vendor_code == (code or "x_error")


def test_quota_is_known_by_its_type_alone():
    """The code may be new; the type insufficient_quota still says that there is no money."""
    error = translate(status_error(429, code="brand_new", type="insufficient_quota"), now=NOW)
    assert type(error) is AccountError
    assert error.kind is ErrorKind.FATAL


PAYLOAD_TABLE = {
    "server_error": ProviderUnavailable,
    "rate_limit_exceeded": RateLimited,
    "invalid_prompt": RequestRefused,
    "data_residency_mismatch": RequestRefused,
    "bio_policy": RequestRefused,
    "misalignment_policy_violation": RequestRefused,
    "vector_store_timeout": ProviderUnavailable,
    "invalid_image": RequestRefused,
    "invalid_image_format": RequestRefused,
    "invalid_base64_image": RequestRefused,
    "invalid_image_url": RequestRefused,
    "image_too_large": RequestRefused,
    "image_too_small": RequestRefused,
    "image_parse_error": RequestRefused,
    "image_content_policy_violation": RequestRefused,
    "invalid_image_mode": RequestRefused,
    "image_file_too_large": RequestRefused,
    "unsupported_image_media_type": RequestRefused,
    "empty_image_file": RequestRefused,
    "failed_to_download_image": RequestRefused,
    "image_file_not_found": RequestRefused,
}


def test_no_response_error_code_of_the_sdk_is_forgotten():
    from typing import get_args

    from openai.types.responses import ResponseError

    assert set(get_args(ResponseError.model_fields["code"].annotation)) == set(PAYLOAD_TABLE)


@pytest.mark.parametrize("code", PAYLOAD_TABLE)
def test_every_response_error_code(code):
    error = from_payload({"code": code, "message": "because"})
    assert type(error) is PAYLOAD_TABLE[code]
    assert error.vendor_code == code


@pytest.mark.parametrize("code", ["insufficient_quota", "credit_balance_exhausted"])
def test_quota_inside_a_stream_is_fatal(code):
    assert type(from_payload({"type": "error", "code": code})) is AccountError


@pytest.mark.parametrize("payload", [None, "text", [], {}, {"type": "error"}, {"code": ["x"]}])
def test_an_unreadable_error_is_a_broken_stream(payload):
    assert type(from_payload(payload)) is StreamBroken


def test_the_transport_decides_what_a_lost_connection_was():
    """The SDK's aiohttp transport calls every lost connection a timeout."""

    def lost(root):
        error = openai.APITimeoutError(REQUEST)
        error.__cause__ = httpx2.ConnectTimeout("lost")
        error.__cause__.__cause__ = root
        return error

    assert type(translate(lost(TimeoutError()), now=NOW)) is ProviderTimeout
    assert type(translate(lost(ConnectionResetError()), now=NOW)) is ProviderUnavailable


def test_what_is_no_error_of_the_provider_is_left_alone():
    assert translate(ZeroDivisionError(), now=NOW) is None


@pytest.mark.parametrize(
    "cls", [httpx2.ReadError, httpx2.RemoteProtocolError, httpx2.DecodingError]
)
def test_a_broken_body_is_a_broken_stream(cls):
    assert type(translate(cls("gone"), now=NOW)) is StreamBroken


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": "Mon, 24 Nov 2025 16:00:30 GMT"}, 30.0),
        ({"retry-after": "Mon, 24 Nov 2025 15:00:00 GMT"}, 0.0),
    ],
)
def test_retry_after_in_all_its_forms(headers, seconds):
    assert retry_after(headers, NOW) == seconds
    assert translate(status_error(429, headers=headers), now=NOW).retry_after == seconds


@pytest.mark.parametrize(
    "said",
    [
        f"Incorrect API key provided: {KEY}.",
        "Incorrect API key provided: sk-proj-****ghij.",
        "the key my-own-secret is wrong",
        json.dumps({"Authorization": f"Bearer {KEY}"}),
        "proxy http://me:my-own-secret@proxy:3128 refused",
    ],
)
def test_no_key_ever_reaches_a_message(said):
    error = translate(status_error(401, message=said), now=NOW, secrets=(KEY, "my-own-secret"))
    for part in (KEY, "ghij", "my-own-secret"):
        assert part not in str(error) + repr(error)


def test_messages_are_short_and_on_one_line():
    error = translate(status_error(400, message="line\n" * 1_000), now=NOW)
    assert "\n" not in str(error)
    assert len(str(error)) < 300


def test_a_web_page_is_no_message():
    page = openai.BadRequestError("<html>", response=response(400), body="<html>no</html>")
    assert "<" not in str(translate(page, now=NOW))
