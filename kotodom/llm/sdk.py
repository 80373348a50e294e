"""The OpenAI SDK's client, built so that nothing but our arguments decides how it behaves.

Importing the SDK takes a moment and some memory (see :mod:`kotodom.llm.lean`), so it is imported
on first use.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from kotodom import tls
from kotodom.llm.lean import import_openai

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

_NO_KEY = "none"
"""Servers of one's own ask for no key, but the SDK insists on one."""

_CONNECT_TIMEOUT = 5.0
"""Seconds for a connection; the SDK's own default."""

_IDLE_CONNECTIONS = 100
_IDLE_SECONDS = 30.0
"""Between two questions of a conversation the connection stays, which saves a TLS handshake."""


def build_client(*, api_key: str, base_url: str, proxy: str, timeout: float) -> "AsyncOpenAI":
    """Import the SDK and build a client; blocks for a second the first time.

    *timeout* bounds writing only: whoever reads has deadlines of their own. Raises ImportError
    for a SOCKS proxy without the socksio package, and ValueError for an unusable proxy address.
    """
    # The SDK fills what is left out from OPENAI_* and always adds OPENAI_CUSTOM_HEADERS, which no
    # argument can prevent.
    with _hidden_environment("OPENAI_"):
        import_openai()
        import httpx2
        from openai import AsyncOpenAI

        return AsyncOpenAI(
            api_key=api_key or _NO_KEY,
            admin_api_key=None,
            workload_identity=None,
            organization=None,
            project=None,
            webhook_secret=None,
            provider=None,
            base_url=base_url,
            data_residency=None,
            websocket_base_url=None,
            timeout=httpx2.Timeout(
                connect=min(_CONNECT_TIMEOUT, timeout), read=None, write=timeout, pool=timeout
            ),
            max_retries=0,
            default_headers=None,
            default_query=None,
            http_client=_http_client(proxy),
        )


def _http_client(proxy: str) -> "httpx2.AsyncClient":
    """The SDK's client over aiohttp, or over httpcore where there is a proxy.

    A stream of 300 pieces costs aiohttp, whose parser is C, under half the CPU it costs httpcore;
    but aiohttp knows no SOCKS, and the SDK's way to its proxy passwords is deprecated.
    """
    import httpx2
    from openai import DefaultAioHttpClient, DefaultAsyncHttpxClient

    client = DefaultAsyncHttpxClient if proxy else DefaultAioHttpClient
    return client(
        proxy=proxy or None,
        # No proxies from the environment, but the machine's certificates (SSL_CERT_FILE).
        trust_env=False,
        verify=tls.context(),
        limits=httpx2.Limits(
            # Unlimited, in the words of either; how much is in work is the core's decision.
            max_connections=None if proxy else 0,
            max_keepalive_connections=_IDLE_CONNECTIONS,
            keepalive_expiry=_IDLE_SECONDS,
        ),
    )


@contextmanager
def _hidden_environment(prefix: str) -> Iterator[None]:
    """Take the variables that begin with *prefix* out of the environment for a moment."""
    hidden = {name: value for name, value in os.environ.items() if name.startswith(prefix)}
    for name in hidden:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(hidden)


def _signed(headers: dict[str, str], api_key: str) -> dict[str, str]:
    """The headers of one request: with a key of its own, or (empty) with the client's."""
    return {**headers, "Authorization": f"Bearer {api_key}"} if api_key else headers


async def open_stream(
    client: "AsyncOpenAI", body: dict[str, Any], *, api_key: str = ""
) -> "httpx2.Response":
    """Send a Responses request and return the raw response, its body not yet read.

    With *api_key* it goes over the same connections, but that account pays for it. Raises what the
    SDK raises; a status of 400 or more is an ``APIStatusError``.
    """
    import httpx2
    from openai import AsyncStream

    response = await client.post(
        "/responses",
        # The SDK hands a response through untouched when it is asked for this class.
        cast_to=httpx2.Response,
        body=body,
        options={"headers": _signed({"Accept": "text/event-stream"}, api_key)},
        stream=True,
        stream_cls=AsyncStream[Any],
    )
    return cast("httpx2.Response", response)


async def post_file(
    client: "AsyncOpenAI",
    path: str,
    fields: dict[str, str],
    file: tuple[str, bytes, str],
    *,
    api_key: str = "",
) -> "httpx2.Response":
    """Send a form with *file* (name, bytes, MIME type); return the response, its body not yet read.

    Raises what the SDK raises; a status of 400 or more is an ``APIStatusError``.
    """
    import httpx2
    from openai import AsyncStream

    response = await client.post(
        path,
        cast_to=httpx2.Response,
        body=fields,
        files={"file": file},
        # The SDK makes the form's own header of it, with the boundary.
        options={"headers": _signed({"Content-Type": "multipart/form-data"}, api_key)},
        stream=True,
        stream_cls=AsyncStream[Any],
    )
    return cast("httpx2.Response", response)


async def get(client: "AsyncOpenAI", path: str) -> "httpx2.Response":
    """GET *path* and return the whole response; raises what the SDK raises."""
    import httpx2

    return await client.get(path, cast_to=httpx2.Response)
