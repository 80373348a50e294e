"""Notices: rows whose parts are written before anybody asked."""

import hashlib
from collections.abc import Sequence

from kotodom.db.connection import Connection, Database
from kotodom.db.inbox_entries import insert_inbox_entry
from kotodom.db.parts import insert_parts, space_of
from kotodom.db.sql import storable
from kotodom.model import Chat, Content, Kind, Lane, Part, Role, Status


class NoticeStore:
    """The notices' part of the store."""

    _database: Database

    async def write_notice(
        self,
        chat: Chat,
        contents: Sequence[Content],
        *,
        key: str,
        role: Role = Role.NOTICE,
        said: str = "",
        now: int,
    ) -> Lane | None:
        row_id = await self._database.write(
            lambda c: insert_notice(c, chat, contents, key=key, role=role, said=said, now=now)
        )
        return Lane(chat.bot_id, chat.id, Kind.NOTICE) if row_id else None


async def insert_notice(
    connection: Connection,
    chat: Chat,
    contents: Sequence[Content],
    *,
    key: str,
    role: Role = Role.NOTICE,
    said: str = "",
    about: int = 0,
    mirror: bool = True,
    now: int,
) -> int:
    """Write a notice in this transaction; return its row's id, 0 when the key is there already.

    *about* is the row whose question it repeats: it is deleted together with that. *mirror*: what
    is *said* is shown in the bot's inbox, too.
    """
    if not contents:
        raise ValueError("a notice has at least one part")
    row = await connection.fetchrow(
        "INSERT INTO message_processing (bot_id, update_id, chat_id, kind, status, outcome,"
        " raw_update, telegram_incoming_id, received_at, response_generated_at, answered_revision,"
        " joined_to)"
        f" VALUES ($1, $2, $3, '{Kind.NOTICE}', '{Status.RECEIVED}', '{Status.COMPLETED}', '{{}}',"
        " 0, $4, $4, 1, $5) ON CONFLICT (bot_id, update_id) DO NOTHING RETURNING id",
        chat.bot_id,
        made_up_update_id(key),
        chat.id,
        now,
        about,
    )
    if row is None:
        return 0
    row_id: int = row[0]
    if said:
        message = await connection.fetchrow(
            "INSERT INTO message (chat_id, role, text, id_space, created_at)"
            " VALUES ($1, $2, $3, $4, $5) RETURNING id",
            chat.id,
            role,
            storable(said),
            space_of(chat),
            now,
        )
        await connection.execute(
            "UPDATE message_processing SET response_message_id = $2 WHERE id = $1",
            row_id,
            message and message[0],
        )
        if mirror and message is not None:
            await insert_inbox_entry(connection, chat.bot_id, message[0])
    await insert_parts(
        connection, row_id, chat, [Part(0, content) for content in contents], first=0
    )
    return row_id


def made_up_update_id(key: str) -> int:
    """A number that no update of Telegram's has, the same for the same key."""
    digest = hashlib.sha256(key.encode()).digest()
    return -(2**62) - int.from_bytes(digest[:8], "big") % 2**61
