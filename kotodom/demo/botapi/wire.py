"""Answers as they go over the wire, whole, cut off or slowly."""

import asyncio
import json
from contextlib import suppress

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage

from kotodom.clock import Clock
from kotodom.demo.botapi.faults import CutBody, Effect, SlowBody
from kotodom.demo.botapi.files import MAX_UPLOAD
from kotodom.demo.botapi.values import ApiError, Json

_PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
_PIECE = 256 * 1024
"""Bytes written at once."""
_SLOW_PIECES = 10
_MAX_BODY = 2 * MAX_UPLOAD
"""Bytes: the largest upload as base64, and what is around it."""


def request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: "asyncio.Task[None]",
) -> web.BaseRequest:
    """aiohttp's own requests, but for uploads of the size Telegram takes."""
    loop = asyncio.get_running_loop()
    return web.BaseRequest(
        message, payload, protocol, writer, task, loop, client_max_size=_MAX_BODY
    )


def restart() -> ApiError:
    """What a Bot API server that closes says."""
    return ApiError(500, "Internal Server Error: restart")


def answer(outcome: Json | ApiError) -> web.Response:
    """The JSON of a result or a refusal."""
    status = outcome.status if isinstance(outcome, ApiError) else 200
    body = outcome.body() if isinstance(outcome, ApiError) else outcome
    return web.Response(
        status=status,
        body=json.dumps(body, separators=(",", ":")).encode(),
        content_type="application/json",
    )


def page(status: int, title: str) -> web.Response:
    """What a proxy shows."""
    return web.Response(status=status, text=_PAGE.format(title), content_type="text/html")


def abort(request: web.BaseRequest) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def write(
    request: web.BaseRequest, response: web.Response, clock: Clock, effect: Effect | None = None
) -> web.StreamResponse:
    """Send the answer now, in pieces; a client that is gone already is none of our business."""
    body = bytes(response.body) if isinstance(response.body, bytes | bytearray) else b""
    stream = web.StreamResponse(status=response.status)
    stream.content_type = response.content_type
    stream.content_length = len(body)
    end, piece, pause = len(body), _PIECE, 0.0
    if isinstance(effect, CutBody):
        end = len(body) // 2 if effect.after is None else min(effect.after, len(body) - 1)
    elif isinstance(effect, SlowBody):
        piece, pause = max(1, -(-len(body) // _SLOW_PIECES)), effect.seconds / _SLOW_PIECES
    with suppress(ConnectionError):
        await stream.prepare(request)
        for place in range(0, end, piece):
            if pause:
                await clock.sleep(pause)
            await stream.write(body[place : min(place + piece, end)])
        if end < len(body):
            return abort(request)
        await stream.write_eof()
    return stream
