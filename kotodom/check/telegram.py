"""Telegram as `kotodom check` and `kotodom init` ask it: is this token good, and whose is it?"""

import json
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Any

from aiohttp import BaseConnector, ClientError, ClientSession, ClientTimeout, TCPConnector

from kotodom.check.report import CheckFailed


class TelegramFault(StrEnum):
    """Why a token cannot be used."""

    NO_ROUTE = "no route"
    """The server cannot be reached: here a proxy may help."""
    NO_BOT_API = "no Bot API"
    """Something else answers there."""
    WRONG = "wrong"
    """Telegram does not know it."""
    CONFLICT = "conflict"
    """Somebody else polls with it."""
    OTHER = "other"


class TelegramRefused(CheckFailed):
    """Telegram could not be asked, or said no."""

    def __init__(self, fault: TelegramFault, text: str) -> None:
        super().__init__(text)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class BotFound:
    """The bot behind a token."""

    id: int
    username: str
    webhook: str
    """The address of a webhook that is set; empty: none is."""
    me: dict[str, Any]
    """All that getMe said."""


async def ask_telegram(base: str, token: str, proxy: str = "") -> BotFound:
    """Ask who the bot of *token* is; raises TelegramRefused, which says what to do next."""
    connector, http_proxy = _way(proxy)
    async with ClientSession(connector=connector, proxy=http_proxy) as session:
        base = base.rstrip("/")
        me = await _call(session, base, token, "getMe")
        hook = await _call(session, base, token, "getWebhookInfo")
    return BotFound(int(me.get("id", 0)), me.get("username", "?"), hook.get("url", ""), me)


def _way(proxy: str) -> tuple[BaseConnector, str | None]:
    """A connector, and the proxy for the session when it is an HTTP one."""
    if not proxy.startswith("socks"):
        return TCPConnector(), proxy or None
    package = import_module("aiohttp_socks")
    connector: BaseConnector = package.ProxyConnector.from_url(
        proxy.replace("socks5h://", "socks5://", 1), rdns=True
    )
    return connector, None


async def _call(session: ClientSession, base: str, token: str, method: str) -> dict[str, Any]:
    try:
        async with session.post(
            f"{base}/bot{token}/{method}", timeout=ClientTimeout(total=None)
        ) as response:
            status, body = response.status, await response.text(errors="replace")
    except (ClientError, OSError) as error:
        # No URL in the text: it holds the token.
        raise TelegramRefused(
            TelegramFault.NO_ROUTE,
            f"{base} cannot be reached ({type(error).__name__}); "
            "check the network, telegram.api_base and telegram.proxy",
        ) from None
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "ok" not in answer:
        raise TelegramRefused(
            TelegramFault.NO_BOT_API,
            f"{base} is no Bot API server (HTTP {status}); check telegram.api_base",
        )
    if answer["ok"] and isinstance(answer.get("result"), dict):
        result: dict[str, Any] = answer["result"]
        return result
    if status in (401, 404):
        raise TelegramRefused(
            TelegramFault.WRONG,
            "Telegram does not know this token; take the current one from @BotFather",
        )
    if status == 409:
        text = f"{method}: another program uses this token; stop it, or revoke the token"
        raise TelegramRefused(TelegramFault.CONFLICT, text)
    raise TelegramRefused(
        TelegramFault.OTHER,
        f"{method}: {answer.get('description', f'HTTP {status}')}; try again later",
    )
