"""How the offline model server sends a streamed answer, and how it breaks off in the middle."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from kotodom.clock import Clock
from kotodom.demo import model_faults as faults
from kotodom.demo.model_events import Script

_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the model is, in seconds."""

    delay: float
    """Before the first token."""
    interval: float
    """Between two pieces of text; 0 sends them all at once."""
    clock: Clock


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
        text = await _pieces(response, script, pace, text)
    if broken is None:
        await response.write(text + script.tail(incomplete=cut))
    else:
        await response.write(text)
        await _break(request, response, script, broken, pace.clock)
    if request.transport is not None and not request.transport.is_closing():
        await response.write_eof()
    return response


async def _pieces(response: web.StreamResponse, script: Script, pace: Pace, before: bytes) -> bytes:
    """Send the pieces one by one, after *before*; return what may go out with the end."""
    head, deltas = script.head(), script.deltas()
    if not pace.interval:
        return before + head + b"".join(deltas)
    await response.write(before + head)
    for delta in deltas:
        await response.write(delta)
        await pace.clock.sleep(pace.interval)
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
