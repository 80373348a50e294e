"""The offline model server on loopback, for the demo and for the tests.

It speaks the Responses API and the transcription interface.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

from kotodom.clock import Clock, SystemClock
from kotodom.demo import model_faults as faults
from kotodom.demo import model_hearing as hearing
from kotodom.demo.model_answers import Reply
from kotodom.demo.model_answers import answer as offline_answer
from kotodom.demo.model_hearing import Heard
from kotodom.demo.model_orders import Match, Orders
from kotodom.demo.model_received import Received, input_tokens, received
from kotodom.demo.model_refusals import Refused, no_key, no_model
from kotodom.demo.model_requests import items_of
from kotodom.demo.model_script import script_of
from kotodom.demo.model_stream import Pace, fail_early, stream
from kotodom.money import DEFAULT_PRICES

Answer = Callable[[list[dict[str, Any]], dict[str, Any]], str | Reply]
"""(input items, whole request) → Markdown, or a Reply that also says how it is given."""

Hear = Callable[[Heard], str]
"""A recording → what was said in it."""

_CHUNK = 4
"""Characters in one piece of text: about a token, as the real API streams them."""

_KEPT = 10_000
"""Requests remembered: enough for any test, bounded for a demo that runs for weeks."""

_KEPT_RECORDINGS = 16
"""They are remembered with their bytes, of which each may have 25 million."""

_BORN = 1_760_000_000
"""When all offline models were "created": a fixed time keeps answers deterministic."""


class ModelServer:
    """A model provider without a model.

    Everything it received is in :attr:`requests` and :attr:`recordings`; what it should do wrong is
    ordered with :meth:`add`; tests wait with :meth:`wait_for`.
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
        hear: Hear | None = None,
        clock: Clock | None = None,
    ) -> None:
        """*delay* seconds before the first token, *delta_interval* between two of *chunk*
        characters each; *models* that exist, None for any; *reasoning* thinks aloud first; *hear*
        listens to recordings for which no transcript was put into :attr:`transcripts`.
        """
        self.requests: deque[Received] = deque(maxlen=_KEPT)
        self.recordings: deque[Heard] = deque(maxlen=_KEPT_RECORDINGS)
        self.transcripts: deque[str] = deque()
        """What the next recordings say, one each."""
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
        self._hear = hear or hearing.hear
        self._clock = clock or SystemClock()
        self._orders = Orders()
        self._count = 0
        self._changed = asyncio.Event()
        self._stopping = False
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, and return the base URL that clients want, ending in ``/v1``."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/v1/responses", self._responses)
        app.router.add_post("/v1/audio/transcriptions", self._transcriptions)
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
        match: Match | None = None,
        *,
        hearing: bool = False,
    ) -> None:
        """Let the next *times* requests (whose body *match* accepts) meet *fault*.

        *hearing*: requests for a transcript, whose body is the form without its file; a fault in
        the stream is not for them, because they have none.
        """
        self._orders.add(fault, times, match, hearing=hearing)

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
        noted = received(self._clock.monotonic(), body, _headers(request), _peer(request))
        self.requests.append(noted)
        try:
            with self._at_work(noted):
                return await self._respond(request, body)
        except Refused as refused:
            return _refusal(refused)

    @contextmanager
    def _at_work(self, noted: Received | None = None) -> Iterator[None]:
        """Count who is being answered, and who did not wait for it."""
        self.active += 1
        self._notify()
        try:
            yield
        except (asyncio.CancelledError, ConnectionError):
            # aiohttp cancels the handler when its client goes away, and also when we stop.
            if not self._stopping:
                self.disconnects += 1
                if noted is not None:
                    noted.gone.set()
            raise
        finally:
            self.active -= 1
            if noted is not None:
                noted.ended.set()
            self._notify()

    async def _respond(self, request: web.Request, body: Any) -> web.StreamResponse:
        _check_key(request)
        items = items_of(body)
        fault = self._orders.next(body)
        if fault is not None and not isinstance(fault, faults.InStream):
            early = await fail_early(request, fault, self._clock)
            if early is not None:
                return early
        self._check_model(body["model"])
        said = self._answer(items, body)
        reply = said if isinstance(said, Reply) else Reply(said)
        self._count += 1
        script, cut = script_of(
            reply,
            body,
            fault,
            chunk=self._chunk,
            number=self._count,
            created_at=self._clock.now() // 1000,
            input_tokens=input_tokens(body, items),
            reasoning=self._reasoning,
        )
        if not body.get("stream"):
            await self._clock.sleep(self._delay + reply.thinking)
            return web.json_response(script.whole(incomplete=cut))
        pace = Pace(
            self._delay,
            self._delta_interval if reply.interval is None else reply.interval,
            self._clock,
            thinking=reply.thinking,
            endless=reply.endless and not cut and not isinstance(fault, faults.InStream),
        )
        return await stream(request, script, pace, fault, cut)

    # -- transcriptions ---------------------------------------------------------------------

    async def _transcriptions(self, request: web.Request) -> web.StreamResponse:
        try:
            with self._at_work():
                return await self._transcribe(request)
        except Refused as refused:
            return _refusal(refused)

    async def _transcribe(self, request: web.Request) -> web.StreamResponse:
        _check_key(request)
        heard = await hearing.heard_of(
            request, at=self._clock.monotonic(), headers=_headers(request), peer=_peer(request)
        )
        self.recordings.append(heard)
        self._notify()
        fault = self._orders.next(heard.fields, hearing=True)
        if fault is not None and not isinstance(fault, faults.InStream):
            early = await fail_early(request, fault, self._clock)
            if early is not None:
                return early
        self._check_model(heard.model)
        text = self.transcripts.popleft() if self.transcripts else self._hear(heard)
        if heard.fields.get("response_format") == "text":
            return web.Response(text=f"{text}\n")
        usage = {"type": "duration", "seconds": heard.seconds}
        return web.json_response({"text": text, "usage": usage})

    def _check_model(self, name: str) -> None:
        if self._models is not None and name not in self._models:
            raise no_model(name)


def _check_key(request: web.Request) -> None:
    if not request.headers.get("authorization", "").startswith("Bearer "):
        raise no_key()


def _headers(request: web.Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _peer(request: web.Request) -> tuple[str, int]:
    return request.transport.get_extra_info("peername") if request.transport else ("", 0)


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
