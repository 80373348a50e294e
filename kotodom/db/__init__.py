"""The database room: tables, connections, migrations and the store.

``database = await open_database(url)``, ``await database.migrate()``, ``SqlStore(database)``.
"""

from kotodom.db.connection import Connection, Database, open_database, sqlite_path
from kotodom.db.store import SqlStore

__all__ = ["Connection", "Database", "SqlStore", "open_database", "sqlite_path"]
