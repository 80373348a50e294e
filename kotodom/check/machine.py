"""The program and the machine it runs on: versions, limits, memory, time zones, the port."""

import asyncio
import errno
import platform
import resource
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aiohttp import ClientError, ClientSession, ClientTimeout

from kotodom import __version__
from kotodom.check.report import Row, State
from kotodom.config import Config
from kotodom.db.sqlite import MIN_VERSION

_MB = 1024 * 1024
_BASE_MB, _BOT_MB = 160, 0.3
"""Memory of a busy process, and of each bot more (README, Performance)."""
_BASE_FILES = 64
"""Database, logs, libraries, the server of /health."""
_SOME_ZONE = "Europe/London"


def program_row(sqlite: tuple[int, ...] = sqlite3.sqlite_version_info) -> Row:
    """What runs."""
    version = ".".join(map(str, sqlite))
    text = f"Kotodom {__version__}, Python {platform.python_version()}, SQLite {version}"
    if sqlite < MIN_VERSION:
        needed = ".".join(map(str, MIN_VERSION))
        step = "install Kotodom with a Python of this decade: uv tool install kotodom"
        return Row("program", State.FAILED, f"{text}; SQLite {needed} or newer is needed", step)
    return Row("program", State.OK, text)


def files_row(bots: int, concurrency: int) -> Row:
    """How many files and connections the process may have open.

    A bot holds one connection to poll; a question in work one to the provider and one to Telegram.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    least, most = _BASE_FILES + bots, _BASE_FILES + bots + 2 * concurrency
    text = f"{soft} here, at most {most} are needed"
    step = f"ulimit -n {max(4096, most)}, or LimitNOFILE={max(4096, most)} in the unit file"
    if soft == resource.RLIM_INFINITY or soft >= most:
        return Row("open files", State.OK, text)
    if hard != resource.RLIM_INFINITY and hard < most:
        step = f"{step} (as root: the hard limit is {hard})"
    return Row("open files", State.FAILED if soft < least else State.NOTE, text, step)


def memory_row(bots: int, running: bool, root: Path = Path("/")) -> Row:
    """Whether there is memory enough; *root* is where /proc and /sys lie."""
    needed = _BASE_MB + bots * _BOT_MB
    limits = list(_cgroup_limits(root))
    free = _available(root)
    parts = [f"limit {min(limits) / _MB:.0f} MB"] if limits else []
    parts += [f"{free / _MB:.0f} MB available"] if free is not None else []
    text = f"{', '.join(parts) or 'not known'}; about {needed:.0f} MB are needed"
    if limits and min(limits) < needed * _MB:
        step = "raise the limit (MemoryMax= of the unit, or of the container)"
        return Row("memory", State.NOTE, text, step)
    if free is not None and free < needed * _MB and not running:
        step = "end what else takes memory, or add swap: fallocate, mkswap, swapon"
        return Row("memory", State.NOTE, text, step)
    return Row("memory", State.OK, text)


def _cgroup_limits(root: Path) -> Iterator[int]:
    """What the control groups of this process, and those around them, allow."""
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        top = root / "sys/fs/cgroup" / ("memory" if controllers else "")
        name = "memory.limit_in_bytes" if controllers else "memory.max"
        group = Path(path.lstrip("/"))
        for folder in (group, *group.parents):
            for said in _lines(top / folder / name):
                # Version 1 writes "no limit" as a number near 2**63.
                if said.isdigit() and int(said) < 2**60:
                    yield int(said)


def _available(root: Path) -> int | None:
    found = {}
    for line in _lines(root / "proc/meminfo"):
        name, _, value = line.partition(":")
        found[name] = int(value.split()[0]) * 1024
    if "MemAvailable" not in found:
        return None
    return found["MemAvailable"] + found.get("SwapFree", 0)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def zones_row(zone: str, other: str = _SOME_ZONE) -> Row:
    """Whether *other* time zones than UTC are known; days and limits begin by them."""
    try:
        ZoneInfo.no_cache(other)
    except (ZoneInfoNotFoundError, OSError):
        text = f"{zone} is in use, but no other can be: this machine has no time zone data"
        step = "sudo apt install tzdata, or pip install tzdata beside Kotodom"
        return Row("time zones", State.NOTE, text, step)
    return Row("time zones", State.OK, f"{zone} is in use")


async def http_rows(config: Config, running: bool, timeout: float) -> list[Row]:
    """Whether /health answers where a Kotodom runs, or else whether its port is free."""
    if not config.http.listen:
        return []
    if running:
        return [await _health(config, timeout)]
    host, _, port = config.http.listen.rpartition(":")
    why = await asyncio.to_thread(_taken, host.strip("[]"), int(port))
    if why:
        step = f"another address in http.listen, or end who has it: ss -ltnp 'sport = :{port}'"
        return [Row("health", State.FAILED, f"{config.http.listen} cannot be had: {why}", step)]
    return [Row("health", State.OK, f"{config.http.listen} is free")]


def _taken(host: str, port: int) -> str:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return "another program listens there"
        return error.strerror or type(error).__name__
    return ""


async def _health(config: Config, timeout: float) -> Row:
    token = config.http.token.get_secret_value()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"http://{_reachable(config.http.listen)}/health"
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=timeout), headers=headers) as session,
            session.get(url) as response,
        ):
            status = response.status
    except (ClientError, OSError, TimeoutError) as error:
        text = f"the running Kotodom does not serve {url} ({type(error).__name__})"
        step = "restart it, should http.listen have changed: kotodom service status"
        return Row("health", State.NOTE, text, step)
    if status in (401, 403):
        text = f"{url} does not accept http.token"
        return Row("health", State.NOTE, text, "restart Kotodom, should the token have changed")
    if status != 200:
        text = f"{url} says that it is not well (HTTP {status})"
        return Row("health", State.FAILED, text, f"read it: curl -s {url}")
    return Row("health", State.OK, f"{url} says that all is well")


def _reachable(listen: str) -> str:
    """*listen* as a client must write it: who listens everywhere listens here, too."""
    return listen.replace("0.0.0.0:", "127.0.0.1:", 1).replace("[::]:", "[::1]:", 1)
