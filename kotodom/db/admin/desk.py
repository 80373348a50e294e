"""What every command of /admin needs: whose an object is, what is awaited, who did what."""

from kotodom.db.connection import Connection, Database
from kotodom.db.jobs import chat_of
from kotodom.db.sql import storable
from kotodom.model import Account, AccountRole, Chat, ChatType
from kotodom.ports.admin import AuditEntry

_TABLES = {
    "CHAT": "chat",
    "MESSAGE": "message_processing",
    "BROADCAST": "broadcast",
    "INVITE": "invite",
}
CHAT = "id, telegram_chat_id, thread_id, type, name, history_from, not_before"
"""The columns that :func:`kotodom.db.jobs.chat_of` takes."""
LONGEST = 64
LONGEST_ID = 18
"""Digits of an id that the database holds; Telegram's have 16 at most."""
SHOWN = 100_000
"""Characters of a value that the audit log keeps: as many as a text may have that is given there,
so that every version can come back whole."""


class DeskStore:
    """The desk's part of the store."""

    _database: Database

    async def accounts(self) -> list[Account]:
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT telegram_user_id, role, id, name, status FROM account ORDER BY id"
            )
        )
        return [
            Account(row[0], AccountRole(row[1]), row[2], row[3], row[4] == "ACTIVE") for row in rows
        ]

    async def bot_of(self, kind: str, object_id: int) -> int | None:
        table = _TABLES[kind]
        row = await self._database.read(
            lambda c: c.fetchrow(f"SELECT bot_id FROM {table} WHERE id = $1", object_id)
        )
        return row and row[0]

    async def chat(self, chat_id: int) -> Chat | None:
        row = await self._database.read(
            lambda c: c.fetchrow(f"SELECT bot_id, {CHAT} FROM chat WHERE id = $1", chat_id)
        )
        return chat_of(row[0], row[1:]) if row is not None else None

    async def private_chat(self, bot_id: int, user_id: int) -> Chat | None:
        row = await self._database.read(
            lambda c: c.fetchrow(
                f"SELECT {CHAT} FROM chat WHERE bot_id = $1 AND telegram_chat_id = $2"
                f" AND type = '{ChatType.PRIVATE}' ORDER BY thread_id LIMIT 1",
                bot_id,
                user_id,
            )
        )
        return chat_of(bot_id, row) if row is not None else None

    async def find_person(self, said: str) -> int | None:
        if said.isascii() and said.lstrip("#").isdigit():
            number = said.lstrip("#")
            return int(number) if len(number) <= LONGEST_ID else None
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT id FROM tg_user WHERE LOWER(username) = $1 LIMIT 2",
                said.removeprefix("@").lower(),
            )
        )
        # Somebody gave the name up and somebody else took it: nobody knows here who has it now.
        return rows[0][0] if len(rows) == 1 else None

    async def await_input(self, bot_id: int, user_id: int, command: str, until: int) -> None:
        async def write(connection: Connection) -> None:
            await connection.execute(
                "DELETE FROM awaited WHERE bot_id = $1 AND user_id = $2", bot_id, user_id
            )
            if command:
                await connection.execute(
                    "INSERT INTO awaited (bot_id, user_id, command, until)"
                    " VALUES ($1, $2, $3, $4)"
                    " ON CONFLICT (bot_id, user_id) DO UPDATE SET command = excluded.command,"
                    " until = excluded.until",
                    bot_id,
                    user_id,
                    storable(command),
                    until,
                )

        await self._database.write(write)

    async def awaited(self, now: int) -> list[tuple[int, int, str, int]]:
        async def read(connection: Connection) -> list[tuple[int, int, str, int]]:
            await connection.execute("DELETE FROM awaited WHERE until <= $1", now)
            rows = await connection.fetch("SELECT bot_id, user_id, command, until FROM awaited")
            return [(row[0], row[1], row[2], row[3]) for row in rows]

        return await self._database.write(read)

    async def write_audit(self, entry: AuditEntry, now: int) -> None:
        await self._database.write(lambda c: insert_audit(c, entry, now))

    async def set_chat_menu(self, chat_id: int, fingerprint: str) -> None:
        await self._database.write(
            lambda c: c.execute("UPDATE chat SET menu = $2 WHERE id = $1", chat_id, fingerprint)
        )

    async def chat_menu(self, chat_id: int) -> str:
        row = await self._database.read(
            lambda c: c.fetchrow("SELECT menu FROM chat WHERE id = $1", chat_id)
        )
        return row[0] if row is not None else ""


async def insert_audit(connection: Connection, entry: AuditEntry, now: int) -> None:
    """Write down a change in the transaction that makes it; told again, it stands there once."""
    await connection.execute(
        "INSERT INTO audit (at, user_id, user_name, action, object, field, before, after, origin)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT (origin, object, field) DO NOTHING",
        now,
        entry.user_id,
        storable(entry.user_name),
        entry.action[:LONGEST],
        entry.object[:LONGEST],
        entry.field[:LONGEST],
        None if entry.before is None else storable(entry.before)[:SHOWN],
        None if entry.after is None else storable(entry.after)[:SHOWN],
        entry.origin[:LONGEST],
    )
