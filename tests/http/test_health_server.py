"""/health and /metrics over real HTTP on loopback."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from loguru import logger
from prometheus_client.parser import text_string_to_metric_families

from kotodom.errors import ConfigError, PortTaken
from kotodom.http import (
    BotHealth,
    BotHealthState,
    DatabaseHealth,
    Family,
    Health,
    HealthServer,
    ProviderHealth,
    QueueHealth,
)
from kotodom.http.guarded import CONNECTIONS_MAX
from kotodom.measures import ANSWERED, ANSWERS, BOT_POLLING
from kotodom.metrics import Distribution
from kotodom.redaction import remember

TOKEN = "123456789:" + "AbC-_" * 7
SECRET = "open-sesame-0123456789"
WELL = Health(
    live=True,
    ready=True,
    reasons=(),
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
FAMILIES: list[Family] = [
    (ANSWERED, [((), Distribution((1, 0, 2, *[0] * 11, 1), 7.5))]),
    (ANSWERS, [(("cat",), 2.0), (("do\ng\\",), 1.0)]),
    (BOT_POLLING, [(("cat",), 1.0)]),
]


@pytest.fixture
def logged() -> Iterator[list[str]]:
    lines: list[str] = []
    handler = logger.add(lambda message: lines.append(str(message)), format="{level} {message}")
    yield lines
    logger.remove(handler)


class Told:
    """What the server is told when it asks; an exception is raised."""

    def __init__(self) -> None:
        self.health: Health | Exception = WELL
        self.families: list[Family] = FAMILIES
        self.alive = True
        self.hangs = False

    async def take(self) -> Health:
        if self.hangs:
            await asyncio.Event().wait()
        if isinstance(self.health, Exception):
            raise self.health
        return self.health

    async def all(self) -> list[Family]:
        return self.families

    def server(self, listen: str = "127.0.0.1:0", **how: Any) -> HealthServer:
        return HealthServer(
            listen, health=self.take, alive=lambda: self.alive, families=self.all, **how
        )


@asynccontextmanager
async def serving(told: Told | None = None, **how: Any) -> AsyncIterator[str]:
    server = (told or Told()).server(**how)
    await server.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        await server.stop()


async def ask(
    url: str, method: str = "GET", **headers: str
) -> tuple[int, aiohttp.ClientResponse, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, headers=headers) as response,
    ):
        return response.status, response, await response.text()


# -- /health ---------------------------------------------------------------------------------


async def test_a_healthy_process_answers_200_with_everything_and_without_secrets() -> None:
    async with serving() as base:
        status, response, text = await ask(f"{base}/health")
        assert status == 200
        assert TOKEN not in text
        assert response.content_type == "application/json"
        assert response.headers["Cache-Control"] == "no-store"
        assert json.loads(text) == {
            "status": "ok",
            "live": True,
            "ready": True,
            "reasons": [],
            "version": "0.1.0",
            "uptime": 12.5,
            "database": {"ok": True, "latency_ms": 0.4},
            "provider": {"circuit": "closed", "stopped": False, "last_success_age": 3.0},
            "queue": {
                "ready": 1,
                "in_work": 2,
                "waiting": 3,
                "oldest_age": 4.5,
                "age": 0.0,
            },
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
        (replace(WELL, database=DatabaseHealth(ok=False, latency_ms=None), queue=None), 503),
        (replace(WELL, bots=(replace(WELL.bots[0], state=BotHealthState.STALLED),)), 503),
        (replace(WELL, live=False, ready=False, reasons=("the loop hangs",)), 503),
        (replace(WELL, ready=False, reasons=("polling is held back",)), 200),
        (replace(WELL, provider=replace(WELL.provider, circuit="open")), 200),
        (replace(WELL, bots=()), 200),
    ],
    ids=["database down", "poller stalled", "not live", "held back", "circuit open", "no bots"],
)
async def test_503_only_for_what_a_restart_may_cure(health: Health, status: int) -> None:
    told = Told()
    told.health = health
    async with serving(told) as base:
        assert (await ask(f"{base}/health"))[0] == status


async def test_ready_says_why_not_and_live_says_nothing_but_yes_or_no() -> None:
    told = Told()
    async with serving(told) as base:
        assert (await ask(f"{base}/health/ready"))[0] == 200
        assert (await ask(f"{base}/health/live"))[::2] == (200, '{"status": "ok"}')
        told.health = replace(WELL, ready=False, reasons=("bot sk-12345678901 is late",))
        told.alive = False
        status, _, text = await ask(f"{base}/health/ready")
        assert (status, json.loads(text)) == (
            503,
            {"status": "unavailable", "reasons": ["bot sk-*** is late"]},
        )
        assert (await ask(f"{base}/health/live"))[::2] == (503, '{"status": "unavailable"}')


async def test_what_cannot_be_told_is_503_without_its_reason(logged: list[str]) -> None:
    told = Told()
    told.health = RuntimeError("no such table")
    async with serving(told) as base:
        status, _, text = await ask(f"{base}/health")
        assert (status, json.loads(text)) == (503, {"status": "unavailable"})
        # Whether to restart does not depend on it.
        assert (await ask(f"{base}/health/live"))[0] == 200
    assert any("no such table" in line for line in logged)


async def test_what_hangs_is_503() -> None:
    told = Told()
    told.hangs = True
    async with serving(told, timeout=0.01) as base:
        assert (await ask(f"{base}/health"))[0] == 503
        assert (await ask(f"{base}/health/ready"))[0] == 503


async def test_head_is_get_without_a_body_and_nothing_else_is_taken() -> None:
    async with serving() as base:
        for path in ("/health", "/health/live", "/health/ready", "/metrics"):
            status, response, text = await ask(base + path, "HEAD")
            assert (status, text) == (200, "")
            assert response.headers["Content-Type"]
        status, response, _ = await ask(f"{base}/health", "POST")
        assert (status, response.headers["Allow"]) == (405, "GET, HEAD")
        assert (await ask(f"{base}/"))[0] == 404
        assert (await ask(f"{base}/admin"))[0] == 404


# -- /metrics --------------------------------------------------------------------------------


async def test_metrics_are_what_prometheus_reads() -> None:
    async with serving() as base:
        status, response, text = await ask(f"{base}/metrics")
        assert status == 200
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = {family.name: family for family in text_string_to_metric_families(text)}
    answers = found["kotodom_answers"]
    assert answers.type == "counter"
    assert answers.documentation == ANSWERS.about
    assert {sample.labels["bot"]: sample.value for sample in answers.samples} == {
        "cat": 2,
        "do\ng\\": 1,
    }
    buckets = {
        sample.labels["le"]: sample.value
        for sample in found["kotodom_time_to_answer_seconds"].samples
        if sample.name.endswith("_bucket")
    }
    assert (buckets["0.5"], buckets["2.0"], buckets["3600.0"], buckets["+Inf"]) == (1, 3, 3, 4)
    assert found["kotodom_bot_polling"].samples[0].value == 1
    assert found["process_resident_memory_bytes"].samples[0].value > 1_000_000
    assert "process_start_time_seconds" in found


async def test_open_metrics_are_served_to_who_asks_for_them() -> None:
    accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2"
    async with serving() as base:
        _, response, text = await ask(f"{base}/metrics", Accept=accept)
    assert response.headers["Content-Type"].startswith("application/openmetrics-text")
    assert text.endswith("# EOF\n")


async def test_who_asks_for_no_version_there_is_gets_plain_text() -> None:
    async with serving() as base:
        status, response, text = await ask(
            f"{base}/metrics", Accept="application/openmetrics-text; version=new"
        )
    assert (status, response.headers["Content-Type"].partition(";")[0]) == (200, "text/plain")
    assert "kotodom_answers_total" in text


async def test_a_bot_called_like_a_secret_shows_nowhere() -> None:
    told = Told()
    told.health = replace(WELL, bots=(replace(WELL.bots[0], name="the-cats-password"),))
    async with serving(told) as base:
        await ask(f"{base}/health")  # it is no secret yet
    remember(["the-cats-password"])
    named = replace(WELL.bots[0], name=f"cat {TOKEN}")
    told.health = replace(WELL, bots=(named, replace(named, name="the-cats-password")))
    told.families = [(ANSWERS, [((TOKEN,), 1.0)])]
    async with serving(told) as base:
        _, _, text = await ask(f"{base}/health")
        assert [bot["name"] for bot in json.loads(text)["bots"]] == ["cat 123456789:***", "***"]
        _, _, text = await ask(f"{base}/metrics")
        assert 'kotodom_answers_total{bot="123456789:***"} 1.0\n' in text


# -- who may ask -----------------------------------------------------------------------------


async def test_with_a_token_only_live_is_told_to_everybody() -> None:
    async with serving(token=SECRET) as base:
        assert (await ask(f"{base}/health/live"))[0] == 200
        for path in ("/health", "/health/ready", "/metrics", "/", "/nothing"):
            for headers in (
                {},
                {"Authorization": "Bearer wrong"},
                {"Authorization": f"Bearer {SECRET}x"},
                {"Authorization": f"Basic {SECRET}"},
                {"Authorization": "Bearer "},
                {"Authorization": "Bearer ключ"},
            ):
                status, response, text = await ask(base + path, **headers)
                assert (status, json.loads(text)) == (401, {"status": "unauthorized"})
                assert response.headers["WWW-Authenticate"] == 'Bearer realm="kotodom"'


async def test_the_token_opens_the_rest() -> None:
    async with serving(token=SECRET) as base:
        for scheme in ("Bearer", "bearer"):
            said = f"{scheme} {SECRET}"
            assert (await ask(f"{base}/health", Authorization=said))[0] == 200
            assert (await ask(f"{base}/metrics", Authorization=said))[0] == 200
            assert (await ask(f"{base}/nothing", Authorization=said))[0] == 404


# -- who does harm ---------------------------------------------------------------------------


async def hold(base: str, said: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = base.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(said)
    return reader, writer


async def gone(reader: asyncio.StreamReader) -> bytes:
    """What came until the server closed the connection."""
    try:
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionError:
        return b""


async def test_connections_that_dawdle_are_closed() -> None:
    async with serving(lifetime=0.05) as base:
        for said in (b"", b"GET /health HTTP/1.1\r\nHost: x\r\nA: ", b"POST / HTTP/1.1\r\n"):
            reader, writer = await hold(base, said)
            assert await gone(reader) == b""
            writer.close()


async def test_whoever_holds_many_connections_open_keeps_nobody_out(
    logged: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    async with serving() as base:
        held = [await hold(base, b"GET /") for _ in range(CONNECTIONS_MAX + 5)]
        assert (await ask(f"{base}/health/live"))[0] == 200
        for reader, _ in held[:6]:
            assert await gone(reader) == b""
        for _, writer in held:
            writer.close()
    assert not caplog.records
    assert logged == []


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /health HTTP/1.1\r\nHost: x\r\nNo header at all\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"A%d: a\r\n" % n for n in range(1_000)) + b"\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\nabc",
        b"GET /%00%ff/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["tls", "header", "line", "long header", "headers", "address", "body", "path"],
)
async def test_bad_requests_are_refused_and_nobody_hears_of_them(
    said: bytes, logged: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving() as base:
        reader, writer = await hold(base, said)
        answer = await gone(reader)
        assert not answer or answer.split(b" ")[1][:1] == b"4"
        writer.close()
        assert (await ask(f"{base}/health"))[0] == 200
    assert not [record for record in caplog.records if record.name != "asyncio"]
    assert logged == []


async def test_each_connection_serves_one_request() -> None:
    async with serving() as base:
        twice = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n" * 2
        reader, writer = await hold(base, twice)
        answer = await gone(reader)
        assert answer.count(b"HTTP/1.1 200") == 1
        assert b"connection: close" in answer.lower()
        writer.close()


# -- the address -----------------------------------------------------------------------------


async def test_an_address_that_is_not_free_now_is_one_line_and_no_mistake(
    logged: list[str],
) -> None:
    async with serving() as base:
        second = Told().server(base.removeprefix("http://"))
        with pytest.raises(PortTaken, match=r"http\.listen: .* is in use"):
            await second.start()
        await second.stop()
    elsewhere = Told().server("192.0.2.1:0")
    with pytest.raises(PortTaken, match=r"192\.0\.2\.1:0 is no address of this machine"):
        await elsewhere.start()
    assert logged == []


async def test_an_address_that_cannot_be_is_a_mistake(logged: list[str]) -> None:
    for listen in ("no-such-host.invalid:0", f"{'a' * 64}:0"):
        with pytest.raises(ConfigError, match="is no address of this machine; for example"):
            await Told().server(listen).start()
    assert logged == []


async def test_it_also_listens_on_all_addresses() -> None:
    server = Told().server("0.0.0.0:0", token=SECRET)
    await server.start()
    with socket.create_connection(("127.0.0.1", server.port), 5):
        await server.stop()


async def test_stop_before_start_and_twice_is_fine() -> None:
    server = Told().server()
    await server.stop()
    await server.start()
    await server.stop()
    await server.stop()
