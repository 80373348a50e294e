"""Small pieces of a stream are gathered by the kernel, and nothing gets stuck there."""

import asyncio
import socket

import pytest
from provider_kit import ask, listen, text_of

from kotodom.demo import model_faults as faults
from kotodom.llm import gathering
from kotodom.llm.gathering import ENOUGH, Gathering
from kotodom.model import Delta, Done

PIECES = 120


@pytest.fixture
async def connection():
    """A loopback connection: our reader and writer, and the other side's writer."""
    accepted = asyncio.get_running_loop().create_future()

    async def accept(_, writer):
        accepted.set_result(writer)

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        other = await accepted
        yield reader, writer, other
        for end in (writer, other):
            end.close()
            await end.wait_closed()


def low_water_mark(writer):
    return writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT)


async def test_small_pieces_are_read_together(make_server, make_provider):
    server = await make_server(delta_interval=0.002, answer=lambda items, body: "word" * PIECES)
    events = await listen(make_provider(base_url=server.url))
    assert text_of(events) == "word" * PIECES
    assert sum(isinstance(event, Delta) for event in events) < PIECES / 3


async def test_the_end_of_an_answer_is_not_held_back(make_server, make_provider, monkeypatch):
    monkeypatch.setattr(gathering, "HELD", 3600.0)
    server = await make_server(delta_interval=0.001, answer=lambda items, body: "Yes, of course.")
    async with asyncio.timeout(5):
        events = await listen(make_provider(base_url=server.url))
    assert isinstance(events[-1], Done)


async def test_a_piece_that_nothing_follows_is_read_all_the_same(make_server, make_provider):
    server = await make_server(delta_interval=0.001, answer=lambda items, body: "word" * 9)
    server.add(faults.Stall(after=3))
    stream = make_provider(base_url=server.url).stream(ask("hello"))
    heard = ""
    async with asyncio.timeout(4):
        while heard != "word" * 3:
            heard += (await anext(stream)).text
    await stream.aclose()


async def test_less_than_enough_waits_until_it_is_released(connection):
    reader, writer, other = connection
    gathered = Gathering(writer.transport)
    gathered.hold()
    assert low_water_mark(writer) == ENOUGH
    other.write(b"little")
    gathered.release()
    assert low_water_mark(writer) == 1
    assert await reader.read(ENOUGH) == b"little"


async def test_it_lets_go_by_itself(connection, monkeypatch):
    monkeypatch.setattr(gathering, "HELD", 0.01)
    reader, writer, other = connection
    Gathering(writer.transport).hold()
    other.write(b"little")
    async with asyncio.timeout(5):
        assert await reader.read(ENOUGH) == b"little"
    assert low_water_mark(writer) == 1


async def test_a_closing_connection_is_left_alone(connection):
    _, writer, _ = connection
    gathered = Gathering(writer.transport)
    connected = writer.get_extra_info("socket")
    writer.close()
    gathered.hold()
    assert connected.getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT) == 1


async def test_without_a_connection_it_does_nothing():
    gathered = Gathering(None)
    gathered.hold()
    gathered.release()
