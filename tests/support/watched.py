"""Which indexes the store's statements use, judged by SQLite's plan for each of them."""

import sqlite3

from kotodom.db import Connection, SqlStore
from kotodom.db.sqlite import SqliteDatabase


class Watched:
    """A store on a large file, and the plans of the statements it runs."""

    def __init__(self, database: SqliteDatabase, path: str) -> None:
        self.store = SqlStore(database)
        self._database = database
        self._path = path
        self._seen: list[str] = []

    async def start(self) -> None:
        async def trace(connection: Connection) -> None:
            self._database._raw.set_trace_callback(self._seen.append)

        await self._database.read(trace)

    def plans(self) -> list[str]:
        """One line for each table access since the last call."""
        seen, self._seen[:] = list(self._seen), []
        reads = [sql for sql in seen if sql.lstrip().startswith(("SELECT", "UPDATE", "DELETE"))]
        assert reads
        raw = sqlite3.connect(self._path)
        lines = [
            line[3] for sql in reads for line in raw.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
        ]
        raw.close()
        return lines
