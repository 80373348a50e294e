"""The emulator itself: Telegram's Bot API over HTTP on loopback, and the people who use it."""

import inspect
import re
from collections import deque
from collections.abc import Awaitable, Callable

from aiohttp import web

from kotodom.clock import Clock, SystemClock
from kotodom.demo.botapi import wire
from kotodom.demo.botapi.account_methods import METHODS
from kotodom.demo.botapi.calls import Invocation
from kotodom.demo.botapi.cast import Cast
from kotodom.demo.botapi.control import Control
from kotodom.demo.botapi.faults import (
    DropAfter,
    DropBefore,
    Effect,
    Faults,
    Garbage,
    Latency,
    Status,
    StatusAfter,
)
from kotodom.demo.botapi.files import KEEP_BYTES
from kotodom.demo.botapi.flood import LIMITED, FloodControl, FloodRules
from kotodom.demo.botapi.params import Params, read_params
from kotodom.demo.botapi.values import ApiError, Call
from kotodom.demo.botapi.world import World

Hook = Callable[[Call, str], Awaitable[Effect | None] | Effect | None]

_PATH = re.compile(r"/bot(\d{1,16}:[\w-]{35})/(?:test/)?(\w+)")
_FILE = re.compile(r"/file/bot(\d{1,16}:[\w-]{35})/(?:test/)?(.+)")
FILE = "file"
"""What a download is called among the calls and for faults."""
SHUTDOWN = 1.0
"""Seconds that calls in work get at the stop."""


class BotApi(Cast):
    """A strict stand-in for api.telegram.org.

    *flood* None switches flood control off. *open_registration* accepts every well-formed token.
    Of each chat the last *keep_messages* messages are kept, of all calls the last *keep_calls*, of
    all files *keep_file_bytes* in total. *brakes* slows down hasty pollers as Telegram does; it is
    off because a test that looks into a queue twice is hasty.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        flood: FloodRules | None = FloodRules(),  # noqa: B008  a frozen value
        open_registration: bool = False,
        keep_messages: int = 10_000,
        keep_calls: int = 10_000,
        keep_file_bytes: int = KEEP_BYTES,
        brakes: bool = False,
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.faults = Faults()
        self.calls: deque[Call] = deque(maxlen=keep_calls)
        """Every call, oldest first; also those that are still waiting."""
        super().__init__(
            World(
                self.clock,
                keep_messages=keep_messages,
                keep_file_bytes=keep_file_bytes,
                open_registration=open_registration,
                brakes=brakes,
            )
        )
        self.flood = FloodControl(flood, self.clock)
        self.url = ""
        """The base URL while it runs."""
        self._hooks: list[Hook] = []
        self._runner: web.ServerRunner | None = None
        self._stopping = False
        self._control = Control(self)

    # -- life -------------------------------------------------------------------------------

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Serve, and return the base URL; after a stop it may be started again."""
        self._stopping = False
        self._runner = web.ServerRunner(
            web.Server(
                self._handle, request_factory=wire.request, access_log=None, keepalive_timeout=75
            ),
            shutdown_timeout=SHUTDOWN,
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port, backlog=1024)
        await site.start()
        bound = self._runner.addresses[0]
        self.url = f"http://{host}:{bound[1]}"
        return self.url

    async def stop(self) -> None:
        """Stop serving; everything that was said is kept."""
        self._stopping = True
        for bot in self.world.bots.values():
            bot.inbox.end_poll(wire.restart())
        self._control.release()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # -- watching ---------------------------------------------------------------------------

    def on_call(self, hook: Hook) -> Callable[[], None]:
        """Call ``hook(call, phase)`` for every call; returns what removes the hook again.

        Phases: ``before`` (arrived, no effect yet), ``after`` (took effect, not answered yet; not
        reached by a refused call), ``answered`` (the answer is handed to the network, or the
        connection is dropped). A hook may be async; the call waits for it. An effect it returns
        ``before`` happens to this call, e.g. ``DropBefore()``: it never really arrived.
        """
        self._hooks.append(hook)
        return lambda: self._hooks.remove(hook)

    @property
    def violations(self) -> int:
        """Calls made while their chat was under a penalty."""
        return self.flood.violations

    # -- serving ----------------------------------------------------------------------------

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path.startswith("/emulator/"):
            return await self._control.handle(request)
        method_path, file_path = _PATH.fullmatch(request.path), _FILE.fullmatch(request.path)
        matched = method_path or file_path
        if matched is None:
            return wire.answer(ApiError(404, "Not Found"))
        if self._stopping:
            return wire.answer(wire.restart())
        token, name = matched.groups()
        try:
            bot = self.world.bot_by_token(token)
            params = await read_params(request) if method_path else Params({"file_path": name})
        except ApiError as error:
            return wire.answer(error)
        method = name if method_path else FILE
        call = Call(bot.id, method, params.raw, self.clock.monotonic(), params.chat_id)
        self.calls.append(call)
        return await self._serve(request, call, Invocation(self.world, bot, params))

    async def _serve(
        self, request: web.BaseRequest, call: Call, invocation: Invocation
    ) -> web.StreamResponse:
        effect = await self._tell(call, "before")
        effect = await self._fault(call, [effect] if effect is not None else None)
        response: web.Response | None
        if isinstance(effect, Status | Garbage | DropBefore):
            response = self._without_effect(call, effect)
        else:
            work = self._download if call.method == FILE else self._perform
            response = await work(call, invocation)
            if isinstance(effect, DropAfter):
                response = None
            elif isinstance(effect, StatusAfter):
                response = wire.page(effect.code, "Bad Gateway")
        if response is None:
            sent: web.StreamResponse = wire.abort(request)
        else:
            call.status = response.status
            sent = await wire.write(request, response, self.clock, effect)
        await self._tell(call, "answered")
        return sent

    async def _fault(self, call: Call, wanted: list[Effect] | None) -> Effect | None:
        """Let any latency pass, and return what else happens: as a hook wants, or as scripted."""
        scripted = wanted or self.faults.pick(call.method.lower(), call.bot_id, call.chat_id)
        for effect in scripted:
            if not isinstance(effect, Latency):
                return effect
            await self.clock.sleep(effect.seconds)
        return None

    def _without_effect(
        self, call: Call, effect: Status | Garbage | DropBefore
    ) -> web.Response | None:
        if isinstance(effect, DropBefore):
            return None
        if isinstance(effect, Garbage):
            return wire.page(200, "Welcome")
        if effect.retry_after and call.chat_id:
            self.flood.penalize(call.bot_id, call.chat_id, call.method, effect.retry_after)
        call.description = effect.description
        return wire.answer(
            ApiError(effect.code, effect.description, retry_after=effect.retry_after or 0)
        )

    async def _download(self, call: Call, invocation: Invocation) -> web.Response:
        path = invocation.params.text("file_path")
        data = self.world.files.linked(invocation.bot, path)
        if data is None:
            call.description = "Not Found"
            return wire.answer(ApiError(404, "Not Found"))
        await self._tell(call, "after")
        return web.Response(body=data, content_type="application/octet-stream")

    async def _perform(self, call: Call, invocation: Invocation) -> web.Response:
        name = call.method.lower()
        try:
            method = METHODS.get(name)
            if method is None:
                raise ApiError(404, "Not Found")
            if name in LIMITED:
                self.flood.admit(call.bot_id, call.chat_id, name)
            result = method(invocation)
            if inspect.isawaitable(result):
                result = await result
        except ApiError as error:
            call.description = error.description
            return wire.answer(error)
        call.result = result
        await self._tell(call, "after")
        return wire.answer({"ok": True, "result": result})

    async def _tell(self, call: Call, phase: str) -> Effect | None:
        """Run the hooks; the last effect one of them returned."""
        wanted: Effect | None = None
        for hook in tuple(self._hooks):
            told = hook(call, phase)
            if inspect.isawaitable(told):
                told = await told
            wanted = told or wanted
        return wanted
