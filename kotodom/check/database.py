"""The database: can it be used, is it whole, how full is it, does somebody work on it?"""

import asyncio
import shlex
from dataclasses import dataclass
from pathlib import Path

from kotodom.check.report import Row, State, told
from kotodom.db.connection import sqlite_path
from kotodom.db.examination import FileSize, Integrity, Server, file_size, held, integrity, server
from kotodom.db.inspection import Inspection, StoredBot, inspect
from kotodom.errors import DatabaseUnusable

_MB = 1024 * 1024
_LARGE_LOG = 256 * _MB
"""A write-ahead log beyond this was never folded back: somebody reads without end."""
_MUCH_UNUSED = 256 * _MB
_RESTORE = "stop Kotodom, then: kotodom restore BACKUP (the damaged file is kept)"
_MAINTAINED = 15
"""The oldest PostgreSQL with fixes on 2026-11-22 (postgresql.org, versioning policy)."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found out about the database."""

    rows: list[Row]
    found: Inspection | None = None
    """None when it cannot be used."""
    running: bool = False
    """Whether a kotodom works on it now."""
    path: Path | None = None
    """A SQLite file; None for other databases."""

    @property
    def idle(self) -> bool:
        """Whether it is known that nobody works on it."""
        return self.found is not None and not self.running

    @property
    def bots(self) -> tuple[StoredBot, ...]:
        """The bots in it."""
        return self.found.bots if self.found else ()


async def look(url: str, *, timeout: float) -> Looked:
    """Whether the database of *url* can be used, and who does."""
    try:
        path = await asyncio.to_thread(sqlite_path, url)
        async with asyncio.timeout(timeout):
            found = await inspect(url)
            running = found.exists and await held(url)
    except TimeoutError:
        text = f"no answer within {timeout:g} s"
        step = "check that the server of database.url runs and can be reached"
        return Looked([Row("database", State.FAILED, text, step)])
    except DatabaseUnusable as error:
        return Looked([told("database", State.FAILED, str(error))])
    return Looked([_state(found, running)], found, running, path)


async def examine(url: str, looked: Looked, *, deep: bool, timeout: float) -> list[Row]:
    """How well it is; a *deep* look takes as long as it takes."""
    found = looked.found
    if found is None or not found.exists:
        return []
    if looked.path is not None:
        rows = await _file(looked.path, deep, timeout)
    else:
        rows = await _server(url, looked.running, timeout)
    # Only notes: the next success clears them, and the same fault now has a row of its own.
    stored = [
        Row(f"bot {bot.name}, last run", State.NOTE, bot.error, "it is cleared once it works again")
        for bot in found.bots
        if bot.error
    ]
    return [*rows, *stored]


def _state(found: Inspection, running: bool) -> Row:
    if not found.exists:
        return Row("database", State.NOTE, "does not exist yet", "kotodom run, which creates it")
    who = "a running Kotodom works on it" if running else "nobody works on it"
    if found.pending:
        text = f"{found.engine}, {len(found.pending)} to migrate; {who}"
        step = "kotodom run, which does it (after a snapshot of a SQLite file)"
        return Row("database", State.NOTE, text, step)
    return Row("database", State.OK, f"{found.engine}, up to date; {who}")


async def _file(path: Path, deep: bool, timeout: float) -> list[Row]:
    try:
        whole = await integrity(path, deep=deep, seconds=None if deep else timeout)
        size = await file_size(path)
    except DatabaseUnusable as error:
        return [told("database, integrity", State.FAILED, str(error))]
    return [_whole(path, whole, deep), _size(path, size)]


def _whole(path: Path, found: Integrity, deep: bool) -> Row:
    what = "database, integrity"
    if found.faults:
        said = ", ".join(fault.splitlines()[-1] for fault in found.faults)
        return Row(what, State.FAILED, f"{path} is damaged: {said}", _RESTORE)
    if found.orphans:
        text = f"rows that refer to nothing in {', '.join(found.orphans)}"
        return Row(what, State.FAILED, text, _RESTORE)
    if not found.finished:
        text = "no damage in what could be seen in this time; kotodom check --deep sees it all"
        return Row(what, State.OK, text)
    how = "every page, index and reference" if deep else "every page and reference"
    return Row(what, State.OK, f"{how} is whole")


def _size(path: Path, size: FileSize) -> Row:
    what, name = "database, size", shlex.quote(str(path))
    text = f"{_bytes(size.whole)}, {_bytes(size.unused)} of it unused, log {_bytes(size.log)}"
    if size.log > _LARGE_LOG:
        step = "restart Kotodom; if it stays, look who else has the file open: fuser -v"
        text = f"{text}: it should have been folded back"
        return Row(what, State.NOTE, text, f"{step} {name}")
    if size.unused > max(_MUCH_UNUSED, size.whole // 2):
        step = f"to have the space back, stop Kotodom, then: sqlite3 {name} VACUUM"
        return Row(what, State.NOTE, text, step)
    return Row(what, State.OK, text)


async def _server(url: str, running: bool, timeout: float) -> list[Row]:
    try:
        async with asyncio.timeout(timeout):
            found = await server(url)
    except TimeoutError:
        text = f"no answer within {timeout:g} s"
        return [Row("database, server", State.FAILED, text, "look at the server's own log")]
    except DatabaseUnusable as error:
        return [told("database, server", State.FAILED, str(error))]
    return [_served(found, running)]


def _served(found: Server, running: bool) -> Row:
    text = f"{_bytes(found.size)}, {found.connections_left} connections left"
    state, step = State.OK, ""
    if found.read_only:
        state, text = State.FAILED, f"{text}; it takes no writes: a standby, or set to read only"
        step = "name the primary server in database.url"
    elif found.connections_left < found.connections_needed and not running:
        state, text = State.NOTE, f"{text}, up to {found.connections_needed} are needed"
        step = "raise max_connections of the server, or end who does not need theirs"
    elif found.version < _MAINTAINED:
        state, text = State.NOTE, f"{text}; PostgreSQL {found.version} gets no fixes any more"
        step = f"upgrade the server to {_MAINTAINED} or newer"
    return Row("database, server", state, text, step)


def _bytes(count: int) -> str:
    return f"{count / _MB:.1f} MB" if count < 1024 * _MB else f"{count / _MB / 1024:.1f} GB"
