"""What is shown in the inboxes of bots, and where."""

import json
from collections.abc import Sequence

from kotodom.db.admin.desk import CHAT
from kotodom.db.connection import Connection, Database, Row
from kotodom.db.jobs import chat_of
from kotodom.db.sql import storable, values
from kotodom.db.store_notices import insert_notice
from kotodom.model import Attachment, Chat, ChatType, Content, Kind, Lane, Person, Role
from kotodom.ports.admin.chats_inbox import Group, InboxEntry

_CHAT = ", ".join(f"c.{name}" for name in CHAT.split(", "))
_TOPIC = ", ".join(f"t.{name}" for name in CHAT.split(", "))


class InboxStore:
    """The store's part for inboxes."""

    _database: Database

    async def inbox_waiting(self, bot_id: int, *, public: bool, limit: int) -> list[Chat]:
        let_in = "(c.tg_user_id IS NULL OR a.access = 'ALLOWED')"
        if public:
            let_in = "COALESCE(a.access, '') <> 'BLOCKED'"
        rows = await self._database.read(
            lambda c: c.fetch(
                f"SELECT c.bot_id, {_CHAT} FROM (SELECT chat_id, MIN(id) AS first FROM inbox_entry"
                " WHERE bot_id = $1 GROUP BY chat_id) e JOIN chat c ON c.id = e.chat_id"
                " LEFT JOIN bot_user a ON a.bot_id = c.bot_id AND a.user_id = c.tg_user_id"
                f" WHERE {let_in} ORDER BY e.first LIMIT $2",
                bot_id,
                limit,
            )
        )
        return [chat_of(row[0], row[1:]) for row in rows]

    async def inbox_entries(self, chat_id: int, limit: int) -> list[InboxEntry]:
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT e.id, COALESCE(p.id, a.id, 0), m.role, u.id, u.username, u.full_name,"
                " u.language_code, m.text, m.preface, m.attachments,"
                " COALESCE(m.telegram_message_id, 0), e.edited"
                " FROM (SELECT e.* FROM inbox_entry e JOIN chat c ON c.id = e.chat_id"
                "  WHERE e.bot_id = c.bot_id AND c.id = $1 ORDER BY e.id LIMIT $2) e"
                " LEFT JOIN message m ON m.id = e.message_id"
                " LEFT JOIN tg_user u ON u.id = m.tg_user_id"
                " LEFT JOIN message_processing p ON p.message_id = m.id"
                " LEFT JOIN message_processing a ON a.response_message_id = m.id"
                "  AND a.response_message_id IS NOT NULL ORDER BY e.id",
                chat_id,
                limit,
            )
        )
        return list({row[0]: _entry(row) for row in rows}.values())

    async def inbox_topic(self, chat_id: int, inbox_id: int) -> Chat | None:
        row = await self._database.read(
            lambda c: c.fetchrow(
                f"SELECT t.bot_id, {_TOPIC} FROM chat c JOIN chat t ON t.id = c.inbox_topic"
                " WHERE c.id = $1 AND t.telegram_chat_id = $2",
                chat_id,
                inbox_id,
            )
        )
        return row and chat_of(row[0], row[1:])

    async def chat_of_topic(self, topic_id: int) -> Chat | None:
        row = await self._database.read(
            lambda c: c.fetchrow(
                f"SELECT c.bot_id, {_CHAT} FROM chat c"
                " WHERE c.inbox_topic = $1 AND c.inbox_topic > 0",
                topic_id,
            )
        )
        return row and chat_of(row[0], row[1:])

    async def open_inbox_topic(
        self, chat: Chat, group: Chat, thread_id: int, contents: Sequence[Content], now: int
    ) -> Chat:
        async def open_(connection: Connection) -> Chat:
            row = await connection.fetchrow(
                "INSERT INTO chat (bot_id, telegram_chat_id, thread_id, type, name)"
                f" VALUES ($1, $2, $3, '{ChatType.SUPERGROUP}', $4)"
                " ON CONFLICT (bot_id, telegram_chat_id, thread_id)"
                f" DO UPDATE SET type = excluded.type RETURNING {CHAT}",
                chat.bot_id,
                group.telegram_chat_id,
                thread_id,
                storable(group.name),
            )
            assert row is not None  # an upsert gives its row back
            topic = chat_of(chat.bot_id, row)
            await connection.execute(
                "UPDATE chat SET inbox_topic = $2 WHERE id = $1", chat.id, topic.id
            )
            key = f"topic:{topic.telegram_chat_id}:{topic.thread_id}"
            await insert_notice(connection, topic, contents, key=key, now=now)
            return topic

        return await self._database.write(open_)

    async def renew_inbox_topic(self, topic: Chat, thread_id: int) -> None:
        async def renew(connection: Connection) -> None:
            # Somebody may have written there before we knew of it.
            await connection.execute(
                "UPDATE chat SET thread_id = -id WHERE bot_id = $1 AND telegram_chat_id = $2"
                " AND thread_id = $3",
                topic.bot_id,
                topic.telegram_chat_id,
                thread_id,
            )
            await connection.execute(
                "UPDATE chat SET thread_id = $2 WHERE id = $1", topic.id, thread_id
            )

        await self._database.write(renew)

    async def write_inbox(
        self, topic: Chat, shown: Sequence[tuple[InboxEntry, Sequence[Content]]], now: int
    ) -> Lane:
        async def write(connection: Connection) -> None:
            for entry, contents in shown:
                if contents:
                    await insert_notice(
                        connection,
                        topic,
                        contents,
                        key=f"inbox:{entry.id}",
                        about=entry.row_id,
                        now=now,
                    )
            await connection.execute(
                f"DELETE FROM inbox_entry WHERE id IN {values(1, len(shown))}",
                *(entry.id for entry, _ in shown),
            )

        if shown:
            await self._database.write(write)
        return Lane(topic.bot_id, topic.id, Kind.NOTICE)

    async def trim_inbox(self, bot_id: int, keep: int) -> int:
        return await self._database.write(
            lambda c: c.execute(
                "DELETE FROM inbox_entry WHERE bot_id = $1 AND id <="
                " (SELECT id FROM inbox_entry WHERE bot_id = $1"
                " ORDER BY id DESC LIMIT 1 OFFSET $2)",
                bot_id,
                keep,
            )
        )

    async def group_chat(self, bot_id: int, telegram_chat_id: int) -> Chat | None:
        row = await self._database.read(
            lambda c: c.fetchrow(
                f"SELECT c.bot_id, {_CHAT} FROM chat c"
                " WHERE c.bot_id = $1 AND c.telegram_chat_id = $2 AND c.thread_id = 0",
                bot_id,
                telegram_chat_id,
            )
        )
        return row and chat_of(row[0], row[1:])

    async def inbox_groups(self, bot_id: int) -> list[Group]:
        rows = await self._database.read(
            lambda c: c.fetch(
                "SELECT telegram_chat_id, MAX(name) FROM chat WHERE bot_id = $1"
                f" AND type = '{ChatType.SUPERGROUP}' AND member_status = 'administrator'"
                " AND blocked_at IS NULL GROUP BY telegram_chat_id ORDER BY 2 LIMIT 20",
                bot_id,
            )
        )
        return [Group(row[0], row[1]) for row in rows]


def _entry(row: Row) -> InboxEntry:
    gone = row[2] is None
    return InboxEntry(
        id=row[0],
        row_id=row[1],
        role=Role.NOTICE if gone else Role(row[2]),
        sender=None if row[3] is None else Person(row[3], row[4], row[5], row[6]),
        text=row[7] or "",
        preface=row[8] or "",
        attachments=() if gone else tuple(map(Attachment.from_dict, json.loads(row[9]))),
        telegram_message_id=row[10],
        edited=bool(row[11]),
    )
