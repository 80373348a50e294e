"""getFile and downloads: whose ids are valid, how long links live, what is too big or gone."""

import aiohttp
import pytest
from aiogram.exceptions import TelegramBadRequest

from kotodom.demo.botapi import BotApi, CutBody, DropBefore, SlowBody, Status

MEGABYTE = 1024 * 1024


async def file_id(client):
    """Of the document that was sent last."""
    updates = await client.ok("getUpdates", offset=-1)
    return updates[0]["message"]["document"]["file_id"]


async def fetch(client, path, token="42:" + "A" * 35):
    async with client.session.get(f"{client.url}/file/bot{token}/{path}") as response:
        return response.status, await response.read()


async def test_a_wrong_or_foreign_file_id_is_refused(api, client, chat):
    await chat.document(b"secret", "a.txt")
    mine = await file_id(client)
    api.add_bot("43:" + "D" * 35, username="dog_bot")
    words = "Bad Request: wrong file_id or the file is temporarily unavailable"
    assert await client.refused("getFile", file_id=mine, token="43:" + "D" * 35) == words
    for wrong in ("abc", "", mine[:-1], "ÿ" * 50):
        assert await client.refused("getFile", file_id=wrong) == words
    assert (await client.ok("getFile", file_id=mine))["file_size"] == 6


async def test_a_file_above_20_megabytes_is_too_big_whatever_is_stored(aio, client, chat):
    await chat.document(b"small", "big.bin", claimed_size=25_000_000)
    message = (await client.ok("getUpdates"))[-1]["message"]
    assert message["document"]["file_size"] == 25_000_000
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await aio.get_file(message["document"]["file_id"])


async def test_a_path_works_only_after_get_file_for_an_hour_and_for_that_bot(
    api, client, chat, clock
):
    await chat.document(b"secret", "a.txt")
    file = await file_id(client)
    assert (await fetch(client, "documents/file_1.txt"))[0] == 404
    path = (await client.ok("getFile", file_id=file))["file_path"]
    assert path == "documents/file_1.txt"
    assert await fetch(client, path) == (200, b"secret")
    api.add_bot("43:" + "D" * 35, username="dog_bot")
    assert (await fetch(client, path, "43:" + "D" * 35))[0] == 404
    assert (await fetch(client, path, "43:" + "E" * 35))[0] == 401
    clock.advance(3599)
    assert (await fetch(client, path))[0] == 200
    clock.advance(2)
    assert (await fetch(client, path))[0] == 404


async def test_bytes_are_bounded_and_the_oldest_go_first(clock):
    api = BotApi(clock=clock, flood=None, keep_file_bytes=3 * MEGABYTE)
    bot = api.add_bot("42:" + "A" * 35, username="cat_bot")
    chat = api.private(bot, api.user(7))
    ids = [await chat.document(bytes(MEGABYTE), f"{number}.bin") for number in range(20)]
    assert api.world.files.held == 3 * MEGABYTE
    assert len(chat.file(ids[-1])) == MEGABYTE
    with pytest.raises(LookupError, match="not kept"):
        chat.file(ids[0])


async def test_gone_bytes_are_temporarily_unavailable(api, client, chat):
    api.world.files._keep = 10
    await chat.document(b"old bytes", "old.txt")
    old = await file_id(client)
    path = (await client.ok("getFile", file_id=old))["file_path"]
    await chat.document(b"new bytes", "new.txt")
    assert "temporarily unavailable" in await client.refused("getFile", file_id=old)
    assert (await fetch(client, path))[0] == 404


async def test_downloads_fail_on_demand(api, client, chat, clock):
    await chat.document(b"0123456789", "a.txt")
    path = (await client.ok("getFile", file_id=await file_id(client)))["file_path"]
    api.faults.add("file", Status(500, "Internal Server Error"))
    assert (await fetch(client, path))[0] == 500
    # For ever: aiohttp tries a GET once more by itself when a kept connection breaks.
    api.faults.add("file", DropBefore(), times=None)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await fetch(client, path)
    api.faults.clear()
    for effect in (CutBody(), CutBody(after=1)):
        api.faults.add("file", effect)
        with pytest.raises(aiohttp.ClientPayloadError):
            await fetch(client, path)
    began = clock.monotonic()
    api.faults.add("file", SlowBody(5.0))
    assert await fetch(client, path) == (200, b"0123456789")
    assert clock.monotonic() - began == pytest.approx(5.0)
    api.faults.add("getFile", Status(429, "Too Many Requests: retry after 1", retry_after=1))
    assert "retry after 1" in await client.refused("getFile", file_id="x")
    assert {call.method for call in api.calls if call.status == 200} >= {"file", "getFile"}


async def test_any_answer_can_be_cut_off_after_its_effect(api, client, chat):
    api.faults.add("sendMessage", CutBody())
    with pytest.raises(aiohttp.ClientPayloadError):
        await client.raw("sendMessage", chat_id=7, text="hello")
    assert chat.answers() == ["hello"]
