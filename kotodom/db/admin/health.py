"""The database's part of /admin health."""

from kotodom.db.connection import Connection, Database
from kotodom.ports.admin.health import DatabaseFacts


class HealthStore:
    """The store's part for health."""

    _database: Database

    async def database_facts(self) -> DatabaseFacts:
        read = _sqlite if self._database.dialect == "sqlite" else _postgres
        return await self._database.read(read)


async def _sqlite(connection: Connection) -> DatabaseFacts:
    version = await connection.fetchrow("SELECT sqlite_version()")
    size = await connection.fetchrow(
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    )
    return DatabaseFacts(f"SQLite {version[0] if version else ''}", size[0] if size else 0)


async def _postgres(connection: Connection) -> DatabaseFacts:
    row = await connection.fetchrow(
        "SELECT current_setting('server_version'), pg_database_size(current_database())"
    )
    version, size = (row[0], row[1]) if row is not None else ("", 0)
    return DatabaseFacts(f"PostgreSQL {version.partition(' ')[0]}", size)
