"""The small server behind [http] listen: /health, /health/live, /health/ready and /metrics."""

import asyncio
import errno
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from socket import gaierror
from typing import Any

from aiohttp import web
from loguru import logger

from kotodom.errors import ConfigError, PortTaken
from kotodom.http.exposition import Exposition, Family
from kotodom.http.guarded import LIFETIME, GuardedServer
from kotodom.http.health import Health
from kotodom.redaction import redact_often

ANSWER_TIMEOUT = 10.0
"""Seconds until what is asked for counts as not to be had."""
STOPPING = 0.5
"""Seconds for answers under way when the process ends."""


class HealthServer:
    """Serves what a monitor asks on *listen* (HOST:PORT; port 0 takes a free one).

    With a *token* everything wants it as ``Authorization: Bearer …``, but for /health/live, which
    says nothing but yes or no: whoever restarts containers need not know a secret.
    """

    def __init__(
        self,
        listen: str,
        *,
        token: str = "",
        health: Callable[[], Awaitable[Health]],
        alive: Callable[[], bool],
        families: Callable[[], Awaitable[list[Family]]],
        timeout: float = ANSWER_TIMEOUT,
        lifetime: float = LIFETIME,
    ) -> None:
        host, _, port = listen.rpartition(":")
        self._host = host.strip("[]")
        self._port = int(port)
        self._wanted = f"Bearer {token}".encode() if token else b""
        self._take = health
        self._alive = alive
        self._families = families
        self._timeout = timeout
        self._lifetime = lifetime
        self._exposition = Exposition()
        self._runner: web.ServerRunner | None = None
        self._pages = {
            "/health": self._health,
            "/health/ready": self._ready,
            "/metrics": self._metrics,
        }

    @property
    def port(self) -> int:
        """The port in use: the chosen one after a start with port 0."""
        return self._port

    async def start(self) -> None:
        """Begin to serve; raises PortTaken when the address is not free, else ConfigError."""
        server = GuardedServer(self._answer, lifetime=self._lifetime)
        runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=STOPPING)
        await runner.setup()
        where = f"{self._host}:{self._port}"
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except (OSError, UnicodeError) as error:
            await runner.cleanup()
            raise _refusal(where, error) from None
        self._runner = runner
        self._port = int(runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop serving; fine before and after."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        response = await self._page(request)
        # One request a connection: so no connection is idle, and none lives long.
        response.force_close()
        response.headers["Server"] = "kotodom"  # in the place of aiohttp's and Python's versions
        return response

    async def _page(self, request: web.BaseRequest) -> web.Response:
        if request.path == "/health/live":
            page: Callable[[web.BaseRequest], Awaitable[web.Response]] | None = self._live
        elif not self._is_known(request):
            return _json(
                {"status": "unauthorized"}, 401, {"WWW-Authenticate": 'Bearer realm="kotodom"'}
            )
        else:
            page = self._pages.get(request.path)
        if page is None:
            return _json({"status": "not found"}, 404)
        if request.method not in ("GET", "HEAD"):
            return _json({"status": "method not allowed"}, 405, {"Allow": "GET, HEAD"})
        try:
            async with asyncio.timeout(self._timeout):
                return await page(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, the process is not well
            logger.warning("{} cannot be answered: {!r}", request.path, error)
            return _json({"status": "unavailable"}, 503)

    def _is_known(self, request: web.BaseRequest) -> bool:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        scheme, _, token = given.partition(b" ")
        given = b"Bearer " + token.strip() if scheme.lower() == b"bearer" else b""
        return not self._wanted or hmac.compare_digest(given, self._wanted)

    async def _live(self, _request: web.BaseRequest) -> web.Response:
        alive = self._alive()
        return _json({"status": "ok" if alive else "unavailable"}, 200 if alive else 503)

    async def _ready(self, _request: web.BaseRequest) -> web.Response:
        health = await self._take()
        body = {
            "status": "ok" if health.ready else "unavailable",
            "reasons": _redacted(health.reasons),
        }
        return _json(body, 200 if health.ready else 503)

    async def _health(self, _request: web.BaseRequest) -> web.Response:
        health = await self._take()
        body = {"status": "ok" if health.ok else "unavailable", **asdict(health)}
        return _json(_redacted(body), 200 if health.ok else 503)

    async def _metrics(self, request: web.BaseRequest) -> web.Response:
        families = await self._families()
        body, content_type = await self._exposition.render(
            families, request.headers.get("Accept", "")
        )
        return web.Response(body=body, headers={"Content-Type": content_type})


def _refusal(where: str, error: OSError | UnicodeError) -> PortTaken | ConfigError:
    if not isinstance(error, OSError) or isinstance(error, gaierror):
        text = f"{where} is no address of this machine; for example 127.0.0.1:8080"
    elif error.errno == errno.EADDRINUSE:
        return PortTaken(
            f"http.listen: {where} is in use; stop who uses it, or choose another port"
        )
    elif error.errno == errno.EADDRNOTAVAIL:
        # It may yet come, as a network does after a boot.
        return PortTaken(f"http.listen: {where} is no address of this machine (yet)")
    elif isinstance(error, PermissionError):
        text = f"{where} needs privileges; choose a port of 1024 or more"
    else:
        text = f"{where} cannot be served: {error.strerror or type(error).__name__}"
    return ConfigError([f"http.listen: {text}"])


def _redacted(value: Any) -> Any:
    """*value* with every text in it redacted, whoever gave the text: a name may be a secret."""
    if isinstance(value, str):
        return redact_often(value)
    if isinstance(value, dict):
        return {key: _redacted(item) for key, item in value.items()}
    return [_redacted(item) for item in value] if isinstance(value, list | tuple) else value


def _json(value: object, status: int, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        text=json.dumps(value, ensure_ascii=False),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )
