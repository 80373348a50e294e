"""However much a provider sends, an answer and each event of it stay within bounds."""

import asyncio
import json
from contextlib import asynccontextmanager

import anyio
import httpx2
import pytest
from aiohttp import web
from provider_kit import ask, listen, text_of

from kotodom.errors import ProviderTimeout, StreamBroken
from kotodom.llm.exchange import Deadlines, Exchange
from kotodom.llm.responses import MAX_ANSWER, AnswerReader
from kotodom.llm.sse import MAX_EVENT
from kotodom.model import Delta, Done


class Talker:
    """A server that writes whatever *say* yields, and knows how much it got rid of."""

    def __init__(self, say):
        self._say = say
        self.written = 0
        self.asked = 0
        self.ended = asyncio.Event()

    async def answer(self, request):
        await request.read()
        self.asked += 1
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            for piece in self._say():
                await response.write(piece)
                self.written += len(piece)
        finally:
            self.ended.set()
        return response


@asynccontextmanager
async def talking(say):
    talker, app = Talker(say), web.Application()
    app.router.add_post("/responses", talker.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    talker.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield talker
    finally:
        await runner.cleanup()


def event(kind, **data):
    return f"data: {json.dumps({'type': kind, **data})}\n\n".encode()


def delta(text):
    return event("response.output_text.delta", output_index=0, delta=text)


def completed(text):
    message = {"type": "message", "content": [{"type": "output_text", "text": text}]}
    return event("response.completed", response={"status": "completed", "output": [message]})


def for_ever(piece):
    while True:
        yield piece


async def test_an_answer_without_end_is_cut_off_and_its_connection_closed(make_provider):
    async with talking(lambda: for_ever(delta("x" * 4_001) * 16)) as talker:
        events = await listen(make_provider(base_url=talker.url))
        async with asyncio.timeout(5):
            await talker.ended.wait()
    assert text_of(events) == "x" * MAX_ANSWER
    assert events[-1].incomplete == "max_output_tokens"
    assert events[-1].usage.estimated
    assert talker.asked == 1
    # What is more than the answer never left the sockets' buffers.
    assert talker.written < 20_000_000


async def test_a_caller_that_is_cut_off_can_ask_again(make_provider):
    async with talking(lambda: for_ever(delta("x" * 100_000))) as talker:
        provider = make_provider(base_url=talker.url)
        for _ in range(3):
            assert len(text_of(await listen(provider))) == MAX_ANSWER
        assert provider.breaker.state == "closed"


async def test_the_longest_answer_passes_whole_however_its_last_event_is_escaped(make_provider):
    text = "🐈" * MAX_ANSWER
    pieces = [text[start : start + 50_000] for start in range(0, len(text), 50_000)]
    last = completed(text)
    assert len(last) < MAX_EVENT
    async with talking(lambda: [*map(delta, pieces), last]) as talker:
        events = await listen(make_provider(base_url=talker.url))
    assert text_of(events) == text
    assert events[-1].incomplete == ""


async def test_an_answer_that_comes_at_once_is_cut_off_too(make_provider):
    async with talking(lambda: [completed("x" * (MAX_ANSWER + 1))]) as talker:
        [done] = await listen(make_provider(base_url=talker.url))
    assert done.text == "x" * MAX_ANSWER
    assert done.incomplete == "max_output_tokens"


@pytest.mark.parametrize("piece", [b"x" * 65_536, b"data: " + b"x" * 65_000 + b"\n"])
async def test_an_event_without_end_breaks_the_stream(make_provider, piece):
    async with talking(lambda: for_ever(piece)) as talker:
        with pytest.raises(StreamBroken, match="without end"):
            await listen(make_provider(base_url=talker.url))
        async with asyncio.timeout(5):
            await talker.ended.wait()
    assert talker.asked == 3
    assert talker.written < 3 * (MAX_EVENT + 12_000_000)


def read(*pieces):
    """What a reader makes of deltas with these texts, and whether it wants no more."""
    reader = AnswerReader(ask())
    found = []
    for item, text in pieces:
        data = {"type": "response.output_text.delta", "output_index": item, "delta": text}
        found.append(reader.read(data)[0])
    return found, reader


def test_the_limit_itself_is_not_too_long():
    found, reader = read((0, "x" * MAX_ANSWER))
    assert found == [Delta("x" * MAX_ANSWER)]
    assert not reader.overflowed
    assert reader.read({"type": "response.output_text.delta", "delta": "y", "output_index": 0}) == (
        None,
        True,
    )
    assert reader.overflowed
    assert reader.cut_off().text == "x" * MAX_ANSWER


def test_the_gap_between_two_items_counts():
    found, reader = read((0, "x" * (MAX_ANSWER - 3)), (1, "yz"))
    assert found[1] == Delta("\n\ny")
    assert reader.overflowed
    assert len(reader.cut_off().text) == MAX_ANSWER


# -- only ProviderError comes out, whatever the HTTP client raises -------------------------------


class Stream:
    """A response of which *chunks* arrive; an exception among them is raised."""

    stream = None

    def __init__(self, *chunks):
        self._chunks = chunks

    async def aiter_bytes(self):
        for chunk in self._chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    async def aclose(self):
        raise anyio.ClosedResourceError


def exchange(clock, *chunks):
    return Exchange(Stream(*chunks), AnswerReader(ask()), Deadlines(5, 5), clock)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (anyio.EndOfStream(), StreamBroken),
        (anyio.BrokenResourceError(), StreamBroken),
        (OSError(5, "the TLS layer gave up"), StreamBroken),
        (RuntimeError("a bug of the client's"), StreamBroken),
        (ValueError("another one, with Bearer sk-0123456789 in it"), StreamBroken),
        (httpx2.ReadTimeout("slow"), ProviderTimeout),
    ],
    ids=repr,
)
async def test_what_the_http_client_raises_under_way_comes_out_as_ours(clock, error, expected):
    one = exchange(clock, delta("hello"), error)
    assert await one.next() == Delta("hello")
    with pytest.raises(expected) as caught:
        await one.next()
    assert type(caught.value) is expected
    assert "sk-0123456789" not in str(caught.value)
    assert caught.value.__suppress_context__
    await one.close()


@pytest.mark.parametrize("error", [anyio.EndOfStream(), OSError(5, "gone"), RuntimeError("bug")])
async def test_what_goes_wrong_after_the_answer_costs_nothing(clock, error):
    one = exchange(clock, completed("hello"), error)
    assert isinstance(await one.next(), Done)
    await one.drain()


async def test_closing_a_connection_that_is_broken_already_raises_nothing(clock):
    """``close()`` runs while other errors are on their way and must not take their place."""
    one = exchange(clock, delta("hello"))
    await one.close()
    await one.close()


async def test_an_event_nested_without_end_breaks_the_stream(clock):
    one = exchange(clock, b"data: " + b"[" * 200_000 + b"\n\n")
    with pytest.raises(StreamBroken, match="not JSON"):
        await one.next()
    await one.close()
