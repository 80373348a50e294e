"""The small server behind [http] listen."""

import asyncio
import errno
import ipaddress
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from socket import gaierror
from typing import Any

from aiohttp import web
from loguru import logger

from kotodom.errors import ConfigError, PortTaken
from kotodom.http.health import Health
from kotodom.metrics import Metrics
from kotodom.redaction import redact

SNAPSHOT_TIMEOUT = 5.0
"""Seconds a snapshot may take: a database that hangs is unhealthy, and so said."""


class HealthServer:
    """Serves GET /health and GET /metrics on *listen* (HOST:PORT; port 0 takes a free one)."""

    def __init__(
        self,
        listen: str,
        snapshot: Callable[[], Awaitable[Health]],
        metrics: Metrics,
        *,
        snapshot_timeout: float = SNAPSHOT_TIMEOUT,
    ) -> None:
        host, _, port = listen.rpartition(":")
        self._host = host.strip("[]")
        self._port = int(port)
        self._snapshot = snapshot
        self._snapshot_timeout = snapshot_timeout
        self._metrics = metrics
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """The port in use: the chosen one after a start with port 0."""
        return self._port

    async def start(self) -> None:
        """Begin to serve; raises PortTaken when the address is not free, else ConfigError."""
        app = web.Application()
        app.add_routes([web.get("/health", self._health), web.get("/metrics", self._render)])
        runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await runner.setup()
        where = f"{self._host}:{self._port}"
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except (OSError, UnicodeError) as error:
            await runner.cleanup()
            raise _refusal(where, error) from None
        self._runner = runner
        self._port = int(runner.addresses[0][1])
        if not _is_loopback(self._host):
            logger.warning(
                "/health and /metrics on {} can be read from outside this machine: "
                "they have no password",
                where,
            )

    async def stop(self) -> None:
        """Stop serving; fine before and after."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(self._snapshot_timeout):
                health = await self._snapshot()
        except Exception as error:  # noqa: BLE001 - whatever it is, the process is not well
            logger.warning("health cannot be told: {!r}", error)
            return _json({"status": "unavailable"}, 503)
        body = {"status": "ok" if health.ok else "unavailable", **asdict(health)}
        return _json(_redacted(body), 200 if health.ok else 503)

    async def _render(self, _request: web.Request) -> web.Response:
        return web.Response(
            body=self._metrics.render().encode(),
            headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
        )


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
        return redact(value)
    if isinstance(value, dict):
        return {key: _redacted(item) for key, item in value.items()}
    return [_redacted(item) for item in value] if isinstance(value, list | tuple) else value


def _json(value: object, status: int) -> web.Response:
    return web.Response(
        text=json.dumps(value, ensure_ascii=False),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
