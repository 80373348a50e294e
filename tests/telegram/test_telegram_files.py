"""Files come whole or not at all, no larger than allowed, and without a word of the token."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from kotodom.errors import (
    FileNotFetched,
    FileProblem,
    FileUnusable,
    FloodWait,
    NotSent,
    TokenRevoked,
    classify,
)
from kotodom.model import Attachment, AttachmentKind
from kotodom.telegram.files import TelegramFiles
from kotodom.telegram.pool import BotPool
from kotodom.telegram.session import Session
from tests.telegram.desk_kit import TOKEN, a_bot
from tests.telegram.scripted import Answer, Last, ScriptedApi, error, http, ok, scripted

PHOTO = Attachment(AttachmentKind.PHOTO, "f1")
FOUND = ok({"file_id": "f1", "file_path": "photos/file_1.jpg"})
BYTES = bytes(range(256)) * 512


@asynccontextmanager
async def files_at(url: str, deadline: float = 10.0) -> AsyncIterator[TelegramFiles]:
    pool = BotPool(Session(api_base=url))
    pool.put(a_bot())
    yield TelegramFiles(pool=pool, deadline=deadline)
    await pool.close()


@asynccontextmanager
async def files_with(
    located: Answer | Callable[[], Answer], downloaded: Answer | Callable[[], Answer] = None
) -> AsyncIterator[tuple[TelegramFiles, ScriptedApi]]:
    def answer(method: str, _: Any) -> Answer:
        given = located if method == "getFile" else downloaded
        return given() if callable(given) else given

    async with scripted(answer) as api, files_at(api.url) as files:
        yield files, api


def methods(api: ScriptedApi) -> list[str]:
    return [method for method, _ in api.calls]


async def test_a_file_is_located_and_downloaded_over_one_connection() -> None:
    async with files_with(FOUND, http(200, BYTES, "image/jpeg")) as (files, api):
        assert await files.fetch(1, PHOTO, limit=len(BYTES)) == BYTES
    assert api.calls == [("getFile", {"file_id": "f1"}), ("file_1.jpg", {})]
    assert api.connections == 1


async def test_the_path_is_found_anew_when_it_has_expired() -> None:
    answers = [http(404, "{}"), http(200, b"here")]
    async with files_with(FOUND, lambda: answers.pop(0)) as (files, api):
        assert await files.fetch(1, PHOTO, limit=10) == b"here"
    assert methods(api) == ["getFile", "file_1.jpg"] * 2


async def problem(files: TelegramFiles, limit: int = 10, attachment: Attachment = PHOTO) -> str:
    with pytest.raises(FileUnusable) as caught:
        await files.fetch(1, attachment, limit=limit)
    assert TOKEN not in f"{caught.value!r} {caught.value.__context__!r}"
    return caught.value.problem


async def test_a_file_that_telegram_has_no_more_is_gone() -> None:
    for located, downloaded in (
        (FOUND, http(404, '{"ok":false}')),
        (FOUND, http(400, '{"ok":false}')),
        (error(400, "Bad Request: wrong file_id or the file is temporarily unavailable"), None),
        (error(400, "Bad Request: invalid file_id"), None),
        (ok({"file_id": "f1"}), None),
        (ok({"file_id": "f1", "file_path": "/var/lib/bot-api/photo.jpg"}), None),
    ):
        async with files_with(located, downloaded) as (files, api):
            assert await problem(files) == FileProblem.GONE
            assert len(api.calls) <= 4


async def test_what_is_too_big_is_not_downloaded() -> None:
    big = ok({"file_id": "f1", "file_path": "x/y", "file_size": 11})
    for attachment, located, calls in (
        (Attachment(AttachmentKind.PHOTO, "f1", size=11), FOUND, []),
        (PHOTO, big, ["getFile"]),
        (PHOTO, error(400, "Bad Request: file is too big"), ["getFile"]),
        (PHOTO, FOUND, ["getFile", "file_1.jpg"]),
    ):
        async with files_with(located, http(200, b"x" * 11)) as (files, api):
            assert await problem(files, attachment=attachment) == FileProblem.TOO_BIG
            assert methods(api) == calls


async def test_a_body_without_end_is_read_no_further_than_the_limit() -> None:
    """Whatever Telegram says of its size: bytes are counted as they come."""
    sent = 0

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        head = await reader.readuntil(b"\r\n\r\n")
        if b"getFile" in head:
            writer.write(FOUND)
            await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                writer.write(b"10000\r\n" + b"x" * 65_536 + b"\r\n")
                await writer.drain()
                sent += 65_536
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(endless, "127.0.0.1")
    host, port = server.sockets[0].getsockname()
    async with files_at(f"http://{host}:{port}") as files:
        assert await problem(files, limit=1_000_000) == FileProblem.TOO_BIG
    server.close()
    await server.wait_closed()
    assert sent < 20_000_000


@pytest.mark.parametrize(
    ("located", "downloaded"),
    [
        (FOUND, http(500, "restart")),
        (FOUND, http(302, "")),
        (FOUND, None),
        (FOUND, Last(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")),
        (FOUND, b"not HTTP at all\r\n\r\n"),
        (error(500, "Internal Server Error: restart"), None),
        (http(502, "<html>"), None),
        (ok(None), None),
        (ok([]), None),
        (None, None),
    ],
)
async def test_trouble_on_the_way_is_worth_another_try(located: Answer, downloaded: Answer) -> None:
    """But not for ever: Telegram is there, and the trouble may be this one file's."""
    async with files_with(located, downloaded) as (files, _):
        with pytest.raises(FileNotFetched) as caught:
            await files.fetch(1, PHOTO, limit=1_000)
        assert classify(caught.value).kind == "RETRYABLE"
        assert not caught.value.free
        assert TOKEN not in f"{caught.value!r} {caught.value.__cause__!r}"
        assert TOKEN not in repr(caught.value.__context__)


async def test_an_unreachable_server_is_worth_another_try_and_an_unknown_bot_too() -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1")
    host, port = server.sockets[0].getsockname()
    server.close()
    async with files_at(f"http://{host}:{port}") as files:
        for bot_id in (1, 99):
            with pytest.raises(NotSent):
                await files.fetch(bot_id, PHOTO, limit=1_000)


async def test_a_flood_wait_is_told_with_its_time() -> None:
    flood = http(429, "{}").replace(b"\r\n", b"\r\nRetry-After: 7\r\n", 1)
    for located, downloaded, wait in (
        (error(429, "Too Many Requests: retry after 3", retry_after=3), None, 3),
        (FOUND, flood, 7),
        (FOUND, http(429, "{}"), 30),
    ):
        async with files_with(located, downloaded) as (files, _):
            with pytest.raises(FloodWait) as caught:
                await files.fetch(1, PHOTO, limit=1_000)
            assert caught.value.retry_after == wait


async def test_a_revoked_token_is_fatal_for_files_too() -> None:
    async with files_with(error(401, "Unauthorized")) as (files, _):
        with pytest.raises(TokenRevoked):
            await files.fetch(1, PHOTO, limit=1_000)


async def test_a_download_that_crawls_is_given_up() -> None:
    stuck = asyncio.Event()

    async def crawl(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(FOUND)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        await stuck.wait()
        writer.close()

    server = await asyncio.start_server(crawl, "127.0.0.1")
    host, port = server.sockets[0].getsockname()
    began = time.monotonic()
    async with files_at(f"http://{host}:{port}", deadline=0.3) as files:
        with pytest.raises(FileNotFetched, match="in time"):
            await files.fetch(1, PHOTO, limit=1_000)
    assert time.monotonic() - began < 5
    stuck.set()
    server.close()
