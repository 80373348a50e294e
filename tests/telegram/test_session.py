"""The shared session: proxies, time limits, and an end without waiting."""

import asyncio
import sys
import time

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError

from kotodom.errors import ConfigError
from kotodom.telegram.methods import GetMe
from kotodom.telegram.session import Session
from tests.telegram.scripted import http, ok, scripted

TOKEN = "42:" + "x" * 35


async def test_calls_go_through_an_http_proxy_with_its_credentials() -> None:
    seen: list[str] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(ok({"id": 42}))
        writer.close()

    server = await asyncio.start_server(proxy, "127.0.0.1")
    host, port = server.sockets[0].getsockname()
    session = Session(api_base="http://telegram.test", proxy=f"http://ann:pa55@{host}:{port}")
    assert await session(Bot(TOKEN, session=session), GetMe()) == {"id": 42}
    await session.close()
    server.close()
    [request] = seen
    assert request.startswith(f"POST http://telegram.test/bot{TOKEN}/getMe HTTP/1.1")
    assert "Proxy-Authorization: Basic YW5uOnBhNTU=" in request


async def test_a_proxy_that_refuses_to_connect_was_not_passed() -> None:
    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(http(407, "who are you?", "text/plain"))
        writer.close()

    server = await asyncio.start_server(proxy, "127.0.0.1")
    host, port = server.sockets[0].getsockname()
    session = Session(api_base="https://telegram.test", proxy=f"http://{host}:{port}")
    with pytest.raises(TelegramNetworkError, match="ClientHttpProxyError") as caught:
        await session(Bot(TOKEN, session=session), GetMe())
    assert TOKEN not in str(caught.value)
    await session.close()
    server.close()


@pytest.mark.parametrize("scheme", ["socks4", "socks5", "socks5h"])
def test_a_socks_proxy_without_its_package_is_a_mistake_in_words(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "aiohttp_socks", None)
    with pytest.raises(ConfigError, match="aiohttp-socks"):
        Session(api_base="https://x", proxy=f"{scheme}://127.0.0.1:1080")


def test_an_unknown_kind_of_proxy_is_a_mistake_in_words() -> None:
    with pytest.raises(ConfigError, match=r"telegram\.proxy: expected http://"):
        Session(api_base="https://x", proxy="gopher://secret@127.0.0.1:1080")


async def test_a_call_that_takes_too_long_is_given_up() -> None:
    stuck = asyncio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await stuck.wait()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1")
    host, port = server.sockets[0].getsockname()
    session = Session(api_base=f"http://{host}:{port}")
    with pytest.raises(TelegramNetworkError, match="TimeoutError"):
        await session(Bot(TOKEN, session=session), GetMe(), timeout=1)
    await session.close()
    stuck.set()
    server.close()


async def test_closing_waits_for_nothing_and_can_be_repeated() -> None:
    async with scripted(lambda *_: ok({"id": 42})) as api:
        session = Session(api_base=api.url)
        await session.close()
        assert await session(Bot(TOKEN, session=session), GetMe()) == {"id": 42}
        started = time.monotonic()
        await session.close()
        await session.close()
        assert time.monotonic() - started < 0.2
