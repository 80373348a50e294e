"""A TCP proxy before a PostgreSQL server, which can fall silent or go away."""

import asyncio
import re
from contextlib import suppress

from kotodom.tasks import Tasks


class PostgresProxy:
    """Passes bytes on until :meth:`freeze`; *url* is a database's as the fixtures give it."""

    def __init__(self, url: str) -> None:
        match = re.fullmatch(r"postgres://postgres@/(\w+)\?host=(.+)", url)
        assert match is not None
        self._name, self._folder = match.groups()
        self._frozen: set[asyncio.StreamWriter] = set()
        self._freeze_all = False
        self._tasks = Tasks(lambda name, error: None)
        self._writers: set[asyncio.StreamWriter] = set()
        self.url = ""

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"postgres://postgres@127.0.0.1:{port}/{self._name}"

    def freeze(self) -> None:
        """Accept everything and pass nothing on."""
        self._freeze_all = True

    def freeze_open_connections(self) -> None:
        """Pass nothing more on for those who are connected now."""
        self._frozen |= self._writers

    async def stop(self) -> None:
        """Drop every connection and listen no more."""
        self._server.close()
        await self._tasks.cancel()
        for writer in self._writers:
            writer.transport.abort()
        for writer in self._writers:
            with suppress(OSError):
                await writer.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_server = await asyncio.open_unix_connection(f"{self._folder}/.s.PGSQL.5432")
        self._writers |= {writer, to_server[1]}
        self._tasks.start(self._pass_on(reader, to_server[1]), name="to server")
        self._tasks.start(self._pass_on(to_server[0], writer), name="to client")

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if not self._freeze_all and writer not in self._frozen:
                    writer.write(data)
            writer.transport.abort()
