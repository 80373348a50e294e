"""The emulator itself: Telegram's Bot API over HTTP on loopback, and the people who use it."""

import inspect
import json
import re
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from aiohttp import web

from kotodom.clock import Clock, SystemClock
from kotodom.demo.botapi.account_methods import METHODS
from kotodom.demo.botapi.bots import EmulatedBot
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
from kotodom.demo.botapi.flood import LIMITED, FloodControl, FloodRules
from kotodom.demo.botapi.methods import Invocation
from kotodom.demo.botapi.params import Params, read_params
from kotodom.demo.botapi.values import ApiError, Call, Json, User
from kotodom.demo.botapi.view import ChatView
from kotodom.demo.botapi.world import World

Hook = Callable[[Call, str], Awaitable[Effect | None] | Effect | None]

_PATH = re.compile(r"/bot(\d{1,16}:[\w-]{35})/(?:test/)?(\w+)")
_PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
SHUTDOWN = 1.0
"""Seconds that calls in work get at the stop."""


class BotApi:
    """A strict stand-in for api.telegram.org.

    *flood* None switches flood control off. *open_registration* accepts every well-formed token.
    Of each chat the last *keep_messages* messages are kept, of all calls the last *keep_calls*.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        flood: FloodRules | None = FloodRules(),  # noqa: B008  a frozen value
        open_registration: bool = False,
        keep_messages: int = 10_000,
        keep_calls: int = 10_000,
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.faults = Faults()
        self.calls: deque[Call] = deque(maxlen=keep_calls)
        """Every call, oldest first; also those that are still waiting."""
        self.world = World(
            self.clock, keep_messages=keep_messages, open_registration=open_registration
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
            web.Server(self._handle, access_log=None, keepalive_timeout=75),
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
            bot.inbox.end_poll(_restart())
        self._control.release()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # -- the cast ---------------------------------------------------------------------------

    def add_bot(
        self, token: str, *, username: str, name: str = "", can_read_all: bool = False
    ) -> EmulatedBot:
        """Register a bot; for a known id the token changes, as after BotFather's /revoke."""
        if not re.fullmatch(r"\d{1,16}:[\w-]{35}", token):
            raise ValueError("a token is digits, a colon and 35 of A-Z a-z 0-9 _ -")
        return self.world.add_bot(token, username=username, name=name, can_read_all=can_read_all)

    def user(
        self,
        user_id: int,
        first_name: str = "User",
        username: str = "",
        language_code: str = "en",
    ) -> User:
        """Get or create a person."""
        return self.world.user(user_id, first_name, username, language_code)

    def private(self, bot: EmulatedBot, user: User) -> ChatView:
        """The private chat of a bot and a person."""
        return ChatView(self.world, self.world.private(bot, user))

    def group(
        self,
        title: str,
        bots: Sequence[EmulatedBot] = (),
        members: Sequence[User] = (),
        *,
        supergroup: bool = False,
        forum: bool = False,
    ) -> ChatView:
        """Create a group; each bot gets my_chat_member and the service message of its arrival."""
        chat = self.world.group(title, bots, members, supergroup=supergroup, forum=forum)
        return ChatView(self.world, chat)

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
        matched = _PATH.fullmatch(request.path)
        if matched is None:
            return _answer(ApiError(404, "Not Found"))
        if self._stopping:
            return _answer(_restart())
        token, method = matched.groups()
        try:
            bot = self.world.bot_by_token(token)
            params = Params(await read_params(request))
        except ApiError as error:
            return _answer(error)
        call = Call(bot.id, method, params.raw, self.clock.monotonic(), params.chat_id)
        self.calls.append(call)
        return await self._serve(request, call, Invocation(self.world, bot, params))

    async def _serve(
        self, request: web.BaseRequest, call: Call, invocation: Invocation
    ) -> web.StreamResponse:
        effect = await self._tell(call, "before")
        effect = await self._fault(call, [effect] if effect is not None else None)
        if isinstance(effect, Status | Garbage | DropBefore):
            response = self._without_effect(call, effect)
        else:
            response = _answer(await self._perform(call, invocation))
            if isinstance(effect, DropAfter):
                response = None
            elif isinstance(effect, StatusAfter):
                response = _page(effect.code, "Bad Gateway")
        if response is None:
            response = web.Response()
            if request.transport is not None:
                request.transport.abort()
        else:
            call.status = response.status
            await _write(request, response)
        await self._tell(call, "answered")
        return response

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
            return _page(200, "Welcome")
        if effect.retry_after and call.chat_id:
            self.flood.penalize(call.bot_id, call.chat_id, call.method, effect.retry_after)
        call.description = effect.description
        return _answer(
            ApiError(effect.code, effect.description, retry_after=effect.retry_after or 0)
        )

    async def _perform(self, call: Call, invocation: Invocation) -> Json | ApiError:
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
            return error
        call.result = result
        await self._tell(call, "after")
        return {"ok": True, "result": result}

    async def _tell(self, call: Call, phase: str) -> Effect | None:
        """Run the hooks; the last effect one of them returned."""
        wanted: Effect | None = None
        for hook in tuple(self._hooks):
            told = hook(call, phase)
            if inspect.isawaitable(told):
                told = await told
            wanted = told or wanted
        return wanted


def _restart() -> ApiError:
    """What a Bot API server that closes says."""
    return ApiError(500, "Internal Server Error: restart")


def _answer(outcome: Json | ApiError) -> web.Response:
    status = outcome.status if isinstance(outcome, ApiError) else 200
    body = outcome.body() if isinstance(outcome, ApiError) else outcome
    return web.Response(
        status=status,
        body=json.dumps(body, separators=(",", ":")).encode(),
        content_type="application/json",
    )


def _page(status: int, title: str) -> web.Response:
    return web.Response(status=status, text=_PAGE.format(title), content_type="text/html")


async def _write(request: web.BaseRequest, response: web.Response) -> None:
    """Send the answer now; a client that is gone already is none of our business."""
    with suppress(ConnectionError):
        await response.prepare(request)
        await response.write_eof()
