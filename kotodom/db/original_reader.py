"""Reads the original Kotodom GPT's PostgreSQL database, whatever its version, and never writes.

Its tables are Prisma's: names in quotes, times without a zone that mean UTC. Columns that came late
are read where they are; where they are not, what they would say is left out.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import asyncpg

from kotodom.db import original_values as values
from kotodom.db.postgres_faults import FAULTS, unusable
from kotodom.db.schema import quoted
from kotodom.errors import DatabaseUnusable
from kotodom.original.rows import (
    OldAdmin,
    OldBot,
    OldChat,
    OldMessage,
    OldPerson,
    OldProcessing,
    OldSetting,
)

T = TypeVar("T")

BATCH = 500
"""Rows read, and then written, together."""
TIMEOUT = 60.0
_OURS = {"host", "port", "user", "password", "database", "passfile", "sslmode", "sslrootcert"}
"""What asyncpg takes in a URL; the rest of Prisma's it would hand to the server."""
_ANSWER = (
    'p."telegramUpdateId", p."telegramIncomingMessageId", p."telegramOutgoingMessageId",'
    ' p."responseSentAt", p.status::text'
)
"""What is known of the question that a message answers: there from that table's first version."""


class Original:
    """The original's database, seen as it is at one moment."""

    def __init__(
        self, url: str, raw: Any, columns: dict[str, set[str]], early: bool, batch: int
    ) -> None:
        self._url = url
        self._raw = raw
        self._columns = columns
        self._batch = batch
        # Before it had accounts, "User" was what "TgUser" is now.
        self._people = "User" if "TgUser" not in columns and early else "TgUser"

    async def close(self) -> None:
        """Let go of the server."""
        await self._raw.close(timeout=TIMEOUT)

    async def origin(self) -> str:
        """What tells this database from others, also after it was moved: its first migration."""
        if "_prisma_migrations" in self._columns:
            rows = await self._fetch(
                'SELECT id FROM "_prisma_migrations" ORDER BY started_at, id LIMIT 1'
            )
            if rows:
                return f"kotodom-gpt {rows[0][0]}"[:64]
        return f"kotodom-gpt {unquote(urlsplit(self._url).path[1:])}"[:64]

    async def count(self, table: str) -> int:
        table = self._people if table == "TgUser" else table
        if table not in self._columns:
            return 0
        ((count,),) = await self._fetch(f'SELECT COUNT(*) FROM "{table}"')
        return int(count)

    async def bots(self) -> list[OldBot]:
        enabled = next(
            (name for name in ("enabled", "isActive", "isStarted") if self._has("Bot", name)), ""
        )
        rows = await self._fetch(
            self._select(
                "Bot",
                *("id", "name", "token", "model", "prompt", "startMessage", "errorMessage"),
                *(enabled, "assistantId", "createdAt"),
            )
            + " ORDER BY id"
        )
        return [
            OldBot(
                id=row[0],
                name=values.text(row[1]),
                token=values.text(row[2]),
                model=values.text(row[3]),
                prompt=values.text(row[4]),
                start_message=values.text(row[5]),
                error_message=values.text(row[6]),
                enabled=bool(row[7]),
                assistant_id=values.text(row[8]),
                created_at=values.milliseconds(row[9]),
            )
            for row in rows
        ]

    async def admins(self) -> list[OldAdmin]:
        if self._people == "User" or "User" not in self._columns:
            return []
        known = ("telegramId", "telegramUserId", "tgUserId")
        telegram = next((name for name in known if self._has("User", name)), "")
        rows = await self._fetch(
            self._select("User", "id", "email", "role", telegram, casts={"role"}) + " ORDER BY id"
        )
        return [
            OldAdmin(str(row[0]), values.text(row[1]), values.text(row[2]), values.number(row[3]))
            for row in rows
        ]

    async def settings(self) -> list[OldSetting]:
        if "Setting" not in self._columns:
            return []
        rows = await self._fetch(self._select("Setting", "id", "value") + " ORDER BY id")
        return [OldSetting(row[0], values.text(row[1])) for row in rows]

    def people(self) -> AsyncIterator[Sequence[OldPerson]]:
        return self._batches(
            self._people,
            ("id", "username", "fullName", "name"),
            lambda row: OldPerson(
                row[0], values.text(row[1]), values.text(row[2]) or values.text(row[3])
            ),
        )

    def chats(self) -> AsyncIterator[Sequence[OldChat]]:
        user = "tgUserId" if self._has("Chat", "tgUserId") else "userId"
        return self._batches(
            "Chat",
            ("id", "botId", "telegramChatId", user, "name"),
            lambda row: OldChat(row[0], row[1], row[2], row[3], values.text(row[4])),
        )

    def messages(self) -> AsyncIterator[Sequence[OldMessage]]:
        user = "tgUserId" if self._has("Message", "tgUserId") else "userId"
        known = "MessageProcessing" in self._columns
        price = "" if known else "price"  # it was copied to that table
        columns = ("id", "chatId", user, "botId", "text", "userMessageId", price, "createdAt")
        return self._batches("Message", columns, values.message, answered=known)

    def processings(self) -> AsyncIterator[Sequence[OldProcessing]]:
        return self._batches(
            "MessageProcessing",
            ("id", "status", "responseMessageId", "price", "attempts"),
            lambda row: OldProcessing(
                row[0], values.text(row[1]), row[2], values.nano_dollars(row[3]), row[4] or 0
            ),
            casts={"status"},
        )

    def _has(self, table: str, column: str) -> bool:
        return column in self._columns.get(table, ())

    def _select(
        self, table: str, *columns: str, casts: Collection[str] = (), more: str = ""
    ) -> str:
        """What asks for these columns in this order, NULL for those that are not there."""
        named = ", ".join(
            f't."{column}"{"::text" if column in casts else ""}'
            if self._has(table, column)
            else "NULL"
            for column in columns
        )
        return f'SELECT {named}{more} FROM "{table}" t'

    async def _batches(
        self,
        table: str,
        columns: Sequence[str],
        make: Callable[[Any], T],
        *,
        casts: Collection[str] = (),
        answered: bool = False,
    ) -> AsyncIterator[Sequence[T]]:
        """The rows in the order of their ids; *answered*: with what became of the question."""
        if table not in self._columns:
            return
        ask = self._select(table, *columns, casts=casts, more=f", {_ANSWER}" if answered else "")
        if answered:
            # By its question, of which there is an index, and one row at most.
            ask += (
                ' LEFT JOIN "MessageProcessing" p ON p."userMessageId" = t."userMessageId"'
                ' AND p."responseMessageId" = t.id'
            )
        last = None
        while True:
            page = f"{ask} WHERE t.id > $2" if last is not None else ask
            given = (self._batch,) if last is None else (self._batch, last)
            rows = await self._fetch(f"{page} ORDER BY t.id LIMIT $1", *given)
            if rows:
                last = rows[-1][0]
                yield [make(row) for row in rows]
            if len(rows) < self._batch:
                return

    async def _fetch(self, sql: str, *values: object) -> Sequence[Any]:
        try:
            rows: Sequence[Any] = await self._raw.fetch(sql, *values)
        except FAULTS as error:
            raise _unusable("cannot read", self._url, error) from error
        return rows


async def open_original(url: str, *, batch: int = BATCH) -> Original:
    """Connect to the server that *url* names, as Prisma or we write it.

    Rows come *batch* by *batch*. Raises DatabaseUnusable when there is no server, or no such table.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # it quotes the password
        raise DatabaseUnusable(
            "the URL of the original's database cannot be read: if the password holds "
            "/ ? # [ or @, write them as %2F %3F %23 %5B and %40"
        ) from None
    said = dict(parse_qsl(parts.query))
    plain = urlunsplit(
        parts._replace(query=urlencode({k: v for k, v in said.items() if k in _OURS}))
    )
    schema = said.get("schema", "public")
    try:
        raw: Any = await asyncpg.connect(
            plain,
            timeout=TIMEOUT,
            command_timeout=TIMEOUT,
            server_settings={
                "application_name": "kotodom import",
                "search_path": quoted(schema),
                "default_transaction_read_only": "on",
                # Between two batches we write, which may take longer than the server likes.
                "idle_in_transaction_session_timeout": "0",
            },
        )
    except FAULTS as error:
        raise _unusable("cannot use", plain, error) from error
    try:
        return await _look(plain, raw, schema, batch)
    except BaseException as error:
        await asyncio.shield(raw.close(timeout=TIMEOUT))
        if isinstance(error, FAULTS):
            raise _unusable("cannot read", plain, error) from error
        raise


def _unusable(what: str, url: str, error: Exception) -> DatabaseUnusable:
    """As of a database of ours, but it is not ``database.url`` that is to be checked."""
    return DatabaseUnusable(str(unusable(what, url, error)).replace("database.url", "the DSN"))


async def _look(url: str, raw: Any, schema: str, batch: int) -> Original:
    # One moment for everything that is read from now on.
    await raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    rows = await raw.fetch(
        "SELECT table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = $1",
        schema,
    )
    columns: dict[str, set[str]] = {}
    for table, column, _ in rows:
        columns.setdefault(table, set()).add(column)
    missing = [name for name in ("Bot", "Chat", "Message") if name not in columns]
    if missing:
        raise DatabaseUnusable(
            f'there is no table "{missing[0]}" in the schema {schema} of that database: is it the '
            "original Kotodom's? Another schema is named by ?schema=NAME at the end of the URL"
        )
    kinds = {(table, column): kind for table, column, kind in rows}
    early = kinds.get(("User", "id")) in ("bigint", "integer")
    return Original(url, raw, columns, early, batch)
