"""The database's part of /admin settings."""

from collections.abc import Mapping

from kotodom.db.admin.desk import insert_audit
from kotodom.db.connection import Connection, Database
from kotodom.db.sql import storable
from kotodom.ports.admin import AuditEntry


class SettingsStore:
    """The store's part for settings."""

    _database: Database

    async def stored_settings(self) -> Mapping[str, str]:
        rows = await self._database.read(lambda c: c.fetch("SELECT key, value FROM setting"))
        return {row[0]: row[1] for row in rows}

    async def store_setting(self, key: str, value: str | None, entry: AuditEntry, now: int) -> None:
        async def write(connection: Connection) -> None:
            if value is None:
                await connection.execute("DELETE FROM setting WHERE key = $1", key)
            else:
                await connection.execute(
                    "INSERT INTO setting (key, value) VALUES ($1, $2)"
                    " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                    key,
                    storable(value),
                )
            await insert_audit(connection, entry, now)

        await self._database.write(write)
