"""Intake: one getUpdates batch becomes rows, in a handful of statements whatever its size."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from kotodom.clock import SECOND
from kotodom.db.connection import Connection, Database
from kotodom.db.recent import Recent
from kotodom.db.sql import WAITING, id_space, storable, values
from kotodom.model import ChatRef, ChatType, Edit, Incoming, Kind, Lane, Person, Status

REMEMBERED = 4096
"""So many chats and people are known without asking the database; about 2 MB."""

RETOLD = 3 * 24 * 3600 * SECOND
"""An update older than this is not told again: Telegram keeps them for a day."""

ChatKey = tuple[int, int, int]
"""(bot, Telegram chat, topic)."""


@dataclass(frozen=True, slots=True)
class _KnownChat:
    id: int
    type: ChatType
    name: str


@dataclass(slots=True)
class _Batch:
    """What one transaction writes; what it has learned counts once it is committed."""

    bot_id: int
    incoming: list[Incoming]
    edits: Sequence[Edit]
    now: int
    chats: dict[ChatKey, _KnownChat] = field(default_factory=dict)
    """Those that are as the database has them."""
    people: dict[int, Person] = field(default_factory=dict)
    """Those that are new or have changed."""

    def key(self, chat: ChatRef) -> ChatKey:
        return self.bot_id, chat.telegram_chat_id, chat.thread_id

    def space(self, chat: ChatRef) -> int:
        return id_space(chat.type, self.bot_id, chat.telegram_chat_id)


class IntakeStore:
    """The intake's part of the store."""

    _database: Database

    def __init__(self) -> None:
        self._known_chats: Recent[ChatKey, _KnownChat] = Recent(REMEMBERED)
        self._known_people: Recent[int, Person] = Recent(REMEMBERED)

    async def record_batch(
        self, bot_id: int, incoming: Sequence[Incoming], edits: Sequence[Edit], now: int
    ) -> list[Lane]:
        if not incoming and not edits:
            return []
        batch = _Batch(bot_id, list(incoming), edits, now)
        self._recall(batch)
        lanes = await self._database.write(lambda c: _record(c, batch))
        self._known_chats.update(batch.chats)
        self._known_people.update(batch.people)
        return lanes

    def _recall(self, batch: _Batch) -> None:
        """Take from memory what need not be asked or told."""
        for item in batch.incoming:
            person, chat = item.sender, item.chat
            if person is not None and self._known_people.get(person.id) != person:
                batch.people[person.id] = person
            if chat is None:
                continue
            known = self._known_chats.get(batch.key(chat))
            if known is not None and (known.type, known.name) == (chat.type, chat.name):
                batch.chats[batch.key(chat)] = known


async def _record(connection: Connection, batch: _Batch) -> list[Lane]:
    # First of all, because on PostgreSQL this row lock lets one batch of a bot in at a time.
    await _raise_bots_last_id(connection, batch)
    batch.incoming = await _without_known_updates(connection, batch)
    await _write_people(connection, batch)
    await _insert_chats(connection, batch)
    await _refresh_chats(connection, batch)
    lanes = await _write_rows(connection, batch)
    for edit in batch.edits:
        await _apply_edit(connection, batch, edit)
    return lanes


async def _raise_bots_last_id(connection: Connection, batch: _Batch) -> None:
    last_id = max(
        (
            item.telegram_message_id
            for item in batch.incoming
            if item.chat is not None and batch.space(item.chat) == batch.bot_id
        ),
        default=0,
    )
    await connection.execute(
        "UPDATE bot SET last_message_id ="
        " CASE WHEN last_message_id < $2 THEN $2 ELSE last_message_id END WHERE id = $1",
        batch.bot_id,
        last_id,
    )


async def _without_known_updates(connection: Connection, batch: _Batch) -> list[Incoming]:
    wanted = {item.update_id: item for item in reversed(batch.incoming)}
    if not wanted:
        return []
    rows = await connection.fetch(
        "SELECT update_id, received_at, id FROM message_processing"
        f" WHERE bot_id = $1 AND update_id IN {values(1, len(wanted), first=2)}",
        batch.bot_id,
        *wanted,
    )
    for update_id, received_at, row_id in rows:
        if received_at >= batch.now - RETOLD:
            del wanted[update_id]
        else:
            # Ids begin anew at random after an idle week: this one means another message now.
            await connection.execute(
                "UPDATE message_processing SET update_id = $2 WHERE id = $1", row_id, -row_id
            )
    return [item for item in batch.incoming if wanted.get(item.update_id) is item]


async def _write_people(connection: Connection, batch: _Batch) -> None:
    # In one order, so that two bots' batches never wait for each other in a circle.
    people = sorted(batch.people.values(), key=lambda person: person.id)
    rows = [
        (
            person.id,
            storable(person.username),
            storable(person.full_name),
            storable(person.language_code),
        )
        for person in people
    ]
    if rows:
        await connection.execute(
            "INSERT INTO tg_user (id, username, full_name, language_code)"
            f" VALUES {values(len(rows), 4)} ON CONFLICT (id) DO UPDATE SET"
            " username = excluded.username, full_name = excluded.full_name,"
            " language_code = excluded.language_code",
            *(value for row in rows for value in row),
        )


async def _insert_chats(connection: Connection, batch: _Batch) -> None:
    """Write the chats that are new or have changed, and know their ids."""
    news: dict[ChatKey, tuple[ChatRef, Person | None]] = {}
    for item in batch.incoming:
        if item.chat is not None and batch.key(item.chat) not in batch.chats:
            news[batch.key(item.chat)] = item.chat, item.sender
    if not news:
        return
    row_values: list[object] = []
    for (bot_id, telegram_chat_id, thread_id), (chat, person) in news.items():
        owner = person.id if person and chat.type is ChatType.PRIVATE else None
        name = storable(chat.name)
        row_values += (bot_id, telegram_chat_id, thread_id, chat.type, name, owner)
    found = await connection.fetch(
        "INSERT INTO chat (bot_id, telegram_chat_id, thread_id, type, name, tg_user_id)"
        f" VALUES {values(len(news), 6)} ON CONFLICT (bot_id, telegram_chat_id, thread_id)"
        " DO UPDATE SET type = excluded.type, name = excluded.name,"
        " tg_user_id = COALESCE(excluded.tg_user_id, chat.tg_user_id)"
        " RETURNING id, telegram_chat_id, thread_id",
        *row_values,
    )
    for chat_id, telegram_chat_id, thread_id in found:
        key = (batch.bot_id, telegram_chat_id, thread_id)
        chat, _ = news[key]
        batch.chats[key] = _KnownChat(chat_id, chat.type, chat.name)


async def _refresh_chats(connection: Connection, batch: _Batch) -> None:
    """Say that these chats are alive and, where they count their own messages, how far they are."""
    chats: set[int] = set()
    last_ids: dict[int, int] = {}
    for item in batch.incoming:
        if item.chat is not None:
            chat_id = item.chat.telegram_chat_id
            chats.add(chat_id)
            if batch.space(item.chat) != batch.bot_id:
                last_ids[chat_id] = max(last_ids.get(chat_id, 0), item.telegram_message_id)
    if chats:
        await connection.execute(
            "UPDATE chat SET blocked_at = NULL WHERE bot_id = $1 AND blocked_at IS NOT NULL"
            f" AND telegram_chat_id IN {values(1, len(chats), first=2)}",
            batch.bot_id,
            *chats,
        )
    for chat_id, last_id in sorted(last_ids.items()):
        await connection.execute(
            "UPDATE chat SET last_message_id = $3"
            " WHERE bot_id = $1 AND telegram_chat_id = $2 AND last_message_id < $3",
            batch.bot_id,
            chat_id,
            last_id,
        )


async def _write_rows(connection: Connection, batch: _Batch) -> list[Lane]:
    """Insert messages and processing rows; return the lanes that got work, in order."""
    message_ids = await _insert_messages(connection, batch)
    lanes: dict[Lane, None] = {}
    row_values: list[object] = []
    for item in batch.incoming:
        chat_id = batch.chats[batch.key(item.chat)].id if item.chat else None
        dead = bool(item.poison) or chat_id is None
        if chat_id is not None and not dead:
            lanes[Lane(batch.bot_id, chat_id, item.kind)] = None
        row_values += (
            batch.bot_id,
            item.update_id,
            chat_id,
            item.kind,
            Status.TERMINAL if dead else Status.RECEIVED,
            storable(item.raw),
            message_ids.get(item.update_id),
            item.telegram_message_id,
            batch.now,
            storable(item.poison),
            batch.now if dead else None,
        )
    if batch.incoming:
        await connection.execute(
            "INSERT INTO message_processing (bot_id, update_id, chat_id, kind, status, raw_update,"
            " message_id, telegram_incoming_id, received_at, terminal_reason, finished_at)"
            f" VALUES {values(len(batch.incoming), 11)}",
            *row_values,
        )
    return list(lanes)


async def _insert_messages(connection: Connection, batch: _Batch) -> dict[int, int]:
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
        )
    rows = await connection.fetch(
        "INSERT INTO message (chat_id, role, tg_user_id, text, telegram_message_id, id_space,"
        f" created_at) VALUES {values(len(items), 7)} RETURNING id",
        *row_values,
    )
    # Ids are given in the order of VALUES, though RETURNING need not keep to it.
    ids = sorted(row[0] for row in rows)
    return {item.update_id: id_ for (item, _), id_ in zip(items, ids, strict=True)}


async def _apply_edit(connection: Connection, batch: _Batch, edit: Edit) -> None:
    """Change a question that nobody has begun to answer."""
    row = await connection.fetchrow(
        "SELECT p.id, p.message_id, p.raw_update FROM message_processing p"
        " JOIN chat c ON c.id = p.chat_id"
        " WHERE c.bot_id = $1 AND c.telegram_chat_id = $2 AND p.telegram_incoming_id = $3"
        f" AND p.kind = '{Kind.QUESTION}' AND {WAITING}"
        " AND NOT EXISTS (SELECT 1 FROM delivery_part d WHERE d.processing_id = p.id)"
        " ORDER BY p.id LIMIT 1",
        batch.bot_id,
        edit.chat.telegram_chat_id,
        edit.telegram_message_id,
    )
    if row is None:
        return
    row_id, message_id, raw = row
    changed = await connection.execute(
        f"UPDATE message_processing SET raw_update = $2 WHERE id = $1 AND {WAITING}",
        row_id,
        storable(_with_new_message(raw, edit)),
    )
    if changed:
        await connection.execute(
            "UPDATE message SET text = $2 WHERE id = $1", message_id, storable(edit.text)
        )


def _with_new_message(raw: str, edit: Edit) -> str:
    """The update as if the message had been sent like that at once."""
    update: dict[str, object] = json.loads(raw)
    for name, value in update.items():
        if isinstance(value, dict) and value.get("message_id") == edit.telegram_message_id:
            update[name] = edit.raw_message
    return json.dumps(update, ensure_ascii=False)
