"""``kotodom demo --telegram-only`` and ``--model-only``: one emulator for any program."""

import re
import signal
import socket
from pathlib import Path

import aiohttp
import pytest

from tests.demo.kit import converse, piped, read_until


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
async def test_telegram_only_serves_every_well_formed_token(
    tmp_path: Path, ending: signal.Signals
) -> None:
    async with piped(tmp_path, "--telegram-only") as demo, aiohttp.ClientSession() as session:
        assert demo.stdout and demo.stderr
        url = _address(await read_until(demo.stdout, "Ctrl-C"))
        async with session.get(f"{url}/bot77:{'x' * 35}/getMe") as response:
            assert (await response.json())["result"]["id"] == 77
        demo.send_signal(ending)
        assert await demo.wait() == 0
        assert (await demo.stderr.read()).decode() == ""


async def test_model_only_answers_on_the_chosen_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    arguments = ("--model-only", "--port", str(port))
    async with piped(tmp_path, *arguments) as demo, aiohttp.ClientSession() as session:
        assert demo.stdout
        url = _address(await read_until(demo.stdout, "Ctrl-C"))
        assert url == f"http://127.0.0.1:{port}/v1"
        async with session.post(
            f"{url}/responses",
            json={"model": "any", "input": "2 + 2"},
            headers={"Authorization": "Bearer anything"},
        ) as response:
            assert "4" in await response.text()
        demo.send_signal(signal.SIGINT)
        assert await demo.wait() == 0


async def test_a_port_that_is_taken_is_one_plain_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        code, output, errors = await converse(
            tmp_path, arguments=("--telegram-only", "--port", str(port))
        )
    assert (code, output) == (1, "")
    assert errors.startswith(f"Port {port} cannot be served: ")
    assert errors.count("\n") == 1


def _address(said: str) -> str:
    found = re.search(r"serves (http://\S+)", said)
    assert found is not None, said
    return found[1]
