"""The small server behind [http] listen."""

import asyncio
import ipaddress
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from aiohttp import web
from loguru import logger

from kotodom.errors import ConfigError
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
        """Begin to serve; an address that cannot be taken is a ConfigError."""
        if not _is_loopback(self._host):
            logger.warning(
                "/health and /metrics on {}:{} can be read from outside this machine: "
                "they have no password",
                self._host,
                self._port,
            )
        app = web.Application()
        app.add_routes([web.get("/health", self._health), web.get("/metrics", self._render)])
        runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            await runner.cleanup()
            where = f"{self._host}:{self._port}"
            raise ConfigError(
                [f"http.listen: {where} cannot be served: {error.strerror}; choose another port"]
            ) from None
        self._runner = runner
        self._port = int(runner.addresses[0][1])

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
        for bot in body["bots"]:
            bot["error"] = redact(bot["error"])
        return _json(body, 200 if health.ok else 503)

    async def _render(self, _request: web.Request) -> web.Response:
        return web.Response(
            body=self._metrics.render().encode(),
            headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
        )


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
