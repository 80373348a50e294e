"""One HTTP session for all bots: one connection pool, one TLS context, our own deadlines."""

import contextlib
from collections.abc import Iterator
from importlib import import_module
from ssl import SSLContext
from typing import Any, cast

from aiogram.client.bot import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from kotodom import tls
from kotodom.errors import (
    ConfigError,
    FileNotFetched,
    FileProblem,
    FileUnusable,
    FloodWait,
    NotSent,
    TelegramError,
)
from kotodom.measures import RATE_LIMITS, TELEGRAM_REQUESTS
from kotodom.metrics import Metrics
from kotodom.telegram.failures import BEFORE_SENDING, FLOOD_DEFAULT, NeverConnected, code_of

CONNECT_TIMEOUT = 15.0
"""Seconds to get a connection; what fails then was not sent for sure."""
REQUEST_TIMEOUT = 60.0
"""Seconds for a whole request that names no timeout of its own."""
STALLED = 30.0
"""Seconds without a byte after which a download is given up."""
CHUNK = 65_536


class Session(AiohttpSession):
    """aiogram's session, shared by all bots of the process.

    *proxy* is an http, https, socks4, socks5 or socks5h URL, or empty; a socks proxy always
    resolves the names. Raises ConfigError when the proxy or the machine's certificates cannot be
    used.
    """

    def __init__(self, *, api_base: str, proxy: str = "", metrics: Metrics | None = None) -> None:
        metrics = metrics or Metrics()
        self._calls = metrics.counter(TELEGRAM_REQUESTS)
        self._limits = metrics.counter(RATE_LIMITS)
        self._limits.inc(0, service="telegram")
        # No limit: each bot holds one connection in its long poll.
        super().__init__(
            limit=0, api=TelegramAPIServer.from_base(api_base), timeout=REQUEST_TIMEOUT
        )
        self._connector_init["ssl"] = _trusted()
        self._http_proxy: str | None = None
        self._proxy_errors: tuple[type[Exception], ...] = ()
        scheme, _, rest = proxy.partition("://")
        if scheme in ("http", "https"):
            self._http_proxy = proxy
        elif scheme in ("socks4", "socks5", "socks5h"):
            self._use_socks(f"{scheme.removesuffix('h')}://{rest}")
        elif proxy:
            raise ConfigError(
                ["telegram.proxy: expected http://, https://, socks4://, socks5:// or socks5h://"]
            )

    def _use_socks(self, url: str) -> None:
        direct = self._connector_init
        try:
            package = import_module("aiohttp_socks")
            self._setup_proxy_connector(url)
        except ImportError:
            raise ConfigError(
                ["telegram.proxy: a socks proxy needs the package aiohttp-socks: install it"]
            ) from None
        except ValueError:
            raise ConfigError(
                ["telegram.proxy: not a proxy address like socks5://user:password@host:1080"]
            ) from None
        self._connector_init.update(limit=0, ssl=direct["ssl"])
        self._proxy_errors = (
            package.ProxyError,
            package.ProxyConnectionError,
            package.ProxyTimeoutError,
        )

    async def create_session(self) -> ClientSession:
        if self._session is None or self._session.closed:
            self._session = ClientSession(
                connector=self._connector_type(**self._connector_init), proxy=self._http_proxy
            )
        return self._session

    async def close(self) -> None:
        """Close every connection at once; aiogram's own waits a quarter of a second for TLS."""
        if self._session is not None:
            await self._session.close()

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """Call the Bot API; raises aiogram's exceptions, with no token in their texts."""
        with self._counted(method.__api_method__):
            return await self._request(bot, method, timeout)

    async def _request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None
    ) -> TelegramType:
        session = await self.create_session()
        try:
            async with session.post(
                self.api.api_url(token=bot.token, method=method.__api_method__),
                data=self.build_form_data(bot=bot, method=method),
                timeout=ClientTimeout(total=timeout or self.timeout, connect=CONNECT_TIMEOUT),
                allow_redirects=False,
            ) as response:
                content = (await response.read()).decode(errors="replace")
        except self._proxy_errors as error:
            raise NeverConnected(method, type(error).__name__) from error
        except (TimeoutError, ClientError) as error:
            raise TelegramNetworkError(method, type(error).__name__) from error
        answer = self.check_response(bot, method, response.status, content)
        return cast(TelegramType, answer.result)

    @contextlib.contextmanager
    def _counted(self, method: str) -> Iterator[None]:
        result = "ok"
        try:
            yield
        except BaseException as error:
            result = code_of(error)
            raise
        finally:
            self._calls.inc(method=method, result=result)
            if result == FloodWait.code:
                self._limits.inc(service="telegram")

    async def download(self, bot: Bot, path: str, *, limit: int) -> bytes | None:
        """Get a file of at most *limit* bytes; None when there is none at that path.

        Raises FileUnusable (TOO_BIG), FloodWait, NotSent when Telegram cannot be reached, or
        FileNotFetched. aiogram's own download puts the address, and with it the token, into its
        exceptions.
        """
        with self._counted("download"):
            return await self._download(bot, path, limit)

    async def _download(self, bot: Bot, path: str, limit: int) -> bytes | None:
        session = await self.create_session()
        unreachable: tuple[type[Exception], ...] = (*BEFORE_SENDING, *self._proxy_errors)
        failure: TelegramError
        try:
            async with session.get(
                self.api.file_url(bot.token, path),
                timeout=ClientTimeout(total=None, connect=CONNECT_TIMEOUT, sock_read=STALLED),
                allow_redirects=False,
            ) as response:
                if response.status == 200:
                    return await _at_most(limit, response)
                status, wait = response.status, response.headers.get("Retry-After", "")
        except unreachable as error:
            failure = NotSent(f"Telegram cannot be reached: {type(error).__name__}")
        except (TimeoutError, ClientError) as error:
            failure = FileNotFetched(f"the download from Telegram failed: {type(error).__name__}")
        else:
            if status == 429:
                raise FloodWait(retry_after=float(wait) if wait.isdecimal() else FLOOD_DEFAULT)
            if 400 <= status < 500:
                return None
            failure = FileNotFetched(f"the download from Telegram failed: HTTP {status}")
        # Not chained: aiohttp's exceptions may hold the address with the token.
        raise failure

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[Any]:
        with contextlib.suppress(TypeError):
            return super().check_response(bot, method, status_code, content)
        # aiogram trips over a 5xx that has no description.
        raise ClientDecodeError("no description", TypeError(), "")


def _trusted() -> SSLContext:
    try:
        return tls.context()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ConfigError(
            [
                f"the certificates of SSL_CERT_FILE or SSL_CERT_DIR cannot be read ({why}): "
                "name others there, or unset both"
            ]
        ) from None


async def _at_most(limit: int, response: ClientResponse) -> bytes:
    """The body, read no further than *limit* bytes."""
    data = bytearray()
    if (response.content_length or 0) <= limit:
        async for chunk in response.content.iter_chunked(CHUNK):
            data += chunk
            if len(data) > limit:
                break
        else:
            return bytes(data)
    raise FileUnusable(FileProblem.TOO_BIG, f"the file has more than {limit} bytes")
