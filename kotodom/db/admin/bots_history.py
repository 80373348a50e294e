"""What a bot has said and heard: read as a whole, deleted piece by piece; who sees which menu."""

from collections.abc import Callable, Collection

from kotodom.db.admin.chats import SPOKEN
from kotodom.db.connection import Connection, Database
from kotodom.db.jobs import chat_of
from kotodom.db.sql import values
from kotodom.model import BotSource, ChatType
from kotodom.ports.admin.bots import MenuChat, Said

_CHAT = (
    "c.id, c.telegram_chat_id, c.thread_id, c.type, c.name, c.history_from, c.not_before,"
    " c.menu, COALESCE(NULLIF(u.language, ''), NULLIF(b.language, ''), u.language_code, '')"
)
_STEPS = (
    "DELETE FROM message_processing WHERE id IN"
    " (SELECT id FROM message_processing WHERE bot_id = $1 LIMIT $2)",
    "DELETE FROM message WHERE id IN (SELECT m.id FROM chat c JOIN message m ON m.chat_id = c.id"
    " WHERE c.bot_id = $1 LIMIT $2)",
    "DELETE FROM chat WHERE id IN (SELECT id FROM chat WHERE bot_id = $1 LIMIT $2)",
    "DELETE FROM bot_user WHERE id IN (SELECT id FROM bot_user WHERE bot_id = $1 LIMIT $2)",
    "DELETE FROM invite WHERE id IN (SELECT id FROM invite WHERE bot_id = $1 LIMIT $2)",
    "DELETE FROM broadcast WHERE id IN (SELECT id FROM broadcast WHERE bot_id = $1 LIMIT $2)",
)
"""In this order nothing refers to what goes; the ledger of spending stays, without chats."""


class BotHistoryStore:
    """The part of the store for what bots said."""

    _database: Database
    _forget_known: Callable[[], None]

    async def erase_bots(self, limit: int) -> int:
        rows = await self._database.read(
            lambda c: c.fetch(
                f"SELECT id FROM bot WHERE source = '{BotSource.ERASED}' ORDER BY id LIMIT 1"
            )
        )
        if not rows:
            return 0
        # What is written from now on, should the bot come back, relies on nothing that goes.
        self._forget_known()
        try:
            return await self._database.write(lambda c: _erase(c, rows[0][0], limit))
        finally:
            self._forget_known()

    async def said_by_bot(self, bot_id: int, *, after: int, limit: int) -> list[Said]:
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT m.id, c.id, c.telegram_chat_id, c.name, m.role, m.tg_user_id,"
                " COALESCE(u.full_name, ''), m.text, m.created_at"
                # CROSS, so that SQLite reads by message and stops, rather than sort them all.
                " FROM message m CROSS JOIN chat c LEFT JOIN tg_user u ON u.id = m.tg_user_id"
                f" WHERE c.id = m.chat_id AND c.bot_id = $1 AND m.id > $2 AND {SPOKEN}"
                " ORDER BY m.id LIMIT $3",
                bot_id,
                after,
                limit,
            )
        )
        return [Said(*row) for row in rows]

    async def menu_chats(
        self, bot_id: int, user_ids: Collection[int], *, only: bool
    ) -> list[MenuChat]:
        ids = sorted(user_ids)
        who = []
        if ids:
            who.append(f"c.telegram_chat_id IN {values(1, len(ids), first=2)}")
        if not only:
            who.append("c.menu <> ''")
        if not who:
            return []

        async def read(connection: Connection) -> list[MenuChat]:
            found: dict[int, MenuChat] = {}
            # One after the other, so that each has its index.
            for condition in who:
                rows = await connection.fetch(
                    f"SELECT {_CHAT} FROM chat c JOIN bot b ON b.id = c.bot_id"
                    " LEFT JOIN tg_user u ON u.id = c.tg_user_id"
                    f" WHERE c.bot_id = $1 AND c.type = '{ChatType.PRIVATE}' AND c.thread_id = 0"
                    f" AND c.blocked_at IS NULL AND {condition}",
                    bot_id,
                    *(ids if "$2" in condition else ()),
                )
                for row in rows:
                    found[row[0]] = MenuChat(chat_of(bot_id, row[:7]), row[7], row[8])
            return list(found.values())

        return await self._database.read(read)


async def _erase(connection: Connection, bot_id: int, limit: int) -> int:
    # What is said from the moment it comes back is no part of what was to go.
    if not await connection.execute(
        f"UPDATE bot SET source = source WHERE id = $1 AND source = '{BotSource.ERASED}'", bot_id
    ):
        return 0
    for step in _STEPS:
        if gone := await connection.execute(step, bot_id, limit):
            return gone
    await connection.execute(
        f"UPDATE bot SET source = '{BotSource.DELETED}', prompt = '', texts = '{{}}'"
        f" WHERE id = $1 AND source = '{BotSource.ERASED}'",
        bot_id,
    )
    return 1
