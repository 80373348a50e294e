"""The rows that a batch becomes: messages, and what is to be done about each."""

import json

from kotodom.asking import replying
from kotodom.db.batch import Batch, KnownChat
from kotodom.db.connection import Connection
from kotodom.db.sql import storable, values
from kotodom.db.store_growth import Head
from kotodom.model import Chat, ChatRef, ChatType, Incoming, Kind, Lane, Status
from kotodom.ports import NewRow


async def write_rows(connection: Connection, batch: Batch) -> None:
    """Insert messages and processing rows; note the lanes that got work, in order."""
    message_ids = await _insert_messages(connection, batch)
    row_values: list[object] = []
    for item in batch.incoming:
        known = batch.chats[batch.key(item.chat)] if item.chat else None
        head = batch.heads.get(item.update_id)
        begins_one = head is not None and head.update_id == item.update_id
        status = Status.RECEIVED
        if item.poison or known is None or item.chat is None:
            status = Status.TERMINAL
        elif head is not None and not begins_one:
            status = Status.COMPLETED
            _note(batch, item.chat, known, item.kind, head)
        else:
            _note(batch, item.chat, known, item.kind, head)
        row_values += (
            batch.bot_id,
            item.update_id,
            known.id if known else None,
            item.kind,
            status,
            storable(item.raw),
            message_ids.get(item.update_id),
            item.telegram_message_id,
            batch.now,
            storable(item.poison),
            batch.now if status is not Status.RECEIVED else None,
            *(
                (head.until, 0, head.joined, head.media_group, head.long, batch.now)
                if head is not None and begins_one
                else (0, head.row_id if head is not None else 0, 0, "", False, 0)
            ),
        )
    ids: dict[int, int] = {}
    if batch.incoming:
        found = await connection.fetch(
            "INSERT INTO message_processing (bot_id, update_id, chat_id, kind, status, raw_update,"
            " message_id, telegram_incoming_id, received_at, terminal_reason, finished_at,"
            " not_before, joined_to, joined, media_group, long, grown_at)"
            f" VALUES {values(len(batch.incoming), 17)} RETURNING id, update_id",
            *row_values,
        )
        ids = {update_id: row_id for row_id, update_id in found}
    batch.rows = [_new_row(batch, item, ids) for item in batch.incoming]
    await _note_for_inbox(connection, batch, message_ids)
    for update_id, head in batch.heads.items():
        if not head.row_id and head.update_id != update_id:
            await connection.execute(
                "UPDATE message_processing SET joined_to = (SELECT id FROM message_processing"
                " WHERE bot_id = $1 AND update_id = $3) WHERE bot_id = $1 AND update_id = $2",
                batch.bot_id,
                update_id,
                head.update_id,
            )


def _new_row(batch: Batch, item: Incoming, ids: dict[int, int]) -> NewRow:
    head = batch.heads.get(item.update_id)
    joined = 0
    if head is not None and head.update_id != item.update_id:
        joined = head.row_id or ids[head.update_id]
    chat_id = batch.chats[batch.key(item.chat)].id if item.chat else 0
    return NewRow(ids[item.update_id], chat_id, joined)


async def _note_for_inbox(
    connection: Connection, batch: Batch, message_ids: dict[int, int]
) -> None:
    """Have the questions shown in the bot's inbox, if it has one."""
    row_values: list[object] = []
    for item in batch.incoming if batch.inbox_id else ():
        message_id = message_ids.get(item.update_id)
        if item.chat is None or message_id is None or item.kind is not Kind.QUESTION:
            continue
        if item.chat.type is ChatType.GUEST or item.chat.telegram_chat_id == batch.inbox_id:
            continue
        row_values += (batch.bot_id, batch.chats[batch.key(item.chat)].id, message_id)
    if row_values:
        await connection.execute(
            "INSERT INTO inbox_entry (bot_id, chat_id, message_id)"
            f" VALUES {values(len(row_values) // 3, 3)}",
            *row_values,
        )


def _note(batch: Batch, chat: ChatRef, known: KnownChat, kind: Kind, head: Head | None) -> None:
    """Note what the message means to those who work."""
    lane = Lane(batch.bot_id, known.id, kind)
    if head is None:
        batch.lanes[lane] = None
    elif not head.in_work:
        value = Chat(
            id=known.id,
            bot_id=batch.bot_id,
            telegram_chat_id=chat.telegram_chat_id,
            thread_id=chat.thread_id,
            type=chat.type,
            name=chat.name,
            history_from=0,
            not_before=0,
        )
        batch.held[lane] = value, lane, head.until


async def _insert_messages(connection: Connection, batch: Batch) -> dict[int, int]:
    """Insert the texts; return update id → message id."""
    items = [(item, item.chat) for item in batch.incoming if item.chat is not None]
    if not items:
        return {}
    row_values: list[object] = []
    for item, chat in items:
        row_values += (
            batch.chats[batch.key(chat)].id,
            "user",
            item.sender.id if item.sender else None,
            storable(item.text),
            item.telegram_message_id or None,
            batch.space(chat),
            batch.now,
            storable(item.preface or await _replied(connection, batch, item, chat)),
            storable(json.dumps([attachment.to_dict() for attachment in item.attachments])),
        )
    rows = await connection.fetch(
        "INSERT INTO message (chat_id, role, tg_user_id, text, telegram_message_id, id_space,"
        f" created_at, preface, attachments) VALUES {values(len(items), 9)} RETURNING id",
        *row_values,
    )
    # Ids are given in the order of VALUES, though RETURNING need not keep to it.
    ids = sorted(row[0] for row in rows)
    return {item.update_id: id_ for (item, _), id_ in zip(items, ids, strict=True)}


async def _replied(connection: Connection, batch: Batch, item: Incoming, chat: ChatRef) -> str:
    """The preface of a reply to a message of ours whose text the update does not repeat."""
    if not item.reply_to:
        return ""
    row = await connection.fetchrow(
        # A file shows only its caption: what it holds is the whole answer.
        "SELECT CASE d.kind WHEN 'rich' THEN d.payload WHEN 'document' THEN COALESCE("
        "(SELECT m.text FROM message_processing p JOIN message m ON m.id = p.response_message_id"
        " WHERE p.id = d.processing_id), d.text) ELSE d.text END FROM delivery_part d"
        " WHERE d.id_space = $1 AND d.telegram_message_id = $2"
        " AND d.telegram_message_id IS NOT NULL ORDER BY d.id DESC LIMIT 1",
        batch.space(chat),
        item.reply_to,
    )
    return replying(row[0]) if row is not None and row[0] else ""
