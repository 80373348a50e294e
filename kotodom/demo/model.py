"""The offline model server: the Responses API on loopback, for the demo and for the tests."""

import asyncio
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from kotodom.clock import Clock, SystemClock
from kotodom.demo import model_faults as faults
from kotodom.demo.model_answers import answer as offline_answer
from kotodom.demo.model_events import Script, tokens
from kotodom.demo.model_requests import Refused, items_of, no_key, no_model
from kotodom.demo.model_stream import Pace, reset, stream
from kotodom.money import DEFAULT_PRICES

Answer = Callable[[list[dict[str, Any]], dict[str, Any]], str]
"""(input items, whole request) → Markdown."""

_CHUNK = 4
"""Characters in one piece of text: about a token, as the real API streams them."""

_KEPT = 10_000
"""Requests remembered: enough for any test, bounded for a demo that runs for weeks."""

_BORN = 1_760_000_000
"""When all offline models were "created": a fixed time keeps answers deterministic."""

_PAGE = "<!doctype html><html><body><h1>Welcome to the hotel Wi-Fi</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Received:
    """One request for an answer."""

    at: float
    """Monotonic."""
    body: dict[str, Any]
    headers: dict[str, str]
    """Names in lower case."""
    peer: tuple[str, int]
    """The client's end of the connection."""


@dataclass(slots=True)
class _Order:
    """A fault that waits for the requests it is meant for."""

    fault: faults.Fault
    times: int
    match: Callable[[dict[str, Any]], bool] | None


class ModelServer:
    """A model provider without a model.

    Everything it received is in :attr:`requests`; what it should do wrong is ordered with
    :meth:`add`; tests wait with :meth:`wait_for`.
    """

    def __init__(
        self,
        *,
        delay: float = 0.0,
        delta_interval: float = 0.0,
        chunk: int = _CHUNK,
        answer: Answer | None = None,
        models: Collection[str] | None = None,
        reasoning: bool = False,
        clock: Clock | None = None,
    ) -> None:
        """*delay* seconds before the first token, *delta_interval* between two of *chunk*
        characters each; *models* that exist, None for any; *reasoning* thinks aloud first.
        """
        self.requests: deque[Received] = deque(maxlen=_KEPT)
        self.active = 0
        """Requests being answered now."""
        self.disconnects = 0
        """Clients that went away before their answer was complete."""
        self._delay = delay
        self._delta_interval = delta_interval
        self._chunk = chunk
        self._answer = answer or offline_answer
        self._models = models
        self._reasoning = reasoning
        self._clock = clock or SystemClock()
        self._orders: list[_Order] = []
        self._count = 0
        self._changed = asyncio.Event()
        self._stopping = False
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, and return the base URL that clients want, ending in ``/v1``."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/v1/responses", self._responses)
        app.router.add_get("/v1/models", self._list_models)
        app.router.add_get("/v1/models/{id:.+}", self._get_model)
        app.router.add_route("*", "/{path:.*}", _nowhere)
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await runner.setup()
        site = web.TCPSite(runner, host, port)
        await site.start()
        self._runner, self._stopping = runner, False
        return f"http://{host}:{runner.addresses[0][1]}/v1"

    async def stop(self) -> None:
        """Close every connection and stop listening; may be started again."""
        self._stopping = True
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def add(
        self,
        fault: faults.Fault,
        times: int = 1,
        match: Callable[[dict[str, Any]], bool] | None = None,
    ) -> None:
        """Let the next *times* requests (whose body *match* accepts) meet *fault*."""
        self._orders.append(_Order(fault, times, match))

    def clear(self) -> None:
        """Forget all faults that have not happened yet."""
        self._orders.clear()

    async def wait_for(
        self, predicate: Callable[["ModelServer"], bool], timeout: float = 5.0
    ) -> None:
        """Wait until *predicate* holds; raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while not predicate(self):
                await self._changed.wait()

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _next_fault(self, body: dict[str, Any]) -> faults.Fault | None:
        for order in self._orders:
            if order.match is None or order.match(body):
                order.times -= 1
                if order.times <= 0:
                    self._orders.remove(order)
                return order.fault
        return None

    # -- models -----------------------------------------------------------------------------

    async def _list_models(self, request: web.Request) -> web.Response:
        known = DEFAULT_PRICES if self._models is None else self._models
        return web.json_response({"object": "list", "data": [_model(name) for name in known]})

    async def _get_model(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        if "authorization" not in request.headers:
            return _refusal(no_key())
        if self._models is not None and name not in self._models:
            return _refusal(no_model(name))
        return web.json_response(_model(name))

    # -- responses --------------------------------------------------------------------------

    async def _responses(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.json()
        except ValueError:
            body = None
        headers = {name.lower(): value for name, value in request.headers.items()}
        known = body if isinstance(body, dict) else {}
        peer = request.transport.get_extra_info("peername") if request.transport else ("", 0)
        self.requests.append(Received(self._clock.monotonic(), known, headers, peer))
        self.active += 1
        self._notify()
        try:
            return await self._respond(request, body)
        except Refused as refused:
            return _refusal(refused)
        except (asyncio.CancelledError, ConnectionError):
            # aiohttp cancels the handler when its client goes away, and also when we stop.
            if not self._stopping:
                self.disconnects += 1
            raise
        finally:
            self.active -= 1
            self._notify()

    async def _respond(self, request: web.Request, body: Any) -> web.StreamResponse:
        if not request.headers.get("authorization", "").startswith("Bearer "):
            raise no_key()
        items = items_of(body)
        fault = self._next_fault(body)
        if fault is not None and not isinstance(fault, faults.InStream):
            early = await self._fail_early(request, fault)
            if early is not None:
                return early
        if self._models is not None and body["model"] not in self._models:
            raise no_model(body["model"])
        script, cut = self._script(body, items, fault)
        if not body.get("stream"):
            await self._clock.sleep(self._delay)
            return web.json_response(script.whole())
        pace = Pace(self._delay, self._delta_interval, self._clock)
        return await stream(request, script, pace, fault, cut)

    async def _fail_early(
        self, request: web.Request, fault: faults.Early | faults.Latency
    ) -> web.Response | None:
        match fault:
            case faults.Latency(seconds):
                await self._clock.sleep(seconds)
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

    def _script(
        self, body: dict[str, Any], items: list[dict[str, Any]], fault: faults.Fault | None
    ) -> tuple[Script, str]:
        """The answer, and why it ends early (empty: it does not)."""
        text = self._answer(items, body)
        cut = ""
        limit = body.get("max_output_tokens")
        if isinstance(limit, int) and tokens(text) > limit:
            text, cut = text[: limit * 4], "max_output_tokens"
        size = self._chunk
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        if isinstance(fault, faults.Incomplete):
            cut = fault.reason
        if isinstance(fault, faults.InStream):
            pieces = pieces[: fault.after]
        self._count += 1
        asked = tokens(str(body.get("instructions") or ""))
        asked += sum(tokens(str(item.get("content", ""))) for item in items)
        script = Script(
            body,
            pieces,
            number=self._count,
            created_at=self._clock.now() // 1000,
            input_tokens=asked,
            reasoning=self._reasoning,
        )
        return script, cut


async def _nowhere(request: web.Request) -> web.Response:
    message = f"Invalid URL ({request.method} {request.path})"
    return _refusal(Refused(404, message))


def _refusal(refused: Refused) -> web.Response:
    return web.json_response({"error": refused.error}, status=refused.status)


def _model(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "object": "model",
        "created": _BORN,
        "owned_by": "offline",
        "shutdown_date": None,
    }
