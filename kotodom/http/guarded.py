"""An HTTP server that nobody can keep busy: one request a connection, each within its time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

CONNECTIONS_MAX = 32
"""Open at the same time; one more takes the place of the oldest. An honest request needs some
milliseconds, so that whoever holds connections open keeps nobody out."""
LIFETIME = 20.0
"""Seconds for a connection from its first byte to its last: more than any answer takes, and what a
client that dawdles gets."""
LINGER = 1.0
"""Seconds in which a body is read that nobody wants, so that the refusal can be read."""
LONGEST_LINE = 4_096
"""Bytes of a request's first line and of each of its headers."""

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class GuardedServer(web.Server):
    """aiohttp's server within limits; its noise about bad requests is logged nowhere."""

    def __init__(self, handler: Handler, *, lifetime: float = LIFETIME) -> None:
        quiet = logging.Logger("http")
        quiet.disabled = True
        super().__init__(
            handler,
            logger=quiet,
            access_log=None,
            lingering_time=LINGER,
            max_line_size=LONGEST_LINE,
            max_field_size=LONGEST_LINE,
        )
        self._lifetime = lifetime
        self._open: dict[web.RequestHandler, tuple[asyncio.Transport, asyncio.TimerHandle]] = {}

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        if len(self._open) >= CONNECTIONS_MAX:
            self._forget(next(iter(self._open))).abort()
        loop = asyncio.get_running_loop()
        self._open[handler] = transport, loop.call_later(self._lifetime, transport.abort)

    def connection_lost(
        self, handler: web.RequestHandler, exc: BaseException | None = None
    ) -> None:
        super().connection_lost(handler, exc)
        if handler in self._open:
            self._forget(handler)

    def _forget(self, handler: web.RequestHandler) -> asyncio.Transport:
        transport, timer = self._open.pop(handler)
        timer.cancel()
        return transport
