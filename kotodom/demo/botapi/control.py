"""The control plane: people's side of the emulator over HTTP, for programs in other processes.

Everything is JSON; a mistake answers 400 with ``{"error": …}``. A bot is named by ``bot`` (its id)
or ``token`` (any well-formed one when registration is open); a person by ``user`` (an id; 1 when
left out), with ``name`` and ``username`` on first use. Only private chats are served.

    POST /emulator/bot     token, bot_username, bot_name, manages   → {"bot": id}
    POST /emulator/say     text, reply_to, quote, thread_id, extra  → {"message_id": …}
    POST /emulator/edit    message_id, text (of media: the caption)
    POST /emulator/delete  message_id
    POST /emulator/press   message_id, data                         → {"callback_query_id": …}
    POST /emulator/start   payload (of the link that led there)     → {"message_id": …}
    POST /emulator/tap     label (in place of the keyboard), bot_username (of the bot that the
         button creates)                                            → {"message_id": …}
    POST /emulator/stop    (the draft's Stop button)
    POST /emulator/block   POST /emulator/unblock
    GET  /emulator/chat    ?bot=&user=[&since=REVISION&timeout=30]  → {"revision", "messages",
         "draft", "typing", "keyboard", "menu"}; with ``since`` it waits for another revision
    GET  /emulator/file    ?bot=&user=&message_id=                  → the bytes of its file
    POST /emulator/faults  method, effect, times, skip, chat and the effect's own fields, e.g.
         {"method": "sendMessage", "effect": "Status", "code": 429, "description": "…",
         "retry_after": 3}; {"clear": true} forgets all

These send as well; ``data`` is base64, all take reply_to, quote, thread_id and origin (a
MessageOrigin object: forwarded), those with a star a caption. They answer {"message_id": …,
"message_ids": […]}, the last and all of them:

    paste (text)   forward (text, origin)   photo* (data, spoiler)   album (items: data, caption
    and for documents name)   document* (data, name, mime, claimed_size)   voice* (data, duration,
    mime)   audio* (data, duration, name, title, performer)   video* video_note animation* (data,
    duration)   sticker (emoji, is_animated)   location (latitude, longitude)   venue (latitude,
    longitude, title, address)   contact (phone, first_name, last_name)   poll (question,
    options)   dice (value, emoji)
"""

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from kotodom.demo.botapi.bots import EmulatedBot
from kotodom.demo.botapi.control_sends import SENDS, Send
from kotodom.demo.botapi.faults import EFFECTS
from kotodom.demo.botapi.values import ApiError, Json
from kotodom.demo.botapi.view import ChatView

if TYPE_CHECKING:
    from kotodom.demo.botapi.server import BotApi

MAX_WAIT = 60.0


class Control:
    """Serves ``/emulator/…``."""

    def __init__(self, api: "BotApi") -> None:
        self._api = api
        self._routes: dict[tuple[str, str], Callable[[Json], Awaitable[Json | bytes]]] = {
            ("POST", "bot"): self._bot_route,
            ("POST", "say"): self._say,
            ("POST", "edit"): self._edit,
            ("POST", "delete"): self._delete,
            ("POST", "press"): self._press,
            ("POST", "start"): self._start,
            ("POST", "tap"): self._tap,
            ("POST", "stop"): self._stop,
            ("POST", "block"): self._block,
            ("POST", "unblock"): self._unblock,
            ("GET", "chat"): self._chat,
            ("GET", "file"): self._file,
            ("POST", "faults"): self._faults,
        }

    def release(self) -> None:
        """Answer the long polls that wait."""
        for chat in self._api.world.chats():
            chat.touch()

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Serve one request."""
        name = request.path.removeprefix("/emulator/")
        route = self._routes.get((request.method, name))
        send = SENDS.get(name) if request.method == "POST" else None
        if route is None and send is None:
            return web.json_response({"error": "no such route"}, status=404)
        try:
            given: Json = dict(request.query)
            if request.can_read_body:
                given |= json.loads(await request.read())
            if route is None:
                assert send is not None
                return web.json_response(await self._send(send, given))
            told = await route(given)
            if isinstance(told, bytes):
                return web.Response(body=told, content_type="application/octet-stream")
            return web.json_response(told)
        except (ApiError, LookupError, RuntimeError, TypeError, ValueError) as error:
            said = str(error) or type(error).__name__
            return web.json_response({"error": said}, status=400)

    def _bot(self, given: Json) -> EmulatedBot:
        if "token" in given:
            return self._api.world.bot_by_token(str(given["token"]))
        bot = self._api.world.bots.get(int(given.get("bot", 0)))
        if bot is None:
            raise LookupError("no such bot: name one by bot or token")
        return bot

    def _view(self, given: Json) -> ChatView:
        user = self._api.user(
            int(given.get("user", 1)),
            str(given.get("name", "User")),
            str(given.get("username", "")),
        )
        return self._api.private(self._bot(given), user)

    async def _bot_route(self, given: Json) -> Json:
        bot = self._api.add_bot(
            str(given["token"]),
            username=str(given["bot_username"]),
            name=str(given.get("bot_name", "")),
            manages=bool(given["manages"]) if "manages" in given else None,
        )
        return {"bot": bot.id}

    async def _say(self, given: Json) -> Json:
        message_id = await self._view(given).say(
            str(given.get("text", "")),
            reply_to=given.get("reply_to"),
            quote=str(given.get("quote", "")),
            thread_id=int(given.get("thread_id", 0)),
            **given.get("extra", {}),
        )
        return {"message_id": message_id}

    async def _send(self, send: Send, given: Json) -> Json:
        sent = await send(self._view(given), given)
        ids = sent if isinstance(sent, list) else [sent]
        return {"message_id": ids[-1], "message_ids": ids}

    async def _delete(self, given: Json) -> Json:
        await self._view(given).delete(int(given["message_id"]))
        return {}

    async def _file(self, given: Json) -> bytes:
        return self._view(given).file(int(given["message_id"]))

    async def _edit(self, given: Json) -> Json:
        await self._view(given).edit(int(given["message_id"]), str(given["text"]))
        return {}

    async def _press(self, given: Json) -> Json:
        pressed = await self._view(given).press(int(given["message_id"]), str(given["data"]))
        return {"callback_query_id": pressed}

    async def _start(self, given: Json) -> Json:
        return {"message_id": await self._view(given).start(str(given.get("payload", "")))}

    async def _tap(self, given: Json) -> Json:
        username = str(given.get("bot_username", ""))
        return {"message_id": await self._view(given).tap(str(given["label"]), username=username)}

    async def _stop(self, given: Json) -> Json:
        await self._view(given).stop_generation()
        return {}

    async def _block(self, given: Json) -> Json:
        await self._view(given).block()
        return {}

    async def _unblock(self, given: Json) -> Json:
        await self._view(given).unblock()
        return {}

    async def _chat(self, given: Json) -> Json:
        view = self._view(given)
        if "since" in given and int(given["since"]) == view.chat.revision:
            await view.chat.changed.wait(min(float(given.get("timeout", 30)), MAX_WAIT))
        draft = view.draft
        return {
            "revision": view.chat.revision,
            "messages": [shown.to_dict() for shown in view.messages()],
            "draft": draft.to_dict() if draft else None,
            "typing": view.typing,
            "keyboard": view.keyboard,
            "menu": view.menu(),
        }

    async def _faults(self, given: Json) -> Json:
        if given.pop("clear", False):
            self._api.faults.clear()
            return {}
        kind = EFFECTS[str(given.pop("effect"))]
        matching: dict[str, Any] = {
            name: given.pop(name) for name in ("times", "skip", "chat", "bot") if name in given
        }
        self._api.faults.add(given.pop("method", None), kind(**given), **matching)
        return {}
