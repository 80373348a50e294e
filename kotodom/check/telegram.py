"""Telegram as `kotodom check` and `kotodom init` ask it: is this token good, and whose is it?"""

import json
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Any

from aiohttp import (
    BaseConnector,
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientProxyConnectionError,
    ClientSession,
    ClientTimeout,
    TCPConnector,
)

from kotodom.check.report import CheckFailed

_PROXY_REFUSES = 407
"""The status of a proxy that wants to know who we are; Telegram itself never sends it."""
LISTENING = 5
"""Seconds to listen for another poller: those we know come back within that time of a 409."""


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


async def ask_telegram(
    base: str, token: str, proxy: str = "", *, timeout: float | None = None
) -> BotFound:
    """Ask who the bot of *token* is; raises TelegramRefused, which says what to do next.

    Each of the two calls may take *timeout* seconds; None: whoever waits has a limit of their own.
    """
    async with _session(proxy, timeout) as session:
        base = base.rstrip("/")
        me = _table(await _call(session, base, token, "getMe"))
        hook = _table(await _call(session, base, token, "getWebhookInfo"))
    return BotFound(int(me.get("id", 0)), me.get("username", "?"), hook.get("url", ""), me)


async def listen_for_poller(base: str, token: str, proxy: str = "", *, seconds: int) -> None:
    """Raise TelegramRefused (CONFLICT) if another program polls with *token*.

    Without an offset nothing is confirmed, so no message is lost to anybody. The poll of the other
    program is ended by ours, ours by its next one: so this one stays open for some *seconds*. A bot
    with a webhook must not be asked.
    """
    async with _session(proxy, seconds + 10.0) as session:
        ask = {"timeout": seconds, "limit": 1}
        await _call(session, base.rstrip("/"), token, "getUpdates", ask)


def _session(proxy: str, timeout: float | None) -> ClientSession:
    connector, http_proxy = open_way(proxy)
    return ClientSession(
        connector=connector, proxy=http_proxy, timeout=ClientTimeout(total=timeout)
    )


def open_way(proxy: str) -> tuple[BaseConnector, str | None]:
    """A connector, and the proxy for the session when it is an HTTP one."""
    if not proxy.startswith("socks"):
        return TCPConnector(), proxy or None
    package = import_module("aiohttp_socks")
    connector: BaseConnector = package.ProxyConnector.from_url(
        proxy.replace("socks5h://", "socks5://", 1), rdns=True
    )
    return connector, None


def _table(result: Any) -> dict[str, Any]:
    return result if isinstance(result, dict) else {}


async def _call(
    session: ClientSession,
    base: str,
    token: str,
    method: str,
    ask: dict[str, int] | None = None,
) -> Any:
    """The result of one method; raises TelegramRefused."""
    try:
        async with session.post(f"{base}/bot{token}/{method}", json=ask) as response:
            status, body = response.status, await response.text(errors="replace")
            if status == _PROXY_REFUSES:
                raise ClientHttpProxyError(response.request_info, (), status=status)
    except Exception as error:
        # python_socks, which need not be installed, has an error tree of its own.
        theirs = type(error).__module__.partition(".")[0] in ("python_socks", "aiohttp_socks")
        if not theirs and not isinstance(error, (ClientError, OSError, TimeoutError)):
            raise
        # No URL in the text: it holds the token.
        raise TelegramRefused(
            TelegramFault.NO_ROUTE,
            f"{base} cannot be reached ({_why(error)}); "
            "check the network, telegram.api_base and telegram.proxy",
        ) from None
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "ok" not in answer:
        if status >= 500:  # of a gateway before it
            text = f"{method}: {base} answers HTTP {status}; try again later"
            raise TelegramRefused(TelegramFault.OTHER, text)
        raise TelegramRefused(
            TelegramFault.NO_BOT_API,
            f"{base} is no Bot API server (HTTP {status}); check telegram.api_base",
        )
    if answer["ok"] and "result" in answer:
        return answer["result"]
    raise _refusal(status, method, answer)


def _refusal(status: int, method: str, answer: dict[str, Any]) -> TelegramRefused:
    if status in (401, 404):
        return TelegramRefused(
            TelegramFault.WRONG,
            "Telegram does not know this token; take the current one from @BotFather",
        )
    if status == 409:
        text = f"{method}: another program uses this token; stop it, or revoke the token"
        return TelegramRefused(TelegramFault.CONFLICT, text)
    return TelegramRefused(
        TelegramFault.OTHER,
        f"{method}: {answer.get('description', f'HTTP {status}')}; try again later",
    )


def _why(error: Exception) -> str:
    if isinstance(error, ClientHttpProxyError):
        return f"the proxy refuses, HTTP {error.status}"
    whose = "the proxy: " if isinstance(error, ClientProxyConnectionError) else ""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ClientConnectorCertificateError):
        return "its certificate is not trusted: is the clock of this machine right?"
    if isinstance(error, ClientConnectorError) and error.os_error.strerror:
        return f"{whose}{error.os_error.strerror}"
    return f"{whose}{type(error).__name__}"
