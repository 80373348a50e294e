"""Addresses as people write them: whether one can be used at all, and the secrets in it.

What raises ValueError here is a mistake of the configuration; unchecked it would only show when the
libraries trip over it, each in its own way and some with the password in the text.
"""

import ipaddress
import re
from importlib.util import find_spec
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from kotodom.config.mistakes import Said

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE | re.ASCII)
_LONGEST = 253
"""Characters of a host name (RFC 1035)."""
_LISTEN = re.compile(r"(?:\[(?P<six>[^\[\]]+)\]|(?P<host>[^\s:\[\]]+)):(?P<port>\d{1,5})", re.ASCII)


def web(address: str) -> str:
    """An ``http(s)://`` address that paths are appended to."""
    parts = _split(address, ("http", "https"))
    if parts.query or parts.fragment or address[-1] in "?#":
        raise ValueError
    return address


def proxy(address: str, *, socks_package: str) -> str:
    """Empty, or a proxy; *socks_package* is what a SOCKS one needs installed."""
    if not address:
        return address
    parts = _split(address, ("http", "socks5", "socks5h"))
    if parts.scheme != "http":
        if parts.port is None:
            raise ValueError
        if find_spec(socks_package) is None:
            raise Said(
                f"a SOCKS proxy needs the package {socks_package.replace('_', '-')}; "
                "run: pip install 'kotodom[socks]'"
            )
    return address


def database(address: str) -> str:
    """``sqlite://PATH``, or ``postgres://`` with a database's name and any number of hosts."""
    if re.fullmatch(r"sqlite://.+", address, re.DOTALL):
        return address
    parts = _parsed(address, ("postgres", "postgresql"))
    with _Blaming(address, parts):
        hosts = parts.netloc.rpartition("@")[2]
        for host in hosts.split(",") if hosts else ():
            _check_host_and_port(host)
        for name, value in parse_qsl(parts.query):
            if name == "port" and not all(map(_is_port, value.split(","))):
                raise ValueError
        if not parts.path.strip("/"):
            raise ValueError
    return address


def listen(address: str) -> str:
    """Empty, or ``HOST:PORT`` of this machine; port 0 is any free one."""
    if not address:
        return address
    match = _LISTEN.fullmatch(address)
    if match is None or int(match["port"]) > 65_535:
        raise ValueError
    if match["six"]:
        ipaddress.IPv6Address(match["six"])
    else:
        _check_host(match["host"])
    return address


def is_loopback(address: str) -> bool:
    """Whether ``HOST:PORT`` cannot be reached from another machine."""
    host = address.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def secrets(address: str) -> list[str]:
    """The passwords in *address*, as written and as meant, also when it cannot be split."""
    rest = address.partition("://")[2]
    first, at, _ = rest.partition("@")
    logins = {first, rest.rpartition("@")[0]} if at else set()
    found = {login.partition(":")[2] for login in logins}
    found |= {v for k, v in parse_qsl(rest.partition("?")[2]) if k in ("password", "sslpassword")}
    return sorted({form for text in found if text for form in (text, unquote(text))})


class _Blaming:
    """Turns a ValueError into the usual cause: a password with a sign that ends it."""

    def __init__(self, address: str, parts: SplitResult) -> None:
        behind = address.partition("://")[2].removeprefix(parts.netloc)
        self._suspect = "@" in behind or parts.netloc.count("@") > 1

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._suspect and kind is not None and issubclass(kind, ValueError):
            raise Said(
                "cannot be read: if the password holds / ? # or @, "
                "write them as %2F %3F %23 and %40"
            ) from None


def _split(address: str, schemes: tuple[str, ...]) -> SplitResult:
    parts = _parsed(address, schemes)
    with _Blaming(address, parts):
        _check_host_and_port(parts.netloc.rpartition("@")[2])
    return parts


def _parsed(address: str, schemes: tuple[str, ...]) -> SplitResult:
    # urlsplit() would take line breaks out without a word.
    if any(character <= " " or character == "\x7f" for character in address):
        raise ValueError
    parts = urlsplit(address)
    if parts.scheme not in schemes or not address.startswith(f"{parts.scheme}://"):
        raise ValueError
    if parts.netloc.count("@") > 1:
        # The libraries disagree about which one ends the password.
        with _Blaming(address, parts):
            raise ValueError
    return parts


def _check_host_and_port(text: str) -> None:
    parts = urlsplit(f"//{text}")
    if parts.hostname is None or parts.port == 0:  # .port raises for one that does not exist
        raise ValueError
    _check_host(parts.hostname)


def _check_host(host: str) -> None:
    if ":" in host or host.replace(".", "").isdecimal():
        ipaddress.ip_address(host.partition("%")[0])
        return
    name = host.encode("idna").decode().removesuffix(".")
    if len(name) > _LONGEST or not all(map(_LABEL.fullmatch, name.split("."))):
        raise ValueError


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text[:6]) <= 65_535
