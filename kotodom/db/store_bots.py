"""Bots: what the configuration file says of them, and what became known since."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kotodom.db.connection import Connection, Database, Row
from kotodom.db.sql import storable
from kotodom.model import AccessMode, Bot, BotSource, BotSpec, Groups, Rich


def _as_is(value: Any) -> Any:
    return value


def _json(value: object) -> str:
    return storable(json.dumps(value, ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class _Column:
    """A field of a bot that the file may name: how it is stored, and read again."""

    default: object
    """What a new bot gets where the file says nothing, as it is stored."""
    store: Callable[[Any], object]
    load: Callable[[Any], object] = _as_is


COLUMNS: Mapping[str, _Column] = {
    "model": _Column("", storable),
    "models": _Column("[]", _json, lambda text: tuple(json.loads(text))),
    "prompt": _Column("", storable),
    "start_message": _Column("", storable),
    "help_message": _Column("", storable),
    "error_message": _Column("", storable),
    "texts": _Column("{}", lambda texts: _json(dict(texts)), json.loads),
    "rich": _Column(Rich.OFF.value, str, Rich),
    "link_previews": _Column(False, bool, bool),
    "groups": _Column(Groups.ON.value, str, Groups),
    "group_ids": _Column("[]", _json, lambda text: tuple(json.loads(text))),
    "name_pattern": _Column("", storable),
    "guest": _Column(False, bool, bool),
    "inline": _Column(False, bool, bool),
    "access": _Column(AccessMode.PUBLIC.value, str, AccessMode),
    "fallback_model": _Column("", storable),
    "language": _Column("", storable),
    "inbox_id": _Column(0, int, int),
    "keep_days": _Column(None, _as_is),
    "enabled": _Column(True, bool, bool),
}

BOTS = (
    "SELECT id, telegram_id, name, username, error, menu, source, owner_id, token, api_key,"
    f" {', '.join(COLUMNS)} FROM bot"
)
"""What :func:`bot_of` takes."""

_FORMER_DEFAULTS = {
    "start_message": "Hello! Ask me anything.",
    "error_message": "Something went wrong. Please try again later.",
}
"""What new bots once got: nobody chose these words, so people hear ours in their own language."""

_GONE = (BotSource.REMOVED, BotSource.DELETED, BotSource.ERASED)


class BotStore:
    """The bots' part of the store."""

    _database: Database

    async def sync_bots(self, specs: Sequence[BotSpec]) -> list[Bot]:
        told = {spec.telegram_id: spec for spec in specs}

        async def sync(connection: Connection) -> list[Bot]:
            for spec in specs:
                await _write_spec(connection, spec)
            await _disable_missing(connection, set(told))
            rows = await connection.fetch(f"{BOTS} ORDER BY id")
            return [bot_of(row, told.get(row[1])) for row in rows]

        return await self._database.write(sync)

    async def set_username(self, bot_id: int, username: str) -> None:
        await self._database.write(
            lambda c: c.execute(
                "UPDATE bot SET username = $2 WHERE id = $1", bot_id, storable(username)
            )
        )

    async def set_bot_error(self, bot_id: int, error: str) -> None:
        await self._database.write(
            lambda c: c.execute("UPDATE bot SET error = $2 WHERE id = $1", bot_id, storable(error))
        )

    async def set_menu(self, bot_id: int, fingerprint: str) -> None:
        await self._database.write(
            lambda c: c.execute("UPDATE bot SET menu = $2 WHERE id = $1", bot_id, fingerprint)
        )


def bot_of(row: Row, spec: BotSpec | None = None) -> Bot:
    """A bot from a row of :data:`BOTS`, and what the file says of it."""
    fields: dict[str, Any] = {
        name: column.load(stored)
        for (name, column), stored in zip(COLUMNS.items(), row[10:], strict=True)
    }
    return Bot(
        id=row[0],
        telegram_id=row[1],
        name=row[2],
        username=row[3],
        error=row[4],
        menu=row[5],
        source=BotSource(row[6]),
        owner_id=row[7],
        token=spec.token if spec is not None else row[8],
        api_key=spec.api_key if spec is not None and spec.api_key is not None else row[9],
        configured=frozenset(_named(spec)) if spec is not None else frozenset(),
        **fields,
    )


def _named(spec: BotSpec) -> Iterator[str]:
    """The fields that the file says."""
    yield from ("name", "token")
    yield from (name for name in (*COLUMNS, "api_key") if getattr(spec, name) is not None)


async def _write_spec(connection: Connection, spec: BotSpec) -> None:
    """Insert or update one bot; a bot that comes back to the file is enabled again."""
    row = await connection.fetchrow(
        f"SELECT source, {', '.join(COLUMNS)} FROM bot WHERE telegram_id = $1",
        spec.telegram_id,
    )
    stored = {name: column.default for name, column in COLUMNS.items()}
    if row is not None:
        stored = dict(zip(COLUMNS, row[1:], strict=True))
        stored["enabled"] = bool(stored["enabled"]) or row[0] in _GONE
        for name, former in _FORMER_DEFAULTS.items():
            if stored[name] == former:
                stored[name] = ""
    for name, column in COLUMNS.items():
        said = getattr(spec, name)
        if said is not None:
            stored[name] = column.store(said)
    names = ("name", *COLUMNS)
    await connection.execute(
        f"INSERT INTO bot (telegram_id, source, {', '.join(names)})"
        f" VALUES ($1, 'config', {', '.join(f'${n}' for n in range(2, 2 + len(names)))})"
        " ON CONFLICT (telegram_id) DO UPDATE SET source = excluded.source, token = '',"
        f" {', '.join(f'{name} = excluded.{name}' for name in names)}",
        spec.telegram_id,
        storable(spec.name),
        *stored.values(),
    )
    if spec.api_key is not None:
        # What the file says is kept nowhere else.
        await connection.execute(
            "UPDATE bot SET api_key = '' WHERE telegram_id = $1 AND api_key <> ''", spec.telegram_id
        )


async def _disable_missing(connection: Connection, named: set[int]) -> None:
    rows = await connection.fetch("SELECT id, telegram_id FROM bot WHERE source = 'config'")
    await connection.executemany(
        "UPDATE bot SET enabled = $2, source = 'removed' WHERE id = $1",
        [(row[0], False) for row in rows if row[1] not in named],
    )
