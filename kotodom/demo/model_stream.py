"""How the offline model server sends its answers, and how it fails before or in the middle."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from kotodom.clock import Clock
from kotodom.demo import model_faults as faults
from kotodom.demo.model_events import Script

_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}


_PAGE = "<!doctype html><html><body><h1>Welcome to the hotel Wi-Fi</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the model is, in seconds."""

    delay: float
    """Before the first token."""
    interval: float
    """Between two pieces of text; 0 sends them all at once."""
    clock: Clock
    thinking: float = 0.0
    """From the first thought to the first token."""
    endless: bool = False
    """The text is said again and again, until the client goes away."""


async def fail_early(
    request: web.Request, fault: faults.Early | faults.Latency, clock: Clock
) -> web.Response | None:
    """Do what *fault* says instead of an answer; None when the answer only comes later."""
    match fault:
        case faults.Latency(seconds):
            await clock.sleep(seconds)
            return None
        case faults.Status(code, error, headers):
            return web.json_response({"error": error}, status=code, headers=headers)
        case faults.HtmlBody():
            return web.Response(text=_PAGE, content_type="text/html")
        case faults.Hang():
            await asyncio.Event().wait()
        case faults.Refuse():
            reset(request)
    return web.Response()


async def stream(
    request: web.Request, script: Script, pace: Pace, fault: faults.Fault | None, cut: str
) -> web.StreamResponse:
    """Send *script*, up to *fault* when that is one in the stream.

    *cut* is why the answer is incomplete; empty when it is not.
    """
    response = web.StreamResponse(headers=_HEADERS)
    await response.prepare(request)
    broken = fault if isinstance(fault, faults.InStream) else None
    if isinstance(broken, faults.Incomplete):
        broken = None
    text = script.opening()
    if pace.delay:
        await response.write(text)
        await pace.clock.sleep(pace.delay)
        text = b""
    # A server that never gets to its first token has not begun an item either.
    if not (isinstance(broken, faults.Stall | faults.KeepAliveOnly) and broken.after == 0):
        text = await _thoughts(response, script, pace, text)
        text = await _pieces(response, script, pace, text)
    if broken is None:
        await response.write(text + script.tail(incomplete=cut))
    else:
        await response.write(text)
        await _break(request, response, script, broken, pace.clock)
    if request.transport is not None and not request.transport.is_closing():
        await response.write_eof()
    return response


async def _thoughts(
    response: web.StreamResponse, script: Script, pace: Pace, before: bytes
) -> bytes:
    """Think aloud, after *before*; return what may go out with the first piece."""
    if not script.thoughts:
        return before
    text = before + script.begin_thinking()
    for thought in script.thoughts:
        text += script.think(thought)
        if pace.thinking:
            await response.write(text)
            await pace.clock.sleep(pace.thinking / len(script.thoughts))
            text = b""
    return text + script.end_thinking()


async def _pieces(response: web.StreamResponse, script: Script, pace: Pace, before: bytes) -> bytes:
    """Send the pieces one by one, after *before*; return what may go out with the end."""
    head = script.head()
    if not pace.interval:
        return before + head + b"".join(script.deltas())
    await response.write(before + head)
    while True:
        for delta in script.deltas():
            await response.write(delta)
            await pace.clock.sleep(pace.interval)
        if not pace.endless:
            return b""


async def _break(
    request: web.Request,
    response: web.StreamResponse,
    script: Script,
    fault: faults.InStream,
    clock: Clock,
) -> None:
    """Do what *fault* says; a clean end without a terminal event needs nothing."""
    match fault:
        case faults.CutAfter():
            await response.drain()
            reset(request)
        case faults.Stall():
            await asyncio.Event().wait()
        case faults.KeepAliveOnly(interval=interval):
            while True:
                await response.write(b": keep-alive\n\n" + script.in_progress())
                await clock.sleep(interval)
        case faults.ErrorEvent(code, nested, _, message, kind):
            await response.write(script.error(code, message, kind, nested=nested))
        case faults.FailedEvent(code, _, message):
            await response.write(script.failed(code, message))
        case faults.BadJson():
            await response.write(b'event: response.output_text.delta\ndata: {"type": \n\n')


def reset(request: web.Request) -> None:
    """Break the connection without a goodbye."""
    if request.transport is not None:
        request.transport.abort()
