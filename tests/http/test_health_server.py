"""/health and /metrics over real HTTP on loopback."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest
from loguru import logger

from kotodom.errors import ConfigError, PortTaken
from kotodom.http import (
    BotHealth,
    BotHealthState,
    DatabaseHealth,
    Health,
    HealthServer,
    ProviderHealth,
    QueueHealth,
)
from kotodom.metrics import Metrics
from kotodom.redaction import remember

TOKEN = "123456789:" + "AbC-_" * 7
WELL = Health(
    version="0.1.0",
    uptime=12.5,
    database=DatabaseHealth(ok=True, latency_ms=0.4),
    provider=ProviderHealth(circuit="closed", stopped=False, last_success_age=3.0),
    queue=QueueHealth(ready=1, in_work=2, waiting=3, oldest_age=4.5),
    bots=(
        BotHealth(name="cat", state=BotHealthState.POLLING, last_poll_age=1.0, error=""),
        BotHealth(
            name="dog",
            state=BotHealthState.FAILED,
            last_poll_age=None,
            error=f"Unauthorized: {TOKEN}",
        ),
    ),
)


@pytest.fixture
def logged() -> Iterator[list[str]]:
    lines: list[str] = []
    handler = logger.add(lambda message: lines.append(str(message)), format="{level} {message}")
    yield lines
    logger.remove(handler)


@asynccontextmanager
async def serving(
    snapshot: Callable[[], Awaitable[Health]], metrics: Metrics | None = None
) -> AsyncIterator[str]:
    server = HealthServer("127.0.0.1:0", snapshot, metrics or Metrics())
    await server.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        await server.stop()


async def get(url: str) -> tuple[int, aiohttp.ClientResponse, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, response, await response.text()


def returning(health: Health) -> Callable[[], Awaitable[Health]]:
    async def snapshot() -> Health:
        return health

    return snapshot


async def test_a_healthy_process_answers_200_with_everything_and_without_secrets() -> None:
    async with serving(returning(WELL)) as base:
        status, response, text = await get(f"{base}/health")
        assert status == 200
        assert TOKEN not in text
        assert response.content_type == "application/json"
        assert json.loads(text) == {
            "status": "ok",
            "version": "0.1.0",
            "uptime": 12.5,
            "database": {"ok": True, "latency_ms": 0.4},
            "provider": {"circuit": "closed", "stopped": False, "last_success_age": 3.0},
            "queue": {"ready": 1, "in_work": 2, "waiting": 3, "oldest_age": 4.5},
            "bots": [
                {"name": "cat", "state": "polling", "last_poll_age": 1.0, "error": ""},
                {
                    "name": "dog",
                    "state": "failed",
                    "last_poll_age": None,
                    "error": "Unauthorized: 123456789:***",
                },
            ],
        }


@pytest.mark.parametrize(
    ("health", "status"),
    [
        (replace(WELL, database=DatabaseHealth(ok=False, latency_ms=0)), 503),
        (
            replace(WELL, bots=(replace(WELL.bots[0], state=BotHealthState.STALLED),)),
            503,
        ),
        (
            replace(
                WELL, provider=ProviderHealth(circuit="open", stopped=False, last_success_age=None)
            ),
            200,
        ),
        (replace(WELL, bots=()), 200),
    ],
    ids=["database down", "poller stalled", "circuit open", "no bots"],
)
async def test_503_only_for_what_a_restart_may_cure(health: Health, status: int) -> None:
    async with serving(returning(health)) as base:
        assert (await get(f"{base}/health"))[0] == status


async def test_a_snapshot_that_fails_is_503_without_its_reason(logged: list[str]) -> None:
    async def broken() -> Health:
        raise RuntimeError("no such table")

    async with serving(broken) as base:
        status, _, text = await get(f"{base}/health")
    assert (status, json.loads(text)) == (503, {"status": "unavailable"})
    assert any("no such table" in line for line in logged)


async def test_a_snapshot_that_hangs_is_503() -> None:
    async def hanging() -> Health:
        await asyncio.Event().wait()
        raise AssertionError

    server = HealthServer("127.0.0.1:0", hanging, Metrics(), snapshot_timeout=0.01)
    await server.start()
    try:
        assert (await get(f"http://127.0.0.1:{server.port}/health"))[0] == 503
    finally:
        await server.stop()


async def test_metrics_are_prometheus_text() -> None:
    metrics = Metrics()
    metrics.counter("answers_total", "Answers").inc(bot="cat")
    async with serving(returning(WELL), metrics) as base:
        status, response, text = await get(f"{base}/metrics")
        assert status == 200
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert text == metrics.render()
        assert (await get(f"{base}/"))[0] == 404


async def test_requests_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(returning(WELL)) as base:
        await get(f"{base}/health")
    assert not [record for record in caplog.records if "aiohttp" in record.name]


async def test_an_address_that_others_can_reach_is_served_with_a_warning(
    logged: list[str],
) -> None:
    server = HealthServer("0.0.0.0:0", returning(WELL), Metrics())
    await server.start()
    await server.stop()
    assert [line.split()[0] for line in logged] == ["WARNING"]
    for loopback in ("127.0.0.1:0", "localhost:0"):
        server = HealthServer(loopback, returning(WELL), Metrics())
        await server.start()
        await server.stop()
    assert len(logged) == 1


async def test_an_address_that_is_not_free_now_is_one_line_and_no_mistake(
    logged: list[str],
) -> None:
    async with serving(returning(WELL)) as base:
        second = HealthServer(base.removeprefix("http://"), returning(WELL), Metrics())
        with pytest.raises(PortTaken, match=r"http\.listen: .* is in use"):
            await second.start()
        await second.stop()
    elsewhere = HealthServer("192.0.2.1:0", returning(WELL), Metrics())
    with pytest.raises(PortTaken, match=r"192\.0\.2\.1:0 is no address of this machine"):
        await elsewhere.start()
    assert logged == []


async def test_an_address_that_cannot_be_is_a_mistake(logged: list[str]) -> None:
    for listen in ("no-such-host.invalid:0", f"{'a' * 64}:0"):
        server = HealthServer(listen, returning(WELL), Metrics())
        with pytest.raises(ConfigError, match="is no address of this machine; for example"):
            await server.start()
    assert logged == []


async def test_a_bot_called_like_a_secret_shows_nowhere() -> None:
    remember(["the-cats-password"])
    named = replace(WELL.bots[0], name=f"cat {TOKEN}")
    health = replace(WELL, bots=(named, replace(named, name="the-cats-password")))
    metrics = Metrics()
    metrics.counter("answers_total", "Answers").inc(bot=TOKEN)
    async with serving(returning(health), metrics) as base:
        _, _, text = await get(f"{base}/health")
        assert [bot["name"] for bot in json.loads(text)["bots"]] == ["cat 123456789:***", "***"]
        _, _, text = await get(f"{base}/metrics")
        assert 'answers_total{bot="123456789:***"} 1\n' in text


async def test_stop_before_start_and_twice_is_fine() -> None:
    server = HealthServer("127.0.0.1:0", returning(WELL), Metrics())
    await server.stop()
    await server.start()
    await server.stop()
    await server.stop()
