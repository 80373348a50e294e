"""Bots: what the configuration file says of them, and what became known since."""

from collections.abc import Sequence

from kotodom.db.connection import Connection, Database
from kotodom.db.sql import storable
from kotodom.model import Bot, BotSpec

FIELDS = ("model", "prompt", "start_message", "help_message", "error_message", "enabled")
DEFAULTS: dict[str, str | bool] = {
    "model": "",
    "prompt": "",
    "start_message": "Hello! Ask me anything.",
    "help_message": "",
    "error_message": "Something went wrong. Please try again later.",
    "enabled": True,
}
"""What a new bot gets where the file says nothing."""


class BotStore:
    """The bots' part of the store."""

    _database: Database

    async def sync_bots(self, specs: Sequence[BotSpec]) -> list[Bot]:
        tokens = {spec.telegram_id: spec.token for spec in specs}

        async def sync(connection: Connection) -> list[Bot]:
            for spec in specs:
                await _write_spec(connection, spec)
            await _disable_missing(connection, set(tokens))
            rows = await connection.fetch(
                f"SELECT id, telegram_id, name, username, error, {', '.join(FIELDS)}"
                " FROM bot ORDER BY id"
            )
            return [
                Bot(
                    id=row[0],
                    telegram_id=row[1],
                    name=row[2],
                    username=row[3],
                    error=row[4],
                    token=tokens.get(row[1], ""),
                    model=row[5],
                    prompt=row[6],
                    start_message=row[7],
                    help_message=row[8],
                    error_message=row[9],
                    enabled=bool(row[10]),
                )
                for row in rows
            ]

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


async def _write_spec(connection: Connection, spec: BotSpec) -> None:
    """Insert or update one bot; a bot that comes back to the file is enabled again."""
    row = await connection.fetchrow(
        f"SELECT source, {', '.join(FIELDS)} FROM bot WHERE telegram_id = $1",
        spec.telegram_id,
    )
    settings = dict(DEFAULTS)
    if row is not None:
        settings = dict(zip(FIELDS, row[1:], strict=True))
        settings["enabled"] = bool(settings["enabled"]) or row[0] == "removed"
    settings.update(
        {field: getattr(spec, field) for field in FIELDS if getattr(spec, field) is not None}
    )
    cleaned = [
        storable(value) if isinstance(value, str) else value
        for value in (settings[field] for field in FIELDS)
    ]
    await connection.execute(
        "INSERT INTO bot (telegram_id, source, name, model, prompt, start_message, help_message,"
        " error_message, enabled) VALUES ($1, 'config', $2, $3, $4, $5, $6, $7, $8)"
        " ON CONFLICT (telegram_id) DO UPDATE SET source = excluded.source, name = excluded.name,"
        " model = excluded.model, prompt = excluded.prompt,"
        " start_message = excluded.start_message, help_message = excluded.help_message,"
        " error_message = excluded.error_message, enabled = excluded.enabled",
        spec.telegram_id,
        storable(spec.name),
        *cleaned,
    )


async def _disable_missing(connection: Connection, named: set[int]) -> None:
    rows = await connection.fetch("SELECT id, telegram_id FROM bot WHERE source = 'config'")
    await connection.executemany(
        "UPDATE bot SET enabled = $2, source = 'removed' WHERE id = $1",
        [(row[0], False) for row in rows if row[1] not in named],
    )
