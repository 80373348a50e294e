"""Intake: one getUpdates batch becomes rows, in a handful of statements whatever its size."""

from collections.abc import Sequence
from functools import partial

from kotodom.clock import SECOND
from kotodom.days import Days
from kotodom.db.batch import Batch, KnownChat
from kotodom.db.connection import Connection, Database
from kotodom.db.recent import Recent
from kotodom.db.sql import storable, values
from kotodom.db.store_edits import apply_edit
from kotodom.db.store_growth import GAP, ChatKey
from kotodom.db.store_joining import Strays, find_heads
from kotodom.db.store_rows import write_rows
from kotodom.model import BotSource, ChatRef, ChatType, Edit, Incoming, Person
from kotodom.ports import Recorded

REMEMBERED = 4096
"""So many chats and people are known without asking the database; about 2 MB."""

RETOLD = 3 * 24 * 3600 * SECOND
"""An update older than this is not told again: Telegram keeps them for a day."""


class IntakeStore:
    """The intake's part of the store."""

    _database: Database
    days: Days

    def __init__(self) -> None:
        self._known_chats: Recent[ChatKey, KnownChat] = Recent(REMEMBERED)
        self._known_people: Recent[int, Person] = Recent(REMEMBERED)
        self._grown: dict[int, int] = {}
        """When each bot's questions grew last; one that is not here has to be looked for."""
        self._strays = Strays()

    async def record_batch(
        self,
        bot_id: int,
        incoming: Sequence[Incoming],
        edits: Sequence[Edit],
        now: int,
        *,
        answered_since: int | None = None,
        join_window: int = SECOND,
    ) -> Recorded:
        if not incoming and not edits:
            return Recorded()
        may_grow = self._grown.get(bot_id, now) > now - GAP
        incoming = self._strays.before(bot_id, incoming, now)
        batch = Batch(bot_id, list(incoming), edits, now, answered_since, join_window, may_grow)
        self._recall(batch)
        await self._database.write(lambda c: _record(c, batch))
        for edit in edits:
            # In a transaction of its own: on PostgreSQL it would else hold the bot's row while it
            # waits for a question's, which delivery takes the other way round.
            await self._database.write(partial(_edit, batch=batch, edit=edit))
        self._known_chats.update(batch.chats)
        self._known_people.update(batch.people)
        self._strays.remember(bot_id, incoming, batch.incoming, now)
        if batch.heads or bot_id not in self._grown:
            self._grown[bot_id] = now
        return Recorded(
            tuple(batch.lanes),
            tuple(batch.held.values()),
            tuple(batch.changed),
            tuple(batch.rows),
        )

    def _recall(self, batch: Batch) -> None:
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


async def _record(connection: Connection, batch: Batch) -> None:
    # First of all, because on PostgreSQL this row lock lets one batch of a bot in at a time.
    if await _raise_bots_last_id(connection, batch):
        # What its last poll brought is not kept: nobody is to answer it, and it may be erased.
        batch.incoming = []
        batch.chats.clear()
        batch.people.clear()
        return
    batch.incoming = await _without_known_updates(connection, batch)
    await find_heads(connection, batch)
    await _write_people(connection, batch)
    await _insert_chats(connection, batch)
    await _refresh_chats(connection, batch)
    await write_rows(connection, batch)


async def _edit(connection: Connection, batch: Batch, edit: Edit) -> None:
    lane, changed = await apply_edit(connection, batch.bot_id, edit, batch.answered_since)
    if lane is not None:
        batch.lanes[lane] = None
    if changed:
        batch.changed.append(changed)


async def _raise_bots_last_id(connection: Connection, batch: Batch) -> bool:
    """Remember how far the bot's own sequence is; return whether the bot is deleted."""
    last_id = max(
        (
            item.telegram_message_id
            for item in batch.incoming
            if item.chat is not None and batch.space(item.chat) == batch.bot_id
        ),
        default=0,
    )
    # Below 0 it is unknown (the database was restored), and only a message of ours tells it: one
    # that came in late may be older than answers nobody here knows of.
    row = await connection.fetchrow(
        "UPDATE bot SET last_message_id = CASE WHEN last_message_id BETWEEN 0 AND $2 THEN $2"
        " ELSE last_message_id END WHERE id = $1"
        " RETURNING inbox_id, source",
        batch.bot_id,
        last_id,
    )
    batch.inbox_id, source = (0, "") if row is None else row
    return source in (BotSource.DELETED, BotSource.ERASED)


async def _without_known_updates(connection: Connection, batch: Batch) -> list[Incoming]:
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


async def _write_people(connection: Connection, batch: Batch) -> None:
    # In one order, so that two bots' batches never wait for each other in a circle.
    senders = {item.sender.id for item in batch.incoming if item.sender}
    batch.people = {id_: person for id_, person in batch.people.items() if id_ in senders}
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


async def _insert_chats(connection: Connection, batch: Batch) -> None:
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
        batch.chats[key] = KnownChat(chat_id, chat.type, chat.name)


async def _refresh_chats(connection: Connection, batch: Batch) -> None:
    """Say that these chats are alive and, where they count their own messages, how far they are."""
    chats: set[int] = set()
    written_in: set[int] = set()
    last_ids: dict[int, int] = {}
    for item in batch.incoming:
        if item.chat is not None:
            chat_id = item.chat.telegram_chat_id
            chats.add(chat_id)
            written_in.add(batch.chats[batch.key(item.chat)].id)
            if batch.space(item.chat) != batch.bot_id:
                last_ids[chat_id] = max(last_ids.get(chat_id, 0), item.telegram_message_id)
    if chats:
        await connection.execute(
            "UPDATE chat SET blocked_at = NULL WHERE bot_id = $1 AND blocked_at IS NOT NULL"
            f" AND telegram_chat_id IN {values(1, len(chats), first=2)}",
            batch.bot_id,
            *chats,
        )
    if written_in:
        await connection.execute(
            f"UPDATE chat SET last_at = $1 WHERE id IN {values(1, len(written_in), first=2)}",
            batch.now,
            *sorted(written_in),
        )
    for chat_id, last_id in sorted(last_ids.items()):
        await connection.execute(
            "UPDATE chat SET last_message_id = $3"
            " WHERE bot_id = $1 AND telegram_chat_id = $2 AND last_message_id >= 0"
            " AND last_message_id < $3",
            batch.bot_id,
            chat_id,
            last_id,
        )
