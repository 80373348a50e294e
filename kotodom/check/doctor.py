"""Runs all the checks of ``kotodom check``, at once where they do not wait for each other."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kotodom.check import (
    backups,
    bots,
    database,
    machine,
    models_asked,
    network,
    places,
    sealed,
    unit,
)
from kotodom.check.bots import Asked
from kotodom.check.database import Looked
from kotodom.check.models_asked import Wanted
from kotodom.check.network import Leg, Way
from kotodom.check.places import Places
from kotodom.check.reach import Fault, Resolve, resolve
from kotodom.check.report import CheckFailed, Row, State, told
from kotodom.check.sealed import Opened
from kotodom.clock import SECOND, Clock, SystemClock
from kotodom.config import Config
from kotodom.db.inspection import StoredBot

TIMEOUT = 11.0
"""Seconds that everything but a deep look into the database may take."""
_AT_ONCE = 200
"""Bots asked about at once; each has a connection or two."""


async def run_checks(
    config: Config,
    *,
    deep: bool = False,
    probe: bool = False,
    timeout: float = TIMEOUT,
    listening: int = bots.LISTENING,
    clock: Clock | None = None,
    find: Resolve = resolve,
) -> list[Row]:
    """Run every check within *timeout* seconds; the rows come in a fixed order.

    *deep* reads the whole database, however long that takes; *probe* has every model answer a tiny
    question, which is billed. *listening*: seconds to wait for another poller of each bot, unless a
    Kotodom of ours runs here.
    """
    clock = clock or SystemClock()
    end = clock.monotonic() + timeout
    case = await _admit(config, clock, find, timeout / 2)
    left = max(end - clock.monotonic(), 0.1)
    asked = _bots(case)
    inside, kept, units, health, here, answers, known = await asyncio.gather(
        _several("database, integrity", _inside(case, deep, left)),
        _several("backups", _backups(case, deep, left)),
        _several("unit file", unit.rows(os.environ)),
        _several("health", machine.http_rows(config, case.looked.running, left)),
        asyncio.to_thread(_here, case, len(asked)),
        # Where it is not known that none of ours runs, polling could take its updates from it.
        _ask_bots(case, asked, left, listening if case.looked.idle else None),
        _ask_models(case, left, probe=probe),
    )
    clock_row = network.clock_row((case.telegram, case.provider))
    return [
        *(*here, *units, *health),
        *(*case.looked.rows, *inside),
        # What is sealed in a database that cannot be read is not known.
        *([case.opened.row] if case.looked.found else []),
        *kept,
        *([clock_row] if clock_row else []),
        *(case.telegram.row, *answers),
        *(case.provider.row, *known),
    ]


@dataclass(frozen=True, slots=True)
class _Case:
    """What everything else is asked with."""

    config: Config
    where: Places
    now: int
    telegram: Way
    provider: Way
    looked: Looked
    opened: Opened


async def _admit(config: Config, clock: Clock, find: Resolve, seconds: float) -> _Case:
    """Find the ways out and what the database has to say about bots, within so many *seconds*."""
    where = places.places_of(config, Path())
    legs = _legs(config)
    telegram, provider, looked = await asyncio.gather(
        _way(legs[0], network.look(legs[0], find=find, clock=clock, timeout=seconds)),
        _way(legs[1], network.look(legs[1], find=find, clock=clock, timeout=seconds)),
        _database(config, seconds),
    )
    telegram, provider = network.compared((telegram, provider))
    opened = await _opened(config, where, looked.bots)
    return _Case(config, where, clock.now(), telegram, provider, looked, opened)


def _legs(config: Config) -> tuple[Leg, Leg]:
    telegram, provider = config.telegram, config.openai
    return (
        Leg(
            "Telegram",
            telegram.api_base,
            telegram.proxy.get_secret_value(),
            "telegram.api_base",
            "telegram.proxy",
        ),
        Leg(
            "the provider",
            provider.base_url,
            provider.proxy.get_secret_value(),
            "openai.base_url",
            "openai.proxy",
        ),
    )


def _here(case: _Case, count: int) -> list[Row]:
    """This machine, which is to serve so many bots, and the files on it."""
    config, where, running = case.config, case.where, case.looked.running
    checks: dict[str, Callable[[], Row | list[Row]]] = {
        "program": machine.program_row,
        "config": lambda: _configuration(config),
        "file modes": lambda: places.mode_rows(where),
        "disk": lambda: places.disk_rows(where, config.processing.min_free_disk_mb),
        "memory": lambda: machine.memory_row(count, running),
        "open files": lambda: machine.files_row(count, config.processing.concurrency),
        "time zones": lambda: machine.zones_row(config.admin.timezone),
    }
    rows: list[Row] = []
    for what, check in checks.items():
        try:
            found = check()
        except PermissionError as error:
            text = f"{error.filename or 'a file'} cannot be looked at by this user"
            step = "run kotodom check as the user that Kotodom runs as"
            found = Row(what, State.NOTE, text, step)
        except Exception as error:  # noqa: BLE001 - one row must not cost the person the others
            found = _unforeseen(what, error)
        rows += found if isinstance(found, list) else [found]
    return rows


def _configuration(config: Config) -> Row:
    if not config.warnings:
        count = len(config.bots)
        source = config.path or "the environment"
        return Row("config", State.OK, f"{source}, {count} bot{'s' * (count != 1)}")
    rows = [told("config", State.NOTE, warning) for warning in config.warnings]
    steps = [row.fix for row in rows if row.fix]
    return Row("config", State.NOTE, "; ".join(row.detail for row in rows), "; ".join(steps))


async def _way(leg: Leg, work: Awaitable[Way]) -> Way:
    try:
        return await work
    except Exception as error:  # noqa: BLE001 - as for every other row
        # Whoever asks over it may see more.
        return Way(leg, _unforeseen(f"way to {leg.name}", error), False, None, Fault.ADDRESS)


async def _database(config: Config, seconds: float) -> Looked:
    try:
        return await database.look(config.database.url.get_secret_value(), timeout=seconds)
    except Exception as error:  # noqa: BLE001 - as for every other row
        return Looked([_unforeseen("database", error)])


async def _opened(config: Config, where: Places, stored: Sequence[StoredBot]) -> Opened:
    try:
        key = config.secrets.key.get_secret_value()
        return await sealed.look(key, where.database, stored)
    except Exception as error:  # noqa: BLE001 - as for every other row
        return Opened(_unforeseen("sealing key", error), {}, {})


async def _several(what: str, work: Awaitable[list[Row]]) -> list[Row]:
    try:
        return await work
    except Exception as error:  # noqa: BLE001 - as for every other row
        return [_unforeseen(what, error)]


async def _inside(case: _Case, deep: bool, seconds: float) -> list[Row]:
    url = case.config.database.url.get_secret_value()
    return await database.examine(url, case.looked, deep=deep, timeout=seconds)


async def _backups(case: _Case, deep: bool, seconds: float) -> list[Row]:
    found = case.looked.found
    if found is not None and not found.exists:
        return []  # nothing to save yet
    return await backups.rows(case.where, case.now, deep=deep, seconds=seconds)


def _bots(case: _Case) -> list[Asked]:
    """Those of the configuration, and those that were added with /admin."""
    named = [Asked(bot.name, bot.token.get_secret_value(), bot) for bot in case.config.bots]
    tokens = case.opened.tokens
    added = [
        Asked(bot.name or str(bot.telegram_id), tokens[bot.telegram_id])
        for bot in case.looked.bots
        if bot.source == "admin" and bot.telegram_id in tokens
    ]
    taken = {bot.name for bot in named}
    return [*named, *(bot for bot in added if bot.name not in taken)]


async def _ask_bots(
    case: _Case, asked: Sequence[Asked], seconds: float, listening: int | None
) -> list[Row]:
    way = case.telegram
    if way.closed:
        return [_not_asked(f"bot {bot.name}", way) for bot in asked]
    turn = asyncio.Semaphore(_AT_ONCE)

    async def ask(bot: Asked) -> Row:
        async with turn:
            work = bots.look(case.config.telegram, bot, listening=listening)
            return await _row(f"bot {bot.name}", work, seconds, way.leg)

    return await asyncio.gather(*map(ask, asked))


async def _ask_models(case: _Case, seconds: float, *, probe: bool) -> list[Row]:
    way, settings = case.provider, case.config.openai
    wanted = models_asked.wanted(case.config, case.looked.found, case.opened.keys)
    if way.closed:
        return [_not_asked(want.what, way) for want in wanted]
    today = datetime.fromtimestamp(case.now / SECOND, UTC).date()

    async def ask(want: Wanted) -> Row:
        work = models_asked.look(settings, want, today, probe=probe)
        return await _row(want.what, work, seconds, way.leg)

    return await asyncio.gather(*map(ask, wanted))


def _not_asked(what: str, way: Way) -> Row:
    text = f"not asked: {way.leg.name} is not reached"
    return Row(what, State.FAILED, text, f"first repair the {way.row.what}")


async def _row(what: str, work: Awaitable[Row], seconds: float, leg: Leg) -> Row:
    try:
        async with asyncio.timeout(seconds):
            return await work
    except CheckFailed as error:
        return told(what, State.FAILED, str(error))
    except TimeoutError:
        text = f"no answer within {seconds:.0f} s"
        return Row(what, State.FAILED, text, f"check the network and {leg.address_key}")
    except Exception as error:  # noqa: BLE001 - one row must not cost the person the others
        return _unforeseen(what, error)


def _unforeseen(what: str, error: Exception) -> Row:
    # Its type only: a library's text may quote what it was given.
    text = f"failed unexpectedly ({type(error).__name__})"
    return Row(what, State.FAILED, text, "please report this")
