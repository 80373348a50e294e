"""Addresses that a person types: proxies, and servers of one's own."""

from urllib.parse import quote, urlsplit

from kotodom.config import addresses
from kotodom.config.mistakes import Said
from kotodom.setup.terminal import Terminal


def ask_proxy(terminal: Terminal, whom: str, socks_package: str) -> str:
    """A proxy that leads to *whom*; empty: none."""
    terminal.say(
        "A proxy may lead there: http://host:port, socks5://host:port or socks5h://host:port, with "
        "user@ before the host if it needs one (its password is asked for). Enter alone tries "
        "again without.",
        "",
    )
    while True:
        said = terminal.ask(f"Proxy for {whom}")
        if not said or not (wrong := proxy_mistake(said, socks_package)):
            return _with_password(terminal, said)
        terminal.say(wrong)


def proxy_mistake(address: str, socks_package: str) -> str:
    """What is wrong with a proxy's address; empty: nothing."""
    try:
        addresses.proxy(address, socks_package=socks_package)
    except Said as error:
        return f"It {error}." if str(error).startswith("cannot") else f"{error}."
    except ValueError:
        return (
            "That is no address of a proxy: it is http://, socks5:// or socks5h://, a host, a "
            "colon and a port."
        )
    return ""


def ask_address(terminal: Terminal, question: str, default: str) -> str:
    """An address that paths are appended to."""
    while True:
        said = terminal.ask(question, default).rstrip("/")
        if not (wrong := address_mistake(said)):
            return said
        terminal.say(wrong)


def address_mistake(address: str) -> str:
    """What is wrong with a server's address; empty: nothing."""
    try:
        parts = urlsplit(addresses.web(address))
    except ValueError:
        return "An address begins with http:// or https://, such as http://localhost:11434/v1."
    if "@" in parts.netloc:
        return "The address must hold no user and password."
    return ""


def _with_password(terminal: Terminal, proxy: str) -> str:
    if not proxy:
        return ""
    parts = urlsplit(proxy)
    if not parts.username or parts.password:
        return proxy
    password = quote(terminal.ask_hidden(f"Password of {parts.username}").strip(), safe="")
    where = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{parts.username}:{password}@{where}"
