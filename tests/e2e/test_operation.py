"""What the one who runs it sees: /health, /metrics, exit codes, and a log without secrets."""

import socket
from typing import Any

import aiohttp

from kotodom.demo.model_faults import Status as ModelStatus
from tests.support.stage import BOT, Stage


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def get(port: int, path: str) -> tuple[int, Any]:
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{port}{path}") as answer,
    ):
        body = await (answer.json() if path == "/health" else answer.text())
        return answer.status, body


async def test_health_and_metrics_tell_how_every_part_is_doing(stage: Stage) -> None:
    port = free_port()
    chat = stage.chat()
    daemon = stage.daemon(extra=f'[http]\nlisten = "127.0.0.1:{port}"')
    await daemon.start()
    await chat.say("hi")
    await chat.wait(lambda chat: chat.answers() == ["Answer to: hi"], timeout=30)
    status, health = await get(port, "/health")
    assert status == 200
    assert health["provider"]["circuit"] == "closed"
    assert health["bots"][0]["name"] == f"bot{BOT}"
    assert health["bots"][0]["state"] == "polling"
    assert health["database"]["ok"] is True
    assert (await get(port, "/metrics"))[1].count("updates_received_total{") == 1
    assert await daemon.stop() == 0


async def test_a_broken_account_shows_in_health_until_it_is_mended(stage: Stage) -> None:
    port = free_port()
    chat = stage.chat()
    stage.model.add(ModelStatus(401, {"code": "invalid_api_key", "message": "bad key"}))
    daemon = stage.daemon(extra=f'[http]\nlisten = "127.0.0.1:{port}"')
    await daemon.start()
    await chat.say("one")
    await chat.wait(lambda chat: len(chat.answers()) == 1, timeout=30)
    assert "provider_account" in (await get(port, "/health"))[1]["bots"][0]["error"]
    await chat.say("two")
    await chat.wait(lambda chat: len(chat.answers()) == 2)
    assert (await get(port, "/health"))[1]["bots"][0]["error"] == ""


async def test_texts_of_messages_are_not_in_the_log(stage: Stage) -> None:
    chat = stage.chat()
    daemon = stage.daemon()
    await daemon.start()
    await chat.say("my secret diary")
    await chat.wait(lambda chat: chat.answers(), timeout=30)
    assert await daemon.stop() == 0
    assert "secret diary" not in daemon.said()


async def test_a_second_daemon_on_the_same_database_is_refused(both_stages: Stage) -> None:
    stage = both_stages
    chat = stage.chat()
    first, second = stage.daemon(), stage.daemon()
    await first.start()
    await chat.say("hi")
    await chat.wait(lambda chat: chat.answers(), timeout=30)
    await second.start()
    assert await second.died() == 69
    assert "another kotodom" in second.said()
    await chat.say("still there?")
    await chat.wait(lambda chat: len(chat.answers()) == 2)


async def test_a_start_without_network_waits_for_it(stage: Stage) -> None:
    url = stage.telegram.url
    await stage.telegram.stop()
    daemon = stage.daemon()
    await daemon.start()
    await daemon.wait_for("polling failed")
    await stage.telegram.start(port=int(url.rsplit(":", 1)[1]))
    chat = stage.chat()
    await chat.say("hi")
    await chat.wait(lambda chat: chat.answers() == ["Answer to: hi"], timeout=40)
