"""Writes what comes over from the original Kotodom GPT, with a note of what could come twice.

There is none of people and conversations: they are known by Telegram's ids, which nobody is to find
in a note once somebody was forgotten.
"""

from collections.abc import Callable, Iterable, Sequence

from kotodom.days import Days
from kotodom.db.connection import Connection, Database
from kotodom.db.original_history import History, Notes
from kotodom.db.sql import storable, values
from kotodom.model import BotSource, Kind
from kotodom.original.ports import Came
from kotodom.original.rows import OldAdmin, OldPerson, OldProcessing
from kotodom.original.understanding import NewBot, NewChat, NewMessage

_CHATS = (
    "SELECT b.telegram_id, c.telegram_chat_id FROM chat c JOIN bot b ON b.id = c.bot_id"
    " WHERE c.thread_id = 0"
)


class Arrivals:
    """Our side of the import from one *origin*; *seal* is what tokens pass before they are kept."""

    def __init__(
        self,
        database: Database,
        origin: str,
        *,
        seal: Callable[[str], str],
        days: Days,
        now: int,
    ) -> None:
        self._database = database
        self._origin = origin
        self._seal = seal
        self._now = now
        self._notes = Notes(origin)
        self._history = History(self._notes, days)

    # -- what is here -------------------------------------------------------------------------

    async def known(self, kind: Came, ids: Iterable[str]) -> set[str]:
        wanted = list(ids)
        if not wanted:
            return set()
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT foreign_id FROM imported_row WHERE origin = $1 AND kind = $2"
                f" AND foreign_id IN {values(1, len(wanted), first=3)}",
                self._origin,
                kind,
                *wanted,
            )
        )
        return {row[0] for row in rows}

    async def bots(self) -> dict[int, bool]:
        rows = await self._database.read(lambda c: c.fetch("SELECT telegram_id, source FROM bot"))
        return {row[0]: row[1] in (BotSource.CONFIG, BotSource.ADMIN) for row in rows}

    async def people(self, ids: Sequence[int]) -> set[int]:
        if not ids:
            return set()
        rows = await self._database.read(
            lambda c: c.fetch(f"SELECT id FROM tg_user WHERE id IN {values(1, len(ids))}", *ids)
        )
        return {row[0] for row in rows}

    async def chats(self) -> set[tuple[int, int]]:
        rows = await self._database.read(lambda c: c.fetch(_CHATS))
        return {(row[0], row[1]) for row in rows}

    async def going_on(self) -> set[tuple[int, int]]:
        # What was asked here: neither notices nor what has come over itself.
        own = (
            # EXCEPT because both engines sort or hash it, whatever they believe the sizes to be:
            # a NOT IN of 400,000 rows PostgreSQL does not end within minutes, nor a join without
            # statistics.
            "SELECT p.chat_id FROM message_processing p WHERE p.id IN ("
            f"SELECT id FROM message_processing WHERE kind = '{Kind.QUESTION}'"
            " EXCEPT SELECT row_id FROM imported_row WHERE kind = $1)"
        )
        rows = await self._database.read(
            lambda c: c.fetch(f"{_CHATS} AND c.id IN ({own})", Came.ANSWER)
        )
        return {(row[0], row[1]) for row in rows}

    async def settings(self) -> set[str]:
        rows = await self._database.read(lambda c: c.fetch("SELECT key FROM setting"))
        return {row[0] for row in rows}

    # -- what comes ---------------------------------------------------------------------------

    async def put_bot(self, bot: NewBot) -> None:
        token = self._seal(bot.token)

        async def put(connection: Connection) -> None:
            row = await connection.fetchrow(
                "INSERT INTO bot (telegram_id, source, name, token, model, prompt, start_message,"
                " error_message, enabled, created_at)"
                f" VALUES ($1, '{BotSource.ADMIN}', $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
                bot.telegram_id,
                storable(bot.name),
                token,
                storable(bot.model),
                storable(bot.prompt),
                storable(bot.start_message),
                storable(bot.error_message),
                bot.enabled,
                bot.created_at or self._now,
            )
            await self._notes.write(connection, Came.BOT, bot.foreign_id, row and row[0])

        await self._database.write(put)

    async def put_people(self, people: Sequence[OldPerson]) -> None:
        async def put(connection: Connection) -> None:
            for person in people:
                await connection.execute(
                    "INSERT INTO tg_user (id, username, full_name) VALUES ($1, $2, $3)"
                    " ON CONFLICT (id) DO NOTHING",
                    person.id,
                    storable(person.username),
                    storable(person.full_name),
                )

        await self._database.write(put)

    async def put_chats(self, chats: Sequence[NewChat]) -> None:
        async def put(connection: Connection) -> None:
            for chat in chats:
                await connection.execute(
                    "INSERT INTO chat (bot_id, telegram_chat_id, type, name, tg_user_id)"
                    " VALUES ((SELECT id FROM bot WHERE telegram_id = $1), $2, $3, $4,"
                    " (SELECT id FROM tg_user WHERE id = $5))",
                    chat.bot_telegram_id,
                    chat.telegram_chat_id,
                    chat.type,
                    storable(chat.name),
                    chat.user_id,
                )

        await self._database.write(put)

    async def put_messages(self, messages: Sequence[NewMessage]) -> None:
        async def put(connection: Connection) -> None:
            for message in messages:
                await self._history.add(connection, message)

        await self._database.write(put)

    async def put_processings(self, rows: Sequence[OldProcessing]) -> None:
        async def put(connection: Connection) -> None:
            for old in rows:
                await self._history.complete(connection, old)

        await self._database.write(put)

    async def put_setting(self, foreign_id: str, key: str, value: str) -> None:
        async def put(connection: Connection) -> None:
            await connection.execute("INSERT INTO setting (key, value) VALUES ($1, $2)", key, value)
            await self._notes.write(connection, Came.SETTING, foreign_id, 0)

        await self._database.write(put)

    async def put_admin(self, admin: OldAdmin) -> None:
        async def put(connection: Connection) -> None:
            await connection.execute(
                "INSERT INTO account (telegram_user_id, role, name, created_at)"
                " VALUES ($1, $2, $3, $4) ON CONFLICT (telegram_user_id) DO NOTHING",
                admin.telegram_id,
                admin.role,
                storable(admin.email),
                self._now,
            )
            await self._notes.write(connection, Came.ADMIN, admin.id, admin.telegram_id)

        await self._database.write(put)
