"""One attempt to reach a server, and in words why it failed."""

import asyncio
import errno
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientConnectorSSLError,
    ClientError,
    ClientHttpProxyError,
    ClientProxyConnectionError,
    ClientSession,
    ClientTimeout,
    InvalidURL,
    ServerDisconnectedError,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver, ResolveResult

from kotodom import tls
from kotodom.check.telegram import open_way
from kotodom.clock import SECOND, Clock

CLOCK_FIX = "set the clock: sudo timedatectl set-ntp true (and check: timedatectl)"
_CLOCK_CODES = (9, 10)
"""OpenSSL's verdicts "not yet valid" and "has expired" (X509_V_ERR_*, x509_vfy.h)."""
_NAME_CODES = (62, 64)
"""Its verdicts "hostname mismatch" and "IP address mismatch"."""

_NO_NETWORK = (errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)

Resolve = Callable[[str, int, int], Awaitable[Sequence[str]]]
"""Host, port and address family → addresses; raises socket.gaierror."""


class Fault(StrEnum):
    """Why a server was not reached."""

    ABSENT = "absent"
    """It has no address of that family, or this machine has no such network."""
    DNS = "dns"
    """Nobody could be asked what its address is."""
    NETWORK = "network"
    """Refused, silent, cut off."""
    TLS = "tls"
    PROXY = "proxy"
    ADDRESS = "address"
    """What was given cannot be the address of anything."""


class NotReached(Exception):
    """A server was not reached; the text says why in a few words, *fix* what to do next."""

    def __init__(self, fault: Fault, text: str, fix: str = "") -> None:
        super().__init__(text)
        self.fault = fault
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Reached:
    """A server has answered."""

    seconds: float
    ahead: float | None
    """Seconds that its clock is ahead of ours; None when it did not say."""


async def resolve(host: str, port: int, family: int) -> list[str]:
    """The addresses of *host* in a family that this machine has, as the system knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(
        host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
    )
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class _Fixed(AbstractResolver):
    """Knows one host, whose addresses have been found already."""

    def __init__(self, addresses: Sequence[str], family: int) -> None:
        self._addresses = addresses
        self._family = family

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=self._family, proto=0, flags=0
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        pass


async def directly(
    url: str, family: int, *, find: Resolve, clock: Clock, timeout: float
) -> Reached:
    """Reach the server of *url* over one address *family*; raises NotReached."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        async with asyncio.timeout(timeout):
            addresses = await _addresses(host, port, family, find)
            connector = TCPConnector(
                family=socket.AddressFamily(family),
                resolver=_Fixed(addresses, family),
                force_close=True,
                ssl=await _trust(),
            )
            async with ClientSession(connector=connector) as session:
                return await _ask(session, url, clock)
    except TimeoutError:
        raise NotReached(Fault.NETWORK, f"no answer within {timeout:g} s") from None
    except ValueError:
        raise NotReached(Fault.ADDRESS, "it cannot be an address") from None


async def by_proxy(url: str, proxy: str, *, clock: Clock, timeout: float) -> Reached:
    """Reach the server of *url* through *proxy*; raises NotReached."""
    try:
        connector, http_proxy = open_way(proxy)
    except ImportError:
        text = "a SOCKS proxy needs the package aiohttp-socks"
        raise NotReached(Fault.PROXY, text, "pip install 'kotodom[socks]'") from None
    try:
        async with (
            asyncio.timeout(timeout),
            ClientSession(connector=connector, proxy=http_proxy) as session,
        ):
            return await _ask(session, url, clock, proxied=True)
    except TimeoutError:
        raise NotReached(Fault.NETWORK, f"no answer within {timeout:g} s") from None
    except ValueError:
        raise NotReached(Fault.ADDRESS, "address or proxy cannot be one") from None


async def _trust() -> ssl.SSLContext:
    try:
        return await asyncio.to_thread(tls.context)
    except OSError as error:
        raise NotReached(
            Fault.TLS,
            f"the certificates of this machine cannot be read ({type(error).__name__})",
            "check SSL_CERT_FILE and SSL_CERT_DIR",
        ) from None


async def _addresses(host: str, port: int, family: int, find: Resolve) -> Sequence[str]:
    try:
        literal = ip_address(host)
    except ValueError:
        pass
    else:
        if (literal.version == 6) == (family == socket.AF_INET6):
            return [host]
        raise NotReached(Fault.ABSENT, "it has no such address")
    try:
        found = await find(host, port, family)
    except socket.gaierror as error:
        if error.errno in (socket.EAI_AGAIN, socket.EAI_FAIL):
            raise NotReached(
                Fault.DNS,
                f"the name {host} cannot be looked up: the name server does not answer",
                f"check /etc/resolv.conf and the network: getent hosts {host}",
            ) from None
        raise NotReached(Fault.ABSENT, f"the name {host} has no such address") from None
    if not found:
        raise NotReached(Fault.ABSENT, f"the name {host} has no such address")
    return found


async def _ask(session: ClientSession, url: str, clock: Clock, *, proxied: bool = False) -> Reached:
    """Send one request; whatever the answer, it was reached."""
    begun, sent = clock.monotonic(), clock.now()
    try:
        async with session.get(
            url, allow_redirects=False, timeout=ClientTimeout(total=None)
        ) as response:
            took, middle = clock.monotonic() - begun, (sent + clock.now()) / 2
            if proxied and response.status == 407:
                raise _unwelcome()
            # A proxy says so itself when it cannot go on.
            if proxied and response.status in (502, 504) and not url.startswith("https"):
                raise NotReached(Fault.PROXY, f"the proxy gave up (HTTP {response.status})")
            return Reached(took, _ahead(response.headers, middle))
    except (InvalidURL, UnicodeError) as error:
        raise ValueError from error
    except (ClientError, OSError) as error:
        raise _reason(error) from None
    except Exception as error:
        # python_socks, which need not be installed, has an error tree of its own.
        if type(error).__module__.partition(".")[0] in ("python_socks", "aiohttp_socks"):
            raise NotReached(Fault.PROXY, f"the proxy refuses ({type(error).__name__})") from None
        raise


def _ahead(headers: Mapping[str, str], now: float) -> float | None:
    try:
        date = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return None
    # The header has whole seconds, cut off: half of one is its mean error.
    return date.timestamp() + 0.5 - now / SECOND


def _unwelcome() -> NotReached:
    text = "the proxy asks for a user and password, or does not accept these"
    return NotReached(Fault.PROXY, text, "write http://user:password@host:port")


def _reason(error: Exception) -> NotReached:
    if isinstance(error, ClientHttpProxyError):
        if error.status == 407:
            return _unwelcome()
        return NotReached(Fault.PROXY, f"the proxy gave up (HTTP {error.status})")
    if isinstance(error, ClientConnectorCertificateError):
        return _untrusted(error.certificate_error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return _untrusted(error)
    if isinstance(error, ClientConnectorSSLError | ssl.SSLError):
        return NotReached(
            Fault.TLS,
            "it speaks no TLS that we understand; another kind of server, or something in between "
            "that meddles",
            "check the port, and whether the address begins with http:// or https://",
        )
    whose = "the proxy " if isinstance(error, ClientProxyConnectionError) else ""
    fault = Fault.PROXY if whose else Fault.NETWORK
    cause = error.os_error if isinstance(error, ClientConnectorError) else error
    if not whose and isinstance(cause, OSError) and cause.errno in _NO_NETWORK:
        return NotReached(Fault.ABSENT, "this machine has no such network")
    return NotReached(fault, f"{whose or 'it '}{_in_words(cause)}")


def _in_words(cause: BaseException) -> str:
    match cause:
        case ConnectionRefusedError():
            return "refuses the connection"
        case ConnectionResetError() | ServerDisconnectedError():
            return "closes the connection"
        case socket.gaierror():
            return "has a name that cannot be looked up"
        case OSError(strerror=str(why)) if why:
            return f"cannot be reached ({why})"
        case _:
            return f"cannot be reached ({type(cause).__name__})"


def _untrusted(error: Exception) -> NotReached:
    code = getattr(error, "verify_code", 0)
    why = str(getattr(error, "verify_message", "") or type(error).__name__)
    if code in _CLOCK_CODES:
        text = f"its certificate is not valid by this machine's clock ({why})"
        return NotReached(Fault.TLS, text, CLOCK_FIX)
    if code in _NAME_CODES:
        return NotReached(
            Fault.TLS,
            f"its certificate is for another name ({why}): something else answers there",
            "check the address, the DNS server, and for a log-in page of this network",
        )
    return NotReached(
        Fault.TLS,
        f"nobody known here vouches for its certificate ({why})",
        "sudo apt install --reinstall ca-certificates; where a proxy or firewall opens TLS, name "
        "its CA file in SSL_CERT_FILE",
    )
